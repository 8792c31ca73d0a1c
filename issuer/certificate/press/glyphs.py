"""A text of one line, shaped by Pango and written as WeasyPrint shows it."""

from __future__ import annotations

import struct
from typing import Any, Final

from issuer.certificate.press import weasy
from issuer.certificate.press.painting import Fonts, FontUse, Uses
from issuer.certificate.press.refused import Refused

ffi, pango = weasy.ffi, weasy.pango
_GLYPH: Final = struct.Struct("<IiiiI")

Current = tuple[str, float] | None
"""The font that is set in a text object, and its size."""
Metrics = tuple[float, float]
"""Height and baseline of a line."""


class TooHot(Refused):
    """This is not for the hot path."""


class Shaper:
    """Shapes one text of a sheet, whatever it says on each certificate."""

    def __init__(self, style: Any, fonts: Fonts) -> None:
        self.style, self.fonts = style, fonts
        self.layout = weasy.Layout(style)
        pango.pango_layout_set_single_paragraph_mode(self.layout.layout, True)
        self._extents = ffi.new("PangoRectangle *")
        self._pieces: dict[float, dict[tuple[int, int, int, int], str]] = {}
        self._widths: dict[tuple[Any, float, int], int] = {}

    def measure(self, text: str) -> tuple[float, Metrics]:
        """Shape `text`; return its width in pixels, and the metrics of its line. Raises TooHot for more than one."""
        layout = self.layout.layout
        self.layout.set_text(text)
        line = pango.pango_layout_get_line_readonly(layout, 0)
        if pango.pango_layout_get_line_readonly(layout, 1) != ffi.NULL:
            raise TooHot("more than one line")
        pango.pango_layout_line_get_extents(line, ffi.NULL, self._extents)
        width, height = self._extents.width * weasy.FROM_UNITS, self._extents.height * weasy.FROM_UNITS
        if self.style["letter_spacing"] != "normal":
            width += self.style["letter_spacing"]
        return width, (height, pango.pango_layout_get_baseline(layout) * weasy.FROM_UNITS)

    def shown(self, text: str, uses: Uses, current: Current) -> tuple[bytes, Current]:
        """Return what shows the text that was measured last, and the font that is set then; note its glyphs."""
        out: list[str] = []
        shown, previous = "", None
        written = text.encode()
        run = pango.pango_layout_get_line_readonly(self.layout.layout, 0).runs
        while run != ffi.NULL:
            data, run = run.data, run.next
            font = data.item.analysis.font
            if font != previous:
                previous = font
                key, _, size = weasy.get_pango_font_key(font)
                use = self.fonts.use(uses, key, font)
                if shown:
                    out.append(f"[{shown}] TJ")
                shown = ""
                if (use.hash, size) != current:
                    current = (use.hash, size)
                    out.append(f"/{use.hash} {weasy.pydyf._to_bytes(size).decode()} Tf")
            shown += self._glyphs(data, font, size, use, written)
        out.append(f"[{shown}] TJ")
        return "\n".join(out).encode(), current

    def _glyphs(self, data: Any, font: Any, size: float, use: FontUse, written: bytes) -> str:
        """Return the glyphs of one run between angle brackets, as many as kerning makes of them."""
        count, parts = data.glyphs.num_glyphs, ["<"]
        pieces = self._pieces.setdefault(size, {})
        widths, letters = use.widths, use.to_unicode
        run = _GLYPH.iter_unpack(ffi.buffer(data.glyphs.glyphs, _GLYPH.size * count))
        for index, (glyph, width, across, up, _) in enumerate(run):
            if glyph not in letters:
                if glyph == pango.PANGO_GLYPH_EMPTY:
                    parts.append(f">{-width / size}<")
                    continue
                if glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG:
                    raise Refused("missing glyph")
                letters[glyph] = _cluster(data, index, count, written)
            if up:
                raise TooHot("raised glyph")
            own = widths.get(glyph)
            if own is None:
                own = widths[glyph] = self._width(font, use.proto, size, glyph)
            piece = pieces.get((glyph, width, across, own))
            if piece is None:
                piece = pieces[glyph, width, across, own] = _piece(glyph, width, across, own, size)
            parts.append(piece)
        shown = "".join(parts)
        return shown[:-1] if shown[-1] == "<" else shown + ">"

    def _width(self, font: Any, proto: Any, size: float, glyph: int) -> int:
        width = self._widths.get((proto, size, glyph))
        if width is None:
            extents = ffi.new("PangoRectangle *")
            pango.pango_font_get_glyph_extents(font, glyph, ffi.NULL, extents)
            width = self._widths[proto, size, glyph] = round(extents.width * 1000 * weasy.FROM_UNITS / size)
        return width


def _piece(glyph: int, width: int, across: int, own: int, size: float) -> str:
    """Return one glyph with what moves it, as WeasyPrint writes it."""
    offset = across / size
    before = f">{-offset}<" if offset else ""
    kerning = own + offset - width * 1000 * weasy.FROM_UNITS / size
    return f"{before}{glyph:04x}>{int(kerning)}<" if kerning else f"{before}{glyph:04x}"


def _cluster(data: Any, index: int, count: int, written: bytes) -> str:
    """Return the letters that a glyph stands for."""
    item, clusters = data.item, data.glyphs.log_clusters
    if item.analysis.level % 2:
        end = item.length if index == 0 else clusters[index - 1]
    else:
        end = item.length if index == count - 1 else clusters[index + 1]
    return written[item.offset + clusters[index] : item.offset + end].decode()
