"""The pages on who may come in: axe finds nothing, a phone shows all of it, and keys reach everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from issuer.accounts import changes, links
from issuer.accounts.links import Purpose, To
from issuer.models import User
from tests.browser.conftest import DESK, Pages, Visit, free_port, serving
from tests.browser.test_accessibility import violations
from tests.issuer.room.rooms import MILANO, PASSWORD, Rooms, rooms_at

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

NARROW = {"width": 360, "height": 740}
OUTSIDE = ["/room/sign-in", "/room/forgotten", "invitation", "password"]
INSIDE = ["/room/account", f"/room/{MILANO}/members", "/room/organizations"]
NEW = "grace.hopper.with.a.rather.long.name@mathematics.example.org"


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rooms]:
    port = free_port()
    made = rooms_at(tmp_path_factory.mktemp("rooms"), None, f"http://localhost:{port}")
    with serving(made.app, port):
        yield made
    made.office.close()


def token(rooms: Rooms, purpose: str) -> str:
    """Return the address of a new invitation, or of a new password."""

    def work(session: Any) -> str:
        if purpose == "invitation":
            to = To(organization_id=rooms.organizations[MILANO], email=NEW, role="viewer")
            return links.make(session, Purpose.INVITATION, to, rooms.clock.now)
        user = session.get_one(User, rooms.people[f"viewer@{MILANO}"].user_id)
        return changes.password_link(session, user, rooms.clock.now)

    return f"/room/{purpose}/{rooms.write(work)}"


def visit(rooms: Rooms, browsers: Any, path: str, viewport: dict[str, int]) -> Visit:
    """Open a page as a stranger, or as the owner where one has to be in."""
    pages = Pages(rooms.office.settings.base_url, browsers)
    if path not in INSIDE:
        return pages.visit(path if path.startswith("/") else token(rooms, path), viewport=viewport)
    token(rooms, "invitation")
    found = pages.visit(f"/room/sign-in?next={path}", viewport=viewport)
    found.page.fill("[name=email]", f"owner@{MILANO}.example")
    found.page.fill("[name=password]", PASSWORD)
    found.page.press("[name=password]", "Enter")
    found.page.wait_for_url(f"**{path}")
    return found


@pytest.mark.parametrize("viewport", [NARROW, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("path", OUTSIDE + INSIDE)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(
    rooms: Rooms, browsers: Any, axe: str, path: str, viewport: dict[str, int]
) -> None:
    rooms.clock.advance(minutes=10)
    found = visit(rooms, browsers, path, viewport)

    assert violations(found, axe) == []
    assert found.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert found.complaints == []


def test_an_invitation_is_made_with_the_keyboard_alone(rooms: Rooms, browsers: Any) -> None:
    rooms.clock.advance(minutes=10)
    page = visit(rooms, browsers, f"/room/{MILANO}/members", DESK).page
    page.focus("form.desk [name=email]")

    page.keyboard.type("ada@example.org")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_selector("#invitation-link")
    assert "/room/invitation/" in page.inner_text("#invitation-link")
    assert "Viewer" in page.inner_text("main")


def test_an_invitation_is_accepted_without_a_script(rooms: Rooms, browsers: Any, tmp_path: Path) -> None:
    rooms.clock.advance(minutes=10)
    pages = Pages(rooms.office.settings.base_url, browsers)
    found = pages.visit(token(rooms, "invitation"), java_script_enabled=False, locale="en-GB")

    found.page.fill("[name=name]", "Grace Rossi")
    found.page.fill("[name=password]", PASSWORD)
    found.page.click("form.desk button")

    assert found.page.inner_text("h1") == "Python Milano"
