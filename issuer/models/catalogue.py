"""What is awarded: events, achievements, designs, pictures, and the facts as they stood at a reservation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.models.base import Json, Key, Owned, Table


class Event(Owned, Table):
    """Something that took place; `public_id` is random, and the seed of its rosette."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("organization_id", "slug"),)

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str]
    facts: Mapped[Json]
    created_at: Mapped[datetime]


class Achievement(Owned, Table):
    """What somebody can achieve, at one event or at many; `public_id` is random."""

    __tablename__ = "achievement"
    __table_args__ = (UniqueConstraint("organization_id", "slug"),)

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str]
    facts: Mapped[Json]
    created_at: Mapped[datetime]


class Asset(Owned, Table):
    """A picture, kept once under the hash of its bytes."""

    __tablename__ = "asset"
    __table_args__ = (UniqueConstraint("organization_id", "sha256"),)

    id: Mapped[Key]
    sha256: Mapped[str]
    media_type: Mapped[str]
    body: Mapped[bytes]


class Design(Owned, Table):
    """One version of how an award is printed: a layout whose pictures are hashes of assets. Never changed."""

    __tablename__ = "design"
    __table_args__ = (UniqueConstraint("organization_id", "sha256"),)

    id: Mapped[Key]
    sha256: Mapped[str]
    layout: Mapped[Json]
    created_at: Mapped[datetime]


class Snapshot(Owned, Table):
    """The facts of issuer, event and achievement as they stood when something was reserved. Never changed."""

    __tablename__ = "snapshot"
    __table_args__ = (UniqueConstraint("organization_id", "sha256"),)

    id: Mapped[Key]
    sha256: Mapped[str]
    facts: Mapped[Json]
    created_at: Mapped[datetime]
