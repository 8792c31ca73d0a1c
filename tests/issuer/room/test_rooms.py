"""The installation that tests of the room work in is what it says."""

from __future__ import annotations

from tests.issuer.room.rooms import MILANO, TORINO, Rooms


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
