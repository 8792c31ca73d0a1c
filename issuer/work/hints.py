"""Hints: the broker is told of each chunk that waits, and told again of one that nobody has taken up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from issuer.database import Database
from issuer.models import RUNNING, TO_DO, Chunk, Job
from issuer.work.clock import tick

TOLD_AGAIN: Final = timedelta(seconds=30)
"""After how long a chunk that still waits is told of once more: its message may be lost."""
TOGETHER: Final = 500
"""Chunks that are told of in one go."""

Publish = Callable[[str, int], None]
"""Tells a lane that a chunk waits; raises when the broker cannot be told."""


def tell(database: Database, publish: Publish) -> int:
    """Tell of the chunks that wait and that nobody was told of; return how many.

    The tables are marked first and the broker told after the commit, each by one process only; what could not be told
    is unmarked again, and the fault raised.
    """
    with database.reading() as session:
        if session.execute(_untold(tick(session)).limit(1)).first() is None:
            return 0
    found = database.write(_mark)
    for place, (number, lane) in enumerate(found):
        try:
            publish(lane, number)
        except Exception:
            _unmark(database, [untold for untold, _ in found[place:]])
            raise
    return len(found)


def _mark(session: Session) -> list[tuple[int, str]]:
    now = tick(session)
    statement = _untold(now).order_by(Chunk.id).limit(TOGETHER)
    if session.get_bind().dialect.name != "sqlite":
        statement = statement.with_for_update(skip_locked=True, of=Chunk)
    found = [(number, lane) for number, lane in session.execute(statement)]
    _set(session, [number for number, _ in found], now)
    return found


def _unmark(database: Database, numbers: list[int]) -> None:
    database.write(lambda session: _set(session, numbers, None))


def _set(session: Session, numbers: list[int], moment: datetime | None) -> None:
    told = update(Chunk).where(Chunk.id.in_(numbers), Chunk.state == TO_DO).values(hinted_at=moment)
    session.execute(told.execution_options(synchronize_session=False))


def _untold(now: datetime) -> Select[int, str]:
    return (
        select(Chunk.id, Job.lane)
        .join(Job, Job.id == Chunk.job_id)
        .where(Chunk.state == TO_DO, or_(Chunk.hinted_at.is_(None), Chunk.hinted_at <= now - TOLD_AGAIN))
        .where(or_(Chunk.not_before.is_(None), Chunk.not_before <= now), Job.state.in_((TO_DO, RUNNING)))
        .where(or_(Job.starts_at.is_(None), Job.starts_at <= now), or_(Job.ready_at.is_(None), Job.ready_at <= now))
    )
