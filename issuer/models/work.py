"""What is being done: batches and their rows, what is to be told to the world, and who did what."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from issuer.models.base import Json, Key, OneOfMany, Owned, Table

RESERVING = "reserving"
RESERVED = "reserved"
ISSUED = "issued"
UNCHANGED = "unchanged"
WAITING = "waiting"


class Batch(Owned, Table):
    """One run over one list; one at a time is `reserving` for an achievement of an event.

    While it is, `list_digest` tells whether another run has the same list, `done` how many of its people are
    reserved, and `touched_at` when that last grew. It is whole once it is `reserved`; one that nobody took up again
    ends as `discarded`.
    """

    __tablename__ = "batch"
    __table_args__ = (
        Index(
            "ix_batch_reserving",
            "event_id",
            "achievement_id",
            unique=True,
            sqlite_where=text("state = 'reserving'"),
            postgresql_where=text("state = 'reserving'"),
        ),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    achievement_id: Mapped[int] = mapped_column(ForeignKey("achievement.id"))
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=RESERVED, server_default=RESERVED)
    list_digest: Mapped[str | None]
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    touched_at: Mapped[datetime | None]


class BatchRow(OneOfMany, Table):
    """One row of the list, by its line number, and what became of it."""

    __tablename__ = "batch_row"
    __table_args__ = (UniqueConstraint("batch_id", "row"),)

    id: Mapped[Key]
    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id"))
    row: Mapped[int]
    state: Mapped[str]
    credential_id: Mapped[int | None] = mapped_column(ForeignKey("credential.id"), index=True)
    fault: Mapped[Json | None]


class Outbox(OneOfMany, Table):
    """What is to be told once it is true; committed with it. `payload` names, and holds no personal data."""

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("kind", "version_id"),)

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    version_id: Mapped[int] = mapped_column(ForeignKey("credential_version.id"))
    payload: Mapped[Json]
    state: Mapped[str] = mapped_column(default="waiting")
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Journal(Owned, Table):
    """What was done, in order: event codes and addresses, never names."""

    __tablename__ = "journal"

    id: Mapped[Key]
    at: Mapped[datetime]
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[Json]
