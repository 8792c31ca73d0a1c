"""The end of a job: once no chunk of it is open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from issuer.database import lock
from issuer.models import DONE, FAILED, PAUSED, RUNNING, TO_DO, Chunk, Job
from issuer.office import Office
from issuer.work.clock import tick
from issuer.work.kinds import KINDS, kind_of

OPEN = (TO_DO, RUNNING)
"""States of a chunk that is still to be done."""
NOT_ENDED = (TO_DO, RUNNING, PAUSED)
"""States of a job that is still to be ended."""

_OPEN_CHUNK = exists().where(Chunk.job_id == Job.id, Chunk.state.in_(OPEN))


def settle(office: Office, job_id: int, now: datetime) -> bool:
    """End a job if nothing of it is open; tell whether this call ended it. Asked twice, it ends once."""
    ready = select(Job).where(Job.id == job_id, Job.state.in_(NOT_ENDED), ~_OPEN_CHUNK)
    with office.database.reading() as session:
        if session.scalar(ready) is None:
            return False

    def end(session: Session) -> bool:
        job = session.scalar(lock(session, ready))
        if job is None:
            return False
        failed = session.scalar(select(Chunk.id).where(Chunk.job_id == job.id, Chunk.state == FAILED).limit(1))
        job.state, job.ended_at = DONE if failed is None else FAILED, tick(session)
        kind_of(job.kind).end(session, job, now)
        return True

    return office.database.write(end)


def settle_all(office: Office, now: datetime) -> int:
    """End every job whose last worker was gone before it could; return how many there were."""
    with office.database.reading() as session:
        left = select(Job.id).where(Job.state.in_(NOT_ENDED), Job.kind.in_(KINDS), ~_OPEN_CHUNK)
        jobs = session.scalars(left).all()
    return sum(settle(office, job_id, now) for job_id in jobs)
