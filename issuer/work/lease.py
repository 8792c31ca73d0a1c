"""Leases: who has which chunk, for how long, and what happens to a chunk whose worker is gone.

A worker takes one chunk at a time, from the organization that was served least recently, so that whoever has ten
rows does not wait for whoever has a hundred thousand. It holds the chunk by a random token, until a moment of the
database's clock that it pushes on while it works. What it did counts only if the token is still there when it
commits; so nothing depends on clocks but how soon a chunk whose worker is gone is taken up again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from issuer.database import Database
from issuer.models import BULK, DONE, INTERACTIVE, RUNNING, TO_DO, Chunk, Job
from issuer.work.clock import tick
from issuer.work.kinds import KINDS
from issuer.work.places import own_name

LEASE: Final = timedelta(seconds=30)
"""How long a chunk belongs to a worker that has stopped saying so."""
LANES: Final = (INTERACTIVE, BULK)
LOOKED_AT: Final = 8
"""Jobs that are looked at for a free chunk before a worker comes back later."""


class LeaseLost(Exception):
    """Somebody else has the chunk, or it is done: nothing of this attempt may be stored."""


@dataclass(frozen=True)
class Scope:
    """Which work a worker takes: that of some lanes, and where it is given, of one job alone."""

    lanes: tuple[str, ...] = LANES
    job_id: int | None = None


@dataclass(frozen=True)
class Task:
    """A chunk that this process has, with its job; both are values by now, and no part of a session."""

    job: Job
    chunk: Chunk
    token: str

    def finish(self, session: Session) -> None:
        """Say in the transaction of its results that the chunk is done; raises LeaseLost, so that they are not."""
        values = {"state": DONE, "done_at": tick(session), "lease": None, "until": None}
        if not _mine(session, self, values):
            raise LeaseLost

    def renew(self, database: Database) -> bool:
        """Push the end of the lease on; tell whether it still is ours."""
        return database.write(lambda session: _mine(session, self, {"until": tick(session) + LEASE}))


def is_waiting(database: Database, scope: Scope) -> bool:
    """Tell, without keeping anybody from writing, whether there is a chunk to take."""
    with database.reading() as session:
        anything = _turns(scope, tick(session)).with_only_columns(Job.id).order_by(None).limit(1)
        return session.scalar(anything) is not None


def new_lease() -> str:
    """Return a token that nobody has."""
    return secrets.token_hex(16)


def claim(database: Database, scope: Scope, token: str | None = None) -> Task | None:
    """Take a chunk of whoever's turn it is, by `token` if there is one; None when nothing waits."""
    return database.write(lambda session: _claim(session, scope, token or new_lease()))


def disclaim(database: Database, token: str) -> None:
    """Give back what may have been taken by `token`: whoever took it never heard whether he did."""
    free = {"state": TO_DO, "lease": None, "worker": None, "until": None}
    taken = update(Chunk).where(Chunk.lease == token, Chunk.state == RUNNING).values(free)
    database.write(lambda session: session.execute(taken.execution_options(synchronize_session=False)))


def _claim(session: Session, scope: Scope, token: str) -> Task | None:
    now = tick(session)
    for job in session.scalars(_turns(scope, now).limit(LOOKED_AT)):
        found = select(Chunk).where(Chunk.job_id == job.id, *_free(now)).order_by(Chunk.number).limit(1)
        chunk = session.scalar(skipping(session, found))
        if chunk is not None:
            return _take(session, job, chunk, now, token)
    return None


def _take(session: Session, job: Job, chunk: Chunk, now: datetime, token: str) -> Task:
    chunk.state, chunk.lease, chunk.worker, chunk.until = RUNNING, token, own_name(), now + LEASE
    job.served_at = now
    if job.state == TO_DO:
        job.state, job.started_at = RUNNING, now
    if job.pace:
        job.ready_at = max(now, job.ready_at or now) + timedelta(minutes=chunk.size / job.pace)
    session.flush()
    return Task(job, chunk, token)


def _turns(scope: Scope, now: datetime) -> Select[Job]:
    """Return the jobs with a chunk to take: interactive ones first, then those of whoever was served longest ago."""
    other = aliased(Job)
    served = select(func.max(other.served_at)).where(other.organization_id == Job.organization_id).scalar_subquery()
    found = select(Job).where(
        Job.state.in_((TO_DO, RUNNING)),
        Job.lane.in_(scope.lanes),
        Job.kind.in_(tuple(KINDS)),
        or_(Job.starts_at.is_(None), Job.starts_at <= now),
        or_(Job.ready_at.is_(None), Job.ready_at <= now),
        exists().where(Chunk.job_id == Job.id, *_free(now)),
    )
    if scope.job_id is not None:
        found = found.where(Job.id == scope.job_id)
    never = Job.served_at.is_not(None)
    return found.order_by(Job.lane.desc(), served.is_not(None), served, never, Job.served_at, Job.id)


def _free(now: datetime) -> Iterable[ColumnElement[bool]]:
    return Chunk.state == TO_DO, or_(Chunk.not_before.is_(None), Chunk.not_before <= now)


def _mine(session: Session, task: Task, values: dict[str, Any]) -> bool:
    held = update(Chunk).where(Chunk.id == task.chunk.id, Chunk.lease == task.token, Chunk.state == RUNNING)
    return bool(session.execute(held.values(values).execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]


def skipping(session: Session, statement: Any) -> Any:
    """Return `statement` so that rows which others have in hand are passed over; SQLite's writers are alone."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    return statement if sqlite else statement.with_for_update(skip_locked=True)
