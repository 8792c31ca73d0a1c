"""Addresses of one family: the same beginning, then as many letters as every other of them has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LETTERS: Final = frozenset(range(0x21, 0x7F))
"""The bytes that may vary: what ASCII prints. In all others a code may be written in another mode or alphabet."""


@dataclass(frozen=True)
class Family:
    """All addresses that begin with `prefix` and go on with `length` letters of printable ASCII."""

    prefix: str
    length: int

    def varying(self, url: str) -> bytes | None:
        """Return the letters of `url` after the prefix, None for an address of another family."""
        rest = url[len(self.prefix) :]
        if len(rest) != self.length or not url.startswith(self.prefix) or not rest.isascii():
            return None
        letters = rest.encode("ascii")
        return letters if LETTERS.issuperset(letters) else None


def family_of(url: str) -> Family:
    """Return the family of an address whose last segment alone is its own: `https://HOST/c/TOKEN`."""
    head, slash, tail = url.rpartition("/")
    return Family(head + slash, len(tail))
