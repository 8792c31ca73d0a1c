"""How often one host may be asked: whoever has us verify a thousand files must not make us a nuisance to a third.

A bucket for each host name fills evenly; what is asked of our cache costs nothing (SECURITY.md, E7). Whoever has had
much of a host leaves half of its bucket to others: nobody alone keeps them from an issuer's documents.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

PER_MINUTE: Final = 60
"""Requests to one host, redirects included, that go out in a minute on the average."""
BURST: Final = 20
HOSTS_MOST: Final = 4_096
LITTLE: Final = 8
"""Requests to one host that are little for one visitor."""
RETURN: Final = 7.5
"""Seconds that give one of them back."""
_VISITOR: Final[ContextVar[str]] = ContextVar("visitor", default="")


@contextmanager
def on_behalf_of(visitor: str) -> Iterator[None]:
    """Let everything inside be asked for `visitor`; without one, nobody's share is counted."""
    token = _VISITOR.set(visitor)
    try:
        yield
    finally:
        _VISITOR.reset(token)


class HostLimit:
    """The buckets of all hosts in this process; `per_minute` is shared out when there are several processes."""

    def __init__(self, per_minute: float = PER_MINUTE, burst: int = BURST) -> None:
        self._interval = 60.0 / per_minute
        self._burst = burst
        self._full_at: OrderedDict[str, float] = OrderedDict()
        self._shares: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, host: str, now: float) -> bool:
        """Take one for `host` at `now`, in seconds of any clock; False when its bucket is empty.

        For a visitor who has had more than a little of it, it is empty when it is half empty.

        The host that was asked longest ago is forgotten first. By then its bucket is full again: to push out one
        that is not, thousands of other hosts would have to be asked within its minute, and their limits with them.
        """
        with self._lock:
            share, most = (host, _VISITOR.get()), self._interval * self._burst
            full_at = max(self._full_at.get(host, now), now) + self._interval
            had = max(self._shares.get(share, now), now) + RETURN
            if full_at - now > (most / 2 if share[1] and had - now > RETURN * LITTLE else most):
                return False
            _note(self._full_at, host, full_at)
            _note(self._shares, share, min(had, now + RETURN * (LITTLE + 1)))
        return True


def _note(kept: OrderedDict[Any, float], key: Any, full_at: float) -> None:
    """Keep what is known of `key`, and forget whom it was known of longest ago."""
    kept[key] = full_at
    kept.move_to_end(key)
    while len(kept) > HOSTS_MOST:
        kept.popitem(last=False)
