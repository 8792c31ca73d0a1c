"""An issuer in a dictionary: credentials, keys and lists as the world would publish them, and nothing fetched."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from badges import model
from badges.identity import email_identity, name_identity
from badges.proof import SUITES, jwt, suite
from badges.status import BitString, status_list_credential
from keys.key import Algorithm, LocalSigner, PrivateKey
from verifier.did import did_web_url
from verifier.policy import Policy
from verifier.resolver import MemoryResolver
from verifier.verdict import Report
from verifier.verify import verify

NOW = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)
DAY = timedelta(days=1)
BASE = "https://badges.example"
DID = "did:web:badges.example:issuers:milano"
STATUS = f"{BASE}/status/1"
TOKEN = "a" * 25 + "q"
ID = f"{BASE}/c/{TOKEN}"
EMAIL = "ada@example.org"
KEYS = {algorithm: PrivateKey.generate(algorithm) for algorithm in (Algorithm.EDDSA, Algorithm.ES256, Algorithm.ES384)}
KEYS[Algorithm.RS256] = PrivateKey.generate(Algorithm.RS256)
STATUS_KEY = PrivateKey.generate(Algorithm.EDDSA)


def credential(**changes: Any) -> dict[str, Any]:
    """An unsigned credential like those we issue."""
    subject = model.AchievementSubject(
        id="urn:uuid:6ba7b810-9dad-41d1-80b4-00c04fd430c8",
        achievement=model.Achievement(
            id=f"{BASE}/achievements/x",
            name="Attestato di partecipazione",
            description="Took part in the evening from start to end.",
            criteria="Checked in at the door. Nothing was assessed.",
            achievement_type="CertificateOfCompletion",
            image=model.Image(f"{BASE}/achievements/x.svg"),
            language="it",
            tags=("python", "community"),
            result_descriptions=(model.ResultDescription(f"{BASE}/achievements/x#hours", "Ore"),),
        ),
        identifiers=(name_identity("Ada Lovelace"), email_identity(EMAIL, "s" * 32)),
        activity_start=NOW - 36 * DAY,
        activity_end=NOW - 35 * DAY,
        results=(model.Result(f"{BASE}/achievements/x#hours", "2.5"),),
    )
    made = model.OpenBadgeCredential(
        id=ID,
        name="Attestato di partecipazione",
        issuer=model.Profile(DID, "Python Milano", "https://milano.python.it/", "ciao@milano.python.it"),
        subject=subject,
        valid_from=NOW - 30 * DAY,
        valid_until=NOW + 700 * DAY,
        awarded=NOW - 35 * DAY,
        status=model.StatusEntry(STATUS, 94_567),
        evidence=(model.Evidence("Serata Python", "Event", "Milano", "Presence was scanned at the door."),),
    ).to_json()
    return {**made, **changes}


def put(document: Any, path: str, value: Any) -> dict[str, Any]:
    """A copy of `document` with the member at `path` (`a/b/0`) set to `value`; `...` takes it away."""
    changed = copy.deepcopy(document)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    place: Any = changed
    for step in steps:
        place = place[step]
    if value is ...:
        del place[last]
    elif isinstance(place, list) and last == len(place):
        place.append(value)
    else:
        place[last] = value
    return changed


def to_bytes(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def key_name(algorithm: Algorithm) -> str:
    return f"{DID}#key-2026-{algorithm.lower()}"


def signer(algorithm: Algorithm = Algorithm.EDDSA) -> LocalSigner:
    return LocalSigner(key_name(algorithm), KEYS[algorithm])


def sign(document: dict[str, Any], by: LocalSigner | None = None, name: str = "eddsa-rdfc-2022") -> dict[str, Any]:
    return suite.sign(SUITES[name], document, by or signer(), NOW - 30 * DAY)


def token(document: dict[str, Any], by: LocalSigner | None = None) -> bytes:
    return jwt.encode(document, by or signer(Algorithm.ES256)).encode()


def controller_document() -> dict[str, Any]:
    methods: list[dict[str, Any]] = []
    for algorithm, key in KEYS.items():
        method = {"id": key_name(algorithm), "controller": DID}
        if algorithm is Algorithm.EDDSA:
            methods.append({**method, "type": "Multikey", "publicKeyMultibase": key.public().multikey()})
        else:
            methods.append({**method, "type": "JsonWebKey", "publicKeyJwk": key.public().jwk()})
    methods.append(
        {"id": f"{DID}#status", "controller": DID, "type": "Multikey",
         "publicKeyMultibase": STATUS_KEY.public().multikey()}
    )  # fmt: skip
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": DID,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def status_list(*revoked: int, **changes: Any) -> dict[str, Any]:
    """The signed list with those bits set; `changes` are made before signing."""
    bits = BitString()
    bits.set(revoked)
    unsigned = status_list_credential(STATUS, DID, bits, NOW - DAY, NOW + 29 * DAY)
    for path, value in changes.pop("put", {}).items():
        unsigned = put(unsigned, path, value)
    return sign({**unsigned, **changes}, LocalSigner(f"{DID}#status", STATUS_KEY))


class Remembering(MemoryResolver):
    """A world that notes every address it was asked for."""

    def __init__(self, documents: dict[str, bytes], *, local: bool = True) -> None:
        super().__init__(documents)
        self.asked: list[str] = []
        self.local = local  # type: ignore[misc]

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        return super().fetch(url)


@dataclass
class World:
    """What is published, and who asks."""

    documents: dict[str, bytes] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    local: bool = True
    now: datetime = NOW
    asked: list[str] = field(default_factory=list)

    def publish(self, url: str, document: Any) -> None:
        url = did_web_url(url) if url.startswith("did:web:") else url
        self.documents[url] = document if isinstance(document, bytes) else to_bytes(document)

    def verify(self, data: Any) -> Report:
        resolver = Remembering(self.documents, local=self.local)
        report = verify(data if isinstance(data, bytes) else to_bytes(data), resolver, self.policy, self.now, "test")
        self.asked = resolver.asked
        return report

    def verdict(self, data: Any) -> str:
        return self.verify(data).verdict.value


_DOCUMENT = to_bytes(controller_document())
_LIST = to_bytes(status_list())


def in_order() -> World:
    """The issuer's documents, all in order."""
    world = World()
    world.publish(DID, _DOCUMENT)
    world.publish(STATUS, _LIST)
    return world
