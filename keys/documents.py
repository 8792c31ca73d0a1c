"""What an issuer publishes of its keys: the DID document, the JWKS, one JWK an address.

did:web (W3C CCG): `did:web:HOST[%3APORT]:issuers:SLUG` is at `https://HOST/issuers/SLUG/did.json`.
Controlled Identifiers 1.0 sections 2.1 to 2.3. Retired keys stay: a key that is not in the document is as good as
revoked. `assertionMethod` holds references as text, since validators in the wild compare them as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote, urlsplit

from keys.key import Algorithm
from keys.store import KeyRecord, Purpose

CONTEXTS: Final = (
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/jwk/v1",
)


def did_for(base_url: str, slug: str) -> str:
    """Return the DID of the issuer `slug` of the installation at `base_url`."""
    host = urlsplit(base_url).netloc.lower()
    return f"did:web:{quote(host, safe='')}:issuers:{slug}"


def did_document(controller: str, records: Sequence[KeyRecord]) -> dict[str, Any]:
    """Return the DID document: every key the issuer ever had, Ed25519 as Multikey, the others as JWK."""
    return {
        "@context": list(CONTEXTS),
        "id": controller,
        "verificationMethod": [_method(record) for record in records],
        "assertionMethod": [record.key_id for record in records],
    }


def _method(record: KeyRecord) -> dict[str, Any]:
    method: dict[str, Any] = {"id": record.key_id, "controller": record.controller}
    if record.algorithm is Algorithm.EDDSA:
        return {**method, "type": "Multikey", "publicKeyMultibase": record.public().multikey()}
    return {**method, "type": "JsonWebKey", "publicKeyJwk": jwk(record)}


def jwk(record: KeyRecord) -> dict[str, Any]:
    """Return the public JWK of one key, as it stands at its own address and in the JWKS."""
    return {**record.public().jwk(), "alg": str(record.algorithm), "use": "sig", "kid": record.key_id,
            "iss": record.controller}  # fmt: skip


def jwks(records: Sequence[KeyRecord]) -> dict[str, Any]:
    """Return the JWKS of the keys that sign credentials."""
    return {"keys": [jwk(record) for record in records if record.purpose is Purpose.CREDENTIAL]}
