"""Credentials and keys for the tests of the shared words."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from badges import contexts
from badges.identity import email_identity, name_identity
from badges.model import (
    Achievement,
    AchievementSubject,
    Evidence,
    Image,
    OpenBadgeCredential,
    Profile,
    Result,
    ResultDescription,
    StatusEntry,
)
from keys.key import Algorithm, LocalSigner, PrivateKey

DID = "did:web:badges.example.org:issuers:python-milano"
BASE = "https://badges.example.org"
EXAMPLES = {
    "https://www.w3.org/ns/credentials/examples/v2": "w3c-credentials-examples-v2.jsonld",
    "https://w3id.org/citizenship/v4rc1": "w3id-citizenship-v4rc1.jsonld",
}
"""Contexts of W3C's vectors that no credential in earnest may use; they are held in tests only."""

START = datetime(2026, 10, 15, 16, 30, tzinfo=UTC)
END = datetime(2026, 10, 15, 19, 30, tzinfo=UTC)


def credential_of(name: str = "Ada Lovelace", index: int = 7) -> OpenBadgeCredential:
    hours = f"{BASE}/achievements/x#hours"
    achievement = Achievement(
        f"{BASE}/achievements/x",
        "Attestato di partecipazione",
        "Una serata.",
        "Checked in at the door.",
        "CertificateOfCompletion",
        Image(f"{BASE}/achievements/x.svg"),
        ("python", "community"),
        "it",
        (ResultDescription(hours, "Ore"),),
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
        datetime(2026, 10, 16, 8, 0, tzinfo=UTC),
        END,
        StatusEntry(f"{BASE}/status/1", index),
        (Evidence("Serata Python", "Event", "Milano", "Presenza rilevata all’ingresso."),),
    )


@pytest.fixture
def credential() -> dict[str, Any]:
    """An unsigned credential of the shape that we issue."""
    return credential_of().to_json()


@pytest.fixture(scope="session")
def signer() -> LocalSigner:
    """An Ed25519 signer of the issuer."""
    return LocalSigner(f"{DID}#key-2026-11-a", PrivateKey.generate(Algorithm.EDDSA))


@pytest.fixture(scope="session")
def signer_of() -> Callable[[Algorithm], LocalSigner]:
    """Signers of the issuer by algorithm; RSA keys take a while to make, so each is made once."""
    made: dict[Algorithm, LocalSigner] = {}

    def of(algorithm: Algorithm) -> LocalSigner:
        if algorithm not in made:
            made[algorithm] = LocalSigner(f"{DID}#key-{algorithm}", PrivateKey.generate(algorithm))
        return made[algorithm]

    return of


@pytest.fixture
def vectors(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of W3C's vectors, with the contexts that they are written in."""
    folder = shared / "vectors" / "contexts"
    examples = {url: json.loads((folder / file).read_bytes()) for url, file in EXAMPLES.items()}
    monkeypatch.setattr("badges.jsonld.sources", lambda: {**contexts.sources(), **examples})
    monkeypatch.setattr(
        "badges.expansion.pinned", lambda url: examples[url] if url in examples else contexts.pinned(url)
    )
    return shared / "vectors"
