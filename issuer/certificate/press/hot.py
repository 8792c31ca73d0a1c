"""The hot path: one line of one text, shaped by Pango and written down without laying out a block.

Where the line stands is learned from an island that WeasyPrint has laid out and drawn, and taken over only where the
hot path then writes the same bytes. Everything that is not one plain line goes the way of islands.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from issuer.certificate.press import weasy
from issuer.certificate.press.island import Island, texts
from issuer.certificate.press.links import Rectangle, place
from issuer.certificate.press.painting import Fonts, FontUse, Hole, Uses
from issuer.certificate.press.refused import Refused

ffi, pango, boxes = weasy.ffi, weasy.pango, weasy.boxes
_GLYPH: Final = struct.Struct("<IiiiI")
_NEWEST_FAULT: Final = 14802
"""Before this version of Pango, WeasyPrint takes the size of a font from elsewhere."""


class TooHot(Refused):
    """This line is not for the hot path."""


@dataclass(frozen=True)
class Spot:
    """Where lines of one height and baseline stand: what is written around, the pen, and the link's box if any."""

    head: bytes
    end: bytes
    left: float
    across: float
    moved: float
    baseline: float
    link: tuple[float, float, float] | None


class HotLine:
    """The hot path of one island."""

    def __init__(self, island: Island, hole: Hole, fonts: Fonts, height: float) -> None:
        self.island, self.hole, self.fonts, self.height = island, hole, fonts, height
        self.text = _only_text(island)
        self.template, self.style = self.text.press_template, self.text.style
        self.layout = weasy.Layout(self.style)
        pango.pango_layout_set_single_paragraph_mode(self.layout.layout, True)
        self.extents = ffi.new("PangoRectangle *")
        self.spots: dict[tuple[float, float], Spot] = {}
        self.pieces: dict[tuple[int, float], dict[tuple[int, int, int, int], str]] = {}
        self.widths: dict[tuple[int, float, int], int] = {}

    def draw(self, values: Mapping[str, str], uses: Uses) -> tuple[bytes, list[Rectangle]] | None:
        """Return what is drawn, and where the link is; None where it has not been learned. Raises TooHot."""
        text = self.template.filled(values)
        line, width, key = self._line(text)
        spot = self.spots.get(key)
        if spot is None:
            return None
        if width > spot.across and self.style["white_space"] == "normal":
            raise TooHot("line too wide")
        return self._written(spot, line, width, text, uses)

    def _line(self, text: str) -> tuple[Any, float, tuple[float, float]]:
        layout = self.layout
        layout.set_text(text)
        line = pango.pango_layout_get_line_readonly(layout.layout, 0)
        if pango.pango_layout_get_line_readonly(layout.layout, 1) != ffi.NULL:
            raise TooHot("more than one line")
        pango.pango_layout_line_get_extents(line, ffi.NULL, self.extents)
        width, height = self.extents.width * weasy.FROM_UNITS, self.extents.height * weasy.FROM_UNITS
        if self.style["letter_spacing"] != "normal":
            width += self.style["letter_spacing"]
        return line, width, (height, pango.pango_layout_get_baseline(layout.layout) * weasy.FROM_UNITS)

    def _written(self, spot: Spot, line: Any, width: float, text: str, uses: Uses) -> tuple[bytes, list[Rectangle]]:
        # As WeasyPrint adds up: the end of the line less its start, which is not always the width to the last bit.
        whole = spot.left + width - spot.left
        left = spot.left + _offset(self.style, spot.across - whole) + spot.moved
        shown = self._runs(line, text, uses)
        written = b"%s1 0 0 -1 %s %s Tm\n%s" % (
            spot.head, weasy.pydyf._to_bytes(left), weasy.pydyf._to_bytes(spot.baseline), shown,
        )  # fmt: skip
        links: list[Rectangle] = []
        if spot.link is not None:
            links.append(place(self.height, left + spot.link[0], spot.link[1], whole, spot.link[2]))
        return written + spot.end, links

    def learn(self, values: Mapping[str, str], box: Any, drawn: bytes, links: list[Rectangle], known: Uses) -> bool:
        """Learn where lines like this one stand from how WeasyPrint laid it out and drew it; tell whether it could."""
        text = self.template.filled(values)
        try:
            _, _, key = self._line(text)
            spot = self._spot(box, drawn)
        except Refused:
            return False
        if spot is None or key in self.spots:
            return False
        self.spots[key] = spot
        try:
            mine = self.draw(values, known)
        except Refused:
            mine = None
        if mine != (drawn, links):
            del self.spots[key]
            return False
        return True

    def _spot(self, box: Any, drawn: bytes) -> Spot | None:
        """Return where the one line of `box` stands, None if it is not like that."""
        chain = _chain(box)
        at, end = drawn.find(b"1 0 0 -1 "), drawn.rfind(b"] TJ")
        if chain is None or at < 0 or end < 0 or drawn.count(b" Tm\n") != 1:
            return None
        text = chain[-1]
        link = next((inner for inner in chain if inner.link), None) if isinstance(chain[-2], boxes.InlineBox) else None
        spot_link = None
        if link is not None:
            x, y, _, height = link.hit_area()
            spot_link = (x - text.position_x, y, height)
        pen = text.position_y + text.baseline
        return Spot(drawn[:at], drawn[end + 4 :], box.press_left, box.width, self.island.moved[0], pen, spot_link)

    def _runs(self, line: Any, text: str, uses: Uses) -> bytes:
        """Return the glyphs of a line as WeasyPrint shows them, and note them in the uses of their fonts."""
        out: list[str] = []
        shown, previous, current = "", None, None
        written = text.encode()
        run = line.runs
        while run != ffi.NULL:
            data, run = run.data, run.next
            font = data.item.analysis.font
            if font != previous:
                previous = font
                key, _, size = weasy.get_pango_font_key(font)
                if key not in uses:
                    uses[key] = FontUse(self.fonts.proto(key, font), {}, {})
                use = uses[key]
                if shown:
                    out.append(f"[{shown}] TJ")
                shown = ""
                if (use.hash, size) != current:
                    current = (use.hash, size)
                    out.append(f"/{use.hash} {weasy.pydyf._to_bytes(size).decode()} Tf")
            shown += self._glyphs(data, font, key, size, use, written)
        out.append(f"[{shown}] TJ")
        if self.hole.cut_end and current != self.hole.after.fonts[1]:
            raise TooHot("another font at the end")
        return "\n".join(out).encode()

    def _glyphs(self, data: Any, font: Any, key: int, size: float, use: FontUse, written: bytes) -> str:
        """Return the glyphs of one run between angle brackets, as many as kerning makes of them."""
        count, parts = data.glyphs.num_glyphs, ["<"]
        pieces = self.pieces.setdefault((key, size), {})
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
                own = widths[glyph] = self._width(font, key, size, glyph)
            piece = pieces.get((glyph, width, across, own))
            if piece is None:
                piece = pieces[glyph, width, across, own] = _piece(glyph, width, across, own, size)
            parts.append(piece)
        shown = "".join(parts)
        return shown[:-1] if shown[-1] == "<" else shown + ">"

    def _width(self, font: Any, key: int, size: float, glyph: int) -> int:
        width = self.widths.get((key, size, glyph))
        if width is None:
            extents = ffi.new("PangoRectangle *")
            pango.pango_font_get_glyph_extents(font, glyph, ffi.NULL, extents)
            width = self.widths[key, size, glyph] = round(extents.width * 1000 * weasy.FROM_UNITS / size)
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


def _offset(style: Any, room: float) -> float:
    """Return how far a line moves right in the room it leaves."""
    align = style["text_align_all"] if style["text_align_last"] == "auto" else style["text_align_last"]
    if room <= 0 or align in ("left", "start"):
        return 0.0
    return room / 2 if align == "center" else room


def _chain(box: Any) -> list[Any] | None:
    """Return the boxes from a block's one line down to its one text, None if there is more to it."""
    chain = [box]
    while not isinstance(chain[-1], boxes.TextBox):
        if len(chain[-1].children) != 1:
            return None
        chain.append(chain[-1].children[0])
    return chain[1:]


def _only_text(island: Island) -> Any:
    """Return the one text of an island; raises TooHot where its style is not of the plainest."""
    block, found = island.call.box, list(texts(island.call.box))
    chain = _chain(block)
    if chain is None or len(found) != 1 or found[0] is not chain[-1]:
        raise TooHot("not a single text")
    style = found[0].style
    plain = (
        style["direction"] == "ltr"
        and style["white_space"] in ("normal", "nowrap", "pre")
        and style["text_align_all"] != "justify"
        and style["text_align_last"] != "justify"
        and style["text_transform"] == "none"
        and style["visibility"] == "visible"
        and style["text_decoration_line"] in ("none", (), set(), frozenset())
        and block.style["text_overflow"] == "clip"
        and block.style["block_ellipsis"] == "none"
        and not block.style["text_indent"].value
    )
    styled = any(box.first_letter_style or box.first_line_style for box in (block, *chain))
    if not plain or styled or island.measure or pango.pango_version() < _NEWEST_FAULT:
        raise TooHot("style")
    return found[0]
