"""What the one who asks knows and wants; an empty policy knows nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType


@dataclass(frozen=True)
class Policy:
    """`known_issuers` maps issuer ids to the names under which we know them.

    `recipient` is an e-mail address (or a subject id) that the credential must belong to. `skew` is how far clocks
    may differ: it is granted to both ends of every period.
    """

    known_issuers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    recipient: str | None = None
    skew: timedelta = timedelta(minutes=5)
