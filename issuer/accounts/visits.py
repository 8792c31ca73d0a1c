"""Visits: a browser in which somebody is signed in, who that is, and in which organizations.

Everything about a visit is on our side; the browser holds a token that means nothing by itself. So a visit ends at
once wherever it is ended from (SECURITY.md, H5).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from issuer.accounts.links import HANDLE, digest
from issuer.accounts.roles import Role
from issuer.database import Database
from issuer.models import Organization
from issuer.models.account import Membership, User, Visit
from issuer.tokens import TOKEN, new_token

IDLE: Final = timedelta(days=14)
"""How long a visit lasts in which nobody asks for anything."""
LASTS: Final = timedelta(days=90)
"""How long a visit lasts at the most."""
NOTED: Final = timedelta(minutes=10)
"""How exactly it is kept when a visitor was last seen: looking at a page need not write."""
_BROWSER_MOST: Final = 200


@dataclass(frozen=True)
class Seat:
    """A place in an organization."""

    organization_id: int
    slug: str
    name: str
    role: Role


@dataclass(frozen=True)
class Visitor:
    """Who is signed in, and where they have a seat, by the slug of the organization."""

    visit_id: int
    user_id: int
    public_id: str
    name: str
    email: str
    language: str
    operator: bool
    seats: Mapping[str, Seat] = field(default_factory=lambda: MappingProxyType({}))
    has_password: bool = False


def begin(session: Session, user_id: int, browser: str, now: datetime) -> str:
    """Keep a new visit and return its token."""
    token = new_token()
    session.add(
        Visit(
            digest=digest(token),
            user_id=user_id,
            browser=browser[:_BROWSER_MOST],
            begun_at=now,
            seen_at=now,
            ends_at=now + LASTS,
        )
    )
    return token


def find(database: Database, token: str, now: datetime) -> Visitor | None:
    """Return who is signed in with this token, in one question; None once the visit or the account has ended."""
    if not TOKEN.fullmatch(token):
        return None
    statement = (
        select(Visit, User, Membership, Organization)
        .join(User, User.id == Visit.user_id)
        .outerjoin(Membership, Membership.user_id == User.id)
        .outerjoin(Organization, Organization.id == Membership.organization_id)
        .where(Visit.digest == digest(token), User.closed_at.is_(None))
        .where(Visit.ends_at > now, Visit.seen_at > now - IDLE)
        .order_by(Organization.id)
    )
    with database.reading() as session:
        rows = session.execute(statement).all()
    if not rows:
        return None
    visit, user = rows[0][0], rows[0][1]
    if visit.seen_at <= now - NOTED:
        _note(database, visit.id, now)
    held: list[tuple[Membership | None, Organization]] = [(row[2], row[3]) for row in rows]
    seats = {place.slug: _seat(member, place) for member, place in held if member is not None}
    return _visitor(visit, user, seats)


def end(session: Session, visit_id: int) -> None:
    """End one visit."""
    session.execute(delete(Visit).where(Visit.id == visit_id))


def end_all(session: Session, user_id: int) -> None:
    """Sign a user out everywhere."""
    session.execute(delete(Visit).where(Visit.user_id == user_id))


def end_others(session: Session, user_id: int, visit_id: int) -> None:
    """Sign a user out everywhere but here."""
    session.execute(delete(Visit).where(Visit.user_id == user_id, Visit.id != visit_id))


def end_named(session: Session, user_id: int, named: str) -> bool:
    """End the visit that pages call so, if it is of this user; False if there is none."""
    mine = Visit.digest.startswith(named, autoescape=True) & (Visit.user_id == user_id)
    return (
        bool(HANDLE.fullmatch(named))
        and session.execute(delete(Visit).where(mine).returning(Visit.id)).first() is not None
    )


def of(session: Session, user_id: int, now: datetime) -> list[Visit]:
    """Return the visits of a user that have not ended, the latest first."""
    alive = (Visit.ends_at > now) & (Visit.seen_at > now - IDLE)
    return list(session.scalars(select(Visit).where(Visit.user_id == user_id, alive).order_by(Visit.seen_at.desc())))


def forget_ended(session: Session, now: datetime) -> None:
    """Forget visits that are over."""
    session.execute(delete(Visit).where((Visit.ends_at <= now) | (Visit.seen_at <= now - IDLE)))


def _note(database: Database, visit_id: int, now: datetime) -> None:
    with database.writing() as session:
        session.execute(update(Visit).where(Visit.id == visit_id).values(seen_at=now))


def _visitor(visit: Visit, user: User, seats: Mapping[str, Seat]) -> Visitor:
    return Visitor(
        visit.id,
        user.id,
        user.public_id,
        user.name,
        user.email,
        user.language,
        user.operator,
        MappingProxyType(dict(seats)),
        has_password=user.password is not None,
    )


def _seat(membership: Membership, organization: Organization) -> Seat:
    name = str(organization.facts.get("name", organization.slug))
    return Seat(organization.id, organization.slug, name, Role(membership.role))
