"""All credentials of an organization, a page at a time: found by name or e-mail, filtered by event and by state.

Pages are keyset pages, newest first: what is found is looked for among the narrow rows of `credential_search`, and
only what a page shows is read in full.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from issuer.database import Database
from issuer.intent import credential_url
from issuer.models import (
    INTENT,
    RESERVED,
    SIGNED,
    Achievement,
    Batch,
    BatchRow,
    Credential,
    CredentialSearch,
    CredentialVersion,
    Event,
    Organization,
)
from issuer.models import WAITING as WAITING_ROW
from issuer.preparing.person import folded

PAGE: Final = 200
"""Credentials of one page."""
AT_A_TIME: Final = 1_000
"""Credentials that are read at once for a table of all."""
WORDS_MOST: Final = 8
VALID, REVOKED, WAITING, EXPIRED = STATES = ("valid", "revoked", "waiting", "expired")

_FOUND: Final = CredentialSearch


@dataclass(frozen=True)
class Wanted:
    """What is looked for: words of name or e-mail, a state, an event by its public id; `after` the last one seen."""

    text: str = field(default="", repr=False)
    state: str = ""
    event: str = ""
    after: str = ""


@dataclass(frozen=True)
class Line:
    """One credential of the table; `name` is empty for one that was erased."""

    token: str
    url: str
    name: str = field(repr=False)
    email: str | None = field(repr=False)
    event: str
    award: str
    state: str
    issued_at: datetime
    versions: int


@dataclass(frozen=True)
class EventCount:
    """An event, how many credentials it gave and how many of these were revoked."""

    public_id: str
    name: str
    credentials: int
    revoked: int


def events_of(session: Session, organization_id: int) -> list[EventCount]:
    """Return the events that gave credentials, the latest first, with their counts; one question."""
    counted = (
        select(_FOUND.event_id, func.count().label("all"), func.count(_FOUND.revoked_at).label("revoked"))
        .where(_FOUND.organization_id == organization_id)
        .group_by(_FOUND.event_id)
        .subquery()
    )
    name = Event.facts["name"].as_string()
    statement = select(Event.public_id, name, counted.c.all, counted.c.revoked)
    rows = session.execute(statement.join(counted, counted.c.event_id == Event.id).order_by(Event.id.desc()))
    return [EventCount(public_id, name or "", count, revoked) for public_id, name, count, revoked in rows]


def page_of(session: Session, organization_id: int, wanted: Wanted, now: datetime, most: int = PAGE) -> list[Line]:
    """Return the next credentials that are wanted, one more than `most` where there are more; one question."""
    found = _found(organization_id, wanted, now).limit(most + 1).subquery()
    return [_line(row, now) for row in session.execute(_told(found, organization_id))]


def all_of(database: Database, organization_id: int, wanted: Wanted, now: datetime) -> Iterator[Line]:
    """Yield every credential that is wanted, some at a time: memory does not grow with their number."""
    while True:
        with database.reading() as session:
            lines = page_of(session, organization_id, wanted, now, AT_A_TIME)
        yield from lines[:AT_A_TIME]
        if len(lines) <= AT_A_TIME:
            return
        wanted = replace(wanted, after=lines[AT_A_TIME - 1].token)


def named(session: Session, organization_id: int, tokens: Sequence[str], now: datetime) -> list[Line]:
    """Return those of these credentials that are the organization's, as the table shows them."""
    found = (
        select(_FOUND.credential_id, _FOUND.revoked_at)
        .join(Credential, Credential.id == _FOUND.credential_id)
        .where(_FOUND.organization_id == organization_id, Credential.organization_id == organization_id)
        .where(Credential.token.in_(tokens))
        .subquery()
    )
    return [_line(row, now) for row in session.execute(_told(found, organization_id))]


def _found(organization_id: int, wanted: Wanted, now: datetime) -> Select[*tuple[Any, ...]]:
    statement = select(_FOUND.credential_id, _FOUND.revoked_at).where(_FOUND.organization_id == organization_id)
    for word in folded(wanted.text).split()[:WORDS_MOST]:
        statement = statement.where(_FOUND.searched.contains(word, autoescape=True))
    if wanted.event:
        own = (Event.organization_id == organization_id, Event.public_id == wanted.event)
        statement = statement.where(_FOUND.event_id == select(Event.id).where(*own).scalar_subquery())
    if wanted.after:
        own = (Credential.organization_id == organization_id, Credential.token == wanted.after)
        statement = statement.where(_FOUND.credential_id < select(Credential.id).where(*own).scalar_subquery())
    if wanted.state:
        statement = statement.where(_is(wanted.state, organization_id, now))
    return statement.order_by(_FOUND.credential_id.desc())


def _is(state: str, organization_id: int, now: datetime) -> ColumnElement[bool]:
    """Tell the state by the first version, whose end every later one keeps."""
    if state == REVOKED:
        return _FOUND.revoked_at.is_not(None)
    first = (CredentialVersion.credential_id == _FOUND.credential_id, CredentialVersion.number == 1)
    until = CredentialVersion.valid_until
    said = {
        WAITING: CredentialVersion.state == INTENT,
        EXPIRED: and_(CredentialVersion.state == SIGNED, until <= now),
        VALID: and_(CredentialVersion.state == SIGNED, or_(until.is_(None), until > now)),
    }[state]
    # A value and no EXISTS, which PostgreSQL would join with every version there is before it shows one page.
    found = and_(_FOUND.revoked_at.is_(None), select(literal(1)).where(*first, said).scalar_subquery() == 1)
    return and_(_FOUND.credential_id.in_(_unsigned(organization_id)), found) if state == WAITING else found


def _unsigned(organization_id: int) -> Select[int | None]:
    """Return what rows of batches still wait for: these are narrow, where versions hold what was signed."""
    batches = select(Batch.id).where(Batch.organization_id == organization_id)
    open_rows = BatchRow.state.in_((RESERVED, WAITING_ROW))
    return select(BatchRow.credential_id).where(
        BatchRow.batch_id.in_(batches), open_rows, BatchRow.credential_id.is_not(None)
    )


def _told(found: Any, organization_id: int) -> Select[*tuple[Any, ...]]:
    version = CredentialVersion
    latest = (
        select(func.max(version.number))
        .where(version.credential_id == found.c.credential_id, version.state.in_((INTENT, SIGNED)))
        .correlate(found)
        .scalar_subquery()
    )
    return (
        select(
            found.c.revoked_at, Credential.token, Credential.email, Credential.created_at, version.number,
            version.state, version.valid_until, version.row["name"].as_string().label("name"), Organization.base_url,
            Event.facts["name"].as_string().label("event"), Achievement.facts["name"].as_string().label("award"),
        )
        .select_from(found)
        .join(Credential, Credential.id == found.c.credential_id)
        .join(version, and_(version.credential_id == Credential.id, version.number == latest))
        .join(Event, Event.id == Credential.event_id)
        .join(Achievement, Achievement.id == Credential.achievement_id)
        .join(Organization, Organization.id == Credential.organization_id)
        .where(Credential.organization_id == organization_id)
        .order_by(found.c.credential_id.desc())
    )  # fmt: skip


def _line(row: Row[*tuple[Any, ...]], now: datetime) -> Line:
    state = VALID
    if row.revoked_at is not None:
        state = REVOKED
    elif row.state == INTENT and row.number == 1:
        state = WAITING
    elif row.valid_until is not None and row.valid_until <= now:
        state = EXPIRED
    return Line(
        row.token, credential_url(row.base_url, row.token), row.name or "", row.email, row.event or "",
        row.award or "", state, row.created_at, row.number,
    )  # fmt: skip
