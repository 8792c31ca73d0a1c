"""A name as it will be signed: repaired where a list damages it, each time with a note, and never otherwise."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from issuer.roster import letters, limits
from issuer.roster.capitals import lowered
from issuer.roster.model import Repair

_NEAT: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-zÀ-ÖØ-öø-ÿ'.-]+(?: [A-Za-zÀ-ÖØ-öø-ÿ'.-]+)*")
_SPACES: Final = re.compile(r"[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_ORIGINAL: Final = re.compile(r"(?: \([^()]{0,200}\)){1,3}\s*$")


class Unfit(ValueError):
    """A name that cannot stand on a certificate: the code of the fault and its values."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def fit(text: str) -> str:
    """Return the name in NFC with single spaces, in the capitals it has; raises Unfit."""
    _look(text)
    name = single_spaced(composed(text))
    _check(name)
    return name


def repaired(text: str, *, field: str = "name", undone: frozenset[str] = frozenset()) -> tuple[str, tuple[Repair, ...]]:
    """Return the name in NFC, with single spaces and out of capitals, and a note of each change; raises Unfit.

    Changes whose codes are in `undone` are not made: the name stays as it stood.
    """
    if len(text) < limits.NAME_POINTS and _NEAT.fullmatch(text) and not text.isupper():
        return text, ()
    _look(text)
    repairs: list[Repair] = []
    for code, change in (("nfc", composed), ("spaces", single_spaced), ("capitals", lowered)):
        changed = text if code in undone else change(text)
        if changed != text:
            repairs.append(Repair(field, text, changed, code))
            text = changed
    _check(text)
    return text, tuple(repairs)


def _look(text: str) -> None:
    found = letters.forbidden(text)
    if found is not None:
        code, name = letters.called(found)
        raise Unfit("name_character", character=code, called=name)


def _check(text: str) -> None:
    if len(text) > limits.NAME_POINTS:
        raise Unfit("name_long", limit=limits.NAME_POINTS, found=len(text))
    if letters.heaped(text):
        raise Unfit("name_marks", limit=limits.MARKS)
    if not letters.names_somebody(text):
        raise Unfit("name_without_letters", value=letters.shown(text))


def composed(text: str) -> str:
    """Return the text in Unicode's composed form (NFC; never NFKC, which changes letters)."""
    return unicodedata.normalize("NFC", text)


def single_spaced(text: str) -> str:
    """Return the text without stray, doubled or no-break spaces; the wide space within a CJK name stays."""
    return _SPACES.sub(_space, text).strip(" \u3000")


def _space(found: re.Match[str]) -> str:
    text, start, end = found.string, found.start(), found.end()
    if found[0] == "\u3000" and start and end < len(text) and _is_wide(text[start - 1]) and _is_wide(text[end]):
        return "\u3000"
    return " "


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")


def without_original(text: str) -> tuple[str, tuple[Repair, ...]]:
    """Return the name of a meeting's `User Name (Original Name)` as the person showed it, with a note."""
    found = _ORIGINAL.search(text)
    if found is None or not text[: found.start()].strip():
        return text, ()
    shown = text[: found.start()]
    return shown, (Repair("name", text, shown, "user_name"),)


def key(text: str) -> str:
    """Return the text as it is compared: composed, one space between words, without case."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()
