"""Status indices: in blocks, at random, each given once and never again, in lists large enough to hide in.

Bitstring Status List 1.0, section 6.1: indices are assigned at random, so that neighbours say nothing of each other.
Each list has a secret order of its own and counts how many places of it were given. Whoever takes some moves that
count on in one statement, so that writers never meet at an index; what a killed one took is lost, and not used again.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from badges.status import MINIMUM_LENGTH
from issuer.database import lock, looked_up
from issuer.models import CredentialVersion, Organization, StatusList
from issuer.shuffle import Shuffle, shuffle
from issuer.tokens import new_list_number
from keys.envelope import KeyEncryptionKey

FULL: Final = 80
"""Per cent of a list that are given before a new one is begun."""


class Open(NamedTuple):
    """A list that has room."""

    id: int
    organization_id: int
    number: int
    length: int
    given: int

    @property
    def room(self) -> int:
        """Return how many of its places can still be given."""
        return self.length * FULL // 100 - self.given


def take_indices(
    session: Session,
    kek: KeyEncryptionKey,
    organization_id: int,
    count: int,
    now: datetime,
    length: int = MINIMUM_LENGTH,
) -> list[tuple[int, int]]:
    """Return `count` places, each as list id and index, that are nobody else's; new lists are begun as old ones fill.

    They are given for good once `session` commits, and it keeps other writers of the organization waiting until then:
    whoever needs many takes them in a short transaction of its own.
    """
    places: list[tuple[int, int]] = []
    while len(places) < count:
        row = _open_list(session, organization_id) or _begin(session, organization_id, now, length)
        places += _give(session, row, order_of(kek, row), count - len(places))
    return places


def order_of(kek: KeyEncryptionKey, row: Open) -> Shuffle:
    """Return the order in which the places of a list are given: nobody knows it without the key-encryption key."""
    name = f"{row.organization_id}/{row.number}".encode("ascii")
    return shuffle(hmac.digest(kek.derive("status-index"), name, "sha256"), row.length)


def _open_list(session: Session, organization_id: int) -> Open | None:
    """Return the oldest list that has room, held until the commit; None when all are full."""
    statement = (
        select(StatusList.id, StatusList.organization_id, StatusList.number, StatusList.length, StatusList.given)
        .where(StatusList.organization_id == organization_id)
        .where((StatusList.given + 1) * 100 <= StatusList.length * FULL)
        .order_by(StatusList.id)
        .limit(1)
    )
    found = session.execute(lock(session, statement)).first()
    return None if found is None else Open(*found)


def _begin(session: Session, organization_id: int, now: datetime, length: int) -> Open:
    """Begin a list, or return the one that another writer has begun meanwhile: one at a time does."""
    session.scalars(lock(session, select(Organization.id).where(Organization.id == organization_id))).one()
    begun = _open_list(session, organization_id)
    if begun is None:
        number = new_list_number()
        session.add(StatusList(organization_id=organization_id, number=number, length=length, created_at=now))
        session.flush()
        begun = _open_list(session, organization_id)
    if begun is None:
        raise ValueError(f"A list of {length} places has no room.")
    return begun


def _give(session: Session, row: Open, order: Shuffle, count: int) -> list[tuple[int, int]]:
    """Move the list's count on; return the places that nobody has yet: in an old list some were drawn at random."""
    first, after = row.given, row.given + min(count, row.room)
    session.execute(update(StatusList).where(StatusList.id == row.id).values(given=after))
    indices = order.at(range(first, after))
    taken = select(CredentialVersion.status_index).where(CredentialVersion.status_list_id == row.id)
    had = {line.status_index for line in looked_up(session, taken, CredentialVersion.status_index, indices)}
    return [(row.id, index) for index in indices if index not in had]
