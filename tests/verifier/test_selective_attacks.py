"""ecdsa-sd-2023 in the hands of a holder who shows what was not signed, or shows it as something else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import base58
import cbor2
import pytest

from badges.problem import SignatureInvalid, TooComplex
from badges.proof.disclosure import DERIVED_HEADER, STATEMENTS_MOST, read_derived
from badges.quads import MAX_ALIKE
from keys.encoding import base64url
from keys.key import Algorithm, PrivateKey
from tests.badges.selective import Base, issue, select, with_proof
from tests.verifier.published import DAY, NOW, STATUS, World, credential, put, sign, signer, status_list
from tests.verifier.suites import MANDATORY, SELECTIVE, shown_by_choice

HOURS = "https://badges.example/achievements/x#hours"
RESULTS = [{"type": ["Result"], "value": value, "resultDescription": HOURS} for value in ("2.5", "3.5")]
UNSIGNED = put(credential(), "credentialSubject/result", RESULTS)
BASE: Base = SELECTIVE.base(UNSIGNED, signer(Algorithm.ES256))
SHOWN, PARTS = BASE.disclose(*shown_by_choice(UNSIGNED))
SIGNATURE, KEY, SIGNATURES, LABELS, INDEXES = range(5)


def shown_as(document: dict[str, Any], twins: Mapping[str, str] = {}) -> dict[str, Any]:
    """`document` with the best proof that the holder can make for it."""
    return with_proof(document, BASE.options, BASE.claim(document, twins))


def changed(place: int, value: Any) -> dict[str, Any]:
    """All that was signed, with one of the five things of the proof value replaced."""
    return with_proof(SHOWN, BASE.options, [*PARTS[:place], value, *PARTS[place + 1 :]])


def valued(octets: bytes, multibase: str = "u") -> dict[str, Any]:
    """All that was signed, with those octets for a proof value."""
    text = base64url(octets) if multibase == "u" else base58.b58encode(octets).decode()
    return {**SHOWN, "proof": {**BASE.options, "proofValue": multibase + text}}


def test_a_part_is_shown_and_said_to_be_one(world: World) -> None:
    document = BASE.derive("/credentialSubject", "/name")

    report = world.verify(document)

    assert "evidence" not in document
    assert (report.verdict, report.check("proof").code) == ("valid", "proof_partial")
    assert "Only a part of it is shown" in report.check("proof").sentence("en")


def test_all_of_it_may_be_shown(world: World) -> None:
    assert SHOWN == UNSIGNED
    assert BASE.claim(SHOWN, {}) == PARTS
    assert world.verdict(shown_as(SHOWN)) == "valid"


def test_what_is_left_out_is_not_there_for_the_schema_either(world: World) -> None:
    report = world.verify(BASE.derive("/name"))

    assert (report.verdict, report.check("proof").code) == ("malformed", "not_reached")


def test_of_a_list_a_part_may_be_shown(world: World) -> None:
    document = BASE.derive(
        "/credentialSubject/achievement", "/credentialSubject/identifier/1", "/credentialSubject/result/1"
    )

    assert document["credentialSubject"]["result"] == RESULTS[1:]
    assert world.verdict(document) == "valid"


@pytest.mark.parametrize("path", ["validUntil", "credentialStatus", "issuer/name", "issuer/email"])
def test_nothing_that_must_be_shown_can_be_dropped(path: str, world: World) -> None:
    assert world.verdict(shown_as(put(SHOWN, path, ...))) == "signature_invalid"


@pytest.mark.parametrize("path", ["awardedDate", "evidence", "credentialSubject/result"])
def test_what_need_not_be_shown_can_be_dropped(path: str, world: World) -> None:
    assert world.verdict(shown_as(put(SHOWN, path, ...))) == "valid"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("description", "Best of all.", id="a member"),
        pytest.param("credentialSubject/source", {"id": "urn:x:1", "type": ["Profile"], "name": "X"}, id="a thing"),
        pytest.param("credentialSubject/achievement/tag/2", "best", id="a value"),
        pytest.param("name", "Doctor of Philosophy", id="another value"),
        pytest.param("credentialSubject/result/0/value", "9.5", id="another value further in"),
        pytest.param("credentialSubject/result/0/value", "3.5", id="the value of another thing"),
    ],
)
def test_nothing_can_be_added_or_changed(path: str, value: Any, world: World) -> None:
    assert world.verdict(shown_as(put(SHOWN, path, value))) == "signature_invalid"


def test_what_is_added_cannot_be_told_to_be_mandatory(world: World) -> None:
    forged = put(SHOWN, "description", "Best of all.")
    parts = BASE.claim(forged, {})
    added = parts[SIGNATURES].index(b"x" * 64)
    others = [number for number in range(len(BASE.lines) + 1) if number not in parts[INDEXES]]
    parts[SIGNATURES].pop(added)
    parts[INDEXES] = sorted([*parts[INDEXES], others[added]])

    report = world.verify(with_proof(forged, BASE.options, parts))

    assert report.verdict == "signature_invalid"
    assert "The issuer's signature does not verify over what must be shown." in report.check("proof").note


LENIENT: Base = issue(UNSIGNED, ["/issuer", "/validFrom"], signer(Algorithm.ES256), NOW - 30 * DAY)
"""Of an issuer who marks neither end nor status as what must be shown."""


def test_who_may_leave_out_the_status_is_not_said_to_be_in_force(world: World) -> None:
    """The revoked holder would leave it out, and nobody could tell her from one who has none."""
    world.publish(STATUS, status_list(94_567))

    shown, hidden = (world.verify(LENIENT.derive("/credentialSubject", *more)) for more in (["/credentialStatus"], []))

    assert shown.verdict == "revoked"
    assert (hidden.verdict, hidden.check("status").code) == ("status_unknown", "status_undisclosed")
    world.publish(STATUS, status_list())
    assert world.verdict(LENIENT.derive("/credentialSubject", "/credentialStatus")) == "valid"


def test_who_may_leave_out_the_end_is_not_said_to_have_none(world: World) -> None:
    without, full = (
        world.verify(LENIENT.derive("/credentialSubject", "/credentialStatus", *more)).check("validity")
        for more in ([], ["/validUntil"])
    )
    whole = put(UNSIGNED, "validUntil", ...)

    assert (without.code, full.code) == ("validity_undisclosed", "validity")
    assert world.verify(sign(whole)).check("validity").code == "validity_open"


TWINS = {
    "a thing twice": ("evidence", [UNSIGNED["evidence"][0]] * 2, {"evidence.1": "evidence.0"}),
    "a thing in two halves": (
        "evidence",
        [{"type": ["Evidence"], "name": UNSIGNED["evidence"][0]["name"]},
         {**UNSIGNED["evidence"][0], "name": ...}],
        {"evidence.1": "evidence.0"},
    ),
    "a result twice": (
        "credentialSubject/result", [RESULTS[0], *RESULTS], {
            "credentialSubject.result.1": "credentialSubject.result.0",
            "credentialSubject.result.2": "credentialSubject.result.1",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value", "twins"), TWINS.values(), ids=TWINS.keys())
def test_one_thing_is_not_shown_as_two(path: str, value: list[Any], twins: dict[str, str], world: World) -> None:
    """Every statement of both was signed, of one: only that two labels are one gives it away."""
    things = [{name: inner for name, inner in item.items() if inner is not ...} for item in value]
    forged = put(SHOWN, path, things)
    parts = BASE.claim(forged, twins)
    assert b"x" * 64 not in parts[SIGNATURES]

    report = world.verify(with_proof(forged, BASE.options, parts))

    assert report.verdict == "signature_invalid"
    assert "Two things that are shown bear one label." in report.check("proof").note


def test_two_things_are_not_shown_as_one(world: World) -> None:
    merged = [{**RESULTS[0], "value": ["2.5", "3.5"]}]

    assert world.verify(shown_as(put(SHOWN, "credentialSubject/result", merged))).outcome == "invalid"


def test_things_change_places_and_stay_what_they_are(world: World) -> None:
    """The order of a list is not signed; what each thing says is."""
    turned = put(SHOWN, "credentialSubject/result", RESULTS[::-1])
    twins = {"credentialSubject.result.0": "credentialSubject.result.1",
             "credentialSubject.result.1": "credentialSubject.result.0"}  # fmt: skip

    assert world.verdict(shown_as(turned, twins)) == "valid"
    assert world.verdict(shown_as(turned)) == "signature_invalid"


def test_a_label_in_a_text_is_text(world: World) -> None:
    """Terms are relabelled, never text: otherwise a name could say what another label was signed to say."""
    base = SELECTIVE.base(put(UNSIGNED, "name", "_:c14n0 and _:c14n1"), signer(Algorithm.ES256))

    assert world.verdict(base.derive(*shown_by_choice(UNSIGNED))) == "valid"


def test_no_two_signatures_change_places(world: World) -> None:
    signatures = PARTS[SIGNATURES]
    for place in range(len(signatures) - 1):
        swapped = [*signatures[:place], signatures[place + 1], signatures[place], *signatures[place + 2 :]]
        assert world.verdict(changed(SIGNATURES, swapped)) == "signature_invalid"


def test_there_is_one_signature_for_each_statement(world: World) -> None:
    signatures = PARTS[SIGNATURES]

    for wrong in ([], signatures[:-1], signatures[1:], [*signatures, signatures[0]]):
        report = world.verify(changed(SIGNATURES, wrong))
        assert report.verdict == "signature_invalid"
        assert "not one signature for each statement" in report.check("proof").note


def test_a_holder_signs_nothing_with_a_key_of_his_own(world: World) -> None:
    own = PrivateKey.generate(Algorithm.ES256)
    forged = put(SHOWN, "name", "Doctor of Philosophy")
    parts = BASE.claim(forged, {})
    filler = parts[SIGNATURES].index(b"x" * 64)
    statement = b'<https://badges.example/c/x> <https://schema.org/name> "Doctor of Philosophy" .\n'
    parts[SIGNATURES][filler] = own.sign(statement)
    public_key = base58.b58decode(own.public().multikey()[1:])

    assert world.verdict(with_proof(forged, BASE.options, parts)) == "signature_invalid"
    parts[KEY] = public_key
    assert world.verdict(with_proof(forged, BASE.options, parts)) == "signature_invalid"
    assert world.verdict(changed(KEY, public_key)) == "signature_invalid"


def test_statements_of_two_credentials_do_not_mix(world: World) -> None:
    """Though issuer, proof options and all that must be shown are the same."""
    other = SELECTIVE.base(put(UNSIGNED, "name", "Doctor of Philosophy"), signer(Algorithm.ES256))
    shown, parts = other.disclose(*shown_by_choice(UNSIGNED))
    assert world.verdict(with_proof(shown, other.options, parts)) == "valid"
    assert (other.options, other.mandatory) == (BASE.options, BASE.mandatory)

    ours = BASE.claim(shown, {})
    doctor = ours[SIGNATURES].index(b"x" * 64)
    ours[SIGNATURES][doctor] = parts[SIGNATURES][doctor]

    assert world.verdict(with_proof(shown, BASE.options, ours)) == "signature_invalid"
    for place in (SIGNATURE, KEY):
        mixed = [*parts[:place], PARTS[place], *parts[place + 1 :]]
        assert world.verdict(with_proof(shown, BASE.options, mixed)) == "signature_invalid"


KEYS = {
    "of P-384": base58.b58decode(PrivateKey.generate(Algorithm.ES384).public().multikey()[1:]),
    "of Ed25519": base58.b58decode(PrivateKey.generate(Algorithm.EDDSA).public().multikey()[1:]),
    "of Ed25519 in 35 octets": base58.b58decode(PrivateKey.generate(Algorithm.EDDSA).public().multikey()[1:]) + b"\0",
    "no point": b"\x80\x24\x02" + b"\xff" * 32,
    "not compressed": b"\x80\x24\x04" + b"\x01" * 32,
    "too long": PARTS[KEY] + b"\0",
}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS.keys())
def test_the_ephemeral_key_is_a_point_of_p_256(key: bytes, world: World) -> None:
    assert world.verdict(changed(KEY, key)) == "signature_invalid"


def test_labels_are_not_replayed_or_renumbered(world: World) -> None:
    labels = PARTS[LABELS]
    rotated = {number: labels[(number + 1) % len(labels)] for number in labels}
    shifted = {number + 1: label for number, label in labels.items()}
    fewer = {number: labels[number] for number in range(len(labels) - 1)}

    assert len(labels) > 3
    for wrong in (rotated, shifted, fewer, {**labels, len(labels): bytes(32)}, {}, {**labels, 0: bytes(32)}):
        assert world.verdict(changed(LABELS, wrong)) == "signature_invalid"


INDEX = {
    "one moved": [*PARTS[INDEXES][:-1], PARTS[INDEXES][-1] + 1],
    "one less": PARTS[INDEXES][:-1],
    "none": [],
    "one twice": [PARTS[INDEXES][0], *PARTS[INDEXES]],
    "not ascending": PARTS[INDEXES][::-1],
    "beyond the end": [*PARTS[INDEXES], len(BASE.lines)],
    "far beyond the end": [*PARTS[INDEXES], 2**63],
}


@pytest.mark.parametrize("indexes", INDEX.values(), ids=INDEX.keys())
def test_the_numbers_of_what_must_be_shown_are_what_they_are(indexes: list[int], world: World) -> None:
    assert world.verdict(changed(INDEXES, indexes)) == "signature_invalid"


def test_a_signature_is_no_statement_and_nothing_need_be_shown_by_choice(world: World) -> None:
    base = SELECTIVE.base(UNSIGNED, signer(Algorithm.ES256))
    bare = base.derive()

    assert set(bare) - {"proof"} == {"@context", "id", "type"} | {pointer[1:] for pointer in MANDATORY}
    assert read_derived(bare["proof"]["proofValue"]).signatures == ()
    assert select(UNSIGNED, MANDATORY) == {name: value for name, value in bare.items() if name != "proof"}


def test_the_issuers_own_proof_is_not_to_be_shown(world: World) -> None:
    report = world.verify(BASE.signed())

    assert report.verdict == "signature_invalid"
    assert "for the holder alone" in report.check("proof").note
    assert report.problems[0].type == "https://w3id.org/security#PROOF_VERIFICATION_ERROR"


BODY = cbor2.dumps(PARTS)
HEAD = len(cbor2.dumps(PARTS[SIGNATURE]))
FORMS = {
    "another header": valued(b"\xd9\x5d\x02" + BODY),
    "no header": valued(BODY),
    "the header alone": valued(DERIVED_HEADER),
    "octets behind": valued(DERIVED_HEADER + BODY + b"\0"),
    "cut short": valued(DERIVED_HEADER + BODY[:-1]),
    "four things": valued(DERIVED_HEADER + cbor2.dumps(PARTS[:4])),
    "six things": valued(DERIVED_HEADER + cbor2.dumps([*PARTS, 0])),
    "a map": valued(DERIVED_HEADER + cbor2.dumps(dict(enumerate(PARTS)))),
    "an array without an end": valued(DERIVED_HEADER + b"\x9f" + BODY[1:] + b"\xff"),
    "octets in pieces": valued(DERIVED_HEADER + BODY[:1] + b"\x5f" + BODY[1 : 1 + HEAD] + b"\xff" + BODY[1 + HEAD :]),
    "a tag": valued(DERIVED_HEADER + BODY[:1] + b"\xc2" + BODY[1:]),
    "a shared thing": valued(DERIVED_HEADER + b"\xd8\x1c" + BODY),
    "a longer form of a number": valued(DERIVED_HEADER + BODY[:-1] + b"\x18" + BODY[-1:]),
    "a label twice": valued(DERIVED_HEADER + cbor2.dumps(PARTS[:3]).replace(b"\x83", b"\x85", 1) + b"\xa2"
                            + (b"\0" + cbor2.dumps(PARTS[LABELS][0])) * 2 + cbor2.dumps(PARTS[INDEXES])),
    "a text for octets": changed(KEY, "k" * 35),
    "a text for a label": changed(LABELS, {**PARTS[LABELS], 0: "k" * 32}),
    "a short label": changed(LABELS, {**PARTS[LABELS], 0: PARTS[LABELS][0][:-1]}),
    "a number that is none": changed(INDEXES, [True, *PARTS[INDEXES][1:]]),
    "a negative number": changed(INDEXES, [-1, *PARTS[INDEXES][1:]]),
    "a number with a point": changed(INDEXES, [0.0, *PARTS[INDEXES][1:]]),
    "a long signature": changed(SIGNATURE, PARTS[SIGNATURE] + b"\0"),
    "a short signature of a statement": changed(SIGNATURES, [b"x", *PARTS[SIGNATURES][1:]]),
    "nested without an end": valued(DERIVED_HEADER + b"\x81" * 5_000),
    "a count beyond all there is": valued(DERIVED_HEADER + b"\x9b" + b"\x7f" * 8),
    "a length beyond all there is": valued(DERIVED_HEADER + b"\x85\x5b" + b"\x7f" * 8),
    "in base58": valued(DERIVED_HEADER + BODY, "z"),
    "padded": put(shown_as(SHOWN), "proof/proofValue", shown_as(SHOWN)["proof"]["proofValue"] + "="),
    "in the other base64": put(shown_as(SHOWN), "proof/proofValue", "m" + shown_as(SHOWN)["proof"]["proofValue"][1:]),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_proof_value_has_one_form(form: dict[str, Any], world: World) -> None:
    assert world.verdict(form) == "signature_invalid"


PARSERS = {
    "a time": cbor2.dumps(cbor2.CBORTag(0, "2026-01-01T00:00:00Z")),
    "a regular expression": cbor2.dumps(cbor2.CBORTag(35, "(a+)+$")),
    "a great number": b"\xc2\x42\x01\x00",
    "a thing that holds itself": b"\xd8\x1c\x81\xd8\x1d\x00",
    "depth": b"\x81" * 5_000,
    "a length beyond all there is": b"\x5b" + b"\x7f" * 8,
}


@pytest.mark.parametrize("value", PARSERS.values(), ids=PARSERS.keys())
def test_what_a_decoder_would_make_something_of_never_gets_to_it(value: bytes) -> None:
    """Said in the words of the look at its heads, not in those of the decoder behind."""
    with pytest.raises(SignatureInvalid, match="does not hold the five things"):
        read_derived("u" + base64url(DERIVED_HEADER + b"\x85" + value))


def test_one_statement_too_many_is_too_complex() -> None:
    def value(signatures: int) -> str:
        parts = [*PARTS[:SIGNATURES], [b"x" * 64] * signatures, *PARTS[LABELS:]]
        return "u" + base64url(DERIVED_HEADER + cbor2.dumps(parts))

    assert len(read_derived(value(STATEMENTS_MOST)).signatures) == STATEMENTS_MOST
    with pytest.raises(TooComplex):
        read_derived(value(STATEMENTS_MOST + 1))


def test_a_value_of_any_length_is_answered() -> None:
    with pytest.raises(TooComplex):
        read_derived("u" + "A" * 200_000)
    with pytest.raises(SignatureInvalid):
        read_derived("u")


def test_a_graph_made_to_be_slow_is_refused_before_its_labels_are_looked_at(world: World) -> None:
    things = [{"type": ["Evidence"], "narrative": "x"}] * (MAX_ALIKE + 1)

    assert world.verdict(put(shown_as(SHOWN), "evidence", things)) == "too_complex"
    assert world.verdict(put(shown_as(SHOWN), "evidence", things[1:])) == "signature_invalid"


def test_only_p_256_keys_issue_such_proofs(world: World) -> None:
    base = SELECTIVE.base(UNSIGNED, signer(Algorithm.ES384))

    report = world.verify(base.derive(*shown_by_choice(UNSIGNED)))

    assert report.verdict == "signature_invalid"
    assert "A ES384 key cannot have made a proof of ecdsa-sd-2023." in report.check("proof").note


@pytest.mark.parametrize("member", ["created", "verificationMethod", "proofPurpose", "cryptosuite"])
def test_every_member_of_the_proof_is_signed(member: str, world: World) -> None:
    document = json.loads(json.dumps(shown_as(SHOWN)))
    document["proof"][member] += "x" if member != "created" else ""
    if member == "created":
        document["proof"][member] = "2026-01-01T00:00:00Z"

    assert world.verify(document).outcome != "valid"


def test_the_base_signature_is_none_of_another_suite(world: World) -> None:
    """The same key may sign whole documents too; what it signs there is of another length."""
    whole = {**SHOWN, "proof": {**BASE.options, "cryptosuite": "ecdsa-rdfc-2019",
                                "proofValue": "z" + base58.b58encode(PARTS[SIGNATURE]).decode()}}  # fmt: skip

    assert world.verdict(whole) == "signature_invalid"
