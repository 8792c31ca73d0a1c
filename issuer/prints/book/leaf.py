"""One page of a print, copied into a book: what the page needs to be seen, and nothing else of the file.

Attachments, tags, metadata and forms stay behind: a book is for a printing press, and the files it was made of have
them. An object that is the same in many prints is written once, known by its hash.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from hashlib import sha256
from io import BytesIO
from typing import Any, Final

import pikepdf

from issuer.prints.book.writer import Writer

MOST_KNOWN: Final = 8192
"""Objects that are recognised when they come again; those not seen for longest are forgotten, and written again."""

_OF_A_PAGE_WORDS: Final = "MediaBox CropBox BleedBox TrimBox Rotate UserUnit Group Resources Contents"
_OF_A_PAGE: Final = tuple(f"/{name}" for name in _OF_A_PAGE_WORDS.split())
_OF_A_LINK: Final = ("/Type", "/Subtype", "/Rect", "/Border", "/BS", "/C", "/F", "/H", "/A")
_REFERENCE: Final = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9a-fA-F]*>|(\d+) (\d+) R(?![A-Za-z])", re.DOTALL)
"""Strings, to step over them, as QPDF writes them; and references."""


class UnfitForBook(ValueError):
    """A print that no page can be taken of: an object that contains itself, or more than one page."""


class Leaves:
    """Copies pages of prints for one book."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._known: OrderedDict[bytes, int] = OrderedDict()

    def copy(self, pdf: bytes, parent: int, number: int) -> Iterator[bytes]:
        """Yield the objects of the only page of `pdf`, the last of them the page itself, as `number` under `parent`.

        Raises UnfitForBook, or pikepdf.PdfError for what is no PDF: then the book is lost.
        """
        with pikepdf.open(BytesIO(pdf)) as opened:
            copy = _Copy(opened, self)
            page = copy.page(parent)
            yield from copy.written
            yield self._writer.write(number, page)

    def intent(self, pdf: bytes) -> tuple[bytes, bytes]:
        """Return the objects of the output intents of `pdf`, and the value that names them; empty where it has none."""
        with pikepdf.open(BytesIO(pdf)) as opened:
            intents = opened.Root.get("/OutputIntents")
            if intents is None:
                return b"", b""
            copy = _Copy(opened, self)
            value = copy.value(intents)
            return b"".join(copy.written), value

    def place(self, body: bytes) -> tuple[int, bytes]:
        """Return the number of an object with this body, and its bytes if it was not in the book yet."""
        digest = sha256(body).digest()
        if digest in self._known:
            self._known.move_to_end(digest)
            return self._known[digest], b""
        number = self._writer.number()
        self._known[digest] = number
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        return number, self._writer.write(number, body)


class _Copy:
    """The objects of one print and where they stand in the book; `written` is what is to be written of them."""

    def __init__(self, opened: pikepdf.Pdf, leaves: Leaves) -> None:
        self._opened = opened
        self._leaves = leaves
        self._numbers: dict[int, int] = {}
        self._open: set[int] = set()
        self.written: list[bytes] = []

    def page(self, parent: int) -> bytes:
        """Return the dictionary of the only page."""
        if len(self._opened.pages) != 1:
            raise UnfitForBook
        page = self._opened.pages[0].obj
        links = [self._entries(link, _OF_A_LINK) for link in page.get("/Annots", []) if _is_link(link)]
        return b"<</Type/Page/Parent %d 0 R%b%b>>" % (
            parent,
            self._entries(page, _OF_A_PAGE),
            b"/Annots[" + b"".join(b"<<" + link + b">>" for link in links) + b"]" if links else b"",
        )

    def value(self, item: Any) -> bytes:
        """Return a value as the book has it: references lead to what was copied."""
        if getattr(item, "is_indirect", False):
            return b"%d 0 R" % self._number(*item.objgen)
        return self._renumbered(_unparsed(item))

    def _entries(self, item: Any, names: Iterable[str]) -> bytes:
        return b"".join(name.encode() + b" " + self.value(item[name]) for name in names if name in item)

    def _renumbered(self, text: bytes) -> bytes:
        def turn(match: re.Match[bytes]) -> bytes:
            return match[0] if match[1] is None else b"%d 0 R" % self._number(int(match[1]), int(match[2]))

        return _REFERENCE.sub(turn, text)

    def _number(self, old: int, generation: int) -> int:
        if old in self._numbers:
            return self._numbers[old]
        if old in self._open:
            raise UnfitForBook
        self._open.add(old)
        number, written = self._leaves.place(self._body(self._opened.get_object((old, generation))))
        if written:
            self.written.append(written)
        self._numbers[old] = number
        return number

    def _body(self, item: Any) -> bytes:
        if not isinstance(item, pikepdf.Stream):
            return self._renumbered(_unparsed(item))
        data = item.read_raw_bytes()
        if int(item.stream_dict["/Length"]) != len(data):
            raise UnfitForBook
        return self._renumbered(item.stream_dict.unparse(resolved=True)) + b"\nstream\n" + data + b"\nendstream"


def _unparsed(item: Any) -> bytes:
    """Return an object as QPDF spells it; numbers and truth values come to us as Python's own."""
    if isinstance(item, pikepdf.Object):
        return bytes(item.unparse(resolved=True))
    if isinstance(item, bool):
        return b"true" if item else b"false"
    return b"null" if item is None else str(item).encode("ascii")


def _is_link(item: Any) -> bool:
    action = item.get("/A")
    return item.get("/Subtype") == "/Link" and action is not None and action.get("/S") == "/URI"
