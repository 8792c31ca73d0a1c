"""Status indices: random, each given once and never again, in lists large enough to hide in.

Bitstring Status List 1.0, section 6.1: indices are assigned at random, so that neighbours say nothing of each other.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from badges.status import MINIMUM_LENGTH
from issuer.database import IN_ONE_QUESTION
from issuer.models import CredentialVersion, StatusList
from issuer.tokens import new_list_number

FULL: Final = 65
"""Per cent of a list that are given away before a new one is begun: guesses at a free index stay short."""


def take_indices(
    session: Session, organization_id: int, count: int, now: datetime, length: int = MINIMUM_LENGTH
) -> list[tuple[int, int]]:
    """Return `count` free places, each as list id and index; new lists are begun as old ones fill.

    Whoever stores them relies on the unique constraint: if another process took one in between, all is done again.
    """
    places: list[tuple[int, int]] = []
    for list_id, room in _open_lists(session, organization_id):
        places += _take(session, list_id, min(room, count - len(places)), length)
    while len(places) < count:
        begun = StatusList(
            organization_id=organization_id, number=new_list_number(), length=length, created_at=now, version=0
        )
        session.add(begun)
        session.flush()
        places += _take(session, begun.id, min(length * FULL // 100, count - len(places)), length)
    return places


def _open_lists(session: Session, organization_id: int) -> Iterator[tuple[int, int]]:
    taken = (
        select(CredentialVersion.status_list_id, func.count().label("taken"))
        .where(CredentialVersion.organization_id == organization_id)
        .group_by(CredentialVersion.status_list_id)
        .subquery()
    )
    rows = session.execute(
        select(StatusList.id, StatusList.length, func.coalesce(taken.c.taken, 0))
        .outerjoin(taken, taken.c.status_list_id == StatusList.id)
        .where(StatusList.organization_id == organization_id)
        .order_by(StatusList.id)
    ).all()
    for list_id, length, used in rows:
        room = length * FULL // 100 - used
        if room > 0:
            yield list_id, room


def _take(session: Session, list_id: int, count: int, length: int) -> list[tuple[int, int]]:
    found: set[int] = set()
    while len(found) < count:
        drawn = {secrets.randbelow(length) for _ in range(min(count - len(found), IN_ONE_QUESTION))} - found
        found |= drawn - _taken(session, list_id, sorted(drawn))
    shuffled = sorted(found)
    secrets.SystemRandom().shuffle(shuffled)
    return [(list_id, index) for index in shuffled]


def _taken(session: Session, list_id: int, drawn: Sequence[int]) -> set[int]:
    return set(
        session.scalars(
            select(CredentialVersion.status_index).where(
                CredentialVersion.status_list_id == list_id, CredentialVersion.status_index.in_(drawn)
            )
        )
    )
