"""From the address of a verification method to its key, which its issuer must name as its own.

Clause: Controlled Identifiers 1.0, section 3.3 (Retrieve Verification Method). An address elsewhere than in the
issuer's document is a pointer: what lies there counts only if the issuer vouches for it, in its document or in the
key set of its host (docs/adr/0050-keys-of-https-issuers.md). Nobody is asked for a key of somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from badges.problem import (
    SECURITY,
    BadgeError,
    IssuerUnresolvable,
    KeyNotAuthorised,
    KeyNotControlledByIssuer,
    KeyRevoked,
    UnknownKey,
)
from badges.times import read_stamp
from keys.key import InvalidKey, VerificationKey
from verifier import jwks
from verifier.controllers import LISTS, RELATIONSHIP, Document, controller_document, fetch_json
from verifier.did import split_method
from verifier.material import UnknownKind, read_material
from verifier.origin import Address, home_of, read_address
from verifier.resolver import Resolver
from verifier.verdict import plain


class InvalidMethodUrl(UnknownKey):
    """The key is named by something that is no address of a verification method."""

    type = SECURITY + "INVALID_VERIFICATION_METHOD_URL"


def may_be_of(url: object, issuer: str) -> bool:
    """Tell whether `url` lies in the document of `issuer`, or where it may vouch for it; asks nobody."""
    parts, address = split_method(url), read_address(url)
    if parts is not None and parts[0] == issuer:
        return True
    return address is not None and address.origin == home_of(issuer)


def check_controlled(url: object, issuer: str) -> None:
    """Raise unless `url` can name a verification method of `issuer`; asks nobody."""
    parts = split_method(url)
    if may_be_of(url, issuer):
        return
    if parts is None and read_address(url) is None:
        raise InvalidMethodUrl("The verification method is not an address with a fragment.")
    owner = parts[0] if parts else str(url)
    raise KeyNotControlledByIssuer(f"The key belongs to {plain(owner)}, not to the issuer {plain(issuer)}.")


def retrieve(url: object, issuer: str, resolver: Resolver, now: datetime) -> VerificationKey:
    """Return the key of a verification method, which its controller lists for assertions.

    The controller is `issuer` where `url` may be of it, else whoever `url` names before its fragment.
    Raises IssuerUnresolvable, UnknownKey, KeyNotControlledByIssuer, KeyNotAuthorised or KeyRevoked.
    """
    parts, address = split_method(url), read_address(url)  # Steps 1 to 3: the URL is valid and has a fragment.
    if address is not None and (parts is None or parts[0] != issuer) and may_be_of(url, issuer):
        return _pointed(str(url), address, issuer, resolver, now)
    if parts is None:
        raise InvalidMethodUrl("The verification method is not an address with a fragment.")
    document = controller_document(parts[0], resolver)  # Steps 4 to 6.
    return _read(_find(document, f"{parts[0]}#{parts[1]}"), document, now)  # Steps 7 to 10.


def published(issuer: str, resolver: Resolver, now: datetime) -> Iterator[VerificationKey]:
    """Yield every sound key that `issuer` publishes for assertions, in its document or in the key set of its host."""
    document, fault = _document_of(issuer, resolver)
    for url in _listed(document, RELATIONSHIP) if document else ():
        try:
            yield _read(_find(document or {}, url), document or {}, now)
        except (UnknownKey, KeyNotAuthorised, KeyNotControlledByIssuer, KeyRevoked):
            continue
    in_set = jwks.keys_of(issuer, resolver, now)
    yield from in_set or ()
    if fault is not None and in_set is None:
        raise fault


def _pointed(url: str, address: Address, issuer: str, resolver: Resolver, now: datetime) -> VerificationKey:
    """Return the key at an address on the issuer's origin, if the issuer vouches for it.

    An origin alone vouches for nothing: whoever may publish a file there could name any issuer of it as controller.
    """
    document, _ = _document_of(issuer, resolver)
    if document is not None and any(_absolute(document, method.get("id")) == url for method in _methods(document)):
        return _read(_find(document, url), document, now)
    key = _lying_at(url, address, issuer, resolver, now)
    if address.base == issuer or (document is not None and url in _listed(document, RELATIONSHIP)):
        return key
    if document is not None and any(url in _listed(document, name) for name in LISTS):
        raise KeyNotAuthorised(f"The key {plain(url)} is not listed under {RELATIONSHIP}.")
    if any(key == other for other in published(issuer, resolver, now)):
        return key
    raise UnknownKey(f"The issuer {plain(issuer)} does not name the key {plain(url)} as its own.")


def _lying_at(url: str, address: Address, issuer: str, resolver: Resolver, now: datetime) -> VerificationKey:
    """Read what an address gives: a key set, one JWK, or a verification method."""
    found = fetch_json(address.base, resolver, url)
    if not isinstance(found, Mapping):
        raise UnknownKey(f"At {plain(url)} there is no key.")
    if isinstance(found.get("keys"), list) or "kty" in found:
        return jwks.key_at(found, url, address.fragment, issuer, now)
    if found.get("id", url) != url:
        raise UnknownKey(f"The key at {plain(url)} says that it is another.")
    kind = "JsonWebKey" if "publicKeyJwk" in found else "Multikey"
    return _sound({"type": kind, **found, "id": url}, url, issuer, now)


def _document_of(issuer: str, resolver: Resolver) -> tuple[Document | None, IssuerUnresolvable | None]:
    try:
        return controller_document(issuer, resolver), None
    except IssuerUnresolvable as fault:
        return None, fault


def _methods(document: Document) -> Iterator[Mapping[str, Any]]:
    for name in LISTS:
        yield from (item for item in document.get(name, []) if isinstance(item, Mapping))


def _listed(document: Document, name: str) -> list[str]:
    """Return the addresses of the methods in a list, named or written out there."""
    items = (item.get("id") if isinstance(item, Mapping) else item for item in document.get(name, []))
    urls = (_absolute(document, item) for item in items)
    return list(dict.fromkeys(url for url in urls if isinstance(url, str)))


def _absolute(document: Document, url: object) -> object:
    return f"{document['id']}{url}" if isinstance(url, str) and url.startswith("#") else url


def _find(document: Document, url: str) -> Mapping[str, Any]:
    found = [method for method in _methods(document) if _absolute(document, method.get("id")) == url]
    if not found:
        raise UnknownKey(f"The key {plain(url)} is not in its controller's document.")
    if any(method != found[0] for method in found):
        raise UnknownKey(f"The controller's document has two keys named {plain(url)}.")
    return found[0]


def _read(method: Mapping[str, Any], document: Document, now: datetime) -> VerificationKey:
    url = str(_absolute(document, method.get("id")))
    if method.get("controller") == document["id"] and url not in _listed(document, RELATIONSHIP):
        raise KeyNotAuthorised(f"The key {plain(url)} is not listed under {RELATIONSHIP}.")
    return _sound(method, url, document["id"], now)


def _sound(method: Mapping[str, Any], url: str, controller: str, now: datetime) -> VerificationKey:
    """Return the key of a method that `controller` controls, and that is neither revoked nor past its end."""
    shown = plain(url)
    if method.get("controller") != controller:
        raise KeyNotControlledByIssuer(f"The key {shown} is controlled by somebody else.")
    for member in ("revoked", "expires"):
        if member in method and _moment(method[member], member) <= now:
            raise KeyRevoked(f"The key {shown} is no longer to be used: {member} {plain(str(method[member]), 40)}.")
    try:
        return read_material(method)
    except UnknownKind as fault:
        raise UnknownKey(f"The key {shown} is of the kind {plain(str(fault), 60)}.") from fault
    except InvalidKey as fault:
        raise UnknownKey(f"The key {shown} cannot be trusted. {fault}") from fault


def _moment(value: object, member: str) -> datetime:
    try:
        return read_stamp(value, member)
    except BadgeError as fault:
        raise UnknownKey(f"{member} of the key is not a time.") from fault
