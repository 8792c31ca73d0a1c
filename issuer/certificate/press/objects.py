"""PDF objects with something in them that varies: written once, with places for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from issuer.certificate.press import weasy
from issuer.certificate.press.refused import Refused
from issuer.certificate.press.token import ADDRESS, Fields, Template, has_token, is_address

pydyf = weasy.pydyf


@dataclass(frozen=True)
class Address:
    """The place of a web address, the field that gives it."""

    field: str


@dataclass(frozen=True)
class Place:
    """The place of the rectangle that the link of so many in an island covers."""

    island: int
    index: int


Piece = bytes | Template | Address | Place
Parted = tuple[Piece, ...]
Rectangles = Mapping[int, Sequence[tuple[float, ...]]]


def parted(item: Any, fields: Fields, address: str | None, place: Place | None = None) -> Parted | None:
    """Return a PDF object in pieces, None if nothing in it varies; `place` takes the place of a `Rect`."""
    pieces: list[Piece] = []
    _write(item, pieces, fields, address, place)
    joined: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, bytes) and joined and isinstance(joined[-1], bytes):
            joined[-1] += piece
        else:
            joined.append(piece)
    return None if len(joined) == 1 and isinstance(joined[0], bytes) else tuple(joined)


def _write(item: Any, out: list[Piece], fields: Fields, address: str | None, place: Place | None = None) -> None:
    match item:
        case pydyf.Dictionary():
            out.append(b"<<")
            for name, value in item.items():
                out.append(b"/" + pydyf._to_bytes(name) + b" ")
                if name == "Rect" and place is not None:
                    out.append(place)
                else:
                    _write(value, out, fields, address)
            out.append(b">>")
        case pydyf.Array():
            out.append(b"[")
            for value in item:
                _write(value, out, fields, address)
                out.append(b" ")
            out.append(b"]")
        case pydyf.String():
            out.append(_string(item, fields, address))
        case _:
            out.append(pydyf._to_bytes(item))


def _string(item: Any, fields: Fields, address: str | None) -> Piece:
    text = item.string if isinstance(item.string, str) else ""
    if text == ADDRESS and address is not None:
        return Address(address)
    template = fields.template(text)
    if template is None and has_token(text):
        raise Refused("token in part of a string")
    return bytes(item.data) if template is None else template


def string(text: str) -> bytes:
    """Return a text as a PDF string."""
    return bytes(pydyf.String(text).data)


def filled(pieces: Parted, values: Mapping[str, str], rectangles: Rectangles) -> bytes:
    """Return the object with the values in it; raises Refused for an address that WeasyPrint would write otherwise."""
    out = []
    for piece in pieces:
        match piece:
            case bytes():
                out.append(piece)
            case Template():
                out.append(string(piece.filled(values)))
            case Address(field):
                if not is_address(values[field]):
                    raise Refused("address to be normalized")
                out.append(string(values[field]))
            case Place(island, index):
                out.append(bytes(pydyf.Array(rectangles[island][index]).data))
    return b"".join(out)
