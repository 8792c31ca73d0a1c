"""Eyes that are not ours agree: openbadgeslib verifies what we sign, and refuses what we refuse.

It reads the clock of the machine, so what is signed here stands in the past and has no end.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openbadgeslib.ob3 import (
    OB3LdpVerifier,
    OB3VerificationError,
    OB3Verifier,
    resolve_verification_method,
    verify_data_integrity_proof,
)
from PIL import Image

from badges.baking import bake_png, bake_svg
from badges.identity import email_identity, name_identity
from badges.model import (
    Achievement,
    AchievementSubject,
    Evidence,
    OpenBadgeCredential,
    Profile,
    Result,
    ResultDescription,
    StatusEntry,
)
from badges.proof import jwt
from badges.proof.eddsa import EDDSA_RDFC_2022
from badges.proof.suite import sign
from badges.status import BitString, status_list_credential
from keys.documents import did_document, did_for
from keys.envelope import KeyEncryptionKey
from keys.key import Algorithm
from keys.store import Keyring, MemoryKeyStore, Purpose

BASE = "https://badges.example.org"
DID = did_for(BASE, "python-milano")
DID_URL = f"{BASE}/issuers/python-milano/did.json"
LIST_URL = f"{BASE}/status/1"
INDEX = 94_567
START, END = datetime(2025, 10, 15, 16, 30, tzinfo=UTC), datetime(2025, 10, 15, 19, 30, tzinfo=UTC)
SIGNED = datetime(2025, 10, 16, 8, 0, tzinfo=UTC)


def unsigned(name: str) -> dict[str, Any]:
    """Return a credential with every member that an issued one can have."""
    hours = f"{BASE}/achievements/evening#hours"
    achievement = Achievement(
        f"{BASE}/achievements/evening",
        "Attestato di partecipazione",
        "Una serata sui type hints.",
        "Presenza dall’inizio alla fine.",
        "CertificateOfCompletion",
        tags=("python",),
        language="it",
        result_descriptions=(ResultDescription(hours, "Ore"),),
    )
    subject = AchievementSubject(
        "urn:uuid:6b5f1c1e-9d0a-4a58-9a0e-2f5c8f1f7a11",
        achievement,
        (name_identity(name), email_identity("ada@example.org", "8d1f3b6d")),
        START,
        END,
        results=(Result(hours, "2.5"),),
        role="relatrice",
    )
    return OpenBadgeCredential(
        f"{BASE}/c/k3v7q2m5x8c4n6z1p9d0w2r7ta",
        "Attestato di partecipazione",
        Profile(DID, "Python Milano", "https://milano.python.it/"),
        subject,
        SIGNED,
        END,
        StatusEntry(LIST_URL, INDEX),
        (Evidence("Serata Python", "Event", "Milano", "Presenza rilevata all’ingresso."),),
    ).to_json()


@dataclass(frozen=True)
class Publisher:
    """An issuer with its keys and the documents that it shows to the world."""

    keyring: Keyring
    documents: dict[str, bytes] = field(default_factory=dict)

    def fetch(self, url: str) -> bytes:
        return self.documents[url]

    def issue(self, name: str = "Ada Lovelace") -> dict[str, Any]:
        signer = self.keyring.signer(DID, Purpose.CREDENTIAL, Algorithm.EDDSA, SIGNED)
        signed = sign(EDDSA_RDFC_2022, unsigned(name), signer, SIGNED)
        self.publish(revoked=[])
        return signed

    def token(self, algorithm: Algorithm) -> str:
        encoded = jwt.encode(unsigned("Ada Lovelace"), self.keyring.signer(DID, Purpose.CREDENTIAL, algorithm, SIGNED))
        self.publish(revoked=[])
        return encoded

    def publish(self, revoked: list[int]) -> None:
        bits = BitString()
        bits.set(revoked)
        signer = self.keyring.signer(DID, Purpose.STATUS_LIST, Algorithm.EDDSA, SIGNED)
        listed = sign(EDDSA_RDFC_2022, status_list_credential(LIST_URL, DID, bits, SIGNED, None), signer, SIGNED)
        self.documents[LIST_URL] = json.dumps(listed).encode()
        self.documents[DID_URL] = json.dumps(did_document(DID, self.keyring.store.records(DID))).encode()


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(Keyring(MemoryKeyStore(), KeyEncryptionKey.load_or_create(tmp_path / "kek")))


def verify(publisher: Publisher, credential: dict[str, Any]) -> Any:
    # Its check of a list's own signature knows lists as JWTs only: that proof is verified by itself, below.
    verifier = OB3LdpVerifier.for_issuer_did(DID)
    return verifier.verify(credential, check_status=True, verify_status_list=False, download=publisher.fetch)


@pytest.mark.parametrize(
    "name", ["Ada Lovelace", "Nicolò D’Angelo", "العربية محمد", "山田 太郎", 'A "quoted" \\ name\t!']
)
def test_a_signed_credential_is_valid_to_others(publisher: Publisher, name: str) -> None:
    credential = publisher.issue(name)

    read = verify(publisher, credential)

    assert (read.issuer.id, read.achievement.name) == (DID, "Attestato di partecipazione")


def change_name(credential: dict[str, Any]) -> None:
    credential["credentialSubject"]["identifier"][0]["identityHash"] = "Ada Lovelacf"


def change_issuer(credential: dict[str, Any]) -> None:
    credential["issuer"]["name"] = "Python Roma"


def change_index(credential: dict[str, Any]) -> None:
    credential["credentialStatus"]["statusListIndex"] = "1"


def change_signature(credential: dict[str, Any]) -> None:
    value = credential["proof"][0]["proofValue"]
    credential["proof"][0]["proofValue"] = value[:-1] + ("2" if value[-1] != "2" else "3")


def drop_evidence(credential: dict[str, Any]) -> None:
    del credential["evidence"]


@pytest.mark.parametrize("change", [change_name, change_issuer, change_index, change_signature, drop_evidence])
def test_a_changed_credential_is_refused_by_others(
    publisher: Publisher, change: Callable[[dict[str, Any]], None]
) -> None:
    credential = publisher.issue()
    change(credential)

    with pytest.raises(OB3VerificationError):
        verify(publisher, credential)


def test_a_revoked_credential_is_refused_by_others(publisher: Publisher) -> None:
    credential = publisher.issue()
    publisher.publish(revoked=[INDEX])

    with pytest.raises(OB3VerificationError, match="revocation"):
        verify(publisher, credential)


def test_the_neighbours_of_a_revoked_credential_stay_valid(publisher: Publisher) -> None:
    credential = publisher.issue()
    publisher.publish(revoked=[INDEX - 1, INDEX + 1, 0, 131_071])

    assert verify(publisher, credential).issuer.id == DID


def test_what_a_retired_key_signed_stays_valid(publisher: Publisher) -> None:
    credential = publisher.issue()
    publisher.keyring.rotate(DID, Purpose.CREDENTIAL, Algorithm.EDDSA, SIGNED)
    publisher.publish(revoked=[])

    assert verify(publisher, credential).issuer.id == DID


def test_the_status_list_is_signed_by_its_issuer(publisher: Publisher) -> None:
    publisher.issue()
    listed = json.loads(publisher.documents[LIST_URL])
    key = resolve_verification_method(listed["proof"][0]["verificationMethod"], download=publisher.fetch)

    verify_data_integrity_proof(listed, key)

    listed["credentialSubject"]["encodedList"] = BitString(262_144).encode()
    with pytest.raises(OB3VerificationError):
        verify_data_integrity_proof(listed, key)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_jwt_is_valid_to_others(publisher: Publisher, algorithm: Algorithm) -> None:
    token = publisher.token(algorithm)

    read = OB3Verifier.for_issuer_did(DID, download=publisher.fetch).verify(
        token, check_status=True, verify_status_list=False, download=publisher.fetch
    )

    assert read.achievement.id == f"{BASE}/achievements/evening"


@pytest.mark.parametrize("algorithm", Algorithm)
def test_a_changed_jwt_is_refused_by_others(publisher: Publisher, algorithm: Algorithm) -> None:
    header, payload, signature = publisher.token(algorithm).split(".")
    middle = len(payload) // 2
    payload = payload[:middle] + ("A" if payload[middle] != "A" else "B") + payload[middle + 1 :]

    with pytest.raises(OB3VerificationError):
        OB3Verifier.for_issuer_did(DID, download=publisher.fetch).verify(f"{header}.{payload}.{signature}")


def picture_png() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "#7a1f2b").save(drawn, "PNG")
    return drawn.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>'
CARRIERS = [
    pytest.param(lambda credential: bake_svg(SVG, credential), OB3Verifier.extract_token_from_svg, id="svg"),
    pytest.param(lambda credential: bake_png(picture_png(), credential), OB3Verifier.extract_token_from_png, id="png"),
]


@pytest.mark.parametrize(("bake", "extract"), CARRIERS)
def test_others_find_the_credential_in_a_baked_picture(
    publisher: Publisher, bake: Callable[[bytes], bytes], extract: Callable[[bytes], str]
) -> None:
    credential = publisher.issue("Ada ]]> D’Angelo")

    carried = extract(bake(json.dumps(credential).encode()))

    assert verify(publisher, json.loads(carried)).issuer.id == DID


@pytest.mark.parametrize(("bake", "extract"), CARRIERS)
def test_others_find_the_jwt_in_a_baked_picture(
    publisher: Publisher, bake: Callable[[bytes], bytes], extract: Callable[[bytes], str]
) -> None:
    token = publisher.token(Algorithm.ES256)

    assert extract(bake(token.encode())) == token
