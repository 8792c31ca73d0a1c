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
from typing import Any, Final, TypeVar

import pikepdf

from issuer.prints.book.writer import Writer
from issuer.prints.print import Print

MOST_KNOWN: Final = 8192
"""Objects that are recognised when they come again; those not seen for longest are forgotten, and written again."""

_OF_A_PAGE_WORDS: Final = "MediaBox CropBox BleedBox TrimBox Rotate UserUnit Group Resources Contents"
_OF_A_PAGE: Final = tuple(f"/{name}" for name in _OF_A_PAGE_WORDS.split())
_OF_A_LINK: Final = ("/Type", "/Subtype", "/Rect", "/Border", "/BS", "/C", "/F", "/H", "/A")
_REFERENCE: Final = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9a-fA-F]*>|(\d+) (\d+) R(?![A-Za-z])", re.DOTALL)
"""Strings, to step over them, as QPDF writes them; and references."""

_OBJECT: Final = re.compile(rb"(?:^|\n)(\d{1,9}) 0 obj\b")
_Key = TypeVar("_Key")


class UnfitForBook(ValueError):
    """A print that no page can be taken of: an object that contains itself, or more than one page."""


class Leaves:
    """Copies pages of prints for one book."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._known: OrderedDict[bytes, int] = OrderedDict()
        self._shared: OrderedDict[tuple[str, int], int] = OrderedDict()

    def copy(self, one: Print, parent: int, number: int) -> Iterator[bytes]:
        """Yield the objects of the only page of a print, the last of them the page, as `number` under `parent`.

        Raises UnfitForBook, or pikepdf.PdfError for what is no PDF: then the book is lost.
        """
        with pikepdf.open(BytesIO(one.pdf())) as opened:
            copy = _Copy(opened, self, one)
            page = copy.page(parent)
            yield from copy.written
            yield self._writer.write(number, page)

    def intent(self, one: Print) -> tuple[bytes, bytes]:
        """Return the objects of the output intents of a print, and the value that names them; empty without any."""
        with pikepdf.open(BytesIO(one.pdf())) as opened:
            intents = opened.Root.get("/OutputIntents")
            if intents is None:
                return b"", b""
            copy = _Copy(opened, self, one)
            value = copy.value(intents)
            return b"".join(copy.written), value

    def place(self, body: bytes) -> tuple[int, bytes]:
        """Return the number of an object with this body, and its bytes if it was not in the book yet."""
        digest = sha256(body).digest()
        known = _recall(self._known, digest)
        if known is not None:
            return known, b""
        number = self._writer.number()
        _keep(self._known, digest, number)
        return number, self._writer.write(number, body)

    def of_plate(self, plate: str, old: int) -> int | None:
        """Return where an object of a plate stands in the book, if nothing in it is one print's own."""
        return _recall(self._shared, (plate, old))

    def keep_of_plate(self, plate: str, old: int, number: int) -> None:
        """Remember where an object of a plate stands, so that it is not read again."""
        _keep(self._shared, (plate, old), number)


class _Copy:
    """The objects of one print and where they stand in the book; `written` is what is to be written of them.

    An object is shared with all prints of a plate if neither it nor anything in it is written in the tail.
    """

    def __init__(self, opened: pikepdf.Pdf, leaves: Leaves, one: Print) -> None:
        self._opened = opened
        self._leaves = leaves
        self._plate = one.plate.sha256 if one.plate.prefix else None
        # Bytes of a stream may look like this, too: then an object is taken for the print's own, and only read again.
        self._own = {int(number) for number in _OBJECT.findall(one.tail)}
        self._numbers: dict[int, tuple[int, bool]] = {}
        self._open: set[int] = set()
        self._is_shared = True
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
        if old not in self._numbers:
            known = self._leaves.of_plate(self._plate, old) if self._plate and old not in self._own else None
            self._numbers[old] = (known, True) if known else self._copied(old, generation)
        number, is_shared = self._numbers[old]
        self._is_shared = self._is_shared and is_shared
        return number

    def _copied(self, old: int, generation: int) -> tuple[int, bool]:
        if old in self._open:
            raise UnfitForBook
        self._open.add(old)
        around, self._is_shared = self._is_shared, self._plate is not None and old not in self._own
        number, written = self._leaves.place(self._body(self._opened.get_object((old, generation))))
        if written:
            self.written.append(written)
        is_shared, self._is_shared = self._is_shared, around
        if is_shared and self._plate:
            self._leaves.keep_of_plate(self._plate, old, number)
        return number, is_shared

    def _body(self, item: Any) -> bytes:
        if not isinstance(item, pikepdf.Stream):
            return self._renumbered(_unparsed(item))
        data = item.read_raw_bytes()
        if int(item.stream_dict["/Length"]) != len(data):
            raise UnfitForBook
        return self._renumbered(item.stream_dict.unparse(resolved=True)) + b"\nstream\n" + data + b"\nendstream"


def _recall(known: OrderedDict[_Key, int], key: _Key) -> int | None:
    if key in known:
        known.move_to_end(key)
    return known.get(key)


def _keep(known: OrderedDict[_Key, int], key: _Key, number: int) -> None:
    known[key] = number
    if len(known) > MOST_KNOWN:
        known.popitem(last=False)


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
