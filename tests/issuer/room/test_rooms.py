"""The installation that tests of the room work in is what it says."""

from __future__ import annotations

import pytest
from sqlalchemy.event import listen

from tests.issuer.room.rooms import MILANO, TORINO, Rooms, a_member, an_invitation


def test_everybody_sees_their_own_organization_and_no_other(both: Rooms) -> None:
    for name in ("owner", "organizer", "viewer"):
        browser = both.browser(f"{name}@{MILANO}")

        assert "Python Milano" in browser.get(f"/room/{MILANO}").text
        assert browser.get(f"/room/{TORINO}").status_code == 404


def test_a_stranger_is_shown_the_door(rooms: Rooms) -> None:
    answer = rooms.browser().get(f"/room/{MILANO}")

    assert (answer.status_code, answer.location) == (302, f"/room/sign-in?next=/room/{MILANO}")


def test_a_form_is_sent_as_a_page_sends_it(rooms: Rooms) -> None:
    browser = rooms.browser(f"organizer@{MILANO}")

    answer = browser.submit(f"/room/{MILANO}/list")

    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["/room/account", f"/room/{MILANO}/members", "/room/organizations"])
def test_a_page_asks_three_questions_at_the_most_however_many_rows_there_are(rooms: Rooms, path: str) -> None:
    browser = rooms.browser(f"owner@{MILANO}")
    for _ in range(12):
        a_member(rooms, MILANO)
        an_invitation(rooms, MILANO)
        rooms.browser(f"owner@{MILANO}")
    asked: list[str] = []
    listen(rooms.office.database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    assert browser.get(path).status_code == 200

    assert 1 <= len([statement for statement in asked if statement.startswith("SELECT")]) <= 3
