"""A secret order of the numbers below a length: each comes once, and none tells of the next.

A Feistel network over pairs of half-words, walked on until the result is below the length (Black and Rogaway, «Ciphers
with arbitrary finite domains», 2002). The round functions are random tables that follow from the key by SHAKE-256;
with as many rounds as NIST SP 800-38G (FF1) has.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from functools import lru_cache
from hashlib import shake_256
from typing import Final

ROUNDS: Final = 10


class Shuffle:
    """The numbers from 0 to `length` - 1 in the order that `key` gives them."""

    def __init__(self, key: bytes, length: int) -> None:
        if length < 1:
            raise ValueError("There is nothing to be shuffled.")
        self.length = length
        self._half = max(1, ((length - 1).bit_length() + 1) // 2)
        self._rounds = [_table(key, length, number, self._half) for number in range(ROUNDS)]

    def at(self, positions: Iterable[int]) -> list[int]:
        """Return the numbers at `positions`; different positions have different numbers."""
        half, mask, length = self._half, (1 << self._half) - 1, self.length
        found = []
        for position in positions:
            if not 0 <= position < length:
                raise IndexError(position)
            number = length
            while number >= length:
                left, right = (position >> half), position & mask
                for table in self._rounds:
                    left, right = right, left ^ table[right]
                number = position = left << half | right
            found.append(number)
        return found


@lru_cache(maxsize=64)
def shuffle(key: bytes, length: int) -> Shuffle:
    """Return the shuffle of a key, made once."""
    return Shuffle(key, length)


def _table(key: bytes, length: int, number: int, half: int) -> array[int]:
    """Return one round function: a word of `half` bits for each word of `half` bits."""
    words = array("I")
    seed = b"attestato-shuffle-v1" + length.to_bytes(8, "big") + number.to_bytes(1, "big") + key
    words.frombytes(shake_256(seed).digest(words.itemsize << half))
    mask = (1 << half) - 1
    return array("I", (word & mask for word in words))
