"""Where bodies are read: one that comes slowly has its time, until somebody else needs its place.

The server can neither be asked how much has come nor be told to stop reading, so each body is read by a thread of its
own, and whoever waits for it may stop waiting. Such a thread ends when its visitor hangs up; one visitor may have a
few of them only.
"""

from __future__ import annotations

import io
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import IO, Final

from flask import Request
from werkzeug.exceptions import RequestTimeout, ServiceUnavailable, TooManyRequests

from verifier.gate import Gate
from verifier.giving_way import debt
from verifier.hands import Hands
from verifier.room import SMALL, NoRoom, is_wanted, make_room
from verifier.web.turnstile import COME_BACK, PATIENCE

PLACES: Final = 64
"""Bodies that are read at once in one process."""
GRACE: Final = 1.0
"""Seconds that a body may always take."""
SECONDS: Final = 180.0
"""Seconds that it may take while nobody else needs its place: 10 MiB over a bad line."""
OF_ONE: Final = 8
"""Bodies of one visitor that are under way, those included for which nobody waits any more."""
OF_ALL: Final = 512
_TICK: Final = 0.05
_CHUNK: Final = 65_536


def _nobody() -> bool:
    return False


class Reception:
    """Reads up to `places` bodies at once, each for `grace` seconds, and for `seconds` while nobody else waits."""

    def __init__(self, places: int = PLACES, grace: float = GRACE, seconds: float = SECONDS) -> None:
        self.gate = Gate(places)
        """Where whoever would send a body waits."""
        self._grace, self._seconds = grace, seconds
        self._lock = threading.Lock()
        self._under_way: Counter[str] = Counter()
        self._hands = Hands()

    def read(self, request: Request, who: str, is_needed: Callable[[], bool] = _nobody) -> None:
        """Have the whole body of `request`, of the visitor `who`, at hand as its stream; whoever asks holds no turn.

        `is_needed` tells whether somebody needs what the caller holds. Raises 408 when the time is over, 429 and 503
        (Retry-After) when there is no place, or no longer.
        """
        stream, length = request.stream, request.content_length
        is_large = length is None or length > SMALL
        if is_large:
            self._make_room()
        if not self.gate.enter((debt(),), PATIENCE):
            raise ServiceUnavailable(retry_after=COME_BACK)
        try:
            request.stream = self._awaited(
                self._begun(stream, who), lambda: is_needed() or len(self.gate) > 0 or (is_large and is_wanted())
            )
        finally:
            self.gate.leave()

    @staticmethod
    def _make_room() -> None:
        try:
            make_room()
        except NoRoom as fault:
            raise ServiceUnavailable(retry_after=COME_BACK) from fault

    def _begun(self, stream: IO[bytes], who: str) -> _Reading:
        with self._lock:
            if self._under_way[who] >= OF_ONE:
                raise TooManyRequests(retry_after=COME_BACK)
            if self._under_way.total() >= OF_ALL:
                raise ServiceUnavailable(retry_after=COME_BACK)
            self._under_way[who] += 1
        reading = _Reading(stream, lambda: self._ended(who))
        try:
            self._hands.take(reading)
        except RuntimeError as fault:  # The system has no thread left.
            self._ended(who)
            raise ServiceUnavailable(retry_after=COME_BACK) from fault
        return reading

    def _ended(self, who: str) -> None:
        with self._lock:
            self._under_way -= Counter({who: 1})

    def _awaited(self, reading: _Reading, is_needed: Callable[[], bool]) -> IO[bytes]:
        began = time.monotonic()
        while True:
            if reading.has_ended(_TICK):
                return reading.result()
            taken = time.monotonic() - began
            if taken > self._seconds:
                reading.abandon()
                raise RequestTimeout
            if taken > self._grace and is_needed():
                reading.abandon()
                raise ServiceUnavailable(retry_after=COME_BACK)


class _Reading:
    """A body on its way."""

    def __init__(self, stream: IO[bytes], ended: Callable[[], None]) -> None:
        self._stream, self._ended = stream, ended
        self._body: io.BytesIO | None = io.BytesIO()
        self._fault: Exception | None = None
        self._under_way = threading.Lock()
        self._under_way.acquire()

    def __call__(self) -> None:
        """Read to the end, or until nobody waits any more."""
        try:
            while self._takes(self._stream.read(_CHUNK)):
                pass
        except Exception as fault:  # noqa: BLE001  # Whoever waits for the body is told.
            self._fault = fault
        finally:
            self._ended()
            self._under_way.release()

    def _takes(self, chunk: bytes) -> bool:
        """Keep what came; tell whether more is wanted. Nothing else here holds the body, so that it can be let go."""
        body = self._body
        if body is not None:
            body.write(chunk)
        return body is not None and bool(chunk)

    def has_ended(self, seconds: float) -> bool:
        """Wait for so long, or until it has ended; tell whether it has. To be asked by one alone, until it has."""
        return self._under_way.acquire(timeout=seconds)

    def abandon(self) -> None:
        """Let go of what has come, and of what is still to come, though its sender may keep the line for hours."""
        self._body = None

    def result(self) -> IO[bytes]:
        """Return the body, or raise what came in its way."""
        if self._fault is not None:
            raise self._fault
        body = self._body or io.BytesIO()
        body.seek(0)
        return body
