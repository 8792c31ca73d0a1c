"""Issuing as a kind of work: each chunk of a batch is signed and stored in one transaction, by whoever has it.

`sign_batch` does the job of one batch here and now, beside any workers that share it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, case, delete, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, aliased

from issuer.fault import Fault
from issuer.issue import Run
from issuer.journal import keep_fault, read_fault
from issuer.models import DONE, FAILED, INTENT, PAUSED, RESERVED, RUNNING, TO_DO, WAITING, Batch, BatchRow, Chunk, Job
from issuer.models import CredentialVersion as Version
from issuer.office import Office
from issuer.outage import is_of_the_world
from issuer.outcome import Signed, close_batch, read_outcome
from issuer.signing import NotAccepted
from issuer.work.control import resume
from issuer.work.ending import settle
from issuer.work.hand import Hand
from issuer.work.jobs import CHUNK, ISSUE, Piece, add_pieces, issue_pieces, plan_issue
from issuer.work.kinds import Finish, Halt, halve_range
from issuer.work.lease import Scope
from issuer.work.setback import WORK_FAILED, WORK_LOST

Progress = Callable[[int, int], None]

GIVEN_UP: Final = frozenset({WORK_FAILED, WORK_LOST})
"""Faults of rows that say nothing of the row, and so may be gone at the next attempt."""
A_LITTLE: Final = 0.05
"""Seconds until somebody who waits for others looks again."""
A_MINUTE: Final = 60.0


class Issuing:
    """Signing what a batch reserved; its chunks are ranges of line numbers."""

    name = ISSUE

    def do(self, office: Office, job: Job, chunk: Chunk, finish: Finish, now: datetime) -> None:
        """Sign what nobody has signed yet; raises Halt when what we sign does not stand."""
        with office.database.reading() as session:
            batch_id = session.scalars(select(Batch.id).where(Batch.public_id == job.subject)).one()
            unsigned = list(session.scalars(_unsigned(batch_id, chunk)))
            before, is_last = _place(session, job, chunk)
        if not unsigned:
            office.database.write(finish)
            return
        total = before + len(unsigned) if is_last else job.size
        run = Run(office, job.organization_id, total, now, batch_id, before)
        try:
            run.sign(unsigned, also=finish)
        except NotAccepted as fault:
            raise Halt(Fault("not_accepted", values={"detail": str(fault)})) from fault

    def halve(self, session: Session, job: Job, chunk: Chunk) -> Sequence[Piece]:
        """Return the chunk's rows in two ranges of as many."""
        return halve_range(session.scalars(_rows(job, chunk).with_only_columns(BatchRow.row)).all())

    def give_up(self, session: Session, job: Job, chunk: Chunk, fault: Fault) -> None:
        """Let the rows wait with the fault; the next run over the list tries them again."""
        for row in session.scalars(_rows(job, chunk)):
            row.state, row.fault = WAITING, keep_fault(fault)

    def take_up(self, session: Session, job: Job, chunk: Chunk) -> None:
        """Let the rows be reserved again that waited because their chunk was given up."""
        for row in session.scalars(_rows(job, chunk, WAITING)):
            if (row.fault or {}).get("code") in GIVEN_UP:
                row.state, row.fault = RESERVED, None

    def end(self, session: Session, job: Job, now: datetime) -> None:
        """Close the batch."""
        close_batch(session, _batch(session, job.subject), now)

    def faults(self, session: Session, job: Job) -> Sequence[Fault]:
        """Return the faults of the batch's rows, in the list's order."""
        rows = select(BatchRow).join(Batch, Batch.id == BatchRow.batch_id).where(Batch.public_id == job.subject)
        found = session.scalars(rows.where(BatchRow.fault.is_not(None)).order_by(BatchRow.row))
        return [read_fault(row.fault, row.row) for row in found if row.fault]


KIND: Final = Issuing()


def sign_batch(
    office: Office,
    batch_id: str,
    *,
    now: datetime,
    progress: Progress | None = None,
    chunk: int = CHUNK,
    patient: bool = False,
) -> Signed:
    """Sign and store what `batch_id` reserved and nobody has signed yet; return what became of all its rows.

    `progress` is told how many of how many are done, those of other workers counted. A row that fails a lint waits
    with its reason, the others go on. What fails otherwise is raised, and the chunk not stored; whoever is `patient`
    is told of it as a fault of its rows, and waits a minute for a database that is gone. Raises NotAccepted when a
    signature does not stand. Run again, it goes on; what somebody paused or stopped is left as it is.
    """
    _drive(office, _job(office, batch_id, chunk, now), now, progress, patient=patient)
    if patient:
        _end_earlier_runs(office, batch_id, now)
    return read_outcome(office.database, batch_id)


def _drive(office: Office, job: Job, now: datetime, progress: Progress | None, *, patient: bool) -> None:
    """Do chunks of a job, beside whoever else does, until it is over or somebody paused it."""
    hand, told = Hand(office, Scope(job_id=job.id), lambda: now), 0
    bearable = Bearable(A_MINUTE if patient else 0.0)
    while True:
        try:
            worked = hand.step(raising=(Halt,) if patient else (BaseException,)) or settle(office, job.id, now)
            done, state, fault = _standing(office, job.id)
        except Halt as halt:
            raise halt.__cause__ or halt from None
        except (DBAPIError, OSError) as trouble:
            bearable.bear(trouble)
            continue
        bearable.over()
        if progress is not None and done > told:
            progress(done, job.size)
            told = done
        if fault is not None:
            raise NotAccepted(fault.message("en"))
        if state not in (TO_DO, RUNNING):
            return
        if not worked:
            time.sleep(A_LITTLE)


def _end_earlier_runs(office: Office, batch_id: str, now: datetime) -> None:
    """Do what killed runs over lists of the same event left: mostly nothing, since this run has signed their rows."""
    other = aliased(Batch)
    with office.database.reading() as session:
        left = session.scalars(
            select(Job.id)
            .join(other, other.public_id == Job.subject)
            .join(Batch, (Batch.event_id == other.event_id) & (Batch.achievement_id == other.achievement_id))
            .where(Batch.public_id == batch_id, Job.kind == ISSUE, Job.state == RUNNING, other.id < Batch.id)
        ).all()
    for job_id in left:
        hand = Hand(office, Scope(job_id=job_id), lambda: now)
        while hand.step(raising=(Halt,)):
            pass


@dataclass
class Bearable:
    """Bears with a database that is gone, for so many seconds."""

    seconds: float
    _until: float | None = None

    def bear(self, trouble: Exception) -> None:
        """Wait a little; raises `trouble` when it is another, or has lasted for too long."""
        self._until = self._until or time.monotonic() + self.seconds
        if not is_of_the_world(trouble) or time.monotonic() >= self._until:
            raise trouble
        time.sleep(A_LITTLE * 10)

    def over(self) -> None:
        """Begin anew: it is there again."""
        self._until = None


def job_of(office: Office, batch_id: str, now: datetime) -> str:
    """Return the id of the job that signs a batch."""
    return _job(office, batch_id, CHUNK, now).public_id


def paused_job(office: Office, batch_id: str) -> str | None:
    """Return the id of the job that signs a batch, if somebody paused it."""
    with office.database.reading() as session:
        held = select(Job.public_id).where(Job.kind == ISSUE, Job.subject == batch_id, Job.state == PAUSED)
        return session.scalar(held)


def _job(office: Office, batch_id: str, rows: int, now: datetime) -> Job:
    """Return the job of a batch, cut into chunks of `rows` if nothing of it is begun; one that halted goes on."""

    def work(session: Session) -> Job:
        job = plan_issue(session, _batch(session, batch_id), rows)
        begun = select(Chunk.id).where(Chunk.job_id == job.id, Chunk.state != TO_DO).limit(1)
        largest = session.scalar(select(func.max(Chunk.size)).where(Chunk.job_id == job.id)) or 0
        if job.state == TO_DO and largest > rows and session.scalar(begun) is None:
            session.execute(delete(Chunk).where(Chunk.job_id == job.id))
            add_pieces(session, job, issue_pieces(session, _batch(session, batch_id), rows))
        if job.state == FAILED:
            resume(session, job, now)
        return job

    return office.database.write(work)


def _standing(office: Office, job_id: int) -> tuple[int, str, Fault | None]:
    """Return how many rows of a job are done, its state, and why it halted if it did."""
    with office.database.reading() as session:
        done = select(func.coalesce(func.sum(Chunk.size), 0)).where(Chunk.job_id == job_id, Chunk.state == DONE)
        job = session.get_one(Job, job_id)
        return session.scalar(done) or 0, job.state, read_fault(job.fault, None) if job.fault else None


def _batch(session: Session, batch_id: str) -> Batch:
    return session.scalars(select(Batch).where(Batch.public_id == batch_id)).one()


def _rows(job: Job, chunk: Chunk, state: str = RESERVED) -> Select[BatchRow]:
    """Return the rows of a chunk that are in this state, in the list's order."""
    return (
        select(BatchRow)
        .join(Batch, Batch.id == BatchRow.batch_id)
        .where(Batch.public_id == job.subject, BatchRow.row.between(chunk.first, chunk.last))
        .where(BatchRow.state == state)
        .order_by(BatchRow.row)
    )


def _place(session: Session, job: Job, chunk: Chunk) -> tuple[int, bool]:
    """Return how many rows of a job stand before a chunk's, and whether the chunk is the last one."""
    before = func.sum(case((Chunk.first < chunk.first, Chunk.size), else_=0))
    row = session.execute(select(before, func.max(Chunk.first)).where(Chunk.job_id == job.id)).one()
    return int(row[0]), row[1] == chunk.first


def _unsigned(batch_id: int, chunk: Chunk) -> Select[int]:
    """Return the versions behind a chunk's reserved rows that wait for a signature, in the list's order."""
    return (
        select(Version.id)
        .join(BatchRow, BatchRow.credential_id == Version.credential_id)
        .where(BatchRow.batch_id == batch_id, BatchRow.row.between(chunk.first, chunk.last))
        .where(BatchRow.state == RESERVED, Version.number == 1, Version.state == INTENT)
        .order_by(BatchRow.row)
    )
