"""Verdicts that are found once and told again while nothing they rest on has changed, and never one moment longer."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from verifier.resolver import Resolver, Unreachable
from verifier.trust import reasons
from verifier.verdict import Outcome, Report
from verifier.web.facts import facts

MOST: Final = 1_024
LONGEST: Final = timedelta(minutes=10)
"""How long a verdict is told again at the most: the lifetimes of lists and keys are longer by far."""

Verify = Callable[[bytes, Resolver], Report]


@dataclass(frozen=True)
class _Found:
    report: Report
    rested_on: dict[str, bytes]
    at: datetime
    until: datetime | None


class _Noting:
    """A resolver that notes what it handed over."""

    local: Final = True

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.noted: dict[str, bytes] = {}

    def fetch(self, url: str) -> bytes:
        self.noted[url] = self.resolver.fetch(url)
        return self.noted[url]


class Verdicts:
    """Remembers valid verdicts alone, each with every document that it rested on.

    One is told again only if each of those documents is the same byte for byte, which a revocation, a correction or
    another key would not leave it, the issuer is known for the same reasons, and the credential's own end has not come.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, _Found] = OrderedDict()
        self._lock = threading.Lock()

    def tell(
        self, signed: bytes, resolver: Resolver, known: Mapping[str, str], now: datetime, verify: Verify
    ) -> Report:
        """Return what `verify` says of `signed`, or said before on the very same documents and of the same issuer."""
        with self._lock:
            found = self._kept.get(signed)
        if found and _still(found, resolver, known, now):
            return found.report
        noting = _Noting(resolver)
        report = verify(signed, noting)
        with self._lock:
            self._kept.pop(signed, None)
            if report.outcome is Outcome.VALID:
                until = facts(report.credential or {}).valid_until
                self._kept[signed] = _Found(report, noting.noted, now, until)
                while len(self._kept) > MOST:
                    self._kept.popitem(last=False)
        return report


def _still(found: _Found, resolver: Resolver, known: Mapping[str, str], now: datetime) -> bool:
    if not found.at <= now < found.at + LONGEST or (found.until is not None and now >= found.until):
        return False
    if reasons(known, found.report.issuer.id or "") != found.report.issuer.listed:
        return False
    try:
        return all(resolver.fetch(url) == body for url, body in found.rested_on.items())
    except Unreachable:
        return False
