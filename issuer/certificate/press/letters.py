"""The letters that the shared fonts of a plate have: those of its own words, and a fixed set for what varies.

What a certificate needs beyond them goes into a font of its own, so that no file shows what is in another.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from issuer.certificate.press import weasy
from issuer.certificate.press.compiled import Compiled
from issuer.certificate.press.island import texts
from issuer.certificate.press.own import Glyph, glyphs_of, own_glyphs
from issuer.certificate.press.painting import Fonts, FontUse, Uses
from issuer.certificate.press.refused import Unfit

LIGATURES: Final = "ff fi fl ffi ffl fj ffj tt Th"


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
    for glyph in own_glyphs(text, fonts):
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
        glyphs_of(line if how == "none" else weasy.transform(how, line, text.style["lang"]), text.style, fonts)
    )
    main = Counter(glyph.font for glyph in glyphs).most_common(1)[0][0]
    for glyph in glyphs:
        if glyph.font == main:
            _put(uses, glyph)
