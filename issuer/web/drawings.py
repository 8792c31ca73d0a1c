"""Small drawings that stand inside a page: the event's rosette and the code that leads back to the page."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

import segno
from markupsafe import Markup

from issuer.art.colour import readable
from issuer.art.rosette import rosette

WINE = "#7a1f2b"
PAPER, DARK_PAPER = "#faf8f4", "#16151a"


@lru_cache(maxsize=256)
def ornament(seed: str) -> Markup:
    """Return the rosette of `seed` in the colour of the text around it, for the eye alone."""
    drawing = rosette(seed, "currentColor")
    return Markup(drawing.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704 (our own)


@lru_cache(maxsize=256)
def icon(seed: str, colour: str) -> bytes:
    """Return the rosette of `seed` as a picture of its own, with lines that hold at sixteen pixels."""
    return rosette(seed, colour, weight=9).encode()


def code(url: str) -> bytes:
    """Return the QR code of `url` as SVG: error correction M, quiet zone kept, ink on white by day and night."""
    out = BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="svg", omitsize=True, border=4, dark="#1d1b20", light="#fff")
    return out.getvalue()


@lru_cache(maxsize=256)
def accent_sheet(colour: str) -> str:
    """Return the style sheet that puts an organization's colour in the place of wine, legible by day and night."""
    light, dark = readable(colour, PAPER), readable(colour, DARK_PAPER)
    return (
        f":root{{--accent:{light};--on-accent:#fffefb}}"
        f"@media (prefers-color-scheme:dark){{:root{{--accent:{dark};--on-accent:{DARK_PAPER}}}}}\n"
    )
