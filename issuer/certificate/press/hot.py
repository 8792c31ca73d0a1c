"""The hot path: one line of a few texts, shaped by Pango and written down without laying out a block.

Where the line stands is learned from an island that WeasyPrint has laid out and drawn, and taken over only where the
hot path then writes the same bytes. Everything that is not one plain line goes the way of islands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from issuer.certificate.press import weasy
from issuer.certificate.press.glyphs import Metrics, Shaper, TooHot
from issuer.certificate.press.island import Island
from issuer.certificate.press.links import Rectangle, place
from issuer.certificate.press.painting import Fonts, Hole, Uses
from issuer.certificate.press.refused import Refused
from issuer.certificate.press.token import Template

pango, boxes = weasy.pango, weasy.boxes
_NEWEST_FAULT: Final = 14802
"""Before this version of Pango, WeasyPrint takes the size of a font from elsewhere."""
_PEN: Final = b"1 0 0 -1 "
_QUIET: Final = frozenset(b"BT ET BDC BMC EMC gs rg RG g G k K cs CS sc SC scn SCN Tf".split())
"""Operators that are the same however long a text is: none of them draws."""

Links = Sequence[tuple[float, float, float]]


@dataclass(frozen=True)
class Words:
    """One text of a line: a template, or words of the sheet itself."""

    template: Template | str
    shaper: Shaper

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the text of one certificate."""
        return self.template if isinstance(self.template, str) else self.template.filled(values)


@dataclass(frozen=True)
class Group:
    """What is in a line or an inline box: texts, by their number, and further groups. A link is noted by `linked`."""

    parts: tuple[int | Group, ...]
    linked: bool = False

    def set(self, x: float, widths: Sequence[float], at: list[float], links: list[tuple[float, float]]) -> float:
        """Put everything in its place from `x` on, as WeasyPrint adds up; return how wide it is."""
        pen, number = x, len(links)
        if self.linked:
            links.append((x, 0.0))
        for part in self.parts:
            if isinstance(part, Group):
                pen += part.set(pen, widths, at, links)
            else:
                at.append(pen)
                pen += widths[part]
        if self.linked:
            links[number] = (x, pen - x)
        return pen - x


@dataclass(frozen=True)
class Spot:
    """Where lines of certain metrics stand: what is written before each text and at the end, pens, heights of links."""

    heads: tuple[bytes, ...]
    end: bytes
    left: float
    across: float
    moved: float
    baselines: tuple[float, ...]
    links: tuple[tuple[float, float], ...]


class HotLine:
    """The hot path of one island."""

    def __init__(self, island: Island, hole: Hole, fonts: Fonts, height: float) -> None:
        self.island, self.hole, self.height = island, hole, height
        line = _only_line(island)
        found = list(_texts(line))
        self.words = tuple(
            Words(getattr(text, "press_template", text.text), Shaper(text.style, fonts)) for text in found
        )
        self.group = _grouped(line, found)
        self.style, self.wraps = line.style, any(text.style["white_space"] == "normal" for text in found)
        self.spots: dict[tuple[Metrics, ...], Spot] = {}

    def draw(self, values: Mapping[str, str], uses: Uses) -> tuple[bytes, list[Rectangle]] | None:
        """Return what is drawn, and where links are; None where it has not been learned. Raises TooHot."""
        texts = [words.filled(values) for words in self.words]
        measured = [words.shaper.measure(text) for words, text in zip(self.words, texts, strict=True)]
        spot = self.spots.get(tuple(metrics for _, metrics in measured))
        if spot is None:
            return None
        at: list[float] = []
        linked: list[tuple[float, float]] = []
        width = self.group.set(spot.left, [width for width, _ in measured], at, linked)
        if width > spot.across and self.wraps:
            raise TooHot("line too wide")
        offset = _offset(self.style, spot.across - width)
        links = [
            place(self.height, x + offset + spot.moved, y, wide, high)
            for (x, wide), (y, high) in zip(linked, spot.links, strict=True)
        ]
        return self._written(spot, texts, [x + offset + spot.moved for x in at], uses), links

    def _written(self, spot: Spot, texts: Sequence[str], pens: Sequence[float], uses: Uses) -> bytes:
        out, current, to_bytes = [], None, weasy.pydyf._to_bytes
        for words, text, head, x, y in zip(self.words, texts, spot.heads, pens, spot.baselines, strict=True):
            current = None if b"BT" in head.split() else current
            shown, current = words.shaper.shown(text, uses, current)
            out.append(b"%s%s%s %s Tm\n%s" % (head, _PEN, to_bytes(x), to_bytes(y), shown))
        if self.hole.cut_end and current != self.hole.after.fonts[1]:
            raise TooHot("another font at the end")
        out.append(spot.end)
        return b"".join(out)

    def learn(self, values: Mapping[str, str], box: Any, drawn: bytes, links: list[Rectangle], known: Uses) -> bool:
        """Learn where lines like this one stand from how WeasyPrint laid it out and drew it; tell whether it could."""
        try:
            measured = [words.shaper.measure(words.filled(values)) for words in self.words]
        except TooHot:
            return False
        key, spot = tuple(metrics for _, metrics in measured), self._spot(box, drawn)
        if spot is None or key in self.spots:
            return False
        self.spots[key] = spot
        try:
            mine = self.draw(values, known)
        except Refused:
            mine = None
        if mine != (drawn, links):
            del self.spots[key]
        return key in self.spots

    def _spot(self, box: Any, drawn: bytes) -> Spot | None:
        """Return where the one line of `box` stands, None if it is not like that."""
        parts = drawn.split(_PEN)
        ends = [part.rfind(b"] TJ") + 4 for part in parts[1:]]
        if len(box.children) != 1 or len(ends) != len(self.words) or 3 in ends:
            return None
        heads = (parts[0], *(part[end:] for part, end in zip(parts[1:], ends, strict=True)))
        if any(not _is_quiet(head) for head in heads):
            return None
        pens = tuple(text.position_y + text.baseline for text in _texts(box.children[0]))
        links = tuple((y, high) for _, y, _, high in (inner.hit_area() for inner in _linked(box.children[0])))
        return Spot(heads[:-1], heads[-1], box.press_left, box.width, self.island.moved[0], pens, links)


def _is_quiet(head: bytes) -> bool:
    return _QUIET.issuperset(re.findall(rb"(?<![/\w])[A-Za-z]+\*?(?![\w])", head))


def _offset(style: Any, room: float) -> float:
    """Return how far a line moves right in the room it leaves."""
    align = style["text_align_all"] if style["text_align_last"] == "auto" else style["text_align_last"]
    if room <= 0 or align in ("left", "start"):
        return 0.0
    return room / 2 if align == "center" else room


def _texts(box: Any) -> Iterator[Any]:
    """Yield the texts of a line, in order."""
    for inner in box.descendants():
        if isinstance(inner, boxes.TextBox):
            yield inner


def _linked(line: Any) -> Iterator[Any]:
    """Yield the inline boxes of a line that are links, in the order in which WeasyPrint annotates them."""
    for inner in line.descendants():
        if isinstance(inner, boxes.InlineBox) and inner.link:
            yield inner


def _grouped(box: Any, found: Sequence[Any]) -> Group:
    parts = (
        found.index(child) if isinstance(child, boxes.TextBox) else _grouped(child, found) for child in box.children
    )
    return Group(tuple(parts), isinstance(box, boxes.InlineBox) and bool(box.link))


def _only_line(island: Island) -> Any:
    """Return the one line of an island; raises TooHot where its style is not of the plainest."""
    block = island.call.box
    if len(block.children) != 1 or not isinstance(block.children[0], boxes.LineBox):
        raise TooHot("not a single line")
    style = block.style
    plain = style["text_overflow"] == "clip" and style["block_ellipsis"] == "none" and not style["text_indent"].value
    if not plain or island.measure or pango.pango_version() < _NEWEST_FAULT:
        raise TooHot("style")
    for box in block.descendants():
        if box.first_letter_style or box.first_line_style or not _is_plain(box):
            raise TooHot("style")
    return block.children[0]


def _is_plain(box: Any) -> bool:
    style = box.style
    if isinstance(box, boxes.TextBox) and not box.text.strip(" "):
        return False
    edges = [style[f"{kind}_{side}"].value for kind in ("margin", "padding") for side in ("left", "right")]
    return bool(
        style["direction"] == "ltr"
        and style["white_space"] in ("normal", "nowrap", "pre")
        and style["text_align_all"] != "justify"
        and style["text_align_last"] != "justify"
        and style["text_transform"] == "none"
        and style["visibility"] == "visible"
        and style["text_decoration_line"] in ("none", (), set(), frozenset())
        and (not isinstance(box, boxes.InlineBox) or (not any(edges) and style["position"] == "static"))
    )
