"""What is drawn in the holes of a plate: hot where a line is known, laid out by WeasyPrint where it is not."""

from __future__ import annotations

from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree as ET

from issuer.certificate.press import weasy
from issuer.certificate.press.bounded import Bounded
from issuer.certificate.press.compiled import Compiled
from issuer.certificate.press.glyphs import TooHot
from issuer.certificate.press.hot import HotLine
from issuer.certificate.press.island import Island, texts
from issuer.certificate.press.links import Rectangle, links_in
from issuer.certificate.press.order import Order
from issuer.certificate.press.painting import Fonts, FontUse, Hole, HoleStream, State, Uses
from issuer.certificate.press.refused import OtherForm, Refused

_MOST_KEPT: Final = 64


@dataclass(frozen=True)
class Drawn:
    """What is in one hole: the operators, where links are, and how fonts are used when nothing was drawn before."""

    data: bytes
    links: list[Rectangle]
    uses: Uses
    box: Any = None


Filled = tuple[bytes, list[Rectangle], bool]


class Drawing:
    """Draws the holes of one plate. What is drawn for the same values is kept for a while."""

    def __init__(self, of: Compiled, fonts: Fonts) -> None:
        self.of, self.fonts = of, fonts
        self._kept: Bounded[Hashable, Drawn] = Bounded(_MOST_KEPT)
        self._around: Bounded[tuple[int, int], list[bytes]] = Bounded(16)
        self._lines: dict[int, HotLine] = {}
        self._named: dict[int, tuple[str, ...]] = {}
        for hole in of.holes:
            if hole.island is not None:
                self._prepare(hole, of.islands[hole.island])

    def _prepare(self, hole: Hole, island: Island) -> None:
        fields = (name for text in texts(island.call.box) for name in text.press_template.fields)
        self._named[island.number] = tuple(dict.fromkeys(fields))
        if hole.joined:
            return  # What stands before decides whether the font is named again.
        with suppress(TooHot):
            self._lines[island.number] = HotLine(island, hole, self.fonts, self.of.page.height)

    def laid(self, order: Order) -> dict[int, Drawn]:
        """Lay out and draw the islands that are never hot; raises OtherForm where another plate may fit."""
        return {
            hole.island: self._cold(hole, hole.island, order)
            for hole in self.of.holes
            if hole.island is not None and hole.island not in self._lines
        }

    def drawn(self, hole: Hole, number: int, order: Order, uses: Uses, cold: Drawn | None) -> Filled:
        """Return what is in an island's hole, where its links are, and whether it went the hot path."""
        if cold is None:
            line = self._lines[number]
            with suppress(TooHot):
                hot = line.draw(order.values, uses)
                if hot is not None:
                    return (*hot, True)
            cold = self._cold(hole, number, order)
            if cold.box is not None:
                line.learn(order.values, cold.box, cold.data, cold.links, {})
        if meet(uses, cold.uses):
            return cold.data, cold.links, False
        return self._narrowed(hole, number, order, uses, cold), cold.links, False

    def _narrowed(self, hole: Hole, number: int, order: Order, uses: Uses, cold: Drawn) -> bytes:
        """Return what is in a hole where letters have widths from before, which kerning is counted from."""
        widths = tuple(uses[key].widths[glyph] for key, use in cold.uses.items() for glyph in use.widths)
        key = (self._key(number, order), widths)
        kept = self._kept.get(key)
        if kept is None:
            box = self.of.islands[number].lay(self.of.context, order.values, order.measures)
            kept = self._kept.put(key, Drawn(self._painted(hole, box, uses), cold.links, {}))
        return kept.data

    def _key(self, number: int, order: Order) -> Hashable:
        measure = order.measures.get(self.of.islands[number].measure)
        return (number, measure, *(order.values[name] for name in self._named[number]))

    def _cold(self, hole: Hole, number: int, order: Order) -> Drawn:
        """Lay out an island and draw it as if it were the first on the page; the box is told only when it is new."""
        island, key = self.of.islands[number], self._key(number, order)
        kept = self._kept.get(key)
        if kept is None:
            box = island.lay(self.of.context, order.values, order.measures)
            uses: Uses = {}
            data, links = self._painted(hole, box, uses), links_in(box, self.of.page.height)
            self._kept.put(key, Drawn(data, links, uses))
            return Drawn(data, links, uses, box)
        return kept

    def _painted(self, hole: Hole, box: Any, uses: Uses) -> bytes:
        stream = self._stream(hole, uses)
        weasy.draw_lines(stream, self.of.page._page_box, box, self.of.context)
        return _taken(hole, stream)

    def _stream(self, hole: Hole, uses: Uses) -> Any:
        tags = None if hole.before.tags is None else {object(): None for _ in range(hole.before.tags)}
        page = self.of.stream
        stream = HoleStream(uses, page.page_rectangle, page._resources, {}, tags, page._color_profiles, None)
        stream.press_fonts = self.fonts
        hole.before.put(stream)
        return stream

    def picture(self, at: int, order: Order) -> bytes:
        """Return the picture in a hole: written around its path where that is known, else drawn by WeasyPrint."""
        codes, size = order.family.codes, (at, len(order.pictured))
        path = codes(order.pictured) if codes is not None and order.pictured else None
        around = self._around.get(size)
        if path is not None and around is not None:
            return path.join(around)
        data = self._picture(at, order)
        if path is not None and data.count(path) == 1:
            self._around.put(size, data.split(path))
        return data

    def _picture(self, at: int, order: Order) -> bytes:
        if order.drawing is None:
            raise Refused("no picture")
        hole = self.of.holes[at]
        stream = self._stream(hole, {})
        image = weasy.SVGImage(ET.fromstring(order.drawing()), None, None, None)  # noqa: S314 - our own
        image.draw(stream, *hole.size, hole.style)
        if stream._fonts:
            raise Refused("text in a picture")
        return _taken(hole, stream)


def _taken(hole: Hole, stream: Any) -> bytes:
    """Return what was painted on a hole's stream, which must be left as the page goes on."""
    if State.of(stream).leads_to() != hole.after.leads_to():
        raise OtherForm("state after a hole")
    tokens = stream.stream
    if hole.before.in_text:
        # The end of the text before the hole was put on the stream, to be taken away by what is joined to it.
        joined = tokens[:1] != [b"ET"]
        if joined != hole.joined:
            raise OtherForm("text joined to a text")
        tokens = tokens if joined else tokens[1:]
    return weasy.bytes_of(tokens[:-1] if hole.cut_end else tokens)


def meet(uses: Uses, known: Uses) -> bool:
    """Add what was drawn to `uses`; tell whether every letter is as wide there as it was drawn here."""
    agreed = True
    for key, had in known.items():
        use = uses.get(key)
        if use is None:
            uses[key] = FontUse(had.proto, dict(had.widths), dict(had.to_unicode))
            continue
        if use.proto is not had.proto:
            raise Refused("two fonts of one name")
        use.widths = had.widths | use.widths
        use.to_unicode = had.to_unicode | use.to_unicode
        agreed = agreed and had.widths.items() <= use.widths.items()
    return agreed
