"""A status list, once its issuer vouches for it here and now: fetched, of the right shape, signed, in force.

Clause: Bitstring Status List 1.0, 3.2 (Validate Algorithm), steps 4 and 5. StatusList2021, its draft, is judged alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from badges.document import Document, parse
from badges.kept import Kept
from badges.problem import BadgeError, IssuerUnresolvable, Malformed, StatusUnknown, StatusUntrusted
from badges.status import BitString
from badges.strict import strict_json
from verifier.period import period_of
from verifier.proofs import find_signatures, verify_signatures
from verifier.resolver import DOCUMENT_MOST, Spent, Unreachable, is_spent
from verifier.shape import STATUS_LIST, check_shape, issuer_of
from verifier.status.standing import Asking
from verifier.verdict import plain

_READ: Final[Kept[Document]] = Kept(most=32, weight=2 * 2**20)
_HELD: Final[Kept[bool]] = Kept(most=32, weight=2 * 2**20)
"""Lists whose signatures hold, by their octets and the keys."""


@dataclass(frozen=True)
class Family:
    """One generation of lists: the types of the credential and of its subject, and how its bits are written."""

    credential: str
    subject: str
    decode: Callable[[object, int], BitString]


BITSTRING: Final = Family("BitstringStatusListCredential", "BitstringStatusList", BitString.decode)
LIST_2021: Final = Family("StatusList2021Credential", "StatusList2021", lambda text, _size: BitString.decode_2021(text))


@dataclass(frozen=True)
class Listed:
    """A list that can be trusted: its subject, its purposes, and when it was signed, if it says so."""

    subject: Mapping[str, Any] = field(repr=False)
    purposes: tuple[str, ...]
    since: datetime | None


def trusted_list(url: str, family: Family, purpose: str, asking: Asking) -> Listed:
    """Return the list at `url`; StatusUnknown when it cannot be had, StatusUntrusted when nobody vouches for it."""
    data = retrieve(url, asking)
    try:
        document = _well_formed(data)
        if issuer_of(document.credential) != asking.issuer:
            raise StatusUntrusted("The status list was issued by somebody else.")
        signatures = find_signatures(document, asking.resolver, asking.now)
        verify_signatures(document, signatures, asking.policy, asking.now, _HELD)
        return _check(document.credential, url, family, purpose, asking)
    except StatusUnknown:
        raise
    except IssuerUnresolvable as fault:
        raise StatusUnknown(f"{fault.detail} {Spent()}" if is_spent(fault) else fault.detail) from fault
    except BadgeError as fault:
        raise StatusUntrusted(f"The status list cannot be trusted. {fault.detail}") from fault


def retrieve(url: str, asking: Asking) -> bytes:
    """Return what is at `url`; StatusUnknown says why it could not be had."""
    try:
        return asking.resolver.fetch(url)
    except Unreachable as fault:
        raise StatusUnknown(f"The status list {plain(url)} could not be had. {fault}") from fault


def _well_formed(data: bytes) -> Document:
    """Read a list and check its shape; the last ones are kept, for many credentials ask for the same one."""
    found = _READ.get(data)
    if found is None:
        found = _parse(data)
        check_shape(found, STATUS_LIST)
        _READ.put(data, found, len(data))
    return found


def _parse(data: bytes) -> Document:
    """Read a list, which may be longer than any other credential."""
    if not data.lstrip(b" \t\r\n").startswith(b"{"):
        return parse(data)
    credential = strict_json(data, DOCUMENT_MOST)
    if not isinstance(credential, dict):
        raise Malformed("The status list is not an object.")
    return Document(data, "json", credential)


def _check(credential: Mapping[str, Any], url: str, family: Family, purpose: str, asking: Asking) -> Listed:
    if credential.get("id") != url.partition("#")[0]:
        raise StatusUntrusted("The status list has another address than the one it was asked at.")
    since, until = period_of(credential)
    early = since is not None and since > asking.now + asking.policy.skew
    if early or (until is not None and until < asking.now - asking.policy.skew):
        raise StatusUntrusted("The status list is not valid at this time.")
    subject = credential.get("credentialSubject")
    if not isinstance(subject, Mapping) or family.subject not in _all(subject.get("type")):
        raise StatusUntrusted("The status list holds no list.")
    if family.credential not in _all(credential.get("type")):
        raise StatusUntrusted("The status list is of another kind than the credential says.")
    purposes = tuple(name for name in _all(subject.get("statusPurpose")) if isinstance(name, str))
    if purpose not in purposes:
        raise StatusUntrusted(f"The status list is not about {purpose}.")
    return Listed(subject, purposes, since)


def _all(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
