"""Preparations are kept as long as somebody works on them, and no longer."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from issuer.models import Preparation, Reading, ReadingPiece, Upload
from issuer.preparing import changing, kept, store
from issuer.preparing.changing import on_all
from issuer.preparing.choices import EVERYONE
from issuer.preparing.file_name import shown_name
from issuer.preparing.store import Dropped
from issuer.work.duties import ROUNDS
from tests.issuer.preparing.evenings import CALL, DOOR, change, drop, people, who
from tests.issuer.room.rooms import MILANO, Rooms

TABLES = (Preparation, Upload, Reading, ReadingPiece)


def rows(rooms: Rooms) -> list[int]:
    with rooms.office.database.reading() as session:
        return [len(list(session.scalars(select(table.id)))) for table in TABLES]


def test_what_nobody_touched_for_thirty_days_is_forgotten_with_its_lists(both: Rooms) -> None:
    for number in range(12):
        drop(both, DOOR + b"Hedy Lamarr,hedy%d@example.org,yes,,\n" % number)
    both.clock.advance(days=29)
    kept_one = drop(both, CALL)
    both.clock.advance(days=1)

    duty = next(one for one in ROUNDS if one.name == "preparations")
    assert duty.do(both.office, both.clock()) == 12

    assert rows(both) == [1, 1, 1, 1]
    assert len(people(both, kept_one)) == 3


def test_a_choice_is_a_touch(rooms: Rooms) -> None:
    public_id = drop(rooms)
    rooms.clock.advance(days=29)
    change(rooms, public_id, on_all(lambda chosen: chosen))
    rooms.clock.advance(days=29)

    assert store.forget_untouched(rooms.office.database, rooms.clock()) == 0


def test_two_windows_that_drop_the_same_list_come_to_the_same_page(both: Rooms) -> None:
    found: list[str] = []
    both_at_once = [threading.Thread(target=lambda: found.append(drop(both))) for _ in range(4)]

    for each in both_at_once:
        each.start()
    for each in both_at_once:
        each.join()

    assert len(found) == 4
    assert len(set(found)) == 1


def test_a_change_that_somebody_else_overtook_is_made_upon_theirs(both: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    public_id = drop(both)
    look, overtaken = kept.look, []

    def slowly(*given: object) -> object:
        found = look(*given)  # type: ignore[arg-type]
        if not overtaken:
            overtaken.append(True)
            change(both, public_id, on_all(lambda one: type(one).of({**one.to_json(), "kinds": ["Standard"]})))
        return found

    monkeypatch.setattr(kept, "look", slowly)
    change(both, public_id, on_all(lambda one: type(one).of({**one.to_json(), "who": EVERYONE})))

    monkeypatch.setattr(kept, "look", None)
    assert [person.name for person in people(both, public_id)] == ["Ada Lovelace", "Alan Turing", "Emmy Noether"]


def test_an_evening_has_no_more_lists_than_anybody_needs(rooms: Rooms) -> None:
    public_id = drop(rooms)

    def add(number: int) -> bool:
        one = Dropped(CALL + b"Ada %d,a@example.org,5\n" % number, "call.csv")
        return store.add_list(rooms.office.database, rooms.organizations[MILANO], public_id, one, rooms.clock())

    assert all(add(number) for number in range(store.LISTS_MOST - 1))
    with pytest.raises(store.TooMany):
        add(99)


def test_the_same_further_list_is_there_once(rooms: Rooms) -> None:
    public_id, call = drop(rooms), Dropped(CALL, "call.csv")

    for _ in range(2):
        assert store.add_list(rooms.office.database, rooms.organizations[MILANO], public_id, call, rooms.clock())

    assert rows(rooms)[1] == 2


def test_what_an_earlier_version_kept_is_read_anew(rooms: Rooms) -> None:
    public_id = drop(rooms)
    with rooms.office.database.writing() as session:
        reading = session.scalars(select(Reading)).one()
        reading.told = {**reading.told, "reader": 0}

    assert changing.refresh(rooms.office.database, rooms.organizations[MILANO], public_id, rooms.clock())

    with rooms.office.database.reading() as session:
        assert session.scalars(select(Reading.told)).one()["reader"] > 0


def test_whoever_is_no_member_has_no_preparation(rooms: Rooms) -> None:
    public_id = drop(rooms)

    assert not changing.refresh(rooms.office.database, 999, public_id, rooms.clock())
    assert who(rooms).organization_id != 999


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("list.csv", "list.csv"), ("../../etc/passwd", "passwd"), ("C:\\Users\\ada\\list.csv", "list.csv"),
        ("a\x00b\r\nSet-Cookie: x.csv", "abSet-Cookie: x.csv"), ("\u202elist.csv", "list.csv"), (None, ""),
        ("...", ""), ("é" * 300 + ".csv", "é" * 68 + "…" + "é" * 7 + ".csv"),
    ],
    ids=["plain", "place", "windows", "header", "direction", "none", "dots", "long"],
)  # fmt: skip
def test_a_file_name_is_shown_and_no_more(given: str | None, shown: str) -> None:
    assert shown_name(given) == shown
