"""From the bytes that somebody hands in to one credential: by what the bytes are, never by what they are called.

JSON and tokens are read here; pictures and PDFs are opened in a child process that can be killed. A carrier with
two different credentials is ambiguous, and nobody chooses between them. Further carriers are entries of `CARRIERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from badges.baking import SIGNATURE, unbake_png, unbake_svg
from badges.document import Document, parse
from badges.problem import Ambiguous, BadgeError, OutOfRange, TooComplex, Unreadable
from verifier.child import ChildFailed, run
from verifier.pdf import unbake_pdf

_BLANK: Final = b" \t\r\n"
_MARK: Final = b"\xef\xbb\xbf"
PIXELS_MOST: Final = 25_000_000
CARRIED_MOST: Final = 8
"""Credentials in one picture that are still compared; more are never the same one."""
_MIB: Final = 1_048_576


@dataclass(frozen=True)
class Carrier:
    """A kind of file that can hold a credential: how it begins, how long it may be, how it is opened."""

    format: str
    begins: Callable[[bytes], bool]
    most: int
    open: Callable[[bytes], list[bytes]]


def open_png(data: bytes) -> list[bytes]:
    """Return what a PNG carries; OutOfRange for a picture of more pixels than anybody needs."""
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if width * height > PIXELS_MOST:
        raise OutOfRange(f"The picture has more than {PIXELS_MOST:,} pixels.")
    return _few(unbake_png(data))


def open_svg(data: bytes) -> list[bytes]:
    """Return what an SVG carries."""
    return _few(unbake_svg(data))


def _few(found: list[bytes]) -> list[bytes]:
    """Return `found` without repetitions; Ambiguous, before anybody else has to hold them, when they are too many."""
    different = list(dict.fromkeys(found))
    if len(different) > CARRIED_MOST:
        raise Ambiguous(f"The file carries {len(different)} different credentials.")
    return different


CARRIERS: Final = (
    Carrier("png", lambda data: data.startswith(SIGNATURE), 10 * _MIB, open_png),
    Carrier("pdf", lambda data: data.startswith(b"%PDF-"), 10 * _MIB, unbake_pdf),
    Carrier("svg", lambda data: data.removeprefix(_MARK).lstrip(_BLANK).startswith(b"<"), 2 * _MIB, open_svg),
)


@dataclass(frozen=True)
class Found:
    """A credential, and the format of what it came in: `json`, `jwt`, `png`, `svg` or `pdf`."""

    format: str
    document: Document


def format_of(data: bytes) -> str:
    """Return the format that `data` begins like; `unknown` for none that we read."""
    for carrier in CARRIERS:
        if carrier.begins(data):
            return carrier.format
    text = data.removeprefix(_MARK).lstrip(_BLANK)
    if text.startswith(b"{"):
        return "json"
    return "jwt" if text.startswith((b"ey", b"ew")) else "unknown"


def take_in(data: bytes) -> Found:
    """Return the one credential in `data`, or raise the BadgeError that says why there is none."""
    for carrier in CARRIERS:
        if carrier.begins(data):
            if len(data) > carrier.most:
                raise OutOfRange(f"The file is longer than {carrier.most:,} octets.")
            return Found(carrier.format, _one(_opened(carrier, data)))
    if not data.strip(_BLANK):
        raise Unreadable("There is nothing to read.")
    document = parse(data)
    return Found("jwt" if document.form == "jws" else "json", document)


_FAILURES: Final[dict[str, type[BadgeError]]] = {
    kind.__name__: kind for kind in (Unreadable, OutOfRange, Ambiguous, TooComplex)
}


def _opened(carrier: Carrier, data: bytes) -> list[bytes]:
    try:
        return run(carrier.open, data)
    except ChildFailed as fault:
        if fault.reason in ("timeout", "memory"):
            raise TooComplex("The file takes too long to open, or too much room.") from fault
        if fault.kind in _FAILURES:
            raise _FAILURES[fault.kind](fault.detail) from fault
        raise Unreadable("The file is damaged.") from fault


def _one(found: list[bytes]) -> Document:
    """Return the credential that `found` agree on; Ambiguous when they do not."""
    if not found:
        raise Unreadable("The file carries no credential.")
    texts = list(dict.fromkeys(text.strip(_BLANK) for text in found))
    if len(texts) == 1:
        return parse(texts[0])
    try:
        documents = [parse(text) for text in texts]
    except BadgeError as fault:
        raise Ambiguous("The file carries several credentials, and not all can be read.") from fault
    first = documents[0]
    if any(other.form != first.form or other.credential != first.credential for other in documents):
        raise Ambiguous(f"The file carries {len(texts)} different credentials.")
    if first.form == "jws" and any(other.data != first.data for other in documents):
        raise Ambiguous(f"The file carries {len(texts)} different tokens.")
    return first
