"""How often passwords are tried: by one address, and for one account, wherever from.

An account is counted by what is typed, so that what nobody has is counted alike. A browser in which somebody has been
signed in before has tries of its own for that account: strangers who use up those of all others lock nobody out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from flask import request, session
from werkzeug.exceptions import TooManyRequests

from issuer.accounts.mailbox import mailbox
from verifier.web.limits import BURST, Buckets

PATIENCE: Final = 6.0
"""Seconds that an address's next try costs, once the first ten are used up (SECURITY.md, 1)."""
ACCOUNT_PATIENCE: Final = 60.0
ACCOUNT_BURST: Final = 50
"""The same for an account: fewer than a hundred failures in a row (NIST SP 800-63B-4, 3.2.2)."""
_KNOWN: Final = "known"
"""Where it lies in the signed cookie for which account this browser has tries of its own."""


class Tries:
    """Counts tries; `path` is the file in which several processes count together."""

    def __init__(self, path: Path | None, clock: Callable[[], datetime]) -> None:
        self._addresses = Buckets(path, interval=PATIENCE, burst=BURST)
        accounts = path and path.with_name(f"accounts-{path.name}")
        self._accounts = Buckets(accounts, interval=ACCOUNT_PATIENCE, burst=ACCOUNT_BURST)
        self._clock = clock

    def by_address(self) -> None:
        """Count a try of this caller; TooManyRequests when there are too many."""
        self._addresses.check(request.remote_addr, self._clock().timestamp())

    def for_account(self, email: str) -> None:
        """Count a try for an account, whether or not there is one; TooManyRequests when there are too many."""
        account = _account(email)
        own = session.get(_KNOWN) == account
        if wait := self._accounts.take_from(f"{account} {own}", self._clock().timestamp()):
            raise TooManyRequests(retry_after=wait)


def recognize(email: str) -> None:
    """Remember in this browser that it was let in for an account; so it is once its visit has ended, too."""
    session[_KNOWN] = _account(email)


def recognized() -> str | None:
    """Return what `recognize` left here."""
    found = session.get(_KNOWN)
    return found if isinstance(found, str) else None


def keep(known: str | None) -> None:
    """Leave it in a cookie that was made new."""
    if known is not None:
        session[_KNOWN] = known


def _account(email: str) -> str:
    return sha256((mailbox(email) or email).encode()).hexdigest()[:32]
