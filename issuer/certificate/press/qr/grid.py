"""The modules of a symbol as one integer, so that a rule looks at all of them at once.

Row `r`, column `c` is bit `r * stride + c`; after the last row come the columns in the same way. Four light bits part
one line from the next: so much light the third rule looks for, and outside of the symbol all is light to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

GUARD: Final = 4
_WITH_VERSION: Final = 45
"""Modules a side of the smallest symbol that states its version: version 7 (ISO/IEC 18004:2015, 7.10)."""


@dataclass(frozen=True)
class Grid:
    """How symbols of `side` modules a side are packed."""

    side: int

    @property
    def stride(self) -> int:
        """Bits from one line to the next."""
        return self.side + GUARD

    @cached_property
    def rows(self) -> int:
        """All bits of the rows: what is drawn."""
        return (1 << self.side * self.stride) - 1

    @cached_property
    def neighbours(self) -> int:
        """The modules, of rows and columns, that another one follows on their line."""
        line = (1 << self.side - 1) - 1
        return sum(line << number * self.stride for number in range(2 * self.side))

    @cached_property
    def corners(self) -> int:
        """The upper left modules of all blocks of two by two."""
        line = (1 << self.side - 1) - 1
        return sum(line << number * self.stride for number in range(self.side - 1))

    @cached_property
    def stated(self) -> int:
        """The modules that state format and version: light while masks are judged (ISO/IEC 18004:2015, 7.8, 7.9)."""
        return self._at(_stated(self.side))

    def pack(self, matrix: Sequence[Sequence[int]]) -> int:
        """Return the modules of `matrix`, 1 for dark."""
        return self._at((row, column) for row in range(self.side) for column in range(self.side) if matrix[row][column])

    def _at(self, places: Iterable[tuple[int, int]]) -> int:
        packed = 0
        for row, column in places:
            packed |= 1 << row * self.stride + column | 1 << (self.side + column) * self.stride + row
        return packed


def _stated(side: int) -> Iterator[tuple[int, int]]:
    first = [number for number in range(9) if number != 6]
    last = range(side - 8, side)
    yield from ((8, number) for number in (*first, *last))
    yield from ((number, 8) for number in (*first, *last))
    if side >= _WITH_VERSION:
        for near in range(6):
            for far in range(side - 11, side - 8):
                yield near, far
                yield far, near
