"""Badges to try things on, no two alike, by two issuers who publish their documents in a dictionary."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from badges import model
from badges.identity import name_identity
from badges.proof import EDDSA_RDFC_2022, suite
from badges.status import BitString, status_list_credential
from keys.key import Algorithm, LocalSigner, PrivateKey
from verifier.did import did_key_document, did_web_url

NOW: Final = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)
BASE: Final = "https://badges.example"
DID: Final = "did:web:badges.example:issuers:milano"
ABROAD: Final = "did:web:university.example"
LIST: Final = f"{BASE}/status/1"
KEY: Final = PrivateKey.generate(Algorithm.EDDSA)
OF_ITSELF: Final = f"did:key:{KEY.public().multikey()}"
EXTENSIONS: Final = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"


def badge(number: int) -> dict[str, Any]:
    """Return a credential like those we issue; no two alike."""
    achievement = model.Achievement(
        id=f"{BASE}/achievements/x",
        name="Attestato di partecipazione",
        description="Took part in the evening from start to end.",
        criteria="Checked in at the door. Nothing was assessed.",
        achievement_type="CertificateOfCompletion",
        image=model.Image(f"{BASE}/achievements/x.svg"),
        language="it",
        tags=("python", "community"),
        result_descriptions=(model.ResultDescription(f"{BASE}/achievements/x#hours", "Ore"),),
    )
    subject = model.AchievementSubject(
        id=f"urn:uuid:6ba7b810-9dad-41d1-80b4-{number:012}",
        achievement=achievement,
        identifiers=(name_identity(f"Ada {number} D’Angelo"),),
        activity_start=NOW - timedelta(days=36),
        activity_end=NOW - timedelta(days=35),
        results=(model.Result(f"{BASE}/achievements/x#hours", "2.5"),),
    )
    return model.OpenBadgeCredential(
        id=f"{BASE}/c/{number:026}",
        name="Attestato di partecipazione",
        issuer=model.Profile(DID, "Python Milano", "https://milano.python.it/", "ciao@milano.python.it"),
        subject=subject,
        valid_from=NOW - timedelta(days=30),
        valid_until=NOW + timedelta(days=700),
        awarded=NOW - timedelta(days=35),
        status=model.StatusEntry(LIST, number),
        evidence=(model.Evidence("Serata Python", "Event", "Milano", "Presence was scanned at the door."),),
    ).to_json()


def foreign(number: int, issuer: str) -> dict[str, Any]:
    """Return a credential as a university might issue it: more contexts, and more things within things."""
    made = badge(number)
    made["@context"] = [*made["@context"], EXTENSIONS]
    made["issuer"] = {
        "id": issuer, "type": ["Profile"], "name": "Università di Esempio", "phone": "+39 02 1234", "official": "Ada",
        "address": {"type": ["Address"], "addressCountry": "IT", "addressLocality": "Milano", "geo": {
            "type": "GeoCoordinates", "latitude": 45.46, "longitude": 9.19}},
        "otherIdentifier": [
            {"type": "IdentifierEntry", "identifier": "0123", "identifierType": "nationalIdentityNumber"}
        ],
        "parentOrg": {"id": "https://ministry.example/", "type": ["Profile"], "name": "Ministero"},
    }  # fmt: skip
    achievement = made["credentialSubject"]["achievement"]
    achievement["alignment"] = [
        {"type": ["Alignment"], "targetName": f"Skill {skill}", "targetUrl": f"https://esco.example/{skill}",
         "targetFramework": "ESCO", "targetCode": f"S{skill}"} for skill in range(6)
    ]  # fmt: skip
    achievement["resultDescription"] += [
        {"id": f"urn:uuid:r{result}", "type": ["ResultDescription"], "name": "Grade", "resultType": "LetterGrade",
         "allowedValue": ["A", "B", "C", "D"], "requiredValue": "C"} for result in range(2)
    ]  # fmt: skip
    del made["credentialStatus"]
    return made


def signed(credential: dict[str, Any], issuer: str) -> dict[str, Any]:
    """Return the credential with a proof by the issuer's key."""
    return suite.sign(EDDSA_RDFC_2022, credential, LocalSigner(key_name(issuer), KEY), NOW - timedelta(days=30))


def key_name(issuer: str) -> str:
    """Return the verification method of an issuer."""
    return f"{issuer}#{issuer[8:] if issuer == OF_ITSELF else 'key-2026'}"


def published() -> dict[str, bytes]:
    """Return what the issuers publish: their documents, and a list of who was revoked."""
    listed = status_list_credential(LIST, DID, BitString(), NOW - timedelta(days=1), NOW + timedelta(days=29))
    return {LIST: octets(signed(listed, DID))} | {did_web_url(did): octets(document(did)) for did in (DID, ABROAD)}


def document(did: str) -> dict[str, Any]:
    """Return the document of an issuer with one key."""
    made = did_key_document(OF_ITSELF)
    method = {**made["verificationMethod"][0], "id": key_name(did), "controller": did}
    return {**made, "id": did, "verificationMethod": [method], "assertionMethod": [method["id"]]}


def address_of(url: str) -> str:
    """Return the identifier whose document is at `url`, or the address itself."""
    return next((did for did in (DID, ABROAD) if did_web_url(did) == url), url)


def octets(value: Any) -> bytes:
    """Return JSON in one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
