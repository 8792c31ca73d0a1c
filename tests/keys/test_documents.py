from __future__ import annotations

from datetime import UTC, datetime

import pytest

from keys.documents import did_document, did_for, jwks
from keys.envelope import KeyEncryptionKey
from keys.key import Algorithm, VerificationKey
from keys.store import Keyring, MemoryKeyStore, Purpose

AT = datetime(2026, 11, 20, tzinfo=UTC)
DID = "did:web:localhost%3A8000:issuers:python-milano"


@pytest.fixture
def ring() -> Keyring:
    ring = Keyring(MemoryKeyStore(), KeyEncryptionKey(bytes(32)))
    for algorithm in (Algorithm.EDDSA, Algorithm.ES256, Algorithm.RS256):
        ring.create(DID, Purpose.CREDENTIAL, algorithm, AT)
    ring.create(DID, Purpose.STATUS_LIST, Algorithm.EDDSA, AT)
    return ring


@pytest.mark.parametrize(
    ("base_url", "did"),
    [
        ("http://localhost:8000", DID),
        ("https://Badges.Example.org", "did:web:badges.example.org:issuers:python-milano"),
    ],
)
def test_the_did_follows_from_the_address(base_url: str, did: str) -> None:
    assert did_for(base_url, "python-milano") == did


def test_every_key_is_published_with_absolute_ids_and_references_as_text(ring: Keyring) -> None:
    document = did_document(DID, ring.store.records(DID))

    methods = document["verificationMethod"]
    assert document["id"] == DID
    assert document["assertionMethod"] == [method["id"] for method in methods]
    assert all(method["controller"] == DID and method["id"].startswith(DID + "#key-") for method in methods)
    assert [method["type"] for method in methods] == ["Multikey", "JsonWebKey", "JsonWebKey", "Multikey"]


def test_a_retired_key_stays_in_the_document(ring: Keyring) -> None:
    before = did_document(DID, ring.store.records(DID))

    ring.rotate(DID, Purpose.CREDENTIAL, Algorithm.EDDSA, AT)

    after = did_document(DID, ring.store.records(DID))
    assert all(method in after["verificationMethod"] for method in before["verificationMethod"])
    assert set(before["assertionMethod"]) < set(after["assertionMethod"])


def test_no_private_member_is_published(ring: Keyring) -> None:
    for method in did_document(DID, ring.store.records(DID))["verificationMethod"]:
        if "publicKeyJwk" in method:
            assert VerificationKey.from_jwk(method["publicKeyJwk"]).algorithm == method["publicKeyJwk"]["alg"]
        else:
            assert VerificationKey.from_multikey(method["publicKeyMultibase"])


def test_the_jwks_names_the_issuer_and_holds_the_keys_of_credentials(ring: Keyring) -> None:
    keys = jwks(ring.store.records(DID))["keys"]

    assert [key["alg"] for key in keys] == ["EdDSA", "ES256", "RS256"]
    assert {key["iss"] for key in keys} == {DID}
