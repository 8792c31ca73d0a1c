"""The word across a practice print: from corner to corner, behind the text, too large to be cut away."""

from __future__ import annotations

from functools import lru_cache
from math import atan2, degrees, hypot
from typing import Final

from issuer.certificate.measure import Face, width
from issuer.certificate.outline import EM, outlines

_REACH: Final = 0.86
_HIGHEST: Final = 0.40
_CAP: Final = 0.7


@lru_cache(maxsize=32)
def diagonal(word: str, face: Face, size: tuple[float, float], colour: str) -> bytes:
    """Return `word` in `colour` across a sheet of `size` millimetres, as an SVG drawing of outlines."""
    wide, high = size
    spaced = Face(face.families, face.weight, tracking=0.05)
    em = min(hypot(wide, high) * _REACH / width(word, spaced), high * _HIGHEST / _CAP)
    scale = em / EM
    letters = "".join(
        f'<path transform="translate({(glyph.x - width(word, spaced) * EM / 2) * scale:.3f} {em * _CAP / 2:.3f}) '
        f'scale({scale:.6f})" d="{glyph.data}"/>'
        for glyph in outlines(word, spaced)
        if glyph.data
    )
    turn = -degrees(atan2(high, wide))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}"><g fill="{colour}" '
        f'transform="translate({wide / 2:g} {high / 2:g}) rotate({turn:.3f})">{letters}</g></svg>'
    ).encode()
