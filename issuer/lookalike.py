"""Names that an eye takes for one another: the skeleton of Unicode Technical Standard 39, section 4.

Two names are confusable when their skeletons are equal, as those of `paypal` with a Latin and with a Cyrillic a. The
pairs are Unicode's own, as the package `confusable_homoglyphs` ships them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

from confusable_homoglyphs.confusables import confusables_data


def skeleton(name: str) -> str:
    """Return what an eye sees of `name`: equal for names that look alike, whatever their letters, case and spaces."""
    shapes = _shapes()
    seen = "".join(shapes.get(letter, letter) for letter in _plain(name))
    return "".join(shapes.get(letter, letter) for letter in _plain(seen))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFD", "".join(text.split()).casefold())


@cache
def _shapes() -> Mapping[str, str]:
    """Return for each letter that has doubles the first of them all; each is paired with its prototype there."""
    shapes: dict[str, str] = {}
    for letter, doubles in confusables_data.items():
        family = [letter, *(double["c"] for double in doubles)]
        first = min((shapes.get(one, one) for one in family), key=_order)
        shapes |= dict.fromkeys(family, first)
    return {letter: shapes.get(first, first) for letter, first in shapes.items() if len(letter) == 1}


def _order(text: str) -> tuple[bool, int, str]:
    """ASCII first; of two such the longer, since `rn` stands for m and no single letter for `rn`."""
    return not text.isascii(), -len(text), text
