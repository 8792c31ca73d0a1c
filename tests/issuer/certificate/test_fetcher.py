"""A certificate loads nothing but its own assets (SECURITY.md, F4 and F5)."""

from __future__ import annotations

import socket
import threading
from base64 import b64encode
from contextlib import suppress

import pytest
from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError, URLFetchingError

from issuer.certificate import sheet
from issuer.certificate.fetcher import Assets, ResourceRefused
from issuer.certificate.fonts import configuration
from issuer.certificate.picture import rasterise
from issuer.certificate.press import sheets
from issuer.certificate.render import render_batch
from issuer.certificate.sheet import page

SECRET = b"canary-0b8f2d"
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9">{}</svg>'
)


def inline(address):
    drawing = DRAWING.format(f'<image width="9" height="9" xlink:href="{address}"/>')
    return b64encode(drawing.encode()).decode()


VECTORS = {
    "img": lambda a: f'<img src="{a}">',
    "picture": lambda a: f'<picture><source srcset="{a}"><img src="{a}"></picture>',
    "link css": lambda a: f'<link rel="stylesheet" href="{a}">',
    "@import": lambda a: f'<style>@import url("{a}");</style>',
    "@font-face": lambda a: f'<style>@font-face{{font-family:x;src:url("{a}")}}p{{font-family:x}}</style><p>x',
    "background": lambda a: f'<p style="background:url({a})">x',
    "content": lambda a: f'<style>p::before{{content:url("{a}")}}</style><p>x',
    "list-style-image": lambda a: f'<ul style="list-style-image:url({a})"><li>x</ul>',
    "border-image": lambda a: f'<p style="border:9px solid;border-image:url({a}) 1">x',
    "object": lambda a: f'<object data="{a}"></object>',
    "embed": lambda a: f'<embed src="{a}">',
    "svg image": lambda a: DRAWING.format(f'<image width="9" height="9" xlink:href="{a}"/>'),
    "svg image in data": lambda a: f'<img src="data:image/svg+xml;base64,{inline(a)}">',
    "svg use": lambda a: DRAWING.format(f'<use xlink:href="{a}#x"/>'),
    "link attachment": lambda a: f'<link rel="attachment" href="{a}">',
    "a attachment": lambda a: f'<a rel="attachment" href="{a}">x</a>',
    "base": lambda a: f'<base href="{a}"><img src="x.png">',
    "body background": lambda a: f'<body background="{a}">x',
    "@color-profile": lambda a: (
        f'<style>@color-profile --x{{src:url("{a}")}}</style><p style="color:color(--x 0 1 0)">x'
    ),
}


@pytest.fixture
def canary():
    """An address on loopback, and the list of those who came."""
    visits: list[str] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    stop = threading.Event()

    def listen():
        while not stop.is_set():
            try:
                client, _ = server.accept()
            except TimeoutError:
                continue
            visits.append("a visit")
            client.close()

    thread = threading.Thread(target=listen)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/x", visits
    stop.set()
    thread.join()
    server.close()


def printed(markup, assets):
    html = HTML(string=f"<html lang=it>{markup}", base_url="asset:", url_fetcher=assets)
    return html.write_pdf(font_config=configuration(), uncompressed_pdf=True, presentational_hints=True)


def test_the_canary_notices_a_visitor(canary):
    address, visits = canary

    socket.create_connection(("127.0.0.1", int(address.split(":")[2].split("/")[0]))).close()

    for _ in range(50):
        if visits:
            break
        threading.Event().wait(0.05)
    assert visits


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_no_way_of_loading_reaches_the_network(vector, canary):
    address, visits = canary
    assets = Assets({})

    with suppress(URLFetchingError, FatalURLFetchingError):
        printed(vector(address), assets)

    assert visits == []


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
def test_no_way_of_loading_reaches_a_file(vector, tmp_path):
    secret = tmp_path / "secret.css"
    secret.write_bytes(b"p::after{content:'" + SECRET + b"'}")
    assets = Assets({})

    try:
        body = printed(vector(secret.as_uri()), assets)
    except (URLFetchingError, FatalURLFetchingError):
        body = b""

    assert SECRET not in body


@pytest.mark.parametrize("name", ["img", "background", "link css", "@font-face", "svg image in data"])
def test_a_refusal_is_loud(name, canary):
    address, _ = canary
    assets = Assets({})

    with suppress(URLFetchingError, FatalURLFetchingError):
        printed(VECTORS[name](address), assets)

    with pytest.raises(ResourceRefused):
        assets.check()


def test_what_is_ours_is_served():
    assets = Assets({"asset:x": ("image/svg+xml", DRAWING.format('<rect width="9" height="9"/>').encode())})

    printed('<img src="asset:x" alt="x">', assets)

    assets.check()
    assert assets.fetch("asset:x").read().startswith(b"<svg")
    assert assets.fetch("data:text/plain,hello").read() == b"hello"


@pytest.mark.parametrize(
    "address", ["asset:y", "file:///etc/passwd", "http://127.0.0.1/", "FILE:/etc/passwd", "ftp://x/", "//x"]
)
def test_what_is_not_ours_is_refused(address):
    assets = Assets({"asset:x": ("text/plain", b"x")})

    with pytest.raises(FatalURLFetchingError):
        assets.fetch(address)
    with pytest.raises(ResourceRefused):
        assets.check()


def test_a_picture_that_asks_for_another_is_not_rasterised(canary):
    address, visits = canary

    with pytest.raises(ResourceRefused):
        rasterise(DRAWING.format(f'<image width="9" height="9" xlink:href="{address}"/>').encode(), 50)
    assert visits == []


@pytest.mark.parametrize("name", ["img", "@color-profile", "@import", "content"])
def test_a_refused_resource_fails_its_own_certificate_and_no_other(name, canary, make, monkeypatch):
    address, visits = canary
    one, bad, three = (make(name="Ada", issuer=issuer) for issuer in ("One", "Bad", "Three"))

    def poisoned(of, *rest):
        html = page(of, *rest)
        return html.replace("</body>", VECTORS[name](address) + "</body>") if of.issuer == "Bad" else html

    for where in (sheet, sheets):
        monkeypatch.setattr(where, "page", poisoned)

    done = list(render_batch([one, bad, three]))

    assert [item.pdf is not None for item in done] == [True, False, True]
    assert done[1].fault is not None
    assert done[1].fault.code == "render_failed"
    assert visits == []


def test_a_style_sheet_cannot_load_either(canary):
    address, visits = canary
    assets = Assets({})

    with suppress(URLFetchingError, FatalURLFetchingError):
        CSS(string=f'@import url("{address}");', url_fetcher=assets, font_config=configuration())

    with pytest.raises(ResourceRefused):
        assets.check()
    assert visits == []
