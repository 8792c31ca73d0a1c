"""A compiled plate: one sheet, ready to print whoever fits it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from issuer.certificate.press.compiled import Compiled, compiled
from issuer.certificate.press.drawing import Drawing, meet
from issuer.certificate.press.fontfile import FontFiles
from issuer.certificate.press.letters import shared
from issuer.certificate.press.links import Rectangle
from issuer.certificate.press.order import Order, Skeleton
from issuer.certificate.press.painting import Fonts, Uses
from issuer.certificate.press.prefix import prefix_of
from issuer.certificate.press.printed import Plate, Tier
from issuer.certificate.press.refused import Refused
from issuer.certificate.press.tail import Head, tail_of
from issuer.certificate.press.token import has_token, is_plain, is_still


@dataclass(frozen=True)
class Struck:
    """One print of a plate: the tail of its file, and what it was made of."""

    tail: bytes
    tier: Tier
    drawn: Sequence[bytes]
    uses: Uses
    places: Mapping[int, Sequence[Rectangle]]


class CompiledPlate:
    """What is known of a sheet once it has been laid out and painted."""

    def __init__(self, order: Order, skeleton: Skeleton, fonts: Fonts, files: FontFiles, *, high: bool) -> None:
        self.of: Compiled = compiled(order, skeleton, fonts, high=high)
        self.fonts, self.files = fonts, files
        self.prefix = prefix_of(self.of, shared(self.of, fonts), files)
        self.head = Head.of(self.of)
        self.of.release()
        self.plate = Plate(self.prefix.body, self.prefix.sha256)
        self.verdict = self.of.verdict
        self.drawing = Drawing(self.of, fonts)

    def print(self, order: Order) -> Struck:
        """Print an order; raises OtherForm where another plate may fit, and Refused where none will."""
        check(order, self.of)
        cold = self.drawing.laid(order)
        uses: Uses = {}
        drawn: list[bytes] = []
        places: dict[int, list[Rectangle]] = {}
        tier = Tier.HOT
        for at, hole in enumerate(self.of.holes):
            self._meet(uses, hole.known)
            if hole.island is None:
                drawn.append(self.drawing.picture(at, order))
                continue
            data, links, is_hot = self.drawing.drawn(hole, hole.island, order, uses, cold.get(hole.island))
            for key, widths in hole.met.items():
                if key not in uses or not widths.items() <= uses[key].widths.items():
                    raise Refused("width of a letter of an island")
            drawn.append(data)
            places[hole.island] = links
            tier = tier if is_hot else Tier.ISLAND
        self._meet(uses, self.of.static)
        tail = tail_of(order, self.prefix, self.head, drawn, uses, places, self.files)
        return Struck(tail, tier, drawn, uses, places)

    def _meet(self, uses: Uses, known: Uses) -> None:
        if not meet(uses, known):
            raise Refused("width of a letter of the sheet")


def check(order: Order, of: Compiled) -> None:
    """Raise Refused for values that WeasyPrint would not take as they are."""
    for field, is_kept in of.texts.items():
        if not (is_still if is_kept else is_plain)(order.values[field]):
            raise Refused("white space or control character")
    if any(has_token(value) for value in order.values.values()):
        raise Refused("token in a value")
