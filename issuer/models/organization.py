"""Who issues, and with which keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from issuer.models.base import Json, Key, Owned, Table


class Organization(Table):
    """An organization is an issuer; `base_url`, and with it `did`, is frozen once a credential is signed.

    `facts` are the profile as the event file tells it: name, url, email, and the hash of the logo. Whether it is known
    to strangers rests on the rest: on whom the operator approved, and on a `domain` that vouched for it, by `dns` or
    by `file`, when it was last asked with success (`domain_proved_at`) and at all (`domain_asked_at`).
    `settings` are what its owners chose and no credential says: colours, signatories, sender, wording of mails.
    """

    __tablename__ = "organization"

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(unique=True)
    did: Mapped[str] = mapped_column(unique=True)
    base_url: Mapped[str]
    frozen_at: Mapped[datetime | None]
    language: Mapped[str]
    facts: Mapped[Json]
    sign_email: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    domain: Mapped[str | None]
    domain_proof: Mapped[str | None]
    domain_proved_at: Mapped[datetime | None]
    domain_asked_at: Mapped[datetime | None]
    settings: Mapped[Json] = mapped_column(default=dict)


class SigningKey(Owned, Table):
    """A key record: the public half in clear, the private half sealed; one active for each use of a controller."""

    __tablename__ = "signing_key"
    __table_args__ = (
        UniqueConstraint("controller", "kid"),
        Index(
            "ix_signing_key_active",
            "controller",
            "algorithm",
            "purpose",
            unique=True,
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
    )

    id: Mapped[Key]
    controller: Mapped[str]
    kid: Mapped[str]
    algorithm: Mapped[str]
    purpose: Mapped[str]
    state: Mapped[str]
    spki: Mapped[bytes]
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
