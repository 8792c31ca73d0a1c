"""Work: jobs, the chunks they are done in, and the duties that come round. These rows are the truth of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from issuer.models.base import Json, Key, Owned, Table

TO_DO = "waiting"
RUNNING = "running"
PAUSED = "paused"
STOPPED = "stopped"
DONE = "done"
FAILED = "failed"

INTERACTIVE = "interactive"
BULK = "bulk"


class Job(Owned, Table):
    """Something that is to be done, piece by piece: of one `kind`, about one `subject`, never planned twice.

    `state` is waiting, running, paused, stopped, done or failed; `size` counts rows. It is not begun before
    `starts_at`; `pace` is the most rows a minute, and `ready_at` when the next piece may begin under it. `served_at`
    is when a piece was last taken up: the one served last in a lane says whose turn it is there.
    """

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("kind", "subject"),
        Index("ix_job_state_lane", "state", "lane"),
        Index("ix_job_lane_served_at", "lane", "served_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[Json]
    state: Mapped[str] = mapped_column(default=TO_DO)
    lane: Mapped[str] = mapped_column(default=BULK)
    size: Mapped[int]
    pace: Mapped[int | None]
    starts_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    served_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    fault: Mapped[Json | None]


TURN = (Job.organization_id, func.coalesce(Job.served_at, Job.created_at), Job.id)
"""The order in which open jobs of a lane are served: round the organizations, and of each what waits longest."""

Index(
    "ix_job_turn",
    Job.lane,
    *TURN,
    sqlite_where=text("state IN ('waiting', 'running')"),
    postgresql_where=text("state IN ('waiting', 'running')"),
)


class Chunk(Owned, Table):
    """A piece of a job: the rows from `first` to `last`, or what `payload` names; one worker at a time has it.

    `lease` is the token of whoever has it, until `until` by the database's clock; `worker` says who had it last.
    `attempts` counts what failed by itself, `losses` the workers that were gone before the piece was done; `fault`
    says what went wrong last. `hinted_at` is when a broker was told of it.
    """

    __tablename__ = "chunk"
    __table_args__ = (
        UniqueConstraint("job_id", "number"),
        Index("ix_chunk_job_id_state", "job_id", "state"),
        Index(
            "ix_chunk_running",
            "until",
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
    )

    id: Mapped[Key]
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    number: Mapped[int]
    first: Mapped[int | None]
    last: Mapped[int | None]
    payload: Mapped[Json | None]
    size: Mapped[int]
    state: Mapped[str] = mapped_column(default=TO_DO)
    lease: Mapped[str | None]
    worker: Mapped[str | None]
    until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    losses: Mapped[int] = mapped_column(default=0)
    fault: Mapped[Json | None]
    done_at: Mapped[datetime | None]
    hinted_at: Mapped[datetime | None]


class Duty(Table):
    """Something that is done every so often, for all organizations at once, by one worker at a time."""

    __tablename__ = "duty"

    name: Mapped[str] = mapped_column(primary_key=True)
    lease: Mapped[str | None]
    worker: Mapped[str | None]
    until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
