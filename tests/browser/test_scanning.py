"""A QR code in front of the camera, or on a photo, leads to its report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import segno

from templates import sentence
from tests.browser.conftest import ARGUMENTS, CHROMIUM, PHONE, Site
from tests.conftest import missing

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

WIDTH, HEIGHT = 640, 480


def film(folder: Path, text: str) -> Path:
    """A film of one second of a sheet of paper with the code of `text` on it, as Chromium's camera may be."""
    rows = list(segno.make(text, error="m").matrix_iter(scale=8, border=4))
    light = bytearray(b"\xc8" * WIDTH * HEIGHT)
    for y, row in enumerate(rows[: HEIGHT - 20], 20):
        for x, dark in enumerate(row[: WIDTH - 100], 100):
            light[y * WIDTH + x] = 30 if dark else 230
    frame = b"FRAME\n" + bytes(light) + b"\x80" * (WIDTH * HEIGHT // 2)
    path = folder / "camera.y4m"
    path.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 10)
    return path


@pytest.fixture(scope="module")
def filming(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same pages, in a browser whose camera sees the code of an award."""
    if not Path(CHROMIUM).exists():
        missing("Chromium")
    seen = film(tmp_path_factory.mktemp("film"), f"{site.url}/c/{site.instance.good}")
    camera = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={seen}"]
    browser = site.browser.browser_type.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *camera])
    yield Site(site.url, browser, site.instance)
    browser.close()


def test_a_code_before_the_camera_is_read_and_checked(filming: Site) -> None:
    visit = filming.visit("/verify", viewport=PHONE, permissions=["camera"])

    visit.page.click("[data-start]")
    visit.page.wait_for_selector(".report .verdict.valid")

    assert "Maria-Grazia Dell’Orto" in visit.page.inner_text("h1")
    assert [url for url in visit.asked if not url.startswith(filming.url)] == []
    assert visit.complaints == []


def test_no_picture_of_the_camera_leaves_the_browser(filming: Site) -> None:
    sent: list[Any] = []
    visit = filming.visit(
        "/verify",
        lambda page: page.on("request", lambda asked: sent.append(asked.post_data_buffer)),
        permissions=["camera"],
    )

    visit.page.click("[data-start]")
    visit.page.wait_for_selector(".report")

    bodies = [body for body in sent if body]
    assert len(bodies) == 1
    assert len(bodies[0]) < 1_000


def test_the_camera_can_be_stopped_with_the_keyboard(filming: Site) -> None:
    visit = filming.visit("/verify", permissions=["camera"])
    visit.page.evaluate("globalThis.jsQR = () => null")

    visit.page.focus("[data-start]")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_selector("[data-stop]:focus")
    running = visit.page.evaluate("document.querySelector('video').srcObject.getTracks()[0]")
    visit.page.keyboard.press("Enter")

    assert running is not None
    assert visit.page.evaluate("document.querySelector('video').srcObject") is None
    assert visit.page.evaluate("document.activeElement.matches('[data-start]')")


def test_who_is_refused_the_camera_is_told_what_else_there_is(site: Site) -> None:
    visit = site.visit("/verify")

    visit.page.click("[data-start]")
    visit.page.wait_for_selector("[data-told]:not(:empty)")

    assert visit.page.inner_text("[data-told]") == sentence("page.scan.denied", "it")
    assert visit.page.locator("[data-start]").is_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_photo_of_the_code_goes_to_the_server(site: Site, script: bool, tmp_path: Path) -> None:
    segno.make(f"{site.url}/c/{site.instance.good}", error="m").save(str(tmp_path / "photo.png"), scale=8, border=4)
    visit = site.visit("/verify", java_script_enabled=script)

    visit.page.set_input_files("[data-photo]", tmp_path / "photo.png")
    if not script:
        visit.page.click("[data-send]")
    visit.page.wait_for_selector(".report .verdict.valid")

    assert "Maria-Grazia Dell’Orto" in visit.page.inner_text("h1")


def test_only_the_page_that_scans_may_use_the_camera(site: Site) -> None:
    client = site.instance.client()

    scanning, others = client.get("/verify"), [client.get(path) for path in ("/", f"/c/{site.instance.good}")]

    assert "camera=(self)" in scanning.headers["Permissions-Policy"]
    assert all("camera=()" in other.headers["Permissions-Policy"] for other in others)
    assert "script-src 'self'" in scanning.headers["Content-Security-Policy"]
    assert "connect-src 'self';" in scanning.headers["Content-Security-Policy"]
