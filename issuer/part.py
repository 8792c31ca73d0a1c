"""A part of a list, decided and not yet stored: who is new, who is known, and what becomes of each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from issuer.fault import Fault

if TYPE_CHECKING:
    from issuer.roster import Recipient

SIZE: Final = 500
"""Rows that are reserved in one transaction: for a tenth of a second, and others can write."""
LARGE: Final = 1_000
"""The same on PostgreSQL, where whoever writes keeps nobody from writing other rows."""


class Known(NamedTuple):
    """Somebody who has a credential since an earlier list."""

    credential_id: int


class New(NamedTuple):
    """Somebody whom this list brought, by the place among all of these."""

    place: int


Somebody = Known | New


class Line(NamedTuple):
    """One row of the list: its line number, whose it is, what becomes of it."""

    row: int
    whose: Somebody | None
    state: str
    fault: Fault | None


class Fresh(NamedTuple):
    """Somebody new: the recipient, what the intent keeps of the row, the digest of the strongest key."""

    recipient: Recipient
    row: Mapping[str, Any]
    identity: str


@dataclass
class Part:
    """What is to be stored of some rows.

    `owners` tells to whom a digest belongs from now on, where it was nobody's or somebody else's; of those in `moved`
    there is a row already.
    """

    lines: list[Line] = field(default_factory=list)
    fresh: list[Fresh] = field(default_factory=list)
    owners: dict[str, Somebody] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)
