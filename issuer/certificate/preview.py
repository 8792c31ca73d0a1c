"""A page of PDF as a picture, for screens."""

from __future__ import annotations

from io import BytesIO
from threading import Lock
from typing import Final

import pypdfium2

PDFIUM: Final = Lock()
"""PDFium is not safe to enter twice (pypdfium2, "Thread incompatibility")."""


def png(pdf: bytes, width: int, *, transparent: bool = False) -> bytes:
    """Return the first page of `pdf` as PNG, `width` pixels wide; on white, unless `transparent`."""
    with PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            page = document[0]
            fill = (255, 255, 255, 0) if transparent else (255, 255, 255, 255)
            bitmap = page.render(
                scale=width / page.get_width(), fill_color=fill, force_bitmap_format=_format(transparent)
            )
            image = bitmap.to_pil().copy()
            bitmap.close()
            page.close()
        finally:
            document.close()
    out = BytesIO()
    image.save(out, format="PNG", optimize=True)
    return out.getvalue()


def _format(transparent: bool) -> int:
    bitmap_format = pypdfium2.raw.FPDFBitmap_BGRA if transparent else pypdfium2.raw.FPDFBitmap_BGR
    return int(bitmap_format)
