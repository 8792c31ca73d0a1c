"""Is there a newer version? The address of a credential shows its current one; asking there must give nobody away.

OB 3.0: same `issuer.id` and `id`, newer `validFrom`. Whoever holds the documents at hand is asked always; anybody
outside only about what is revoked already, since every other question would tell them who is being checked. What
the refresh service gave counts as well, which the issuer named to be asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from badges.problem import BadgeError
from badges.times import stamp
from verifier.case import Case, Step, Successor, failed, passed, skipped
from verifier.resolver import Resolver, Unreachable, local_part
from verifier.verdict import Check, Verdict
from verifier.version import prove, read_version, since_of


def look_for_newer(case: Case, gates: Sequence[Step]) -> Iterator[Check]:
    """OB 3.0, Verification: whether a newer version with a valid proof of the same issuer is in force."""
    url = case.credential["id"]
    if case.successor is not None:
        yield _superseded(case.successor)
    elif not url.startswith(("https://", "http://")):
        yield skipped("supersession", "supersession_no_address")
    elif (asked := case.resolver if case.revoked else local_part(case.resolver)) is None:
        yield skipped("supersession", "supersession_not_asked")
    else:
        yield _ask(case, asked, url, gates)


def _ask(case: Case, asked: Resolver, url: str, gates: Sequence[Step]) -> Check:
    try:
        found = asked.fetch(url)
        if case.document is not None and found == case.document.data:
            return passed("supersession", "supersession")
        version = read_version(found, case)
        if version.since <= since_of(case.credential):
            return passed("supersession", "supersession")
        prove(version.case, gates)
    except Unreachable as fault:
        return skipped("supersession", "supersession_not_found", str(fault))
    except BadgeError as fault:
        return skipped("supersession", "supersession_unclear", fault.detail)
    if version.since > case.now + case.policy.skew:
        return passed("supersession", "supersession_later", time=stamp(version.since))
    return _superseded(Successor(version.since, url))


def _superseded(successor: Successor) -> Check:
    return failed("supersession", Verdict.SUPERSEDED, time=stamp(successor.since), id=successor.url)
