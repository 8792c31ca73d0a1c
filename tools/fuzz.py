"""Attack everything that reads what strangers send, for a while, and say what was found.

    tools/fuzz.py [--seconds 60] [TARGET...]

Each target has a process of its own, and a corpus that is kept in `out/fuzz/TARGET` and grows from one time to the
next. What brings a target down lies beside it as `crash-…`, `timeout-…` or `oom-…`; make it a test, and mend it.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

HOUSE: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HOUSE))

from tests.fuzz.targets import TARGETS  # noqa: E402  # The house is no package that is installed with its tests.

KEPT: Final = HOUSE / "out" / "fuzz"


def main() -> int:
    """Attack, and return how many targets fell."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    asked.add_argument("--seconds", type=int, default=60)
    given = asked.parse_args()
    unknown = [name for name in given.targets if name not in TARGETS]
    if unknown:
        asked.error(f"There is no target {', '.join(unknown)}.")
    print(f"{'target':8} {'runs':>10} {'a second':>9} {'corpus':>7}  found")
    return sum(attack(name, given.seconds) for name in given.targets or TARGETS)


def attack(name: str, seconds: int) -> bool:
    """Attack one target for so many seconds, print a line, and tell whether it fell."""
    corpus = KEPT / name / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    before = found(name)
    told = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.attack", name, str(corpus), f"-artifact_prefix={KEPT / name}/",
         f"-max_total_time={seconds}", "-max_len=65536", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"],
        cwd=HOUSE, capture_output=True, text=True,
    )  # fmt: skip
    stats = dict(re.findall(r"stat::(\w+):\s+(\d+)", told.stderr))
    runs, rate = int(stats.get("number_of_executed_units", 0)), int(stats.get("average_exec_per_sec", 0))
    new = sorted(found(name) - before)
    fell = told.returncode != 0
    said = ", ".join(new) or ("it fell" if fell else "nothing")
    print(f"{name:8} {runs:10,} {rate:9,} {len(list(corpus.iterdir())):7,}  {said}")
    if fell:
        print("\n".join(f"    {line}" for line in told.stderr.splitlines()[-20:]))
    return fell


def found(name: str) -> set[str]:
    """Return what has brought a target down so far."""
    return {path.name for path in (KEPT / name).iterdir() if path.is_file()}


if __name__ == "__main__":
    sys.exit(main())
