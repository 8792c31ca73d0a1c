"""Every public document as a static file, so that what was issued can be checked without this service.

Files lie where `verifier.layout` says. Each is written whole or not at all, and what is there already with the same
bytes is left alone; run again, it does what is not yet done.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer import archive, public, statuslist
from issuer.atomic import write_whole
from issuer.compose import EXTENSIONS
from issuer.faces import TOKEN_ALGORITHMS
from issuer.intent import achievement_url, credential_url, issuer_url, list_url
from issuer.models import (
    SIGNED,
    Achievement,
    Credential,
    CredentialVersion,
    Organization,
    SigningKey,
    Snapshot,
    StatusList,
)
from issuer.office import Office
from keys.store import Purpose
from verifier.layout import path_of


def publish(office: Office, out: Path, *, now: datetime, final: bool = False) -> int:
    """Write all public documents under `out`; return how many there are.

    `final` signs the status lists without an end, for the day the service ends.
    """
    statuslist.refresh(office, now)
    count = 0
    for url, body in _documents(office, now, final=final):
        write_whole(out / path_of(url), body)
        count += 1
    return count


def _documents(office: Office, now: datetime, *, final: bool) -> Iterator[tuple[str, bytes]]:
    with office.database.reading() as session:
        organizations = list(session.scalars(select(Organization).order_by(Organization.id)))
    for organization in organizations:
        _make_keys(office, organization, now)
        yield from _of_organization(office, organization, now)
        yield from _lists(office, organization, now, final=final)
        yield from _credentials(office, organization)


def _make_keys(office: Office, organization: Organization, now: datetime) -> None:
    """Make the keys of all forms now: a token that is asked for later must verify with what is published today."""

    def make(session: Session) -> None:
        ring = office.keyring(session)
        for algorithm in TOKEN_ALGORITHMS:
            ring.signer(organization.did, Purpose.CREDENTIAL, algorithm, now)

    office.database.write(make)


def _of_organization(office: Office, organization: Organization, now: datetime) -> Iterator[tuple[str, bytes]]:
    base, place = organization.base_url, issuer_url("", organization.slug)
    paths = [place, f"{place}/did.json", f"{place}/jwks.json"]
    with office.database.reading() as session:
        kids = select(SigningKey.kid).where(SigningKey.controller == organization.did).order_by(SigningKey.id)
        paths += [f"{place}/keys/{kid}" for kid in session.scalars(kids)]
        said = session.scalars(select(Snapshot.facts).where(Snapshot.organization_id == organization.id))
        logos = {facts["issuer"].get("logo_file") for facts in said} | {organization.facts.get("logo_file")}
        paths += [f"{place}/{file}" for file in sorted(filter(None, logos))]
        for row in session.scalars(
            select(Achievement).where(Achievement.organization_id == organization.id).order_by(Achievement.id)
        ):
            path = achievement_url("", row.public_id)
            paths += [path, f"{path}.{EXTENSIONS[row.facts['image']['media_type']]}"]
    for path in paths:
        found = public.document(office, path, now)
        if found is not None:
            yield base + path, found.body


def _lists(office: Office, organization: Organization, now: datetime, *, final: bool) -> Iterator[tuple[str, bytes]]:
    def last(session: Session) -> list[tuple[str, bytes]]:
        rows = session.scalars(
            select(StatusList).where(StatusList.organization_id == organization.id).order_by(StatusList.id)
        )
        return [
            (
                list_url(organization.base_url, row.number),
                statuslist.build(office, session, row, now, None) if final else row.published or b"",
            )
            for row in rows
        ]

    yield from office.database.write(last)


def _credentials(office: Office, organization: Organization) -> Iterator[tuple[str, bytes]]:
    """The current version of every award whose page is public."""
    statement = (
        select(Credential.token, CredentialVersion.signed, CredentialVersion.sha256)
        .join(CredentialVersion, CredentialVersion.credential_id == Credential.id)
        .where(
            Credential.organization_id == organization.id,
            Credential.public,
            CredentialVersion.state == SIGNED,
            CredentialVersion.signed.is_not(None),
        )
        .order_by(Credential.id, CredentialVersion.number)
        .execution_options(yield_per=500)
    )
    with office.database.reading() as session:
        current: tuple[str, bytes] | None = None
        for token, signed, digest in session.execute(statement):
            url = credential_url(organization.base_url, token)
            if current is not None and current[0] != url:
                yield current
            current = url, archive.intact(signed or b"", digest, token)
        if current is not None:
            yield current
