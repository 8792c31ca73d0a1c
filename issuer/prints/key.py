"""The name under which a print is kept: a hash of everything that it is made of."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from typing import Final

from issuer.archive import Award
from issuer.certificate.layout import Layout

EDITION: Final = f"print 1, attestato {version('attestato')}, weasyprint {version('weasyprint')}".encode()
"""Who makes the print: another version may make another one."""


def key_of(award: Award, *, practice: bool) -> str:
    """Return 64 hexadecimal digits; another signed byte, layout or kept column gives others."""
    parts = (
        EDITION,
        award.signed,
        _digest(award.layout),
        repr(sorted(award.kept.items())).encode(),
        b"practice" if practice else b"",
    )
    return sha256(b"".join(sha256(part).digest() for part in parts)).hexdigest()


@lru_cache(maxsize=256)
def _digest(layout: Layout) -> bytes:
    """Return the hash of a layout; its pictures may be large, and thousands of awards share it."""
    return sha256(repr(layout).encode()).digest()
