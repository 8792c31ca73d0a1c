"""Awards as they are kept: the signed bytes first, and what belongs to their print and their history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from issuer.certificate.layout import Layout
from issuer.database import IN_ONE_QUESTION
from issuer.facts import pictures_of, read_layout
from issuer.gallery import load_pictures
from issuer.intent import credential_url
from issuer.models import (
    ISSUED,
    REVOKED,
    SIGNED,
    UNCHANGED,
    Achievement,
    Batch,
    BatchRow,
    Credential,
    CredentialVersion,
    Design,
    Event,
    Organization,
    Revocation,
)
from issuer.office import Office
from templates import LANGUAGES


class Altered(Exception):
    """The bytes of a stored credential are not those that were signed: somebody changed the database."""


@dataclass(frozen=True)
class Correction:
    """When an award was corrected, and what is said of it in public."""

    at: datetime
    note: str


@dataclass(frozen=True)
class Award:
    """One award in its current version; `signed` are the exact bytes, and all that is shown comes from them.

    `layout` is the print of that version, `kept` the columns that were kept for it. `rosette_seed` is the event's
    random id. `issued_at` is when the first version was reserved; `reason` and `revoked_at` belong to a revocation.
    `name` and `email` are of the row, for whoever issued it.
    """

    token: str
    url: str
    signed: bytes = field(repr=False)
    layout: Layout = field(repr=False)
    kept: Mapping[str, str] = field(repr=False)
    organization_slug: str
    kind: str
    state: Literal["valid", "revoked"]
    revoked_at: datetime | None
    reason: str | None
    corrections: tuple[Correction, ...]
    versions: int
    issued_at: datetime
    event_slug: str
    achievement_id: str
    rosette_seed: str
    name: str = field(default="", repr=False)
    email: str | None = field(default=None, repr=False)


def award(office: Office, token: str) -> Award | None:
    """Return the award under `token`, None while there is none; Altered when its bytes are not as they were signed."""
    with office.database.reading() as session:
        found = _awards(session, _versions().where(Credential.token == token))
    return found[0] if found else None


def batch_awards(office: Office, batch_id: str) -> list[Award]:
    """Return the awards of the rows of a batch, in the order of the list, each person once."""
    with office.database.reading() as session:
        ids = session.scalars(
            select(BatchRow.credential_id)
            .join(Batch, Batch.id == BatchRow.batch_id)
            .where(Batch.public_id == batch_id, BatchRow.state.in_((ISSUED, UNCHANGED)))
            .order_by(BatchRow.row)
        )
        wanted = [credential_id for credential_id in dict.fromkeys(ids) if credential_id is not None]
    return list(awards_of(office, wanted))


def awards_of(office: Office, credential_ids: Sequence[int]) -> Iterator[Award]:
    """Yield the awards of these rows of `credential`, in that order, without those that are not signed, or erased.

    They are read by the chunk: memory does not grow with their number.
    """
    for start in range(0, len(credential_ids), IN_ONE_QUESTION):
        chunk = credential_ids[start : start + IN_ONE_QUESTION]
        with office.database.reading() as session:
            found = {item.token: item for item in _awards(session, _versions().where(Credential.id.in_(chunk)))}
            lines = session.execute(select(Credential.id, Credential.token).where(Credential.id.in_(chunk)))
            tokens = {line[0]: line[1] for line in lines}
        yield from (found[tokens[item]] for item in chunk if tokens.get(item) in found)


def awards_under(office: Office, tokens: Sequence[str]) -> dict[str, Award]:
    """Return the awards under some tokens, by them, without those that are not signed, or erased."""
    found: dict[str, Award] = {}
    for start in range(0, len(tokens), IN_ONE_QUESTION):
        some = _versions().where(Credential.token.in_(tokens[start : start + IN_ONE_QUESTION]))
        with office.database.reading() as session:
            found |= {item.token: item for item in _awards(session, some)}
    return found


def signed_bytes(office: Office, token: str) -> bytes | None:
    """Return the signed bytes of the current version under `token`, or None."""
    statement = (
        select(CredentialVersion.signed, CredentialVersion.sha256)
        .join(Credential, Credential.id == CredentialVersion.credential_id)
        .where(Credential.token == token, CredentialVersion.state == SIGNED)
        .order_by(CredentialVersion.number.desc())
        .limit(1)
    )
    with office.database.reading() as session:
        row = session.execute(statement).one_or_none()
    return None if row is None or row[0] is None else intact(row[0], row[1], token)


def intact(signed: bytes, digest: str | None, token: str) -> bytes:
    """Return the bytes if they are those that were signed; raises Altered."""
    if sha256(signed).hexdigest() != digest:
        raise Altered(f"The stored credential {token} is not the one that was signed.")
    return signed


def _versions() -> Select[*tuple[Any, ...]]:
    return (
        select(CredentialVersion, Credential, Event, Achievement.public_id, Organization, Design, Revocation)
        .join(Credential, Credential.id == CredentialVersion.credential_id)
        .join(Event, Event.id == Credential.event_id)
        .join(Achievement, Achievement.id == Credential.achievement_id)
        .join(Organization, Organization.id == Credential.organization_id)
        .join(Design, Design.id == CredentialVersion.design_id)
        .outerjoin(Revocation, Revocation.version_id == CredentialVersion.id)
        .where(CredentialVersion.state == SIGNED, CredentialVersion.signed.is_not(None))
        .order_by(CredentialVersion.credential_id, CredentialVersion.number)
    )


def _awards(session: Session, statement: Select[*tuple[Any, ...]]) -> list[Award]:
    versions: dict[int, list[Row[*tuple[Any, ...]]]] = {}
    for line in session.execute(statement):
        versions.setdefault(line[1].id, []).append(line)
    layouts: dict[int, Layout] = {}
    for lines in versions.values():
        design = lines[-1][5]
        if design.id not in layouts:
            pictures = load_pictures(session, design.organization_id, pictures_of(design.layout))
            layouts[design.id] = read_layout(design.layout, pictures)
    return [_award(lines, layouts[lines[-1][5].id]) for lines in versions.values()]


def _award(lines: Sequence[Row[*tuple[Any, ...]]], layout: Layout) -> Award:
    version, credential, event, achievement_id, organization, _, revocation = lines[-1]
    final = revocation if revocation is not None and revocation.kind == REVOKED else None
    row = version.row or {}
    if layout.wording is None and row.get("language") in LANGUAGES:
        layout = replace(layout, language=row["language"])
    return Award(
        token=credential.token,
        url=credential_url(organization.base_url, credential.token),
        signed=intact(version.signed, version.sha256, credential.token),
        layout=layout,
        kept=row.get("kept", {}),
        organization_slug=organization.slug,
        kind=layout.kind,
        state="valid" if final is None else "revoked",
        revoked_at=None if final is None else final.at,
        reason=None if final is None else final.reason,
        corrections=tuple(Correction(line[0].valid_from, line[0].note or "") for line in lines[1:]),
        versions=len(lines),
        issued_at=lines[0][0].valid_from,
        event_slug=event.slug,
        achievement_id=achievement_id,
        rosette_seed=event.public_id,
        name=row.get("name", ""),
        email=credential.email,
    )
