"""ALL CAPITALS to the case a person writes: De Luca, D'Angelo, McDonald, O'Neill, van der Berg, Henry VIII."""

from __future__ import annotations

import re
from typing import Final

_RUN: Final = re.compile(r"[^\W\d_][^\W\d_\u0300-\u036f]*(?:[\u0300-\u036f]+[^\W\d_]*)*")
"""A run of letters with the marks on them."""

_LOWER: Final = frozenset({"van", "von", "vom", "zu", "zum", "zur", "der", "den", "ter", "ten", "dos", "das", "af",
                           "av", "bin", "ibn", "bint"})  # fmt: skip
"""Particles that stay small between a given name and a surname; Italian ones (De, Di, Della) do not."""

_NUMERAL: Final = re.compile(r"(?:II|III|IV|VI|VII|VIII|IX|XI|XII|XIII|XIV)")
_ELIDED: Final = frozenset({"dell", "dall", "all", "nell", "sull", "degl", "quell", "sant", "coll", "un"})
_MAC: Final = frozenset({"donald", "dougall", "gregor", "leod", "millan", "pherson", "arthur", "neil", "neill",
                         "farlane", "intyre", "lachlan"})  # fmt: skip
_VIETNAMESE: Final = frozenset({"nguyen", "tran", "le", "pham", "huynh", "hoang", "phan", "vu", "vo", "dang", "bui",
                                "do", "ho", "ngo", "duong", "ly"})  # fmt: skip
_APOSTROPHES: Final = "'’ʼ`´"
_VOWELS: Final = frozenset("AEIOUYÀÁÂÃÄÅÆÈÉÊËÌÍÎÏÒÓÔÕÖØŒÙÚÛÜÝ")


def lowered(name: str) -> str:
    """Return `name` in title case if all of it is in capitals, else as it is.

    Left alone: names with a small letter, a lone word of up to two letters, and capitals of which nobody
    can know whether they are Turkish.
    """
    if not name.isupper() or not _capitals_only(name):
        return name
    turkish = "İ" in name or "Ğ" in name
    if not turkish and "Ş" in name and "I" in name:
        return name
    words = name.split(" ")
    if turkish:
        words = [word.replace("İ", "i").replace("I", "ı") for word in words]
    last = len(words) - 1
    plain = [word.casefold() for word in words]
    return " ".join(_word(word, plain, index, last, turkish) for index, word in enumerate(words))


def _capitals_only(name: str) -> bool:
    runs = _RUN.findall(name)
    return sum(map(len, runs)) >= (3 if len(runs) == 1 else 4) and any(len(run) > 1 for run in runs)


def _word(word: str, plain: list[str], index: int, last: int, turkish: bool) -> str:
    if index and _NUMERAL.fullmatch(word):
        return word
    if 0 < index < last and plain[index] in _LOWER and not (plain[index] == "van" and plain[0] in _VIETNAMESE):
        return word.lower()
    return _RUN.sub(lambda run: _run(run, word, lone=last == 0, turkish=turkish), word)


def _run(run: re.Match[str], word: str, *, lone: bool, turkish: bool) -> str:
    text, start = run[0], run.start()
    before = word[start - 1] if start else ""
    if before and before in _APOSTROPHES and not _opens(word[:start]):
        return text.lower()
    if before == "." and len(text) > 1 and start > 2 and word[start - 3 : start - 2].isalpha():
        return text.lower()
    if len(text) == 2 and not lone and text.isascii() and text.isalpha() and not set(text) & _VOWELS:
        return text
    small = text.lower()
    if small.startswith("mc") and len(small) > 4:
        return "Mc" + small[2:3].upper() + small[3:]
    if small.startswith("mac") and small[3:] in _MAC:
        return "Mac" + small[3:4].upper() + small[4:]
    first = "İ" if turkish and small[:1] == "i" else small[:1].title()
    return first + small[1:]


def _opens(before: str) -> bool:
    """Tell whether what stands before a letter elides into it: D', O', Dell', but not the Sa' of Sa'id."""
    runs = _RUN.findall(before)
    return not runs or len(runs[-1]) == 1 or runs[-1].casefold() in _ELIDED
