"""Printing ahead as a kind of work: the prints of a batch are in the cabinet before anybody asks for them.

A chunk does no harm when it is done twice: what is in the cabinet already is not printed again. The cabinet is a folder
of the host that printed, so workers elsewhere help only where hosts share the data folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from issuer.archive import awards_of
from issuer.fault import Fault
from issuer.journal import keep_fault, read_fault
from issuer.models import FAILED, ISSUED, PAUSED, RUNNING, TO_DO, UNCHANGED, Batch, BatchRow, Chunk, Credential, Job
from issuer.office import Office
from issuer.prints.printing import prints
from issuer.work.jobs import Order, Piece, plan, ranges
from issuer.work.kinds import Finish, halve_range

PRINT: Final = "print"
CHUNK: Final = 100
"""Prints that one process makes at a time: some tenths of a second in the fast way, ten seconds in the slow one."""

_UNDER_WAY: Final = (TO_DO, RUNNING, PAUSED, FAILED)


class Printing:
    """Printing the awards of a batch; its chunks are ranges of line numbers, and their payload what went wrong."""

    name = PRINT

    def do(self, office: Office, job: Job, chunk: Chunk, finish: Finish, now: datetime) -> None:  # noqa: ARG002
        """Print what is valid and not kept yet."""
        with office.database.reading() as session:
            lines = session.execute(_rows(_batch_of(job), chunk)).all()
        rows = {token: row for row, _, token in lines}
        awards = awards_of(office, list(dict.fromkeys(credential_id for _, credential_id, _ in lines)))
        made = prints(office, (award for award in awards if award.state == "valid"))
        faults = [(rows[award.token], one) for award, one in made if isinstance(one, Fault)]

        def close(session: Session) -> None:
            finish(session)
            told = [{**keep_fault(fault), "row": row} for row, fault in faults]
            session.get_one(Chunk, chunk.id).payload = {"faults": told} if told else None

        office.database.write(close)

    def halve(self, session: Session, job: Job, chunk: Chunk) -> Sequence[Piece]:
        """Return the chunk's rows in two ranges of as many."""
        return halve_range([line[0] for line in session.execute(_rows(_batch_of(job), chunk))])

    def give_up(self, session: Session, job: Job, chunk: Chunk, fault: Fault) -> None:
        """Note that these rows are not printed ahead: whoever asks for one prints it then."""
        told = [{**keep_fault(fault), "row": line[0]} for line in session.execute(_rows(_batch_of(job), chunk))]
        chunk.payload = {"faults": told}

    def take_up(self, session: Session, job: Job, chunk: Chunk) -> None:  # noqa: ARG002
        """Forget what went wrong."""
        chunk.payload = None

    def end(self, session: Session, job: Job, now: datetime) -> None:
        """Close nothing: a print is there or is made when somebody asks."""

    def faults(self, session: Session, job: Job) -> Sequence[Fault]:
        """Return what kept rows from being printed, in the list's order."""
        payloads = session.scalars(select(Chunk.payload).where(Chunk.job_id == job.id, Chunk.payload.is_not(None)))
        told = [fault for payload in payloads for fault in (payload or {}).get("faults", ())]
        return [read_fault(fault, fault["row"]) for fault in sorted(told, key=lambda fault: int(fault["row"]))]


KIND: Final = Printing()


def plan_prints(session: Session, batch: Batch, now: datetime) -> Job:
    """Plan to print the awards of a batch ahead, in the caller's transaction; while that is planned, return the plan.

    A batch can be printed ahead again: the cabinet may have been emptied.
    """
    known = session.scalars(
        select(Job).where(Job.kind == PRINT, Job.subject.startswith(f"{batch.public_id}/")).order_by(Job.id)
    ).all()
    if known and known[-1].state in _UNDER_WAY:
        return known[-1]
    lines = session.scalars(select(BatchRow.row).where(*_done(batch.public_id)).order_by(BatchRow.row))
    order = Order(batch.organization_id, PRINT, f"{batch.public_id}/{len(known) + 1}")
    return plan(session, order, ranges(lines, CHUNK), now)


def plan_ahead(office: Office, batch_ids: Sequence[int], now: datetime) -> tuple[str, ...]:
    """Plan to print these batches ahead, each by a job of its own; return the ids of the jobs."""
    return office.database.write(
        lambda session: tuple(plan_prints(session, session.get_one(Batch, one), now).public_id for one in batch_ids)
    )


def _batch_of(job: Job) -> str:
    return job.subject.partition("/")[0]


def _rows(batch_id: str, chunk: Chunk) -> Select[int, int, str]:
    """Return line, credential and token of the rows of a chunk that have their award, in the list's order."""
    return (
        select(BatchRow.row, Credential.id, Credential.token)
        .join(Credential, Credential.id == BatchRow.credential_id)
        .where(*_done(batch_id), BatchRow.row.between(chunk.first, chunk.last))
        .order_by(BatchRow.row)
    )


def _done(batch_id: str) -> tuple[ColumnElement[bool], ...]:
    of_batch = select(Batch.id).where(Batch.public_id == batch_id).scalar_subquery()
    return BatchRow.batch_id == of_batch, BatchRow.state.in_((ISSUED, UNCHANGED))
