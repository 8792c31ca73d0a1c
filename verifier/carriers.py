"""Kinds of files that can hold a credential, or lead to one: how each begins, how long it may be, how it is opened.

What opens a file runs in a child process, and imports its parser there: whoever asks never needs it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from badges.problem import Ambiguous, OutOfRange, Unreadable

CARRIED: Final = "carried"
"""What was found stands inside the file as it was attached or baked in."""
CHANGED: Final = "changed"
"""The same, and the pages of the file were changed after it was attached."""
CODE: Final = "code"
"""What was found is what the QR codes on the picture or page say."""
LINK: Final = "link"
"""What was found are the addresses that a web page gives for itself as data."""

Opened = tuple[str, list[bytes]]
"""How it was found, and what: texts without repetitions. Plain values, since they come out of a child process."""

CARRIED_MOST: Final = 8
"""Texts in one file that are still compared; more are never the same one."""
PNG: Final = b"\x89PNG\r\n\x1a\n"
_MIB: Final = 1_048_576
_BEFORE: Final = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
_HTML: Final = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|title|link)[\s>/]", re.IGNORECASE)

_MARKUP: Final = re.compile(rb"<(?!https?://)", re.IGNORECASE)


@dataclass(frozen=True)
class Carrier:
    """A kind of file: `most` is in octets; `open` is run in a child process.

    Where it finds nothing, `search` is run in another one, which may be long: it looks at the picture itself.
    """

    format: str
    begins: Callable[[bytes], bool]
    most: int
    open: Callable[[bytes], Opened] | None
    search: Callable[[bytes], Opened] | None = None


def open_png(data: bytes) -> Opened:
    """Return what a PNG carries in its chunks, wherever they stand."""
    from badges.baking import unbake_png
    from verifier.qr import PIXELS_MOST

    if data[12:16] != b"IHDR":
        raise Unreadable("The PNG has no head.")
    width, height = (int.from_bytes(data[place : place + 4], "big") for place in (16, 20))
    if width * height > PIXELS_MOST:
        raise OutOfRange(f"The picture has more than {PIXELS_MOST:,} pixels.")
    return CARRIED, _few(unbake_png(data))


def search_png(data: bytes) -> Opened:
    """Return what the codes on a PNG say."""
    from verifier.qr import codes_in_picture

    return CODE, _few(codes_in_picture(data, "PNG"))


def search_jpeg(data: bytes) -> Opened:
    """Return what the codes on a JPEG say."""
    from verifier.qr import codes_in_picture

    return CODE, _few(codes_in_picture(data, "JPEG"))


def search_webp(data: bytes) -> Opened:
    """Return what the codes on a WebP say."""
    from verifier.qr import codes_in_picture

    return CODE, _few(codes_in_picture(data, "WEBP"))


def open_svg(data: bytes) -> Opened:
    """Return what an SVG carries."""
    from badges.baking import unbake_svg

    return CARRIED, _few(unbake_svg(data))


def open_pdf(data: bytes) -> Opened:
    """Return what is attached to a PDF."""
    from verifier.pdf import unbake_pdf, was_changed

    attached = _few(unbake_pdf(data))
    return CHANGED if attached and was_changed(data) else CARRIED, attached


def search_pdf(data: bytes) -> Opened:
    """Return what the codes on the first pages of a PDF say."""
    from verifier.qr import codes_in_pages

    return CODE, _few(codes_in_pages(data))


def open_html(data: bytes) -> Opened:
    """Return the addresses that a web page gives for itself as data."""
    from verifier.html_page import data_of_page

    return LINK, _few(data_of_page(data))


def _few(found: list[bytes]) -> list[bytes]:
    """Return `found` without repetitions; Ambiguous, before anybody else has to hold them, when they are too many."""
    different = list(dict.fromkeys(found))
    if len(different) > CARRIED_MOST:
        raise Ambiguous(f"The file carries {len(different)} different texts.")
    return different


def _is_markup(data: bytes) -> bool:
    return _MARKUP.match(data, _before(data)) is not None


def _is_html(data: bytes) -> bool:
    return _HTML.match(data, _before(data)) is not None


def _before(data: bytes) -> int:
    """Return where a document begins, after white space, comments and declarations."""
    match = _BEFORE.match(data, 0, 65_536)
    return match.end() if match else 0


CARRIERS: Final = (
    Carrier("png", lambda data: data.startswith(PNG), 10 * _MIB, open_png, search_png),
    Carrier("jpeg", lambda data: data.startswith(b"\xff\xd8\xff"), 10 * _MIB, None, search_jpeg),
    Carrier("webp", lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP", 10 * _MIB, None, search_webp),
    Carrier("pdf", lambda data: data.startswith(b"%PDF-"), 10 * _MIB, open_pdf, search_pdf),
    Carrier("html", _is_html, 2 * _MIB, open_html),
    Carrier("svg", _is_markup, 2 * _MIB, open_svg),
)
PICTURES: Final = frozenset(carrier.format for carrier in CARRIERS)
"""Formats of which people see something that is not what was signed."""

_FOREIGN: Final = {
    "GIF": rb"GIF8",
    "TIFF": rb"II[*+]\0|MM\0[*+]",
    "BMP": rb"BM.{4}\0\0\0\0",
    "icon": rb"\0\0[\1\2]\0",
    "PostScript": rb"%!|\xc5\xd0\xd3\xc6",
    "Photoshop": rb"8BPS",
    "HEIC, AVIF or film": rb".{4}ftyp",
    "JPEG 2000": rb"\0\0\0\x0cjP|\xff\x4f\xff\x51",
    "JPEG XL": rb"\0\0\0\x0cJXL|\xff\x0a",
    "archive or office": rb"PK[\3\5\7]|\x1f\x8b|7z\xbc\xaf|Rar!|\xd0\xcf\x11\xe0",
}


def foreign(data: bytes) -> str:
    """Return the name of a kind of file that is known and not opened, or nothing (SECURITY.md, D4)."""
    return next((name for name, begins in _FOREIGN.items() if re.match(begins, data, re.DOTALL)), "")
