"""The tables of a family, asked of segno once.

Within one family version, level and mode are the same, and Reed-Solomon codes are linear over GF(2): the symbol of one
address differs from that of another by the sum (exclusive or) of what each differing bit changes alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import segno

from issuer.certificate.press.qr.family import LETTERS, Family
from issuer.certificate.press.qr.grid import Grid

MASKS: Final = 8
MOST_VERSION: Final = 10
"""Beyond that an address has more than 200 letters, and no family here has any."""

_ZERO: Final = "a"
"""The letter from which all differences are counted."""


@dataclass(frozen=True)
class Tables:
    """What a family's symbols are made of, packed by `grid`.

    `whole` is the symbol of the family's zero by mask, `judged` the same without format and version; `changes` holds
    for each varying letter what each byte changes in it.
    """

    grid: Grid
    whole: Sequence[int]
    judged: Sequence[int]
    changes: Sequence[Mapping[int, int]]


def probe(family: Family) -> Tables | None:
    """Return the tables of `family`; None for one that segno does not write as bytes, or in too large a symbol."""
    zero = family.prefix + _ZERO * family.length
    if not family.length or not family.prefix.isascii() or len(zero) > 210:
        return None
    # Capitals are the letters of the alphanumeric mode: with them, what stays bytes is bytes with any letters.
    if make(family.prefix + "A" * family.length).mode != "byte" or make(zero).version > MOST_VERSION:
        return None
    grid = Grid(len(make(zero, 0).matrix))
    whole = [grid.pack(make(zero, mask).matrix) for mask in range(MASKS)]
    changes = [_changes(zero, len(family.prefix) + place, whole[0], grid) for place in range(family.length)]
    return Tables(grid, whole, [symbol & ~grid.stated for symbol in whole], changes)


def make(url: str, mask: int | None = None) -> Any:
    """Return segno's code of `url` as the sheets have it: level M, never micro, level not raised."""
    return segno.make(url, error="m", micro=False, boost_error=False, mask=mask)


def _changes(zero: str, place: int, whole: int, grid: Grid) -> Mapping[int, int]:
    def by_bit(bit: int) -> int:
        turned = zero[:place] + chr(ord(_ZERO) ^ 1 << bit) + zero[place + 1 :]
        return grid.pack(make(turned, 0).matrix) ^ whole

    bits = [by_bit(bit) for bit in range(7)]
    return {letter: _sum(bits, letter ^ ord(_ZERO)) for letter in LETTERS}


def _sum(bits: Sequence[int], difference: int) -> int:
    total = 0
    for bit, change in enumerate(bits):
        if difference >> bit & 1:
            total ^= change
    return total
