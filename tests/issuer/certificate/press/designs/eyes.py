"""Eyes that compare two PDFs: pixels, text, what the page draws, where its links lead, what is attached, soundness."""

from __future__ import annotations

import io
import os
import subprocess
import tempfile
from collections.abc import Iterator

import pikepdf
import pypdfium2

SCALE = 1.4
"""Pixels a point: 100 dots an inch."""


def differences(qpdf: str, pdftotext: str, theirs: bytes, ours: bytes) -> set[str]:
    """Return in what `ours` is not the same page as `theirs`."""
    try:
        return set(_differences(qpdf, pdftotext, theirs, ours))
    except (pikepdf.PdfError, pypdfium2.PdfiumError):
        return {"soundness"}


def _differences(qpdf: str, pdftotext: str, theirs: bytes, ours: bytes) -> Iterator[str]:
    with pikepdf.open(io.BytesIO(theirs)) as one, pikepdf.open(io.BytesIO(ours)) as other:
        seen = {
            "pixels": _pixels(theirs) == _pixels(ours),
            "text": _text(pdftotext, theirs) == _text(pdftotext, ours),
            "drawing": [_drawing(page) for page in one.pages] == [_drawing(page) for page in other.pages],
            "links": [list(_links(page)) for page in one.pages] == [list(_links(page)) for page in other.pages],
            "words about it": _about(one) == _about(other),
            "attachments": _attached(one) == _attached(other),
            "tags": list(_tags(one)) == list(_tags(other)),
            "soundness": _is_sound(qpdf, ours),
        }
    yield from (what for what, same in seen.items() if not same)


def _pixels(pdf: bytes) -> list[bytes]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=SCALE).to_pil().tobytes() for page in document]
    finally:
        document.close()


def _text(pdftotext: str, pdf: bytes) -> bytes:
    return subprocess.run([pdftotext, "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout


def _drawing(page: pikepdf.Page) -> list[tuple[str, ...]]:
    """Return the operators of a page; a font is named by what it is, since its name in the file is by chance."""
    fonts = page.obj.Resources.get("/Font", {})
    names = {name: str(font.BaseFont).partition("+")[2] or str(font.BaseFont) for name, font in fonts.items()}
    drawn = []
    for operands, operator in pikepdf.parse_content_stream(page):
        words = [str(item) if isinstance(item, pikepdf.Name) else _word(item) for item in operands]
        drawn.append((str(operator), *(names.get(word, word) for word in words)))
    return drawn


def _word(item: object) -> str:
    return item.unparse().decode("latin-1") if isinstance(item, pikepdf.Object) else str(item)


def _links(page: pikepdf.Page) -> Iterator[tuple[object, ...]]:
    for link in page.obj.get("/Annots", []):
        action, target = link.get("/A"), link.get("/Dest")
        leads = str(action.get("/URI", action.get("/D", ""))) if action is not None else str(target)
        yield leads, [round(float(number), 3) for number in link.Rect], str(link.get("/Contents", ""))


def _about(pdf: pikepdf.Pdf) -> dict[str, str]:
    told = {name: str(value) for name, value in pdf.docinfo.items() if name not in ("/CreationDate", "/ModDate")}
    if "/Metadata" in pdf.Root:
        told["xmp"] = pdf.Root.Metadata.read_bytes().decode()
    return told | {"lang": str(pdf.Root.get("/Lang", ""))}


def _attached(pdf: pikepdf.Pdf) -> dict[str, bytes]:
    return {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}


def _tags(pdf: pikepdf.Pdf) -> Iterator[tuple[str, str]]:
    """Yield the tree of tags, by what each is and says in place of a picture."""
    if "/StructTreeRoot" not in pdf.Root:
        return
    waiting = [pdf.Root.StructTreeRoot.K]
    while waiting:
        item = waiting.pop()
        if isinstance(item, pikepdf.Array):
            waiting.extend(reversed(list(item)))
        elif isinstance(item, pikepdf.Dictionary):
            yield str(item.get("/S", "")), str(item.get("/Alt", ""))
            waiting.extend([item.K] if "/K" in item else [])
        else:
            yield "content", str(item)


def _is_sound(qpdf: str, pdf: bytes) -> bool:
    handle, path = tempfile.mkstemp(suffix=".pdf")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pdf)
        return subprocess.run([qpdf, "--check", path], capture_output=True, check=False).returncode == 0
    finally:
        os.unlink(path)  # noqa: PTH108
