"""One credential as whoever issued it sees it: what its row says now, and every version it had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.models import DISCARDED, REVOKED, SIGNED, Credential, CredentialVersion, Revocation

FIELDS: Final = ("name", "email", "role", "hours", "rank", "reason", "grade", "number")
"""What a page lets one correct."""


@dataclass(frozen=True)
class Version:
    """One version: from when it holds, what is said of it in public, and whether it is signed."""

    number: int
    valid_from: datetime
    note: str
    is_signed: bool


@dataclass(frozen=True)
class History:
    """`values` is what the latest version says, by field; `reason` why the award was revoked, if it was."""

    values: Mapping[str, str] = field(repr=False)
    versions: tuple[Version, ...]
    revoked_at: datetime | None
    reason: str

    @property
    def is_signed(self) -> bool:
        """Whether there is something to correct or to revoke."""
        return any(version.is_signed for version in self.versions)


def history_of(session: Session, organization_id: int, token: str) -> History | None:
    """Return the history of a credential of this organization, None where there is none; one question."""
    statement = (
        select(CredentialVersion, Credential.email, Revocation.kind, Revocation.at, Revocation.reason)
        .join(Credential, Credential.id == CredentialVersion.credential_id)
        .outerjoin(Revocation, Revocation.version_id == CredentialVersion.id)
        .where(Credential.token == token, Credential.organization_id == organization_id)
        .where(CredentialVersion.state != DISCARDED)
        .order_by(CredentialVersion.number)
    )
    rows = session.execute(statement).all()
    if not rows:
        return None
    taken = [row for row in rows if row.kind == REVOKED]
    return History(
        values=_values(rows[-1][0].row or {}, rows[-1].email),
        versions=tuple(
            Version(row[0].number, row[0].valid_from, row[0].note or "", row[0].state == SIGNED) for row in rows
        ),
        revoked_at=taken[0].at if taken else None,
        reason=(taken[0].reason or "") if taken else "",
    )


def _values(row: Mapping[str, Any], email: str | None) -> dict[str, str]:
    return {name: (email if name == "email" else row.get(name)) or "" for name in FIELDS}
