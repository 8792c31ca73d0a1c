"""The document of a controller: whoever an identifier names says there which keys are its own.

Clause: Controlled Identifiers 1.0, section 3.3, steps 4 to 6. An issuer on the web may publish its profile in its
place, as Open Badges platforms do: it is read as such a document (docs/adr/0050-keys-of-https-issuers.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from badges.kept import Kept
from badges.problem import SECURITY, BadgeError, IssuerUnresolvable
from badges.strict import strict_json
from verifier.did import InvalidDid, did_jwk_document, did_key_document, did_web_url
from verifier.origin import read_address
from verifier.resolver import Resolver, Unreachable
from verifier.verdict import plain

RELATIONSHIP: Final = "assertionMethod"
RELATIONSHIPS: Final = (RELATIONSHIP, "authentication", "keyAgreement", "capabilityInvocation", "capabilityDelegation")
LISTS: Final = ("verificationMethod", *RELATIONSHIPS)
_PROFILES: Final = frozenset({"Profile", "Issuer"})
_IN_PROFILES: Final = "DataIntegrityProof"
"""The type that a widespread platform gives to the key in its profiles; it holds a Multikey."""

_READ: Final[Kept[Any]] = Kept(most=64, weight=2**20)

Document = Mapping[str, Any]


class WrongDocument(IssuerUnresolvable):
    """The document at the controller's address speaks for somebody else."""

    type = SECURITY + "INVALID_CONTROLLED_IDENTIFIER_DOCUMENT_ID"


def fetch_json(url: str, resolver: Resolver, whose: str) -> Any:
    """Return the JSON at `url`; IssuerUnresolvable, naming `whose` it should be, when it cannot be had."""
    try:
        return _read(resolver.fetch(url))
    except Unreachable as fault:
        raise IssuerUnresolvable(f"The document of {plain(whose)} could not be retrieved.") from fault
    except BadgeError as fault:
        raise IssuerUnresolvable(f"The document of {plain(whose)} is not JSON. {fault}") from fault


def _read(data: bytes) -> Any:
    """Return what a document says; the last ones are kept: every credential and list of an issuer needs its keys."""
    found = _READ.get(data)
    if found is None:
        found = strict_json(data)
        _READ.put(data, found, len(data))
    return found


def _did_web(did: str, resolver: Resolver) -> Any:
    return fetch_json(did_web_url(did), resolver, did)


def _did_key(did: str, _resolver: Resolver) -> Any:
    return did_key_document(did)


def _did_jwk(did: str, _resolver: Resolver) -> Any:
    return did_jwk_document(did)


def _https(url: str, resolver: Resolver) -> Any:
    address = read_address(url)
    if address is None or address.fragment is not None:
        raise InvalidDid("This is not an address in the form that issuers have.")
    document = fetch_json(address.base, resolver, url)
    return as_controlled(document) if isinstance(document, Mapping) else document


CONTROLLERS: Final[Mapping[str, Callable[[str, Resolver], Any]]] = {
    "did:web:": _did_web,
    "did:key:": _did_key,
    "did:jwk:": _did_jwk,
    "https://": _https,
}
"""How the document of a controller is had, by the beginning of its identifier."""


def controller_document(controller: str, resolver: Resolver) -> Document:
    """Return the conforming document of `controller`; IssuerUnresolvable when there is none."""
    for beginning, read in CONTROLLERS.items():
        if controller.startswith(beginning):
            try:
                return _conforming(read(controller, resolver), controller)
            except InvalidDid as fault:
                raise IssuerUnresolvable(f"{plain(controller)}: {fault}") from fault
    raise IssuerUnresolvable(f"Identifiers like {plain(controller)} cannot be resolved here.")


def as_controlled(document: Document) -> Document:
    """Return a document from the web with its keys in lists.

    A profile that tells no relationship at all is published for one purpose, which is to issue: its keys are for
    assertions. One relationship, whichever, and each key needs its own.
    """
    found = {**document}
    for name in LISTS:
        if isinstance(found.get(name), Mapping | str):
            found[name] = [found[name]]
    methods = found.get("verificationMethod")
    if isinstance(methods, list) and _is_profile(found) and not any(name in found for name in RELATIONSHIPS):
        found["verificationMethod"] = methods = [_typed(method) for method in methods]
        found[RELATIONSHIP] = [method["id"] for method in methods if isinstance(method, Mapping) and "id" in method]
    return found


def _is_profile(document: Document) -> bool:
    types = document.get("type")
    return not _PROFILES.isdisjoint(
        name for name in (types if isinstance(types, list) else [types]) if isinstance(name, str)
    )


def _typed(method: Any) -> Any:
    if isinstance(method, Mapping) and method.get("type") == _IN_PROFILES:
        return {**method, "type": "Multikey"}
    return method


def _conforming(document: Any, controller: str) -> Document:
    if not isinstance(document, Mapping) or not isinstance(document.get("id"), str):
        raise IssuerUnresolvable(f"The document of {plain(controller)} is not a controlled identifier document.")
    if not all(isinstance(document.get(name, []), list) for name in LISTS):
        raise IssuerUnresolvable(f"The document of {plain(controller)} is not a controlled identifier document.")
    if document["id"] != controller:
        raise WrongDocument(f"The document of {plain(controller)} says that it is of {plain(document['id'])}.")
    return document
