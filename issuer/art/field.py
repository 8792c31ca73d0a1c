"""The field of the modern design: the event's rosette, larger than the sheet can hold, and glowing."""

from __future__ import annotations

from typing import Final

from issuer.art.rosette import lines

WIDTH: Final = 80
HEIGHT: Final = 218
"""Millimetres; as high as the higher of the two papers and a little more."""


def field(seed: str, colours: tuple[str, str, str, str, str]) -> str:
    """Return the field as SVG, WIDTH by HEIGHT; in `colours` the ground comes first, then four that glow on it."""
    ground, first, second, third, fourth = colours
    large = lines(seed, (first, fourth, third), 1.35)
    small = lines(seed, (third, second, second), 1.9)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{ground}"/>'
        f'<g transform="translate(2 150) scale(0.27)">{large}</g>'
        f'<g transform="translate(74 8) scale(0.13)">{small}</g>'
        "</svg>"
    )
