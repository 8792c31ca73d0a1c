"""Revoking: a bit is set for good, and the list that says so is published in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer import statuslist
from issuer.database import lock
from issuer.fault import Fault, Refused
from issuer.intent import credential_url
from issuer.journal import write_journal
from issuer.models import REVOKED, SIGNED, Credential, CredentialVersion, Organization, Revocation
from issuer.office import Office
from issuer.roster.byhand import remark
from issuer.rows import LONGEST
from issuer.tokens import read_token

LONGEST_REASON: Final = LONGEST


@dataclass(frozen=True)
class Revoked:
    """One revoked award; `already` if it was before, and then `at` and `reason` are those of the first time."""

    token: str
    url: str
    at: datetime
    reason: str
    already: bool


def revoke(office: Office, ids: Sequence[str], reason: str, now: datetime) -> tuple[Revoked, ...]:
    """Revoke the awards named by credential id, URL or token: in force, in every format, when this returns.

    Final, and no change the second time. Raises Refused, and revokes none, when one of them is unknown or when
    `reason` is empty or too long; the reason is shown in public.
    """
    now, reason = now.replace(microsecond=0), remark(reason, "reason").strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused(Fault("reason_missing" if not reason else "reason_long", values={"limit": LONGEST_REASON}))

    def work(session: Session) -> tuple[Revoked, ...]:
        found = {text: find_credential(session, text) for text in dict.fromkeys(ids)}
        unknown = [text for text, credential in found.items() if credential is None]
        if unknown:
            raise Refused(*(Fault("credential_unknown", values={"id": text[:200]}) for text in unknown))
        known = {item.id: item for item in found.values() if item is not None}
        return tuple(_revoke(office, session, known[key], reason, now) for key in sorted(known))

    return office.database.write(work)


def find_credential(session: Session, text: str) -> Credential | None:
    """Return the credential that `text` names, once it is signed, and keep others from changing it."""
    token = read_token(text)
    if token is None:
        return None
    signed = select(CredentialVersion.id).where(
        CredentialVersion.credential_id == Credential.id, CredentialVersion.state == SIGNED
    )
    found: Credential | None = session.scalar(
        lock(session, select(Credential).where(Credential.token == token, signed.exists()))
    )
    return found


def _revoke(office: Office, session: Session, credential: Credential, reason: str, now: datetime) -> Revoked:
    url = credential_url(session.get_one(Organization, credential.organization_id).base_url, credential.token)
    before = revocation_of(session, credential.id)
    if before is not None:
        return Revoked(credential.token, url, before.at, before.reason or "", already=True)
    versions = session.scalars(
        select(CredentialVersion).where(
            CredentialVersion.credential_id == credential.id, CredentialVersion.state == SIGNED
        )
    ).all()
    for version in versions:
        set_bit(session, version, REVOKED, reason, now)
    write_journal(session, credential.organization_id, now, "credential.revoked", credential.token)
    session.flush()
    statuslist.publish(office, session, {version.status_list_id for version in versions}, now)
    return Revoked(credential.token, url, now, reason, already=False)


def set_bit(session: Session, version: CredentialVersion, kind: str, reason: str | None, at: datetime) -> None:
    """Add the row from which the bit of `version` follows; one that is set stays as it is."""
    if session.scalar(select(Revocation.id).where(Revocation.version_id == version.id)) is None:
        session.add(
            Revocation(organization_id=version.organization_id, version_id=version.id, kind=kind, reason=reason, at=at)
        )


def revocation_of(session: Session, credential_id: int) -> Revocation | None:
    """Return the revocation of an award, or None; that a version was superseded is none."""
    return session.scalar(
        select(Revocation)
        .join(CredentialVersion, CredentialVersion.id == Revocation.version_id)
        .where(CredentialVersion.credential_id == credential_id, Revocation.kind == REVOKED)
        .limit(1)
    )
