"""Leases: who has which chunk, for how long, and what happens to a chunk whose worker is gone.

A worker takes one chunk at a time, and organizations take turns, round and round, so that whoever has ten rows does
not wait for whoever has a hundred thousand. It holds the chunk by a random token, until a moment of the database's
clock that it pushes on while it works. What it did counts only if the token is still there when it
commits; so nothing depends on clocks but how soon a chunk whose worker is gone is taken up again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from issuer.database import Database
from issuer.models import BULK, DONE, INTERACTIVE, RUNNING, TO_DO, TURN, Chunk, Job
from issuer.work.clock import tick
from issuer.work.kinds import KINDS
from issuer.work.places import own_name

LEASE: Final = timedelta(seconds=30)
"""How long a chunk belongs to a worker that has stopped saying so."""
LANES: Final = (INTERACTIVE, BULK)
LOOKED_AT: Final = 8
"""Jobs that are looked at for a free chunk before a worker comes back later."""

_IS_OPEN: Final = Job.state.in_(bindparam(None, (TO_DO, RUNNING), expanding=True, literal_execute=True))
"""Written out, so that the index of turns is used."""


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
        anything = _takeable(scope, tick(session)).with_only_columns(Job.id).limit(1)
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
    for job, served in _in_turn(session, scope, now):
        found = select(Chunk).where(Chunk.job_id == job.id, *_free(now)).order_by(Chunk.number).limit(1)
        chunk = session.scalar(skipping(session, found))
        if chunk is not None and (serving := _serve(session, job, chunk, now, served)) is not None:
            return _take(session, serving, chunk, now, token)
    return None


def _serve(session: Session, job: Job, chunk: Chunk, now: datetime, served: datetime) -> Job | None:
    """Let a job be under way, and return it as it is now; None where somebody paused or stopped it meanwhile."""
    values = {"state": RUNNING, "started_at": func.coalesce(Job.started_at, now), "served_at": served}
    if job.pace:
        values["ready_at"] = max(now, job.ready_at or now) + timedelta(minutes=chunk.size / job.pace)
    found = update(Job).where(Job.id == job.id, _IS_OPEN).values(values).returning(Job)
    return session.scalar(found.execution_options(synchronize_session=False, populate_existing=True))


def _take(session: Session, job: Job, chunk: Chunk, now: datetime, token: str) -> Task:
    chunk.state, chunk.lease, chunk.worker, chunk.until = RUNNING, token, own_name(), now + LEASE
    session.flush()
    return Task(job, chunk, token)


def _in_turn(session: Session, scope: Scope, now: datetime) -> Iterator[tuple[Job, datetime]]:
    """Yield jobs with a chunk to take, and when that is: the interactive first, round after who was served last."""
    found = _takeable(scope, now).limit(LOOKED_AT)
    if scope.job_id is not None:
        yield from ((job, now) for job in session.scalars(found))
        return
    for lane in (lane for lane in LANES if lane in scope.lanes):
        served = select(Job.organization_id, Job.served_at).where(Job.lane == lane, Job.served_at.is_not(None))
        last = session.execute(served.order_by(Job.served_at.desc()).limit(1)).first()
        organization, moment = 0, now
        if last is not None:
            # Later than the last one even where the clock was put back: else that would stay the last one.
            organization, moment = last.organization_id, max(now, last.served_at + timedelta(microseconds=1))
        for part in (Job.organization_id > organization, Job.organization_id <= organization):
            yield from ((job, moment) for job in session.scalars(found.where(Job.lane == lane, part).order_by(*TURN)))


def _takeable(scope: Scope, now: datetime) -> Select[Job]:
    """Return the jobs with a chunk to take; each is asked for one, as all chunks are many more than all jobs."""
    chunk = select(Chunk.id).where(Chunk.job_id == Job.id, *_free(now)).limit(1).scalar_subquery()
    found = select(Job).where(
        _IS_OPEN,
        Job.kind.in_(tuple(KINDS)),
        or_(Job.starts_at.is_(None), Job.starts_at <= now),
        or_(Job.ready_at.is_(None), Job.ready_at <= now),
        chunk.is_not(None),
    )
    return found.where(Job.lane.in_(scope.lanes) if scope.job_id is None else Job.id == scope.job_id)


def _free(now: datetime) -> Iterable[ColumnElement[bool]]:
    return Chunk.state == TO_DO, or_(Chunk.not_before.is_(None), Chunk.not_before <= now)


def _mine(session: Session, task: Task, values: dict[str, Any]) -> bool:
    held = update(Chunk).where(Chunk.id == task.chunk.id, Chunk.lease == task.token, Chunk.state == RUNNING)
    return bool(session.execute(held.values(values).execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]


def skipping(session: Session, statement: Any) -> Any:
    """Return `statement` so that rows which others have in hand are passed over; SQLite's writers are alone."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    return statement if sqlite else statement.with_for_update(skip_locked=True)
