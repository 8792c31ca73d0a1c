"""Who gets a certificate is what the lists and the choices about them say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from issuer.fault import Refused
from issuer.models import Preparation, Upload
from issuer.preparing import apart, kept
from issuer.preparing.choices import EVERYONE, Choices, ListChoices
from issuer.preparing.person import place_of, row_of
from tests.issuer.preparing.evenings import CALL, DOOR, change, drop, names, people
from tests.issuer.room.rooms import Rooms

REAL = {
    "eventbrite-attendees.csv": 47, "excel-italiano.csv": 31, "foglio.xlsx": 47, "indico-registrants.csv": 41,
    "luma-guests.csv": 47, "meetup-attendees.csv": 47, "pretix-checkin-list.csv": 47, "zoom-webinar-attendees.csv": 47,
}  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_a_real_export_is_read_apart_and_its_attendees_get_one(shared: Path, rooms: Rooms, name: str) -> None:
    public_id = drop(rooms, (shared / "rosters" / name).read_bytes(), name)

    assert len(people(rooms, public_id)) == REAL[name]


def test_what_was_read_is_not_read_again(both: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    public_id = drop(both)
    monkeypatch.setattr(kept, "look", None)

    assert names(both, public_id) == ["Ada Lovelace", "Grace Hopper", "Alan Turing"]


def test_who_is_ticked_out_gets_none_and_who_is_ticked_in_gets_one(both: Rooms) -> None:
    public_id = drop(both)

    change(both, public_id, chosen(ticks={"1-2": False, "1-5": True}))

    assert names(both, public_id) == ["Grace Hopper", "Alan Turing", "Emmy Noether"]


def test_everyone_means_everyone(rooms: Rooms) -> None:
    public_id = drop(rooms)

    change(rooms, public_id, chosen(who=EVERYONE))

    assert len(people(rooms, public_id)) == 4


def test_a_kind_of_ticket_can_be_chosen(rooms: Rooms) -> None:
    public_id = drop(rooms)

    change(rooms, public_id, chosen(kinds=("Student",)))

    assert names(rooms, public_id) == ["Grace Hopper"]


def test_minutes_are_asked_of_those_who_have_some(rooms: Rooms) -> None:
    public_id = drop(rooms, CALL)

    change(rooms, public_id, chosen(min_minutes=60))

    assert names(rooms, public_id) == ["Ada King Lovelace", "Hedy Lamarr"]


def test_a_repair_that_is_undone_gives_the_text_as_it_stood(rooms: Rooms) -> None:
    public_id = drop(rooms)

    change(rooms, public_id, listed(ListChoices(undone={"3": ["capitals"]})))

    assert "GRACE HOPPER" in names(rooms, public_id)


def test_a_column_can_be_another_one_or_none(rooms: Rooms) -> None:
    public_id = drop(rooms)

    change(rooms, public_id, listed(ListChoices(columns={"email": "", "role": "Ticket type"})))

    found = people(rooms, public_id)
    assert {person.email for person in found} == {None}
    assert found[1].values["role"] == "Student"


def test_a_column_that_the_wording_names_is_kept(rooms: Rooms) -> None:
    public_id = drop(rooms)

    worded(rooms, public_id, "{{name}} {{Ticket type}}")

    assert [person.kept["Ticket type"] for person in people(rooms, public_id)] == ["Standard", "Student", "Standard"]


def test_a_column_that_no_list_has_is_refused(rooms: Rooms) -> None:
    public_id = drop(rooms)

    worded(rooms, public_id, "{{name}} {{Shoe size}}")

    with pytest.raises(Refused) as refused:
        people(rooms, public_id)
    assert [fault.code for fault in refused.value.faults] == ["column_unknown"]


def test_a_list_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 0.0)

    with pytest.raises(Refused) as refused:
        apart.look([(1, DOOR * 2000, ListChoices())], Choices())
    assert [fault.code for fault in refused.value.faults] == ["list_too_slow"]


@pytest.mark.parametrize(("number", "line"), [(1, 7), (2, 7), (8, 99_999_999), (0, 3)])
def test_a_row_says_list_and_line(number: int, line: int) -> None:
    assert place_of(row_of(number, line)) == (number, line)


def chosen(**values: object):
    def do(preparation: Preparation, _lists: list[Upload]) -> None:
        preparation.choices = replace(Choices.of(preparation.choices), **values).to_json()  # type: ignore[arg-type]

    return do


def listed(choices: ListChoices):
    def do(_preparation: Preparation, lists: list[Upload]) -> None:
        lists[0].choices = choices.to_json()

    return do


def worded(rooms: Rooms, public_id: str, wording: str) -> None:
    event = {"certificate": {"wording": wording}}
    rooms.write(lambda session: session.execute(update(Preparation).values(event=event)))


def test_a_wording_that_names_no_column_keeps_nobody_from_choosing(rooms: Rooms) -> None:
    public_id = drop(rooms)
    worded(rooms, public_id, "{{name}} {{Shoe size}}")

    change(rooms, public_id, chosen(who=EVERYONE))

    with pytest.raises(Refused):
        people(rooms, public_id)
