"""How long everything that one visitor asked for may take: one clock for all steps, fetches and child processes.

Steps do not hand the time on to each other; whoever is about to wait asks how much is left. Within `within` a
deeper `within` can only be shorter, so an endorsement never takes longer than the credential it stands in.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

TOTAL_SECONDS: Final = 5.0
"""Seconds of one verification, everything included (SECURITY.md, section 1)."""

_ENDS: Final[ContextVar[float | None]] = ContextVar("ends", default=None)


@contextmanager
def within(seconds: float = TOTAL_SECONDS) -> Iterator[None]:
    """Let everything inside end `seconds` from now, or earlier when it is inside of such a block itself."""
    ends, outer = time.monotonic() + seconds, _ENDS.get()
    token = _ENDS.set(ends if outer is None else min(ends, outer))
    try:
        yield
    finally:
        _ENDS.reset(token)


def left(most: float) -> float:
    """Return the seconds that a wait may take: `most`, or what is left, and never less than none."""
    ends = _ENDS.get()
    return most if ends is None else max(0.0, min(most, ends - time.monotonic()))
