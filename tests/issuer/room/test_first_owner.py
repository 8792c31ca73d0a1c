"""The first owner: a link that the machine prints, that works once, and for one."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import delete, func, select, update

from issuer.accounts import arrival, links
from issuer.accounts.links import Purpose, To
from issuer.models import Organization
from issuer.models.account import Membership, OneTimeLink, User
from tests.issuer.room.rooms import Rooms, rooms_at

MOVING = {"name": "Ada Rossi", "email": "Ada@Example.org", "password": "una frase lunga e tranquilla"}
COMMUNITY = {"community": "Python Pisa"}


@pytest.fixture
def bare(where: str | None, tmp_path: Path) -> Iterator[Rooms]:
    """An installation in which there is nobody and nothing yet."""
    made = rooms_at(tmp_path, where)
    with made.office.database.writing() as session:
        for table in (Membership, User, Organization):
            session.execute(delete(table))
    yield made
    made.office.close()


def link(rooms: Rooms) -> str:
    token = arrival.first_link(rooms.office.database, rooms.clock.now)
    assert token is not None
    return f"/room/first/{token}"


def count(rooms: Rooms, table: type) -> int:
    with rooms.office.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_first_owner_moves_in_and_stands_in_an_empty_room(bare: Rooms) -> None:
    browser = bare.browser()

    answer = browser.submit(link(bare), MOVING | COMMUNITY)

    assert answer.location == "/room"
    assert browser.get("/room").location == "/room/python-pisa"
    assert "Python Pisa" in browser.get("/room/python-pisa").text


def test_looking_at_the_link_uses_nothing_up(bare: Rooms) -> None:
    address = link(bare)

    for method in ("GET", "HEAD", "GET", "OPTIONS"):
        assert bare.browser().open(address, method=method).status_code == 200

    assert bare.browser().submit(address, MOVING | COMMUNITY).status_code == 302


def test_the_link_works_once(bare: Rooms) -> None:
    address = link(bare)
    assert bare.browser().submit(address, MOVING | COMMUNITY).status_code == 302

    late = bare.browser()

    assert late.get(address).status_code == 404
    assert late.submit(address, MOVING | COMMUNITY | {"email": "eve@example.org"}).status_code == 404
    assert count(bare, User) == 1


def test_no_link_is_made_once_there_is_an_owner(bare: Rooms) -> None:
    bare.browser().submit(link(bare), MOVING | COMMUNITY)

    assert arrival.first_link(bare.office.database, bare.clock.now) is None


def test_a_new_link_takes_the_place_of_the_one_before_and_ends_after_a_week(bare: Rooms) -> None:
    before, latest = link(bare), link(bare)

    assert bare.browser().get(before).status_code == 404
    assert bare.browser().get(latest).status_code == 200
    bare.clock.advance(days=7)
    assert bare.browser().get(latest).status_code == 404


def test_the_link_is_kept_as_a_hash_alone(bare: Rooms) -> None:
    token = link(bare).rpartition("/")[2]

    with bare.office.database.reading() as session:
        row = session.scalars(select(OneTimeLink)).one()

    assert row.digest == links.digest(token)
    assert token not in repr([getattr(row, column.name) for column in OneTimeLink.__table__.columns])


@pytest.mark.parametrize("doors", [1, 2], ids=["one link", "two links"])
def test_of_two_browsers_at_once_one_becomes_the_owner(bare: Rooms, doors: int) -> None:
    database, now, meet = bare.office.database, bare.clock.now, Barrier(2)
    with database.writing() as session:
        tokens = [links.keep(session, Purpose.FIRST, To(), now) for _ in range(doors)]

    def try_it(number: int) -> bool:
        newcomer = arrival.Newcomer(f"Number {number}", f"n{number}@example.org", "hash", "en")
        waits = iter([True])

        def work(session) -> bool:
            session.execute(select(User.id)).all()
            if next(waits, False) and not database.is_sqlite:
                meet.wait(30)  # Both have seen that nobody is here.
            return arrival.move_in(session, tokens[number % doors], newcomer, now) is not None

        return database.write(work)

    with ThreadPoolExecutor(2) as crew:
        told = sorted(crew.map(try_it, range(2)))

    assert told == [False, True]
    assert count(bare, User) == 1


def test_what_is_wrong_is_told_and_the_link_still_works(bare: Rooms) -> None:
    address = link(bare)

    answer = bare.browser().submit(address, MOVING | COMMUNITY | {"password": "short", "email": "ada"})

    assert answer.status_code == 422
    assert "This is no e-mail address." in answer.text
    assert 'value="Ada Rossi"' in answer.text
    assert bare.browser().submit(address, MOVING | COMMUNITY | {"password": "short"}).status_code == 422
    assert bare.browser().submit(address, MOVING | COMMUNITY).status_code == 302


def test_a_field_that_nobody_asked_for_is_refused(bare: Rooms) -> None:
    answer = bare.browser().submit(link(bare), MOVING | COMMUNITY | {"operator": "1"})

    assert answer.status_code == 422
    assert count(bare, User) == 0


def test_a_password_is_on_no_page_again(bare: Rooms) -> None:
    answer = bare.browser().submit(link(bare), MOVING | COMMUNITY | {"email": "ada", "password": "my secret words"})

    assert "my secret words" not in answer.text


def test_an_owner_who_comes_later_has_a_seat_in_what_was_issued_before(bare: Rooms) -> None:
    with bare.office.database.writing() as session:
        session.add(
            Organization(
                slug="python-pisa", did="did:web:badges.example:issuers:python-pisa", base_url="https://badges.example",
                language="it", facts={"name": "Python Pisa"}, created_at=bare.clock.now,
            )
        )  # fmt: skip
    browser, address = bare.browser(), link(bare)
    assert "Name of your community" not in browser.get(address).text

    browser.submit(address, MOVING)

    assert "Python Pisa" in browser.get("/room/python-pisa").text


def test_an_ended_or_used_link_is_forgotten_with_whom_it_was_for(bare: Rooms) -> None:
    with bare.office.database.writing() as session:
        links.make(session, Purpose.INVITATION, To(email="ada@example.org", role="viewer"), bare.clock.now)
        session.execute(update(OneTimeLink).values(used_at=bare.clock.now))

    with bare.office.database.writing() as session:
        links.make(session, Purpose.PASSWORD, To(), bare.clock.now)

    with bare.office.database.reading() as session:
        assert session.scalars(select(OneTimeLink.email)).all() == [None]
