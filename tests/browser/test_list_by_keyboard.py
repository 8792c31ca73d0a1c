"""A list is dropped, looked at and put right in the browser, by the keyboard alone; without JavaScript, too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from issuer.models import Batch
from issuer.office import migrate
from issuer.settings import Settings
from tests.browser.conftest import DESK, PHONE, Pages, Visit, free_port, serving
from tests.browser.test_accessibility import violations
from tests.issuer.preparing.evenings import CALL, DOOR
from tests.issuer.preparing.test_difference import SECOND, issued
from tests.issuer.room.rooms import MILANO, Rooms, rooms_at

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, browsers: Any) -> Iterator[tuple[Pages, Rooms]]:
    """An installation that a browser can reach, with people who have seats in it."""
    folder, port = tmp_path_factory.mktemp("room"), free_port()
    url = f"http://localhost:{port}"
    migrate(Settings.read({"ATTESTATO_DATA": str(folder / "data")}))
    rooms = rooms_at(folder, None, url)
    with serving(rooms.app, port):
        yield Pages(url, browsers), rooms
    rooms.office.close()


def enter(room: tuple[Pages, Rooms], who: str = f"organizer@{MILANO}", **options: Any) -> Any:
    """Open the organization's page as somebody who is signed in."""
    pages, rooms = room
    browser = rooms.browser(who)
    cookie = browser.get_cookie("attestato", domain="localhost") or next(iter(browser._cookies.values()))
    context = pages.context(locale="en-GB", **options)
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": pages.url}])
    page = context.new_page()
    page.goto(f"{pages.url}/room/{MILANO}")
    return page


def reach(page: Any, selector: str, key: str = "Tab") -> None:
    """Press a key until the focus is on what `selector` names."""
    for _ in range(400):
        page.keyboard.press(key)
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"The keyboard does not reach {selector}.")


def drop(page: Any, body: bytes, name: str) -> None:
    page.set_input_files(".drop input[type=file]", {"name": name, "mimeType": "text/csv", "buffer": body})
    if page.locator("[data-list]").count() == 0:
        page.wait_for_selector("[data-list]")


def test_a_list_is_put_right_by_the_keyboard_alone(shared: Path, room: tuple[Pages, Rooms]) -> None:
    from playwright.sync_api import expect

    page = enter(room)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    reach(page, ".drop input[type=file]")
    with page.expect_file_chooser() as chosen:
        page.keyboard.press("Space")
    chosen.value.set_files(shared / "rosters" / "luma-guests.csv")
    page.wait_for_selector("[data-list]")
    assert "47 get a certificate" in page.inner_text("#count")
    assert "60 people on the list, 47 checked in" in page.inner_text("main")

    reach(page, "#columns > summary")
    page.keyboard.press("Enter")
    reach(page, "#column-1-role")
    page.keyboard.type("ticket_name")
    reach(page, "#columns form button")
    page.keyboard.press("Enter")
    expect(page.locator(".people tbody td.small").first).to_have_text("Standard")
    assert page.input_value("#column-1-role") == "ticket_name"

    reach(page, "#repairs > summary")
    page.keyboard.press("Enter")
    reach(page, "#undo-1-7-capitals")
    page.keyboard.press("Enter")
    expect(page.locator("#undo-1-7-capitals")).to_have_text("Repair it")
    assert page.evaluate("document.activeElement.id") == "undo-1-7-capitals"
    assert "LUCA D'ANGELO" in page.inner_text(".people")

    reach(page, "#t-1-2", "Shift+Tab")
    page.keyboard.press("Space")
    expect(page.locator("#count")).to_have_text("46 get a certificate")
    assert page.evaluate("document.activeElement.id") == "t-1-2"
    reach(page, "#go-on", "Shift+Tab")
    assert complaints == []


def test_everything_works_without_javascript(room: tuple[Pages, Rooms]) -> None:
    page = enter(room, java_script_enabled=False)
    page.set_input_files(".drop input[type=file]", {"name": "door.csv", "mimeType": "text/csv", "buffer": DOOR})
    page.click(".desk > button[type=submit]")
    assert "3 get a certificate" in page.inner_text("#count")

    page.uncheck("#t-1-2")
    page.click("#keep-ticks")
    assert "2 get a certificate" in page.inner_text("#count")

    page.check("input[value=everyone]")
    page.click(".choose button")
    assert "3 get a certificate" in page.inner_text("#count")

    page.click("#lists > summary")
    page.set_input_files("#lists input[type=file]", {"name": "call.csv", "mimeType": "text/csv", "buffer": CALL})
    page.click("#lists button[type=submit]")
    assert "2 lists of one evening" in page.inner_text("h1")
    page.check(".pairs input >> nth=0")
    page.click("#merge-ticked")
    assert "is one person" in page.inner_text("#same")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_on_the_page_of_a_list(room: tuple[Pages, Rooms], axe: str, viewport: dict[str, int]) -> None:
    page = enter(room, viewport=viewport)
    drop(
        page,
        DOOR
        + b"Person %d,p@example.org,yes,,\n" % viewport["width"]
        + b"Mallory,no address,yes,,\nHEDY L,hedy@example.org,yes,,\nHedy L,h2@example.org,yes,,\n",
        "x",
    )
    page.set_input_files("#lists input[type=file]", {"name": "call.csv", "mimeType": "text/csv", "buffer": CALL})
    page.click("#lists > summary")
    page.click("#lists button[type=submit]")
    page.get_by_role("heading", name="2 lists of one evening").wait_for()

    assert violations(Visit(page), axe) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing_on_a_list_that_is_compared_with_what_was_issued(
    room: tuple[Pages, Rooms], axe: str, viewport: dict[str, int]
) -> None:
    with room[1].office.database.reading() as session:
        known = session.scalar(select(Batch.id))
    if known is None:
        issued(room[1])
    page = enter(room, viewport=viewport)
    drop(page, SECOND + b"g-9,Person %d,p@example.org,approved,2026-10-15 18:31\n" % viewport["width"], "second.csv")
    page.click("#again button")
    page.locator("#again .figures").wait_for()

    assert violations(Visit(page), axe) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
