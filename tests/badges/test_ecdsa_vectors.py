"""W3C's vectors of Data Integrity ECDSA Cryptosuites 1.0, the suites over whole documents: byte for byte."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import base58
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from badges.jsonld import canonize
from badges.problem import SignatureInvalid
from badges.proof import SUITES
from badges.proof.ecdsa import ECDSA_JCS_2019, ECDSA_RDFC_2019
from badges.proof.suite import options_of, sign, unsecured, verify
from badges.proof.whole import WholeSuite, jcs
from keys.algorithm import CURVES
from keys.key import Algorithm, LocalSigner, PrivateKey, VerificationKey

CREATED = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
P256, P384 = Algorithm.ES256, Algorithm.ES384
RDFC = [
    pytest.param("ecdsa-rdfc-2019-p256", "ECDSAP256", ECDSA_RDFC_2019, P256, id="rdfc, P-256"),
    pytest.param("ecdsa-rdfc-2019-p256/employ", "ECDSAP256", ECDSA_RDFC_2019, P256, id="rdfc, P-256, employment"),
    pytest.param("ecdsa-rdfc-2019-p384", "ECDSAP384", ECDSA_RDFC_2019, P384, id="rdfc, P-384"),
    pytest.param("ecdsa-rdfc-2019-p384/employ", "ECDSAP384", ECDSA_RDFC_2019, P384, id="rdfc, P-384, employment"),
]
JCS = [
    pytest.param("ecdsa-jcs-2019-p256", "JCSECDSAP256", ECDSA_JCS_2019, P256, id="jcs, P-256"),
    pytest.param("ecdsa-jcs-2019-p384", "JCSECDSAP384", ECDSA_JCS_2019, P384, id="jcs, P-384"),
]
HASHES = {P256: "sha256", P384: "sha384"}


@pytest.fixture
def ecdsa(vectors: Path) -> Path:
    return vectors / "w3c-vc-di-ecdsa"


def private_key(folder: Path, algorithm: Algorithm) -> PrivateKey:
    pair = json.loads((folder / f"p{CURVES[algorithm].name[2:]}KeyPair.json").read_text())
    secret = base58.b58decode(pair["secretKeyMultibase"][1:])[2:]
    key = PrivateKey(ec.derive_private_key(int.from_bytes(secret, "big"), CURVES[algorithm].curve))
    assert key.public() == VerificationKey.from_multikey(pair["publicKeyMultibase"])
    return key


def text(folder: Path, name: str, tag: str) -> str:
    return (folder / f"{name}{tag}.txt").read_text()


def signed_of(folder: Path, tag: str) -> dict[str, Any]:
    return json.loads((folder / f"signed{tag}.json").read_text())


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "tag", "suite", "algorithm"), [*RDFC, *JCS])
def test_every_hash_is_byte_equal(ecdsa: Path, folder: str, tag: str, suite: WholeSuite, algorithm: Algorithm) -> None:
    signed = signed_of(ecdsa / folder, tag)

    data = suite.hash_data(unsecured(signed), options_of(signed["proof"]), algorithm)

    half = len(data) // 2
    assert data.hex() == text(ecdsa / folder, "combinedHash", tag)
    assert data[:half].hex() == text(ecdsa / folder, "proofHash", tag)
    assert data[half:].hex() == text(ecdsa / folder, "docHash", tag)


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "tag", "suite", "algorithm"), RDFC)
def test_the_canonical_n_quads_are_byte_equal_under_the_hash_of_the_curve(
    ecdsa: Path, folder: str, tag: str, suite: WholeSuite, algorithm: Algorithm
) -> None:
    config = json.loads((ecdsa / folder / f"proofConfig{tag}.json").read_text())
    hash_name = HASHES[algorithm]

    assert canonize(unsecured(signed_of(ecdsa / folder, tag)), hash_name).decode() == text(
        ecdsa / folder, "canonDoc", tag
    )
    assert canonize(config, hash_name).decode() == text(ecdsa / folder, "proofCanon", tag)


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "tag", "suite", "algorithm"), JCS)
def test_the_canonical_json_is_byte_equal(
    ecdsa: Path, folder: str, tag: str, suite: WholeSuite, algorithm: Algorithm
) -> None:
    signed = signed_of(ecdsa / folder, tag)

    options, document = jcs(unsecured(signed), options_of(signed["proof"]), HASHES[algorithm])

    assert document.decode() == text(ecdsa / folder, "canonDoc", tag)
    assert options.decode() == text(ecdsa / folder, "proofCanon", tag)
    assert json.loads(options) == json.loads((ecdsa / folder / f"proofConfig{tag}.json").read_text())


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "tag", "suite", "algorithm"), [*RDFC, *JCS])
def test_what_we_sign_is_byte_equal(
    ecdsa: Path, folder: str, tag: str, suite: WholeSuite, algorithm: Algorithm
) -> None:
    expected = signed_of(ecdsa / folder, tag)
    signer = LocalSigner(expected["proof"]["verificationMethod"], private_key(ecdsa, algorithm))

    signed = sign(suite, expected, signer, CREATED)

    proof = signed["proof"][0]
    assert proof == expected["proof"]
    assert proof["proofValue"] == text(ecdsa / folder, "sigBTC58", tag)
    assert base58.b58decode(proof["proofValue"][1:]).hex() == text(ecdsa / folder, "sigHex", tag)


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "tag", "suite", "algorithm"), [*RDFC, *JCS])
def test_the_signed_documents_verify_and_a_changed_one_does_not(
    ecdsa: Path, folder: str, tag: str, suite: WholeSuite, algorithm: Algorithm
) -> None:
    signed = signed_of(ecdsa / folder, tag)
    key = VerificationKey.from_multikey(signed["proof"]["verificationMethod"].partition("#")[2])

    verify(SUITES[signed["proof"]["cryptosuite"]], signed, signed["proof"], key)

    with pytest.raises(SignatureInvalid):
        verify(suite, {**signed, "validFrom": "2019-12-04T00:00:00Z"}, signed["proof"], key)
