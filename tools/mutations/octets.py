"""Mutations of any file: bits turned, pieces put in, taken out, doubled, swapped, cut off."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

Way = Callable[[bytes, random.Random], bytes]
WORDS: Final = (
    b"\0", b"\n", b" ", b"\xff", b"\xef\xbb\xbf", b"{", b"}", b"[", b"]", b'"', b",", b":", b"null", b"true", b"1e9",
    b"-0", b"NaN", b"\\u0000", b"\\ud800", b"//", b"]]>", b"<!--", b"-->", b"&#0;", b"=", b".", b"..", b"IEND",
    b"endobj",
    b"%%EOF", b"\xf0\x9f\x98\x80", b"\xc3", b"\xe2\x80\xae", b"https://evil.example/c/1", b"proof", b'"id":"x",',
)  # fmt: skip
"""Pieces that mean something to one parser or another."""


def turned(data: bytes, dice: random.Random) -> bytes:
    """Return `data` with one bit turned."""
    place = dice.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << dice.randrange(8)]) + data[place + 1 :]


def replaced(data: bytes, dice: random.Random) -> bytes:
    """Return `data` with up to eight octets replaced by others."""
    start, length = dice.randrange(len(data)), dice.randint(1, 8)
    return data[:start] + dice.randbytes(length) + data[start + length :]


def inserted(data: bytes, dice: random.Random) -> bytes:
    """Return `data` with a piece put in."""
    place = dice.randint(0, len(data))
    piece = dice.choice(WORDS) if dice.random() < 0.8 else dice.randbytes(dice.randint(1, 32))
    return data[:place] + piece + data[place:]


def deleted(data: bytes, dice: random.Random) -> bytes:
    """Return `data` without a piece."""
    start = dice.randrange(len(data))
    return data[:start] + data[start + _length(data, dice) :]


def doubled(data: bytes, dice: random.Random) -> bytes:
    """Return `data` with a piece of it put in again, somewhere."""
    start, place = dice.randrange(len(data)), dice.randint(0, len(data))
    piece = data[start : start + _length(data, dice)]
    return data[:place] + piece + data[place:]


def swapped(data: bytes, dice: random.Random) -> bytes:
    """Return `data` with two pieces of it in each other's place."""
    first, second, third, fourth = sorted(dice.randint(0, len(data)) for _ in range(4))
    return data[:first] + data[third:fourth] + data[second:third] + data[first:second] + data[fourth:]


def cut(data: bytes, dice: random.Random) -> bytes:
    """Return the beginning of `data`, or its end."""
    place = dice.randint(1, len(data))
    return data[:place] if dice.random() < 0.7 else data[place:]


def _length(data: bytes, dice: random.Random) -> int:
    return dice.choice((1, 2, 8, 64, max(1, len(data) // 4)))


WAYS: Final[tuple[Way, ...]] = (turned, turned, replaced, inserted, inserted, deleted, doubled, swapped, cut)


def mutated(data: bytes, dice: random.Random) -> tuple[str, bytes]:
    """Return the name of one way, and `data` mutated in it; in one of ten cases several times over."""
    way = dice.choice(WAYS)
    for _ in range(dice.randint(2, 5) if dice.random() < 0.1 else 1):
        data = way(data, dice) or b" "
    return way.__name__, data
