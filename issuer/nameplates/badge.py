"""What name badges say: of each person, and of the evening."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from issuer.preparing.person import folded


class Order(StrEnum):
    """How badges follow one another."""

    LIST = "list"
    NAME = "name"


@dataclass(frozen=True)
class Badge:
    """A person of the list: their name and, where the list says one, their role."""

    name: str
    role: str = ""


@dataclass(frozen=True)
class Evening:
    """What all badges of an evening have in common.

    `seed` is what the rosette is drawn from where there is no `logo`, a re-encoded picture; `colour` is the
    organization's, `#rrggbb`.
    """

    organization: str
    event: str
    colour: str
    seed: str
    language: str
    logo: bytes | None = field(default=None, repr=False)


def ordered(badges: Iterable[Badge], order: Order) -> Sequence[Badge]:
    """Return badges as the list has them, or by the name that they begin with."""
    found = list(badges)
    return sorted(found, key=lambda one: (folded(one.name), one.name)) if order is Order.NAME else found
