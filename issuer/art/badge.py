"""The badge picture of an achievement whose organizer has none: the event's rosette around its name."""

from __future__ import annotations

from functools import lru_cache
from math import pi
from typing import Final

from issuer.art.colour import contrast, from_lch, readable, to_lch
from issuer.art.rosette import lines
from issuer.certificate.fonts import SANS
from issuer.certificate.measure import Face, width
from issuer.certificate.outline import EM, outlines
from issuer.certificate.picture import rasterise

SIZE: Final = 1000
"""Side of the drawing in its own units."""

PAPER: Final = "#fdfbf6"

_NAME: Final = Face(f"Inter, {SANS}", 600, tracking=-0.012)
_RIM: Final = Face(f"Inter, {SANS}", 600, tracking=0.09)
_PLATE: Final = 262.0
_LARGEST: Final = 128.0
_WORTH_A_LINE: Final = 1.3
"""How much larger the name must become before it takes another line."""

_LEADING: Final = 1.12
_RIM_RADIUS: Final = 437.0
_RIM_SIZE: Final = 38.0
_RIM_ARC: Final = 0.78 * pi
_CAP: Final = 0.727


@lru_cache(maxsize=128)
def badge_svg(name: str, issuer: str, colour: str, seed: str, date: str) -> bytes:
    """Return the badge as SVG, SIZE by SIZE, texts as outlines: what it says is also its title, for those who listen.

    The name is set as large as the plate in the middle allows, for it has to be read at 96 pixels; issuer and date
    follow the rim. `colour` is `#rrggbb`, darkened until the paper on it is legible.
    """
    ground = _deep(colour)
    lace = from_lch((min(to_lch(ground)[0] + 0.17, 0.9), to_lch(ground)[1], to_lch(ground)[2]))
    body = (
        f'<circle cx="500" cy="500" r="496" fill="{ground}"/>'
        f'<circle cx="500" cy="500" r="478" fill="none" stroke="{PAPER}" stroke-width="3"/>'
        f'<g transform="translate(500 500) scale(0.79)">{lines(seed, lace, 2.6)}</g>'
        f'<circle cx="500" cy="500" r="{_PLATE + 22:g}" fill="{ground}"/>'
        f'<circle cx="500" cy="500" r="{_PLATE + 8:g}" fill="{PAPER}"/>'
        f'<g fill="{readable(ground, PAPER, 7)}">{_plate(name)}</g>'
        f'<g fill="{PAPER}">{_arc(issuer, top=True)}{_arc(date, top=False)}</g>'
    )
    title = _escaped(" · ".join(part for part in (name, issuer, date) if part))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}"'
        ' role="img">'
        f"<title>{title}</title>{body}</svg>"
    ).encode()


def badge_png(svg: bytes, size: int) -> bytes:
    """Return a badge as PNG, `size` pixels a side, transparent outside of the drawing."""
    return rasterise(svg, size)


def _deep(colour: str) -> str:
    lightness, chroma, hue = to_lch(colour)
    deep = from_lch((min(lightness, 0.42), chroma, hue))
    return deep if contrast(deep, PAPER) >= 7 else readable(colour, PAPER, 7)


def _plate(name: str) -> str:
    """Return the name on one to four lines, in the largest size at which its block stands within the plate."""
    best_size, best = 0.0, [name]
    words = name.split()
    for count in range(1, min(len(words), 4) + 1):
        for candidate in _broken(words, count):
            size = _fitting(candidate)
            if size > best_size * (_WORTH_A_LINE if len(candidate) > len(best) else 1):
                best_size, best = size, candidate
    size = best_size
    top = 500 - (len(best) - 1) * size * _LEADING / 2 + size * _CAP / 2
    return "".join(_straight(line, 500, top + index * size * _LEADING, size) for index, line in enumerate(best))


def _broken(words: list[str], count: int) -> list[list[str]]:
    if count == 1:
        return [[" ".join(words)]]
    return [
        [" ".join(words[:at]), *rest]
        for at in range(1, len(words) - count + 2)
        for rest in (_broken(words[at:], count - 1) if len(words) <= 9 else _evenly(words[at:], count - 1))
    ]


def _evenly(words: list[str], count: int) -> list[list[str]]:
    step = -(-len(words) // count)
    return [[" ".join(words[at : at + step]) for at in range(0, len(words), step)]]


def _fitting(texts: list[str]) -> float:
    """Return the size at which the corners of every line touch the circle of the plate."""
    size = _LARGEST
    for index, text in enumerate(texts):
        half = width(text, _NAME) / 2
        height = abs(index - (len(texts) - 1) / 2) * _LEADING + _CAP / 2 + 0.06
        size = min(size, _PLATE * 0.91 / (half**2 + height**2) ** 0.5)
    return size


def _straight(text: str, centre: float, baseline: float, size: float) -> str:
    scale = size / EM
    left = centre - width(text, _NAME) * size / 2
    return "".join(
        f'<path transform="translate({left + glyph.x * scale:.1f} {baseline:.1f}) scale({scale:.4f})"'
        f' d="{glyph.data}"/>'
        for glyph in outlines(text, _NAME)
        if glyph.data
    )


def _arc(text: str, *, top: bool) -> str:
    """Return `text` along the rim, upright at the top and at the bottom, no longer than its arc."""
    if not text:
        return ""
    length = width(text, _RIM)
    size = min(_RIM_SIZE, _RIM_ARC * _RIM_RADIUS / length)
    scale, radius = size / EM, _RIM_RADIUS + (-_CAP / 2 if top else _CAP / 2) * size
    start = -length * size / 2
    turned = []
    for glyph in outlines(text, _RIM):
        along = start + (glyph.x + glyph.advance / 2) * scale
        angle = along / _RIM_RADIUS * 180 / pi * (1 if top else -1)
        place = f"rotate({angle:.2f} 500 500) translate(500 {500 - radius if top else 500 + radius:.1f})"
        if glyph.data:
            turned.append(
                f'<path transform="{place} scale({scale:.4f}) translate({-glyph.advance / 2:.0f} 0)" d="{glyph.data}"/>'
            )
    return "".join(turned)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
