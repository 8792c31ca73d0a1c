"""The sheets that name badges are printed on: A4, how many labels they have, and where each one lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

PAGE: Final = (210.0, 297.0)
"""Width and height of A4, in millimetres."""
AROUND: Final = 0.8
"""What stays white above and beneath a name."""
_MARK: Final = 4.0
_AWAY: Final = 1.5


@dataclass(frozen=True)
class Sheet:
    """A sheet of `across` times `down` labels; everything in millimetres.

    `left` and `top` are where the first label begins, `over` and `under` what lies between two. `largest` is the
    size of a given name in points, if it fits. A `cut` sheet is plain paper. On a `folded` one the two labels
    of a row are the front and the back of one badge.
    """

    code: str
    across: int
    down: int
    width: float
    height: float
    left: float
    top: float
    over: float
    under: float
    largest: float
    cut: bool = False
    folded: bool = False

    @property
    def places(self) -> int:
        """How many people a sheet is for."""
        return self.down * (1 if self.folded else self.across)

    @property
    def tall(self) -> bool:
        """Whether logo and line stand one above the other, and everything in the middle."""
        return self.height > 100

    @property
    def pad(self) -> float:
        """What stays white at each edge of a label: printers are off by a millimetre."""
        return 9.0 if self.tall else 3.2

    @property
    def logo(self) -> float:
        """How wide and high the logo is at most."""
        return 17.0 if self.tall else 4.8 if self.height < 50 else 7.0

    @property
    def head(self) -> float:
        """How high the logo and the line beside or beneath it are."""
        return self.logo + (9.0 if self.tall else 0.0)

    def band(self, role: bool) -> float:
        """Return how high the band is, with a `role` in it or none."""
        return (16.0 if self.tall else 6.0 if self.height < 50 else 8.0) if role else (2.4 if self.tall else 1.2)

    def name(self, role: bool) -> tuple[float, float]:
        """Return width and height of what is left for the name above a band with a `role` or none."""
        return self.width - 2 * self.pad, self.height - 2 * self.pad - self.head - self.band(role) - 2 * AROUND

    def at(self, place: int) -> list[tuple[float, float]]:
        """Return the corners at the upper left of the labels of a place, counted from 0 along the rows."""
        if self.folded:
            return [self._corner(column, place) for column in range(self.across)]
        row, column = divmod(place, self.across)
        return [self._corner(column, row)]

    def _corner(self, column: int, row: int) -> tuple[float, float]:
        return self.left + column * (self.width + self.over), self.top + row * (self.height + self.under)

    def marks(self) -> Iterator[tuple[float, float, float, float]]:
        """Yield where to cut: rules as left, top, width and height, in the margins or, without any, at crossings."""
        ends = sorted({at for one in range(self.across) for at in self._ends(self._corner(one, 0)[0], self.width)})
        tops = sorted({at for one in range(self.down) for at in self._ends(self._corner(0, one)[1], self.height)})
        for x in (at for at in ends if 0 < at < PAGE[0]):
            yield from ((x, y, 0.0, high) for y, high in _stretches(tops, PAGE[1]))
        for y in (at for at in tops if 0 < at < PAGE[1]):
            yield from ((x, y, wide, 0.0) for x, wide in _stretches(ends, PAGE[0]))

    def _ends(self, start: float, length: float) -> tuple[float, float]:
        return round(start, 3), round(start + length, 3)


def _stretches(cuts: list[float], length: float) -> Iterator[tuple[float, float]]:
    """Yield where a rule begins and how long it is: before the first of the `cuts` across it, and behind the last."""
    first, last = cuts[0], cuts[-1]
    if first > _AWAY:
        yield max(first - _AWAY - _MARK, 0), min(_MARK, first - _AWAY)
        yield last + _AWAY, min(_MARK, length - last - _AWAY)
        return
    yield 0.0, _MARK
    yield length - _MARK, _MARK
    for cut in cuts:
        if 0 < cut < length:
            yield cut - _MARK / 2, _MARK


SHEETS: Final = MappingProxyType({one.code: one for one in (
    Sheet("l7163", 2, 7, 99.1, 38.1, 4.65, 15.15, 2.5, 0.0, 44),
    Sheet("l7160", 3, 7, 63.5, 38.1, 7.25, 15.15, 2.5, 0.0, 40),
    Sheet("card", 2, 5, 90.0, 54.0, 15.0, 13.5, 0.0, 0.0, 56, cut=True),
    Sheet("a6", 2, 2, 105.0, 148.5, 0.0, 0.0, 0.0, 0.0, 84, cut=True),
    Sheet("a6-fold", 2, 2, 105.0, 148.5, 0.0, 0.0, 0.0, 0.0, 84, cut=True, folded=True),
)})  # fmt: skip
"""The sheets by their codes: two kinds of labels as everybody sells them, cards, and A6 for plastic pockets."""
