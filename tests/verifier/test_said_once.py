"""A signature over RDF knows no places: what one object says cannot be told by another, or twice, or in two halves."""

from __future__ import annotations

import copy
import json
from typing import Any

import base58
import pytest

from badges.jsonld import canonize
from badges.problem import TooComplex
from badges.proof import SUITES
from badges.proof.suite import unsecured
from tests.verifier.elder import elder
from tests.verifier.published import DAY, DID, ID, NOW, World, credential, put, sign, signer
from verifier.once import PLACES_MOST, check_said_once

ACHIEVEMENT = "credentialSubject/achievement"
LEVELS = f"{ACHIEVEMENT}/resultDescription/0/allowedValue"
RESULT = credential()["credentialSubject"]["result"][0]
EVENT = credential()["evidence"][0]
LINKED = {**EVENT, "id": f"{ID}/work"}


def halves(members: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """One thing told as two of the same id."""
    torn = list(members.items())
    common = {"id": name, "type": members["type"]}
    return [{**dict(torn[:2]), **common}, {**dict(torn[2:]), **common}]


def with_creator(**members: Any) -> dict[str, Any]:
    return put(credential(), f"{ACHIEVEMENT}/creator", {"id": DID, "type": ["Profile"], **members})


TORN = {
    "a piece of evidence in two": (credential(), "evidence", halves(EVENT, "_:e")),
    "a piece of evidence twice": (credential(), "evidence", [{**EVENT, "id": "_:e"}] * 2),
    "linked evidence in two": (credential(evidence=[LINKED]), "evidence", halves(LINKED, LINKED["id"])),
    "linked evidence twice": (credential(evidence=[LINKED]), "evidence/1", {"id": LINKED["id"], "type": ["Evidence"]}),
    "a result without its meaning": (credential(), "credentialSubject/result", halves(RESULT, "_:r")),
    "a tag twice": (credential(), f"{ACHIEVEMENT}/tag", ["python", "community", "python"]),
}  # fmt: skip


@pytest.mark.parametrize(("unsigned", "path", "value"), TORN.values(), ids=TORN.keys())
def test_nothing_is_torn_or_doubled(unsigned: dict[str, Any], path: str, value: Any, world: World) -> None:
    signed = sign(unsigned)

    assert world.verdict(signed) == "valid"
    assert world.verdict(put(signed, path, value)) == "malformed"


def test_the_issuers_members_cannot_be_told_by_the_creator_instead(world: World) -> None:
    signed = sign(with_creator())
    moved = put(signed, f"{ACHIEVEMENT}/creator", signed["issuer"])

    assert world.verdict(signed) == "valid"
    assert world.verdict(moved) == "valid"  # It only repeats what stands at the root.
    assert world.verdict(put(moved, "issuer", {"id": DID, "type": ["Profile"]})) == "malformed"
    assert world.verdict(put(moved, "issuer", DID)) == "malformed"


def test_two_names_of_one_issuer_cannot_change_places(world: World) -> None:
    signed = sign(with_creator(name="Another"))
    swapped = put(put(signed, "issuer/name", "Another"), f"{ACHIEVEMENT}/creator/name", "Python Milano")

    assert world.verdict(signed) == world.verdict(swapped) == "malformed"


def test_of_a_self_assertion_no_result_is_hidden_in_the_issuer(world: World) -> None:
    signed = sign(put(credential(), "credentialSubject/id", DID))
    hidden = copy.deepcopy(signed)
    hidden["issuer"]["result"] = hidden["credentialSubject"].pop("result")
    hidden["issuer"]["type"].append("AchievementSubject")

    assert world.verdict(signed) == "valid"
    assert world.verdict(hidden) == "malformed"


def test_things_without_an_id_may_look_alike_for_the_signature_counts_them(world: World) -> None:
    signed = sign(put(credential(), "credentialSubject/result/1", RESULT))

    assert world.verdict(signed) == "valid"
    assert world.verdict(put(signed, "credentialSubject/result/1", ...)) == "signature_invalid"


def expiring(moment: str) -> dict[str, Any]:
    """The credential with a proof that ends at `moment`."""
    suite, by, document = SUITES["eddsa-rdfc-2022"], signer(), credential()
    proof = {**suite.options(document, by.key_id, NOW - 30 * DAY), "expires": moment}
    value = by.sign(suite.hash_data(document, proof, by.algorithm))
    return {**document, "proof": [{**proof, "proofValue": "z" + base58.b58encode(value).decode()}]}


def test_the_end_of_a_proof_cannot_be_written_so_that_it_is_overlooked(world: World) -> None:
    over = (NOW - DAY).strftime("%Y-%m-%dT%H:%M:%SZ")
    signed = expiring(over)
    hidden = json.loads(json.dumps(signed))
    del hidden["proof"][0]["expires"]
    hidden["proof"][0]["https://w3id.org/security#expiration"] = {
        "@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": over,
    }  # fmt: skip

    assert world.verdict(expiring("2099-01-01T00:00:00Z")) == "valid"
    assert world.verdict(signed) == "proof_expired"
    assert world.verdict(hidden) == "malformed"


@pytest.mark.parametrize("member", ["https://w3id.org/security#nonce", "@id"])
def test_a_proof_has_no_members_but_terms(member: str, world: World) -> None:
    signed = sign(credential())
    signed["proof"][0][member] = "urn:x:1"

    assert world.verdict(signed) == "malformed"


def test_a_label_that_was_not_signed_is_refused(world: World) -> None:
    assert world.verdict(put(sign(credential()), "evidence/0/id", "_:e")) == "malformed"


def test_an_allowed_value_is_told_once_where_its_list_is_a_set(world: World) -> None:
    """So it was under the context of 3.0.1: order and repetitions are not signed."""
    unsigned = put(put(elder(), f"{ACHIEVEMENT}/inLanguage", ...), LEVELS, ["A", "B"])
    unsigned["@context"][1] = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"
    signed = sign(unsigned)
    doubled = put(signed, LEVELS, ["A", "B", "A"])

    assert canonize(unsecured(doubled)) == canonize(unsecured(signed))
    assert world.verdict(signed) == "valid"
    assert world.verdict(doubled) == "malformed"


def test_of_one_thing_a_bounded_number_of_places_may_speak() -> None:
    """Each is compared with all before it."""

    def told(places: int) -> dict[str, Any]:
        return {"id": "urn:x:0", **{f"m{place}": {"id": "urn:x:1"} for place in range(places)}}

    check_said_once(told(PLACES_MOST), lambda *_: False)
    with pytest.raises(TooComplex):
        check_said_once(told(PLACES_MOST + 1), lambda *_: False)
