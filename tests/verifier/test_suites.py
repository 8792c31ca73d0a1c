"""Every suite is held to the same: the mutations that W3C's test suites make, and any change of one value."""

from __future__ import annotations

import json
from typing import Any

import base58
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from badges.proof import SUITES
from keys.key import Algorithm, LocalSigner
from tests.verifier.published import KEYS, World, in_order, key_name, put
from tests.verifier.suites import MAKERS, WHOLE, Maker, first_of_3_0
from verifier.proofs import PROOFS_MOST

WORLD = in_order()
SIGNED = {str(maker): json.dumps(maker.sign()) for maker in MAKERS}

every = pytest.mark.parametrize("maker", MAKERS, ids=str)
every_whole = pytest.mark.parametrize("maker", WHOLE, ids=str)


def signed(maker: Maker) -> dict[str, Any]:
    """The credential with its proof in a list, whatever the suite makes."""
    document = json.loads(SIGNED[str(maker)])
    return {**document, "proof": proofs(document)}


def proofs(document: dict[str, Any]) -> list[Any]:
    return document["proof"] if isinstance(document["proof"], list) else [document["proof"]]


def test_every_suite_is_tried_here() -> None:
    assert {maker.name for maker in MAKERS} == SUITES.keys()


@every
def test_what_a_suite_signs_is_verified(maker: Maker, world: World) -> None:
    report = world.verify(signed(maker))

    assert report.verdict == "valid"
    assert report.check("proof").values["suite"] == maker.name


@every_whole
def test_so_it_is_under_the_oldest_contexts(maker: Maker, world: World) -> None:
    document = maker.sign(first_of_3_0(maker))

    assert world.verdict(document) == "valid"
    assert world.verdict(put(document, "credentialSubject/achievement/name", "Another")) == "signature_invalid"
    assert world.verdict({**maker.sign(maker.unsigned()), "@context": document["@context"]}) == "malformed"


@every
@pytest.mark.parametrize("proof", ["object", "list"])
def test_one_proof_may_stand_alone_or_in_a_list(maker: Maker, proof: str, world: World) -> None:
    document = signed(maker)
    if proof == "object":
        document["proof"] = document["proof"][0]

    assert world.verdict(document) == "valid"


BEFORE = {
    "noCreated": ("created", ..., "valid"),
    "created with a fraction and an offset": ("created", "2026-10-21T12:42:00.25+02:00", "valid"),
    "invalidCreated": ("created", "invalidDate", "malformed"),
    "created without an offset": ("created", "2026-10-21T10:42:00", "malformed"),
    "created is a number": ("created", 7, "malformed"),
    "noVm": ("verificationMethod", ..., "signature_invalid"),
    "invalidVm": ("verificationMethod", "did:key:invalid", "unknown_key"),
    "a method of somebody else": ("verificationMethod", "did:web:elsewhere.example#1", "key_not_controlled_by_issuer"),
    "noProofPurpose": ("proofPurpose", ..., "signature_invalid"),
    "invalidProofPurpose": ("proofPurpose", "authentication", "signature_invalid"),
    "expires is past": ("expires", "2026-11-20T10:00:00Z", "proof_expired"),
    "expires is to come": ("expires", "2099-01-01T00:00:00Z", "valid"),
    "expires is no time": ("expires", "never", "malformed"),
    "an id": ("id", "urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544", "valid"),
    "a nonce": ("nonce", "b07f2f0e", "valid"),
    "a domain": ("domain", "https://elsewhere.example", "valid"),
    "a challenge": ("challenge", "1f44d55f-f161-4938-a659-f8026467f126", "valid"),
}


@every
@pytest.mark.parametrize("mutation", BEFORE.values(), ids=BEFORE.keys())
def test_a_proof_that_was_signed_with_this_member(maker: Maker, mutation: tuple[str, Any, str], world: World) -> None:
    name, value, verdict = mutation

    assert world.verdict(maker.sign(**{name: value})) == verdict


@every
@pytest.mark.parametrize("member", ["domain", "challenge"])
def test_whom_a_proof_was_made_for_is_told_and_refuses_nobody(maker: Maker, member: str, world: World) -> None:
    report = world.verify(maker.sign(**{member: "https://elsewhere.example"}))

    assert report.verdict == "valid"
    assert f"made for the {member} https://elsewhere.example" in report.check("proof").note
    assert member not in world.verify(signed(maker)).check("proof").note
    assert world.verdict(put(signed(maker), f"proof/0/{member}", "https://elsewhere.example")) == "signature_invalid"


AFTER = {
    "invalidCryptosuite": ("cryptosuite", "nobody-knows-2031", {"unsupported_proof", "signature_invalid", "malformed"}),
    "invalidProofType": ("type", "NobodyKnows2031", {"unsupported_proof"}),
    "missing type": ("type", ..., {"signature_invalid"}),
    "noCreated": ("created", ..., {"signature_invalid"}),
    "another created": ("created", "2026-10-21T10:42:01Z", {"signature_invalid"}),
    "no proofPurpose": ("proofPurpose", ..., {"signature_invalid"}),
    "no method": ("verificationMethod", ..., {"signature_invalid"}),
    "expires": ("expires", "2099-01-01T00:00:00Z", {"signature_invalid"}),
    "previousProof is not there": ("previousProof", "urn:uuid:missing", {"signature_invalid"}),
    "previousProof is partly not there": ("previousProof", ["urn:uuid:missing"], {"signature_invalid"}),
    "previousProof is a number": ("previousProof", 7, {"signature_invalid"}),
    "previousProof is an object": ("previousProof", {"id": "urn:uuid:1"}, {"malformed"}),
    "an undefined term": ("colour", "red", {"malformed", "signature_invalid"}),
    "a full address": ("https://w3id.org/security#nonce", "x", {"malformed"}),
    "no value": ("proofValue", ..., {"signature_invalid"}),
    "a value that is a number": ("proofValue", 7, {"signature_invalid"}),
    "a value that is a list": ("proofValue", ["z"], {"signature_invalid"}),
    "an empty value": ("proofValue", "", {"signature_invalid"}),
    "a value of no octets in base58": ("proofValue", "z", {"signature_invalid"}),
    "a value of no octets in base64": ("proofValue", "u", {"signature_invalid"}),
    "a value in hexadecimal": ("proofValue", "f00", {"signature_invalid"}),
}


@every
@pytest.mark.parametrize("mutation", AFTER.values(), ids=AFTER.keys())
def test_a_proof_that_was_changed_afterwards(maker: Maker, mutation: tuple[str, Any, set[str]], world: World) -> None:
    name, value, verdicts = mutation

    proof = {**signed(maker)["proof"][0], name: value}
    changed = {member: inner for member, inner in proof.items() if inner is not ...}

    assert world.verdict({**signed(maker), "proof": [changed]}) in verdicts


@every
def test_the_proof_of_one_suite_is_none_of_another(maker: Maker, world: World) -> None:
    for other in SUITES.values():
        changed = {**signed(maker)["proof"][0], "cryptosuite": ..., **other.kind}
        proof = {name: value for name, value in changed.items() if value is not ...}
        if other.name != maker.name:
            assert world.verify({**signed(maker), "proof": [proof]}).outcome != "valid", other.name


@every
@pytest.mark.parametrize("cut", [slice(1, None), slice(None, -1), slice(0, 32)], ids=["first", "last", "half"])
def test_a_value_that_is_too_short(maker: Maker, cut: slice, world: World) -> None:
    value = signed(maker)["proof"][0]["proofValue"]

    assert world.verdict(put(signed(maker), "proof/0/proofValue", value[0] + value[1:][cut])) == "signature_invalid"


@every_whole
@pytest.mark.parametrize("extra", [b"\0", b"x", b"x" * 64])
def test_a_value_that_is_too_long(maker: Maker, extra: bytes, world: World) -> None:
    octets = base58.b58decode(signed(maker)["proof"][0]["proofValue"][1:])

    for longer in (octets + extra, extra + octets):
        value = "z" + base58.b58encode(longer).decode()
        assert world.verdict(put(signed(maker), "proof/0/proofValue", value)) == "signature_invalid"


@every
@pytest.mark.parametrize("around", [(" ", ""), ("", " "), ("", "\n"), ("", "="), ("", "\0")])
def test_a_value_has_one_spelling(maker: Maker, around: tuple[str, str], world: World) -> None:
    value = signed(maker)["proof"][0]["proofValue"]
    spelled = f"{value[0]}{around[0]}{value[1:]}{around[1]}"

    assert world.verdict(put(signed(maker), "proof/0/proofValue", spelled)) == "signature_invalid"


@every_whole
def test_a_hash_of_another_kind_is_not_what_the_suite_signs(maker: Maker, world: World) -> None:
    assert world.verdict(maker.sign_otherwise("sha512")) == "signature_invalid"
    assert world.verdict(maker.sign_otherwise()) == "valid"


@every_whole
def test_a_canonical_form_of_another_kind_is_not_what_the_suite_signs(maker: Maker, world: World) -> None:
    assert world.verdict(maker.sign_otherwise(form=maker.other_form)) == "signature_invalid"


@pytest.mark.parametrize("maker", [maker for maker in WHOLE if maker.name.startswith("ecdsa")], ids=str)
def test_the_curve_decides_the_hash(maker: Maker, world: World) -> None:
    other = {Algorithm.ES256: "sha384", Algorithm.ES384: "sha256"}[maker.algorithm]

    assert world.verdict(maker.sign_otherwise(other)) == "signature_invalid"


@every
def test_a_key_of_another_kind_cannot_have_made_it(maker: Maker, world: World) -> None:
    for algorithm, key in KEYS.items():
        if algorithm not in SUITES[maker.name].algorithms:
            report = world.verify(put(signed(maker), "proof/0/verificationMethod", key_name(algorithm)))
            assert report.verdict == "signature_invalid"
            assert f"A {key.algorithm} key cannot have made" in report.check("proof").note


@every
def test_another_key_of_the_same_kind_did_not_make_it(maker: Maker, world: World) -> None:
    strange = LocalSigner(key_name(maker.algorithm), type(KEYS[maker.algorithm]).generate(maker.algorithm))

    assert world.verdict(maker.sign(by=strange)) == "signature_invalid"


@every
@pytest.mark.parametrize("path", ["grade", "credentialSubject/grade", "issuer/grade"])
def test_undefined_terms_are_refused_under_every_suite(maker: Maker, path: str, world: World) -> None:
    assert world.verdict(put(signed(maker), path, "A+")) == "malformed"


@every
@pytest.mark.parametrize("path", ["id", "issuer/id", "credentialSubject/id"])
def test_relative_identifiers_are_refused_under_every_suite(maker: Maker, path: str, world: World) -> None:
    assert world.verdict(put(signed(maker), path, "relative")) == "malformed"


def _leaves(value: Any, path: str = "") -> list[str]:
    if isinstance(value, dict):
        return [leaf for name, inner in value.items() for leaf in _leaves(inner, f"{path}{name}/")]
    if isinstance(value, list):
        return [leaf for place, inner in enumerate(value) for leaf in _leaves(inner, f"{path}{place}/")]
    return [path.rstrip("/")]


def _at(document: Any, path: str) -> Any:
    for step in path.split("/"):
        document = document[int(step) if step.isdigit() else step]
    return document


@settings(max_examples=300)
@given(maker=st.sampled_from(MAKERS), data=st.data())
def test_no_value_can_be_changed(maker: Maker, data: st.DataObject) -> None:
    document = signed(maker)
    path = data.draw(st.sampled_from(_leaves(document)))
    old = _at(document, path)
    other = st.text(max_size=12) | st.sampled_from([f"{old}x", f"x{old}", str(old)[1:], str(old).swapcase()])
    value = data.draw((other | st.booleans() | st.integers(-3, 3) | st.none()).filter(lambda new: new != old))

    assert WORLD.verify(put(document, path, value)).outcome != "valid"


@settings(max_examples=300)
@given(maker=st.sampled_from(MAKERS), place=st.integers(0), letter=st.sampled_from(sorted(base58.BITCOIN_ALPHABET)))
def test_no_letter_of_a_proof_value_can_be_changed(maker: Maker, place: int, letter: int) -> None:
    document = signed(maker)
    value = document["proof"][0]["proofValue"]
    place %= len(value)
    changed = value[:place] + chr(letter) + value[place + 1 :]

    verdict = WORLD.verdict(put(document, "proof/0/proofValue", changed))

    assert verdict == ("valid" if changed == value else "signature_invalid")


@every
def test_a_set_stands_with_all_of_its_proofs_and_falls_with_one(maker: Maker, world: World) -> None:
    other = next(one for one in WHOLE if one.name != maker.name and one.name != "Ed25519Signature2020")
    document = signed(maker)
    beside = proofs(other.sign(maker.unsigned()))

    assert world.verdict({**document, "proof": [*document["proof"], *beside]}) == "valid"
    broken = proofs(other.sign(maker.unsigned(name="Another")))
    assert world.verdict({**document, "proof": [*document["proof"], *broken]}) == "signature_invalid"
    broken = proofs(maker.sign(maker.unsigned(name="Another")))
    assert world.verdict({**document, "proof": [*broken, *beside]}) == "signature_invalid"


@every
def test_a_proof_of_an_unknown_suite_is_told_and_not_counted(maker: Maker, world: World) -> None:
    document = signed(maker)
    unknown = {"type": "DataIntegrityProof", "cryptosuite": "bbs-2023", "proofPurpose": "assertionMethod"}

    report = world.verify({**document, "proof": [*document["proof"], unknown]})

    assert report.verdict == "valid"
    assert "bbs-2023 is not known here, and was not counted" in report.check("proof").note
    assert "bbs-2023" not in report.check("proof").values["suite"]
    assert world.verdict({**document, "proof": [unknown]}) == "unsupported_proof"


@pytest.mark.parametrize("maker", [maker for maker in WHOLE if maker.name != "Ed25519Signature2020"], ids=str)
def test_a_chain_is_bound_to_what_it_builds_on(maker: Maker, world: World) -> None:
    first = maker.sign(id="urn:uuid:1")["proof"][0]
    second = maker.sign({**maker.unsigned(), "proof": [first]}, previousProof="urn:uuid:1")["proof"][0]
    chain = {**maker.unsigned(), "proof": [first, second]}

    assert world.verdict(chain) == "valid"
    assert world.verdict({**chain, "proof": [second]}) == "signature_invalid"
    another = maker.sign(id="urn:uuid:1", nonce="another")["proof"][0]
    assert another != first
    assert world.verdict({**chain, "proof": [another, second]}) == "signature_invalid"
    assert world.verdict({**chain, "proof": [first, first, second]}) == "signature_invalid"


@pytest.mark.parametrize(("times", "verdict"), [(PROOFS_MOST, "valid"), (PROOFS_MOST + 1, "malformed")])
def test_a_chain_builds_on_no_more_proofs_than_there_may_be(times: int, verdict: str, world: World) -> None:
    """One that is named thousands of times would be written out thousands of times, before anything was verified."""
    maker = next(one for one in WHOLE if one.name == "eddsa-jcs-2022")
    first = maker.sign(id="urn:uuid:1")["proof"][0]
    over = {**maker.unsigned(), "proof": [first] * times}
    second = maker.sign(over, previousProof=["urn:uuid:1"] * times)["proof"][0]

    assert world.verdict({**maker.unsigned(), "proof": [first, second]}) == verdict


@pytest.mark.parametrize("name", ["eddsa-2022", "Ed25519Signature2020"])
def test_an_old_drafts_suite_is_said_to_be_one(name: str, world: World) -> None:
    maker = next(one for one in MAKERS if one.name == name)

    assert f"The suite {name} is an old draft's." in world.verify(signed(maker)).check("proof").note
    assert world.verify(signed(MAKERS[0])).check("proof").note == ""


def test_an_empty_place_beside_a_chain_breaks_nothing(world: World) -> None:
    document = signed(MAKERS[0])
    previous = put(document, "proof/0/previousProof", "urn:uuid:1")

    assert world.verdict({**document, "proof": [None, *document["proof"]]}) == "valid"
    assert world.verdict({**previous, "proof": [None, *previous["proof"]]}) == "signature_invalid"


def test_what_we_sign_twice_is_the_same_under_every_suite() -> None:
    for maker in WHOLE:
        assert maker.sign() == maker.sign()
