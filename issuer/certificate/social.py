"""The picture that is shown where a credential's link is shared: 1200 by 630 pixels, by the laws of the pages."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import Final

from PIL import Image
from weasyprint import CSS, HTML

from issuer.art.colour import readable, tint
from issuer.art.rosette import rosette
from issuer.certificate import preview
from issuer.certificate.fetcher import Assets
from issuer.certificate.fonts import PRESS, SANS, SERIF, configuration

WIDTH: Final = 1200
PAPER: Final = "#faf8f4"
WINE: Final = "#7a1f2b"
SIZES: Final = ((16, 112), (32, 96), (52, 72), (90, 54))
"""Most letters of a name, and the pixels it then has; a longer one has the last."""


@dataclass(frozen=True)
class Words:
    """What stands on the picture; `practice` is empty unless the installation is for practice."""

    name: str
    title: str
    event: str
    line: str
    seal: str
    practice: str = ""


def png(words: Words, seed: str, colour: str | None) -> bytes:
    """Return the picture as a PNG; `seed` draws the event's rosette, `colour` is the organization's."""
    accent = readable(colour or WINE, PAPER)
    html = HTML(string=_html(words, seed, accent), base_url="asset:", url_fetcher=Assets({}))
    with PRESS:
        css = CSS(string=_css(words, accent), font_config=configuration(), url_fetcher=Assets({}))
        sheet = html.write_pdf(stylesheets=[css], font_config=configuration()) or b""
    return _small(preview.png(sheet, WIDTH))


def _small(picture: bytes) -> bytes:
    """Return the same picture with a palette: two inks on one paper need no more, and pages load it from afar."""
    out = BytesIO()
    Image.open(BytesIO(picture)).convert("RGB").quantize(96).save(out, "PNG", optimize=True)
    return out.getvalue()


def _html(words: Words, seed: str, accent: str) -> str:
    pale = rosette(seed, tint(accent, PAPER, 0.22), weight=1.9)
    practice = f'<p class="practice">{escape(words.practice)}</p>' if words.practice else ""
    return (
        f'<img class="pale" src="{_address(pale)}">'
        f'<div><p class="title">{escape(words.title)}</p><h1 dir="auto">{escape(words.name)}</h1>'
        f'<p class="event">{escape(words.event)}</p></div>'
        f'<p class="line">{escape(words.line)}</p><p class="mark">{escape(words.seal)}</p>{practice}'
    )


def _address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def _css(words: Words, accent: str) -> str:
    size = next((size for most, size in SIZES if len(words.name) <= most), SIZES[-1][1])
    return f"""
    @page {{ size: 1200px 630px; margin: 0; background: {PAPER} }}
    body {{ margin: 0; color: #1d1b20; font-family: Inter, {SANS} }}
    p, h1 {{ margin: 0 }}
    div {{ position: absolute; left: 80px; top: 84px; width: 880px }}
    .pale {{ position: absolute; width: 860px; height: 860px; left: 680px; top: -115px }}
    .title {{ color: {accent}; font-size: 34px; font-weight: 600; letter-spacing: -.01em }}
    h1 {{ text-align: left; margin: 22px 0 30px; font: 500 {size}px/1.02 EB Garamond, {SERIF}; letter-spacing: -.01em }}
    .event {{ font-size: 32px; font-weight: 600; line-height: 1.25; max-height: 80px; overflow: hidden; width: 720px }}
    .line, .mark {{ position: absolute; left: 80px; color: #5a5560 }}
    .line {{ bottom: 94px; font-size: 26px }}
    .mark {{ bottom: 56px; font-size: 22px }}
    .practice {{ position: absolute; top: 0; left: 0; width: 1200px; background: #5b6069; color: #fff;
                 text-align: center; font-size: 22px; font-weight: 600; line-height: 40px }}
    """
