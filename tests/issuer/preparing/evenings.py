"""Lists, and what tests do with them."""

from __future__ import annotations

from typing import Final

from issuer.preparing import changing, kept, store
from issuer.preparing.changing import Change
from issuer.preparing.people import people_of
from issuer.preparing.store import Dropped, Who
from issuer.roster.model import Recipient
from tests.issuer.room.rooms import MILANO, Rooms

DOOR: Final = b"""Name,Email,Attended,Role,Ticket type
Ada Lovelace,ada@example.org,yes,speaker,Standard
GRACE HOPPER,grace@example.org,yes,,Student
Alan Turing,,yes,,Standard
Emmy Noether,emmy@example.org,no,,Standard
"""
CALL: Final = b"""Name,Email,Minutes
Ada King Lovelace,ada@example.org,95
Grace Hopper,grace@example.org,12
Hedy Lamarr,hedy@example.org,80
"""


def who(rooms: Rooms, slug: str = MILANO) -> Who:
    return Who(rooms.organizations[slug], rooms.people[f"organizer@{slug}"].user_id)


def drop(rooms: Rooms, body: bytes = DOOR, name: str = "door.csv", slug: str = MILANO) -> str:
    return store.begin(rooms.office.database, who(rooms, slug), Dropped(body, name), rooms.clock())


def change(rooms: Rooms, public_id: str, do: Change) -> None:
    assert changing.change(rooms.office.database, rooms.organizations[MILANO], public_id, do, rooms.clock())


def people(rooms: Rooms, public_id: str) -> tuple[Recipient, ...]:
    with rooms.office.database.reading() as session:
        preparation = store.load(session, rooms.organizations[MILANO], public_id)
        assert preparation is not None
        return people_of(preparation, kept.uploads(session, preparation))


def names(rooms: Rooms, public_id: str) -> list[str]:
    return [person.name for person in people(rooms, public_id)]
