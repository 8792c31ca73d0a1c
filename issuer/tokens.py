"""Addresses that nobody can guess: 128 random bits in 26 characters of lower-case base32."""

from __future__ import annotations

import re
import secrets
from typing import Final

TOKEN: Final = re.compile(r"[a-z2-7]{26}", re.ASCII)
_ADDRESS: Final = re.compile(
    r"(?:https?://[^/?#\s]+)?/c/(?P<token>[a-z2-7]{26})(?:\.[a-z]{2,4})?/?(?:[?#]\S*)?", re.ASCII
)
LIST_NUMBERS: Final = 10**12
_LETTERS: Final = b"abcdefghijklmnopqrstuvwxyz234567"
_FIVE_BITS: Final = _LETTERS * 8
_THREE_BITS: Final = _LETTERS[::4] * 32


def new_token() -> str:
    """Return a new token: 25 letters of five random bits, and one of three, as base32 writes 128 of them."""
    drawn = secrets.token_bytes(26)
    return (drawn[:25].translate(_FIVE_BITS) + drawn[25:].translate(_THREE_BITS)).decode("ascii")


def read_token(text: str) -> str | None:
    """Return the token in a token, a credential's id, or the address of one of its files; None when there is none."""
    text = text.strip()
    if TOKEN.fullmatch(text):
        return text
    match = _ADDRESS.fullmatch(text)
    return match["token"] if match else None


def new_list_number() -> int:
    """Return the random number of a new status list; addresses are never counted."""
    return secrets.randbelow(LIST_NUMBERS)
