"""Revoking: a bit is set for good, and the list that says so is published in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from issuer import statuslist
from issuer.database import IN_ONE_QUESTION, lock, looked_up
from issuer.fault import Fault, Refused
from issuer.insert import insert_all
from issuer.intent import credential_url
from issuer.journal import by_whom
from issuer.models import REVOKED, SIGNED, Credential, CredentialVersion, Journal, Organization, Revocation
from issuer.office import Office
from issuer.roster.byhand import remark
from issuer.rows import LONGEST
from issuer.searched import take_back
from issuer.tokens import read_token

LONGEST_REASON: Final = LONGEST
TOGETHER: Final = 1_000
"""Awards that are revoked in one transaction; each list that they are in is signed once for all of these."""


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
    `reason` is empty or too long; the reason is shown in public. Many are revoked a thousand at a time, with their
    lists published once each time; whoever is killed meanwhile says the same again, and the rest is done.
    """
    now, reason = now.replace(microsecond=0), remark(reason, "reason").strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused(Fault("reason_missing" if not reason else "reason_long", values={"limit": LONGEST_REASON}))
    tokens, told = _known(office, ids), list[Revoked]()
    for start in range(0, len(tokens), TOGETHER):
        some = tokens[start : start + TOGETHER]
        told += office.database.write(partial(_revoke, office, some, reason, now))
        office.reached("after-revoking")
    return tuple(told)


def _known(office: Office, ids: Sequence[str]) -> list[str]:
    """Return the token of each award named, once, in the order in which they were issued; Refused for unknown ones."""
    named = {text: read_token(text) for text in ids}
    found: dict[str, int] = {}
    tokens = sorted({token for token in named.values() if token is not None})
    for start in range(0, len(tokens), IN_ONE_QUESTION):
        with office.database.reading() as session:
            found |= _signed(session, select(Credential.token, Credential.id), tokens[start : start + IN_ONE_QUESTION])
    unknown = [text for text, token in named.items() if token not in found]
    if unknown:
        raise Refused(*(Fault("credential_unknown", values={"id": text[:200]}) for text in unknown))
    return sorted(found, key=lambda token: found[token])


def _signed(session: Session, statement: Any, tokens: Sequence[str]) -> dict[str, int]:
    """Return by token the ids of the credentials that are signed, read by `statement` in the tokens' order."""
    found = dict(session.execute(statement.where(Credential.token.in_(tokens)).order_by(Credential.token)).all())
    is_signed = {line.credential_id for line in _versions(session, list(found.values()))}
    return {token: number for token, number in found.items() if number in is_signed}


def find_credential(session: Session, text: str) -> Credential | None:
    """Return the credential that `text` names, once it is signed, and keep others from changing it."""
    token = read_token(text)
    return None if token is None else next(iter(_held(session, [token])), None)


def _held(session: Session, tokens: Sequence[str]) -> list[Credential]:
    """Return the credentials that are signed, held until the commit; everybody holds them in the order of tokens."""
    found: list[Credential] = []
    tokens = sorted(tokens)
    for start in range(0, len(tokens), IN_ONE_QUESTION):
        some = tokens[start : start + IN_ONE_QUESTION]
        statement = select(Credential).where(Credential.token.in_(some)).order_by(Credential.token)
        found += session.scalars(lock(session, statement))
    is_signed = {line.credential_id for line in _versions(session, [credential.id for credential in found])}
    return sorted((credential for credential in found if credential.id in is_signed), key=attrgetter("id"))


def _revoke(office: Office, tokens: Sequence[str], reason: str, now: datetime, session: Session) -> tuple[Revoked, ...]:
    credentials = _held(session, tokens)
    versions = _versions(session, [credential.id for credential in credentials])
    bits = _bits(session, [version.id for version in versions])
    before = _first(versions, bits)
    fresh = [version for version in versions if version.credential_id not in before]
    insert_all(session, Revocation, (
        {"organization_id": version.organization_id, "version_id": version.id, "kind": REVOKED, "reason": reason,
         "at": now}
        for version in fresh if version.id not in bits
    ))  # fmt: skip
    insert_all(session, Journal, (
        {"organization_id": credential.organization_id, "at": now, "action": "credential.revoked",
         "subject": credential.token, "detail": by_whom()}
        for credential in credentials if credential.id not in before
    ))  # fmt: skip
    take_back(session, [credential for credential in credentials if credential.id not in before], now)
    statuslist.publish(office, session, {version.status_list_id for version in fresh}, now)
    return tuple(_told(session, credential, before.get(credential.id), reason, now) for credential in credentials)


def _told(
    session: Session, credential: Credential, before: Row[*tuple[Any, ...]] | None, reason: str, now: datetime
) -> Revoked:
    base_url = session.get_one(Organization, credential.organization_id).base_url
    url = credential_url(base_url, credential.token)
    if before is None:
        return Revoked(credential.token, url, now, reason, already=False)
    return Revoked(credential.token, url, before.at, before.reason or "", already=True)


def _versions(session: Session, credential_ids: Sequence[int]) -> list[Row[*tuple[Any, ...]]]:
    """Return the signed versions of credentials: a key is looked up in one table at a time, which stays as fast
    whatever PostgreSQL knows of how many revocations there are."""
    version = CredentialVersion
    statement = select(version.id, version.credential_id, version.organization_id, version.status_list_id)
    signed = statement.where(version.state == SIGNED)
    return list(looked_up(session, signed, version.credential_id, credential_ids))


def _bits(session: Session, version_ids: Sequence[int]) -> dict[int, Row[*tuple[Any, ...]]]:
    """Return by version why its bit is set, where it is."""
    columns = (Revocation.id, Revocation.version_id, Revocation.kind, Revocation.reason, Revocation.at)
    return {line.version_id: line for line in looked_up(session, select(*columns), Revocation.version_id, version_ids)}


def _first(
    versions: Sequence[Row[*tuple[Any, ...]]], bits: Mapping[int, Row[*tuple[Any, ...]]]
) -> dict[int, Row[*tuple[Any, ...]]]:
    """Return by credential its first revocation; that a version was superseded is none."""
    first: dict[int, Row[*tuple[Any, ...]]] = {}
    for version in versions:
        bit = bits.get(version.id)
        if bit is not None and bit.kind == REVOKED:
            had = first.get(version.credential_id, bit)
            first[version.credential_id] = min(had, bit, key=attrgetter("id"))
    return first


def set_bit(session: Session, version: CredentialVersion, kind: str, reason: str | None, at: datetime) -> None:
    """Add the row from which the bit of `version` follows; one that is set stays as it is."""
    if session.scalar(select(Revocation.id).where(Revocation.version_id == version.id)) is None:
        session.add(
            Revocation(organization_id=version.organization_id, version_id=version.id, kind=kind, reason=reason, at=at)
        )


def revocation_of(session: Session, credential_id: int) -> Revocation | None:
    """Return the revocation of an award, or None; that a version was superseded is none."""
    versions = _versions(session, [credential_id])
    first = _first(versions, _bits(session, [version.id for version in versions])).get(credential_id)
    return None if first is None else session.get_one(Revocation, first.id)
