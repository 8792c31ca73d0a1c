"""Threads that do one piece of work after the other: to start one costs more than most of what it would do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

IDLE_MOST: Final = 16
"""Threads that are kept while they have nothing to do."""

Work = Callable[[], None]


class Hands:
    """As many threads as there is work at once; safe to use from any thread. Work never raises."""

    def __init__(self, idle_most: int = IDLE_MOST) -> None:
        self._idle_most = idle_most
        self._idle: list[_Hand] = []
        self._lock = threading.Lock()

    def take(self, work: Work) -> None:
        """Have `work` done beside the caller's own; RuntimeError when the system has no thread left."""
        with self._lock:
            hand = self._idle.pop() if self._idle else None
        if hand is None:
            hand = _Hand(self._rest)
            hand.start()
        hand.give(work)

    def _rest(self, hand: _Hand) -> bool:
        """Keep `hand` for what comes next; tell whether it is kept."""
        with self._lock:
            if len(self._idle) >= self._idle_most:
                return False
            self._idle.append(hand)
            return True


class _Hand(threading.Thread):
    """One thread, which does what it is given until nobody keeps it."""

    def __init__(self, rest: Callable[[_Hand], bool]) -> None:
        super().__init__(daemon=True)
        self._rest = rest
        self._work: Work | None = None
        self._given = threading.Lock()
        self._given.acquire()

    def give(self, work: Work) -> None:
        """Let it do `work`."""
        self._work = work
        self._given.release()

    def run(self) -> None:
        """Do one piece of work after the other; nothing of one is held while the next is waited for."""
        while True:
            self._given.acquire()
            work, self._work = self._work, None
            if work is not None:
                work()
            del work
            if not self._rest(self):
                return
