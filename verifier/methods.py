"""From the address of a verification method to its key, which comes from its controller's document and nowhere else.

Clause: Controlled Identifiers 1.0, section 3.3 (Retrieve Verification Method). Further kinds of controllers
and keys are entries of the two tables below.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from badges.problem import (
    SECURITY,
    BadgeError,
    IssuerUnresolvable,
    KeyNotAuthorised,
    KeyNotControlledByIssuer,
    KeyRevoked,
    UnknownKey,
)
from badges.strict import strict_json
from badges.times import read_stamp
from keys.key import InvalidKey, VerificationKey
from verifier.did import InvalidDid, did_key_document, did_web_url, split_method
from verifier.resolver import Resolver, Unreachable
from verifier.verdict import plain

RELATIONSHIP: Final = "assertionMethod"
_RELATIONSHIPS: Final = (RELATIONSHIP, "authentication", "keyAgreement", "capabilityInvocation", "capabilityDelegation")


class InvalidMethodUrl(UnknownKey):
    """The key is named by something that is no address of a verification method."""

    type = SECURITY + "INVALID_VERIFICATION_METHOD_URL"


class WrongDocument(IssuerUnresolvable):
    """The document at the controller's address speaks for somebody else."""

    type = SECURITY + "INVALID_CONTROLLED_IDENTIFIER_DOCUMENT_ID"


def _did_web(did: str, resolver: Resolver) -> Any:
    try:
        return strict_json(resolver.fetch(did_web_url(did)))
    except Unreachable as fault:
        raise IssuerUnresolvable(f"The document of {plain(did)} could not be retrieved.") from fault


def _did_key(did: str, _resolver: Resolver) -> Any:
    return did_key_document(did)


CONTROLLERS: Final[Mapping[str, Callable[[str, Resolver], Any]]] = {"did:web:": _did_web, "did:key:": _did_key}
"""How the document of a controller is had, by the beginning of its identifier."""


def _multikey(method: Mapping[str, Any]) -> VerificationKey:
    return VerificationKey.from_multikey(method.get("publicKeyMultibase"))


def _jwk(method: Mapping[str, Any]) -> VerificationKey:
    jwk = method.get("publicKeyJwk")
    if not isinstance(jwk, Mapping):
        raise InvalidKey("publicKeyJwk is not a JSON Web Key.")
    return VerificationKey.from_jwk(jwk)


KEY_READERS: Final[Mapping[str, Callable[[Mapping[str, Any]], VerificationKey]]] = {
    "Multikey": _multikey,
    "JsonWebKey": _jwk,
    "JsonWebKey2020": _jwk,
    "Ed25519VerificationKey2020": _multikey,
}
"""How the key of a verification method is read, by its type."""


def check_controlled(url: object, issuer: str) -> None:
    """Raise unless `url` names a verification method of `issuer`; asks nobody."""
    parts = split_method(url)
    if parts is None:
        raise InvalidMethodUrl("The verification method is not an address with a fragment.")
    if parts[0] != issuer:
        raise KeyNotControlledByIssuer(f"The key belongs to {plain(parts[0])}, not to the issuer {plain(issuer)}.")


def retrieve(url: object, resolver: Resolver, now: datetime) -> VerificationKey:
    """Return the key of a verification method that its controller lists for assertions.

    Raises IssuerUnresolvable, UnknownKey, KeyNotControlledByIssuer, KeyNotAuthorised or KeyRevoked.
    """
    parts = split_method(url)  # Steps 1 to 3: the URL is valid and has a fragment.
    if parts is None:
        raise InvalidMethodUrl("The verification method is not an address with a fragment.")
    document = controller_document(parts[0], resolver)  # Steps 4 to 6.
    return _read(_find(document, f"{parts[0]}#{parts[1]}"), document, now)  # Steps 7 to 10.


def published(controller: str, resolver: Resolver, now: datetime) -> Iterator[VerificationKey]:
    """Yield every sound key that `controller` lists for assertions."""
    document = controller_document(controller, resolver)
    for method in _methods(document):
        try:
            yield _read(method, document, now)
        except (UnknownKey, KeyNotAuthorised, KeyNotControlledByIssuer, KeyRevoked):
            continue


def controller_document(controller: str, resolver: Resolver) -> Mapping[str, Any]:
    """Return the conforming document of `controller`; IssuerUnresolvable when there is none."""
    for beginning, read in CONTROLLERS.items():
        if controller.startswith(beginning):
            try:
                return _conforming(read(controller, resolver), controller)
            except InvalidDid as fault:
                raise IssuerUnresolvable(f"{plain(controller)}: {fault}") from fault
            except IssuerUnresolvable:
                raise
            except BadgeError as fault:
                raise IssuerUnresolvable(f"The document of {plain(controller)} is not JSON. {fault}") from fault
    raise IssuerUnresolvable(f"Identifiers like {plain(controller)} cannot be resolved here.")


def _conforming(document: Any, controller: str) -> Mapping[str, Any]:
    if not isinstance(document, Mapping) or not isinstance(document.get("id"), str):
        raise IssuerUnresolvable(f"The document of {plain(controller)} is not a controlled identifier document.")
    lists = [document.get(name, []) for name in ("verificationMethod", *_RELATIONSHIPS)]
    if not all(isinstance(item, list) for item in lists):
        raise IssuerUnresolvable(f"The document of {plain(controller)} is not a controlled identifier document.")
    if document["id"] != controller:
        raise WrongDocument(f"The document of {plain(controller)} says that it is of {plain(document['id'])}.")
    return document


def _methods(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for name in ("verificationMethod", *_RELATIONSHIPS):
        yield from (item for item in document.get(name, []) if isinstance(item, Mapping))


def _absolute(document: Mapping[str, Any], url: object) -> object:
    return f"{document['id']}{url}" if isinstance(url, str) and url.startswith("#") else url


def _find(document: Mapping[str, Any], url: str) -> Mapping[str, Any]:
    found = [method for method in _methods(document) if _absolute(document, method.get("id")) == url]
    if not found:
        raise UnknownKey(f"The key {plain(url)} is not in its controller's document.")
    if any(method != found[0] for method in found):
        raise UnknownKey(f"The controller's document has two keys named {plain(url)}.")
    return found[0]


def _read(method: Mapping[str, Any], document: Mapping[str, Any], now: datetime) -> VerificationKey:
    url = _absolute(document, method.get("id"))
    shown = plain(str(url))
    if method.get("controller") != document["id"]:
        raise KeyNotControlledByIssuer(f"The key {shown} is controlled by somebody else.")
    listed = (item.get("id") if isinstance(item, Mapping) else item for item in document.get(RELATIONSHIP, []))
    if url not in [_absolute(document, item) for item in listed]:
        raise KeyNotAuthorised(f"The key {shown} is not listed under {RELATIONSHIP}.")
    for member in ("revoked", "expires"):
        if member in method and _moment(method[member], member) <= now:
            raise KeyRevoked(f"The key {shown} is no longer to be used: {member} {plain(str(method[member]), 40)}.")
    try:
        if "secretKeyMultibase" in method:
            raise InvalidKey("Its secret half is published.")
        return KEY_READERS[str(method.get("type"))](method)
    except KeyError as fault:
        raise UnknownKey(f"The key {shown} is of the kind {plain(str(method.get('type')), 60)}.") from fault
    except InvalidKey as fault:
        raise UnknownKey(f"The key {shown} cannot be trusted. {fault}") from fault


def _moment(value: object, member: str) -> datetime:
    try:
        return read_stamp(value, member)
    except BadgeError as fault:
        raise UnknownKey(f"{member} of the key is not a time.") from fault
