"""The beginning that all files of a plate share: every object in which nothing varies, at places that are known."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from issuer.certificate.press import weasy
from issuer.certificate.press.compiled import Compiled
from issuer.certificate.press.fontfile import FontFiles
from issuer.certificate.press.objects import Parted, Place, parted
from issuer.certificate.press.painting import Uses
from issuer.certificate.press.refused import Refused

pydyf = weasy.pydyf
ROW: Final = struct.Struct(">BIH")
"""A row of the cross-reference stream: type, offset or object stream, generation or index."""


@dataclass(frozen=True)
class Prefix:
    """The shared bytes, where objects are in them, and the numbers of those that each file has of its own."""

    body: bytes
    sha256: str
    rows: bytes
    holes: tuple[int, ...]
    parts: tuple[tuple[int, Parted], ...]
    fonts: Uses
    named: dict[int, tuple[str, bytes]]
    font_dictionary: int
    info: int
    xmp: int | None
    file: int | None
    file_extra: dict[str, Any]
    root: int
    next: int


@lru_cache(maxsize=128)
def deflated(data: bytes) -> bytes:
    """Return `data` as it is compressed once for many."""
    return zlib.compress(data, 9)


@dataclass
class _Objects:
    """The objects of a compiled sheet, sorted into those that vary and those that do not."""

    of: Compiled
    fixed: list[Any]
    parts: list[tuple[int, Parted]]
    font_dictionary: int
    xmp: int | None = None
    file: Any = None


def _sorted(of: Compiled) -> _Objects:
    font_dictionary = int(of.resources["Font"].split()[0])
    places, found = dict(_places(of)), _Objects(of, [], [], font_dictionary)
    metadata = of.pdf.catalog.get("Metadata")
    found.xmp = int(metadata.split()[0]) if metadata else None
    for item in of.pdf.objects[1:]:
        if item.number in (of.stream.number, font_dictionary, found.xmp):
            continue
        if isinstance(item, pydyf.Stream) and item.extra.get("Type") == "/EmbeddedFile":
            if found.file is not None:
                raise Refused("more than one attachment")
            found.file = item
            continue
        pieces = None
        if isinstance(item, pydyf.Dictionary | pydyf.Array):
            pieces = parted(item, of.skeleton.fields, of.skeleton.url, places.get(item.number))
        if pieces is None:
            found.fixed.append(item)
        else:
            found.parts.append((item.number, pieces))
    return found


def _places(of: Compiled) -> Iterator[tuple[int, Place]]:
    """Yield the link annotations that are in islands: their places are wherever the text of the day ends."""
    inside: dict[int, int] = {}
    for box in weasy.walk(of.page._page_box):
        island = getattr(box, "press_island", None)
        if island is not None:
            linked = [inner for inner in weasy.walk(box) if inner.link_annotation is not None]
            for index, inner in enumerate(linked):
                inside[id(inner)] = index
                yield inner.link_annotation.number, Place(island, index)


def prefix_of(of: Compiled, fonts: Uses, files: FontFiles) -> Prefix:
    """Return the shared beginning of a compiled sheet. The same sheet gives the same bytes, whoever is on it."""
    objects, number = _sorted(of), len(of.pdf.objects)
    contents, pieces, holes = [], [], []
    for index, piece in enumerate(of.pieces):
        if piece.strip():
            pieces.append((number, _stream(piece)))
            contents.append(number)
            number += 1
        if index < len(of.holes):
            holes.append(number)
            contents.append(number)
            number += 1
    page = next(item for item in objects.fixed if isinstance(item, dict) and item.get("Type") == "/Page")
    page["Contents"] = b"[" + b" ".join(b"%d 0 R" % one for one in contents) + b"]"
    made, named = files.made(fonts, number)
    number += len(made)
    body = _Body(str(of.options["pdf_version"] or "1.7"))
    body.put_packed([item for item in objects.fixed if not isinstance(item, pydyf.Stream)], number)
    for item in objects.fixed:
        if isinstance(item, pydyf.Stream):
            body.put(item.number, item.data)
    for at, data in pieces:
        body.put(at, data)
    for at, data in made:
        body.put_raw(at, data)
    number += 1
    written = b"".join(body.parts)
    return Prefix(
        written, sha256(written).hexdigest(), body.table(number + 1), tuple(holes), tuple(objects.parts), fonts, named,
        objects.font_dictionary, number, objects.xmp, objects.file and objects.file.number,
        dict(objects.file.extra) if objects.file else {}, of.pdf.catalog.number, number + 1,
    )  # fmt: skip


def _stream(data: bytes) -> bytes:
    packed = deflated(data)
    return b"<</Filter /FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(packed), packed)


class _Body:
    """The bytes of a file in the making, and where each object is in them."""

    def __init__(self, version: str) -> None:
        self.parts = [b"%PDF-" + version.encode() + b"\n%\xf0\x9f\x96\xa4\n"]
        self.at = len(self.parts[0])
        self.rows: dict[int, bytes] = {0: ROW.pack(0, 0, 65535)}

    def put(self, number: int, data: bytes) -> None:
        """Add an object."""
        self.put_raw(number, b"%d 0 obj\n%s\nendobj\n" % (number, data))

    def put_raw(self, number: int, written: bytes) -> None:
        """Add an object as it is written."""
        self.rows[number] = ROW.pack(1, self.at, 0)
        self.parts.append(written)
        self.at += len(written)

    def put_packed(self, items: list[Any], number: int) -> None:
        """Add objects that are no streams, in one object stream."""
        head, data = [], b""
        for index, item in enumerate(items):
            head.append(b"%d %d" % (item.number, len(data)))
            data += item.data + b"\n"
            self.rows[item.number] = ROW.pack(2, number, index)
        first = b" ".join(head) + b"\n"
        packed = deflated(first + data)
        kind = b"/Type /ObjStm/N %d/First %d" % (len(items), len(first))
        length = b"/Filter /FlateDecode/Length %d" % len(packed)
        self.put(number, b"<<%s%s>>\nstream\n%s\nendstream" % (kind, length, packed))

    def table(self, count: int) -> bytes:
        """Return the rows of the first `count` objects."""
        free = ROW.pack(0, 0, 0)
        return b"".join(self.rows.get(number, free) for number in range(count))
