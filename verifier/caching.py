"""Documents of the network, kept for as long as they themselves allow, and never longer than an hour.

Bitstring Status List 1.0, 2.2 (`ttl`, which never outlives `validUntil`) and RFC 9111, 5.2 (`Cache-Control`): the
shortest counts. Whoever says nothing is asked again after a minute. Failures are not kept.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from badges.problem import Malformed
from badges.times import read_stamp
from keys.encoding import read_base64url
from verifier.deadline import left
from verifier.giving_way import giving_way
from verifier.resolver import Unreachable

USUAL_SECONDS: Final = 60.0
MOST_SECONDS: Final = 3_600.0
OCTETS_MOST: Final = 64 * 1_048_576
"""Octets of all documents that are kept."""
_OVERHEAD: Final = 1_024
"""Octets that a document counts for beside its own."""


@dataclass(frozen=True)
class Answer:
    """A document as it was retrieved; `lifetime` is how many seconds its server lets it be used, if it says so."""

    data: bytes = field(repr=False)
    lifetime: float | None = None


class Retriever(Protocol):
    """Whoever retrieves documents and knows for how long they may be used."""

    def retrieve(self, url: str) -> Answer:
        """Return the document at `url`; Unreachable when it cannot be had."""


class Caching:
    """Keeps what `retriever` had, by `clock`, seconds since 1970. A document is retrieved by one thread at a time."""

    def __init__(self, retriever: Retriever, clock: Callable[[], float], octets_most: int = OCTETS_MOST) -> None:
        self._retriever = retriever
        self._clock = clock
        self._octets_most = octets_most
        self._kept: OrderedDict[str, tuple[float, float, bytes]] = OrderedDict()
        self._octets = 0
        self._lock = threading.Lock()
        self._asking: dict[str, tuple[threading.Lock, int]] = {}

    def fetch(self, url: str) -> bytes:
        """Return the document, from its server or as it was not longer ago than it allows."""
        url = url.partition("#")[0]
        if (data := self._fresh(url)) is not None:
            return data
        turn = self._join(url)
        try:
            with giving_way(), _held(turn):
                if (data := self._fresh(url)) is not None:
                    return data
                answer = self._retriever.retrieve(url)
                self._keep(url, answer)
                return answer.data
        finally:
            self._leave(url)

    def forget(self, url: str) -> None:
        """Let go of what was kept of `url`: it was found to be older than what others have seen."""
        with self._lock:
            self._octets -= _size(self._kept.pop(url.partition("#")[0], None))

    def _fresh(self, url: str) -> bytes | None:
        now = self._clock()
        with self._lock:
            since, until, data = self._kept.get(url, (0.0, 0.0, b""))
        return data if since <= now < until else None

    def _keep(self, url: str, answer: Answer) -> None:
        now = self._clock()
        lifetime = lifetime_of(answer, now)
        with self._lock:
            old = self._kept.pop(url, None)
            self._octets -= _size(old)
            if lifetime > 0:
                self._kept[url] = kept = (now, now + lifetime, answer.data)
                self._octets += _size(kept)
            while self._octets > self._octets_most:
                _, dropped = self._kept.popitem(last=False)
                self._octets -= _size(dropped)

    def _join(self, url: str) -> threading.Lock:
        with self._lock:
            turn, waiting = self._asking.get(url, (threading.Lock(), 0))
            self._asking[url] = (turn, waiting + 1)
            return turn

    def _leave(self, url: str) -> None:
        with self._lock:
            turn, waiting = self._asking[url]
            if waiting > 1:
                self._asking[url] = (turn, waiting - 1)
            else:
                del self._asking[url]


@contextmanager
def _held(turn: threading.Lock) -> Iterator[None]:
    """Hold the turn to ask for a document; Unreachable for whoever has no time left to wait for it."""
    if not turn.acquire(timeout=left(MOST_SECONDS)):
        raise Unreachable
    try:
        yield
    finally:
        turn.release()


def _size(kept: tuple[float, float, bytes] | None) -> int:
    return 0 if kept is None else len(kept[2]) + _OVERHEAD


def lifetime_of(answer: Answer, now: float) -> float:
    """Return for how many seconds after `now` a document may be used again: the shortest that anybody allows."""
    allowed = [MOST_SECONDS, *_own_lifetimes(answer.data, now)]
    if answer.lifetime is not None:
        allowed.append(answer.lifetime)
    elif len(allowed) == 1:
        allowed.append(USUAL_SECONDS)
    return max(0.0, min(allowed))


def _own_lifetimes(data: bytes, now: float) -> list[float]:
    """Return what a status list says of itself: its `ttl`, in milliseconds, and the seconds until its `validUntil`."""
    document = _members(data)
    found = []
    subject = document.get("credentialSubject")
    ttl = subject.get("ttl") if isinstance(subject, Mapping) else None
    if isinstance(ttl, int | float) and not isinstance(ttl, bool):
        found.append(min(ttl, MOST_SECONDS * 1000) / 1000)  # An integer may be longer than a number can be.
    for member in ("validUntil", "expirationDate"):
        if member in document:
            try:
                found.append(read_stamp(document[member], member).timestamp() - now)
            except Malformed:
                continue
    return found


def _members(data: bytes) -> Mapping[str, Any]:
    """Return a document's members, to be believed no further than for its lifetime; nothing for what is no object.

    Those of a token are what it holds, or the credential in it (VCDM 1.1, 6.3.1).
    """
    text = data.strip(b" \t\r\n")
    try:
        if not text.startswith(b"{"):
            _, payload, _ = text.decode("ascii").split(".")
            text = read_base64url(payload)
        document = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    document = document if isinstance(document, dict) else {}
    inner = document.get("vc")
    return inner if isinstance(inner, dict) else document
