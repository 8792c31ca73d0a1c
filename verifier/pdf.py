"""The credentials that a PDF carries as attached files: associated, embedded or pinned to a page.

Runs in a child process. Only attachments are read; nothing on the pages is, and none of it is signed by a credential.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pikepdf

from badges.ob1 import is_older_assertion
from badges.problem import OutOfRange, Unreadable
from badges.strict import MAX_BYTES
from badges.vocabulary import types_of

PAGES_MOST: Final = 50
FILES_MOST: Final = 64
_TOKEN: Final = re.compile(rb"e[yw][A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_NAME: Final = "credential.json"
_PLACES: Final = ("/UF", "/F", "/Unix", "/DOS", "/Mac")
"""Where the file itself is; the last three are of earlier versions, and readers still look there."""
_KINDS: Final = ("VerifiableCredential", "VerifiablePresentation", "EnvelopedVerifiableCredential", "Assertion")
"""Types of what may be, or hold, a credential: of each of them there may be one in a file."""
_END: Final = re.compile(rb"%%EOF[ \t]*(?:\r\n|\r|\n)?")
_REVISIONS_MOST: Final = 8
_PARTS_MOST: Final = 20_000
"""Objects of the pages that are compared; with more of them a file that was added to counts as changed."""
_BROKEN: Final = (
    pikepdf.PdfError, AttributeError, LookupError, OverflowError, RecursionError, RuntimeError, TypeError, ValueError,
)  # fmt: skip
"""What comes of objects that are not what their place in a PDF asks for."""
_UPWARDS: Final = frozenset({"/Parent", "/P"})


def unbake_pdf(data: bytes) -> list[bytes]:
    """Return every attachment that is a credential; Unreadable for a broken or locked PDF."""
    with _opened(data) as pdf:
        if len(pdf.pages) > PAGES_MOST:
            raise OutOfRange(f"The PDF has more than {PAGES_MOST} pages.")
        return _credentials(pdf)


@contextmanager
def _opened(data: bytes, *, mended: bool = True) -> Iterator[pikepdf.Pdf]:
    """Open a PDF, `mended` where its table of objects is broken; Unreadable for all that cannot be looked at."""
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=mended) as pdf:
            yield pdf
    except pikepdf.PasswordError as fault:
        raise Unreadable("The PDF is locked with a password.") from fault
    except _BROKEN as fault:
        raise Unreadable("The PDF is damaged.") from fault


def _credentials(pdf: pikepdf.Pdf) -> list[bytes]:
    found = []
    for count, (name, stream) in enumerate(_attachments(pdf)):
        if count >= FILES_MOST:
            raise OutOfRange(f"The PDF has more than {FILES_MOST} attached files.")
        text = stream.read_bytes() if int(stream.get("/Length", 0)) <= MAX_BYTES else b""
        if name == _NAME and not 0 < len(text) <= MAX_BYTES:
            raise OutOfRange(f"The attached credential is empty or longer than {MAX_BYTES:,} octets.")
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
        for key in _PLACES:
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
    if not isinstance(members, dict):
        return False
    return any(kind in types_of(members) for kind in _KINDS) or is_older_assertion(members)


def was_changed(data: bytes) -> bool:
    """Tell whether the pages look different from when the attached credentials were first in the file.

    Who adds to a PDF leaves what it was before in front (ISO 32000-2, 7.5.6): of each former state that carries
    the very same credentials the pages are compared. A file that was written anew has no former state to tell.
    """
    attached, now = set(unbake_pdf(data)), _look(data)
    ends = [match.end() for match in _END.finditer(data)][:_REVISIONS_MOST]
    former = [data[:end] for end in ends if end < len(data)]
    return any(now is None or _look(state) != now for state in former if _carries(state, attached))


def _carries(data: bytes, attached: set[bytes]) -> bool:
    try:
        with _opened(data, mended=False) as pdf:
            return set(_credentials(pdf)) == attached
    except (Unreadable, OutOfRange):
        return False


def _look(data: bytes) -> bytes | None:
    """Return a digest of all that the pages are made of; None where that is too much."""
    with _opened(data) as pdf:
        digest, seen = hashlib.sha256(), set[tuple[int, int]]()
        waiting: list[Any] = [page.obj for page in reversed(pdf.pages)]
        for _ in range(_PARTS_MOST):
            if not waiting:
                return digest.digest()
            part = waiting.pop()
            if getattr(part, "is_indirect", False):
                if part.objgen in seen:
                    continue
                seen.add(part.objgen)
            digest.update(_own(part))
            waiting.extend(_inner(part))
    return None


def _own(part: Any) -> bytes:
    """Return what a part says by itself, without the parts inside it."""
    if isinstance(part, pikepdf.Stream):
        return bytes(part.read_raw_bytes())
    if isinstance(part, pikepdf.Array):
        return b"[%d" % len(part)
    said = " ".join(sorted(part.keys())) if isinstance(part, pikepdf.Dictionary) else repr(part)
    return said.encode("utf-8", "backslashreplace")


def _inner(part: Any) -> list[Any]:
    if isinstance(part, pikepdf.Array):
        return list(part)
    if isinstance(part, pikepdf.Dictionary | pikepdf.Stream):
        return [part[key] for key in sorted(part.keys()) if key not in _UPWARDS]
    return []
