"""The intent: everything that a credential will say, frozen before it is signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from issuer.database import IN_ONE_QUESTION
from issuer.models import (
    Achievement,
    Credential,
    CredentialVersion,
    Organization,
    SigningKey,
    Snapshot,
    StatusList,
)

Line = Row[CredentialVersion, Credential, Organization, str, int, SigningKey]


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
    """Return the intents of `version_ids` in that order."""
    found: dict[int, Intent] = {}
    facts: dict[int, Mapping[str, Any]] = {}
    for start in range(0, len(version_ids), IN_ONE_QUESTION):
        chunk = version_ids[start : start + IN_ONE_QUESTION]
        statement = (
            select(CredentialVersion, Credential, Organization, Achievement.public_id, StatusList.number, SigningKey)
            .join(Credential, Credential.id == CredentialVersion.credential_id)
            .join(Organization, Organization.id == CredentialVersion.organization_id)
            .join(Achievement, Achievement.id == Credential.achievement_id)
            .join(StatusList, StatusList.id == CredentialVersion.status_list_id)
            .join(SigningKey, SigningKey.id == CredentialVersion.signing_key_id)
            .where(CredentialVersion.id.in_(chunk))
        )
        for line in session.execute(statement):
            version = line[0]
            if version.snapshot_id not in facts:
                facts[version.snapshot_id] = session.get_one(Snapshot, version.snapshot_id).facts
            found[version.id] = _intent(line, facts[version.snapshot_id])
    return [found[version_id] for version_id in version_ids if version_id in found]


def _intent(line: Line, facts: Mapping[str, Any]) -> Intent:
    version, credential, organization, achievement, number, key = line
    return Intent(
        version_id=version.id,
        organization_id=organization.id,
        token=credential.token,
        subject_id=credential.subject_id,
        base_url=organization.base_url,
        did=organization.did,
        achievement_id=achievement,
        facts=facts,
        row=version.row or {},
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        awarded=version.awarded,
        list_number=number,
        index=version.status_index,
        key_id=f"{key.controller}#{key.kid}",
    )
