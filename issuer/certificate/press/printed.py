"""What comes out of the press: the part that many certificates share, and the part that is one certificate's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256

from issuer.certificate.content import Certificate
from issuer.fault import Fault


class Tier(IntEnum):
    """How a certificate was printed: the lower, the faster. What it looks like is the same on each."""

    HOT = 0
    ISLAND = 1
    SHARED = 2
    PLAIN = 3


@dataclass(frozen=True)
class Plate:
    """The shared beginning of many files, and the hexadecimal SHA-256 by which it is kept once.

    `prefix` is empty where a file shares nothing with another.
    """

    prefix: bytes = field(repr=False)
    sha256: str


WHOLE = Plate(b"", sha256().hexdigest())
"""The plate of a file that is one piece."""


@dataclass(frozen=True)
class Printed:
    """One certificate in print, or the fault that kept it from being printed: then `tail` is empty."""

    certificate: Certificate
    plate: Plate
    tail: bytes = field(repr=False)
    tier: Tier
    fault: Fault | None = None

    def pdf(self) -> bytes:
        """Return the whole file."""
        return join(self.plate.prefix, self.tail)


def join(prefix: bytes, tail: bytes) -> bytes:
    """Return the file that a plate's `prefix` and a certificate's `tail` make."""
    return prefix + tail
