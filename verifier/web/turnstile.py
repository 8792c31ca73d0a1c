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
from contextlib import contextmanager, nullcontext
from typing import Final

from werkzeug.exceptions import ServiceUnavailable

from verifier.deadline import TOTAL_SECONDS, left
from verifier.gate import Gate
from verifier.giving_way import while_waiting
from verifier.hosts import on_behalf_of
from verifier.room import stay
from verifier.web.debts import Debts, neighbourhood

TOGETHER: Final = max(2, os.cpu_count() or 1)
"""Verifications that work at once in one process."""
CROWD: Final = 256
"""Verifications that are under way in one process, waiting ones included: fewer than it has threads, for the pages."""
PATIENCE: Final = 2.0
"""Seconds that one waits for its first turn before it is told to come back."""
SHARED: Final = 0.25
"""The part of a debt that is the neighbours' too: so it does not help to come from another address each time.

A part, so that of neighbours whoever has had little still comes before whoever has had much.
"""
LITTLE: Final = 0.25
"""Seconds of debt that set nobody back but in a crowd: some thirty badges, as many as one may ask about in a minute."""
READER: Final = 1 / 32
"""The part of the time in which a body came that is a debt: there is room for so many more readers than workers."""
COME_BACK: Final = 5
"""Seconds after which it may."""


class Turn:
    """A turn of one visitor, who owes so much: held while he works, given back while he waits."""

    def __init__(self, gate: Gate, owed: float, patience: float) -> None:
        self._gate, self._owed, self._patience = gate, owed, patience
        self._held = False
        self.free = 0.0
        """Seconds since it was first had that are nobody's debt."""

    def begin(self) -> None:
        """Take it; ServiceUnavailable (503, Retry-After) when none comes, or none came soon enough before."""
        began = time.monotonic()
        self._held = self._gate.enter((self._owed,), self._patience)
        self._patience = max(0.0, self._patience - (time.monotonic() - began))
        if not self._held:
            raise ServiceUnavailable(retry_after=COME_BACK)

    def end(self) -> None:
        """Give it back."""
        if self._held:
            self._gate.leave()
        self._held = False

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Step aside for what is no work yet, and line up anew."""
        began = time.monotonic()
        self.end()
        try:
            with while_waiting(nullcontext, self._owed):
                yield
        finally:
            came = time.monotonic()
            self.free += (came - began) * (1 - READER)
        try:
            self.begin()
        finally:
            self.free += time.monotonic() - came

    @contextmanager
    def away(self) -> Iterator[None]:
        """Wait for somebody else, and come back before all who have not begun.

        Who finds no place until its time is over goes on without one: there is little left to do then.
        """
        self.end()
        try:
            yield
        finally:
            self._held = self._gate.enter((float("-inf"), self._owed), left(TOTAL_SECONDS))


class Turnstile:
    """Lets `together` work at once, of a `crowd` that waits, each for its first turn no longer than `patience`."""

    def __init__(self, together: int = TOGETHER, patience: float = PATIENCE, crowd: int = CROWD) -> None:
        self._gate = Gate(together, LITTLE)
        self._room = crowd
        self._patience = patience
        self._lock = threading.Lock()
        self._debts = Debts()

    @contextmanager
    def turn(self, who: str = "", *others: Gate) -> Iterator[Turn]:
        """Wait for a turn of the visitor `who` and hold it; ServiceUnavailable (503, Retry-After) when none comes.

        `others` are further gates at which the crowd waits: in front of them, too, one may be sent away for another.
        """
        owed = self._owed(who)
        turn = Turn(self._gate, owed, self._patience)
        with self._in_the_crowd(owed, (self._gate, *others)), stay(), on_behalf_of(who):
            turn.begin()
            began = time.monotonic()
            try:
                with while_waiting(turn.away, owed):
                    yield turn
            finally:
                turn.end()
                self._charge(who, time.monotonic() - began - turn.free)

    def is_awaited(self) -> bool:
        """Tell whether somebody waits for a turn."""
        return len(self._gate) > 0

    def _owed(self, who: str) -> float:
        """Return the debt of `who`, and a part of what the neighbours have had."""
        now = time.monotonic()
        return self._debts.of(who, now) + self._debts.of(neighbourhood(who), now)

    def _charge(self, who: str, seconds: float) -> None:
        now = time.monotonic()
        self._debts.add(who, seconds, now)
        self._debts.add(neighbourhood(who), SHARED * seconds, now)

    @contextmanager
    def _in_the_crowd(self, owed: float, gates: tuple[Gate, ...]) -> Iterator[None]:
        with self._lock:
            if self._room <= 0 and not any(gate.dismiss((owed,)) for gate in gates):
                raise ServiceUnavailable(retry_after=COME_BACK)
            self._room -= 1
        try:
            yield
        finally:
            with self._lock:
                self._room += 1
