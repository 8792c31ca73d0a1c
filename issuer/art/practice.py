"""A picture of a practice installation says so: a band with the word lies across it, as outlines."""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import Final

from lxml import etree

from badges.baking import read_svg
from issuer.certificate.fonts import SANS
from issuer.certificate.measure import Face, width
from issuer.certificate.outline import EM, outlines

SIZE: Final = 1000
"""Side of the drawing in its own units."""
GREY: Final = "#5b6069"

_WORD: Final = Face(f"Inter, {SANS}", 600, tracking=0.16)
_MIDDLE: Final = 745.0
"""Low enough to leave what the picture says to be read, too high to be cut off."""
_HEIGHT: Final = 128.0
_LARGEST: Final = 80.0
_WIDEST: Final = 760.0
_CAP: Final = 0.727


@lru_cache(maxsize=32)
def stamped(svg: bytes, word: str) -> bytes:
    """Return the SVG `svg`, fitted into a square, under a band that says `word`; its title stays."""
    drawing = copy.deepcopy(read_svg(svg))
    for name, value in (("x", "0"), ("y", "0"), ("width", str(SIZE)), ("height", str(SIZE))):
        drawing.set(name, value)
    inner = etree.tostring(drawing, encoding="unicode", with_tail=False)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}"'
        f' role="img">{inner}<g transform="rotate(-9 500 {_MIDDLE:g})">'
        f'<path fill="{GREY}" d="M-300 {_MIDDLE - _HEIGHT / 2:g}h1600v{_HEIGHT:g}h-1600z"/>'
        f'<g fill="#ffffff">{_set(word)}</g></g></svg>'
    ).encode()


def _set(word: str) -> str:
    size = min(_LARGEST, _WIDEST / width(word, _WORD))
    scale, left, baseline = size / EM, 500 - width(word, _WORD) * size / 2, _MIDDLE + size * _CAP / 2
    return "".join(
        f'<path transform="translate({left + glyph.x * scale:.1f} {baseline:.1f}) scale({scale:.4f})"'
        f' d="{glyph.data}"/>'
        for glyph in outlines(word, _WORD)
        if glyph.data
    )
