"""An issuer of Open Badges 2.0 in a dictionary: its site, its key, its list, and badges hosted there or signed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keys.encoding import base64url
from keys.key import Algorithm, PrivateKey
from tests.verifier.published import NOW, Remembering, World, to_bytes
from verifier.resolver import Gone
from verifier.verdict import Report
from verifier.verify import verify

V2 = "https://w3id.org/openbadges/v2"
V1 = "https://w3id.org/openbadges/v1"
SITE = "https://elder.example"
ISSUER = f"{SITE}/issuer"
BADGE = f"{SITE}/badges/5"
ASSERTION = f"{SITE}/assertions/123"
KEY = f"{SITE}/key"
LIST = f"{SITE}/revoked"
SIGNED = "urn:uuid:0f8b7f34-9c2b-4f6c-9a24-3f4a4a1f7b11"
EMAIL = "ada@example.org"
SALT = "deadsea"
RSA = PrivateKey.generate(Algorithm.RS256)
STRANGER = PrivateKey.generate(Algorithm.RS256)


def pem(key: PrivateKey) -> str:
    return key.material.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def identity(text: str = EMAIL, salt: str = SALT) -> str:
    return "sha256$" + hashlib.sha256((text + salt).encode()).hexdigest()


def issuer(**changes: Any) -> dict[str, Any]:
    return {
        "@context": V2, "type": "Issuer", "id": ISSUER, "name": "Officina del Po", "url": SITE,
        "email": "badges@elder.example", "publicKey": [KEY], "revocationList": LIST, **changes,
    }  # fmt: skip


def badge_class(**changes: Any) -> dict[str, Any]:
    return {
        "@context": V2, "type": "BadgeClass", "id": BADGE, "name": "3-D Printmaster",
        "description": "For passing the test of knowledge and safety.", "image": f"{SITE}/badges/5.png",
        "criteria": {"narrative": "Passed a paper test, and printed a part under supervision."},
        "issuer": ISSUER, "tags": ["printing", "safety"], **changes,
    }  # fmt: skip


def hosted(**changes: Any) -> dict[str, Any]:
    return {
        "@context": V2, "type": "Assertion", "id": ASSERTION, "badge": BADGE,
        "recipient": {"type": "email", "hashed": True, "salt": SALT, "identity": identity()},
        "verification": {"type": "hosted"}, "issuedOn": "2026-10-01T12:00:00Z", "expires": "2028-10-01T12:00:00+00:00",
        "evidence": f"{SITE}/made/123", **changes,
    }  # fmt: skip


def signable(**changes: Any) -> dict[str, Any]:
    return {**hosted(), "id": SIGNED, "verification": {"type": "SignedBadge", "creator": KEY}, **changes}


def key_document(key: PrivateKey = RSA, **changes: Any) -> dict[str, Any]:
    return {
        "@context": V2, "type": "CryptographicKey", "id": KEY, "owner": ISSUER, "publicKeyPem": pem(key), **changes,
    }  # fmt: skip


def revocation_list(*entries: Any, **changes: Any) -> dict[str, Any]:
    return {
        "@context": V2, "type": "RevocationList", "id": LIST, "issuer": ISSUER,
        "revokedAssertions": list(entries), **changes,
    }  # fmt: skip


def compact(payload: dict[str, Any], key: PrivateKey = RSA, **header: Any) -> bytes:
    """The compact JWS over `payload`, made by hand: no code of ours that verifies has a part in it."""
    members = {"alg": key.algorithm.value, **header}
    text = ".".join(base64url(json.dumps(part).encode()) for part in (members, payload))
    return f"{text}.{base64url(key.sign(text.encode()))}".encode()


class Site(Remembering):
    """A world in which some addresses answer 410; `gone` holds what they say."""

    def __init__(self, documents: dict[str, bytes], gone: dict[str, bytes]) -> None:
        super().__init__(documents)
        self.gone = gone

    def fetch(self, url: str) -> bytes:
        if url in self.gone:
            self.asked.append(url)
            raise Gone(self.gone[url])
        return super().fetch(url)


@dataclass
class Elder(World):
    """What the issuer publishes, and what it took back."""

    gone: dict[str, bytes] = field(default_factory=dict)

    def verify(self, data: Any) -> Report:
        resolver = Site(self.documents, self.gone)
        report = verify(data if isinstance(data, bytes) else to_bytes(data), resolver, self.policy, self.now, "test")
        self.asked = resolver.asked
        return report


def elder() -> Elder:
    """The issuer's documents, all in order."""
    world = Elder(now=NOW)
    for document in (issuer(), badge_class(), hosted(), key_document(), revocation_list("urn:uuid:another")):
        world.publish(document["id"], document)
    return world
