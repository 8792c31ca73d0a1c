"""A few places, and who gets the next free one: the lowest rank first, and of equals whoever came first.

In a crowd it is whoever came last: the others have waited longer and are the likelier to have given up, and a flood
that is there already does not stand before the next visitor.
"""

from __future__ import annotations

import threading
from bisect import insort
from itertools import count
from typing import Final

Rank = tuple[float, ...]

CROWD: Final = 16
"""Waiting ones from which on there is a crowd: of fewer each has his turn soon, and nobody is passed by for long."""


class _Waiter:
    """One who waits; a place is handed to him, so that nobody is woken but the one whose turn it is."""

    def __init__(self, order: tuple[Rank, int]) -> None:
        self.order = order
        self.has_place = False
        self._told = threading.Lock()
        self._told.acquire()

    def tell(self, *, has_place: bool) -> None:
        """Let him go on, with a place or without one."""
        self.has_place = has_place
        self._told.release()

    def wait(self, seconds: float | None) -> None:
        """Return once he was told, or after so many seconds."""
        self._told.acquire(timeout=-1 if seconds is None else min(max(0.0, seconds), threading.TIMEOUT_MAX))


def _order(waiter: _Waiter) -> tuple[Rank, int]:
    return waiter.order


class Gate:
    """`places` that are entered and left; safe to use from any thread. While one is free, nobody waits.

    Ranks that differ from the lowest in their last number alone, by no more than `slack`, are equal to it, but in a
    crowd.
    """

    def __init__(self, places: int, slack: float = 0.0) -> None:
        self._free = places
        self._slack = slack
        self._queue: list[_Waiter] = []
        self._arrivals = count()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._queue)

    def enter(self, rank: Rank = (0.0,), seconds: float | None = None) -> bool:
        """Take a place; False when none came within `seconds`, or when somebody `dismiss`ed this one."""
        with self._lock:
            if self._free > 0:
                self._free -= 1
                return True
            me = _Waiter((rank, -next(self._arrivals)))
            insort(self._queue, me, key=_order)
        try:
            me.wait(seconds)
        except BaseException:
            if self._withdraw(me):
                self.leave()
            raise
        return self._withdraw(me)

    def leave(self) -> None:
        """Give a place back."""
        with self._lock:
            if self._queue:
                self._queue.pop(self._next()).tell(has_place=True)
            else:
                self._free += 1

    def dismiss(self, rank: Rank) -> bool:
        """Send away whoever is last, if he ranks behind `rank`; tell whether anybody went."""
        with self._lock:
            if not self._queue or self._queue[-1].order[0] <= rank:
                return False
            self._queue.pop().tell(has_place=False)
            return True

    def _next(self) -> int:
        """Return whose turn it is; the queue is in the order of a crowd."""
        if len(self._queue) >= CROWD:
            return 0
        *first, last = self._queue[0].order[0]
        equals = [
            arrival
            for (*others, own), arrival in map(_order, self._queue)
            if others == first and own <= last + self._slack
        ]
        return equals.index(max(equals))

    def _withdraw(self, me: _Waiter) -> bool:
        """Let `me` wait no longer; tell whether a place was handed to him, be it at the last moment."""
        with self._lock:
            if me in self._queue:
                self._queue.remove(me)
            return me.has_place
