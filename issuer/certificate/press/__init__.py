"""The press: one design is compiled once, and per certificate only what varies is laid out and written."""

from __future__ import annotations

from issuer.certificate.press.batch import print_batch
from issuer.certificate.press.printed import Plate, Printed, Tier, join

__all__ = ["Plate", "Printed", "Tier", "join", "print_batch"]
