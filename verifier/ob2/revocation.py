"""An issuer's list of revoked assertions: whoever is named in it is revoked, whatever else it says of them.

Clause: OB 2.0, Revocation List. The list is linked from the profile, signed by nobody, and says whose it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from badges.ob2 import check_revocation_list, every, id_of
from badges.problem import BadgeError, StatusUnknown, StatusUntrusted
from badges.strict import strict_json
from verifier.case import Case, passed, skipped
from verifier.ob2.inquiry import Inquiry, taken_back
from verifier.origin import read_address
from verifier.resolver import DOCUMENT_MOST, Unreachable
from verifier.verdict import Check, plain

VALUES_MOST: Final = 100_000
"""Values in one list, several to each assertion."""


def standing(inquiry: Inquiry, case: Case) -> Iterator[Check]:
    """OB 2.0, SignedBadge Verification, steps 7 and 8: the assertion is not on the issuer's list."""
    if inquiry.assertion.json.get("revoked") is True:
        yield taken_back("revoked_ob2", inquiry.assertion.json, "The assertion says so itself.")
        return
    url = inquiry.issuer.revocations
    if url is None:
        yield skipped("status", "status_none")
        return
    for entry in _entries(url, inquiry.issuer.id, case):
        if _names(entry, inquiry.assertion.json):
            yield taken_back(
                "revoked_ob2", entry if isinstance(entry, Mapping) else {}, f"It is listed at {plain(url)}."
            )
            return
    yield passed("status", "status_unlisted", plain(url))


def _entries(url: str, issuer: str, case: Case) -> list[Any]:
    try:
        if read_address(url) is None:
            raise StatusUnknown(f"The list of revoked badges is at {plain(url)}, which is no https address.")
        document = strict_json(case.resolver.fetch(url), DOCUMENT_MOST, VALUES_MOST)
        if not isinstance(document, dict):
            raise StatusUntrusted("The list of revoked badges is not an object.")
        check_revocation_list(document)
    except Unreachable as fault:
        raise StatusUnknown(f"The list of revoked badges at {plain(url)} could not be retrieved.") from fault
    except StatusUnknown:
        raise
    except BadgeError as fault:
        raise StatusUntrusted(f"The list of revoked badges cannot be read. {fault.detail}") from fault
    if document.get("issuer") is not None and id_of(document["issuer"]) != issuer:
        raise StatusUntrusted("The list of revoked badges was made by somebody else.")
    entries = every(document["revokedAssertions"])
    if not all(isinstance(entry, str) or entry.get("id") or entry.get("uid") for entry in entries):
        raise StatusUntrusted("The list of revoked badges does not say which ones it is about.")
    return entries


def _names(entry: Any, assertion: Mapping[str, Any]) -> bool:
    """Tell whether an entry is about `assertion`: by its id, or by the `uid` that older ones had."""
    if isinstance(entry, str):
        return _is_same(entry, assertion["id"])
    uid = entry.get("uid")
    return _is_same(entry.get("id"), assertion["id"]) or (bool(uid) and uid == assertion.get("uid"))


def _is_same(listed: str | None, identifier: str) -> bool:
    """Tell whether both are one identifier; the letters of a UUID have no case (RFC 9562, 4)."""
    if listed is None or not identifier.lower().startswith("urn:uuid:"):
        return listed == identifier
    return listed.lower() == identifier.lower()
