"""What WeasyPrint alone would have painted, held against what the press did: operators, letters and links."""

from __future__ import annotations

from hashlib import sha256
from itertools import zip_longest
from typing import Final

from issuer.certificate.press import weasy
from issuer.certificate.press.lean import lean
from issuer.certificate.press.links import corners
from issuer.certificate.press.order import Order
from issuer.certificate.press.plate import CompiledPlate, Struck

ONE_IN: Final = 2000
"""So many prints are made for every one that is made both ways."""


def is_sampled(order: Order) -> bool:
    """Tell whether this file is one of the sample: by what it is, not by chance, so that it always is or never."""
    return int.from_bytes(sha256(order.identifier).digest()[:8]) % ONE_IN == 0


def difference(order: Order, plate: CompiledPlate, struck: Struck) -> str | None:
    """Return what differs between a fast print and WeasyPrint's own, None if nothing does. Nothing is rasterised."""
    with lean():
        page, fonts = weasy.painted_alone(order.reference(), plate.of.options)
    pieces = zip_longest(plate.of.pieces, struck.drawn, fillvalue=b"")
    mine = b"\n".join(part for pair in pieces for part in pair)
    if mine.split() != weasy.bytes_of(page.stream.stream).split():
        return "operators"
    theirs = {font.hash: (font.widths, font.to_unicode) for font in fonts.values()}
    if {use.hash: (use.widths, use.to_unicode) for use in struck.uses.values()} != theirs:
        return "letters"
    rectangles = sorted(place for places in struck.places.values() for place in places)
    return None if set(rectangles) <= {corners(page.height, at) for _, _, at, _ in page.links} else "links"
