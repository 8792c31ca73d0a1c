"""Who works at once: a few; first whoever has had the least of our time of late, and nobody who only waits.

Slow servers and files that are long to open hold no place while they are waited for, and whoever sends many of them
stands behind those who send one: so a flood keeps an honest visitor for moments only (SECURITY.md, R18). When the
crowd is too large, whoever stands last is sent away, not whoever comes.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from werkzeug.exceptions import ServiceUnavailable

from verifier.gate import FIRST, Gate
from verifier.giving_way import while_waiting
from verifier.hosts import on_behalf_of
from verifier.room import stay
from verifier.web.debts import Debts

TOGETHER: Final = max(2, os.cpu_count() or 1)
"""Verifications that work at once in one process."""
CROWD: Final = 256
"""Verifications that are under way in one process, waiting ones included: fewer than it has threads, for the pages."""
PATIENCE: Final = 2.0
"""Seconds that one waits for its first turn before it is told to come back."""
COME_BACK: Final = 5
"""Seconds after which it may."""


class Turnstile:
    """Lets `together` work at once, of a `crowd` that waits, each for its first turn no longer than `patience`."""

    def __init__(self, together: int = TOGETHER, patience: float = PATIENCE, crowd: int = CROWD) -> None:
        self._gate = Gate(together)
        self._room = crowd
        self._patience = patience
        self._lock = threading.Lock()
        self._debts = Debts()

    @contextmanager
    def turn(self, who: str = "") -> Iterator[None]:
        """Wait for a turn of the visitor `who` and hold it; ServiceUnavailable (503, Retry-After) when none comes."""
        owed = self._debts.of(who, time.monotonic())
        with self._in_the_crowd(owed), stay(), on_behalf_of(who):
            if not self._gate.enter((owed,), self._patience):
                raise ServiceUnavailable(retry_after=COME_BACK)
            began = time.monotonic()
            try:
                with while_waiting(self._away, owed):
                    yield
            finally:
                self._gate.leave()
                now = time.monotonic()
                self._debts.add(who, now - began, now)

    def is_awaited(self) -> bool:
        """Tell whether somebody waits for a turn."""
        return len(self._gate) > 0

    @contextmanager
    def _in_the_crowd(self, owed: float) -> Iterator[None]:
        with self._lock:
            if self._room <= 0 and not self._gate.dismiss((owed,)):
                raise ServiceUnavailable(retry_after=COME_BACK)
            self._room -= 1
        try:
            yield
        finally:
            with self._lock:
                self._room += 1

    @contextmanager
    def _away(self) -> Iterator[None]:
        """Give the turn back, and take one again, however long that takes: those who work are not long about it."""
        self._gate.leave()
        try:
            yield
        finally:
            self._gate.enter(FIRST)
