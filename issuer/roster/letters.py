"""Which characters a name or a printed value may hold (SECURITY.md G3; UTS 39, UTR 36)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from issuer.roster import limits

_PLAIN: Final = re.compile(
    r"[ !-~\u00a1-\u00ac\u00ae-\u024f\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ff"
    r"\u0400-\u0482\u048a-\u052f\u1e00-\u1eff’]*"
)
"""Text without any character that needs a closer look; the soft hyphen U+00AD is not in it."""

_LETTERED: Final = re.compile(r"[^\W\d_]")
_NUMBER: Final = re.compile(r"\d[\d .,:/()-]*|[+(-][\d .,:/()-]{4,}")
"""Numbers and telephones; `+1` is shorter than any."""

_JOINERS: Final = "\u200c\u200d"
_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\ufffc\ufffd")
_WITHOUT_JOINERS: Final = (
    "LATIN",
    "GREEK",
    "CYRILLIC",
    "ARMENIAN",
    "GEORGIAN",
    "CJK",
    "HANGUL",
    "HIRAGANA",
    "KATAKANA",
)
_CONTROLS: Final = {
    0x00: "NULL", 0x07: "BELL", 0x08: "BACKSPACE", 0x09: "TAB", 0x0A: "LINE FEED", 0x0B: "LINE TABULATION",
    0x0C: "FORM FEED", 0x0D: "CARRIAGE RETURN", 0x1B: "ESCAPE", 0x7F: "DELETE", 0x85: "NEXT LINE",
}  # fmt: skip


def forbidden(text: str, *, lines: bool = False) -> str | None:
    """Return the first character that may not be printed, or None; line breaks and tabs pass with `lines`."""
    if _PLAIN.fullmatch(text):
        return None
    for index, character in enumerate(text):
        if character < "\x7f" and character >= " ":
            continue
        if lines and character in "\n\r\t":
            continue
        if _bad(text, index):
            return character
    return None


def _bad(text: str, index: int) -> bool:
    character = text[index]
    if character in _JOINERS:
        return not _joins(text, index)
    if character in _INVISIBLE:
        return True
    if "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
        return index == 0 or unicodedata.category(text[index - 1]) not in ("Lo", "So")
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _joins(text: str, index: int) -> bool:
    """Tell whether a joiner stands where a script needs one: after a letter or mark of it, or within an emoji."""
    if index == 0 or index + 1 == len(text):
        return False
    before, after = text[index - 1], text[index + 1]
    kinds = unicodedata.category(before), unicodedata.category(after)
    if kinds[0] in ("So", "Sk", "Mn") and kinds[1] == "So":
        return True
    if kinds[0][0] not in "LM" or kinds[1][0] not in "LM":
        return False
    return not unicodedata.name(before, "").startswith(_WITHOUT_JOINERS)


def called(character: str) -> tuple[str, str]:
    """Return the code of a character, as `U+202E`, and its Unicode name."""
    code = ord(character)
    kind = {"Co": "PRIVATE USE", "Cn": "UNASSIGNED", "Cs": "SURROGATE", "Cc": "CONTROL"}
    name = unicodedata.name(character, "") or _CONTROLS.get(code) or kind.get(unicodedata.category(character), "")
    return f"U+{code:04X}", name


def heaped(text: str) -> bool:
    """Tell whether more marks than the limit are heaped on one base, composed into it or not."""
    if _PLAIN.fullmatch(text):
        return False
    return any(count > limits.MARKS for count in _marks(unicodedata.normalize("NFD", text)))


def _marks(text: str) -> Iterator[int]:
    count = 0
    for character in text:
        if unicodedata.category(character)[0] == "M":
            count += 1
        else:
            yield count
            count = 0
    yield count


def names_somebody(text: str) -> bool:
    """Tell whether this may be somebody's name: a letter of any script, or at least no mere number or punctuation.

    What else a person chose to be called, such as `{{7*7}}`, is printed as it stands (SECURITY.md F1, G7).
    """
    if _LETTERED.search(text):
        return True
    return any(character.isdigit() for character in text) and not _NUMBER.fullmatch(text)


def shown(text: str, longest: int = 60) -> str:
    """Return `text` fit to stand in a sentence: short, and with what cannot be seen written as its code."""
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    if _PLAIN.fullmatch(cut):
        return cut
    return "".join(f"[{called(letter)[0]}]" if _bad(cut, index) else letter for index, letter in enumerate(cut))
