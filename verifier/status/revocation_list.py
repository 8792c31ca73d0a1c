"""The list of revoked credentials that 1EdTech had before lists of bits: a plain document, signed by nobody.

Clause: 1EdTech Credential Revocation List 1.0 (deprecated since 2025). Only its address vouches for it, so it must
lie at the origin where the issuer's own documents lie, and an issuer without an origin cannot have one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from badges.problem import BadgeError, Malformed, StatusUnknown, StatusUntrusted
from badges.strict import strict_json
from verifier.origin import home_of, read_address
from verifier.resolver import DOCUMENT_MOST
from verifier.status.standing import Asking, Standing
from verifier.status.trusted import retrieve
from verifier.verdict import plain

NODES_MOST: Final = 100_000
"""Values in one list: several to each revoked credential, as many as fit into a document."""
_UNSIGNED: Final = "The list is not signed; its address vouches for it."


def revocation_list(members: Mapping[str, Any], asking: Asking) -> Standing:
    """Return whether the credential is listed; Malformed for no entry, else StatusUnknown and its kinds."""
    url = members.get("id")
    address = read_address(url)
    if not isinstance(url, str) or address is None:
        raise Malformed("The entry of status does not say where its list is.")
    home = home_of(asking.issuer)
    if home is None:
        raise StatusUnknown("The list is not signed, and the issuer has no address that could vouch for it.")
    if address.origin != home:
        raise StatusUntrusted("The list is not signed, and lies at another address than its issuer.")
    for revoked in _entries(_read(retrieve(url, asking)), address.base, asking):
        if revoked["id"] == asking.credential and revoked.get("revoked", True):
            return Standing("revocation", 1, None, f"{_reason(revoked)}{_UNSIGNED}")
    return Standing("revocation", 0, None, _UNSIGNED)


def _read(data: bytes) -> Mapping[str, Any]:
    try:
        listed = strict_json(data, DOCUMENT_MOST, NODES_MOST)
    except BadgeError as fault:
        raise StatusUntrusted(f"The list cannot be read. {fault.detail}") from fault
    if not isinstance(listed, dict):
        raise StatusUntrusted("The list is not an object.")
    return listed


def _entries(listed: Mapping[str, Any], base: str, asking: Asking) -> Iterator[Mapping[str, Any]]:
    """Yield what is listed; every entry is read before the first is believed."""
    if listed.get("id") != base:
        raise StatusUntrusted("The list has another address than the one it was asked at.")
    issuer = listed.get("issuer")
    if (issuer.get("id") if isinstance(issuer, Mapping) else issuer) != asking.issuer:
        raise StatusUntrusted("The list was made by somebody else.")
    value = listed.get("revokedCredential", [])
    entries = value if isinstance(value, list) else [value]
    for entry in entries:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("id"), str):
            raise StatusUntrusted("The list does not say which credentials it is about.")
        if not isinstance(entry.get("revoked", True), bool):
            raise StatusUntrusted("The list does not say whether a credential is revoked.")
    yield from entries


def _reason(revoked: Mapping[str, Any]) -> str:
    reason = revoked.get("revocationReason")
    return f"The issuer’s reason: {plain(reason)} " if isinstance(reason, str) and reason.strip() else ""
