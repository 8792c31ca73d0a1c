"""A list for an evening that was issued before shows what is different, and issues only what is new and ticked."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Final

import pytest
from sqlalchemy import select, update

from issuer import batch
from issuer.archive import award, batch_awards
from issuer.event import read_event
from issuer.models import Batch, Preparation, Reading
from issuer.work import issuing
from tests.issuer.preparing.evenings import drop, names, people
from tests.issuer.room.rooms import MILANO, TORINO, Browser, Rooms
from tests.issuer.web.conftest import EVENT

FIRST: Final = b"""guest_id,name,email,approval_status,checked_in_at
g-1,Ada Lovelace,ada@example.org,approved,2026-10-15 18:31
g-2,Grace Hopper,grace@example.org,approved,2026-10-15 18:32
g-3,Alan Turing,alan@example.org,approved,2026-10-15 18:33
"""
SECOND: Final = FIRST.replace(b"g-1,Ada Lovelace", b"g-1,Ada King").replace(b"g-3,Alan Turing,alan", b"g-4,Emmy,emmy")


@pytest.fixture
def browser(rooms: Rooms) -> Browser:
    return rooms.browser(f"organizer@{MILANO}")


def issued(rooms: Rooms, body: bytes = FIRST) -> str:
    """Issue an evening from a list; return the token of its first award."""
    event = read_event(EVENT.format(kind="attendance", language="it").encode(), None)
    now = rooms.clock() - timedelta(days=1)
    reserved = batch.reserve(rooms.office, event, people(rooms, drop(rooms, body)), now=now)
    signed = issuing.sign_batch(rooms.office, reserved.batch_id, now=now)
    assert signed.issued == 3
    return next(one.token for one in batch_awards(rooms.office, reserved.batch_id))


def second(browser: Browser, body: bytes = SECOND, slug: str = MILANO) -> str:
    answer = browser.submit(f"/room/{slug}/list", {"file": (BytesIO(body), "second.csv")})
    return str(answer.location)


def told(rooms: Rooms) -> dict:
    with rooms.office.database.reading() as session:
        return dict(session.scalars(select(Reading.told).order_by(Reading.id.desc()).limit(1)).one())


def test_a_newer_list_of_an_evening_is_noticed(rooms: Rooms, browser: Browser) -> None:
    issued(rooms)

    page = browser.get(second(browser)).text

    assert "2 of the first 3 people already have a certificate" in page


def test_another_organization_knows_nothing_of_it(rooms: Rooms) -> None:
    issued(rooms)
    stranger = rooms.browser(f"organizer@{TORINO}")

    page = stranger.get(second(stranger, slug=TORINO)).text

    assert "already" not in page


def test_only_who_is_new_gets_one(rooms: Rooms, browser: Browser) -> None:
    issued(rooms)
    here = second(browser)

    browser.submit(f"{here}/again")

    found = told(rooms)["again"]
    assert found["counts"] == {"new": 1, "unchanged": 1, "changed": 1, "gone": 1}
    assert [(one["before"], one["after"]) for one in found["changed"]] == [("Ada Lovelace", "Ada King")]
    assert found["gone"] == ["Alan Turing"]
    assert names(rooms, here.rpartition("/")[2]) == ["Emmy"]
    assert "has it already" in browser.get(f"{here}?show=no").text


def test_who_has_it_cannot_be_ticked_in(rooms: Rooms, browser: Browser) -> None:
    issued(rooms)
    here = second(browser)
    browser.submit(f"{here}/again")

    browser.submit(f"{here}/tick", {"shown": ["no.0.1-3"], "gets": ["no.0.1-3"]})

    assert names(rooms, here.rpartition("/")[2]) == ["Emmy"]
    assert told(rooms)["counts"]["in"] == 0


def test_who_was_ticked_in_before_it_was_known_that_they_have_it_gets_nothing_new(
    rooms: Rooms, browser: Browser
) -> None:
    issued(rooms)
    here = second(browser, SECOND.replace(b",2026-10-15 18:32", b","))
    browser.submit(f"{here}/tick", {"shown": ["no.0.1-3"], "gets": ["no.0.1-3"]})

    browser.submit(f"{here}/again")

    assert names(rooms, here.rpartition("/")[2]) == ["Emmy"]
    assert told(rooms)["counts"]["in"] == 0


def test_ticks_and_filters_go_on_to_count(rooms: Rooms, browser: Browser) -> None:
    issued(rooms)
    here = second(browser, SECOND + b"g-5,Hedy,hedy@example.org,approved,\n")
    browser.submit(f"{here}/again")

    browser.submit(f"{here}/tick", {"shown": ["yes.0.1-4"]})
    browser.submit(f"{here}/filter", {"who": "everyone"})

    assert names(rooms, here.rpartition("/")[2]) == ["Hedy"]
    assert told(rooms)["counts"]["out"] == 1


def test_a_ticked_name_is_corrected_under_the_same_address(rooms: Rooms, browser: Browser) -> None:
    token = issued(rooms)
    here = second(browser)
    browser.submit(f"{here}/again")

    answer = browser.submit(f"{here}/correct", {"token": token})

    assert answer.status_code == 303
    corrected = award(rooms.office, token)
    assert corrected is not None
    assert b"Ada King" in corrected.signed
    assert told(rooms)["again"]["counts"] == {"new": 1, "unchanged": 2, "changed": 0, "gone": 1}


def test_an_award_that_the_comparison_did_not_name_is_not_corrected(rooms: Rooms, browser: Browser) -> None:
    token = issued(rooms)
    here = second(browser)

    browser.submit(f"{here}/correct", {"token": token})

    unchanged = award(rooms.office, token)
    assert unchanged is not None
    assert b"Ada Lovelace" in unchanged.signed


def test_a_name_that_changed_in_a_list_without_ids_is_found_by_its_address(rooms: Rooms, browser: Browser) -> None:
    plain = b"Name,Email\nAda Lovelace,ada@example.org\nGrace Hopper,g@example.org\nAlan Turing,alan@example.org\n"
    issued(rooms, plain)
    here = second(browser, plain.replace(b"Ada Lovelace", b"Ada King"))

    browser.submit(f"{here}/again")

    assert told(rooms)["again"]["counts"] == {"new": 0, "unchanged": 2, "changed": 1, "gone": 0}


def test_the_comparison_is_left_be(rooms: Rooms, browser: Browser) -> None:
    issued(rooms)
    here = second(browser)
    browser.submit(f"{here}/again")

    browser.submit(f"{here}/again", {"off": "1"})

    assert names(rooms, here.rpartition("/")[2]) == ["Ada King", "Grace Hopper", "Emmy"]


def test_a_wording_chosen_later_brings_nobody_back_who_has_it(rooms: Rooms, browser: Browser) -> None:
    issued(rooms)
    here = second(browser)
    browser.submit(f"{here}/again")
    public_id = here.rpartition("/")[2]

    with rooms.office.database.writing() as session:
        preparation = session.scalars(select(Preparation).where(Preparation.public_id == public_id)).one()
        preparation.event = {"certificate": {"wording": "{{name}} {{guest_id}}"}}

    assert [(one.name, one.kept) for one in people(rooms, public_id)] == [("Emmy", {"guest_id": "g-4"})]


@pytest.mark.parametrize("deed", ["", "filter", "tick", "add", "merge"])
def test_what_was_issued_is_not_chosen_any_more(rooms: Rooms, browser: Browser, deed: str) -> None:
    issued(rooms)
    here = second(browser)
    with rooms.office.database.writing() as session:
        batch_id, public_id = session.execute(select(Batch.id, Batch.public_id)).one()
        session.execute(update(Preparation).values(batch_id=batch_id))
    sent = {"name": "Ada"} if deed == "add" else {"file": (BytesIO(FIRST + b"x"), "x.csv")} if deed == "merge" else {}

    answer = browser.submit(f"{here}/{deed}", sent) if deed else browser.get(here)

    assert answer.status_code == 303
    assert answer.location.endswith(f"/room/{MILANO}/batches/{public_id}")
