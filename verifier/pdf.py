"""The credentials that a PDF carries as attached files: associated, embedded or pinned to a page.

Runs in a child process. Only attachments are read; nothing on the pages is, and none of it is signed by a credential.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pikepdf

from badges.problem import OutOfRange, Unreadable
from badges.strict import MAX_BYTES

PAGES_MOST: Final = 50
FILES_MOST: Final = 64
_TOKEN: Final = re.compile(rb"e[yw][A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_NAME: Final = "credential.json"


def unbake_pdf(data: bytes) -> list[bytes]:
    """Return every attachment that is a credential; Unreadable for a broken or locked PDF."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if len(pdf.pages) > PAGES_MOST:
                raise OutOfRange(f"The PDF has more than {PAGES_MOST} pages.")
            return _credentials(pdf)
    except pikepdf.PasswordError as fault:
        raise Unreadable("The PDF is locked with a password.") from fault
    except pikepdf.PdfError as fault:
        raise Unreadable("The PDF is damaged.") from fault


def _credentials(pdf: pikepdf.Pdf) -> list[bytes]:
    found = []
    for count, (name, stream) in enumerate(_attachments(pdf)):
        if count >= FILES_MOST:
            raise OutOfRange(f"The PDF has more than {FILES_MOST} attached files.")
        if int(stream.get("/Length", 0)) <= MAX_BYTES:
            text = stream.read_bytes()
            if len(text) <= MAX_BYTES and (name == _NAME or _is_credential(text)):
                found.append(text)
    return found


def _attachments(pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    """Yield name and stream of every embedded file once, in whichever of three ways it is attached."""
    seen: set[tuple[int, int]] = set()
    for spec in _specifications(pdf):
        if not isinstance(spec, pikepdf.Dictionary):
            continue
        name = str(spec.get("/UF", spec.get("/F", "")))
        files = spec.get("/EF")
        for key in ("/UF", "/F"):
            stream = files.get(key) if isinstance(files, pikepdf.Dictionary) else None
            if isinstance(stream, pikepdf.Stream) and stream.objgen not in seen:
                seen.add(stream.objgen)
                yield name, stream


def _specifications(pdf: pikepdf.Pdf) -> Iterator[Any]:
    yield from _listed(pdf.Root.get("/AF"))
    names = pdf.Root.get("/Names")
    if isinstance(names, pikepdf.Dictionary) and "/EmbeddedFiles" in names:
        yield from pikepdf.NameTree(names["/EmbeddedFiles"]).values()
    for page in pdf.pages:
        yield from _listed(page.obj.get("/AF"))
        for annotation in _listed(page.obj.get("/Annots")):
            if isinstance(annotation, pikepdf.Dictionary) and "/FS" in annotation:
                yield annotation["/FS"]


def _listed(value: Any) -> Iterator[Any]:
    if isinstance(value, pikepdf.Array):
        yield from value


def _is_credential(text: bytes) -> bool:
    """Tell whether an attachment of any name is a credential; one that is broken is told by its name."""
    text = text.strip()
    if _TOKEN.fullmatch(text):
        return True
    try:
        members = json.loads(text) if text.startswith((b"{", b"\xef\xbb\xbf")) else None
    except (ValueError, RecursionError):
        return False
    kinds = members.get("type") if isinstance(members, dict) else None
    return "VerifiableCredential" in kinds if isinstance(kinds, list) else kinds == "VerifiableCredential"
