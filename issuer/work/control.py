"""What people decide of a job: that it pauses, goes on, stops, or begins at its time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from issuer.database import lock
from issuer.fault import Fault, Refused
from issuer.journal import write_journal
from issuer.models import FAILED, PAUSED, RUNNING, STOPPED, TO_DO, Chunk, Job
from issuer.work.clock import tick
from issuer.work.kinds import kind_of


def find_job(session: Session, public_id: str) -> Job:
    """Return the job of that id, kept as it is until the commit; Refused when there is none."""
    return _known(session.scalar(lock(session, select(Job).where(Job.public_id == public_id))), public_id)


def read_job(session: Session, public_id: str) -> Job:
    """Return the job of that id, to be looked at; Refused when there is none."""
    return _known(session.scalar(select(Job).where(Job.public_id == public_id)), public_id)


def pause(session: Session, job: Job, now: datetime) -> None:
    """Let no chunk be begun any more, until the job goes on; those under way are finished. Refused once it ended."""
    if job.state == PAUSED:
        return
    _expect(job, TO_DO, RUNNING)
    job.state = PAUSED
    _note(session, job, now, "paused")


def resume(session: Session, job: Job, now: datetime) -> None:
    """Let a job go on that was paused, or that failed: what was given up is tried again. Refused once it ended."""
    if job.state in (TO_DO, RUNNING):
        return
    _expect(job, PAUSED, FAILED)
    kind = kind_of(job.kind)
    for chunk in session.scalars(select(Chunk).where(Chunk.job_id == job.id, Chunk.state == FAILED)):
        kind.take_up(session, job, chunk)
    again = update(Chunk).where(Chunk.job_id == job.id, Chunk.state.in_((TO_DO, FAILED)))
    fresh = {"state": TO_DO, "attempts": 0, "losses": 0, "not_before": None, "hinted_at": None}
    session.execute(again.values(fresh))
    job.state, job.ended_at, job.ready_at = TO_DO if job.started_at is None else RUNNING, None, None
    job.fault = None
    _note(session, job, now, "resumed")


def stop(session: Session, job: Job, now: datetime) -> None:
    """End a job before its time, for good: what is done stays done, the rest is not. Refused once it ended."""
    if job.state == STOPPED:
        return
    _expect(job, TO_DO, RUNNING, PAUSED, FAILED)
    job.state, job.ended_at = STOPPED, tick(session)
    session.execute(update(Chunk).where(Chunk.job_id == job.id, Chunk.state == TO_DO).values(state=STOPPED))
    _note(session, job, now, "stopped")


def start_at(session: Session, job: Job, when: datetime | None, now: datetime) -> None:
    """Let a job that has not begun begin at `when`, by the database's clock; None is at once. Refused once begun."""
    _expect(job, TO_DO, PAUSED)
    job.starts_at = when
    _note(session, job, now, "timed")


def set_pace(session: Session, job: Job, pace: int | None, now: datetime) -> None:
    """Do no more than `pace` rows a minute from now on; None is as many as can be done."""
    _expect(job, TO_DO, RUNNING, PAUSED)
    job.pace, job.ready_at = pace, None
    _note(session, job, now, "paced")


def _known(job: Job | None, public_id: str) -> Job:
    if job is None:
        raise Refused(Fault("job_unknown", values={"job": public_id}))
    return job


def _expect(job: Job, *states: str) -> None:
    if job.state not in states:
        raise Refused(Fault(f"job_{job.state}", values={"job": job.public_id}))


def _note(session: Session, job: Job, now: datetime, what: str) -> None:
    write_journal(session, job.organization_id, now, f"job.{what}", job.public_id, kind=job.kind)
