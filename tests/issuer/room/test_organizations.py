"""A second organization: founded by whoever runs the installation, and held if its name looks like another's."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from issuer.founding import RESERVED, slug_for
from issuer.models import Journal, Organization
from tests.issuer.room.rooms import MILANO, Rooms

PAGE = "/room/organizations/new"
CYRILLIC = "Pуthоn Milano"


def known(rooms: Rooms, slug: str) -> bool:
    with rooms.office.database.reading() as session:
        return session.scalars(select(Organization).where(Organization.slug == slug)).one().approved_at is not None


def test_an_operator_founds_another_and_owns_it(both: Rooms) -> None:
    browser = both.browser("operator")
    assert PAGE in browser.get("/room/organizations").text

    answer = browser.submit(PAGE, {"community": "Python Pisa"})

    assert answer.location == "/room/python-pisa"
    assert browser.get("/room/python-pisa/members").status_code == 200
    assert known(both, "python-pisa")
    assert both.browser(f"owner@{MILANO}").get("/room/python-pisa").status_code == 404


def test_nobody_else_founds_one_and_that_is_written_down(rooms: Rooms, capsys: pytest.CaptureFixture[str]) -> None:
    browser = rooms.browser(f"owner@{MILANO}")

    assert PAGE not in browser.get("/room/organizations").text
    assert browser.get(PAGE).status_code == 403
    assert browser.submit(PAGE, {"community": "Python Pisa"}).status_code == 403
    assert "not_allowed" in capsys.readouterr().out


@pytest.mark.parametrize("name", [CYRILLIC, "python milano", "Python  Milano", "PYTHON MILANO", "Pythοn Milano"])
def test_a_name_that_looks_like_anothers_is_not_taken_at_once(rooms: Rooms, name: str) -> None:
    answer = rooms.browser("operator").submit(PAGE, {"community": name})

    assert answer.status_code == 422
    assert "looks the same" in answer.text
    assert 'name="anyway"' in answer.text


def test_it_is_held_when_somebody_insists(rooms: Rooms) -> None:
    answer = rooms.browser("operator").submit(PAGE, {"community": CYRILLIC, "anyway": "1"})

    slug = answer.location.rpartition("/")[2]
    assert slug != MILANO
    assert not known(rooms, slug)
    with rooms.office.database.reading() as session:
        assert (
            session.scalars(select(Journal).where(Journal.action == "organization.founded")).one().detail["held"] == 1
        )


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_no_organization_takes_the_place_of_a_page(rooms: Rooms, word: str) -> None:
    assert slug_for(word, RESERVED) not in RESERVED


def test_an_organization_of_such_a_name_stands_beside_the_page(rooms: Rooms) -> None:
    answer = rooms.browser("operator").submit(PAGE, {"community": "Account"})

    assert answer.location == "/room/account-2"
    assert rooms.browser("operator").get("/room/account-2").status_code == 200


def test_every_word_that_stands_below_the_room_is_taken(rooms: Rooms) -> None:
    words = {rule.rule.split("/")[2] for rule in rooms.app.url_map.iter_rules() if rule.rule.startswith("/room/")}

    assert {word for word in words if "<" not in word} <= RESERVED


@pytest.mark.parametrize("name", ["", " ", "x" * 201, "Python\u202eMilano"])
def test_what_is_no_name_is_refused(rooms: Rooms, name: str) -> None:
    assert rooms.browser("operator").submit(PAGE, {"community": name}).status_code == 422
