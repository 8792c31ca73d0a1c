"""One print as it is kept: the shared beginning and its own end, which together are the file."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256

from issuer.certificate.press.printed import Plate, Printed


@dataclass(frozen=True)
class Print:
    """The PDF of one award in two pieces: `plate.prefix`, kept once for many, and `tail`."""

    plate: Plate
    tail: bytes = field(repr=False)

    @property
    def length(self) -> int:
        """Return how many bytes the file has."""
        return len(self.plate.prefix) + len(self.tail)

    @property
    def pieces(self) -> tuple[bytes, bytes]:
        """Return what the file is, piece after piece, without a copy of either."""
        return self.plate.prefix, self.tail

    @cached_property
    def crc32(self) -> int:
        """Return the checksum that ZIP wants of the whole: the plate's, carried on over the tail."""
        return zlib.crc32(self.tail, _crc32(self.plate))

    @cached_property
    def digest(self) -> bytes:
        """Return 32 bytes that name the whole, made of the names of its pieces."""
        return digest_of(self.plate.sha256, self.tail)

    @property
    def etag(self) -> str:
        """Return the entity tag of the file (RFC 9110, 8.8.3): the same bytes have the same."""
        return self.digest.hex()[:32]

    def pdf(self) -> bytes:
        """Return the whole file."""
        return b"".join(self.pieces)


def print_of(printed: Printed) -> Print:
    """Return what came out of the press as it is kept."""
    return Print(printed.plate, printed.tail)


def digest_of(plate: str, tail: bytes) -> bytes:
    """Return the digest of a print whose plate has this SHA-256; the plate itself is not read."""
    return sha256(bytes.fromhex(plate) + sha256(tail).digest()).digest()


@lru_cache(maxsize=32)
def _crc32(plate: Plate) -> int:
    return zlib.crc32(plate.prefix)
