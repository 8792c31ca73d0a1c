"""Who may come in: users, their places in organizations, the browsers they are signed in with, and one-time links.

What opens a door is never stored, only its hash: whoever reads the database cannot come in with it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.models.base import Key, Owned, Table


class User(Table):
    """A person who works here; `email` is a `mailbox`, `password` an Argon2 hash, None for who signs in otherwise.

    `email_proved_at` tells since when somebody else vouches that the mailbox is theirs. An `operator` runs the
    installation: whoever had the machine's first link.
    """

    __tablename__ = "user_account"

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(unique=True)
    email_proved_at: Mapped[datetime | None]
    name: Mapped[str]
    password: Mapped[str | None]
    language: Mapped[str]
    operator: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Membership(Owned, Table):
    """The place of a user in an organization: `viewer`, `organizer` or `owner`."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "organization_id"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    role: Mapped[str]
    created_at: Mapped[datetime]


class Visit(Table):
    """A browser in which a user is signed in, known by the hash of the token in its cookie."""

    __tablename__ = "visit"

    id: Mapped[Key]
    digest: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    browser: Mapped[str]
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Passkey(Table):
    """A key that a device of a user holds (WebAuthn Level 3); `handle` is its credential id."""

    __tablename__ = "passkey"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    handle: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    name: Mapped[str]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ForeignIdentity(Table):
    """A user as an OpenID Connect provider knows them: its `iss` and `sub`."""

    __tablename__ = "foreign_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    created_at: Mapped[datetime]


class OneTimeLink(Table):
    """An address that opens one door once: the first owner's, an invitation, a new password.

    An invitation names `organization_id`, `role` and `email`; a new password its `user_id`.
    """

    __tablename__ = "one_time_link"

    id: Mapped[Key]
    digest: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    email: Mapped[str | None]
    role: Mapped[str | None]
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
