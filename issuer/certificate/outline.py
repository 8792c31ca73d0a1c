"""Text turned into outlines, so that a drawing looks the same where our fonts are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any, Final

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from weasyprint.text.ffi import FROM_UNITS, ffi, harfbuzz, pango
from weasyprint.text.fonts import get_hb_object_data, get_pango_font_key

from issuer.certificate.fonts import PRESS
from issuer.certificate.measure import SIZE, Face, line

EM: Final = 1000
"""Units of an em in every outline; y grows down, as in SVG."""


@dataclass(frozen=True)
class Outline:
    """One glyph: SVG path data around the pen, where the pen stands and how far it goes on."""

    data: str
    x: float
    advance: float


_faces: dict[int, TTFont] = {}


@lru_cache(maxsize=512)
def outlines(text: str, face: Face) -> tuple[Outline, ...]:
    """Return `text` glyph by glyph, shaped by Pango with the fonts of the print, from the left as the eye meets it."""
    with PRESS:
        return tuple(_outlines(text, face))


def _outlines(text: str, face: Face) -> Iterator[Outline]:
    layout, first = line(text, face)
    run, pen = first.runs, 0.0
    while run != ffi.NULL:
        item = run.data
        for index in range(item.glyphs.num_glyphs):
            info = item.glyphs.glyphs[index]
            across, up, advance = (
                value * FROM_UNITS / SIZE * EM
                for value in (info.geometry.x_offset, info.geometry.y_offset, info.geometry.width)
            )
            if info.glyph != pango.PANGO_GLYPH_EMPTY:
                yield Outline(_path(item.item.analysis.font, int(info.glyph), across, up), pen, advance)
            pen += advance + face.tracking * EM
        run = run.next
    del layout


def _path(font: Any, glyph: int, across: float, up: float) -> str:
    """Return the outline of a glyph; `up` is Pango's, which grows down."""
    loaded = _loaded(font)
    shapes, scale = loaded.getGlyphSet(), EM / loaded["head"].unitsPerEm
    order = loaded.getGlyphOrder()
    if glyph >= len(order):
        return ""
    pen = SVGPathPen(shapes, ntos=lambda number: str(round(number)))
    shapes[order[glyph]].draw(TransformPen(pen, (scale, 0, 0, -scale, across, up)))
    return str(pen.getCommands())


def _loaded(font: Any) -> TTFont:
    """Return the font file behind a Pango font; the key is stable because there is one font configuration."""
    key = int(get_pango_font_key(font)[0])
    if key not in _faces:
        face = harfbuzz.hb_font_get_face(pango.pango_font_get_hb_font(font))
        index = int(harfbuzz.hb_face_get_index(face)) & 0xFFFF
        _faces[key] = TTFont(BytesIO(get_hb_object_data(face)), fontNumber=index, lazy=True)
    return _faces[key]
