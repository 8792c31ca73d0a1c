"""A colour for each role: the organization's for the first, and then others as far from it as they can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import pi
from typing import Final

from issuer.art.colour import from_lch, readable, to_lch

_TURNS: Final = (0.0, 0.5, 0.25, 0.75, 0.125, 0.625, 0.375, 0.875)
"""How far round the circle of hues the roles go; a ninth begins again."""
_LEAST_CHROMA: Final = 0.125
_LIGHTNESS: Final = 0.53
"""Of every hue this is dark enough for white letters."""


def of_roles(roles: Iterable[str], colour: str) -> Mapping[str, str]:
    """Return a colour for each role, in the order of the alphabet, that white letters can be read on."""
    named = sorted({role for role in roles if role}, key=str.casefold)
    return {role: band(colour, _TURNS[place % len(_TURNS)]) for place, role in enumerate(named)}


def band(colour: str, turn: float = 0.0) -> str:
    """Return a colour that white letters can be read on, turned round the circle of hues."""
    if not turn:
        return readable(colour, "#ffffff", 4.6)
    _, chroma, hue = to_lch(colour)
    return from_lch((_LIGHTNESS, max(chroma, _LEAST_CHROMA), hue + turn * 2 * pi))
