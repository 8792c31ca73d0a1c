"""What became of a run, row by row: issued, unchanged, or waiting with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final, overload

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.orm import Session

from issuer.database import Database
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

PAGE: Final = 1_000
"""Rows that are read in one question."""


@dataclass(frozen=True)
class Issued:
    """One row of a run that has its credential; `state` is `issued` or `unchanged`."""

    row: int
    name: str
    email: str | None
    token: str
    url: str
    state: str


class Credentials(Sequence[Issued]):
    """The rows of a batch that have a credential, in the order of the list: the first are at hand, the others are read
    as they are asked for, never all at once."""

    def __init__(self, database: Database, batch_id: int, base_url: str, count: int) -> None:
        self._database, self._batch_id, self._base_url, self._count = database, batch_id, base_url, count
        self._first = self._page(0)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Issued]:
        page = self._first
        while page:
            yield from page
            page = self._page(page[-1].row + 1) if len(page) == PAGE else []

    @overload
    def __getitem__(self, place: int) -> Issued: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Issued, ...]: ...
    def __getitem__(self, place: int | slice) -> Issued | tuple[Issued, ...]:
        if isinstance(place, slice):
            return tuple(self)[place]
        if not -self._count <= place < self._count:
            raise IndexError(place)
        return next(islice(self, place % self._count, None))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Credentials) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash((self._batch_id, self._count))

    def __repr__(self) -> str:
        return f"<{self._count} credentials>"

    def _page(self, first: int) -> list[Issued]:
        """Return the next rows from the line `first` on."""
        with self._database.reading() as session:
            found = {line.row: line for line in session.execute(_told(self._batch_id, first))}
        return [
            Issued(line.row, line.name or "", line.email, line.token, credential_url(self._base_url, line.token),
                   line.state)
            for line in found.values()
        ]  # fmt: skip


@dataclass(frozen=True)
class Signed:
    """What became of a run."""

    batch_id: str
    event_slug: str
    issued: int
    unchanged: int
    faults: tuple[Fault, ...]
    credentials: Sequence[Issued]


def close_batch(session: Session, batch: Batch, now: datetime) -> None:
    """Close the batch: what is still reserved was signed by another run meanwhile."""
    session.execute(
        update(BatchRow).where(BatchRow.batch_id == batch.id, BatchRow.state == RESERVED).values(state=UNCHANGED)
    )
    write_journal(session, batch.organization_id, now, "batch.signed", batch.public_id)


def read_outcome(database: Database, batch_id: str) -> Signed:
    """Tell what became of the batch with this address; its rows are read when they are asked for."""
    with database.reading() as session:
        batch = session.scalars(select(Batch).where(Batch.public_id == batch_id)).one()
        counted = _has_one(batch.id).with_only_columns(BatchRow.state, func.count()).group_by(BatchRow.state)
        counts = {line[0]: line[1] for line in session.execute(counted)}
        held = session.execute(
            select(BatchRow.row, BatchRow.fault)
            .where(BatchRow.batch_id == batch.id, BatchRow.fault.is_not(None))
            .order_by(BatchRow.row)
        )
        faults = tuple(read_fault(line.fault, line.row) for line in held if line.fault)
        base_url = session.get_one(Organization, batch.organization_id).base_url
        slug = session.get_one(Event, batch.event_id).slug
    issued, unchanged = counts.get(ISSUED, 0), counts.get(UNCHANGED, 0)
    credentials = Credentials(database, batch.id, base_url, issued + unchanged)
    return Signed(batch_id, slug, issued, unchanged, faults, credentials)


def count_rows(session: Session, batch_id: int) -> dict[str, int]:
    """Return how many rows of a batch are in which state."""
    statement = select(BatchRow.state, func.count()).where(BatchRow.batch_id == batch_id).group_by(BatchRow.state)
    return {line[0]: line[1] for line in session.execute(statement)}


def _has_one(batch_id: int) -> Select[int]:
    """Select the lines that have a credential: those of somebody whose award waits elsewhere have none yet."""
    signed = exists().where(
        CredentialVersion.credential_id == BatchRow.credential_id, CredentialVersion.state == SIGNED
    )
    return select(BatchRow.row).where(BatchRow.batch_id == batch_id, BatchRow.state.in_((ISSUED, UNCHANGED)), signed)


def _told(batch_id: int, first: int) -> Select[*tuple[Any, ...]]:
    """Select some lines, each as often as its award has versions, the current one last; never the signed bytes."""
    lines = _has_one(batch_id).where(BatchRow.row >= first).order_by(BatchRow.row).limit(PAGE).subquery()
    return (
        select(
            BatchRow.row,
            BatchRow.state,
            Credential.email,
            Credential.token,
            CredentialVersion.row["name"].as_string().label("name"),
        )
        .join(lines, lines.c.row == BatchRow.row)
        .join(Credential, Credential.id == BatchRow.credential_id)
        .join(CredentialVersion, CredentialVersion.credential_id == Credential.id)
        .where(BatchRow.batch_id == batch_id, CredentialVersion.state == SIGNED)
        .order_by(BatchRow.row, CredentialVersion.number)
    )
