"""How often one caller may ask for a verification: thirty a minute, ten at once.

A bucket per caller, by the generic cell rate algorithm: one number each, the time at which the bucket is full again.
The numbers lie in one SQLite file, so that several worker processes count together; without a file, in the memory
of one process. A caller is a digest of the address, and is forgotten once the bucket is full and the next one comes.
"""

from __future__ import annotations

import hashlib
import math
import secrets
import sqlite3
import threading
from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any, Final

from werkzeug.exceptions import TooManyRequests

INTERVAL: Final = 2.0
"""Seconds that refill a bucket by one: thirty a minute."""
BURST: Final = 10
SWEPT_EVERY: Final = 1.0
"""Seconds after which whoever comes next has all forgotten whose bucket is full."""

_TAKE: Final = """
    INSERT INTO caller (who, full_at) VALUES (:who, :now + :interval * :cost)
    ON CONFLICT (who) DO UPDATE SET full_at = max(full_at, :now) + :interval * :cost
    WHERE max(full_at, :now) - :now <= :interval * (:burst - :cost)
    RETURNING full_at
"""


def network(address: str | None) -> str:
    """Return what counts as one caller: an IPv4 address, or the /64 that one IPv6 subscriber holds."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return parsed.exploded[:19]
    return str(parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else parsed)


class Buckets:
    """The buckets of all callers; `path` None keeps them in this process."""

    def __init__(self, path: Path | None = None, *, interval: float = INTERVAL, burst: int = BURST) -> None:
        self._interval, self._burst = interval, burst
        self._lock = threading.Lock()
        self._swept = float("-inf")
        self._alone: Buckets | None = None
        self._store = sqlite3.connect(path or ":memory:", timeout=2, isolation_level=None, check_same_thread=False)
        self._store.execute("PRAGMA synchronous = OFF")
        # Nothing that was forgotten stays behind in a journal, and no file is made for each visitor.
        self._store.execute("PRAGMA journal_mode = TRUNCATE")
        self._store.execute("PRAGMA secure_delete = ON")
        self._store.execute("CREATE TABLE IF NOT EXISTS caller (who BLOB PRIMARY KEY, full_at REAL) WITHOUT ROWID")
        self._store.execute("CREATE TABLE IF NOT EXISTS salt (salt BLOB)")
        self._store.execute(
            "INSERT INTO salt SELECT ? WHERE NOT EXISTS (SELECT 1 FROM salt)", [secrets.token_bytes(16)]
        )
        self._salt = bytes(self._store.execute("SELECT salt FROM salt").fetchone()[0])

    def take(self, address: str | None, now: float, cost: int = 1) -> int:
        """Take `cost` from the caller's bucket at `now` (seconds): 0 if there was so much, else seconds to wait."""
        return self.take_from(network(address), now, cost)

    def take_from(self, bucket: str, now: float, cost: int = 1) -> int:
        """Take `cost` from a bucket of any name, such as that of what callers ask for."""
        who = hashlib.blake2b(bucket.encode(), key=self._salt, digest_size=16).digest()
        values = {"who": who, "now": now, "interval": self._interval, "burst": self._burst, "cost": cost}
        with self._lock:
            try:
                return self._take(values)
            except sqlite3.OperationalError:
                # A full disk, or somebody who holds the file: each process counts by itself until that is over.
                self._alone = self._alone or Buckets(interval=self._interval, burst=self._burst)
        return self._alone.take_from(bucket, now, cost)

    def _take(self, values: Mapping[str, Any]) -> int:
        now, cost = values["now"], values["cost"]
        if not self._swept <= now < self._swept + SWEPT_EVERY:
            self._store.execute("DELETE FROM caller WHERE full_at < ?", [now])
            self._swept = now
        if self._store.execute(_TAKE, values).fetchone():
            return 0
        full_at = self._store.execute("SELECT full_at FROM caller WHERE who = ?", [values["who"]]).fetchone()
        waits = full_at[0] - now - self._interval * (self._burst - cost) if full_at else 0.0
        return max(1, math.ceil(waits))

    def check(self, address: str | None, now: float, cost: int = 1) -> None:
        """Take `cost`; TooManyRequests (429 with Retry-After) when there is not so much."""
        if wait := self.take(address, now, cost):
            raise TooManyRequests(retry_after=wait)
