"""A name as it is read from three steps away: what one is called by, as large as it fits, and the rest beneath."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from issuer.certificate.design import DESIGNS
from issuer.certificate.fit import MM, FittedName, fit_name, is_particle, reads_from_the_right
from issuer.certificate.measure import Face

GIVEN: Final = DESIGNS["minimal"].name
FAMILY: Final = replace(GIVEN, weight=500, tracking=-0.01)
SCALES: Final = DESIGNS["minimal"].scales
LEADING: Final = 1.12
"""From line to line, in ems."""
HIGH: Final = 1.4
"""The same for scripts that hang from a line, or reach far above and beneath it."""
_LOW: Final = frozenset({
    "LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN", "HEBREW", "CJK", "HANGUL", "HIRAGANA", "KATAKANA", "BOPOMOFO",
})  # fmt: skip
BENEATH: Final = 0.62
"""The size of a family name, of that of the given name."""
_FAMILY_FIRST: Final = frozenset({"CJK", "HANGUL", "HIRAGANA", "KATAKANA"})
_SHORT: Final = 8
"""Letters, and the spaces between them."""
_SMALLER: Final = 0.95
_LEAST: Final = 1.0
_JOINED: Final = frozenset({
    "abd", "abdel", "abdul", "abu", "umm", "عبد", "أبو", "ابو", "أم", "بن", "ابن", "آل", "בן", "בת", "בר",
})  # fmt: skip
"""Words that are half a name, and begin one as often as they stand within it."""


@dataclass(frozen=True)
class Name:
    """A name as it stands on a badge: `given` and, where there is one, `family` beneath; `rtl` as it is read."""

    given: FittedName
    family: FittedName | None
    rtl: bool
    leading: float

    @property
    def height(self) -> float:
        """How high it stands, in points."""
        return sum(len(part.lines) * part.size * self.leading for part in (self.given, self.family) if part)


@lru_cache(maxsize=4096)
def fitted(name: str, width: float, height: float, largest: float) -> Name:
    """Return a name at the largest size that fits so many millimetres; `largest` are points, for a given name."""
    given, family = parted(name)
    rtl, leading, size = reads_from_the_right(name), _leading(name), largest
    while True:
        made = Name(_line(given, GIVEN, size, width), _beneath(family, given, size, width), rtl, leading)
        if made.height <= height * MM or size < _LEAST:
            return made
        size *= _SMALLER


def parted(name: str) -> tuple[str, str]:
    """Return what somebody is called by, and the rest: parted at the first space at which a line may end.

    Titles and initials go with what follows them (`Dr. Ada`, `J. R. R.`), particles with the name that they belong
    to (`van Beethoven`, `Abd al-Rahman`). Lists do not tell which word is whose family's: a name of four words has
    one before, and three beneath. Short names of scripts in which the family comes first stay whole.
    """
    words = name.split()
    if _scripts(name) & _FAMILY_FIRST and len(name) <= _SHORT:
        return " ".join(words), ""
    at = 0
    while at < len(words) - 1 and words[at].endswith("."):
        at += 1
    if not at or (len(words) - at > 1 and not _half(words[at])):
        at += 1
    while at < len(words) and _half(words[at - 1]):
        at += 1
    return " ".join(words[:at]), " ".join(words[at:])


def _leading(name: str) -> float:
    return LEADING if _scripts(name) - {"MODIFIER"} <= _LOW else HIGH


def _scripts(name: str) -> set[str]:
    """Return the scripts of the letters of a name, by the first words of their Unicode names."""
    letters = (letter for letter in name if unicodedata.category(letter).startswith("L"))
    return {unicodedata.name(letter, "").split(" ")[0].split("-")[0] for letter in letters}


def _half(word: str) -> bool:
    return is_particle(word) or word.casefold() in _JOINED


def _line(text: str, face: Face, size: float, width: float) -> FittedName:
    return fit_name(text, face, size, width, SCALES)


def _beneath(family: str, given: str, size: float, width: float) -> FittedName | None:
    """Return the family name, never larger than the given name came out."""
    if not family:
        return None
    return _line(family, FAMILY, min(size * BENEATH, _line(given, GIVEN, size, width).size), width)
