"""The typefaces of the certificates: our own files first, Debian's Noto for the scripts they do not have."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from threading import RLock
from typing import Final

from weasyprint import CSS
from weasyprint.text.fonts import FontConfiguration

from issuer.certificate.fetcher import Assets

FACES: Final = (
    ("EB Garamond", 400, "normal", "eb-garamond/EBGaramond-Regular.ttf"),
    ("EB Garamond", 400, "italic", "eb-garamond/EBGaramond-Italic.ttf"),
    ("EB Garamond", 500, "normal", "eb-garamond/EBGaramond-Medium.ttf"),
    ("EB Garamond", 600, "normal", "eb-garamond/EBGaramond-SemiBold.ttf"),
    ("Fraunces", 600, "normal", "fraunces/Fraunces-SemiBold.ttf"),
    ("Inter", 400, "normal", "inter/Inter-Regular.ttf"),
    ("Inter", 500, "normal", "inter/Inter-Medium.ttf"),
    ("Inter", 600, "normal", "inter/Inter-SemiBold.ttf"),
    ("JetBrains Mono", 400, "normal", "jetbrains-mono/JetBrainsMono-Regular.ttf"),
)
"""Family, weight, style and file of every face that ships with us."""

SERIF: Final = (
    "Noto Serif, Noto Naskh Arabic, Noto Serif Hebrew, Noto Serif CJK SC, Noto Serif Thai, Noto Serif Devanagari,"
    " Noto Serif Bengali, Noto Serif Tamil, Noto Serif Georgian, Noto Serif Armenian, Noto Sans, serif"
)
SANS: Final = (
    "Noto Sans, Noto Sans Arabic, Noto Sans Hebrew, Noto Sans CJK SC, Noto Sans Thai, Noto Sans Devanagari, sans-serif"
)
"""What follows a design's own family; beyond these, Pango asks fontconfig for whatever has the character."""


PRESS: Final = RLock()
"""Held by whoever measures or prints: one font configuration serves this process, and Pango is not for two threads."""


@cache
def configuration() -> FontConfiguration:
    """Return the one font configuration of this process, with our faces in it. Made on first use, kept warm."""
    return fresh_configuration()


def fresh_configuration() -> FontConfiguration:
    """Return a font configuration with our faces in it that nobody else uses."""
    made = FontConfiguration()
    rules = "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};src:url(asset:font/{file})}}'
        for family, weight, style, file in FACES
    )
    assets = Assets({f"asset:font/{file}": ("font/ttf", face_file(file)) for *_, file in FACES})
    CSS(string=rules, font_config=made, url_fetcher=assets)
    assets.check()
    return made


def face_file(file: str) -> bytes:
    """Return the bytes of a face that ships with us, by its file in FACES."""
    return files("templates").joinpath("static", "fonts", *file.split("/")).read_bytes()
