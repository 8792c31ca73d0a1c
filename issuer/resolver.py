"""Documents under our own addresses, from our own store: nothing is asked of the network, not even of ourselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from issuer import public
from issuer.hosts import is_ours
from issuer.office import Office
from issuer.standing import signed
from issuer.tokens import read_token
from verifier.resolver import Absent, Unreachable


class StoreResolver:
    """Answers for everything under the base URL, on loopback too; the time is only used to keep status lists fresh.

    It is `now`, or whatever `clock` shows when somebody asks.
    """

    local: Final = True

    def __init__(
        self, office: Office, now: datetime | None = None, clock: Callable[[], datetime] | None = None
    ) -> None:
        self._office = office
        self._now, self._clock = now, clock or partial(datetime.now, UTC)

    def fetch(self, url: str) -> bytes:
        """Return the document at `url`; Absent when it is ours and there is none, Unreachable when it is not ours."""
        try:
            parts = urlsplit(url)
        except ValueError as fault:
            raise Unreachable from fault
        if parts.scheme not in ("http", "https") or not is_ours(self._office, parts.netloc):
            raise Unreachable("The address is not one of ours.")
        if parts.path.startswith("/c/"):
            token = read_token(parts.path)
            found = signed(self._office, token) if token else None
            if found is None:
                raise Absent
            return found[0]
        document = public.document(self._office, parts.path, self._now or self._clock())
        if document is None:
            raise Absent
        return document.body
