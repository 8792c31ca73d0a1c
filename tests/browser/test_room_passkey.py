"""A passkey in a real browser, with a device that the browser plays (CDP, WebAuthn)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import Pages, free_port, serving
from tests.issuer.room.rooms import MILANO, PASSWORD, Rooms, rooms_at

pytestmark = pytest.mark.browser
EMAIL = f"organizer@{MILANO}.example"


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Rooms]:
    port = free_port()
    made = rooms_at(tmp_path, None, f"http://localhost:{port}")
    with serving(made.app, port):
        yield made
    made.office.close()


@pytest.fixture
def page(rooms: Rooms, browsers: Any) -> Any:
    """A page at the door, in a browser with a device that asks its user, who always says yes."""
    made = Pages(rooms.office.settings.base_url, browsers).visit("/room/sign-in", locale="en-GB", fresh=True)
    line = made.page.context.new_cdp_session(made.page)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    line.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return made


def with_password(page: Any) -> None:
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("form.desk button[type=submit]")
    page.wait_for_url(lambda url: urlsplit(url).path == f"/room/{MILANO}")


def test_a_passkey_that_is_added_signs_in_without_a_password(rooms: Rooms, page: Any) -> None:
    with_password(page.page)
    page.page.goto(f"{rooms.office.settings.base_url}/room/account")
    page.page.fill("[name=passkey_name]", "Laptop")
    page.page.click("[data-passkey=create] button")
    page.page.wait_for_url("**/room/account?done=passkey")
    assert "Laptop" in page.page.inner_text("main")
    page.page.context.clear_cookies()

    page.page.goto(f"{rooms.office.settings.base_url}/room/{MILANO}")
    page.page.click("[data-passkey=get] button")
    page.page.wait_for_url(lambda url: urlsplit(url).path == f"/room/{MILANO}")

    assert "Python Milano" in page.page.inner_text("h1")
    assert page.complaints == []


def test_a_browser_without_the_key_says_so_and_stays_at_the_door(rooms: Rooms, page: Any) -> None:
    page.page.route("**/room/passkey/options", lambda route: route.abort())

    page.page.click("[data-passkey=get] button")

    page.page.wait_for_selector("[data-failed]:not([hidden])")
    assert page.page.url.endswith("/room/sign-in")


def test_without_a_script_there_is_no_button_that_does_nothing(rooms: Rooms, browsers: Any) -> None:
    visit = Pages(rooms.office.settings.base_url, browsers).visit("/room/sign-in", java_script_enabled=False)

    assert not visit.page.is_visible("[data-passkey]")
    assert visit.page.is_visible("[name=password]")
