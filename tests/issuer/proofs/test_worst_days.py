"""Whatever is killed, restarted, filled or cut off: nothing is lost, doubled or changed (docs/reliability.md)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import missing
from tools.proofs import PROOFS

HOUSE = Path(__file__).parents[3]
SEED = 20261120
AS_PROMISED = ("kill-sqlite", "kill-postgresql", "kill-rabbitmq")
"""Made at 30 points of 1,000 rows."""
AT_FULL_SIZE_ALONE = {"kill-redis", "lose-rabbitmq"}
"""Made by `make prove`: what is theirs alone is the broker, and the other broker has the other proof here."""
TINY = tuple(name for name in PROOFS if name not in AT_FULL_SIZE_ALONE and name not in AS_PROMISED)


@pytest.mark.parametrize(
    ("size", "proofs"),
    [
        pytest.param("small", AS_PROMISED, id="kills"),
        pytest.param("tiny", TINY, id="other days", marks=pytest.mark.long),
    ],
)
def test_every_proof_holds_at_a_small_size(size: str, proofs: tuple[str, ...]) -> None:
    """One process makes many, since to begin is what costs most."""
    command = [sys.executable, str(HOUSE / "tools" / "prove.py"), "--size", size, "--seed", str(SEED), *proofs]

    made = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)

    assert made.returncode == 0, made.stdout + made.stderr
    told = [line.partition(": ")[::2] for line in made.stdout.splitlines()[1:]]
    assert [name for name, _ in told] == list(proofs)
    lacking = [f"{name}: {what}" for name, what in told if what.startswith("skipped.")]
    if lacking:
        missing("; ".join(lacking))
