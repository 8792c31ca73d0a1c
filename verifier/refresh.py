"""Does the issuer's refresh service have a newer version? Asked once, and what it gives is believed only if it stands.

Clause: OB 3.0, Verification (refresh, after the proof, at most once), and 1EdTech Credential Refresh 1.0. Whatever
is wrong with the answer, the credential that was handed in is judged on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from badges.problem import BadgeError
from badges.times import stamp
from verifier.case import Case, Step, Successor, passed, skipped
from verifier.resolver import Unreachable
from verifier.verdict import Check, Outcome, Result, Verdict, plain
from verifier.version import Version, prove, read_version, same, since_of

FOLLOWED: Final = "1EdTechCredentialRefresh"


def look_for_refresh(case: Case, gates: Sequence[Step]) -> Iterator[Check]:
    """Note the newer version as the case's successor, and tell what the service had; other services are not asked."""
    services = _services(case.credential.get("refreshService"))
    followed = [item for item in services if FOLLOWED in _all(item.get("type")) and isinstance(item.get("id"), str)]
    if followed:
        yield _follow(followed[0]["id"], case, gates)
    elif case.refresh_told:
        yield passed("refresh", "refresh_told")
    elif services:
        kinds = ", ".join(plain(str(item.get("type")), 60) for item in services)
        yield skipped("refresh", "refresh_not_followed", f"Services of the type {kinds} are not known here.")
    else:
        yield skipped("refresh", "refresh_none")


def _follow(url: str, case: Case, gates: Sequence[Step]) -> Check:
    try:
        version = read_version(case.resolver.fetch(url), case)
        if not same(version.case, case):
            prove(version.case, gates)
    except Unreachable as fault:
        return Check("refresh", Result.ERROR, "refresh_unreachable", note=str(fault))
    except BadgeError as fault:
        unsure = Verdict(fault.verdict).outcome is Outcome.INDETERMINATE
        return Check("refresh", Result.ERROR if unsure else Result.FAIL, "refresh_unclear", note=fault.detail)
    return _compare(version, url, case)


def _compare(version: Version, url: str, case: Case) -> Check:
    if version.since <= since_of(case.credential):
        if case.refresh_told:
            return Check("refresh", Result.ERROR, "refresh_withheld")
        return passed("refresh", "refresh_nothing")
    if version.since > case.now + case.policy.skew:
        return passed("refresh", "refresh_later", time=stamp(version.since))
    case.successor = Successor(version.since, url)
    return passed("refresh", "refresh", time=stamp(version.since))


def _services(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in _all(value) if isinstance(item, Mapping)]


def _all(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
