"""Decentralized identifiers: `did:web` becomes an address, `did:key` and `did:jwk` become their own documents.

Read strictly: what a check has understood must be what a connection would use (did:web Method; did:key 0.9;
did:jwk Method).
"""

from __future__ import annotations

import re
from typing import Any, Final

import base58
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from badges.problem import BadgeError
from badges.strict import strict_json
from keys.encoding import read_base64url
from keys.key import Algorithm, InvalidKey, VerificationKey

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_WEB: Final = re.compile(
    rf"did:web:(?P<host>(?:{_LABEL}\.)*{_LABEL})(?:%3A(?P<port>[1-9][0-9]{{0,4}}))?(?P<path>(?::[A-Za-z0-9._-]+)*)",
    re.ASCII,
)
_NUMERIC_LABEL: Final = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)", re.ASCII)
_KEY: Final = re.compile(r"did:key:(?P<key>z[1-9A-HJ-NP-Za-km-z]{1,1000})", re.ASCII)
_JWK: Final = re.compile(r"did:jwk:(?P<jwk>[A-Za-z0-9_-]{1,1000})", re.ASCII)
_RSA_PREFIX: Final = b"\x85\x24"
"""The multicodec of an RSA key in PKCS #1; did:key knows it, Multikey does not."""
_METHOD_URL: Final = re.compile(
    r"(?P<subject>[^#\s]{1,1024})#(?P<fragment>[A-Za-z0-9._~!$&'()*+,;=:@/?%-]{1,1000})", re.ASCII
)
_DID_MOST: Final = 512
_CONTEXTS: Final = {"Multikey": "multikey", "JsonWebKey": "jwk"}
_RELATIONSHIPS: Final = ("assertionMethod", "authentication", "capabilityInvocation", "capabilityDelegation")


class InvalidDid(ValueError):
    """A text that is not a decentralized identifier of a method we know."""


def did_web_url(did: str) -> str:
    """Return the https address of a `did:web` document; InvalidDid for IP addresses, `..` and everything unusual."""
    match = _WEB.fullmatch(did) if len(did) <= _DID_MOST else None
    if match is None:
        raise InvalidDid("This is not a did:web of a host name.")
    host, port, path = match["host"], match["port"], match["path"].split(":")[1:]
    if _NUMERIC_LABEL.fullmatch(host.rpartition(".")[2]):
        raise InvalidDid("A did:web cannot name an IP address.")
    if port is not None and int(port) > 65_535:
        raise InvalidDid("The port is out of range.")
    if any(part.strip(".") == "" for part in path):
        raise InvalidDid("A did:web cannot climb out of its path.")
    place = "/".join(path) if path else ".well-known"
    return f"https://{host}{f':{port}' if port else ''}/{place}/did.json"


def did_key_document(did: str) -> dict[str, Any]:
    """Return the document of a `did:key`, made from the identifier alone; InvalidDid when it holds no sound key."""
    match = _KEY.fullmatch(did)
    if match is None:
        raise InvalidDid("This is not a did:key.")
    text = match["key"]
    try:
        key, canonical = _key_of(text)
    except (InvalidKey, ValueError) as fault:
        raise InvalidDid(f"The did:key holds no key that can be trusted. {fault}") from fault
    if canonical != text:
        raise InvalidDid("The did:key is not in its one form.")
    material: dict[str, Any] = {"type": "Multikey", "publicKeyMultibase": text}
    if key.algorithm is Algorithm.RS256:
        material = {"type": "JsonWebKey", "publicKeyJwk": key.jwk()}
    return _own_document(did, text, material, _RELATIONSHIPS)


def did_jwk_document(did: str) -> dict[str, Any]:
    """Return the document of a `did:jwk`, made from the identifier alone; InvalidDid when it holds no sound key.

    The order of the members is free, as the method has it: another order is another identifier, not another issuer's.
    A key `use`d for encryption signs nothing.
    """
    match = _JWK.fullmatch(did)
    if match is None:
        raise InvalidDid("This is not a did:jwk.")
    try:
        jwk = strict_json(read_base64url(match["jwk"]))
        if not isinstance(jwk, dict):
            raise InvalidKey("It is not a JSON Web Key.")
        VerificationKey.from_jwk(jwk)
    except (BadgeError, ValueError) as fault:
        raise InvalidDid(f"The did:jwk holds no key that can be trusted. {fault}") from fault
    signs = jwk.get("use", "sig") == "sig"
    return _own_document(did, "0", {"type": "JsonWebKey", "publicKeyJwk": jwk}, _RELATIONSHIPS if signs else ())


def _own_document(did: str, fragment: str, material: dict[str, Any], relationships: tuple[str, ...]) -> dict[str, Any]:
    method = f"{did}#{fragment}"
    document: dict[str, Any] = {
        "@context": ["https://www.w3.org/ns/did/v1", f"https://w3id.org/security/{_CONTEXTS[material['type']]}/v1"],
        "id": did,
        "verificationMethod": [{"id": method, "controller": did, **material}],
    }
    return document | {relationship: [method] for relationship in relationships}


def _key_of(text: str) -> tuple[VerificationKey, str]:
    """Return the key in a multibase text, and the one text that stands for it."""
    data = base58.b58decode(text[1:])
    if not data.startswith(_RSA_PREFIX):
        key = VerificationKey.from_multikey(text)
        return key, key.multikey()
    key = VerificationKey.from_spki(data[len(_RSA_PREFIX) :])  # It reads PKCS #1 too.
    body = key.material.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    return key, "z" + base58.b58encode(_RSA_PREFIX + body).decode("ascii")


def split_method(url: object) -> tuple[str, str] | None:
    """Return subject and fragment of a verification method's URL, or None when it is not one."""
    match = _METHOD_URL.fullmatch(url) if isinstance(url, str) else None
    return (match["subject"], match["fragment"]) if match else None
