"""What becomes of a chunk that was not done: it is tried again, cut in two, or given up, and never forgotten.

Whose fault it is decides. A database that is gone or a disk that is full is nobody's: the chunk waits a moment.
An exception counts as an attempt; after a few the chunk is cut in two, until the row that fails stands alone, and is
given up with its fault while all others are done. A worker that is gone may have been killed by anybody: only when
chunk after chunk takes its worker along is it cut, and at last given up.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from issuer.database import Database, lock
from issuer.fault import Fault
from issuer.journal import keep_fault
from issuer.models import FAILED, RUNNING, STOPPED, TO_DO, Chunk, Job
from issuer.outage import is_of_the_world
from issuer.work.clock import tick
from issuer.work.jobs import add_pieces
from issuer.work.kinds import KINDS, Halt, Later, kind_of
from issuer.work.lease import LEASE, Task, skipping
from issuer.work.places import is_gone

WORK_FAILED: Final = "work_failed"
WORK_LOST: Final = "work_lost"
"""Codes of the faults with which a chunk is given up."""

ATTEMPTS: Final = 3
"""How often a chunk may fail by itself before it is cut, or given up."""
LOSSES: Final = 3
"""How many workers a chunk may lose before it is cut."""
LOSSES_OF_ONE: Final = 6
"""How many workers a chunk that cannot be cut may lose before it is given up."""
NOT_CUT_AFTER: Final = 16
"""Chunks of one job that were given up, after which no other is cut: then it is not a row that fails."""
A_MOMENT: Final = timedelta(seconds=1)
LONGEST: Final = timedelta(minutes=5)

_IS_RUNNING: Final = Chunk.state == bindparam(None, RUNNING, literal_execute=True)
"""Written out, so that the index of what is running is used."""


def set_back(database: Database, task: Task, fault: BaseException, *, at_once: bool = False) -> None:
    """Put a chunk back that was not done because of `fault`; no change if somebody else has it by now.

    `at_once` lets it be taken up again without a pause.
    """

    def work(session: Session) -> None:
        held = select(Chunk).where(Chunk.id == task.chunk.id, Chunk.lease == task.token, Chunk.state == RUNNING)
        chunk = session.scalar(lock(session, held))
        if chunk is not None:
            _judge(session, chunk, fault)
            if at_once and chunk.state == TO_DO:
                chunk.not_before = None

    database.write(work)


def _judge(session: Session, chunk: Chunk, fault: BaseException) -> None:
    now = tick(session)
    job = session.scalars(lock(session, select(Job).where(Job.id == chunk.job_id))).one()
    if not _let_go(chunk, job):
        return
    match fault:
        case Later():
            chunk.not_before, chunk.fault = now + fault.after, keep_fault(fault.fault)
        case Halt():
            chunk.fault = job.fault = keep_fault(fault.fault)
            job.state, job.ended_at = FAILED, now
        case _ if is_of_the_world(fault) or not isinstance(fault, Exception):
            chunk.not_before = now + A_MOMENT
        case _:
            chunk.attempts += 1
            told = Fault(WORK_FAILED, values={"detail": _told(fault)})
            chunk.fault, chunk.not_before = keep_fault(told), now + pause(chunk.attempts)
            if chunk.attempts >= ATTEMPTS:
                _isolate(session, job, chunk, told, Record(attempts=ATTEMPTS - 1))


@dataclass(frozen=True)
class Record:
    """What the halves of a chunk inherit: they are cut again the next time, and not after as many again."""

    attempts: int = 0
    losses: int = 0


def take_back(database: Database) -> int:
    """Put the chunks back whose worker is gone or has been silent for too long; return how many there were."""
    with database.reading() as session:
        running = session.execute(select(Chunk.worker, Chunk.until).where(_IS_RUNNING)).all()
        now = tick(session)
    if not any(_is_over(worker, until, now) for worker, until in running):
        return 0
    return database.write(_take_back)


def _take_back(session: Session) -> int:
    now = tick(session)
    lost = [
        chunk
        for chunk in session.scalars(skipping(session, select(Chunk).where(_IS_RUNNING)))
        if _is_over(chunk.worker, chunk.until, now)
    ]
    for chunk in lost:
        job = session.get_one(Job, chunk.job_id)
        chunk.losses += 1
        if not _let_go(chunk, job):
            continue
        if chunk.losses > 1:
            chunk.not_before = now + pause(chunk.losses - 1)
        if chunk.losses >= LOSSES and job.kind in KINDS:  # A kind of tomorrow is for those who know it.
            _isolate(session, job, chunk, Fault(WORK_LOST), Record(losses=LOSSES - 1))
    return len(lost)


def _is_over(worker: str | None, until: datetime | None, now: datetime) -> bool:
    """Tell whether a lease has ended. One that ends later than any could was given by a clock that was wrong."""
    return until is None or not now < until <= now + 2 * LEASE or is_gone(worker or "")


def _let_go(chunk: Chunk, job: Job) -> bool:
    """Let nobody have a chunk any more; tell whether it is still to be done: not so once its job was stopped."""
    chunk.lease, chunk.worker, chunk.until, chunk.hinted_at = None, None, None, None
    chunk.state = STOPPED if job.state == STOPPED else TO_DO
    return chunk.state == TO_DO


def _isolate(session: Session, job: Job, chunk: Chunk, fault: Fault, record: Record) -> None:
    """Cut a chunk in two, so that the half without the row that fails is done; give up what cannot be cut."""
    kind = kind_of(job.kind)
    given_up = session.scalar(select(func.count()).where(Chunk.job_id == job.id, Chunk.state == FAILED)) or 0
    halves = list(kind.halve(session, job, chunk)) if chunk.size > 1 and given_up < NOT_CUT_AFTER else []
    if len(halves) > 1:
        one, *others = halves
        last = session.scalar(select(func.max(Chunk.number)).where(Chunk.job_id == job.id)) or 0
        _shrink(chunk, one.size, one.first, one.last, dict(one.payload) if one.payload is not None else None)
        session.flush()
        add_pieces(session, job, others, last + 1)
        fresh = or_(Chunk.id == chunk.id, Chunk.number > last)
        for half in session.scalars(select(Chunk).where(Chunk.job_id == job.id, fresh)):
            half.attempts, half.losses, half.not_before = record.attempts, record.losses, None
    elif record.losses and chunk.losses < LOSSES_OF_ONE:
        return
    else:
        chunk.state, chunk.fault = FAILED, keep_fault(fault)
        kind.give_up(session, job, chunk, fault)


def _shrink(chunk: Chunk, size: int, first: int | None, last: int | None, payload: dict[str, object] | None) -> None:
    chunk.size, chunk.first, chunk.last = size, first, last
    if payload is not None:
        chunk.payload = payload


def pause(times: int) -> timedelta:
    """Return how long to wait after failing so many times: twice as long each time, and never all at once."""
    seconds = min(2.0 ** (times - 1), LONGEST.total_seconds())
    return timedelta(seconds=seconds * (0.75 + secrets.randbelow(1_000) / 2_000))


def _told(fault: BaseException) -> str:
    return f"{type(fault).__name__}: {str(fault).partition(chr(10))[0]}"[:300]
