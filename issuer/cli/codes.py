"""The exit codes, which other people's scripts rely on."""

from __future__ import annotations

from typing import Final

WELL: Final = 0
SOME_FAULTS: Final = 1
NOTHING_DONE: Final = 3
WRONG_USAGE: Final = 64
OUR_FAULT: Final = 70
INTERRUPTED: Final = 130


def code_of(*, done: int, faults: int) -> int:
    """Return the exit code of something done to many: all well, some with faults, or nothing done."""
    if not faults:
        return WELL
    return SOME_FAULTS if done else NOTHING_DONE
