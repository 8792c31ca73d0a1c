"""How wide a text runs, and whether a font has it: asked of Pango, with the fonts that the print will use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.text.ffi import FROM_UNITS, ffi, pango
from weasyprint.text.line_break import Layout as PangoLayout

from issuer.certificate.fonts import PRESS, configuration

SIZE: Final = 100.0
"""Points at which texts are measured; results are in ems."""
_UNKNOWN: Final = 0x10000000


@dataclass(frozen=True)
class Face:
    """A typeface as it is asked for: families in order of preference, and a weight; `tracking` is in ems."""

    families: str
    weight: int = 400
    italic: bool = False
    tracking: float = 0.0


class _Style(dict[str, Any]):
    """The computed style that WeasyPrint's own text layout wants to read."""

    font_config = None


@lru_cache(maxsize=4096)
def width(text: str, face: Face) -> float:
    """Return the advance width of `text` on one line, in ems."""
    with PRESS:
        layout, first = line(text, face)
        extents = ffi.new("PangoRectangle *")
        pango.pango_layout_line_get_extents(first, ffi.NULL, extents)
        del layout
    return float(extents.width * FROM_UNITS / SIZE) + face.tracking * len(text)


@lru_cache(maxsize=16384)
def has(character: str, face: Face) -> bool:
    """Tell whether some font on this machine draws `character`, our own faces and every fallback asked in turn."""
    with PRESS:
        return not any(glyph & _UNKNOWN for glyph in _glyphs(character, face))


def line(text: str, face: Face) -> tuple[PangoLayout, Any]:
    """Return Pango's layout of `text` at SIZE points and its one line; the line lives as long as the layout."""
    style = _Style(INITIAL_VALUES)
    style.font_config = configuration()
    style.update(
        font_family=tuple(family.strip() for family in face.families.split(",")),
        font_weight=face.weight,
        font_style="italic" if face.italic else "normal",
        font_size=SIZE,
        lang=None,
    )
    layout = PangoLayout(style)
    layout.set_text(text.replace("\n", " "))
    return layout, layout.get_first_line()[0]


def _glyphs(text: str, face: Face) -> Iterator[int]:
    layout, first = line(text, face)
    run = first.runs
    while run != ffi.NULL:
        glyphs = run.data.glyphs
        for index in range(glyphs.num_glyphs):
            glyph = int(glyphs.glyphs[index].glyph)
            if glyph != pango.PANGO_GLYPH_EMPTY:
                yield glyph
        run = run.next
    del layout
