"""Which characters nobody can print: found at intake, so that they are a fault of the row and never a box."""

from __future__ import annotations

import unicodedata
from typing import Final

from issuer.certificate.fonts import SANS
from issuer.certificate.measure import Face, has

_FACE: Final = Face(f"Inter, {SANS}")
_INVISIBLE: Final = {"Cc", "Cf", "Zs", "Zl", "Zp"}
_NOBODYS: Final = {"Co", "Cn", "Cs"}
"""Private use, unassigned and surrogates: what a font shows there, if anything, is not what was meant."""


def missing(text: str) -> set[str]:
    """Return the characters of `text` that no font of this machine has, asked of Pango as the print will ask it.

    Spaces and invisible format characters need no glyph. Answers are kept for the life of the process: fonts
    installed later are seen after a restart.
    """
    if text.isascii() and text.isprintable():
        return set()
    drawn = {character for character in text if unicodedata.category(character) not in _INVISIBLE}
    return {character for character in drawn if not (_plain(character) or _printable(character))}


def _printable(character: str) -> bool:
    return unicodedata.category(character) not in _NOBODYS and has(character, _FACE)


def _plain(character: str) -> bool:
    return "!" <= character <= "~"
