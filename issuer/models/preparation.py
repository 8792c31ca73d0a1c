"""What is being prepared: lists that were dropped, what was chosen about them, and the event they are for.

Nothing here is promised to anybody; what is issued is a batch. Lists hold personal data and go when they are done with.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.models.base import Json, Key, OneOfMany, Owned, Table


class Preparation(Owned, Table):
    """One evening on its way to certificates, from the first drop to the batch.

    `event` are the tables of an event file (INTERFACE.md), as far as they are known; `choices` what was chosen about
    all lists together: the filter, who is the same person, what is left out. Times are those of the last change.
    """

    __tablename__ = "preparation"

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    event: Mapped[Json]
    choices: Mapped[Json]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]


class Upload(Owned, Table):
    """One list of a preparation as it came, and what was chosen about it: columns, sheet, repairs that were undone."""

    __tablename__ = "upload"
    __table_args__ = (UniqueConstraint("preparation_id", "number"),)

    id: Mapped[Key]
    preparation_id: Mapped[int] = mapped_column(ForeignKey("preparation.id"))
    number: Mapped[int]
    file_name: Mapped[str]
    sha256: Mapped[str]
    body: Mapped[bytes] = mapped_column(deferred=True)
    choices: Mapped[Json]
    created_at: Mapped[datetime]


class Reading(Owned, Table):
    """What the lists of a preparation say under the choices whose hash is `digest`, so that no page reads them again.

    `told` holds no more than one page can tell; the people are in its pieces.
    """

    __tablename__ = "reading"

    id: Mapped[Key]
    preparation_id: Mapped[int] = mapped_column(ForeignKey("preparation.id"), unique=True)
    digest: Mapped[str]
    told: Mapped[Json]


class ReadingPiece(OneOfMany, Table):
    """A page of people who get a certificate, or do not (`gets`), packed; `searched` are their names and addresses."""

    __tablename__ = "reading_piece"
    __table_args__ = (UniqueConstraint("reading_id", "gets", "number"),)

    id: Mapped[Key]
    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id"))
    gets: Mapped[bool]
    number: Mapped[int]
    searched: Mapped[str]
    people: Mapped[bytes]


class SourceChoice(Owned, Table):
    """What was chosen the last time for a source: a preset, or the headers of a table that none knows."""

    __tablename__ = "source_choice"
    __table_args__ = (UniqueConstraint("organization_id", "source"),)

    id: Mapped[Key]
    source: Mapped[str]
    choices: Mapped[Json]
    touched_at: Mapped[datetime]
