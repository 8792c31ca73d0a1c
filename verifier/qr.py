"""QR codes on a picture or on the first pages of a PDF. Runs in a child process.

Every code that is found counts, at full size and made smaller; only when there is none it is looked for with
stronger contrast and made larger.
"""

from __future__ import annotations

import io
import warnings
from typing import Final

import pypdfium2
import zxingcpp
from PIL import Image, ImageOps, UnidentifiedImageError, WebPImagePlugin  # noqa: F401  # Else all 40 are looked through.

from badges.problem import OutOfRange, Unreadable

PIXELS_MOST: Final = 25_000_000
PAGES_LOOKED_AT: Final = 3
_SMALL: Final = 1_600
"""The longer side, in pixels, at which the code in a photograph is found soonest, noise and all."""
_PAGE_SIDES: Final = (2_000, 4_000)
"""The longer side at which a page is drawn; again, when nothing is found at the first."""
_WHITE: Final = 255
_STRAY: Final = 0.1
"""Percent of the shades at either end that are taken for noise; a code is more of a picture than that."""


def codes_in_picture(data: bytes, kind: str) -> list[bytes]:
    """Return what the codes on a picture of that kind (`PNG`, `JPEG`, `WEBP`) say; Unreadable when it is damaged."""
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(data), formats=[kind]) as picture:
            warnings.simplefilter("ignore")
            if picture.width * picture.height > PIXELS_MOST:
                raise OutOfRange(f"The picture has more than {PIXELS_MOST:,} pixels.")
            picture.draft("L", picture.size)
            return codes_in(_grey(picture))
    except Image.DecompressionBombError as fault:
        raise OutOfRange(f"The picture has more than {PIXELS_MOST:,} pixels.") from fault
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as fault:
        raise Unreadable("The picture is damaged.") from fault


def codes_in_pages(data: bytes) -> list[bytes]:
    """Return what the codes on the first pages of a PDF say; Unreadable when it is damaged."""
    try:
        with pypdfium2.PdfDocument(data) as paper:
            pages = range(min(len(paper), PAGES_LOOKED_AT))
            for side in _PAGE_SIDES:
                if found := [text for number in pages for text in _at_once(_drawn(paper[number], side))]:
                    return found
            return [text for number in pages for text in _harder(_drawn(paper[number], _SMALL))]
    except pypdfium2.PdfiumError as fault:
        raise Unreadable("The PDF is damaged.") from fault


def codes_in(grey: Image.Image) -> list[bytes]:
    """Return what the codes on a picture in shades of grey say."""
    return _at_once(grey) or _harder(grey)


def _at_once(grey: Image.Image) -> list[bytes]:
    found = _read(grey)
    return found + _read(_smaller(grey)) if max(grey.size) > _SMALL else found


def _harder(grey: Image.Image) -> list[bytes]:
    """Look again with stronger contrast, at a size at which noise is evened out and one at which modules are large."""
    clear = ImageOps.autocontrast(_smaller(grey), cutoff=_STRAY)
    return _read(clear) or _read(clear.resize((clear.width * 2, clear.height * 2), Image.Resampling.BICUBIC))


def _grey(picture: Image.Image) -> Image.Image:
    """Return a picture upright, in shades of grey, on white where it is transparent."""
    picture = ImageOps.exif_transpose(picture)
    if picture.mode.startswith(("I", "F")):
        return picture.convert("I").point(lambda shade: shade / 256).convert("L")
    if not picture.has_transparency_data:
        return picture.convert("L")
    whole = picture.convert("RGBA")
    paper = Image.new("L", whole.size, _WHITE)
    paper.paste(whole.convert("L"), mask=whole.getchannel("A"))
    return paper


def _drawn(page: pypdfium2.PdfPage, side: int) -> Image.Image:
    longest = max(*page.get_size(), 1.0)
    drawn: Image.Image = page.render(scale=side / longest, grayscale=True).to_pil()
    return drawn.convert("L")


def _smaller(grey: Image.Image) -> Image.Image:
    return grey.reduce(-(-max(grey.size) // _SMALL))


def _read(view: Image.Image) -> list[bytes]:
    only = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    codes = zxingcpp.read_barcodes(view, formats=only, text_mode=zxingcpp.TextMode.Plain)
    return [code.text.encode("utf-8", "replace") for code in codes]
