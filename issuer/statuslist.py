"""Status lists as they are published: built from the revocations, signed, accepted by our verifier, one row each.

A list is valid for 30 days and signed again daily, so that an old copy does not hide a revocation for long. Its
version only grows, and a bit that was published is never cleared.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import Row, bindparam, or_, select
from sqlalchemy.orm import Session

from badges.document import parse
from badges.proof.eddsa import EDDSA_RDFC_2022
from badges.proof.suite import sign, verify
from badges.status import BitString, status_list_credential
from issuer.database import lock
from issuer.intent import list_url
from issuer.models import CredentialVersion, Organization, Revocation, StatusList
from issuer.office import Office
from issuer.signing import CheckedSigner, NotAccepted, compact
from keys.key import Algorithm
from keys.store import Purpose

VALID_FOR: Final = timedelta(days=30)
SIGNED_AGAIN_AFTER: Final = timedelta(days=1)
_PUBLISHED: Final = select(StatusList.id, StatusList.published, StatusList.published_at).where(
    StatusList.number == bindparam("number")
)


def ensure(office: Office, organization_id: int, now: datetime) -> None:
    """See that every list of an organization is published, and none of them older than a day."""
    refresh(office, now, organization_id)


def refresh(office: Office, now: datetime, organization_id: int | None = None) -> int:
    """Sign again every list that was never published or is older than a day; return how many those were."""
    stale = or_(StatusList.published_at.is_(None), StatusList.published_at <= now - SIGNED_AGAIN_AFTER)
    statement = select(StatusList.id).where(stale).order_by(StatusList.id)
    if organization_id is not None:
        statement = statement.where(StatusList.organization_id == organization_id)
    with office.database.reading() as session:
        found = list(session.scalars(statement))
    for list_id in found:
        office.database.write(partial(_publish_one, office, list_id, now))
    return len(found)


def published(office: Office, number: int, now: datetime) -> bytes | None:
    """Return the list of that number, signed again when it is older than a day; None when there is none."""
    row = _as_published(office, number)
    if row is not None and (row.published_at is None or row.published_at <= now - SIGNED_AGAIN_AFTER):
        office.database.write(partial(_publish_one, office, row.id, now))
        row = _as_published(office, number)
    return None if row is None else row.published


def _as_published(office: Office, number: int) -> Row[*tuple[Any, ...]] | None:
    return next(iter(office.database.ask(_PUBLISHED, {"number": number})), None)


def _publish_one(office: Office, list_id: int, now: datetime, session: Session) -> None:
    publish(office, session, [list_id], now)


def publish(office: Office, session: Session, list_ids: Iterable[int], now: datetime) -> None:
    """Publish lists as part of the transaction of `session`, so that a bit is set and seen in one moment."""
    for list_id in sorted(set(list_ids)):
        row = session.scalars(lock(session, select(StatusList).where(StatusList.id == list_id))).one()
        moment = max(now, row.published_at or now)
        row.published = build(office, session, row, moment, moment + VALID_FOR)
        row.published_at, row.version = moment, row.version + 1


def build(office: Office, session: Session, row: StatusList, now: datetime, valid_until: datetime | None) -> bytes:
    """Return the signed list; `valid_until` is None for the day the service ends."""
    organization = session.get_one(Organization, row.organization_id)
    bits = BitString(row.length)
    if row.published is not None:
        bits = BitString.decode(parse(row.published).credential["credentialSubject"]["encodedList"])
    bits.set(_revoked(session, row))
    url = list_url(organization.base_url, row.number)
    unsigned = status_list_credential(url, organization.did, bits, now, valid_until)
    local = office.keyring(session).signer(organization.did, Purpose.STATUS_LIST, Algorithm.EDDSA, now)
    signer = CheckedSigner(local, local.public())
    data = compact(sign(EDDSA_RDFC_2022, unsigned, signer, now))
    _accept(data, signer)
    return data


def _revoked(session: Session, row: StatusList) -> Iterable[int]:
    """Return the indices of a list that are revoked. The sum keeps the databases from walking through every version
    of the list, of which there are many, in search of those that are."""
    return session.scalars(
        select(CredentialVersion.status_index)
        .join_from(Revocation, CredentialVersion, CredentialVersion.id == Revocation.version_id)
        .where(Revocation.organization_id == row.organization_id, CredentialVersion.status_list_id + 0 == row.id)
    )


def _accept(data: bytes, signer: CheckedSigner) -> None:
    """Read the list back as a verifier will; raises NotAccepted."""
    credential = parse(data).credential
    BitString.decode(credential["credentialSubject"]["encodedList"])
    if len(credential["proof"]) != 1:
        raise NotAccepted("A status list has one proof.")
    verify(EDDSA_RDFC_2022, credential, credential["proof"][0], signer.published)
