"""Colours of an organization made fit to print: measured in OKLCH, so that hue survives what lightness must give."""

from __future__ import annotations

from functools import lru_cache
from math import atan2, cos, hypot, pi, sin
from typing import Final

Lch = tuple[float, float, float]
"""Lightness 0 to 1, chroma, hue in radians."""

_STEPS: Final = 100


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two `#rrggbb` colours, 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=512)
def readable(colour: str, paper: str, ratio: float = 4.6) -> str:
    """Return `colour`, darkened or lightened in its own hue until text in it is legible on `paper`."""
    lightness, chroma, hue = to_lch(colour)
    step = (-lightness if _luminance(paper) > 0.18 else 1 - lightness) / _STEPS
    for index in range(_STEPS + 1):
        shade = from_lch((lightness + index * step, chroma, hue)) if index else colour
        if contrast(shade, paper) >= ratio:
            return shade
    return "#000000" if step < 0 else "#ffffff"


@lru_cache(maxsize=512)
def tint(colour: str, paper: str, amount: float) -> str:
    """Return `paper` with `amount` (0 to 1) of `colour` in it: what transparency would show, without transparency."""
    pairs = zip(_channels(colour), _channels(paper), strict=True)
    return _hexadecimal(tuple(ink * amount + sheet * (1 - amount) for ink, sheet in pairs))


@lru_cache(maxsize=256)
def spread(colour: str) -> tuple[str, str, str, str, str]:
    """Return a deep field in the hue of `colour`, and four colours that glow on it."""
    lightness, chroma, hue = to_lch(colour)
    depth = min(chroma, 0.09)
    field = from_lch((min(lightness, 0.335), depth, hue))
    vivid = 0.02 if chroma < 0.02 else 1.0
    return (
        field,
        from_lch((0.76, 0.130 * vivid, hue + 1.18 * pi)),
        from_lch((0.65, 0.165 * vivid, hue + 0.96 * pi)),
        from_lch((0.72, 0.090 * vivid, hue - 0.15 * pi)),
        from_lch((0.93, 0.028 * vivid, hue + 1.20 * pi)),
    )


def to_lch(colour: str) -> Lch:
    """Return a `#rrggbb` colour in OKLCH."""
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, hypot(a, b), atan2(b, a)


def from_lch(lch: Lch) -> str:
    """Return an OKLCH colour as `#rrggbb`; what the screen cannot show loses chroma, never hue."""
    lightness, chroma, hue = lch
    for index in range(_STEPS + 1):
        channels = _to_linear(lightness, chroma * (1 - index / _STEPS), hue)
        if all(-0.0005 <= channel <= 1.0005 for channel in channels):
            break
    return _hexadecimal(tuple(_gamma(channel) for channel in channels))


def _to_linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * cos(hue), chroma * sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _channels(colour: str) -> tuple[float, float, float]:
    value = int(colour[1:], 16)
    return (value >> 16) / 255, (value >> 8 & 255) / 255, (value & 255) / 255


def _hexadecimal(channels: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(min(max(channel, 0), 1) * 255):02x}" for channel in channels)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _gamma(channel: float) -> float:
    channel = min(max(channel, 0), 1)
    return channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
