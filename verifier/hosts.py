"""How often one host may be asked: whoever has us verify a thousand files must not make us a nuisance to a third.

A bucket for each host name fills evenly; what is asked of our cache costs nothing (SECURITY.md, E7).
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Final

PER_MINUTE: Final = 60
"""Requests to one host, redirects included, that go out in a minute on the average."""
BURST: Final = 20
HOSTS_MOST: Final = 4_096


class HostLimit:
    """The buckets of all hosts in this process; `per_minute` is shared out when there are several processes."""

    def __init__(self, per_minute: float = PER_MINUTE, burst: int = BURST) -> None:
        self._interval = 60.0 / per_minute
        self._burst = burst
        self._full_at: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, host: str, now: float) -> bool:
        """Take one for `host` at `now`, in seconds of any clock; False when its bucket is empty.

        The host that was asked longest ago is forgotten first. By then its bucket is full again: to push out one
        that is not, thousands of other hosts would have to be asked within its minute, and their limits with them.
        """
        with self._lock:
            full_at = max(self._full_at.get(host, now), now) + self._interval
            if full_at - now > self._interval * self._burst:
                return False
            self._full_at[host] = full_at
            self._full_at.move_to_end(host)
            while len(self._full_at) > HOSTS_MOST:
                self._full_at.popitem(last=False)
        return True
