"""A few places, and who gets the next free one: the lowest rank first, and of equals whoever came last.

In a crowd whoever came first has waited longest and is the likeliest to have given up; while there is none, the order
makes no difference. So a flood that is there already does not stand before the next visitor.
"""

from __future__ import annotations

import threading
from bisect import insort
from itertools import count
from typing import Final

Rank = tuple[float, ...]

FIRST: Final[Rank] = (float("-inf"),)
"""The rank of one who may not be kept waiting by others."""


class Gate:
    """`places` that are entered and left; safe to use from any thread."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._queue: list[tuple[Rank, int]] = []
        self._arrivals = count()
        self._changed = threading.Condition()

    def __len__(self) -> int:
        return len(self._queue)

    def enter(self, rank: Rank = (0.0,), seconds: float | None = None) -> bool:
        """Take a place; False when none came within `seconds`, or when somebody `dismiss`ed this one."""
        with self._changed:
            me = (rank, -next(self._arrivals))
            insort(self._queue, me)
            self._changed.wait_for(lambda: me not in self._queue or self._may(me), seconds)
            mine = self._may(me)
            if me in self._queue:
                self._queue.remove(me)
            self._free -= mine
            self._changed.notify_all()
            return mine

    def leave(self) -> None:
        """Give a place back."""
        with self._changed:
            self._free += 1
            self._changed.notify_all()

    def dismiss(self, rank: Rank) -> bool:
        """Send away whoever is last, if he ranks behind `rank`; tell whether anybody went."""
        with self._changed:
            if not self._queue or self._queue[-1][0] <= rank:
                return False
            self._queue.pop()
            self._changed.notify_all()
            return True

    def _may(self, me: tuple[Rank, int]) -> bool:
        return self._free > 0 and bool(self._queue) and self._queue[0] == me
