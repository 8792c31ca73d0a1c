"""Codes in bulk: once a family of addresses has come often enough to be worth it, and never otherwise than segno's."""

from __future__ import annotations

from typing import Final

from issuer.certificate.press.bounded import Bounded
from issuer.certificate.press.qr.family import Family, family_of
from issuer.certificate.press.qr.symbols import symbols

_WORTH_IT: Final = 60
"""To learn a family takes as long as so many codes of it the slow way."""

_seen: Bounded[Family, int] = Bounded(256)


def operators(url: str) -> bytes | None:
    """Return the path of the code of `url` as WeasyPrint writes it, None while the slow way is the faster."""
    family = family_of(url)
    seen = _seen.put(family, (_seen.get(family) or 0) + 1)
    made = symbols(family) if seen > _WORTH_IT else None
    return None if made is None else made.operators(url)
