"""W3C's vectors of ecdsa-sd-2023: what the issuer signs, what the holder derives, what the verifier reads."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import base58
import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from badges.jsonld import canonize
from badges.problem import SignatureInvalid
from badges.proof.disclosure import read_derived
from badges.proof.ecdsa_sd import ECDSA_SD_2023, base_data, statements_of
from badges.proof.suite import unsecured, verify
from keys.encoding import read_base64url
from keys.key import LocalSigner, PrivateKey, VerificationKey
from tests.badges.selective import Base, canonical_names, hmac_labels, issue, label, quads_of, skolemized

CREATED = datetime(2023, 8, 15, 23, 36, 38, tzinfo=UTC)
CASES = {"prc": ("prCredMandatory", "prCredSelective"), "employ": ("employMandatory", "employSelective")}

pytestmark = pytest.mark.shared


class Case:
    """One of the two examples, and what its steps should give."""

    def __init__(self, root: Path, name: str) -> None:
        self.root, self.folder = root, root / "ecdsa-sd-2023" / name
        self.mandatory, self.selective = (json.loads((root / f"{file}.json").read_text()) for file in CASES[name])
        # The unsigned resident's card that lies beside it has another description than the one that was signed.
        self.unsigned = unsecured(self.step("addSignedSDBase"))
        self.keys = json.loads((root / "ecdsa-sd-2023" / "SDKeyMaterial.json").read_text())

    def step(self, name: str) -> Any:
        return json.loads((self.folder / f"{name}.json").read_text())

    def key(self, pair: str) -> PrivateKey:
        secret = base58.b58decode(self.keys[pair]["secretKeyMultibase"][1:])[2:]
        return PrivateKey(ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1()))

    @property
    def issuer(self) -> VerificationKey:
        return self.key("baseKeyPair").public()

    def base(self) -> Base:
        method = self.step("addProofConfig")["verificationMethod"]
        return issue(
            self.unsigned,
            self.mandatory,
            LocalSigner(method, self.key("baseKeyPair")),
            CREATED,
            ephemeral=self.key("proofKeyPair"),
            hmac_key=bytes.fromhex(self.keys["hmacKeyString"]),
        )


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, vectors: Path) -> Case:
    return Case(vectors / "w3c-vc-di-ecdsa", request.param)


def lines(data: bytes) -> list[str]:
    return data.decode().splitlines(keepends=True)


def test_the_whole_document_and_the_options_have_their_canonical_form(case: Case) -> None:
    assert lines(canonize(case.unsigned)) == case.step("addBaseDocCanon")
    assert canonize(case.step("addProofConfig")).decode() == (case.folder / "addProofConfigCanon.txt").read_text()


def test_the_labels_hide_the_order_of_blank_nodes(case: Case) -> None:
    quads = quads_of(skolemized(case.unsigned))
    labels = hmac_labels(quads, bytes.fromhex(case.keys["hmacKeyString"]))

    assert sorted(line.decode() for line in label(quads, labels)) == case.step("addBaseDocHMACCanon")
    assert sorted(canonical_names(quads).values()) == [f"c14n{number}" for number in range(len(labels))]


def test_what_must_be_shown_is_split_off_and_hashed(case: Case) -> None:
    base, transform, hashes = case.base(), case.step("addBaseTransform"), case.step("addHashData")
    for group, chosen in (("mandatory", True), ("nonMandatory", False)):
        found = [[n, line.decode()] for n, line in enumerate(base.lines) if (n in base.mandatory) is chosen]
        assert found == transform[group]["value"]

    data = base_data(case.unsigned, base.options, read_derived(derived(case)), statements(case))

    assert data[:32].hex() == hashes["proofHash"]
    assert data[-32:].hex() == hashes["mandatoryHash"]
    assert [item["pointer"] for item in case.step("addPointerValues")] == case.mandatory


def test_the_issuers_proof_is_made_byte_equal(case: Case) -> None:
    base, raw = case.base(), case.step("addRawBaseSignatureInfo")

    assert base.base_signature.hex() == raw["baseSignature"]
    assert [signature.hex() for signature in base.signatures.values()] == raw["signatures"]
    assert list(base.pointers) == raw["mandatoryPointers"]
    assert base.signed() == case.step("addSignedSDBase")


def test_the_holder_gets_back_what_the_issuer_signed(case: Case) -> None:
    data = read_base64url(case.step("addSignedSDBase")["proof"]["proofValue"][1:])
    base_signature, public_key, hmac_key, signatures, pointers = cbor2.loads(data[3:])
    expected = case.step("derivedRecoveredBaseData")

    assert (base_signature.hex(), hmac_key.hex(), pointers) == (
        expected["baseSignature"], expected["hmacKey"], expected["mandatoryPointers"]
    )  # fmt: skip
    assert "z" + base58.b58encode(public_key).decode() == expected["proofPublicKey"]
    assert [signature.hex() for signature in signatures] == expected["signatures"]


def test_the_holder_derives_byte_equal(case: Case) -> None:
    shown, parts = case.base().disclose(*case.selective)

    assert shown == case.step("derivedUnsignedReveal")
    assert parts[4] == case.step("derivedAdjMandatoryIndexes")["adjMandatoryIndexes"]
    assert [item.hex() for item in parts[2]] == case.step("derivedAdjSignatures")["filteredSignatures"]
    assert case.base().derive(*case.selective) == case.step("derivedRevealDocument")


def derived(case: Case) -> str:
    return str(case.step("derivedRevealDocument")["proof"]["proofValue"])


def statements(case: Case) -> Any:
    return statements_of(unsecured(case.step("derivedRevealDocument")), read_derived(derived(case)))


@pytest.mark.parametrize("step", ["verifyDerivedProofValue", "derivedDisclosureData"])
def test_a_proof_value_is_read_as_it_was_meant(case: Case, step: str) -> None:
    expected = case.step(step)
    labels = expected["labelMap"]["value"] if isinstance(expected["labelMap"], dict) else expected["labelMap"]

    shown = read_derived(derived(case))

    assert shown.base_signature.hex() == expected["baseSignature"]
    assert "z" + base58.b58encode(shown.public_key).decode() == expected["publicKey"]
    assert [signature.hex() for signature in shown.signatures] == expected["signatures"]
    assert [[f"c14n{number}", text] for number, text in enumerate(shown.labels)] == labels
    assert list(shown.mandatory) == expected["mandatoryIndexes"]


def test_what_is_verified_is_byte_equal(case: Case) -> None:
    expected, signed = case.step("verifyCreateVerifyData"), case.step("derivedRevealDocument")
    shown, found = read_derived(derived(case)), statements(case)
    nquads, groups = case.step("verifyNQuads"), case.step("derivedAllGroupData")["groups"]

    data = base_data(unsecured(signed), signed["proof"], shown, found)

    assert sorted(line.decode() for line in (*found.mandatory, *found.others)) == nquads
    assert [line.decode() for line in found.others] == expected["nonMandatory"]
    assert [line for _, line in groups["mandatory"]["matching"]["value"]] == [line.decode() for line in found.mandatory]
    assert [line for _, line in groups["combined"]["matching"]["value"]] == nquads
    assert data[:32].hex() == expected["proofHash"]
    assert "z" + base58.b58encode(data[32:67]).decode() == expected["publicKey"]
    assert data[67:].hex() == expected["mandatoryHash"]


def test_the_derived_credential_verifies_and_a_changed_one_does_not(case: Case) -> None:
    signed = case.step("derivedRevealDocument")

    verify(ECDSA_SD_2023, signed, signed["proof"], case.issuer)

    with pytest.raises(SignatureInvalid):
        verify(ECDSA_SD_2023, {**signed, "validFrom": "2019-12-04T00:00:00Z"}, signed["proof"], case.issuer)


def test_the_issuers_own_proof_is_for_its_holder_only(case: Case) -> None:
    signed = case.step("addSignedSDBase")

    with pytest.raises(SignatureInvalid, match="for the holder alone"):
        verify(ECDSA_SD_2023, signed, signed["proof"], case.issuer)


def test_the_groups_are_the_ones_that_the_holder_chose(case: Case) -> None:
    groups, base = case.step("derivedGroupIndexes"), case.base()

    assert groups["mandatoryIndexes"] == base.mandatory
    assert groups["nonMandatoryIndexes"] == list(base.signatures)
    kept = [number for number, line in enumerate(base.lines) if line.decode() in case.step("verifyNQuads")]
    assert groups["combinedIndexes"] == kept
