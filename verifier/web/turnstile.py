"""Who works at once: a few, in the order in which they came, and nobody who only waits for somebody else.

Slow servers and files that are long to open hold no place while they are waited for, so that a flood of them keeps an
honest visitor for moments only (SECURITY.md, R18). Whoever comes back from waiting goes first: it is nearly done.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from werkzeug.exceptions import ServiceUnavailable

from verifier.giving_way import while_waiting

TOGETHER: Final = max(2, os.cpu_count() or 1)
"""Verifications that work at once in one process."""
CROWD: Final = 48
"""Verifications that are under way in one process, waiting ones included: fewer than it has threads, for the pages."""
PATIENCE: Final = 2.0
"""Seconds that one waits for its first turn before it is told to come back."""
COME_BACK: Final = 5
"""Seconds after which it may."""


class Turnstile:
    """Lets `together` work at once, of a `crowd` that waits, each for its first turn no longer than `patience`."""

    def __init__(self, together: int = TOGETHER, patience: float = PATIENCE, crowd: int = CROWD) -> None:
        self._free = together
        self._room = crowd
        self._patience = patience
        self._changed = threading.Condition()
        self._back: deque[object] = deque()
        self._new: deque[object] = deque()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn and hold it; ServiceUnavailable (503 with Retry-After) when none comes, or in a crowd."""
        with self._in_the_crowd():
            if not self._enter(self._new, self._patience):
                raise ServiceUnavailable(retry_after=COME_BACK)
            try:
                with while_waiting(self._away):
                    yield
            finally:
                self._leave()

    @contextmanager
    def _in_the_crowd(self) -> Iterator[None]:
        with self._changed:
            if self._room <= 0:
                raise ServiceUnavailable(retry_after=COME_BACK)
            self._room -= 1
        try:
            yield
        finally:
            with self._changed:
                self._room += 1

    @contextmanager
    def _away(self) -> Iterator[None]:
        """Give the turn back, and take one again, however long that takes: those who work are not long about it."""
        self._leave()
        try:
            yield
        finally:
            self._enter(self._back, None)

    def _enter(self, queue: deque[object], patience: float | None) -> bool:
        me = object()
        with self._changed:
            queue.append(me)
            mine = self._changed.wait_for(lambda: self._free > 0 and self._next() is me, patience)
            queue.remove(me)
            self._free -= mine
            self._changed.notify_all()
        return mine

    def _next(self) -> object:
        return self._back[0] if self._back else self._new[0]

    def _leave(self) -> None:
        with self._changed:
            self._free += 1
            self._changed.notify_all()
