"""Signed badges: a token over the assertion, by a key that names its issuer and that the issuer names.

Clauses: OB 2.0, SignedBadge Verification and CryptographicKey, RFC 7515. The key comes from the issuer's site and from
nowhere else; which algorithm it is for is the key's to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from badges.document import Document
from badges.ob2 import Profile, check_key, every, id_of, read_assertion
from badges.problem import (
    KeyNotAuthorised,
    KeyNotControlledByIssuer,
    KeyRevoked,
    Malformed,
    SignatureInvalid,
    UnknownKey,
)
from badges.proof import jwt
from keys.key import InvalidKey, VerificationKey
from verifier.case import Case, passed
from verifier.ob2.inquiry import Inquiry
from verifier.ob2.published import SiteUnreachable, badge_class_of, fetch, issuer_of
from verifier.ob2.scope import is_at_home
from verifier.resolver import Gone, Resolver, Unreachable
from verifier.verdict import Check, plain

KEYS_MOST: Final = 3
"""Keys that are tried where an assertion does not say which one signed it: each may have to be fetched."""


def take_in(inquiry: Inquiry, case: Case) -> Iterator[Check]:
    """OB 2.0, SignedBadge Verification, steps 1 to 3: what was signed, and the class and issuer it leads to."""
    inquiry.found_assertion = read_assertion(inquiry.said)
    inquiry.found_badge = badge_class_of(inquiry.assertion, case.resolver)
    inquiry.found_issuer = issuer_of(inquiry.badge, case.resolver)
    yield passed("schema", "schema_ob2")


def find_keys(inquiry: Inquiry, case: Case) -> Iterator[Check]:
    """OB 2.0, SignedBadge Verification, step 4: the keys that may have signed, none of them anybody else's."""
    check_header(_token(case))
    inquiry.keys = [(name, _key(name, inquiry.issuer, case.resolver)) for name in _candidates(inquiry)]
    yield passed("key", "key", ", ".join(name for name, _ in inquiry.keys))


def verify(inquiry: Inquiry, case: Case) -> Iterator[Check]:
    """OB 2.0, SignedBadge Verification, steps 5 and 6: the signature."""
    for name, key in inquiry.keys:
        if _signed(_token(case), key):
            yield passed("proof", "proof", name, suite=key.algorithm.value)
            inquiry.tell(case)
            return
    raise SignatureInvalid("The signature does not verify over this token.")


def check_header(document: Document) -> None:
    """Raise unless the header of a token asks for something we may do; a key in it is never looked at."""
    jwt.check_header(document)
    if "jwk" in (document.header or {}):
        raise Malformed("The token's header brings a key of its own, which proves nothing.")


def _candidates(inquiry: Inquiry) -> list[str]:
    """Return the ids of the keys that may have signed: the one that the assertion names, else the issuer's."""
    issuer, named = inquiry.issuer, inquiry.assertion.creator
    if named is None:
        if not issuer.keys:
            raise UnknownKey(f"{plain(issuer.id)} publishes no key.")
        return list(issuer.keys[:KEYS_MOST])
    if named not in issuer.keys:
        raise KeyNotAuthorised(f"{plain(issuer.id)} does not list the key {plain(named)}.")
    return [named]


def _key(name: str, issuer: Profile, resolver: Resolver) -> VerificationKey:
    """Return the key that `issuer` lists as `name`: from its profile if it stands there, else from its own address."""
    if not is_at_home(name, issuer):
        raise KeyNotControlledByIssuer(f"The key {plain(name)} is on a site that {plain(issuer.id)} does not name.")
    held = [item for item in every(issuer.json.get("publicKey")) if isinstance(item, Mapping) and item["id"] == name]
    document = held[0] if held and "publicKeyPem" in held[0] else _fetched(name, resolver)
    check_key(document)
    if document["id"] != name:
        raise UnknownKey(f"What is at {plain(name)} says that it is {plain(document['id'])}.")
    if id_of(document["owner"]) != issuer.id:
        raise KeyNotControlledByIssuer(f"The key {plain(name)} says that it is of {plain(id_of(document['owner']))}.")
    if document.get("revoked"):
        raise KeyRevoked(f"The key {plain(name)} says that it was revoked.")
    try:
        return VerificationKey.from_pem(document["publicKeyPem"])
    except InvalidKey as fault:
        raise UnknownKey(f"The key {plain(name)} cannot be trusted. {fault}") from fault


def _fetched(name: str, resolver: Resolver) -> dict[str, Any]:
    try:
        return fetch(name, "The key", resolver)
    except Gone as fault:
        raise KeyRevoked(f"The key {plain(name)} was taken back.") from fault
    except Unreachable as fault:
        raise SiteUnreachable(f"The key {plain(name)} could not be retrieved.") from fault


def _signed(document: Document, key: VerificationKey) -> bool:
    try:
        jwt.verify(document, key)
    except SignatureInvalid:
        return False
    return True


def _token(case: Case) -> Document:
    if case.document is None:
        raise LookupError("Nothing has been read yet.")
    return case.document
