"""Room for what is large: a few visitors at once may hold much of what strangers sent or publish, all others a little.

What is small needs no room, so a flood of large files keeps nobody from having a badge looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from verifier.deadline import left
from verifier.gate import Gate
from verifier.giving_way import debt, giving_way

SMALL: Final = 256 * 1_024
"""Octets of one body or document that need no room: as many as a credential may have."""
PLACES: Final = 6
"""Visitors who may hold more than that at once, in one process."""
PATIENCE: Final = 2.0
"""Seconds that one waits for room."""
_LARGE: Final = Gate(PLACES)


@dataclass
class _Stay:
    has_room: bool = False


_STAY: Final[ContextVar[_Stay | None]] = ContextVar("stay", default=None)


class NoRoom(Exception):
    """Others hold all the room there is."""


@contextmanager
def stay() -> Iterator[None]:
    """Count everything inside as one visitor, whose room is given back at the end."""
    mine = _Stay()
    token = _STAY.set(mine)
    try:
        yield
    finally:
        _STAY.reset(token)
        if mine.has_room:
            _LARGE.leave()


def make_room() -> None:
    """Have room for this visitor, or raise NoRoom; where nobody is counted, such as at the command line, there is."""
    mine = _STAY.get()
    if mine is None or mine.has_room:
        return
    owed = debt()
    with giving_way():
        mine.has_room = _LARGE.enter((owed,), left(PATIENCE))
    if not mine.has_room:
        raise NoRoom


def is_wanted() -> bool:
    """Tell whether somebody waits for room."""
    return len(_LARGE) > 0
