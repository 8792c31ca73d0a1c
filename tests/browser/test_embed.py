"""The award in a frame on a page of somebody else, as a browser shows it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.serving import make_server

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


class Elsewhere:
    """A page of somebody else: another origin, which frames what it likes."""

    def __init__(self) -> None:
        self.body = b""
        self.server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        self._thread = threading.Thread(target=self.server.serve_forever)
        self._thread.start()

    def _answer(self, _environ: Any, start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        return [self.body]

    def close(self) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    made = Elsewhere()
    yield made
    made.close()


def test_the_lines_of_the_page_show_the_award_on_another(site: Any, elsewhere: Elsewhere) -> None:
    page = site.browser.new_context(locale="it-IT").new_page()
    page.goto(f"{site.url}/c/{site.instance.good}")
    offered = page.locator("pre").all_text_contents()
    elsewhere.body = "".join(text for text in offered if "<iframe" in text or "<img" in text).encode()

    page.goto(elsewhere.url)
    framed = page.frame_locator("iframe")
    framed.locator("strong").wait_for()

    assert framed.locator("strong").text_content() == "Maria-Grazia Dell’Orto"
    assert framed.locator(".state b").text_content() == "Valido"
    assert framed.locator("a").get_attribute("href") == f"{site.url}/c/{site.instance.good}"
    assert page.evaluate("document.querySelector('img').naturalWidth") == 440
    page.context.close()


def test_the_page_itself_cannot_be_framed(site: Any, elsewhere: Elsewhere) -> None:
    page = site.browser.new_context().new_page()
    elsewhere.body = f'<iframe src="{site.url}/c/{site.instance.good}"></iframe>'.encode()

    page.goto(elsewhere.url)
    page.wait_for_timeout(500)

    assert page.frames[1].url.startswith("chrome-error:")
    page.context.close()
