"""The glyphs of the sheet's own words in an island: whoever it is for, they are drawn there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from issuer.certificate.press import weasy
from issuer.certificate.press.painting import Fonts


@dataclass(frozen=True)
class Glyph:
    """One glyph of a font: its number, the letters it stands for, its width in thousandths of an em."""

    font: int
    proto: Any
    number: int
    letters: str
    width: int


def own_words(box: Any, fonts: Fonts) -> frozenset[tuple[int, int]]:
    """Return font and number of every glyph that a block draws whatever stands in for its tokens."""
    texts = (text for text in box.descendants() if isinstance(text, weasy.boxes.TextBox))
    return frozenset((glyph.font, glyph.number) for text in texts for glyph in own_glyphs(text, fonts))


def own_glyphs(text: Any, fonts: Fonts) -> Iterator[Glyph]:
    """Yield the glyphs of a text's own words."""
    template = getattr(text, "press_template", None)
    for words in template.pieces[::2] if template else (text.text,):
        if words.strip():
            yield from glyphs_of(words, text.style, fonts)


def glyphs_of(line: str, style: Any, fonts: Fonts) -> Iterator[Glyph]:
    """Yield the glyphs of a line of letters with spaces between."""
    layout = weasy.Layout(style)
    layout.set_text(line)
    first, _ = layout.get_first_line()
    written, run = line.encode(), first.runs
    extents = weasy.ffi.new("PangoRectangle *")
    while run != weasy.ffi.NULL:
        item, glyphs = run.data.item, run.data.glyphs
        font = item.analysis.font
        key, _, size = weasy.get_pango_font_key(font)
        proto = fonts.proto(key, font)
        clusters = [*glyphs.log_clusters[0 : glyphs.num_glyphs], item.length]
        for index, info in enumerate(glyphs.glyphs[0 : glyphs.num_glyphs]):
            number = int(info.glyph)
            if number == weasy.pango.PANGO_GLYPH_EMPTY or number & weasy.pango.PANGO_GLYPH_UNKNOWN_FLAG:
                continue
            weasy.pango.pango_font_get_glyph_extents(font, number, weasy.ffi.NULL, extents)
            width = round(extents.width * 1000 * weasy.FROM_UNITS / size)
            letters = written[item.offset + clusters[index] : item.offset + clusters[index + 1]].decode()
            if letters:
                yield Glyph(key, proto, number, letters, width)
        run = run.next
    del layout
