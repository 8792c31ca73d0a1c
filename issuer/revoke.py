"""Revoking: a bit is set for good, and the list that says so is published in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from issuer import statuslist
from issuer.database import IN_ONE_QUESTION, lock, looked_up
from issuer.fault import Fault, Refused
from issuer.intent import credential_url
from issuer.journal import by_whom
from issuer.models import REVOKED, SIGNED, Credential, CredentialVersion, Journal, Organization, Revocation
from issuer.office import Office
from issuer.roster.byhand import remark
from issuer.rows import LONGEST
from issuer.searched import take_back
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

    Final, and no change the second time; each list is published once, however many are revoked. Raises Refused, and
    revokes none, when one of them is unknown or when `reason` is empty or too long; the reason is shown in public.
    """
    now, reason = now.replace(microsecond=0), remark(reason, "reason").strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused(Fault("reason_missing" if not reason else "reason_long", values={"limit": LONGEST_REASON}))
    named = {text: read_token(text) for text in ids}

    def work(session: Session) -> tuple[Revoked, ...]:
        found = _find(session, [token for token in named.values() if token is not None])
        unknown = [text for text, token in named.items() if token not in found]
        if unknown:
            raise Refused(*(Fault("credential_unknown", values={"id": text[:200]}) for text in unknown))
        return _revoke(office, session, sorted(found.values(), key=attrgetter("id")), reason, now)

    return office.database.write(work)


def find_credential(session: Session, text: str) -> Credential | None:
    """Return the credential that `text` names, once it is signed, and keep others from changing it."""
    token = read_token(text)
    return None if token is None else _find(session, [token]).get(token)


def _find(session: Session, tokens: Sequence[str]) -> dict[str, Credential]:
    """Return by token the credentials that are signed, held until the commit, always in the same order."""
    tokens, found = sorted(set(tokens)), dict[str, Credential]()
    signed = select(CredentialVersion.id).where(
        CredentialVersion.credential_id == Credential.id, CredentialVersion.state == SIGNED
    )
    for start in range(0, len(tokens), IN_ONE_QUESTION):
        some = tokens[start : start + IN_ONE_QUESTION]
        statement = select(Credential).where(Credential.token.in_(some), signed.exists()).order_by(Credential.token)
        found |= {credential.token: credential for credential in session.scalars(lock(session, statement))}
    return found


def _revoke(
    office: Office, session: Session, credentials: Sequence[Credential], reason: str, now: datetime
) -> tuple[Revoked, ...]:
    before = _revocations(session, [credential.id for credential in credentials])
    fresh = [credential for credential in credentials if credential.id not in before]
    lists = _set_bits(session, fresh, reason, now)
    if fresh:
        lines = [
            {"organization_id": credential.organization_id, "at": now, "action": "credential.revoked",
             "subject": credential.token, "detail": by_whom()}
            for credential in fresh
        ]  # fmt: skip
        session.execute(insert(Journal), lines)
        take_back(session, fresh, now)
    statuslist.publish(office, session, lists, now)
    told = []
    for one in credentials:
        url = credential_url(session.get_one(Organization, one.organization_id).base_url, one.token)
        was = before.get(one.id)
        told.append(
            Revoked(one.token, url, now, reason, already=False)
            if was is None
            else Revoked(one.token, url, was.at, was.reason or "", already=True)
        )
    return tuple(told)


def _set_bits(session: Session, credentials: Sequence[Credential], reason: str, at: datetime) -> set[int]:
    """Set the bit of every signed version that has none set; return the lists that these are in."""
    version = CredentialVersion
    statement = (
        select(version.id, version.organization_id, version.status_list_id, Revocation.id.label("revocation"))
        .outerjoin(Revocation, Revocation.version_id == version.id)
        .where(version.state == SIGNED)
    )
    numbers = [credential.id for credential in credentials]
    lines = list(looked_up(session, statement, version.credential_id, numbers))
    fresh = [
        {"organization_id": line.organization_id, "version_id": line.id, "kind": REVOKED, "reason": reason, "at": at}
        for line in lines if line.revocation is None
    ]  # fmt: skip
    if fresh:
        session.execute(insert(Revocation), fresh)
    return {line.status_list_id for line in lines}


def set_bit(session: Session, version: CredentialVersion, kind: str, reason: str | None, at: datetime) -> None:
    """Add the row from which the bit of `version` follows; one that is set stays as it is."""
    if session.scalar(select(Revocation.id).where(Revocation.version_id == version.id)) is None:
        session.add(
            Revocation(organization_id=version.organization_id, version_id=version.id, kind=kind, reason=reason, at=at)
        )


def revocation_of(session: Session, credential_id: int) -> Revocation | None:
    """Return the revocation of an award, or None; that a version was superseded is none."""
    return _revocations(session, [credential_id]).get(credential_id)


def _revocations(session: Session, credential_ids: Sequence[int]) -> dict[int, Revocation]:
    statement = (
        select(CredentialVersion.credential_id, Revocation.id)
        .join(Revocation, Revocation.version_id == CredentialVersion.id)
        .where(Revocation.kind == REVOKED)
    )
    first: dict[int, int] = {}
    for line in looked_up(session, statement, CredentialVersion.credential_id, credential_ids):
        first[line.credential_id] = min(line.id, first.get(line.credential_id, line.id))
    ids, found = list(first.values()), dict[int, Revocation]()
    for start in range(0, len(ids), IN_ONE_QUESTION):
        some = select(Revocation).where(Revocation.id.in_(ids[start : start + IN_ONE_QUESTION]))
        found |= {revocation.id: revocation for revocation in session.scalars(some)}
    return {number: found[revocation] for number, revocation in first.items()}
