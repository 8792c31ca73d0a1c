"""How much of our time each visitor has had of late, in seconds; half of it is forgotten in half a minute.

Who has had the least comes first. It is kept in the memory of one process, by network as the buckets are, and
forgotten once it counts for nothing.
"""

from __future__ import annotations

import threading
from typing import Final

HALF_LIFE: Final = 30.0
LEAST: Final = 0.01
"""Seconds of debt that count for nothing."""
MOST: Final = 10_000
"""Visitors whose debts are kept; past that those of the smallest debt are forgotten."""


def neighbourhood(network: str) -> str:
    """Return the /48 or /24 that `network`, an IPv6 /64 or an IPv4 address, lies in: one may rent it as a whole."""
    mark = ":" if ":" in network else "."
    return network.rpartition(mark)[0] + mark


class Debts:
    """The debts of all visitors; `now` is in seconds of any clock that only goes forward."""

    def __init__(self) -> None:
        self._owed: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def of(self, who: str, now: float) -> float:
        """Return what `who` has had of late, in seconds."""
        with self._lock:
            return self._of(who, now)

    def add(self, who: str, seconds: float, now: float) -> None:
        """Note that `who` has had so many seconds more."""
        with self._lock:
            self._owed[who] = (self._of(who, now) + seconds, now)
            if len(self._owed) > MOST:
                self._forget(now)

    def _of(self, who: str, now: float) -> float:
        owed, since = self._owed.get(who, (0.0, now))
        return float(owed * 0.5 ** ((now - since) / HALF_LIFE))

    def _forget(self, now: float) -> None:
        """Forget what counts for nothing; and if that is too little, the smaller half."""
        self._owed = {who: kept for who, kept in self._owed.items() if self._of(who, now) >= LEAST}
        if len(self._owed) > MOST:
            largest = sorted(self._owed, key=lambda who: self._of(who, now), reverse=True)[: MOST // 2]
            self._owed = {who: self._owed[who] for who in largest}
