"""How far a job is: computed from the tables each time it is asked, so that it survives every restart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from issuer.fault import Fault
from issuer.journal import read_fault
from issuer.models import DONE, FAILED, PAUSED, RUNNING, TO_DO, Chunk, Job, Organization
from issuer.work.clock import tick
from issuer.work.kinds import KINDS, kind_of

RECENT: Final = timedelta(minutes=1)
"""The time over which a rate is taken."""


@dataclass(frozen=True)
class Progress:
    """One job, how far it is, and how fast it goes. Counts are rows; `rate` is rows a second over the last minute."""

    job: str
    organization: str
    kind: str
    subject: str
    state: str
    lane: str
    total: int
    done: int
    failed: int
    running: int
    rate: float
    pace: int | None
    starts_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    fault: Fault | None

    @property
    def left(self) -> timedelta | None:
        """How long it will still take at this rate; None when nobody can tell, or nothing is being done."""
        if self.state != RUNNING or not self.rate:
            return None
        return timedelta(seconds=(self.total - self.done - self.failed) / self.rate)

    def to_json(self, language: str) -> dict[str, Any]:
        """Return what `attestato work show --json` promises; moments are ISO 8601 in UTC."""
        times = {name: getattr(self, name) for name in ("starts_at", "created_at", "started_at", "ended_at")}
        return {
            "job": self.job, "organization": self.organization, "kind": self.kind, "subject": self.subject,
            "state": self.state, "lane": self.lane, "total": self.total, "done": self.done, "failed": self.failed,
            "running": self.running, "rate": round(self.rate, 2), "pace": self.pace,
            "left_seconds": None if self.left is None else round(self.left.total_seconds()),
            **{name: None if moment is None else moment.isoformat() for name, moment in times.items()},
            "fault": None if self.fault is None else self.fault.to_json(language),
        }  # fmt: skip


def progress_of(session: Session, job: Job) -> Progress:
    """Return how far one job is."""
    return _told(session, [job])[0]


def progress_of_all(session: Session, *, ended: bool = False, most: int = 50) -> list[Progress]:
    """Return how far the latest jobs are, the newest first; with `ended`, those that are over too."""
    found: Select[Job] = select(Job).order_by(Job.id.desc()).limit(most)
    if not ended:
        found = found.where(Job.state.in_((TO_DO, RUNNING, PAUSED)))
    return _told(session, session.scalars(found).all())


def faults_of(session: Session, job: Job) -> Sequence[Fault]:
    """Return what is wrong with single rows of a job, each with its line."""
    return kind_of(job.kind).faults(session, job) if job.kind in KINDS else ()


def _told(session: Session, jobs: Sequence[Job]) -> list[Progress]:
    now = tick(session)
    ids = [job.id for job in jobs]
    slugs = select(Organization.id, Organization.slug).where(Organization.id.in_({job.organization_id for job in jobs}))
    names = {row.id: row.slug for row in session.execute(slugs)}
    counts = {row.job_id: row._asdict() for row in session.execute(_counts(ids, now))}
    return [_progress(job, names[job.organization_id], counts.get(job.id, {}), now) for job in jobs]


def _counts(ids: Sequence[int], now: datetime) -> Select[int, int, int, int, int]:
    def rows(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, Chunk.size), else_=0)), 0)

    return (
        select(
            Chunk.job_id,
            rows(Chunk.state == DONE).label("done"),
            rows(Chunk.state == FAILED).label("failed"),
            rows(Chunk.state == RUNNING).label("running"),
            rows((Chunk.state == DONE) & (Chunk.done_at > now - RECENT)).label("recent"),
        )
        .where(Chunk.job_id.in_(ids))
        .group_by(Chunk.job_id)
    )


def _progress(job: Job, organization: str, counts: Mapping[str, Any], now: datetime) -> Progress:
    seconds = min(RECENT, now - (job.started_at or now)).total_seconds()
    return Progress(
        job=job.public_id,
        organization=organization,
        kind=job.kind,
        subject=job.subject,
        state=job.state,
        lane=job.lane,
        total=job.size,
        done=int(counts.get("done", 0)),
        failed=int(counts.get("failed", 0)),
        running=int(counts.get("running", 0)),
        rate=int(counts.get("recent", 0)) / seconds if seconds > 0 else 0.0,
        pace=job.pace,
        starts_at=job.starts_at,
        created_at=job.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
        fault=read_fault(job.fault, None) if job.fault else None,
    )
