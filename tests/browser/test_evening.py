"""From the link that `serve` prints to 47 certificates in five screens, and the next evening in four; by keyboard."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import DESK, Visit, free_port
from tests.browser.test_accessibility import violations

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

NARROW = {"width": 360, "height": 740}
SECONDS = 60.0
IDS = re.compile(r"/[a-z2-7]{26}(?=/|$)")


@dataclass
class Served:
    """A service that was really started, and the browser of its first owner."""

    url: str
    process: subprocess.Popen[str]
    context: Any
    screens: list[str] = field(default_factory=list)

    def page(self) -> Any:
        """Return a new page, whose screens are counted: the address of each, ids aside, once."""
        page = self.context.new_page()
        page.set_default_timeout(SECONDS * 1_000)
        self.screens.clear()
        page.on("domcontentloaded", lambda shown: self._note(shown.url))
        return page

    def _note(self, url: str) -> None:
        path = IDS.sub("/ID", url.removeprefix(self.url).partition("?")[0].partition("#")[0])
        if path not in self.screens:
            self.screens.append(path)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, browsers: Any) -> Iterator[Served]:
    """`attestato serve` with its worker, and an owner who has moved in through the first link."""
    folder, port = tmp_path_factory.mktemp("served"), free_port()
    url = f"http://localhost:{port}"
    given = {"DATA": str(folder / "data"), "PORT": str(port), "BASE_URL": url, "WORKERS": "1", "LANGUAGE": "en"}
    environ = {**os.environ, **{f"ATTESTATO_{name}": value for name, value in given.items()}}
    with (folder / "log").open("w+", encoding="utf-8") as log:
        command = [sys.executable, "-m", "issuer.cli", "serve"]
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log, text=True)
        context = browsers.new_context(viewport=DESK, locale="en-GB", accept_downloads=True)
        try:
            move_in(context, first_link(folder / "log", url))
            yield Served(url, process, context)
        finally:
            context.close()
            process.send_signal(signal.SIGTERM)
            process.wait(SECONDS)


def first_link(log: Path, url: str) -> str:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        found = re.search(rf"{url}/room/first/\S+", log.read_text("utf-8"))
        if found and _answers(url):
            return found[0]
        time.sleep(0.2)
    raise AssertionError(log.read_text("utf-8"))


def _answers(url: str) -> bool:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def move_in(context: Any, link: str) -> None:
    page = context.new_page()
    page.goto(link)
    said = {"name": "Chiara Bruni", "email": "chiara@example.org", "community": "Python Milano"}
    for name, text in (said | {"password": "una frase lunga e tranquilla"}).items():
        page.fill(f"[name={name}]", text)
    page.press("[name=community]", "Enter")
    page.wait_for_selector("[data-drop]")
    page.close()


def reach(page: Any, selector: str) -> None:
    """Press Tab until the focus is on what `selector` names."""
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"The keyboard does not reach {selector}.")


def drop(page: Any, served: Served, roster: Path) -> None:
    """Drop a list by the keyboard alone, and go on from what it says."""
    page.goto(f"{served.url}/room/python-milano")
    reach(page, ".drop input[type=file]")
    with page.expect_file_chooser() as chosen:
        page.keyboard.press("Space")
    chosen.value.set_files(roster)
    page.wait_for_selector("#go-on")
    reach(page, "#go-on")
    page.keyboard.press("Enter")


def write(page: Any, name: str, text: str) -> None:
    reach(page, f"[name={name}]")
    page.keyboard.type(text)


def issue(page: Any, people: int) -> None:
    """Issue by the keyboard alone, and wait for the end as the page tells it."""
    page.wait_for_selector("#preview img")
    assert f"Issue {people} certificates" in page.inner_text("main")
    reach(page, ".ask form > button")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-state=done]")
    assert f"{people} certificates issued" in page.inner_text("main")
    assert "sent" not in page.inner_text("main").lower().split()


def test_47_are_issued_in_five_screens_and_the_next_evening_in_four(served: Served, shared: Path) -> None:
    page = served.page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    drop(page, served, shared / "rosters" / "luma-guests.csv")
    page.wait_for_selector(".sheet-form")
    write(page, "name", "Serata Python: type hints")
    write(page, "date", "10102026")  # The same for those who begin with the day and for those who begin with the month.
    write(page, "place", "Milano")
    write(page, "signer1", "Chiara Bruni")
    page.keyboard.press("Enter")
    issue(page, 47)
    first = list(served.screens)

    again = served.page()
    drop(again, served, shared / "rosters" / "meetup-attendees.csv")
    again.wait_for_selector("[name=like]", state="attached")
    again.focus("[name=name]")
    write(again, "date", "11112026")
    again.keyboard.press("Enter")
    issue(again, 47)

    front, prepare, batches = (f"/room/python-milano{rest}" for rest in ("", "/prepare/ID", "/batches/ID"))
    assert first == [front, prepare, f"{prepare}/event", f"{prepare}/issue", batches]
    assert served.screens == [front, prepare, f"{prepare}/issue", batches]
    assert complaints == []


def test_each_page_of_the_way_is_for_everybody(served: Served, shared: Path, axe: str) -> None:
    page = served.page()
    drop(page, served, shared / "rosters" / "pretix-checkin-list.csv")
    page.wait_for_selector("#preview img, .sheet-form, [name=like]", state="attached")
    prepare = page.url.rpartition("/")[0]
    found = []
    for step in ("event?new=1", "issue", None):
        if step is None:
            page.click(".ask form > button")
            page.wait_for_selector("[data-state=done]")
        else:
            page.goto(f"{prepare}/{step}")
        for viewport in (NARROW, DESK):
            page.set_viewport_size(viewport)
            across = page.evaluate("document.documentElement.scrollWidth")
            found += [] if across <= viewport["width"] else [f"{step}: {across} across"]
            found += violations(Visit(page), axe)
        if step == "event?new=1":
            page.fill("[name=name]", "Una serata per tutti")
            page.fill("[name=date]", "2026-10-12")
            page.click(".sheet-form > .do button")
            page.wait_for_selector("#preview img")

    assert found == []


def test_the_whole_way_needs_no_script(served: Served, shared: Path, browsers: Any) -> None:
    state = served.context.storage_state()
    context = browsers.new_context(viewport=DESK, locale="en-GB", java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(f"{served.url}/room/python-milano")
    page.set_input_files("[data-drop] input[type=file]", shared / "rosters" / "indico-registrants.csv")
    page.click(".desk > button[type=submit]")
    page.click("#go-on")
    page.goto(f"{page.url.rpartition('/')[0]}/event?new=1")
    page.fill("[name=name]", "Senza script")
    page.fill("[name=date]", "2026-10-13")
    page.click(".sheet-form > .do button")
    page.click("text=With accents")
    page.click(".ask form > button")
    page.wait_for_selector("text=41 certificates issued", timeout=SECONDS * 1_000)

    assert page.locator("a[download]").count() == 3
    context.close()
