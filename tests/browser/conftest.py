"""A browser, an installation it can reach, and a verifier for whom a small world of documents is the network."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from keys.key import Algorithm, PrivateKey
from tests.conftest import NOW, missing
from tests.issuer.web.conftest import Instance, instance_at
from tests.verifier.published import DID, World, in_order
from tests.verifier.test_web import desk
from verifier.web import health, site, verify

ROOT = Path(__file__).parents[2]
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
AXE = ROOT / ".venv" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
STRANGE = PrivateKey.generate(Algorithm.EDDSA)
"""A key that no issuer of the tests publishes."""
Prepare = Callable[[Any], None]
OPENED: list[Any] = []
"""What the test that is running has opened."""
LENT: list[Callable[[], None]] = []
"""How to take back each page that the test that is running was lent."""
IDLE: defaultdict[str, list[Any]] = defaultdict(list)
"""Pages that a test has left as it found them, by their browser and its options: a new one costs five times as much."""
IDLE_AT_MOST = 3
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@dataclass
class Visit:
    """One page in the browser, and everything it complained of or asked for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def listen(self) -> Callable[[], None]:
        """Note what the page complains of and asks for; return how to note no more."""
        heard = {
            "console": lambda message: self.complaints.append(message.text),
            "pageerror": lambda error: self.complaints.append(str(error)),
            "request": lambda asked: self.asked.append(asked.url),
        }
        for event, hear in heard.items():
            self.page.on(event, hear)

        def deaf() -> None:
            for event, hear in heard.items():
                self.page.remove_listener(event, hear)

        return deaf

    def second(self) -> tuple[str, list[str]]:
        """Return how the second check ended, and the codes of what it found, `code:fact` where it is about one."""
        line = self.page.locator("#second[data-done]:not(.busy)")
        line.wait_for(state="attached")
        return str(line.get_attribute("data-done")), str(line.get_attribute("data-codes")).split()

    def said(self) -> str:
        """Return what the page says of the second check."""
        return str(self.page.locator("#second").inner_text())


@dataclass(frozen=True)
class Pages:
    """Pages that a browser can reach at `url`."""

    url: str
    browser: Any

    def context(self, kept: bool = False, **options: Any) -> Any:
        """Return a browser of its own, whose clock says what the server's says; closed after the test unless `kept`."""
        made = self.browser.new_context(**{"viewport": DESK, "locale": "it-IT", **options})
        made.clock.set_fixed_time(NOW)
        if not kept:
            OPENED.append(made)
        return made

    def lend(self, options: dict[str, Any]) -> Any:
        """Return a page that shows nothing, remembers nothing and keeps nothing; to be given back after the test."""
        idle = IDLE[f"{id(self.browser)} {sorted(({'viewport': DESK} | options).items())}"]
        if idle:
            page = idle.pop()
        else:
            page = self.context(kept=True, **options).new_page()
            page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})

        def take_back() -> None:
            if len(idle) == IDLE_AT_MOST:
                page.context.close()
                return
            page.unroute_all(behavior="ignoreErrors")
            page.goto("about:blank")
            page.context.clear_cookies()
            page.emulate_media(media="null", color_scheme="light", reduced_motion=options.get("reduced_motion", "null"))
            idle.append(page)

        LENT.append(take_back)
        return page

    def visit(self, path: str, prepare: Prepare | None = None, **options: Any) -> Visit:
        """Open a page of ours, once `prepare` has seen it; in a `fresh` browser where it changes more than routes."""
        fresh = options.pop("fresh", False) or options.keys() & {"kept", "permissions"}
        visit = Visit(self.context(**options).new_page() if fresh else self.lend(options))
        deaf = visit.listen()
        if not fresh:
            LENT.append(deaf)
        if prepare is not None:
            prepare(visit.page)
        visit.page.goto(self.url + path, wait_until="load")
        return visit

    def hand_in(self, data: bytes, prepare: Prepare | None = None, **options: Any) -> Visit:
        """Open the verifier and give it a file; return once the report is there."""
        visit = self.visit("/verify", prepare, **options)
        file = {"name": "award.json", "mimeType": "application/json", "buffer": data}
        visit.page.set_input_files("[data-drop] input[type=file]", file)
        if not options.get("java_script_enabled", True):
            visit.page.click(".desk > button[type=submit]")
        visit.page.wait_for_selector(".report")
        visit.page.wait_for_load_state("load")
        return visit


@dataclass(frozen=True)
class Site(Pages):
    """An installation that a browser can reach."""

    instance: Instance


@dataclass(frozen=True)
class Stranger(Pages):
    """A verifier alone, whose network is `world`."""

    world: World


def altered(pattern: str, change: Callable[[str], str]) -> Prepare:
    """Let `change` rewrite the server's answer at `pattern` on its way to the browser; it must change something."""

    def rewrite(route: Any) -> None:
        if route.request.method == "GET" and route.request.url.endswith("/verify"):
            route.continue_()
            return
        answer = route.fetch()
        before = answer.text()
        after = change(before)
        assert after != before
        route.fulfill(response=answer, body=after)

    return lambda page: page.route(re.compile(pattern), rewrite)


@pytest.fixture(scope="session")
def browsers() -> Iterator[Any]:
    """Debian's Chromium."""
    if not Path(CHROMIUM).exists():
        missing("Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def give_back() -> None:
    """Give back what was lent; who looks at many pages, one after the other, needs one."""
    while LENT:
        LENT.pop()()


@pytest.fixture(autouse=True)
def _leave_nothing_open() -> Iterator[None]:
    yield
    give_back()
    while OPENED:
        OPENED.pop().close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility engine, as a script."""
    if not AXE.exists():
        missing("axe-core (tools/npm/setup installs it)")
    return AXE.read_text("utf-8")


def free_port() -> int:
    probe = make_server("127.0.0.1", 0, lambda _environ, _start: [])
    probe.server_close()
    return int(probe.server_port)


@contextmanager
def serving(app: Flask, port: int) -> Iterator[None]:
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session", name="site")
def _site(tmp_path_factory: pytest.TempPathFactory, browsers: Any) -> Iterator[Site]:
    """The pages on a port of this machine."""
    port = free_port()
    url = f"http://localhost:{port}"
    instance = instance_at(tmp_path_factory.mktemp("browser"), url)
    with serving(instance.app, port):
        yield Site(url, browsers, instance)
    instance.office.close()


@contextmanager
def strange_verifier(documents: dict[str, bytes], known: dict[str, str]) -> Iterator[tuple[str, World]]:
    """A verifier alone, for whom `documents` are the network."""
    port, world = free_port(), World(documents)
    url = f"http://localhost:{port}"
    app = site.new_app(base_url=url, practice=False, default_language="en")
    app.register_blueprint(verify.blueprint(desk(world, known)))
    health.install(app, health.Numbers(), lambda: None)
    with serving(app, port):
        yield url, world


@pytest.fixture(scope="session")
def acquainted(browsers: Any) -> Iterator[Stranger]:
    """A verifier that knows the issuer of the tests."""
    with strange_verifier(in_order().documents, {DID: "Python Milano"}) as (url, world):
        yield Stranger(url, browsers, world)


@pytest.fixture(scope="session")
def stranger(browsers: Any) -> Iterator[Stranger]:
    """A verifier that knows nobody."""
    with strange_verifier(in_order().documents, {}) as (url, world):
        yield Stranger(url, browsers, world)
