"""Pictures of prints that share a plate: the plate becomes pixels once, and of each print only its holes, over them."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from threading import Lock
from typing import Any, Final

import pikepdf
import pypdfium2
from PIL import Image, ImageChops

from issuer.certificate.press.printed import Plate, join
from issuer.certificate.preview import PDFIUM

MOST_DIFFERENT: Final = 2
"""Of 255: a plate whose picture with holes over it differs more from the whole page is not used."""
PLATES_IN_MEMORY: Final = 6
"""Of 1400 by 990 pixels each is 5.5 MB."""

_PAINTS_PATH: Final = frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "S", "s"})
_PAINTS: Final = frozenset({"Tj", "TJ", "'", '"', "Do", "sh", "INLINE IMAGE"})
_MAKING: Final = Lock()


@dataclass(frozen=True)
class Ground:
    """A plate as pixels, `unpainted` what its pieces set without painting, by their place among the contents.

    `palette` are the colours of the first print of it. One without pixels is not to be used.
    """

    unpainted: Mapping[int, bytes] = field(repr=False)
    pixels: bytes | None = field(repr=False)
    palette: Image.Image = field(repr=False)


def picture(plate: Plate, tail: bytes, width: int) -> Image.Image:
    """Return the page of a print in RGB, `width` pixels wide, on white."""
    pdf = join(plate.prefix, tail)
    ground = _ground_of(plate, pdf, width)
    if ground is None or ground.pixels is None:
        return _rendered(pdf, width)
    return _rendered(_holes_alone(pdf, ground.unpainted), width, ground.pixels)


def png(plate: Plate, tail: bytes, width: int) -> bytes:
    """Return the same as a PNG of 256 colours: those of its plate's first print, chosen once."""
    shown = picture(plate, tail, width)
    ground = _ground_of(plate, join(plate.prefix, tail), width)
    out = BytesIO()
    if ground is None:
        shown.quantize(256, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    else:
        shown.quantize(palette=ground.palette, dither=Image.Dither.NONE).save(out, "PNG", compress_level=6)
    return out.getvalue()


def _ground_of(plate: Plate, pdf: bytes, width: int) -> Ground | None:
    """Return the ground of a plate, made of `pdf`, the first print of it that is seen; None for one that has none."""
    if not plate.prefix:
        return None
    with _MAKING:
        made = _grounds(plate.sha256, width)
        if not made:
            made.append(_ground(plate, pdf, width))
        return made[0]


@lru_cache(maxsize=PLATES_IN_MEMORY)
def _grounds(sha256: str, width: int) -> list[Ground]:  # noqa: ARG001 - what it is remembered by
    return []


def _ground(plate: Plate, pdf: bytes, width: int) -> Ground:
    with pikepdf.open(BytesIO(pdf)) as opened:
        pieces = list(_pieces(opened))
        unpainted = {
            at: pikepdf.unparse_content_stream(_unpainted(piece))
            for at, piece in enumerate(pieces)
            if piece.read_raw_bytes() in plate.prefix
        }
        for at, piece in enumerate(pieces):
            if at not in unpainted:
                piece.write(pikepdf.unparse_content_stream(_unpainted(piece)))
        opened.save(out := BytesIO())
    whole, bare = _rendered(pdf, width), _rendered(out.getvalue(), width)
    pixels = bare.convert("RGBX").tobytes("raw", "BGRX")
    over = _rendered(_holes_alone(pdf, unpainted), width, pixels)
    extrema: Any = ImageChops.difference(whole, over).getextrema()
    worst = max(most for _, most in extrema)
    palette = whole.quantize(256, dither=Image.Dither.NONE)
    return Ground(unpainted, pixels if worst <= MOST_DIFFERENT else None, palette)


def _holes_alone(pdf: bytes, unpainted: Mapping[int, bytes]) -> bytes:
    """Return a PDF that paints nothing but what is in the holes of `pdf`."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        pieces = list(_pieces(opened))
        for at, data in unpainted.items():
            pieces[at].write(data)
        opened.save(out := BytesIO(), compress_streams=False)
    return out.getvalue()


def _pieces(opened: pikepdf.Pdf) -> Iterator[Any]:
    contents = opened.pages[0].obj.Contents
    yield from contents if isinstance(contents, pikepdf.Array) else (contents,)


def _unpainted(piece: Any) -> list[Any]:
    """Return the operators of a piece without those that leave something on the page."""
    kept: list[Any] = []
    instructions: Any = pikepdf.parse_content_stream(piece)
    for operands, operator in instructions:
        name = str(operator)
        if name in _PAINTS_PATH:
            kept.append(([], pikepdf.Operator("n")))
        elif name not in _PAINTS:
            kept.append((operands, operator))
    return kept


def _rendered(pdf: bytes, width: int, ground: bytes | None = None) -> Image.Image:
    """Return the first page in RGB, painted on white or over `ground`, pixels of the same size in BGRX."""
    raw = pypdfium2.raw
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            page = document[0]
            across = width
            down = round(page.get_height() * width / page.get_width())
            bitmap = pypdfium2.PdfBitmap.new_native(across, down, raw.FPDFBitmap_BGRx)
            if ground is None:
                bitmap.fill_rect((255, 255, 255, 255), 0, 0, across, down)
            else:
                ctypes.memmove(bitmap.buffer, ground, len(ground))
            raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, across, down, 0, raw.FPDF_ANNOT)
            shown = Image.frombuffer("RGB", (across, down), bytes(bitmap.buffer), "raw", "BGRX", 0, 1)
            bitmap.close()
            page.close()
        finally:
            document.close()
    return shown
