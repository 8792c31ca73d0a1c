"""Decentralized identifiers: `did:web` becomes an address, `did:key` becomes its own document.

Read strictly: what a check has understood must be what a connection would use (did:web Method; did:key 0.9).
"""

from __future__ import annotations

import re
from typing import Any, Final

from keys.key import InvalidKey, VerificationKey

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_WEB: Final = re.compile(
    rf"did:web:(?P<host>(?:{_LABEL}\.)*{_LABEL})(?:%3A(?P<port>[1-9][0-9]{{0,4}}))?(?P<path>(?::[A-Za-z0-9._-]+)*)",
    re.ASCII,
)
_NUMERIC_LABEL: Final = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)", re.ASCII)
_KEY: Final = re.compile(r"did:key:(?P<key>z[1-9A-HJ-NP-Za-km-z]{1,120})", re.ASCII)
_METHOD_URL: Final = re.compile(
    r"(?P<subject>[^#\s]{1,1024})#(?P<fragment>[A-Za-z0-9._~!$&'()*+,;=:@/?%-]{1,256})", re.ASCII
)
_DID_MOST: Final = 512
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
    try:
        key = VerificationKey.from_multikey(match["key"])
        canonical = key.multikey() == match["key"]
    except InvalidKey as fault:
        raise InvalidDid(f"The did:key holds no key that can be trusted. {fault}") from fault
    if not canonical:
        raise InvalidDid("The did:key is not in its one form.")
    method = f"{did}#{match['key']}"
    document: dict[str, Any] = {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [
            {"id": method, "type": "Multikey", "controller": did, "publicKeyMultibase": match["key"]}
        ],
    }
    return document | {relationship: [method] for relationship in _RELATIONSHIPS}


def split_method(url: object) -> tuple[str, str] | None:
    """Return subject and fragment of a verification method's URL, or None when it is not one."""
    match = _METHOD_URL.fullmatch(url) if isinstance(url, str) else None
    return (match["subject"], match["fragment"]) if match else None
