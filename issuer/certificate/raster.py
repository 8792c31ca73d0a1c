"""PNG and JPEG written anew: upright, in sRGB, without metadata, no larger than print needs. For a child process."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from types import MappingProxyType
from typing import Final

from PIL import Image, ImageCms, ImageOps

MOST_PIXELS: Final = 25_000_000
LONGEST_SIDES: Final = MappingProxyType(
    {
        "logo": (710, 260),
        "signature": (710, 236),
        "badge": (1064, 1064),
        "background": (3508, 2550),
    }
)
"""Pixels that each purpose fills at 300 dpi, across and down."""

_QUALITY: Final = 90


class TooLarge(ValueError):
    """More pixels than anybody needs: refused before they are decoded."""


def rewrite(data: bytes, purpose: str) -> bytes:
    """Return a PNG or JPEG as the same picture with nothing else in it; raises TooLarge, or what Pillow raises."""
    with Image.open(BytesIO(data), formats=["PNG", "JPEG"]) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise TooLarge(opened.size)
        opened.load()
        picture = _in_srgb(ImageOps.exif_transpose(opened))
    picture.thumbnail(LONGEST_SIDES[purpose], Image.Resampling.LANCZOS)
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    out = BytesIO()
    if data.startswith(b"\xff\xd8"):
        clean.save(out, format="JPEG", quality=_QUALITY, optimize=True, subsampling=0)
    else:
        clean.save(out, format="PNG", optimize=True)
    return out.getvalue()


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Return the picture as RGB, or RGBA where anything is transparent, with its profile applied."""
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I;16") or picture.mode == "I":
        picture = picture.point(lambda value: value / 256).convert("L")
    alpha = picture.has_transparency_data
    source = picture if picture.mode in {"CMYK", "RGB", "L"} and not alpha else picture.convert("RGBA")
    if profile and source.mode in {"CMYK", "RGB"}:
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            converted = ImageCms.profileToProfile(
                source, ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            return converted if converted is not None else source.convert("RGB")
    return source.convert("RGBA" if alpha else "RGB")
