"""Each target stands a short attack; `make fuzz` attacks for longer, and further."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).parents[2]
RUNS = {"pdf": 300, "status": 1_000}
"""Runs of each target that take a second or two; two thousand where it is not said."""


@pytest.mark.parametrize("name", TARGETS)
def test_only_documented_errors_come_out(name: str, tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        missing("atheris, which needs Linux and Python 3.11,")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    runs = RUNS.get(name, 2_000)
    limits = [f"-runs={runs}", "-seed=1", "-max_len=8192", "-timeout=20", "-rss_limit_mb=1024"]

    told = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.attack", name, str(corpus), f"-artifact_prefix={tmp_path}/", *limits],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip

    assert told.returncode == 0, told.stderr[-2_000:]
    done = re.search(r"Done (\d+) runs", told.stderr)
    assert done is not None
    assert int(done[1]) >= runs


@pytest.mark.parametrize("name", TARGETS)
def test_every_seed_is_something_that_its_target_reads(name: str) -> None:
    for seed in TARGETS[name].seeds():
        TARGETS[name].attack(seed)
