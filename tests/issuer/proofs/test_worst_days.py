"""Whatever is killed, restarted, filled or cut off: nothing is lost, doubled or changed (docs/reliability.md)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import missing
from tools.proofs import PROOFS

HOUSE = Path(__file__).parents[3]
SEED = 20261120
AS_PROMISED = ("kill-sqlite", "kill-postgresql", "kill-rabbitmq")
"""Proofs that tests make at 30 points of 1,000 rows."""


@pytest.mark.parametrize("proof", PROOFS)
def test_it_holds_at_a_small_size(proof: str) -> None:
    size = "small" if proof in AS_PROMISED else "tiny"
    command = [sys.executable, str(HOUSE / "tools" / "prove.py"), "--size", size, "--seed", str(SEED), proof]

    made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env={**os.environ})

    if "skipped." in made.stdout:
        missing(made.stdout.partition("skipped. ")[2].strip())
    assert made.returncode == 0, made.stdout + made.stderr
    assert f"{proof}: holds." in made.stdout
