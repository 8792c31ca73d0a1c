"""The codes of one family: symbol, mask and drawing of any of its addresses in a tenth of a millisecond."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from issuer.certificate.press.qr.family import Family
from issuer.certificate.press.qr.path import path
from issuer.certificate.press.qr.penalty import penalty
from issuer.certificate.press.qr.probe import Tables, make, probe

_PROOFS: Final = ("0", "z", "Zq7-")
"""What addresses are filled with that are made both ways before a family is trusted."""


@dataclass(frozen=True)
class Symbol:
    """One code: its modules, packed by the grid of its family, and the number of its mask."""

    modules: int
    mask: int


class Symbols:
    """Makes the codes of one family. To ask for one of another family is to be told None: it goes the long way."""

    def __init__(self, family: Family, tables: Tables) -> None:
        self.family = family
        self.grid = tables.grid
        self._tables = tables
        self._path = path(tables.grid)

    def symbol(self, url: str) -> Symbol | None:
        """Return the code of `url`, module by module as segno makes it."""
        letters = self.family.varying(url)
        if letters is None:
            return None
        change = 0
        for changes, letter in zip(self._tables.changes, letters, strict=True):
            change ^= changes[letter]
        points = [penalty(judged ^ change, self.grid) for judged in self._tables.judged]
        mask = points.index(min(points))
        return Symbol(self._tables.whole[mask] ^ change, mask)

    def operators(self, url: str) -> bytes | None:
        """Return the path that WeasyPrint writes for the SVG of this code: lines parted by line feeds, none at the end.

        What it writes before (matrix, colour, pen) and after (the painting) is the same for all of a family that are
        drawn at one size: `drawing.partition(operators)` of one of them gives it.
        """
        symbol = self.symbol(url)
        return None if symbol is None else self._path.operators(symbol.modules)


@lru_cache(maxsize=16)
def symbols(family: Family) -> Symbols | None:
    """Return what makes the codes of `family`, None where segno has to; segno is asked 200 times, once a family."""
    tables = probe(family)
    if tables is None:
        return None
    made = Symbols(family, tables)
    return made if all(_is_equal(made, letters) for letters in _PROOFS) else None


def _is_equal(made: Symbols, letters: str) -> bool:
    """Tell whether one address comes out as segno makes it, modules and mask: also segno may change one day."""
    family = made.family
    url = family.prefix + (letters * family.length)[: family.length]
    theirs = make(url)
    return made.symbol(url) == Symbol(made.grid.pack(theirs.matrix), theirs.mask)
