"""The end of one file: what is in its holes, fonts of its own, information, attachment, and where every object is."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import md5
from typing import Any, Final
from xml.sax.saxutils import escape

from issuer.certificate.press import weasy
from issuer.certificate.press.compiled import Compiled
from issuer.certificate.press.fontfile import FontFiles
from issuer.certificate.press.objects import Rectangles, filled, string
from issuer.certificate.press.order import Order
from issuer.certificate.press.painting import Uses
from issuer.certificate.press.prefix import ROW, Prefix
from issuer.certificate.press.token import Template

pydyf = weasy.pydyf
_INFO: Final = (
    ("Title", "title"),
    ("Author", "authors"),
    ("Subject", "description"),
    ("Keywords", "keywords"),
    ("Creator", "generator"),
    ("CreationDate", "created"),
    ("ModDate", "modified"),
)
_STAMP: Final = "%Y-%m-%dT%H:%M:%SZ"
_WORTH_PACKING: Final = 200


@dataclass(frozen=True)
class Head:
    """What a file says of itself outside its page: pieces of the information dictionary, and of its XMP."""

    information: tuple[tuple[bytes, bytes | Template], ...]
    packet: Template | bytes | None

    @classmethod
    def of(cls, compiled: Compiled) -> Head:
        """Return the head of a compiled sheet."""
        metadata, fields = compiled.metadata, compiled.skeleton.fields
        information: list[tuple[bytes, bytes | Template]] = []
        for name, value in compiled.pdf.info.items():
            template = fields.template(value.string)
            information.append((b"/" + name.encode() + b" ", template or bytes(value.data)))
        packet: Template | bytes | None = None
        if compiled.options["pdf_variant"]:
            if compiled.order.created is not None:
                metadata.created = metadata.modified = fields.token("created")
            written = _xmp(metadata, compiled.options["pdf_variant"])
            packet = fields.template(written.decode()) or written
        return cls(tuple(information), packet)

    def info(self, order: Order) -> bytes:
        """Return the information dictionary of one file."""
        date = order.created and string(str(weasy.pdf_date(order.created.strftime(_STAMP), "created")))
        out = [b"<<"]
        for name, value in self.information:
            if date and name in (b"/CreationDate ", b"/ModDate "):
                value = date
            out += (name, value if isinstance(value, bytes) else string(value.filled(order.values)))
        out.append(b">>")
        return b"".join(out)

    def xmp(self, values: Mapping[str, str]) -> bytes:
        """Return the metadata stream of one file."""
        packet = self.packet
        if isinstance(packet, Template):
            packet = packet.filled({field: escape(values[field]) for field in packet.fields}).encode()
        packet = packet or b""
        return b"<</Type /Metadata/Subtype /XML/Length %d>>\nstream\n%s\nendstream" % (len(packet), packet)


class _End:
    """The bytes of a tail in the making."""

    def __init__(self, prefix: Prefix) -> None:
        self.parts: list[bytes] = []
        self.at = len(prefix.body)
        self.rows = bytearray(prefix.rows)

    def put(self, number: int, data: bytes) -> None:
        """Add an object."""
        self.put_raw(number, b"%d 0 obj\n%s\nendobj\n" % (number, data))

    def put_raw(self, number: int, written: bytes) -> None:
        """Add an object as it is written."""
        start = number * ROW.size
        if start + ROW.size > len(self.rows):
            self.rows.extend(bytes(start + ROW.size - len(self.rows)))
        self.rows[start : start + ROW.size] = ROW.pack(1, self.at, 0)
        self.parts.append(written)
        self.at += len(written)

    def put_stream(self, number: int, data: bytes) -> None:
        """Add a stream, packed where that is worth it."""
        if len(data) > _WORTH_PACKING:
            packed = zlib.compress(data, 6)
            self.put(number, b"<</Filter /FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(packed), packed))
        else:
            self.put(number, b"<</Length %d>>\nstream\n%s\nendstream" % (len(data), data))

    def close(self, root: int, info: int, identifier: bytes, digest: bytes) -> bytes:
        """Return the whole tail, with the cross-reference stream at its end."""
        number, start = len(self.rows) // ROW.size, self.at
        self.rows += ROW.pack(1, start, 0)
        packed = zlib.compress(bytes(self.rows), 1)
        self.parts.append(
            b"%d 0 obj\n<</Type /XRef/Index [0 %d]/W [1 4 2]/Size %d/Root %d 0 R/Info %d 0 R/ID [%s %s]"
            b"/Filter /FlateDecode/Length %d>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
            % (
                number, number + 1, number + 1, root, info, _hex(identifier), _hex(digest), len(packed), packed, start
            )
        )  # fmt: skip
        return b"".join(self.parts)


def _xmp(metadata: Any, variant: str) -> bytes:
    """Return the XMP packet of a PDF/A variant such as `pdf/a-3a`."""
    pdf = pydyf.PDF()
    part, level = int(variant[6]), variant[7:].upper()
    metadata.include_in_pdf(pdf, "a", part, level, False)
    return b"\n".join(pydyf._to_bytes(item) for item in pdf.objects[-1].stream)


def _hex(data: bytes) -> bytes:
    return b"<" + data.hex().encode() + b">"


def tail_of(
    order: Order, prefix: Prefix, head: Head, drawn: Sequence[bytes], fonts: Uses, places: Rectangles, files: FontFiles
) -> bytes:
    """Return what comes after `prefix` in the file of one order; `drawn` is what is painted in each hole."""
    end = _End(prefix)
    for number, data in zip(prefix.holes, drawn, strict=True):
        end.put_stream(number, data)
    for number, pieces in prefix.parts:
        end.put(number, filled(pieces, order.values, places))
    _put_fonts(end, prefix, fonts, files)
    end.put(prefix.info, head.info(order))
    if prefix.xmp is not None:
        end.put(prefix.xmp, head.xmp(order.values))
    if prefix.file is not None:
        end.put(prefix.file, _embedded(prefix.file_extra, order))
    digest = md5(prefix.sha256.encode() + b"".join(end.parts), usedforsecurity=False).digest()
    return end.close(prefix.root, prefix.info, order.identifier, digest)


def _put_fonts(end: _End, prefix: Prefix, fonts: Uses, files: FontFiles) -> None:
    """Add fonts of its own for what the shared ones do not have, and name them all."""
    own = {key: use for key, use in fonts.items() if not _has(prefix.fonts, key, use)}
    named = {key: prefix.named[key] for key in prefix.named if key not in own}
    if own:
        objects, made = files.made(own, prefix.next)
        for number, written in objects:
            end.put_raw(number, written)
        named |= made
    names = b"".join(b"/" + name.encode() + b" " + reference for name, reference in named.values())
    end.put(prefix.font_dictionary, b"<<" + names + b">>")


def _has(shared: Uses, key: int, use: Any) -> bool:
    """Tell whether a shared font has every glyph of `use`, as wide and for the same letters."""
    font = shared.get(key)
    return (
        font is not None
        and use.widths.items() <= font.widths.items()
        and use.to_unicode.items() <= font.to_unicode.items()
    )


def _embedded(extra: Mapping[str, Any], order: Order) -> bytes:
    """Return the attachment as an embedded file."""
    data = order.attachment or b""
    packed = zlib.compress(data, 6)
    params = pydyf.Dictionary(extra["Params"])
    params["CheckSum"], params["Size"] = f"<{md5(data, usedforsecurity=False).hexdigest()}>", len(data)
    if order.created is not None:
        params["CreationDate"] = params["ModDate"] = pydyf.String(order.created.strftime("D:%Y%m%d%H%M%SZ"))
    written = pydyf.Dictionary({**extra, "Params": params, "Filter": "/FlateDecode", "Length": len(packed)})
    return bytes(written.data) + b"\nstream\n" + packed + b"\nendstream"
