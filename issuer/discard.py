"""What an unfinished reservation left: it was promised to nobody, so nobody is known by it any more.

Credentials and versions stay as tombstones without a person, as after an erasure: their addresses and their status
indices are never used again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import String, cast, delete, literal, null, select, update
from sqlalchemy.orm import Session

from issuer.claim import disown
from issuer.database import lock
from issuer.journal import write_journal
from issuer.models import DISCARDED, RESERVING, Batch, BatchRow, Credential, CredentialVersion, IdentityKey
from issuer.office import Office
from issuer.part import SIZE
from issuer.searched import strike

LEFT_FOR: Final = timedelta(days=1)
"""For how long a run of the same list is expected to take up what a killed one left."""


def discard(office: Office, batch_id: int, now: datetime) -> None:
    """Take back what a disowned batch reserved, part by part; whoever is killed at it leaves it to the next."""
    while office.database.write(partial(_discard_part, batch_id, now)):
        office.reached("after-discarding")


def discard_what_was_left(office: Office, now: datetime) -> int:
    """Discard every reservation that was begun a day ago and is not being gone on with; return how many."""
    statement = select(Batch.id).where(Batch.state == RESERVING, Batch.created_at <= now - LEFT_FOR)
    with office.database.reading() as session:
        found = list(session.scalars(statement))
    count = 0
    for batch_id in found:
        if office.database.write(partial(_disown, batch_id)):
            discard(office, batch_id, now)
            count += 1
    return count


def _disown(batch_id: int, session: Session) -> bool:
    batch = session.scalar(lock(session, select(Batch).where(Batch.id == batch_id, Batch.state == RESERVING)))
    return batch is not None and disown(session, batch)


def _discard_part(batch_id: int, now: datetime, session: Session) -> bool:
    """Take back some rows; tell whether there may be more."""
    batch = session.scalar(lock(session, select(Batch).where(Batch.id == batch_id, Batch.state == RESERVING)))
    if batch is None:
        return False
    rows = session.execute(select(BatchRow.id, BatchRow.credential_id).where(BatchRow.batch_id == batch_id).limit(SIZE))
    found = [(line[0], line[1]) for line in rows]
    if not found:
        batch.state = DISCARDED
        write_journal(session, batch.organization_id, now, "batch.discarded", batch.public_id)
        return False
    _forget(session, batch, [number for _, number in found if number is not None])
    session.execute(delete(BatchRow).where(BatchRow.id.in_([row_id for row_id, _ in found])))
    return True


def _forget(session: Session, batch: Batch, credential_ids: Sequence[int]) -> None:
    """Let nobody be known by what the batch brought; what it made for somebody becomes a tombstone."""
    session.execute(
        delete(IdentityKey).where(IdentityKey.credential_id.in_(credential_ids), IdentityKey.batch_id == batch.id)
    )
    made = list(
        session.scalars(
            select(CredentialVersion.credential_id).where(
                CredentialVersion.credential_id.in_(credential_ids), CredentialVersion.batch_id == batch.id
            )
        )
    )
    session.execute(
        update(CredentialVersion)
        .where(CredentialVersion.credential_id.in_(made), CredentialVersion.batch_id == batch.id)
        .values(state=DISCARDED, row=null())
    )
    session.execute(
        update(Credential)
        .where(Credential.id.in_(made))
        .values(identity=literal(f"{DISCARDED}:") + cast(Credential.id, String), email=None)
    )
    strike(session, batch.organization_id, made)
