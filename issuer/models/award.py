"""Who got what: credentials, the keys by which their people are recognised, versions, and status lists."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.models.base import Json, Key, OneOfMany, Owned, Table

INTENT = "intent"
SIGNED = "signed"
REVOKED = "revoked"
SUPERSEDED = "superseded"
DISCARDED = "discarded"


class Credential(Owned, Table):
    """One achievement of one person at one event: nobody has it twice.

    `token` is the address, `identity` the keyed hash of the strongest key of the person. `email` is kept for the
    mail alone. Erasure empties `email` and the versions' `row` and `signed`, and leaves the rest as a tombstone:
    a status index is never used again.
    """

    __tablename__ = "credential"
    __table_args__ = (UniqueConstraint("event_id", "achievement_id", "identity"),)

    id: Mapped[Key]
    token: Mapped[str] = mapped_column(unique=True)
    subject_id: Mapped[str]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    achievement_id: Mapped[int] = mapped_column(ForeignKey("achievement.id"))
    identity: Mapped[str]
    email: Mapped[str | None]
    public: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class CredentialSearch(Table):
    """What an organization finds a credential by, one narrow row each, so that all of them can be looked through.

    `searched` is name and e-mail, folded: a personal datum, which erasure empties too. `revoked_at` is when the award
    was taken back.
    """

    __tablename__ = "credential_search"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), primary_key=True)
    credential_id: Mapped[int] = mapped_column(ForeignKey("credential.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    searched: Mapped[str]
    revoked_at: Mapped[datetime | None]


class IdentityKey(OneOfMany, Table):
    """A key by which the person of a credential is recognised again: keyed hashes only, each of one person.

    `batch_id` is the run that brought it.
    """

    __tablename__ = "identity_key"
    __table_args__ = (UniqueConstraint("event_id", "achievement_id", "digest"),)

    id: Mapped[Key]
    credential_id: Mapped[int] = mapped_column(ForeignKey("credential.id"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    achievement_id: Mapped[int] = mapped_column(ForeignKey("achievement.id"))
    digest: Mapped[str]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))


class StatusList(Owned, Table):
    """One bit per credential version; `number` is random, `version` counts what was published and only grows.

    `given` counts the places that were handed out, used or not: it only grows, so that no bit is given twice.
    """

    __tablename__ = "status_list"

    id: Mapped[Key]
    number: Mapped[int] = mapped_column(unique=True)
    length: Mapped[int]
    given: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(default=0)
    published: Mapped[bytes | None]
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class CredentialVersion(OneOfMany, Table):
    """What is said of one award at one time: first the intent, then, once and for ever, its signed bytes.

    `row` holds what the row of the roster contributed. Everything that is signed follows from this row, its
    snapshot and its key, so that signing again gives the same bytes. `fault` says why an intent waits, `change` what
    a correction changed and `note` what the public page says of it. `batch_id` is the run that reserved it: what
    belongs to a batch that is not whole is promised to nobody, and is not signed.
    """

    __tablename__ = "credential_version"
    __table_args__ = (
        UniqueConstraint("credential_id", "number"),
        UniqueConstraint("status_list_id", "status_index"),
    )

    id: Mapped[Key]
    credential_id: Mapped[int] = mapped_column(ForeignKey("credential.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default=INTENT)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    awarded: Mapped[datetime]
    row: Mapped[Json | None]
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id"))
    design_id: Mapped[int] = mapped_column(ForeignKey("design.id"))
    status_list_id: Mapped[int] = mapped_column(ForeignKey("status_list.id"))
    status_index: Mapped[int]
    signing_key_id: Mapped[int] = mapped_column(ForeignKey("signing_key.id"))
    signed: Mapped[bytes | None]
    sha256: Mapped[str | None]
    signed_at: Mapped[datetime | None]
    fault: Mapped[Json | None]
    note: Mapped[str | None]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("batch.id"))


class Revocation(Owned, Table):
    """A bit that is set, and why. Rows are added and never taken away."""

    __tablename__ = "revocation"

    id: Mapped[Key]
    version_id: Mapped[int] = mapped_column(ForeignKey("credential_version.id"), unique=True)
    kind: Mapped[str]
    reason: Mapped[str | None]
    at: Mapped[datetime]


class TokenFace(Owned, Table):
    """The JWT of a version: kept when first made, so that it stays the same bytes through every rotation."""

    __tablename__ = "token_face"
    __table_args__ = (UniqueConstraint("version_id", "algorithm"),)

    id: Mapped[Key]
    version_id: Mapped[int] = mapped_column(ForeignKey("credential_version.id"))
    algorithm: Mapped[str]
    body: Mapped[bytes]
