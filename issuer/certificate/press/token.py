"""Tokens that stand in a skeleton for what varies: private characters around the number of a field.

The characters around are drawn anew by every process, so that no text that somebody gives us can pass for a token.
No token is ever printed.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_FIRST: Final = 0xF0000
_OPEN: Final = "".join(chr(_FIRST + secrets.randbelow(0x8000)) for _ in range(4))
_CLOSE: Final = "\U000ffffd"
_DIGITS: Final = 0xF9000
_TOKEN: Final = re.compile(f"{_OPEN}([{chr(_DIGITS)}-{chr(_DIGITS + 0xFF)}]){_CLOSE}")

ADDRESS: Final = f"https://{secrets.token_hex(12)}.invalid/"
"""Stands for a web address, which must look like one: an attribute that holds it holds nothing else."""

_PLAIN: Final = re.compile(r"(?:[^\s\x00-\x1f\x7f-\x9f\xad\u200b\u2028\u2029\ufeff]|[ \xa0\u202f])+\Z")
_WORDS: Final = re.compile(r"[^ ]+(?: [^ ]+)*\Z")
_URL: Final = re.compile(r"https?://[A-Za-z0-9._~-]+(?::\d+)?/[A-Za-z0-9._~/-]*\Z")


@dataclass(frozen=True)
class Template:
    """A text with holes: literal, field, literal, field, … literal."""

    pieces: tuple[str, ...]

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the text with the values in it."""
        if len(self.pieces) == 3:
            return f"{self.pieces[0]}{values[self.pieces[1]]}{self.pieces[2]}"
        return "".join(values[piece] if index % 2 else piece for index, piece in enumerate(self.pieces))

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that it names, in order."""
        return self.pieces[1::2]


@dataclass(frozen=True)
class Fields:
    """The fields of one skeleton, in the order of their numbers; at most 256."""

    names: tuple[str, ...]

    def token(self, name: str) -> str:
        """Return what stands for the field in a skeleton."""
        return f"{_OPEN}{chr(_DIGITS + self.names.index(name))}{_CLOSE}"

    def template(self, text: str) -> Template | None:
        """Return `text` as a template, None if it has no token."""
        pieces = _TOKEN.split(text)
        if len(pieces) == 1:
            return None
        return Template(tuple(self.names[ord(p) - _DIGITS] if i % 2 else p for i, p in enumerate(pieces)))


def has_token(text: str) -> bool:
    """Tell whether there is anything of a token in `text`."""
    return _OPEN in text or ADDRESS in text


def is_plain(text: str) -> bool:
    """Tell whether white space in `text` is as HTML leaves it, and nothing in it is a control or a soft hyphen."""
    return _WORDS.match(text) is not None and _PLAIN.match(text) is not None


def is_still(text: str) -> bool:
    """Tell whether nothing in `text` is a control or a soft hyphen: enough where white space is kept as it is."""
    return _PLAIN.match(text) is not None


def is_address(text: str) -> bool:
    """Tell whether `text` is a web address that no normalization changes."""
    return _URL.match(text) is not None
