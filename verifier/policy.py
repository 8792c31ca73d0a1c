"""What the one who asks knows and wants; an empty policy knows nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from verifier.purpose import Purposes, nothing_known
from verifier.rollback import Forgetful, Memory

_FORGETFUL: Final = Forgetful()


@dataclass(frozen=True)
class Policy:
    """`known_issuers` maps issuer ids to the names under which we know them; `verifier.trust` tells why.

    `recipient` is an e-mail address (or a subject id) that the credential must belong to. `skew` is how far clocks
    may differ: it is granted to both ends of every period. `memory` knows which status lists were seen before.
    `purposes` tells what a key is for, where that is known.
    """

    known_issuers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    recipient: str | None = None
    skew: timedelta = timedelta(minutes=5)
    memory: Memory = _FORGETFUL
    purposes: Purposes = nothing_known
