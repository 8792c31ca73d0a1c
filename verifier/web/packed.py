"""Answers in gzip for whoever takes them so: texts that everybody may see, and nothing that was sent to us.

Where an answer repeats what its caller sent beside what others may not know, its length would tell of the latter; such
answers say `no-store` and travel as they are.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Sequence
from typing import Final

from flask import Flask, Response, request
from werkzeug.http import parse_accept_header

KINDS: Final = frozenset({
    "text/html", "text/css", "text/plain", "application/json", "application/ld+json", "application/vc",
    "application/did+json", "application/jwk-set+json", "image/svg+xml",
})  # fmt: skip
"""Media types of texts."""
LEAST: Final = 600
"""Octets below which packing gains nothing."""
LEVEL: Final = 6
_HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_END: Final = b"\x03\x00"
"""The last block, which is empty (RFC 1951, 3.2.6)."""


def takes_gzip(header: str) -> bool:
    """Tell whether an `Accept-Encoding` field allows gzip (RFC 9110, 12.5.3)."""
    if header in ("", "gzip", "gzip, deflate", "gzip, deflate, br", "gzip, deflate, br, zstd"):
        return bool(header)
    accepted = dict(parse_accept_header(header))
    return accepted.get("gzip", accepted.get("*", 0)) > 0


def is_text(media_type: str, octets: int) -> bool:
    """Tell whether an answer of this kind and length is worth packing."""
    return media_type.partition(";")[0] in KINDS and octets >= LEAST


def pack(body: bytes) -> bytes:
    """Return `body` in gzip, the same octets each time."""
    return gzip.compress(body, LEVEL, mtime=0)


def pack_piece(piece: bytes) -> bytes:
    """Return a part of a body, packed so that others may stand before and after it (RFC 1951)."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)


def as_it_is(piece: bytes) -> bytes:
    """Return a short part of a body as a block that is not packed (RFC 1951, 3.2.4)."""
    return b"\x00" + struct.pack("<HH", len(piece), len(piece) ^ 0xFFFF) + piece


def join(packed: Sequence[bytes], body: bytes) -> bytes:
    """Return the gzip (RFC 1952) of `body`, whose parts are `packed`."""
    return b"".join([_HEAD, *packed, _END, struct.pack("<II", zlib.crc32(body), len(body) & 0xFFFFFFFF)])


def install(app: Flask) -> None:
    """Pack what `app` answers, where its reader takes it so."""

    @app.after_request
    def packed(response: Response) -> Response:
        if not _may_be(response):
            return response
        response.vary.add("Accept-Encoding")
        if takes_gzip(request.headers.get("Accept-Encoding", "")):
            response.set_data(pack(response.get_data()))
            response.headers["Content-Encoding"] = "gzip"
            tag, _ = response.get_etag()
            if tag is not None:
                response.set_etag(tag, weak=True)
        return response


def _may_be(response: Response) -> bool:
    if response.status_code != 200 or response.direct_passthrough or response.is_streamed:
        return False
    if "Content-Encoding" in response.headers or response.cache_control.no_store:
        return False
    return is_text(str(response.mimetype), response.calculate_content_length() or 0)
