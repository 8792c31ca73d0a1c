"""Prints that are no certificates, such as name badges: by the same faces, and from the same closed world."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from weasyprint import CSS, HTML

from issuer.certificate.fetcher import Assets
from issuer.certificate.fonts import PRESS, configuration


def leaflet(html: str, style: str, assets: Mapping[str, tuple[str, bytes]]) -> bytes:
    """Return a page with its style sheet as PDF; `assets` are all that it may load, media type and bytes by id.

    Raises ResourceRefused where it asks for more.
    """
    fetcher = Assets(assets)
    with PRESS:
        page = HTML(string=html, base_url="asset:", url_fetcher=fetcher)
        document = page.render(font_config=configuration(), stylesheets=[_css(style)])
        fetcher.check()
        made = bytes(document.write_pdf())
        document.fonts.clear()  # Their files are copies, and a document is freed only when a circle is found.
    return made


@lru_cache(maxsize=8)
def _css(style: str) -> CSS:
    return CSS(string=style, font_config=configuration(), url_fetcher=Assets({}))
