"""Hosted badges: what counts is what the issuer's site says today at the assertion's own address.

Clauses: OB 2.0, HostedBadge Verification and Revoking Hosted Assertions. What was handed in is believed for nothing
but that address; but where it says other than the site, it is not that badge, and the report says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from badges.ob1 import upgraded
from badges.ob2 import read_assertion
from badges.problem import KeyNotControlledByIssuer, SignatureInvalid
from verifier.case import Case, passed
from verifier.ob2.difference import differences
from verifier.ob2.inquiry import Inquiry, taken_back
from verifier.ob2.published import SiteUnreachable, badge_class_of, fetch, issuer_of, read
from verifier.ob2.scope import host_of, is_at_home, is_in_scope
from verifier.origin import read_address
from verifier.resolver import Gone, Unreachable
from verifier.verdict import Check, plain


class SaysOtherwise(SignatureInvalid):
    """What was handed in is not what the issuer's site says."""

    title = "This is not what the issuer’s site says."
    words = "hosted_differs"


class HostedElsewhere(KeyNotControlledByIssuer):
    """The assertion, or its badge class, is on a site that its issuer does not vouch for."""

    title = "The issuer does not vouch for the site."
    words = "hosted_elsewhere"


class HostedUnreachable(SiteUnreachable):
    """What the issuer's site says of a hosted badge could not be had."""

    words = "hosted_unreachable"


def take_in(inquiry: Inquiry, case: Case) -> Iterator[Check]:
    """OB 2.0, HostedBadge Verification: have the hosted copy, and what it leads to; 410 or `revoked` ends it."""
    try:
        yield _found(inquiry, case)
    except SiteUnreachable as fault:
        raise HostedUnreachable(fault.detail) from fault


def _found(inquiry: Inquiry, case: Case) -> Check:
    url = str(inquiry.said["id"])
    try:
        found = fetch(url, "The badge", case.resolver)
    except Gone as gone:
        return taken_back("hosted_revoked", _body(gone), f"{plain(url)} answers 410 Gone.")
    except Unreachable as fault:
        raise SiteUnreachable(f"The badge at {plain(url)} could not be retrieved.") from fault
    if found.get("id", url) != url:
        raise SaysOtherwise(f"What is at {plain(url)} says that it is {plain(str(found['id']))}.")
    if found.get("revoked") is True:
        return taken_back("hosted_revoked", found, f"{plain(url)} says that it is revoked.")
    inquiry.found_assertion = read_assertion(upgraded(found, "Assertion", url))
    inquiry.found_badge = badge_class_of(inquiry.assertion, case.resolver)
    inquiry.found_issuer = issuer_of(inquiry.badge, case.resolver)
    return passed("schema", "schema_ob2")


def vouch(inquiry: Inquiry, _case: Case) -> Iterator[Check]:
    """OB 2.0, HostedBadge Verification: the assertion and its class lie where the issuer lets them lie."""
    issuer, badge = inquiry.issuer, inquiry.badge
    if not is_in_scope(inquiry.assertion.id, issuer):
        raise HostedElsewhere(f"{plain(issuer.id)} does not vouch for {plain(inquiry.assertion.id)}.")
    if read_address(badge.id) is not None and not is_at_home(badge.id, issuer):
        raise HostedElsewhere(f"{plain(issuer.id)} does not vouch for the badge class {plain(badge.id)}.")
    yield passed("key", "hosted_origin", plain(issuer.id), host=host_of(inquiry.assertion.id))


def compare(inquiry: Inquiry, case: Case) -> Iterator[Check]:
    """OB 2.0, HostedBadge Verification: the retrieved data are the assertion; what was handed in says nothing else."""
    if not inquiry.assertion.hosted:
        raise SaysOtherwise(f"{plain(inquiry.assertion.id)} is a signed badge, and what was handed in is not signed.")
    found = differences(inquiry.said, inquiry.whole())
    if found:
        raise SaysOtherwise(f"These are other on {plain(inquiry.assertion.id)}: {', '.join(found)}.")
    yield passed("proof", "hosted_proof")
    inquiry.tell(case)


def standing(_inquiry: Inquiry, _case: Case) -> Iterator[Check]:
    """OB 2.0, Revoking Hosted Assertions: a site that still shows a badge has not revoked it."""
    yield passed("status", "hosted_status")


def _body(gone: Gone) -> Mapping[str, Any]:
    """Return what a 410 says; OB 2.0 asks for nothing there, so anything else than an object says nothing."""
    try:
        return read(gone.body, "The answer")
    except SiteUnreachable:
        return {}
