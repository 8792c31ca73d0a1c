"""The tables of an event say the same in a form, in a preparation and in a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from issuer.batch import reserve
from issuer.event import EventFile, read_event
from issuer.fault import Refused
from issuer.models import Organization
from issuer.preparing.earlier import from_last, moved, tables_of_both
from issuer.preparing.event import event_file, settled
from issuer.preparing.event_form import FIELDS, said_of, tables_of
from issuer.roster.model import Recipient
from tests.issuer.room.rooms import MILANO, TORINO, Rooms

SAID = {
    "kind": "diploma", "award": "Corso di Python", "description": "Ha completato il corso.", "criteria": "Una prova.",
    "tags": "python, corso", "type": "Course", "award_slug": "corso-python", "name": "Corso d'autunno",
    "date": "2026-10-15", "last": "2026-11-12", "start": "18:30", "end": "21:30", "zone": "Europe/Rome",
    "place": "Milano", "hours": "12,5", "language": "it", "slug": "corso-autunno", "design": "classic",
    "wording": "{{name}} ha finito {{event}}.", "valid_for": "P2Y", "paper": "Letter", "own_colour": "1",
    "colour": "#1d3a5f", "no_note": "1", "signer1": "Ada Rossi", "role1": "Presidente", "signer2": "Grace Bianchi",
}  # fmt: skip
FILE = """
[issuer]
slug = "python-milano"
name = "Python Milano"
[achievement]
kind = "diploma"
slug = "corso-python"
name = "Corso di Python"
description = "Ha completato il corso."
criteria = "Una prova."
type = "Course"
tags = ["python", "corso"]
[event]
slug = "corso-autunno"
name = "Corso d'autunno"
start = 2026-10-15T18:30:00+02:00
end = 2026-11-12T21:30:00+01:00
timezone = "Europe/Rome"
place = "Milano"
hours = 12.5
language = "it"
[certificate]
design = "classic"
wording = "{{name}} ha finito {{event}}."
valid_for = "P2Y"
paper = "Letter"
colour = "#1d3a5f"
legal_note = false
[[certificate.signatory]]
name = "Ada Rossi"
role = "Presidente"
[[certificate.signatory]]
name = "Grace Bianchi"
"""
ADA = Recipient(2, "Ada Lovelace", "ada@example.org", True, None, ("email:ada@example.org|Ada Lovelace",))


def made(rooms: Rooms, tables: dict[str, Any], *people: Recipient) -> EventFile:
    with rooms.office.database.reading() as session:
        return event_file(session.get_one(Organization, rooms.organizations[MILANO]), tables, people)


def codes(rooms: Rooms, *people: Recipient, **changes: str) -> set[tuple[str, str | None]]:
    """Return the codes and keys of what is wrong with a form."""
    with pytest.raises(Refused) as refused:
        made(rooms, tables_of(SAID | changes).tables, *people)
    return {(fault.code, fault.column) for fault in refused.value.faults}


def test_a_form_can_say_everything_that_a_file_can(rooms: Rooms) -> None:
    draft = tables_of(SAID)

    assert draft.faults == {}
    assert made(rooms, draft.tables) == read_event(FILE.encode(), None)


def test_a_form_that_was_kept_is_filled_in_the_same_again() -> None:
    tables = tables_of(SAID).tables

    assert said_of(tables).keys() <= FIELDS
    assert tables_of(said_of(tables)).tables == tables


def test_what_follows_from_the_rest_follows_again_when_that_is_changed(rooms: Rooms) -> None:
    said = SAID | {"slug": "", "award_slug": "", "hours": "", "last": ""}
    before = kept(rooms, tables_of(said).tables)

    after = kept(rooms, tables_of(said_of(before) | {"date": "2026-10-16", "end": "22:30"}).tables)

    assert after["event"]["slug"] == "2026-10-16-corso-d-autunno"
    assert (before["event"]["hours"], after["event"]["hours"]) == ("3", "4")
    assert after["achievement"] == before["achievement"]


@pytest.mark.parametrize(
    ("field", "text", "code", "key"),
    [
        ("slug", "Not A Slug", "event_slug", "event.slug"),
        ("colour", "red", "event_colour", "certificate.colour"),
        ("valid_for", "two years", "event_duration", "certificate.valid_for"),
        ("wording", "{{name", "wording_unbalanced_braces", "certificate.wording"),
        ("type", "Nonsense", "event_type", "achievement.type"),
        ("zone", "Europe/Nowhere", "event_zone", "event.timezone"),
        ("design", "baroque", "event_choice", "certificate.design"),
        ("name", "x" * 201, "event_long", "event.name"),
        ("hours", "-1", "event_number", "event.hours"),
        ("name", "Serata \ue000", "event_character", "event.name"),
    ],
)
def test_what_is_wrong_in_a_file_is_wrong_in_a_form(rooms: Rooms, field: str, text: str, code: str, key: str) -> None:
    assert (code, key) in codes(rooms, **{field: text})


def test_a_wording_may_name_the_columns_that_there_are(rooms: Rooms) -> None:
    person = replace(ADA, kept={"Ticket": "Standard"})

    assert codes(rooms, person, wording="{{Shoes}}") == {("wording_unknown_column", "certificate.wording")}
    assert made(rooms, tables_of(SAID | {"wording": "{{Ticket}}"}).tables, person).columns == ("Ticket",)


def test_an_evening_that_ends_after_midnight_ends_on_the_next_day() -> None:
    event = tables_of(SAID | {"last": "", "start": "21:00", "end": "01:30", "hours": ""}).tables["event"]

    assert (event["end"][:10], event["hours"]) == ("2026-10-16", "4.5")


def test_hours_are_those_from_start_to_end_unless_said_otherwise() -> None:
    said = SAID | {"last": ""}

    assert tables_of(said | {"hours": ""}).tables["event"]["hours"] == "3"
    assert "hours" not in tables_of(said | {"hours": "0"}).tables["event"]
    assert "hours" not in tables_of(SAID | {"hours": ""}).tables["event"]


def test_an_event_on_another_day_is_at_the_same_time_by_the_clock() -> None:
    event = moved(tables_of(SAID | {"last": ""}).tables, date(2026, 12, 3))["event"]

    assert (event["start"], event["end"]) == ("2026-12-03T18:30:00+01:00", "2026-12-03T21:30:00+01:00")


def test_the_same_name_on_another_day_is_another_event_and_the_same_achievement(rooms: Rooms) -> None:
    said = SAID | {"slug": "", "award_slug": "", "last": ""}
    first = kept(rooms, tables_of(said).tables)
    reserve(rooms.office, made(rooms, first), [ADA], now=rooms.clock())

    second = kept(rooms, tables_of(said | {"date": "2026-12-03"}).tables)
    other = kept(rooms, tables_of(said | {"description": "Un’altra cosa."}).tables)

    assert [one["event"]["slug"] for one in (first, second)] == [
        "2026-10-15-corso-d-autunno",
        "2026-12-03-corso-d-autunno",
    ]
    assert [one["achievement"]["slug"] for one in (first, second, other)] == ["corso", "corso", "corso-2"]


def kept(rooms: Rooms, tables: dict[str, Any]) -> dict[str, Any]:
    with rooms.office.database.reading() as session:
        return settled(session, session.get_one(Organization, rooms.organizations[MILANO]), tables)


def test_what_was_issued_from_a_file_can_be_repeated(both: Rooms) -> None:
    given = made(both, tables_of(SAID | {"valid_for": ""}).tables)
    reserve(both.office, given, [ADA], now=both.clock())

    with both.office.database.reading() as session:
        last = from_last(session, both.organizations[MILANO])
        assert last is not None
        again = event_file(session.get_one(Organization, both.organizations[MILANO]), last)

    assert (again.achievement, again.certificate) == (given.achievement, given.certificate)
    assert (again.event.start, again.event.end, again.event.hours) == (
        given.event.start,
        given.event.end,
        Decimal("12.5"),
    )


def test_nobody_repeats_what_another_organization_did(rooms: Rooms) -> None:
    reserve(rooms.office, made(rooms, tables_of(SAID).tables), [ADA], now=rooms.clock())

    with rooms.office.database.reading() as session:
        assert from_last(session, rooms.organizations[TORINO]) is None
        assert tables_of_both(session, rooms.organizations[TORINO], "corso-autunno", "corso-python") is None
        assert tables_of_both(session, rooms.organizations[MILANO], "corso-autunno", "corso-python") is not None


def test_an_event_is_ones_own_where_another_organization_has_one_of_the_same_name(rooms: Rooms) -> None:
    for slug, place in ((MILANO, "Milano"), (TORINO, "Torino")):
        with rooms.office.database.reading() as session:
            organization = session.get_one(Organization, rooms.organizations[slug])
            event = event_file(organization, tables_of(SAID | {"place": place}).tables)
        reserve(rooms.office, event, [ADA], now=rooms.clock())

    with rooms.office.database.reading() as session:
        found = tables_of_both(session, rooms.organizations[MILANO], "corso-autunno", "corso-python")
    assert found is not None
    assert found["event"]["place"] == "Milano"


def test_what_was_not_known_of_an_organization_is_nothing_once_it_issues(rooms: Rooms) -> None:
    reserve(rooms.office, made(rooms, tables_of(SAID).tables), [ADA], now=rooms.clock())

    with rooms.office.database.reading() as session:
        facts = session.scalars(select(Organization.facts).where(Organization.slug == MILANO)).one()
    assert facts == {"name": "Python Milano", "url": None, "email": None, "logo": None, "logo_file": None}
