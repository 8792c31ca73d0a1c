"""The pictures of the designs to measure with: a background rich or plain, a logo, a signature."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from math import cos, pi, sin

from PIL import Image, ImageDraw


@cache
def pictures(is_rich: bool) -> Mapping[str, tuple[str, bytes]]:
    """Return the background, logo and signature of a design."""
    return {
        "asset:background": ("image/svg+xml", guilloche() if is_rich else gradient()),
        "asset:logo": ("image/png", logo()),
        "asset:hand": ("image/png", signature()),
    }


def guilloche() -> bytes:
    """Return waves over waves, as on banknotes: 130 kB of SVG."""
    lines = []
    for turn in range(56):
        points = (
            (297 * at / 160, 105 + (70 - turn) * sin(6 * pi * at / 160 + turn / 9) * cos(pi * at / 160 + turn / 40))
            for at in range(161)
        )
        path = "L".join(f"{x:.2f} {y:.2f}" for x, y in points)
        lines.append(f'<path d="M{path}" fill="none" stroke="#c{turn % 10}b27a" stroke-width=".12"/>')
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 297 210">{"".join(lines)}</svg>'.encode()


def gradient() -> bytes:
    """Return a frame on a faint gradient: 600 bytes of SVG."""
    return (
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 297 210"><defs>'
        b'<linearGradient id="g" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#fff"/>'
        b'<stop offset="1" stop-color="#f3efe2"/></linearGradient></defs>'
        b'<rect width="297" height="210" fill="url(#g)"/><rect x="8" y="8" width="281" height="194" fill="none"'
        b' stroke="#8a6d1d" stroke-width=".8"/></svg>'
    )


def logo() -> bytes:
    """Return a picture of 300 kB, as logos are that were photographed."""
    return _png(Image.frombytes("RGB", (360, 280), random.Random(7).randbytes(360 * 280 * 3)))


def signature() -> bytes:
    """Return a stroke on nothing."""
    image = Image.new("RGBA", (720, 216), (0, 0, 0, 0))
    points = [(20 + at * 7, 108 + 70 * sin(at / 6) * cos(at / 17)) for at in range(98)]
    ImageDraw.Draw(image).line(points, fill=(20, 30, 90, 230), width=5)
    return _png(image)


def _png(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
