"""Has it been revoked or suspended? The bit in the issuer's own list, and only if the whole list can be trusted.

Clause: Bitstring Status List 1.0, section 3.2 (Validate Algorithm). Whoever cannot look says so; that is never "no".
Further kinds of status are entries of `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from badges.document import Document, parse
from badges.problem import BadgeError, IssuerUnresolvable, Malformed, StatusUnknown, StatusUntrusted
from badges.status import BitString, read_index
from badges.strict import strict_json
from badges.times import read_stamp
from verifier.policy import Policy
from verifier.proofs import find_signatures, verify_signatures
from verifier.resolver import DOCUMENT_MOST, Resolver, Unreachable
from verifier.shape import STATUS_LIST, check_shape, issuer_of
from verifier.verdict import plain

ENTRIES_MOST: Final = 4
SIZE_MOST: Final = 8
INVALIDATING: Final = ("revocation", "suspension")
INFORMING: Final = frozenset({"refresh", "message"})
"""Purposes that say something about a credential and never that it does not stand."""


@dataclass(frozen=True)
class Standing:
    """What one entry says: its purpose, whether it is set, and when the list that says so was signed."""

    purpose: str
    is_set: bool
    as_of: datetime


@dataclass(frozen=True)
class Asking:
    """Who asks, and with what at hand."""

    issuer: str
    resolver: Resolver
    policy: Policy
    now: datetime


def standings(credential: Mapping[str, Any], asking: Asking) -> list[Standing]:
    """Return what every entry that could invalidate says; StatusUnknown when one cannot be had, read or trusted."""
    value = credential["credentialStatus"]
    entries = value if isinstance(value, list) else [value]
    if len(entries) > ENTRIES_MOST:
        raise Malformed(f"The credential has more than {ENTRIES_MOST} entries of status.")
    found = []
    for entry in entries:
        if not isinstance(entry, Mapping):
            raise Malformed("credentialStatus is not an object.")
        kind = entry.get("type")
        if not isinstance(kind, str) or kind not in KINDS:
            raise StatusUnknown(f"A status of the type {plain(str(kind), 60)} cannot be looked up here.")
        standing = KINDS[kind](entry, asking)
        if standing is not None:
            found.append(standing)
    return found


def _bitstring(entry: Mapping[str, Any], asking: Asking) -> Standing | None:
    purpose, url, index = _read_entry(entry)
    if purpose in INFORMING:
        return None
    if purpose not in INVALIDATING:
        raise StatusUnknown(f"A status of the purpose {plain(purpose, 60)} is not known here.")
    size = entry.get("statusSize", 1)
    if type(size) is not int or not 1 <= size <= SIZE_MOST:
        raise Malformed("statusSize is not a small number.")
    listed, as_of = _trusted_list(url, purpose, asking)
    bits = BitString.decode(listed.get("encodedList"))
    return Standing(purpose, any(bits.get(index * size + place) for place in range(size)), as_of)


KINDS: Final[Mapping[str, Callable[[Mapping[str, Any], Asking], Standing | None]]] = {
    "BitstringStatusListEntry": _bitstring,
}
"""How a status is looked up, by the type of its entry."""


def _read_entry(entry: Mapping[str, Any]) -> tuple[str, str, int]:
    purpose, url, index = (entry.get(name) for name in ("statusPurpose", "statusListCredential", "statusListIndex"))
    if not isinstance(purpose, str) or not isinstance(url, str):
        raise Malformed("The entry of status does not say its purpose and list.")
    if entry.get("id") == url:
        raise Malformed("The entry of status has the address of its list.")
    return purpose, url, read_index(index)


def _trusted_list(url: str, purpose: str, asking: Asking) -> tuple[Mapping[str, Any], datetime]:
    """Return the subject of the list at `url` and its time, once its issuer vouches for it, here and now."""
    try:
        data = asking.resolver.fetch(url)
    except Unreachable as fault:
        raise StatusUnknown(f"The status list {plain(url)} could not be retrieved.") from fault
    try:
        document = _parse_list(data)
        check_shape(document, STATUS_LIST)
        if issuer_of(document.credential) != asking.issuer:
            raise StatusUntrusted("The status list was issued by somebody else.")
        signatures = find_signatures(document, asking.resolver, asking.now)
        verify_signatures(document, signatures, asking.policy, asking.now)
        return _check_list(document.credential, url, purpose, asking)
    except StatusUnknown:
        raise
    except IssuerUnresolvable as fault:
        raise StatusUnknown(fault.detail) from fault
    except BadgeError as fault:
        raise StatusUntrusted(f"The status list cannot be trusted. {fault.detail}") from fault


def _parse_list(data: bytes) -> Document:
    """Read a list, which may be longer than any other credential."""
    if not data.lstrip(b" \t\r\n").startswith(b"{"):
        return parse(data)
    credential = strict_json(data, DOCUMENT_MOST)
    if not isinstance(credential, dict):
        raise Malformed("The status list is not an object.")
    return Document(data, "json", credential)


def _check_list(
    credential: Mapping[str, Any], url: str, purpose: str, asking: Asking
) -> tuple[Mapping[str, Any], datetime]:
    if credential.get("id") != url.partition("#")[0]:
        raise StatusUntrusted("The status list has another address than the one it was asked at.")
    since = read_stamp(credential["validFrom"], "validFrom") if "validFrom" in credential else asking.now
    until = read_stamp(credential["validUntil"], "validUntil") if "validUntil" in credential else None
    if since > asking.now + asking.policy.skew or (until is not None and until < asking.now - asking.policy.skew):
        raise StatusUntrusted("The status list is not valid at this time.")
    subject = credential.get("credentialSubject")
    kinds = subject.get("type") if isinstance(subject, Mapping) else None
    if not isinstance(subject, Mapping) or "BitstringStatusList" not in (kinds if isinstance(kinds, list) else [kinds]):
        raise StatusUntrusted("The status list holds no list.")
    purposes = subject.get("statusPurpose")
    if purpose not in (purposes if isinstance(purposes, list) else [purposes]):
        raise StatusUntrusted(f"The status list is not about {purpose}.")
    return subject, since
