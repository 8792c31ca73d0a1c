"""What a list says of one credential, and who asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from verifier.policy import Policy
from verifier.resolver import Resolver

INVALIDATING: Final = ("revocation", "suspension")
"""Purposes of which any value but zero takes a credential out of force; the graver one first."""
INFORMING: Final = frozenset({"refresh", "message"})
"""Purposes that say something about a credential and never that it does not stand."""


@dataclass(frozen=True)
class Standing:
    """What one entry says: its purpose, the value at its place, when the list that says so was signed, and a note.

    `as_of` is None where the list does not say its time; `note` is English, and may quote strangers.
    """

    purpose: str
    value: int
    as_of: datetime | None
    note: str = ""

    @property
    def is_set(self) -> bool:
        """Whether the list says anything but that all is as it was."""
        return self.value != 0


@dataclass(frozen=True)
class Asking:
    """Who asks about which credential, and with what at hand."""

    credential: str
    issuer: str
    resolver: Resolver
    policy: Policy
    now: datetime
