"""A picture that carries its credential: baked PNG and SVG.

OB 3.0 section 5.3: in a PNG one uncompressed `iTXt` chunk `openbadgecredential`; in an SVG one element
`openbadges:credential` first under the root. A JWT stands in the chunk as it is, in the SVG in `verify`.
Chunks of Open Badges 2.0 (`openbadges`) are read too, since carriers in the wild have both.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from badges.problem import OutOfRange, Unreadable
from badges.strict import MAX_BYTES

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
KEYWORD: Final = b"openbadgecredential"
KEYWORD_2: Final = b"openbadges"
NAMESPACE: Final = "https://purl.imsglobal.org/ob/v3p0"
NAMESPACE_2: Final = "http://openbadges.org"
_FIRST: Final = b"IHDR"
_LAST: Final = b"IEND"
_SVG: Final = "http://www.w3.org/2000/svg"
_JWS: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*", re.ASCII)


def bake_png(picture: bytes, credential: bytes) -> bytes:
    """Return the PNG with `credential`, JSON or compact JWS, as its only chunk of either keyword."""
    baked = _chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0" + credential)
    parts = [SIGNATURE]
    for kind, body in _chunks(picture):
        if kind in (b"iTXt", b"tEXt", b"zTXt") and body.partition(b"\0")[0] in (KEYWORD, KEYWORD_2):
            continue
        parts.append(_chunk(kind, body))
        if len(parts) == 2:
            parts.append(baked)
        if kind == _LAST:
            break
    return b"".join(parts)


def unbake_png(picture: bytes) -> list[bytes]:
    """Return what every chunk of either keyword carries, wherever it stands; Unreadable for a broken PNG.

    Chunks behind the end count too, those of a second picture as well: another reader may take them for the first.
    """
    found = []
    for kind, body in _chunks(picture):
        keyword, _, rest = body.partition(b"\0")
        if keyword not in (KEYWORD, KEYWORD_2):
            continue
        if kind == b"tEXt":
            found.append(_bounded(rest))
        elif kind == b"zTXt":
            found.append(_inflate(rest[1:]))
        elif kind == b"iTXt":
            compressed = rest[:1] == b"\1"
            text = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
            found.append(_inflate(text) if compressed else _bounded(text))
    return found


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and body of every chunk; behind the last one of the picture, as long as there are whole ones."""
    if not picture.startswith(SIGNATURE):
        raise Unreadable("The picture is not a PNG.")
    place, ended = len(SIGNATURE), False
    while place < len(picture):
        if ended and picture.startswith(SIGNATURE, place):
            place += len(SIGNATURE)
        try:
            kind, body = _chunk_at(picture, place)
        except Unreadable:
            if ended:
                return  # What somebody else appended, such as an archive, is not ours to judge.
            raise
        if place == len(SIGNATURE) and kind != _FIRST:
            raise Unreadable("The PNG has no head.")
        yield kind, body
        ended = ended or kind == _LAST
        place += 12 + len(body)
    if not ended:
        raise Unreadable("The PNG has no end.")


def _chunk_at(picture: bytes, place: int) -> tuple[bytes, bytes]:
    head = picture[place : place + 8]
    if len(head) < 8:
        raise Unreadable("The PNG ends inside a chunk.")
    length, kind = struct.unpack(">I4s", head)
    body = picture[place + 8 : place + 8 + length]
    check = picture[place + 8 + length : place + 12 + length]
    if len(check) < 4:
        raise Unreadable("The PNG ends inside a chunk.")
    if struct.unpack(">I", check)[0] != zlib.crc32(kind + body):
        raise Unreadable("A chunk of the PNG is damaged.")
    return kind, body


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _inflate(data: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(data, MAX_BYTES + 1)
    except zlib.error as fault:
        raise Unreadable("A compressed chunk of the PNG is damaged.") from fault
    if not inflater.eof and len(text) <= MAX_BYTES:
        raise Unreadable("A compressed chunk of the PNG is cut short.")
    return _bounded(text)


def _bounded(text: bytes) -> bytes:
    if len(text) > MAX_BYTES:
        raise OutOfRange(f"The credential in the picture is longer than {MAX_BYTES:,} octets.")
    return text


def bake_svg(picture: bytes, credential: bytes) -> bytes:
    """Return the SVG with `credential`, JSON or compact JWS, as its only element of either namespace."""
    root = read_svg(picture)
    for namespace in (NAMESPACE, NAMESPACE_2):
        for element in list(root.iter(f"{{{namespace}}}*")):
            parent = element.getparent()
            if parent is not None:
                parent.remove(element)
    text = credential.decode("utf-8")
    element = etree.Element(f"{{{NAMESPACE}}}credential", nsmap={"openbadges": NAMESPACE})
    if _JWS.fullmatch(text):
        element.set("verify", text)
    else:
        # In JSON, > stands in texts only: escaped there, it cannot end the section, and the value is the same.
        element.text = etree.CDATA(text.replace("]]>", "]]\\u003e"))
    names: Any = {**root.nsmap, "openbadges": NAMESPACE}
    attributes: Any = dict(root.items())
    try:
        rebuilt = etree.Element(root.tag, attributes, nsmap=names)
    except ValueError as fault:
        raise Unreadable("The SVG has a name that XML does not allow.") from fault
    rebuilt.text = root.text
    rebuilt.append(element)
    rebuilt.extend(list(root))
    return etree.tostring(rebuilt, encoding="utf-8", xml_declaration=True)


def unbake_svg(picture: bytes) -> list[bytes]:
    """Return what every credential or assertion element carries; Unreadable for a broken SVG."""
    found = []
    root = read_svg(picture)
    for name in (f"{{{NAMESPACE}}}credential", f"{{{NAMESPACE_2}}}assertion"):
        for element in root.iter(name):
            body, token = "".join(map(str, element.itertext())).strip(), element.get("verify", "").strip()
            texts = [token] if token and not _repeats(token, body) else []
            found += [_bounded(text.encode("utf-8")) for text in (body, *texts) if text]
    return found


def _repeats(token: str, body: str) -> bool:
    """Tell whether `verify` only repeats the address of the assertion in the body, as baking 2.0 asks."""
    return _JWS.fullmatch(token) is None and f'"{token}"' in body.replace("\\/", "/")


def read_svg(picture: bytes) -> etree._Element:
    """Return the root of an SVG read without a DTD, entities or the network; Unreadable when it is none."""
    if b"<!DOCTYPE" in picture or b"<!ENTITY" in picture:
        raise Unreadable("The SVG has a document type, which is not read.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, strip_cdata=False, remove_pis=True
    )
    try:
        root = etree.fromstring(picture, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise Unreadable("The picture is not an SVG.") from fault
    if root.tag != f"{{{_SVG}}}svg":
        raise Unreadable("The picture is not an SVG.")
    for element in root.iter(etree.Element):
        if any(":" in str(name).rpartition("}")[2] for name in (element.tag, *element.keys())):
            # Baked with the prefix that it lacks, it would say something else.
            raise Unreadable("The SVG uses a prefix that it does not declare.")
    return root
