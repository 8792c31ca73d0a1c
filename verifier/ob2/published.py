"""What is published about a badge: documents had from their own addresses, which say that they are theirs.

Clauses: OB 2.0, Data Validation. The copy at its address counts, and not one that somebody carries around.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from badges.ob1 import upgraded, version_of
from badges.ob2 import Assertion, BadgeClass, Profile, read_badge, read_profile
from badges.problem import BadgeError, IssuerUnresolvable
from badges.strict import strict_json
from badges.vocabulary import V2
from verifier.origin import read_address
from verifier.resolver import DOCUMENT_MOST, Resolver, Unreachable
from verifier.verdict import plain

_WEB: Final = ("https:", "http:")


class SiteUnreachable(IssuerUnresolvable):
    """What an issuer's site says could not be had."""

    words = "site_unreachable"


def fetch(url: str, what: str, resolver: Resolver) -> dict[str, Any]:
    """Return the object at `url`, as it stands there; SiteUnreachable when none can be had. Gone goes through.

    `what` is what to call it in English. Addresses of http are told apart, since some badges are older than https.
    """
    if url[:5].lower() == "http:":
        raise SiteUnreachable(f"{what} is at {plain(url)}, and only https is asked.")
    if read_address(url) is None:
        raise SiteUnreachable(f"{what} is at {plain(url)}, which is no https address of a host.")
    return read(resolver.fetch(url), f"{what} at {plain(url)}")


def read(data: bytes, what: str) -> dict[str, Any]:
    """Return the JSON object in `data`; SiteUnreachable when there is none."""
    try:
        document = strict_json(data.removeprefix(b"\xef\xbb\xbf"), DOCUMENT_MOST)
    except BadgeError as fault:
        raise SiteUnreachable(f"{what} cannot be read. {fault.detail}") from fault
    if not isinstance(document, dict):
        raise SiteUnreachable(f"{what} is not an object.")
    return document


def badge_class_of(assertion: Assertion, resolver: Resolver) -> BadgeClass:
    """Return the badge class of `assertion`, from its address; one that has none must stand in the assertion."""
    if assertion.badge.lower().startswith(_WEB):
        found = _own(assertion.badge, "The badge class", resolver)
        return read_badge(_identified(upgraded(found, "BadgeClass", assertion.badge), assertion.badge))
    held = assertion.json["badge"]
    if not isinstance(held, Mapping):
        raise SiteUnreachable(f"The badge class {plain(assertion.badge)} has no address, and is not in the badge.")
    return read_badge({"@context": V2, **held})


def issuer_of(badge: BadgeClass, resolver: Resolver) -> Profile:
    """Return the profile of the issuer of `badge`, from its address and from nowhere else."""
    found = _own(badge.issuer, "The issuer’s profile", resolver)
    document = _identified(upgraded(found, "Issuer", badge.issuer), badge.issuer)
    return read_profile(document, email=version_of(found) == "2.0")


def _own(url: str, what: str, resolver: Resolver) -> dict[str, Any]:
    try:
        return fetch(url, what, resolver)
    except Unreachable as fault:
        raise SiteUnreachable(f"{what} at {plain(url)} could not be retrieved.") from fault


def _identified(document: dict[str, Any], url: str) -> dict[str, Any]:
    """Return `document` if it says that it is the one at `url`."""
    if document.get("id") != url:
        raise SiteUnreachable(f"What is at {plain(url)} says that it is {plain(str(document.get('id')))}.")
    return document
