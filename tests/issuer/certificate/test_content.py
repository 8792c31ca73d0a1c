"""A certificate says what was signed, in the sentence of its kind."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from badges.problem import Malformed
from issuer.certificate.content import Unprintable, certificate, display
from issuer.certificate.layout import InvalidLayout, Layout

NB = "\N{NO-BREAK SPACE}"


def test_an_attendance_tells_event_date_place_and_hours(make):
    one = make("attendance")

    assert (one.lead, one.name) == ("", "Maria-Grazia Dell’Orto")
    assert one.text == f"ha partecipato a Serata Python: type hints, 15{NB}ottobre{NB}2026, Milano, per 2,5{NB}ore."
    assert [run.text for run in one.body if run.strong] == ["Serata Python: type hints"]


def test_one_hour_is_in_the_singular(make):
    assert make("attendance", hours="1.0").text.endswith(f"per 1{NB}ora.")
    assert make("attendance", hours="1", layout={"language": "en"}).text.endswith(f"for 1{NB}hour.")


def test_a_merit_takes_its_reason_out_of_the_sentence(make):
    one = make("merit", reason="per l'esempio più chiaro")

    assert (one.lead, one.reason) == ("A", "per l’esempio più chiaro")
    assert one.text == f"in qualità di relatrice, Serata Python: type hints, 15{NB}ottobre{NB}2026."


def test_a_badge_and_a_diploma_are_titled_by_their_kind_because_the_sentence_names_them(make):
    assert (make("badge").title, make("badge").text) == ("Badge", "ha ottenuto Type hints, senza paura.")
    assert (make("diploma").title, make("diploma").lead) == ("Diploma", "Si conferisce a")


def test_a_diploma_prints_number_and_legal_sentence_unless_it_is_switched_off(make):
    with_note, without = make("diploma").small_print, make("diploma", layout={"legal_note": False}).small_print

    assert with_note[0].startswith("N. 2026-0042 · ")
    assert with_note[1] == "Non costituisce titolo di studio con valore legale."
    assert without == with_note[:1]


def test_a_wording_of_the_organizer_may_name_kept_columns_but_never_overrule_what_was_signed(make):
    layout = {"wording": "{{name}} di {{Azienda}} era a {{event}}[ come {{role}}]."}

    one = make(kept={"Azienda": "ACME {{name}}", "event": "altro"}, layout=layout)

    assert one.text == "di ACME {{name}} era a Serata Python: type hints."


def test_a_wording_without_the_name_still_has_it_above_the_sentence(make):
    one = make(layout={"wording": "Presenza a {{event}}."})

    assert (one.name, one.text) == ("Maria-Grazia Dell’Orto", "Presenza a Serata Python: type hints.")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("Dell'Orto", "Dell’Orto"), ("'t Hooft", "’t Hooft"), ("l'età", "l’età"), ("5'", "5'"), ("' or 1=1", "' or 1=1"),
     ("O’Neill", "O’Neill")],
)  # fmt: skip
def test_an_apostrophe_is_curled_where_it_is_one(text, shown):
    assert display(text) == shown


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a" + "\u0301" * 20_000, id="F11"),
        pytest.param("x" * 201, id="too long"),
        pytest.param(" ", id="blank"),
    ],
)
def test_a_name_that_is_none_is_refused_before_anything_is_drawn(name, make):
    with pytest.raises(Unprintable):
        make(name=name)


def test_a_name_with_the_marks_that_names_have_is_accepted(make):
    assert make(name="Nguye\u0302\u0303n").name == "Nguye\u0302\u0303n"


def test_the_validity_is_printed_where_there_is_one(make):
    signed = json.loads(make().signed)
    signed["validUntil"] = "2028-10-15T19:30:00Z"

    one = certificate(json.dumps(signed).encode(), make().layout, kept={}, practice=False)

    assert f"valido fino al 15{NB}ottobre{NB}2028" in one.small_print[0]


def test_what_is_not_a_credential_of_ours_is_refused(make):
    with pytest.raises(Malformed):
        certificate(b'{"id": "x"}', make().layout, kept={}, practice=False)


@pytest.mark.parametrize(
    "colour", ["red;}@import url(//evil)", "#12345", "#1234567", "#12345g", "#12345６", "", "wine"]
)
def test_a_colour_is_a_hash_and_six_digits(colour):
    with pytest.raises(InvalidLayout):
        Layout("attendance", "classic", colour=colour)


def test_a_sound_layout_is_accepted():
    assert Layout("attendance", "classic", colour="#7A1f2B").colour == "#7A1f2B"


def test_the_moment_of_creation_is_that_of_the_signature(make):
    assert make().created == datetime(2026, 10, 16, 8, tzinfo=UTC)
