"""Planning: a job and its chunks, written down in the transaction of what they follow from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from issuer.models import BULK, RESERVED, Batch, BatchRow, Chunk, Job
from issuer.tokens import new_token

ISSUE: Final = "issue"
"""The kind of work that signs what a batch reserved."""

CHUNK: Final = 500
"""Rows that are signed and then stored in one transaction."""
TOGETHER: Final = 1_000
"""Chunks that are inserted in one statement."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class Piece:
    """What one chunk holds: `size` rows, which are those from `first` to `last` or those that `payload` names."""

    size: int
    first: int | None = None
    last: int | None = None
    payload: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Order:
    """What is to be done, for whom, and when: nothing before `starts_at`, no more than `pace` rows a minute."""

    organization_id: int
    kind: str
    subject: str
    detail: Mapping[str, Any] | None = None
    lane: str = BULK
    starts_at: datetime | None = None
    pace: int | None = None


def plan(session: Session, order: Order, pieces: Iterable[Piece], now: datetime) -> Job:
    """Write a job down, in the caller's transaction; one that is there already for the same subject is returned."""
    known = session.scalar(select(Job).where(Job.kind == order.kind, Job.subject == order.subject))
    if known is not None:
        return known
    job = Job(
        organization_id=order.organization_id,
        public_id=new_token(),
        kind=order.kind,
        subject=order.subject,
        detail=dict(order.detail or {}),
        lane=order.lane,
        size=0,
        pace=order.pace,
        starts_at=order.starts_at,
        created_at=now,
    )
    session.add(job)
    session.flush()
    job.size = add_pieces(session, job, pieces)
    return job


def add_pieces(session: Session, job: Job, pieces: Iterable[Piece], first_number: int = 0) -> int:
    """Write down the chunks of a job, numbered from `first_number` on; return how many rows they hold."""
    size = 0
    lines = (_line(job, number, piece) for number, piece in enumerate(pieces, first_number))
    for together in _in_parts(lines, TOGETHER):
        session.execute(insert(Chunk), together)
        size += sum(line["size"] for line in together)
    return size


def plan_issue(session: Session, batch: Batch, chunk_rows: int = CHUNK, *, starts_at: datetime | None = None) -> Job:
    """Plan the signing of what `batch` reserved, in chunks of at most `chunk_rows` reserved rows each.

    A chunk goes from one line number of the list to another, both included. To be called with the commit that makes
    the batch whole, so that a batch which is there has its job.
    """
    order = Order(batch.organization_id, ISSUE, batch.public_id, starts_at=starts_at)
    return plan(session, order, issue_pieces(session, batch, chunk_rows), batch.created_at)


def issue_pieces(session: Session, batch: Batch, rows: int) -> Iterator[Piece]:
    """Yield the reserved rows of a batch in ranges of `rows` each."""
    lines = session.scalars(
        select(BatchRow.row)
        .where(BatchRow.batch_id == batch.id, BatchRow.state == RESERVED)
        .order_by(BatchRow.row)
        .execution_options(yield_per=10_000)
    )
    yield from ranges(lines, rows)


def ranges(lines: Iterable[int], rows: int) -> Iterator[Piece]:
    """Cut line numbers, in their order, into pieces of `rows` each; the last may be smaller."""
    for together in _in_parts(lines, rows):
        yield Piece(len(together), together[0], together[-1])


def _line(job: Job, number: int, piece: Piece) -> dict[str, Any]:
    line = {
        "organization_id": job.organization_id,
        "job_id": job.id,
        "number": number,
        "first": piece.first,
        "last": piece.last,
        "size": piece.size,
    }
    return line if piece.payload is None else {**line, "payload": dict(piece.payload)}


def _in_parts(items: Iterable[Item], most: int) -> Iterator[list[Item]]:
    left = iter(items)
    while part := list(islice(left, most)):
        yield part
