"""The intent: everything that a credential will say, frozen before it is signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session

from issuer.database import IN_ONE_QUESTION
from issuer.models import (
    RESERVED,
    Achievement,
    Batch,
    Credential,
    CredentialVersion,
    Organization,
    SigningKey,
    Snapshot,
    StatusList,
    Table,
)

Kept = TypeVar("Kept", Organization, SigningKey, Achievement, Snapshot)


@dataclass(frozen=True)
class Intent:
    """One version of one credential before its signature; the same intent gives the same bytes, always."""

    version_id: int
    organization_id: int
    token: str
    subject_id: str
    base_url: str
    did: str
    achievement_id: str
    facts: Mapping[str, Any] = field(repr=False)
    row: Mapping[str, Any] = field(repr=False)
    valid_from: datetime
    valid_until: datetime | None
    awarded: datetime
    list_number: int
    index: int
    key_id: str

    @property
    def url(self) -> str:
        """The credential's id and public address."""
        return credential_url(self.base_url, self.token)

    @property
    def issuer_url(self) -> str:
        """The address of the issuer's profile."""
        return issuer_url(self.base_url, self.did.rpartition(":")[2])

    @property
    def achievement_url(self) -> str:
        """The achievement's id and public address."""
        return achievement_url(self.base_url, self.achievement_id)

    @property
    def list_url(self) -> str:
        """The address of the status list."""
        return list_url(self.base_url, self.list_number)


def credential_url(base_url: str, token: str) -> str:
    """Return the address of a credential."""
    return f"{base_url}/c/{token}"


def issuer_url(base_url: str, slug: str) -> str:
    """Return the address of an issuer's profile."""
    return f"{base_url}/issuers/{slug}"


def achievement_url(base_url: str, public_id: str) -> str:
    """Return the address of an achievement."""
    return f"{base_url}/achievements/{public_id}"


def list_url(base_url: str, number: int) -> str:
    """Return the address of a status list."""
    return f"{base_url}/status/{number}"


def load_intents(session: Session, version_ids: Sequence[int]) -> list[Intent]:
    """Return the intents of `version_ids` in that order; what belongs to a batch that is not whole yet is none."""
    found: dict[int, Intent] = {}
    shared = _Shared(session)
    for start in range(0, len(version_ids), IN_ONE_QUESTION):
        statement = _lines().where(CredentialVersion.id.in_(version_ids[start : start + IN_ONE_QUESTION]))
        for line in session.execute(statement):
            found[line.id] = _intent(line, shared)
    return [found[version_id] for version_id in version_ids if version_id in found]


def _lines() -> Select[*tuple[Any, ...]]:
    version = CredentialVersion
    return (
        select(
            version.id, version.organization_id, version.row, version.valid_from, version.valid_until,
            version.awarded, version.status_index, version.status_list_id, version.snapshot_id, version.signing_key_id,
            Credential.token, Credential.subject_id, Credential.achievement_id,
        )
        .join(Credential, Credential.id == version.credential_id)
        .outerjoin(Batch, Batch.id == version.batch_id)
        .where(or_(version.batch_id.is_(None), Batch.state == RESERVED))
    )  # fmt: skip


class _Shared:
    """What many intents have in common, read once each."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[type[Table], int], Any] = {}

    def get(self, table: type[Kept], number: int) -> Kept:
        """Return the row of that number."""
        if (table, number) not in self._known:
            self._known[table, number] = self._session.get_one(table, number)
        found: Kept = self._known[table, number]
        return found

    def list_number(self, list_id: int) -> int:
        """Return the number of a list, without its bits."""
        if (StatusList, list_id) not in self._known:
            statement = select(StatusList.number).where(StatusList.id == list_id)
            self._known[StatusList, list_id] = self._session.scalars(statement).one()
        return int(self._known[StatusList, list_id])


def _intent(line: Row[*tuple[Any, ...]], shared: _Shared) -> Intent:
    organization = shared.get(Organization, line.organization_id)
    key = shared.get(SigningKey, line.signing_key_id)
    return Intent(
        version_id=line.id,
        organization_id=organization.id,
        token=line.token,
        subject_id=line.subject_id,
        base_url=organization.base_url,
        did=organization.did,
        achievement_id=shared.get(Achievement, line.achievement_id).public_id,
        facts=shared.get(Snapshot, line.snapshot_id).facts,
        row=line.row or {},
        valid_from=line.valid_from,
        valid_until=line.valid_until,
        awarded=line.awarded,
        list_number=shared.list_number(line.status_list_id),
        index=line.status_index,
        key_id=f"{key.controller}#{key.kid}",
    )
