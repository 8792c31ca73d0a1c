"""Another version of the same credential: one issuer, one id, another `validFrom`, and a proof of its own.

Clause: OB 3.0, Verification (of two credentials of one issuer and id, the one with the newer `validFrom` counts).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from badges.document import parse
from badges.problem import Malformed
from verifier.case import Case, Step
from verifier.period import period_of
from verifier.shape import issuer_of


@dataclass(frozen=True)
class Version:
    """What claims to be a version of a credential; `since` is when it takes effect. Nothing of it is proved yet."""

    case: Case
    since: datetime


def read_version(data: bytes, of: Case) -> Version:
    """Return the version in `data`, JSON or a compact JWS; Malformed when it is of another credential."""
    case = Case(data=data, resolver=of.resolver, policy=of.policy, now=of.now, document=parse(data))
    if case.credential.get("id") != of.credential["id"] or issuer_of(case.credential) != issuer_of(of.credential):
        raise Malformed("What was retrieved is another credential.")
    return Version(case, since_of(case.credential))


def same(one: Case, other: Case) -> bool:
    """Whether two documents say the same, whatever secures them."""
    said = [{name: value for name, value in case.credential.items() if name != "proof"} for case in (one, other)]
    return said[0] == said[1]


def prove(case: Case, gates: Sequence[Step]) -> None:
    """Raise what the first of `gates` has against a document, as it would of one that was handed in."""
    for step in gates:
        for check in step.take(case):
            if check.verdict is not None:
                raise Malformed(check.sentence("en"))


def since_of(credential: Mapping[str, Any]) -> datetime:
    """Return when a credential takes effect; Malformed when it does not say so."""
    since, _ = period_of(credential)
    if since is None:
        raise Malformed("It does not say from when it is valid.")
    return since
