"""Mutations of JSON as it is written: escapes, blanks, numbers, members that stand twice, what no reader agrees on."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from typing import Final

Way = Callable[[str, random.Random], str]
_NUMBER: Final = re.compile(r"(?<=[:,\[])-?\d+(?:\.\d+)?(?=[,\]}])")
_MEMBER: Final = re.compile(r'"(\w+)":("(?:[^"\\]|\\.)*")')
_TEXT: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
FORMS: Final = (
    "{0}e0",
    "{0}E+0",
    "0{0}",
    "+{0}",
    "{0}.",
    "{0}000000000000000000000",
    "NaN",
    "Infinity",
    "0x{0}",
    '"{0}"',
)
AROUND: Final = (
    "\ufeff",
    " ",
    "\n\n",
    "\0",
    "// x\n",
    "/* x */",
    ",",
    "[",
    "x",
    "\u00a0",
    "\x0b",
    "<!-- -->",
    "data:,",
    "#",
)
BEHIND: Final = (" ", "\n", "\0", "{}", ",", "]", "}", "x", "//", "\ufeff", '{"name":"Eve"}', "\x1a")


def escaped(text: str, dice: random.Random) -> str:
    """Write a letter of a text as an escape, which means nothing; or half of a pair, which means no letter."""
    if not (found := _spot(_TEXT, text, dice)) or found.end() - found.start() < 3:
        return text
    place = dice.randrange(found.start() + 1, found.end() - 1)
    if text[place] == "\\" or text[place - 1] == "\\":
        return text
    code = dice.choice((f"\\u{ord(text[place]):04x}", f"\\u{ord(text[place]):04X}", "\\ud83d", "\\u0000", "\\/"))
    return text[:place] + code + text[place + 1 :]


def spaced(text: str, dice: random.Random) -> str:
    """Put blanks where they mean nothing, or where they mean something."""
    place = dice.randint(0, len(text)) if dice.random() < 0.3 else text.index(dice.choice((":", ",", "{", "}")))
    return text[:place] + dice.choice((" ", "\n", "\t\r\n", "\x0c", "\u2028")) + text[place:]


def numbered(text: str, dice: random.Random) -> str:
    """Write a number in another form."""
    if not (found := _spot(_NUMBER, text, dice)):
        return text
    form = dice.choice((*FORMS, "{0}0" if "." in found[0] else "{0}.0"))
    return text[: found.start()] + form.format(found[0]) + text[found.end() :]


def said_twice(text: str, dice: random.Random) -> str:
    """Say a member twice in one object, the first time or the second time otherwise."""
    if not (found := _spot(_MEMBER, text, dice)):
        return text
    other = f'"{found[1]}":{dice.choice((found[2], json.dumps("Eve"), "null", "[]"))}'
    pair = f"{other},{found[0]}" if dice.random() < 0.5 else f"{found[0]},{other}"
    return text[: found.start()] + pair + text[found.end() :]


def said_before_and_behind(text: str, dice: random.Random) -> str:
    """Put something before the document, or behind it."""
    return dice.choice(AROUND) + text if dice.random() < 0.5 else text + dice.choice(BEHIND)


def doubled(text: str, dice: random.Random) -> str:
    """Write the document twice."""
    return text + dice.choice(("", "\n", ",", " and ")) + text


def encoded(text: str, dice: random.Random) -> bytes:
    """Return the octets of `text`, in ten of a hundred cases not in UTF-8."""
    if dice.random() < 0.9:
        return text.encode("utf-8", "surrogatepass")
    form = dice.choice(("utf-16", "utf-16-le", "utf-32", "latin-1", "utf-8-sig", "utf-7", "cp037"))
    return text.encode(form, "replace")


WAYS: Final[tuple[Way, ...]] = (
    escaped,
    escaped,
    spaced,
    numbered,
    numbered,
    said_twice,
    said_before_and_behind,
    doubled,
)


def mutated(data: bytes, dice: random.Random) -> tuple[str, bytes]:
    """Return the name of one way, and the JSON `data` mutated in it."""
    way = dice.choice(WAYS)
    return way.__name__, encoded(way(data.decode(), dice), dice)


def _spot(pattern: re.Pattern[str], text: str, dice: random.Random) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return dice.choice(found) if found else None
