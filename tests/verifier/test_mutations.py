"""Mutated credentials: none is valid that says what was never signed; and whatever would let one through is noticed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from badges.proof import suite
from tests.verifier.published import put, to_bytes
from tools.mutations.attack import Attack, Tally
from tools.mutations.flips import PLACES
from tools.mutations.harm import Harm, harm, told
from tools.mutations.heaviest import LOADS
from tools.mutations.mutants import FORMATS, Mutants
from tools.mutations.scales import weigh
from verifier import intake

SEED = "house"
EACH = 60
ORIGINAL = "eddsa-rdfc-2022 EdDSA ada"
ORDERED = "eddsa-jcs-2022 EdDSA ada"


@pytest.fixture(scope="module")
def mutants() -> Mutants:
    """All mutants of a seed; they are made when they are asked for."""
    return Mutants(SEED)


@pytest.fixture(scope="module")
def prepared(mutants: Mutants) -> Attack:
    """A verifier that was seen to call genuine credentials valid."""
    made = Attack(mutants)
    made.prepare(())
    return made


@pytest.fixture
def attack(prepared: Attack) -> Attack:
    """The same, of whose answers nothing is noted yet."""
    prepared.tally = Tally()
    return prepared


@pytest.mark.parametrize("format_", FORMATS)
def test_no_mutated_input_is_valid_that_says_something_else(format_: str, attack: Attack) -> None:
    attack.mutate((format_, number) for number in range(EACH))

    assert attack.tally.faults == []
    assert attack.tally.harms[format_, Harm.REFUSED] > EACH
    assert attack.tally.harms[format_, Harm.UNHARMED] > 0


@pytest.mark.parametrize(("place", "stride"), [*zip(PLACES, (7, 7, 41, 61), strict=True)])
def test_no_octet_of_a_signed_credential_can_be_another(place: str, stride: int, attack: Attack) -> None:
    found = attack.turn(place, stride)

    assert attack.tally.faults == []
    assert found[Harm.REFUSED] > 40


def test_a_verifier_that_believes_any_signature_is_caught(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite, "verify", lambda *_: None)

    attack.mutate(("json", number) for number in range(EACH))
    found = attack.turn("JSON", 31)

    assert attack.tally.harms["json", Harm.FALSE] > 3
    assert found[Harm.FALSE] > 3
    assert len(attack.tally.faults) >= 6


def test_a_verifier_that_chooses_between_two_credentials_is_caught(
    attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_agreed", lambda texts: (intake.parse(texts[0]), False))

    attack.mutate(("svg", number) for number in range(EACH))

    assert attack.tally.harms["svg", Harm.FALSE] > 3


def test_a_verifier_that_breaks_is_caught(attack: Attack, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr("verifier.web.verify.verify", broken)

    attack.mutate([("json", 1)])

    assert any("answered 500" in fault for fault in attack.tally.faults)


def test_the_same_seed_makes_the_same_inputs(mutants: Mutants) -> None:
    again, other = Mutants(SEED), Mutants("another")

    for format_ in FORMATS:
        made = mutants.mutant(format_, 3)
        assert made.data == again.mutant(format_, 3).data
        assert made.data != other.mutant(format_, 3).data


def changed_answer(attack: Attack, name: str, path: str, value: Any) -> tuple[dict[str, Any], list[Any]]:
    """The answer to a genuine credential, told otherwise by a verifier; and what may be told."""
    original = next(each for each in attack.mutants.originals["json"] if each.name == name)
    answer = attack.doors.ask(original.data).report
    assert answer is not None
    genuine = told(answer)
    return put(answer, path, value), [(genuine, original.ordered)]


SAID = "credential/credentialSubject"
SAME = {
    "the proof otherwise": (ORIGINAL, "credential/proof", [], Harm.UNHARMED),
    "the order of a set": (ORIGINAL, f"{SAID}/achievement/tag", ["community", "python"], Harm.UNHARMED),
    "the order of a list that is signed": (ORDERED, f"{SAID}/achievement/tag", ["community", "python"], Harm.FALSE),
    "the order of a list of the vocabulary": (
        ORIGINAL, f"{SAID}/achievement/resultDescription/1/allowedValue", ["30", "24", "18"], Harm.FALSE
    ),
    "one of a set twice": (ORIGINAL, f"{SAID}/achievement/tag", ["python", "python", "community"], Harm.FALSE),
    "a number in another form": (ORDERED, f"{SAID}/achievement/creditsAvailable", 3.50, Harm.UNHARMED),
    "another number": (ORIGINAL, f"{SAID}/achievement/creditsAvailable", 3.6, Harm.FALSE),
    "a truth for a number": (ORIGINAL, f"{SAID}/identifier/0/hashed", 0, Harm.FALSE),
    "another name": (ORIGINAL, f"{SAID}/identifier/0/identityHash", "Eve", Harm.FALSE),
    "a member more": (ORIGINAL, "credential/description", "x", Harm.FALSE),
    "a member less": (ORIGINAL, "credential/evidence", ..., Harm.FALSE),
    "another issuer": (ORIGINAL, "issuer/id", "did:web:evil.example", Harm.FALSE),
    "an issuer called known": (ORIGINAL, "issuer/trust", "very", Harm.FALSE),
    "an endorsement": (ORIGINAL, "endorsements", [{"of": "x"}], Harm.FALSE),
    "refused": (ORIGINAL, "verdict", "revoked", Harm.REFUSED),
}  # fmt: skip


@pytest.mark.parametrize(("name", "path", "value", "expected"), SAME.values(), ids=SAME.keys())
def test_harm_is_what_it_is_said_to_be(name: str, path: str, value: Any, expected: Harm, attack: Attack) -> None:
    answer, genuine = changed_answer(attack, name, path, value)

    assert harm(answer, genuine) is expected


@pytest.mark.parametrize("path", ["credentialSubject/identifier", "credentialSubject/result", "evidence"])
def test_what_a_page_shows_once_does_not_hang_on_an_order_that_nobody_signed(path: str, attack: Attack) -> None:
    original = next(each for each in attack.mutants.originals["json"] if each.name == "several")
    document = json.loads(original.data)
    section: Any = document
    for step in path.split("/"):
        section = section[step]

    genuine, turned = (
        told(attack.doors.ask(to_bytes(each)).report or {}) for each in (document, put(document, path, section[::-1]))
    )

    assert genuine is not None
    assert turned is not None
    assert genuine.is_told_by(turned, ordered=False)


@pytest.mark.parametrize("name", ["JSON", "token", "PNG, noise", "PDF"])
def test_the_heaviest_input_stays_within_its_memory(name: str, mutants: Mutants) -> None:
    load = LOADS[name](mutants.issuer)

    weight = weigh(SEED, load.data, load.documents)

    # A busy machine may give the picture up before it has looked at every corner of it.
    assert weight.verdict in ({"unreadable", "too_complex"} if name == "PNG, noise" else {"valid"})
    assert weight.here < 512
    assert weight.child < 512
