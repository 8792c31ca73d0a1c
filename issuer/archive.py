"""Awards as they are kept: the signed bytes first, and what belongs to their print and their history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from issuer.certificate.layout import Layout


@dataclass(frozen=True)
class Correction:
    """When an award was corrected, and what is said of it in public."""

    at: datetime
    note: str


@dataclass(frozen=True)
class Award:
    """One award in its current version; `signed` are the exact bytes, and all that is shown comes from them.

    `layout` is the print of that version, `kept` the columns that were kept for it. `rosette_seed` is the event's
    random id. `issued_at` is when the first version was reserved; `reason` and `revoked_at` belong to a revocation.
    """

    token: str
    url: str
    signed: bytes = field(repr=False)
    layout: Layout = field(repr=False)
    kept: Mapping[str, str] = field(repr=False)
    organization_slug: str
    kind: str
    state: Literal["valid", "revoked"]
    revoked_at: datetime | None
    reason: str | None
    corrections: tuple[Correction, ...]
    versions: int
    issued_at: datetime
    event_slug: str
    achievement_id: str
    rosette_seed: str
