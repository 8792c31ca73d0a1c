"""A compiled plate: one sheet, ready to print whoever fits it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from issuer.certificate.press import weasy
from issuer.certificate.press.compiled import Compiled, compiled
from issuer.certificate.press.fontfile import FontFiles
from issuer.certificate.press.letters import shared
from issuer.certificate.press.order import Order, Skeleton
from issuer.certificate.press.painting import Fonts, FontUse, Hole, HoleStream, State, Uses, bytes_of
from issuer.certificate.press.prefix import prefix_of
from issuer.certificate.press.printed import Plate
from issuer.certificate.press.refused import OtherForm, Refused
from issuer.certificate.press.tail import Head, tail_of
from issuer.certificate.press.token import has_token, is_plain, is_still


class CompiledPlate:
    """What is known of a sheet once it has been laid out and painted."""

    def __init__(self, order: Order, skeleton: Skeleton, fonts: Fonts, files: FontFiles) -> None:
        self.of: Compiled = compiled(order, skeleton, fonts)
        self.fonts, self.files = fonts, files
        self.prefix = prefix_of(self.of, shared(self.of, fonts), files)
        self.head = Head.of(self.of)
        self.plate = Plate(self.prefix.body, self.prefix.sha256)
        self.verdict = self.of.verdict

    def print(self, order: Order) -> bytes:
        """Return the tail of an order; raises OtherForm where another plate may fit, and Refused where none will.

        Everything is laid out before anything is drawn: what is refused after that, no other plate would print.
        """
        of = self.of
        boxes = {one.number: one.lay(of.context, order.values, order.measures) for one in of.islands}
        uses: Uses = {}
        drawn: list[bytes] = []
        for hole in of.holes:
            _meet(uses, hole.known, self.fonts)
            if hole.island is None:
                drawn.append(self._drawing(hole, order, uses))
            else:
                drawn.append(self._island(hole, boxes[hole.island], uses))
        _meet(uses, of.static, self.fonts)
        places = {number: self._rectangles(box) for number, box in boxes.items()}
        return tail_of(order, self.prefix, self.head, drawn, uses, places, self.files)

    def _stream(self, hole: Hole, uses: Uses) -> Any:
        tags = None if hole.before.tags is None else {object(): None for _ in range(hole.before.tags)}
        page = self.of.stream
        stream = HoleStream(uses, page.page_rectangle, page._resources, {}, tags, page._color_profiles, None)
        stream.press_fonts = self.fonts
        hole.before.put(stream)
        return stream

    def _island(self, hole: Hole, box: Any, uses: Uses) -> bytes:
        stream = self._stream(hole, uses)
        weasy.draw_lines(stream, self.of.page._page_box, box, self.of.context)
        return self._taken(hole, stream)

    def _rectangles(self, box: Any) -> list[tuple[float, ...]]:
        links: list[Any] = []
        weasy.gather_anchors(box, {}, links, [], {None: []})
        matrix = weasy.Matrix(0.75, 0, 0, -0.75, 0, self.of.page.height * 0.75)
        return [
            (*matrix.transform_point(*rectangle[:2]), *matrix.transform_point(*rectangle[2:]))
            for _, _, rectangle, _ in links
        ]

    def _drawing(self, hole: Hole, order: Order, uses: Uses) -> bytes:
        if order.drawing is None:
            raise Refused("no picture")
        stream = self._stream(hole, uses)
        image = weasy.SVGImage(ET.fromstring(order.drawing()), None, None, None)  # noqa: S314 - our own
        image.draw(stream, *hole.size, hole.style)
        return self._taken(hole, stream)

    @staticmethod
    def _taken(hole: Hole, stream: Any) -> bytes:
        """Return what was painted on a hole's stream, which must be left as the page goes on."""
        after = State.of(stream)
        if after.leads_to() != hole.after.leads_to():
            raise OtherForm("state after a hole")
        tokens = stream.stream
        if hole.cut_end:
            tokens = tokens[:-1]
        return bytes_of(tokens)


def check(order: Order, of: Compiled) -> None:
    """Raise Refused for values that WeasyPrint would not take as they are."""
    for field, is_kept in of.texts.items():
        if not (is_still if is_kept else is_plain)(order.values[field]):
            raise Refused("white space or control character")
    if any(has_token(value) for value in order.values.values()):
        raise Refused("token in a value")


def _meet(uses: Uses, known: Mapping[int, tuple[dict[int, int], dict[int, str]]], fonts: Any) -> None:
    """Add what the page itself has drawn so far; its widths must be those that its own drawing went by."""
    for key, (widths, letters) in known.items():
        use = uses.get(key)
        if use is None:
            uses[key] = FontUse(fonts.protos[key], dict(widths), dict(letters))
            continue
        for glyph, width in widths.items():
            if use.widths.setdefault(glyph, width) != width:
                raise Refused("width of a letter of the sheet")
        for glyph, text in letters.items():
            use.to_unicode.setdefault(glyph, text)
