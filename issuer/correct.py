"""Correcting: a new version under the same address, and the old one refused from the same moment on.

Same id and URL, same `awardedDate`, newer `validFrom`, a bit of its own; the old version's bit is set in the
transaction that stores the new one. Run again after a kill, it finishes what was begun.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from badges.identity import email_identity
from issuer import archive, statuslist
from issuer.archive import Award
from issuer.compose import compose
from issuer.fault import Fault, Refused
from issuer.indices import take_indices
from issuer.intent import load_intents
from issuer.issue import Run
from issuer.journal import write_journal
from issuer.keyring import signing_key
from issuer.lints import LintFault, lint
from issuer.models import (
    INTENT,
    SIGNED,
    SUPERSEDED,
    Credential,
    CredentialVersion,
    Snapshot,
)
from issuer.office import Office
from issuer.revoke import find_credential, revocation_of, set_bit
from issuer.roster.byhand import by_hand, remark
from issuer.rows import LONGEST, SALT_OCTETS, check_row, format_hours
from issuer.searched import rewrite
from issuer.store import lint_fault
from templates import sentence


@dataclass(frozen=True)
class Changes:
    """What is corrected, None for what stays; an empty text takes a value away. `email` is hashed as at first."""

    name: str | None = None
    email: str | None = None
    hours: str | None = None
    role: str | None = None
    rank: str | None = None
    reason: str | None = None
    grade: str | None = None
    number: str | None = None
    narrative: str | None = None
    evidence: str | None = None

    @property
    def given(self) -> dict[str, str]:
        """Return what is corrected."""
        pairs = ((item.name, getattr(self, item.name)) for item in fields(self))
        return {name: value.strip() for name, value in pairs if value is not None}


def correct(office: Office, credential_id: str, changes: Changes, note: str | None, now: datetime) -> Award:
    """Issue a corrected version of the award named by id, URL or token; return it.

    `note` is shown in public; None says which facts were corrected, without their values. No change if it says so
    already. Raises Refused for an unknown or revoked award, for a value that cannot be signed, for no change at all.
    """
    now = now.replace(microsecond=0)
    if not changes.given:
        raise Refused(Fault("correction_empty"))
    while True:
        step = office.database.write(lambda session: _reserve(office, session, credential_id, changes, note, now))
        if step.version_id is not None:
            office.reached("after-intent")
            _finish(office, step.version_id, now)
        if step.is_ours:
            break
    found = archive.award(office, step.token)
    if found is None:
        raise Refused(Fault("credential_unknown", values={"id": credential_id[:200]}))
    return found


@dataclass(frozen=True)
class _Step:
    """What is to be signed next: our own version, or first one that a killed run left behind; None is nothing."""

    token: str
    version_id: int | None
    is_ours: bool = True


def _reserve(office: Office, session: Session, text: str, changes: Changes, note: str | None, now: datetime) -> _Step:
    """Store the intent of the next version, unless one is pending, or the current one says all that already."""
    credential = find_credential(session, text)
    if credential is None:
        raise Refused(Fault("credential_unknown", values={"id": text[:200]}))
    if revocation_of(session, credential.id) is not None:
        raise Refused(Fault("revoked_is_final", values={"id": credential.token}))
    pending = session.scalar(
        select(CredentialVersion.id).where(
            CredentialVersion.credential_id == credential.id, CredentialVersion.state == INTENT
        )
    )
    if pending is not None:
        return _Step(credential.token, pending, is_ours=False)
    given = by_hand(changes.given)
    current = _current(session, credential.id)
    facts = session.get_one(Snapshot, current.snapshot_id).facts
    row = _corrected(dict(current.row or {}), given, facts["event"]["hours"])
    if row == current.row:
        return _Step(credential.token, None)
    faults = check_row(row, facts["achievement"]["kind"], None)
    if faults:
        raise Refused(*faults)
    if changes.email:
        credential.email = given["email"]
    rewrite(session, credential, row["name"])
    said = _note(note, changes, facts["event"]["language"])
    return _Step(credential.token, _intend(office, session, credential, current, row, said, now))


def _intend(
    office: Office,
    session: Session,
    credential: Credential,
    current: CredentialVersion,
    row: dict[str, Any],
    note: str,
    now: datetime,
) -> int:
    """Store the intent, linted already, so that it can be signed; return its id."""
    list_id, index = take_indices(session, office.kek, credential.organization_id, 1, now)[0]
    version = CredentialVersion(
        organization_id=credential.organization_id,
        credential_id=credential.id,
        number=current.number + 1,
        valid_from=max(now, current.valid_from + timedelta(seconds=1)),
        valid_until=current.valid_until,
        awarded=current.awarded,
        row=row,
        snapshot_id=current.snapshot_id,
        design_id=current.design_id,
        status_list_id=list_id,
        status_index=index,
        signing_key_id=signing_key(office.keyring(session), session, credential.organization_id, now),
        note=note,
    )
    session.add(version)
    session.flush()
    _lint(session, version.id)
    return version.id


def _lint(session: Session, version_id: int) -> None:
    for intent in load_intents(session, [version_id]):
        try:
            lint(compose(intent).to_json(), intent)
        except LintFault as fault:
            raise Refused(lint_fault(fault.found)) from fault


def _current(session: Session, credential_id: int) -> CredentialVersion:
    return session.scalars(
        select(CredentialVersion)
        .where(CredentialVersion.credential_id == credential_id, CredentialVersion.state == SIGNED)
        .order_by(CredentialVersion.number.desc())
        .limit(1)
    ).one()


def _corrected(row: dict[str, Any], given: dict[str, str], event_hours: str | None) -> dict[str, Any]:
    """Return the row with what is given; a salt is made anew only for another address."""
    for name, value in given.items():
        match name:
            case "email":
                row[name] = _email(value, row.get("email"))
            case "hours":
                row[name] = _hours(value or event_hours)
            case "name":
                row[name] = value
            case _:
                row[name] = value or None
    if not row.get("name"):
        raise Refused(Fault("award_required", column="name", values={"field": "name"}))
    return row


def _hours(text: str | None) -> str | None:
    try:
        return format_hours(text) if text else None
    except ValueError as fault:
        raise Refused(Fault("award_hours", column="hours", values={"value": str(text)[:40]})) from fault


def _email(address: str, before: dict[str, str] | None) -> dict[str, str] | None:
    if not address:
        return None
    if before is not None and email_identity(address, before["salt"]).identity_hash == before["identityHash"]:
        return before
    identity = email_identity(address, secrets.token_hex(SALT_OCTETS))
    return {"identityHash": identity.identity_hash, "salt": identity.salt or ""}


def _note(note: str | None, changes: Changes, language: str) -> str:
    """Return what the page says: the organizer's words, or the names of what changed, never the values."""
    if note is not None and note.strip():
        return remark(note, "note").strip()[:LONGEST]
    names = ", ".join(sentence(f"issuing.field.{name}", language) for name in changes.given)
    return sentence("issuing.corrected", language, fields=names)


def _finish(office: Office, version_id: int, now: datetime) -> None:
    """Sign a reserved version and set the bit of the one before it, in one transaction with the lists."""
    with office.database.reading() as session:
        organization_id = session.get_one(CredentialVersion, version_id).organization_id

    def supersede(session: Session) -> None:
        version = session.get_one(CredentialVersion, version_id)
        old = session.scalars(
            select(CredentialVersion).where(
                CredentialVersion.credential_id == version.credential_id,
                CredentialVersion.number == version.number - 1,
            )
        ).one()
        if version.state != SIGNED:
            return
        final = revocation_of(session, version.credential_id)
        set_bit(session, old, SUPERSEDED, None, max(now, version.valid_from))
        if final is not None:  # It was revoked while this was being signed, and stays so.
            set_bit(session, version, final.kind, final.reason, final.at)
        token = session.get_one(Credential, version.credential_id).token
        write_journal(session, organization_id, now, "credential.corrected", token, version=version.number)
        session.flush()
        statuslist.publish(office, session, {old.status_list_id, version.status_list_id}, now)

    Run(office, organization_id, 1, now).sign([version_id], supersede)
