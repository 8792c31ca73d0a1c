"""What became of a run, row by row: issued, unchanged, or waiting with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from issuer.fault import Fault
from issuer.intent import credential_url
from issuer.journal import read_fault, write_journal
from issuer.models import (
    ISSUED,
    RESERVED,
    SIGNED,
    UNCHANGED,
    Batch,
    BatchRow,
    Credential,
    CredentialVersion,
    Event,
    Organization,
)


@dataclass(frozen=True)
class Issued:
    """One row of a run that has its credential; `state` is `issued` or `unchanged`."""

    row: int
    name: str
    email: str | None
    token: str
    url: str
    state: str


@dataclass(frozen=True)
class Signed:
    """What became of a run."""

    batch_id: str
    event_slug: str
    issued: int
    unchanged: int
    faults: tuple[Fault, ...]
    credentials: tuple[Issued, ...]


def close_batch(session: Session, batch: Batch, now: datetime) -> None:
    """Close the batch: what is still reserved was signed by another run meanwhile."""
    session.execute(
        update(BatchRow).where(BatchRow.batch_id == batch.id, BatchRow.state == RESERVED).values(state=UNCHANGED)
    )
    write_journal(session, batch.organization_id, now, "batch.signed", batch.public_id)


def read_outcome(session: Session, batch: Batch) -> Signed:
    """Tell row by row what became of a batch."""
    credentials = _read_credentials(session, batch)
    held = session.scalars(
        select(BatchRow).where(BatchRow.batch_id == batch.id, BatchRow.fault.is_not(None)).order_by(BatchRow.row)
    )
    faults = tuple(read_fault(row.fault, row.row) for row in held if row.fault)
    states = [item.state for item in credentials]
    return Signed(
        batch_id=batch.public_id,
        event_slug=session.get_one(Event, batch.event_id).slug,
        issued=states.count(ISSUED),
        unchanged=states.count(UNCHANGED),
        faults=faults,
        credentials=tuple(credentials),
    )


def _read_credentials(session: Session, batch: Batch) -> list[Issued]:
    base_url = session.get_one(Organization, batch.organization_id).base_url
    last = (
        select(func.max(CredentialVersion.number))
        .where(CredentialVersion.credential_id == Credential.id, CredentialVersion.state == SIGNED)
        .correlate(Credential)
        .scalar_subquery()
    )
    credentials = []
    for row, credential, kept in session.execute(
        select(BatchRow, Credential, CredentialVersion.row)
        .join(Credential, Credential.id == BatchRow.credential_id)
        .join(CredentialVersion, CredentialVersion.credential_id == Credential.id)
        .where(BatchRow.batch_id == batch.id, BatchRow.state.in_((ISSUED, UNCHANGED)))
        .where(CredentialVersion.number == last)
        .order_by(BatchRow.row)
    ):
        url = credential_url(base_url, credential.token)
        name = (kept or {}).get("name", "")
        credentials.append(Issued(row.row, name, credential.email, credential.token, url, row.state))
    return credentials
