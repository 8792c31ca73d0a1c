"""Pictures and papers as strangers send them: codes on photographs, pages re-printed, chunks and attachments."""

from __future__ import annotations

import io
import struct
import zlib
from itertools import product
from typing import Any

import pikepdf
import segno
from PIL import Image, ImageFilter

from badges.baking import SIGNATURE
from tests.verifier.published import ID


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(width: int, height: int, *chunks: bytes) -> bytes:
    """A PNG that says how large it is, and has nothing else but those chunks."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return SIGNATURE + head + b"".join(chunks) + chunk(b"IEND", b"")


def code(text: str = ID, scale: int = 4) -> Image.Image:
    out = io.BytesIO()
    segno.make(text, error="m" if len(text) < 500 else "l", micro=False, boost_error=False).save(
        out, kind="png", scale=scale, border=4
    )
    return Image.open(io.BytesIO(out.getvalue())).convert("L")


def sheet(*codes: Image.Image, size: tuple[int, int] = (1200, 900), colour: Any = 235) -> Image.Image:
    """A certificate with codes side by side."""
    paper = Image.new("L", size, colour)
    place = 60
    for each in codes:
        paper.paste(each, (place, 80))
        place += each.width + 40
    return paper


def written(picture: Image.Image, kind: str = "PNG", **save: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **save)
    return out.getvalue()


def photograph(picture: Image.Image, *, turned: float = 7.0, large: tuple[int, int] = (4000, 3000)) -> bytes:
    """A sheet photographed by hand: turned, on a table, out of focus, under poor light, large, as a JPEG."""
    grain = Image.effect_noise((500, 500), 40).point(lambda shade: shade // 2)  # Twelve million pixels take a second.
    table = Image.new("L", large)
    for place in product(range(0, large[0], grain.width), range(0, large[1], grain.height)):
        table.paste(grain, place)
    sheet_ = picture.rotate(turned, expand=True, fillcolor=110, resample=Image.Resampling.BICUBIC)
    table.paste(sheet_.point(lambda shade: 60 + shade // 3), (large[0] // 3, large[1] // 4))
    return written(table.filter(ImageFilter.GaussianBlur(1.2)), "JPEG", quality=60)


def pdf_of(*pages: Image.Image, resolution: float = 150.0) -> bytes:
    """A PDF as a scanner makes it."""
    first, *others = [page.copy() for page in pages]  # Pillow leaves what it was told to write on the picture.
    return written(first, "PDF", resolution=resolution, save_all=True, append_images=others)


def pdf(*attached: tuple[str, bytes], pages: int = 1, associate: bool = True, **save: Any) -> bytes:
    """A PDF with attachments: the first an associated file as in PDF/A-3, all of them embedded files."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        for place, (name, data) in enumerate(attached):
            spec = pikepdf.AttachedFileSpec(document, data, filename=name, mime_type="application/json")
            document.attachments[f"{place}-{name}"] = spec
            if associate and place == 0:
                spec.obj["/AFRelationship"] = pikepdf.Name("/Source")
                document.Root["/AF"] = document.make_indirect(pikepdf.Array([spec.obj]))
        document.save(out, **save)
    return out.getvalue()


def added_to(paper: bytes, *objects: tuple[int, bytes]) -> bytes:
    """A PDF with an incremental update (ISO 32000-2, 7.5.6) that redefines those objects."""
    with pikepdf.open(io.BytesIO(paper)) as document:
        root, size = document.Root.objgen[0], len(document.objects) + 1
    out, places = paper, {}
    for number, body in objects:
        places[number] = len(out) + 1
        out += b"\n%d 0 obj\n%s\nendobj" % (number, body)
    last = int(paper.rpartition(b"startxref")[2].split()[0])
    table = b"".join(b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in sorted(places.items()))
    trailer = b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n"
    size = max(size, *(number + 1 for number in places))
    return out + b"\nxref\n" + table + trailer % (size, root, last, len(out) + 1)
