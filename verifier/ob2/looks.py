"""What is asked of every badge of Open Badges 2.0, hosted or signed, once it is proved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from badges.identity import matches
from badges.times import stamp
from verifier.case import Case, failed, passed, skipped
from verifier.ob2.inquiry import Inquiry
from verifier.trust import issuer_check
from verifier.verdict import Check, Verdict


def who(_inquiry: Inquiry, case: Case) -> Iterator[Check]:
    """Who it is, told apart from whether the badge stands: a name in a profile is a claim."""
    yield issuer_check(case.issuer)


def validity(inquiry: Inquiry, case: Case) -> Iterator[Check]:
    """OB 2.0, Verification: it has been issued, and has not expired."""
    since, until, skew = inquiry.assertion.issued, inquiry.assertion.expires, case.policy.skew
    if since > case.now + skew:
        yield failed("validity", Verdict.NOT_YET_VALID, time=stamp(since))
    elif until is None:
        yield passed("validity", "validity_open", since=stamp(since))
    elif until < case.now - skew:
        yield failed("validity", Verdict.EXPIRED, time=stamp(until))
    else:
        yield passed("validity", "validity", since=stamp(since), until=stamp(until))


def supersession(_inquiry: Inquiry, _case: Case) -> Iterator[Check]:
    """Open Badges 2.0 has no versions of an assertion."""
    yield skipped("supersession", "supersession_ob2")


def recipient(inquiry: Inquiry, case: Case) -> Iterator[Check]:
    """OB 2.0, Verification: the recipient, if whoever asks knows who it should be."""
    asked = case.policy.recipient
    if asked is None:
        yield skipped("recipient", "recipient_not_asked")
        return
    match belongs_to(inquiry.assertion.recipient, asked):
        case True:
            yield passed("recipient", "recipient", recipient=asked)
        case False:
            yield failed("recipient", Verdict.RECIPIENT_MISMATCH, recipient=asked)
        case None:
            yield failed("recipient", Verdict.RECIPIENT_MISMATCH, "recipient_untold")


def belongs_to(recipient: Mapping[str, Any], asked: str) -> bool | None:
    """Tell whether `asked` is this IdentityObject; None for an e-mail address where the identity is of another kind."""
    identity = {"identityHash": recipient["identity"], "hashed": recipient["hashed"], "salt": recipient.get("salt")}
    if matches(identity, asked):
        return True
    return None if recipient["type"] != "email" and "@" in asked else False


def refresh(_inquiry: Inquiry, _case: Case) -> Iterator[Check]:
    """Open Badges 2.0 has no services that refresh."""
    yield skipped("refresh", "refresh_none")


def endorsement(inquiry: Inquiry, _case: Case) -> Iterator[Check]:
    """OB 2.0, Endorsement: told where there are any, and not followed."""
    endorsed = any(part.json.get("endorsement") for part in (inquiry.assertion, inquiry.badge, inquiry.issuer))
    yield skipped("endorsement", "endorsement_not_checked" if endorsed else "endorsement_none")
