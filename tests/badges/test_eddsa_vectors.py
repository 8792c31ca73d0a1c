"""W3C's vectors of Data Integrity EdDSA Cryptosuites 1.0: every intermediate, byte for byte."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import base58
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from badges import contexts
from badges.jsonld import canonize
from badges.problem import SignatureInvalid
from badges.proof import SUITES
from badges.proof.eddsa import EDDSA_RDFC_2022
from badges.proof.suite import sign, unsecured, verify
from badges.proof.whole import jcs
from keys.key import Algorithm, LocalSigner, PrivateKey, VerificationKey

CASES = [
    pytest.param("eddsa-rdfc-2022", "DataInt", "eddsa-rdfc-2022", id="eddsa-rdfc-2022"),
    pytest.param("eddsa-rdfc-2022/employ", "DataInt", "eddsa-rdfc-2022", id="eddsa-rdfc-2022, employment"),
    pytest.param("eddsa-jcs-2022", "JCS", "eddsa-jcs-2022", id="eddsa-jcs-2022"),
    pytest.param("Ed25519Signature2020", "EdSig", "Ed25519Signature2020", id="Ed25519Signature2020"),
]


@pytest.fixture
def eddsa(vectors: Path) -> Path:
    return vectors / "w3c-vc-di-eddsa"


def key_pair(eddsa: Path) -> LocalSigner:
    pair = json.loads((eddsa / "keyPair.json").read_text())
    secret = base58.b58decode(pair["privateKeyMultibase"][1:])
    assert secret[:2] == b"\x80\x26"
    key = PrivateKey(Ed25519PrivateKey.from_private_bytes(secret[2:]))
    public = pair["publicKeyMultibase"]
    assert key.public() == VerificationKey.from_multikey(public)
    return LocalSigner(f"did:key:{public}#{public}", key)


def text(folder: Path, name: str, tag: str) -> str:
    return (folder / f"{name}{tag}.txt").read_text()


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "tag", "suite_name"), CASES)
def test_every_intermediate_of_a_proof_is_byte_equal(eddsa: Path, folder: str, tag: str, suite_name: str) -> None:
    suite, case = SUITES[suite_name], eddsa / folder
    signed = json.loads((case / f"signed{tag}.json").read_text())
    proof = signed["proof"]
    options = {name: value for name, value in proof.items() if name != "proofValue"}

    data = suite.hash_data(unsecured(signed), options, Algorithm.EDDSA)

    assert data.hex() == text(case, "combinedHash", tag)
    assert data[:32].hex() == text(case, "proofHash", tag)
    assert data[32:].hex() == text(case, "docHash", tag)


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "tag", "suite_name"), [CASES[0], CASES[1], CASES[3]])
def test_the_canonical_n_quads_are_byte_equal(eddsa: Path, folder: str, tag: str, suite_name: str) -> None:
    case = eddsa / folder
    signed = json.loads((case / f"signed{tag}.json").read_text())
    options = json.loads((case / f"proofConfig{tag}.json").read_text())

    assert canonize(unsecured(signed)).decode() == text(case, "canonDoc", tag)
    assert canonize(options).decode() == text(case, "proofCanon", tag)


@pytest.mark.shared
def test_the_canonical_json_is_byte_equal(eddsa: Path) -> None:
    case = eddsa / "eddsa-jcs-2022"
    signed = json.loads((case / "signedJCS.json").read_text())
    options = {name: value for name, value in signed["proof"].items() if name != "proofValue"}

    own, document = jcs(unsecured(signed), options, "sha256")

    assert document.decode() == text(case, "canonDoc", "JCS")
    assert own.decode() == text(case, "proofCanon", "JCS")


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "tag", "suite_name"), [CASES[0], CASES[2], CASES[3]])
def test_what_we_sign_is_byte_equal(eddsa: Path, folder: str, tag: str, suite_name: str) -> None:
    suite, signer, case = SUITES[suite_name], key_pair(eddsa), eddsa / folder
    expected = json.loads((case / f"signed{tag}.json").read_text())

    signed = sign(suite, unsecured(expected), signer, datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC))

    proof = signed["proof"][0]
    assert proof["proofValue"] == text(case, "sigBTC58", tag)
    assert base58.b58decode(proof["proofValue"][1:]).hex() == text(case, "sigHex", tag)
    assert proof == expected["proof"]


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "tag", "suite_name"), CASES)
def test_the_signed_documents_verify_and_a_changed_one_does_not(
    eddsa: Path, folder: str, tag: str, suite_name: str
) -> None:
    signed: dict[str, Any] = json.loads((eddsa / folder / f"signed{tag}.json").read_text())
    key = VerificationKey.from_multikey(signed["proof"]["verificationMethod"].partition("#")[2])

    verify(SUITES[suite_name], signed, signed["proof"], key)

    with pytest.raises(SignatureInvalid):
        verify(SUITES[suite_name], {**signed, "validFrom": "2023-01-02T00:00:00Z"}, signed["proof"], key)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["signedProofSet1", "signedProofSet2", "signedProofChain1", "signedProofChain2"])
def test_every_proof_of_the_sets_and_chains_verifies(eddsa: Path, name: str) -> None:
    signed = json.loads((eddsa / "proof-set-chain" / f"{name}.json").read_text())
    proofs = signed["proof"] if isinstance(signed["proof"], list) else [signed["proof"]]
    by_id = {proof["id"]: proof for proof in proofs if "id" in proof}

    for proof in proofs:
        named = proof.get("previousProof", [])
        previous = [by_id[item] for item in ([named] if isinstance(named, str) else named)]
        key = VerificationKey.from_multikey(proof["verificationMethod"].partition("#")[2])
        verify(SUITES[proof["cryptosuite"]], signed, proof, key, previous)
        if previous:
            with pytest.raises(SignatureInvalid):
                verify(SUITES[proof["cryptosuite"]], signed, proof, key)


STEPS = [
    pytest.param("proofSetConfig1", "proofSetConfigSigned1", "unsigned", "keyPair1", id="the first of a set"),
    pytest.param("proofSetConfig2", "proofSetConfigSigned2", "unsigned", "keyPair2", id="the second of a set"),
    pytest.param("proofChainConfig1", "proofChainConfigSigned1", "proofChainTempDoc1", "keyPair3", id="over a set"),
    pytest.param("proofChainConfig2", "proofChainConfigSigned2", "proofChainTempDoc2", "keyPair4", id="over a proof"),
]


@pytest.mark.shared
@pytest.mark.parametrize(("config", "signed", "document", "pair"), STEPS)
def test_every_proof_of_the_sets_and_chains_is_made_byte_equal(
    eddsa: Path, config: str, signed: str, document: str, pair: str
) -> None:
    folder = eddsa / "proof-set-chain"
    options, expected, signed_over, pairs = (
        json.loads((folder / f"{name}.json").read_text()) for name in (config, signed, document, "multiKeyPairs")
    )
    secret = base58.b58decode(pairs[pair]["privateKeyMultibase"][1:])[2:]

    data = EDDSA_RDFC_2022.hash_data(signed_over, options, Algorithm.EDDSA)

    value = PrivateKey(Ed25519PrivateKey.from_private_bytes(secret)).sign(data)
    assert {**options, "proofValue": "z" + base58.b58encode(value).decode()} == expected


ALUMNI = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
"""Data Integrity EdDSA Cryptosuites 1.0, example 5; its decisive figures stand below, with nothing beside the tests."""


def test_the_first_vector_holds_without_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://www.w3.org/ns/credentials/examples/v2"
    example = {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}
    monkeypatch.setattr("badges.jsonld.sources", lambda: {**contexts.sources(), url: {}})
    monkeypatch.setattr("badges.expansion.pinned", lambda name: example if name == url else contexts.pinned(name))
    multikey = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    secret = base58.b58decode("z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"[1:])[2:]
    signer = LocalSigner(f"did:key:{multikey}#{multikey}", PrivateKey(Ed25519PrivateKey.from_private_bytes(secret)))

    signed = sign(EDDSA_RDFC_2022, ALUMNI, signer, datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC))

    document_hash = hashlib.sha256(canonize(ALUMNI)).hexdigest()
    assert document_hash == "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
    assert signed["proof"][0]["proofValue"] == (
        "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme"
    )
