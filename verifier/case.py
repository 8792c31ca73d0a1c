"""One verification under way, and the course that it takes: gates to be passed in turn, then looks at what stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from badges.document import Document
from verifier.policy import Policy
from verifier.resolver import Resolver
from verifier.verdict import Check, Endorsement, Issuer, Result, Verdict


@dataclass(frozen=True)
class Successor:
    """A newer version that is in force: since when, and the address that had it."""

    since: datetime
    url: str


@dataclass
class Case:
    """What was handed in, and what has been learnt so far; `source` is where it was had from, if that is an address.

    `partial` is whether the proof leaves open what else the issuer said, so that nothing follows from what is missing.
    `refresh_told` is whether the issuer's status list says that a newer version is to be had, `successor` the one
    that was found; `endorsements` are those that were verified.

    `told` is what may be told as the credential where that is not the document itself: the hosted assertion of
    Open Badges 2.0, with its badge class and issuer in place.
    """

    data: bytes = field(repr=False)
    resolver: Resolver
    policy: Policy
    now: datetime
    source: str = ""
    format: str = ""
    document: Document | None = None
    issuer: Issuer = field(default_factory=Issuer)
    partial: bool = False
    revoked: bool = False
    refresh_told: bool = False
    successor: Successor | None = None
    endorsements: tuple[Endorsement, ...] = ()
    told: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def credential(self) -> Mapping[str, Any]:
        """What the credential says; only to be told once all gates are passed."""
        if self.told is not None:
            return self.told
        if self.document is None:
            raise LookupError("Nothing has been read yet.")
        return self.document.credential


@dataclass(frozen=True)
class Step:
    """One step: `take` yields its checks, or raises what it found; `names` are the checks it decides."""

    names: tuple[str, ...]
    take: Callable[[Case], Iterator[Check]]

    @property
    def name(self) -> str:
        """The check to which a fault of this step belongs."""
        return self.names[-1]


@dataclass(frozen=True)
class Course:
    """The steps for one generation of badges. Until all `gates` are passed nothing that the document says is told.

    Of the `looks` each is taken, whatever the others found.
    """

    gates: tuple[Step, ...]
    looks: tuple[Step, ...]


def passed(name: str, code: str, note: str = "", /, **values: str) -> Check:
    """Return a check that ended well; `code` and `values` become its sentence."""
    return Check(name, Result.PASS, code, values, note)


def skipped(name: str, code: str, note: str = "", /, **values: str) -> Check:
    """Return a check that was not made, and why."""
    return Check(name, Result.SKIPPED, code, values, note)


def failed(name: str, verdict: Verdict, code: str | None = None, note: str = "", /, **values: str) -> Check:
    """Return a check that went against the credential."""
    return Check(name, Result.FAIL, code or verdict.value, values, note, verdict)
