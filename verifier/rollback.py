"""Which edition of a status list was the newest that was seen, so that an older one, still signed, hides nothing.

SECURITY.md, C8. Whoever answers in place of the issuer can replay a list from before a revocation; its signature
holds, and it may be in force for weeks. So the time of the newest edition is kept, and of lists about revocation
alone every bit that was ever set, for those are never cleared, and many issuers sign new bits under an old time.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final, Protocol

from badges.problem import StatusOutOfRange
from badges.status import MAX_INFLATED, BitString

LISTS_MOST: Final = 1_000
"""Lists that are remembered; of more, those are forgotten that changed longest ago."""
OCTETS_MOST: Final = 65_536
"""Octets of the bits of one list, compressed; of a list with more, only the time is kept."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Edition:
    """One list as it was trusted: `since` is its own time, `bits` are None unless a set bit of it is final."""

    url: str
    since: datetime | None
    bits: bytes | None = field(default=None, repr=False)

    @cached_property
    def fingerprint(self) -> bytes | None:
        """A digest of the bits; None of none."""
        return _digest(self.bits) if self.bits is not None else None


@dataclass(frozen=True)
class Known:
    """What earlier editions said: the newest time, and every bit that any of them had set."""

    since: datetime | None = None
    bits: bytes | None = field(default=None, repr=False)


class Memory(Protocol):
    """Whoever remembers lists from one verification to the next."""

    def note(self, edition: Edition, now: datetime) -> Known:
        """Return what was known before of this list, and keep what this edition adds to it."""


class Forgetful:
    """Remembers nothing: for one who asks once."""

    def note(self, edition: Edition, now: datetime) -> Known:  # noqa: ARG002  # The protocol's arguments.
        """Return that nothing is known."""
        return Known()


def merge(known: Known, edition: Edition) -> Known:
    """Return what is known once `edition` was seen; an older one adds nothing, and no bit is ever cleared."""
    if known.since is not None and edition.since is not None and edition.since < known.since:
        return known
    return Known(edition.since or known.since, _union(known.bits, edition.bits))


def value_of(known: Known, index: int, size: int) -> int:
    """Return what stood at a place of the list at any time; 0 where nothing is known."""
    try:
        return BitString(octets=known.bits).value(index, size) if known.bits is not None else 0
    except StatusOutOfRange:
        return 0


def _union(one: bytes | None, other: bytes | None) -> bytes | None:
    if one is None or other is None:
        return one or other
    length = max(len(one), len(other))
    numbers = [int.from_bytes(bits.ljust(length, b"\0"), "big") for bits in (one, other)]
    return (numbers[0] | numbers[1]).to_bytes(length, "big")


class Recollection:
    """Keeps editions in one SQLite file, so that several workers know the same; without a path, in this process."""

    def __init__(self, path: Path | None = None, *, lists_most: int = LISTS_MOST) -> None:
        self._lists_most = lists_most
        self._lock = threading.Lock()
        self._store = sqlite3.connect(path or ":memory:", timeout=2, isolation_level=None, check_same_thread=False)
        self._store.execute("PRAGMA journal_mode = WAL")
        self._store.execute("PRAGMA synchronous = NORMAL")
        self._store.execute(
            "CREATE TABLE IF NOT EXISTS list "
            "(url BLOB PRIMARY KEY, since INTEGER, digest BLOB, bits BLOB, changed INTEGER) WITHOUT ROWID"
        )

    def note(self, edition: Edition, now: datetime) -> Known:
        """Return what was known before; nothing is written for an edition that adds nothing."""
        url, digest = _digest(edition.url.encode()), edition.fingerprint
        with self._lock:
            row = self._store.execute("SELECT since, digest FROM list WHERE url = ?", [url]).fetchone()
            if row is not None and row == (_number(edition.since), digest):
                return Known(edition.since, edition.bits)
            with self._writing():
                known = self._known(url)
                if (merged := merge(known, edition)) != known or row is None:
                    self._keep(url, merged, now)
        return known

    def close(self) -> None:
        """Let go of the file."""
        self._store.close()

    def _known(self, url: bytes) -> Known:
        row = self._store.execute("SELECT since, bits FROM list WHERE url = ?", [url]).fetchone()
        if row is None:
            return Known()
        since = _EPOCH + row[0] * _MICROSECOND if row[0] is not None else None
        return Known(since, zlib.decompressobj().decompress(row[1], MAX_INFLATED) if row[1] is not None else None)

    def _keep(self, url: bytes, known: Known, now: datetime) -> None:
        packed = zlib.compress(known.bits, 6) if known.bits is not None else None
        if packed is not None and len(packed) > OCTETS_MOST:
            packed = None
        self._store.execute(
            "INSERT INTO list VALUES (?, ?, ?, ?, ?) ON CONFLICT (url) DO UPDATE "
            "SET since = excluded.since, digest = excluded.digest, bits = excluded.bits, changed = excluded.changed",
            [url, _number(known.since), Edition("", None, known.bits).fingerprint, packed, _number(now)],
        )
        self._store.execute(
            "DELETE FROM list WHERE url IN (SELECT url FROM list ORDER BY changed DESC LIMIT -1 OFFSET ?)",
            [self._lists_most],
        )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._store.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._store.execute("ROLLBACK")
            raise
        self._store.execute("COMMIT")


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()


def _number(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND
