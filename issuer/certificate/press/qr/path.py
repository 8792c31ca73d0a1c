"""The dark modules as WeasyPrint draws them from segno's SVG: one stroke for each run of a row."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from issuer.certificate.press.qr.grid import Grid

_BEGIN: Final = b"0 0 m\n"
"""Where every path of an SVG begins in WeasyPrint, whatever its first command."""


class _Piece(dict[int, bytes]):
    """The operators of eight bits of the rows by where runs begin and end, above that whether one is open already."""

    def __init__(self, first: int, stride: int) -> None:
        super().__init__()
        self._places = [divmod(first + bit, stride) for bit in range(8)]

    def __missing__(self, key: int) -> bytes:
        drawn, is_open = b"", key >> 8
        for bit, (row, column) in enumerate(self._places):
            if key >> bit & 1:
                drawn += b"%d %d.5 %c\n" % (column, row, b"ml"[is_open])
                is_open ^= 1
        self[key] = drawn
        return drawn


class Path:
    """Draws symbols of one size; every piece that was drawn once is kept, at most 512 of each eight bits."""

    def __init__(self, grid: Grid) -> None:
        self._rows = grid.rows
        self._length = (grid.rows.bit_length() + 7) // 8
        self._pieces = [_Piece(8 * number, grid.stride) for number in range(self._length)]

    def operators(self, symbol: int) -> bytes:
        """Return the lines of the content stream that make the path, without the one that paints it."""
        modules = symbol & self._rows
        before = modules << 1
        edges = (modules ^ before).to_bytes(self._length, "little")
        opened = before.to_bytes(self._length + 1, "little")
        drawn = [piece[edge | (dark & 1) << 8] for piece, edge, dark in zip(self._pieces, edges, opened, strict=False)]
        return (_BEGIN + b"".join(drawn))[:-1]


@lru_cache(maxsize=8)
def path(grid: Grid) -> Path:
    """Return what draws the symbols of `grid`; one for all families of that size."""
    return Path(grid)
