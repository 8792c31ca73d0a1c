"""Addresses: 128 random bits, as base32 writes them."""

from __future__ import annotations

from base64 import b32decode, b32encode
from collections import Counter

from issuer.tokens import TOKEN, new_token


def test_a_token_is_what_base32_makes_of_sixteen_octets() -> None:
    for token in (new_token() for _ in range(200)):
        octets = b32decode(token.upper() + "======")

        assert TOKEN.fullmatch(token)
        assert len(octets) == 16
        assert b32encode(octets).decode().rstrip("=").lower() == token


def test_every_bit_of_a_token_is_as_often_set_as_not() -> None:
    tokens = [int.from_bytes(b32decode(new_token().upper() + "======")) for _ in range(4_000)]
    ones = Counter(place for token in tokens for place in range(128) if token >> place & 1)

    assert len(set(tokens)) == len(tokens)
    assert all(1_700 < ones[place] < 2_300 for place in range(128))
