"""The letters that the shared fonts of a plate have: those of its own words, and a fixed set for what varies.

What a certificate needs beyond them goes into a font of its own, so that no file shows what is in another.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from issuer.certificate.press import weasy
from issuer.certificate.press.compiled import Compiled
from issuer.certificate.press.island import texts
from issuer.certificate.press.painting import Fonts, FontUse, Uses
from issuer.certificate.press.refused import Unfit

LIGATURES: Final = "ff fi fl ffi ffl fj ffj tt Th"


@dataclass(frozen=True)
class Glyph:
    """One glyph of a font: its number, the letters it stands for, its width in thousandths of an em."""

    font: int
    proto: Any
    number: int
    letters: str
    width: int


def shared(of: Compiled, fonts: Fonts) -> Uses:
    """Return how the shared fonts are used: in the order of painting, since the first width that is met holds."""
    uses: Uses = {}
    for hole in of.holes:
        _merge(uses, hole.known)
        if hole.island is not None:
            for text in of.islands[hole.island].call.box.descendants():
                if isinstance(text, weasy.boxes.TextBox):
                    _add_own(uses, text, fonts)
            for text in texts(of.islands[hole.island].call.box):
                _add(uses, text, of.order.family.letters, fonts)
    _merge(uses, of.static)
    return uses


def _merge(uses: Uses, known: Uses) -> None:
    for key, had in known.items():
        use = _use(uses, key, had.proto)
        for glyph, width in had.widths.items():
            use.widths.setdefault(glyph, width)
        for glyph, text in had.to_unicode.items():
            use.to_unicode.setdefault(glyph, text)


def _use(uses: Uses, key: int, proto: Any) -> FontUse:
    use = uses.get(key)
    if use is None:
        use = uses[key] = FontUse(proto, {}, {})
    elif use.proto is not proto:
        raise Unfit("two fonts of one name")
    return use


def _add_own(uses: Uses, text: Any, fonts: Fonts) -> None:
    """Add the letters of an island that are the sheet's own words."""
    template = getattr(text, "press_template", None)
    for words in template.pieces[::2] if template else (text.text,):
        for glyph in _glyphs(words, text.style, fonts) if words.strip() else ():
            _put(uses, glyph)


def _put(uses: Uses, glyph: Glyph) -> None:
    use = _use(uses, glyph.font, glyph.proto)
    use.widths.setdefault(glyph.number, glyph.width)
    use.to_unicode.setdefault(glyph.number, glyph.letters)


def _add(uses: Uses, text: Any, sets: Mapping[str, str], fonts: Fonts) -> None:
    """Add the fixed letters of a text's fields, in the font that most of them are in."""
    kinds = (re.split(r"[.:]", field)[0] for field in text.press_template.fields)
    wanted = "".join(dict.fromkeys("".join(sets.get(kind, "") for kind in kinds)))
    if not wanted:
        return
    how = text.style["text_transform"]
    line = " ".join((*wanted.replace(" ", ""), LIGATURES))
    glyphs = tuple(
        _glyphs(line if how == "none" else weasy.transform(how, line, text.style["lang"]), text.style, fonts)
    )
    main = Counter(glyph.font for glyph in glyphs).most_common(1)[0][0]
    for glyph in glyphs:
        if glyph.font == main:
            _put(uses, glyph)


def _glyphs(line: str, style: Any, fonts: Fonts) -> Iterator[Glyph]:
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
