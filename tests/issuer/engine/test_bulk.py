"""In bulk the same is signed as one by one, or nothing: whatever a row, an event or an attacker may say."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import event, given, settings

from badges.anytext import EACH
from badges.document import parse
from badges.proof.eddsa import EDDSA_RDFC_2022_ANEW
from badges.proof.suite import unsecured
from badges.schema import check_schema
from badges.shortway import ShortWay
from badges.skeleton import NoSkeleton, fitting
from badges.woven import Woven
from issuer import filled, lints, shapes, signing
from issuer import marked as marked_module
from issuer import shape as shape_module
from issuer.compose import compose
from issuer.filled import FilledIn, NotOfShape
from issuer.intent import Intent
from issuer.lints import AlreadySpent, ToBeSigned
from issuer.shape import Shape
from issuer.shapes import Shapes
from issuer.signatures import sign_filled, sign_in_bulk
from issuer.signing import CheckedSigner, NotAccepted, SignedVersion, Waiting, sign_chunk
from keys.key import Algorithm, LocalSigner, PrivateKey
from tests.issuer.engine.intents import BASE, DID, FACTS, FULL, companion, intent, mutated, several

LOCAL = LocalSigner(f"{DID}#key-2026", PrivateKey.generate(Algorithm.EDDSA))
SIGNERS = {LOCAL.key_id: CheckedSigner(LOCAL, LOCAL.public())}


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> Shapes:
    """No shape is known yet, and each is thought worth its making at once."""
    fresh = Shapes()
    monkeypatch.setattr(signing, "SHAPES", fresh)
    monkeypatch.setattr(shapes, "WORTH", 1)
    return fresh


def one_by_one(made: Intent) -> Any:
    """What the long way says of an intent, or how it fails: PyLD, every lint, nothing filled in."""
    return outcome(lambda: signing._one_by_one(made, SIGNERS[LOCAL.key_id], EDDSA_RDFC_2022_ANEW))


def outcome(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except Exception as fault:  # noqa: BLE001  # Any fault is an answer here.
        return type(fault)


def in_bulk(made: Intent, beside: Intent) -> bytes | None:
    """What a shape gives for an intent, when another one of its kind came first."""
    both = [beside, made]
    return sign_in_bulk(both, signing.SHAPES.of(both), SIGNERS).get(1)


@settings(max_examples=150)
@given(mutated())
def test_whatever_an_intent_says_bulk_signs_what_the_long_way_signs_or_nothing(made: Intent) -> None:
    for beside in (companion(made), made):
        data = in_bulk(made, beside)
        event("signed in bulk" if data else "left to the long way")
        if data is not None:
            assert one_by_one(made) == SignedVersion(made.version_id, data)


@settings(max_examples=40)
@given(mutated())
def test_whatever_an_intent_says_a_chunk_answers_as_the_long_way_does(made: Intent) -> None:
    beside = several(2)

    answers = outcome(lambda: list(sign_chunk([beside[0], made, beside[1]], SIGNERS)))

    expected = one_by_one(made)
    assert (answers if isinstance(answers, type) else answers[1]) == expected


def test_a_chunk_of_many_kinds_is_signed_in_its_order() -> None:
    rows: list[dict[str, Any]] = [{}, FULL, {"email": None}, {"role": "x"}, {"role": "Bell \x07"}, {"hours": ""}]
    chunk = [intent(number, **rows[number % len(rows)]) for number in range(60)]

    answers = list(sign_chunk(chunk, SIGNERS))

    assert [answer.version_id for answer in answers] == list(range(60))
    assert answers == [one_by_one(made) for made in chunk]
    assert {type(answer) for answer in answers} == {SignedVersion, Waiting}


def test_what_is_in_order_is_signed_in_bulk(known: Shapes) -> None:
    for changes in ({}, FULL, {"email": None}, {"reason": "Perché sì."}, {"valid_until": FROM_2030}):
        chunk = several(3, **changes)

        assert len(sign_in_bulk(chunk, known.of(chunk), SIGNERS)) == 3


FROM_2030 = several(1)[0].valid_from.replace(year=2030)


def test_a_chunk_that_is_asked_for_again_is_the_same_bytes_whoever_makes_it(known: Shapes) -> None:
    chunk = several(5)
    first = list(sign_chunk(chunk, SIGNERS))
    signing.SHAPES._known.clear()

    assert list(sign_chunk(chunk, SIGNERS)) == first
    assert list(sign_chunk(chunk[2:], SIGNERS)) == first[2:]


def test_no_two_of_a_chunk_share_anything_but_what_they_have_in_common() -> None:
    signed = [parse(answer.data).credential for answer in sign_chunk(several(9), SIGNERS)]

    names = [badge["credentialSubject"]["identifier"][0]["identityHash"] for badge in signed]
    assert names == [f"Persona Numero {number}" for number in range(9)]
    assert len({badge["id"] for badge in signed}) == len({badge["proof"][0]["proofValue"] for badge in signed}) == 9
    assert [check_schema(badge) for badge in signed] == [[]] * 9


# Nothing that was not linted is signed, and nothing twice.


def shape_for(made: Intent) -> Shape:
    found = signing.SHAPES.of([made])[0]
    assert found is not None
    return found


def test_what_was_filled_in_can_be_spent_once() -> None:
    made = intent()
    once = FilledIn(shape_for(made), made)

    assert sign_filled([once], LOCAL)
    with pytest.raises(AlreadySpent):
        sign_filled([once], LOCAL)


def test_what_was_not_filled_in_is_not_signed() -> None:
    made = intent()

    for stranger in (compose(made).to_json(), made, lints.ToBeSigned(compose(made).to_json(), made), b"{}"):
        with pytest.raises(TypeError):
            sign_filled([stranger], LOCAL)  # type: ignore[list-item]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Bell \x07"},
        {"name": "half \ud83d"},
        {"name": "no character \uffff"},
        {"name": ""},
        {"name": 5},
        {"basis": "x" * 300_000},
        {"email": {"identityHash": "sha256$0", "salt": None}},
        {"evidence": "javascript:alert(1)", "role": "x"},
        {"evidence": f"{BASE}/status/872115983171"},
        {"evidence": "https://a.example/a b"},
        {"token": "short"},
        {"token": "A" * 26},
        {"token": "a" * 27},
        {"token": f"{'a' * 26}\n"},
        {"index": -1},
        {"index": True},
        {"subject_id": "x"},
        {"subject_id": "mailto:ada@example.org"},
        {"subject_id": "urn:uuid:x y"},
    ],
    ids=str,
)
def test_a_value_that_a_lint_or_rdf_minds_is_no_filling(changes: dict[str, Any]) -> None:
    made = intent(**changes)

    with pytest.raises(NotOfShape):
        FilledIn(shape_for(companion(made)), made)


def test_a_credential_may_be_as_long_in_bulk_as_it_may_be_by_the_long_way() -> None:
    shape = shape_for(intent())
    bare = len(FilledIn(shape, intent(2, basis="x", index=5)).spend()[1]) - 1

    for letters in range(shape.room - bare - 3, shape.room - bare + 3):
        made = intent(2, basis="x" * letters, index=5)
        data = in_bulk(made, intent())

        assert one_by_one(made) == SignedVersion(2, data) if data else isinstance(one_by_one(made), Waiting)
        assert bool(data) is (letters < shape.room - bare)


def test_the_companion_of_each_of_them_is() -> None:
    assert FilledIn(shape_for(intent()), intent(2)).spend()


def test_each_lint_says_what_it_asks_of_values() -> None:
    assert filled.all_lints_hold_in_bulk()
    assert [lint.__name__ for lint in filled.IN_BULK] == [lint.__name__ for lint in lints.LINTS]


def test_with_a_lint_that_nobody_thought_of_nothing_is_signed_in_bulk(
    known: Shapes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_ada(credential: Any, _intent: Intent) -> Iterator[str]:
        if "Persona Numero 1" in json.dumps(credential):
            yield "she has enough of them"

    chunk = several(3)
    assert all(known.of(chunk))
    monkeypatch.setattr(lints, "LINTS", (*lints.LINTS, no_ada))

    assert known.of(chunk) == [None] * 3
    assert [type(answer) for answer in sign_chunk(chunk, SIGNERS)] == [SignedVersion, Waiting, SignedVersion]


def test_a_signature_that_the_published_key_does_not_verify_stops_the_chunk() -> None:
    other = CheckedSigner(LOCAL, PrivateKey.generate(Algorithm.EDDSA).public())

    with pytest.raises(NotAccepted):
        list(sign_chunk(several(3), {LOCAL.key_id: other}))


def test_one_bad_signature_among_many_stops_the_chunk() -> None:
    class Faulty(LocalSigner):
        def sign(self, data: bytes) -> bytes:
            made = super().sign(data)
            return made if data != bad[0] else made[:-1] + bytes([made[-1] ^ 1])

    chunk = several(7)
    bad = [FilledIn(shape_for(chunk[4]), chunk[4]).spend()[0]]
    signer = CheckedSigner(Faulty(LOCAL.key_id, LOCAL.private_key), LOCAL.public())

    with pytest.raises(NotAccepted):
        list(sign_chunk(chunk, {LOCAL.key_id: signer}))
    assert len(list(sign_chunk(chunk[:4], {LOCAL.key_id: signer}))) == 4


def test_a_signer_of_another_key_than_the_intent_names_signs_nothing() -> None:
    signers = {**SIGNERS, f"{DID}#key-2027": SIGNERS[LOCAL.key_id]}
    strangers = several(3, key_id=f"{DID}#key-2027")
    chunk = [*several(2), *strangers, *several(2)]

    assert sign_in_bulk(chunk, signing.SHAPES.of(chunk), signers).keys() == {0, 1, 5, 6}
    with pytest.raises(NotAccepted):
        list(sign_chunk(chunk, signers))


@pytest.mark.parametrize("algorithm", [Algorithm.ES256, Algorithm.ES384, Algorithm.RS256])
def test_a_key_that_the_suite_is_not_for_signs_nothing(algorithm: Algorithm) -> None:
    other = LocalSigner(LOCAL.key_id, PrivateKey.generate(algorithm))

    with pytest.raises(ValueError, match="cannot make a proof"):
        list(sign_chunk(several(3), {LOCAL.key_id: CheckedSigner(other, other.public())}))


# First, last and every so many go the long way as well.


def spoilt(shape: Shape) -> Shape:
    """A shape whose JSON says something else than what it signs."""
    return replace(shape, body=Woven(shape.body.pattern.replace("Milano", "Torino"), shape.body.places))


def mislabelled(shape: Shape) -> Shape:
    """A shape that signs something else than what its JSON says."""
    line = next(line for line in shape.stencil.fixed if b"Python Milano" in line)
    fixed = tuple(each.replace(b"Milano", b"Torino") if each == line else each for each in shape.stencil.fixed)
    return replace(shape, stencil=replace(shape.stencil, fixed=fixed))


@pytest.mark.parametrize("tamper", [spoilt, mislabelled])
@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_tampered_shape_stops_the_run(known: Shapes, tamper: Callable[[Shape], Shape], count: int) -> None:
    chunk = several(count)
    for kind, _ in [(kind, known.of(chunk)) for kind in {shapes._kind(made, {}) for made in chunk}]:
        known._known.put(kind, (tamper(shape_for(chunk[0])),), 1)

    with pytest.raises(NotAccepted):
        list(sign_chunk(chunk, SIGNERS))


@pytest.mark.parametrize("tamper", [spoilt, mislabelled])
def test_a_shape_that_is_wrong_from_the_start_is_never_kept(
    known: Shapes, monkeypatch: pytest.MonkeyPatch, tamper: Callable[[Shape], Shape]
) -> None:
    made = shapes.shape_of
    monkeypatch.setattr(shapes, "shape_of", lambda *arguments: tamper(made(*arguments)))
    chunk = several(4)

    assert known.of(chunk) == [None] * 4
    assert list(sign_chunk(chunk, SIGNERS)) == [one_by_one(each) for each in chunk]


@pytest.mark.parametrize(("count", "places"), [(1, [0]), (2, [0, 1]), (7, [0, 3, 6]), (8, [0, 3, 6, 7])])
def test_first_last_and_every_so_many_are_compared(
    monkeypatch: pytest.MonkeyPatch, count: int, places: list[int]
) -> None:
    gone: list[int] = []
    long_way = signing._one_by_one

    def noted(made: Intent, *rest: Any) -> Any:
        gone.append(made.version_id)
        return long_way(made, *rest)

    monkeypatch.setattr(signing, "COMPARED", 3)
    monkeypatch.setattr(signing, "BLOCK", 2)
    monkeypatch.setattr(signing, "_one_by_one", noted)

    list(sign_chunk(several(count), SIGNERS))

    assert gone == places


def test_the_thousandth_is_compared_unless_somebody_changes_that() -> None:
    assert (signing.COMPARED, signing.BLOCK) == (1_000, 250)


def test_no_chunk_is_an_empty_answer() -> None:
    assert list(sign_chunk([], SIGNERS)) == []


# A kind is all that is no value.


OTHER_KINDS: list[dict[str, Any]] = [
    {"facts": {**FACTS, "event": {**FACTS["event"], "place": "Torino"}}},
    {"base_url": "https://b.example"},
    {"did": "did:web:b.example"},
    {"achievement_id": "other"},
    {"list_number": 5},
    {"valid_from": FROM_2030},
    {"valid_until": FROM_2030},
    {"awarded": FROM_2030},
    {"key_id": f"{DID}#key-2027"},
    {"role": "x"},
    {"email": None},
]


@pytest.mark.parametrize("changes", OTHER_KINDS, ids=lambda changes: next(iter(changes)))
def test_what_is_no_value_makes_another_kind(changes: dict[str, Any]) -> None:
    assert shapes._kind(intent(**changes), {}) != shapes._kind(intent(), {})


@pytest.mark.parametrize("changes", OTHER_KINDS, ids=lambda changes: next(iter(changes)))
def test_a_shape_of_another_kind_cannot_be_filled(changes: dict[str, Any]) -> None:
    shape = shape_for(intent())

    assert FilledIn(shape, intent())
    with pytest.raises(NotOfShape):
        FilledIn(shape, intent(**changes))


def test_times_that_are_equal_but_for_their_offset_are_of_two_kinds() -> None:
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Rome"))
    first, second = (intent(valid_from=twice.replace(fold=fold)) for fold in (0, 1))

    assert first.valid_from == second.valid_from
    assert shapes._kind(first, {}) != shapes._kind(second, {})
    assert FilledIn(shape_for(first), first)
    with pytest.raises(NotOfShape):
        FilledIn(shape_for(first), second)


def test_numbers_that_are_equal_but_for_their_letters_are_of_two_kinds() -> None:
    made = intent(2, list_number=True)

    assert shapes._kind(made, {}) != shapes._kind(intent(list_number=1), {})
    assert in_bulk(made, intent(1, list_number=1)) == one_by_one(made).data


def test_facts_that_are_changed_while_a_chunk_is_signed_are_signed_as_the_long_way_finds_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signing, "BLOCK", 2)
    chunk = several(6, facts=copy.deepcopy(FACTS))
    answers = sign_chunk(chunk, SIGNERS)
    before = [next(answers), next(answers)]

    chunk[0].facts["event"]["place"] = "Torino"

    assert [*answers] == [one_by_one(made) for made in chunk[2:]]
    assert not any(b"Torino" in answer.data for answer in before if isinstance(answer, SignedVersion))


def test_all_of_an_intent_is_common_to_a_kind_or_a_value_or_not_in_the_credential() -> None:
    common = {next(iter(changes)) for changes in OTHER_KINDS} - {"role", "email"}
    values, unsaid = {"token", "index", "subject_id", "row"}, {"version_id", "organization_id"}
    made = intent()

    assert {field.name for field in fields(Intent)} == common | values | unsaid
    assert compose(replace(made, **dict.fromkeys(unsaid, 4_711))) == compose(made)


def test_values_make_no_other_kind() -> None:
    assert shapes._kind(intent(1, name="x", hours="7"), {}) == shapes._kind(intent(2), {})


def test_a_shape_is_made_once_enough_have_come(known: Shapes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "WORTH", 5)

    assert known.of(several(3)) == [None] * 3
    assert all(known.of(several(2)))


def test_what_no_exemplar_passes_has_no_shape_and_is_tried_again(known: Shapes) -> None:
    assert known.of(several(4, role="Bell \x07")) == [None] * 4
    assert all(known.of(several(4, role="Bell")))


@pytest.mark.parametrize(
    "changes", [{"evidence": f"{BASE}/achievements/s5auvtxefom5akdmpl7bknwlui"}, {"hours": ""}], ids=str
)
def test_an_exemplar_whose_values_are_not_certain_leaves_the_others_their_shape(
    known: Shapes, changes: dict[str, Any]
) -> None:
    sound = {name: FULL.get(name, "2.5") for name in changes}
    odd, *others = [intent(**changes), *several(2, **sound)]
    assert shapes._kind(odd, {}) == shapes._kind(others[0], {})

    assert known.of([odd]) == [None]
    assert all(known.of([odd, *others]))


@pytest.mark.parametrize("tamper", ["options", "proof"])
def test_a_shape_whose_proof_is_not_that_of_the_long_way_is_never_kept(
    known: Shapes, monkeypatch: pytest.MonkeyPatch, tamper: str
) -> None:
    made = shapes.shape_of
    spoils = {"options": bytes(32), "proof": (b',"proof":[{"proofValue":"z', b'"}]}')}
    monkeypatch.setattr(shapes, "shape_of", lambda *arguments: replace(made(*arguments), **{tamper: spoils[tamper]}))

    assert known.of(several(4)) == [None] * 4


def test_a_shape_that_one_exemplar_shows_to_be_wrong_is_not_tried_with_another(
    known: Shapes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trimming(made: Intent) -> Any:
        return compose(replace(made, row={**made.row, "name": made.row["name"].strip()}))

    monkeypatch.setattr(shapes, "compose", trimming)
    monkeypatch.setattr(lints, "compose", trimming)
    monkeypatch.setattr(lints, "LINTS", (lints.ob3_schema,))
    monkeypatch.setattr(filled, "IN_BULK", {lints.ob3_schema: None})

    assert all(Shapes().of(several(2)))
    assert known.of([intent(1, name=" Ada"), *several(2)]) == [None] * 3


def test_shapes_are_kept_within_their_weight(known: Shapes, monkeypatch: pytest.MonkeyPatch) -> None:
    long = {**FACTS, "achievement": {**FACTS["achievement"], "criteria": "x" * 100_000}}
    weight = shape_for(intent(facts=long)).weight
    monkeypatch.setattr(known._known, "weight", 3 * weight)

    for number in range(6):
        assert all(known.of(several(2, facts=long, list_number=number)))

    assert weight > 300_000
    assert len(known._known) == 3


def test_a_row_whose_members_nobody_reads_may_hold_anything() -> None:
    made = intent(kept={"a": object()}, language="x\x07")

    assert in_bulk(made, companion(made)) == one_by_one(made).data


@pytest.fixture
def foreseen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Marks that somebody could guess, as nobody can: they are numbered, and told."""
    told: list[str] = []

    def numbered(scheme: str) -> str:
        told.append(f"{scheme}{len(told):032x}")
        return told[-1]

    monkeypatch.setattr(marked_module, "_mark", numbered)
    return told


def test_values_that_are_equal_to_marks_are_put_where_they_belong(foreseen: list[str]) -> None:
    shape = shape_for(intent(role="x", number="7"))
    marks = [mark for mark in foreseen if mark.startswith("https:")]

    for one, other in zip(marks, [*marks[1:], marks[0]], strict=True):
        made = intent(2, name=one, role=other, number=f"{one} {other}")
        assert sign_filled([FilledIn(shape, made)], LOCAL) == [one_by_one(made).data]


def test_facts_that_hold_a_mark_make_no_shape(foreseen: list[str]) -> None:
    assert all(Shapes().of(several(2)))
    guessed = {**FACTS, "achievement": {**FACTS["achievement"], "description": f"See https://mark.invalid/{3:032x}"}}
    foreseen.clear()

    assert Shapes().of(several(2, facts=guessed)) == [None, None]


@pytest.mark.parametrize("read", [("language",), ("kept", "Company")], ids=".".join)
def test_what_compose_reads_beside_the_known_members_makes_no_shape(
    monkeypatch: pytest.MonkeyPatch, read: tuple[str, ...]
) -> None:
    def curious(made: Intent) -> Any:
        assert made.row[read[0]] if len(read) == 1 else made.row[read[0]][read[1]]
        return compose(made)

    chunk = several(2, language="it")
    assert all(Shapes().of(chunk))
    monkeypatch.setattr(marked_module, "compose", curious)
    assert Shapes().of(chunk) == [None, None]


def test_a_value_in_a_place_that_is_not_written_down_makes_no_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    def misplacing(made: Intent) -> Any:
        return replace(compose(made), name=made.row["name"])

    monkeypatch.setattr(marked_module, "compose", misplacing)
    assert Shapes().of(several(2)) == [None, None]


def in_another_place(said: dict[str, Any], name: str) -> None:
    said["name"] = name


def in_part(said: dict[str, Any], name: str) -> None:
    said["credentialSubject"]["identifier"][0]["identityHash"] = f"{name}."


def at_the_end(said: dict[str, Any], name: str) -> None:
    said["credentialSubject"]["identifier"][0]["identityHash"] = f"Name: {name}"


def not_at_the_end(said: dict[str, Any], _name: str) -> None:
    said["id"] += "/x"


def twice_at_the_end(said: dict[str, Any], _name: str) -> None:
    said["id"] += said["id"].rpartition("/")[2]


def not_at_all(said: dict[str, Any], _name: str) -> None:
    said["credentialSubject"]["id"] = "urn:x:y"


def as_a_member(said: dict[str, Any], name: str) -> None:
    said[name] = "x"


def where_a_date_stands(said: dict[str, Any], name: str) -> None:
    said["awardedDate"] = name


def where_a_word_stands(said: dict[str, Any], name: str) -> None:
    said["credentialSubject"]["identifier"][0]["identityHash"] = "Ada"
    said["type"] = [*said["type"], name]


MISPLACED = [in_another_place, in_part, at_the_end, not_at_the_end, twice_at_the_end, not_at_all, as_a_member,
             where_a_date_stands, where_a_word_stands]  # fmt: skip


@pytest.mark.parametrize("misplace", MISPLACED, ids=lambda misplace: misplace.__name__)
def test_a_mark_that_is_misplaced_makes_no_shape_whatever_the_exemplar_shows(
    monkeypatch: pytest.MonkeyPatch, misplace: Callable[[dict[str, Any], str], None]
) -> None:
    class Misplaced:
        def __init__(self, made: Intent) -> None:
            self.said = compose(made).to_json()
            misplace(self.said, made.row["name"])

        def to_json(self) -> dict[str, Any]:
            return self.said

    made, known_places = intent(), {("awardedDate",): {("name",)}, ("type", EACH): {("name",)}}
    monkeypatch.setattr(shape_module, "PLACES", {**shape_module.PLACES, **known_places})
    if misplace is where_a_word_stands:
        monkeypatch.setattr(shape_module, "takes_any_text", lambda _path: True)
    assert shape_module.shape_of(made, ToBeSigned(compose(made).to_json(), made))

    monkeypatch.setattr(marked_module, "compose", Misplaced)
    with pytest.raises(NoSkeleton):
        shape_module.shape_of(made, ToBeSigned(compose(made).to_json(), made))


@pytest.mark.parametrize("look", [list, len, lambda row: "Ada" in row.values()], ids=["members", "length", "values"])
def test_a_row_that_compose_reads_through_makes_no_shape(
    monkeypatch: pytest.MonkeyPatch, look: Callable[[Any], object]
) -> None:
    def curious(made: Intent) -> Any:
        look(made.row)
        return compose(made)

    monkeypatch.setattr(marked_module, "compose", curious)
    with pytest.raises(NoSkeleton):
        marked_module.marked(intent())


@pytest.mark.parametrize("changes", [{"email": {"identityHash": "x", "salt": None}}, {"role": ["x"]}], ids=str)
def test_what_compose_reads_and_is_no_text_makes_no_shape(changes: dict[str, Any]) -> None:
    assert marked_module.marked(intent())
    with pytest.raises(NoSkeleton):
        marked_module.marked(intent(**changes))


def test_statements_in_which_texts_could_make_nodes_look_alike_make_no_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shape_module, "fitting", lambda *arguments: replace(fitting(*arguments), tame=False))
    made = intent()

    with pytest.raises(NoSkeleton):
        shape_module.shape_of(made, ToBeSigned(compose(made).to_json(), made))


def test_what_bulk_is_compared_with_takes_no_short_way(known: Shapes, monkeypatch: pytest.MonkeyPatch) -> None:
    chunk = several(3)
    assert all(known.of(chunk))

    def lying(*_arguments: object) -> bytes:
        raise AssertionError("a short way was taken")

    monkeypatch.setattr(ShortWay, "canonize", lying)

    assert len(list(sign_chunk(chunk, SIGNERS))) == 3


def test_the_unsigned_part_is_what_was_composed() -> None:
    chunk = several(3, **FULL)

    signed = [parse(answer.data).credential for answer in sign_chunk(chunk, SIGNERS)]

    assert [unsecured(badge) for badge in signed] == [compose(made).to_json() for made in chunk]
