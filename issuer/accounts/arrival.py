"""Coming in: the first owner through the link that the machine prints, and everybody else by e-mail and password."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.accounts import links, visits
from issuer.accounts.links import Purpose, To
from issuer.accounts.passwords import hashed, is_outdated, matches
from issuer.accounts.roles import Role
from issuer.database import Database
from issuer.journal import write_journal
from issuer.models import Organization
from issuer.models.account import Membership, User
from issuer.tokens import new_token


@dataclass(frozen=True)
class Newcomer:
    """Who moves in; `email` is a checked address."""

    name: str
    email: str
    password: str = field(repr=False)
    language: str


def first_link(database: Database, now: datetime) -> str | None:
    """Return the token of a new link for the first owner; None once anybody has an account here."""

    def work(session: Session) -> str | None:
        if session.scalar(select(User.id).limit(1)) is not None:
            return None
        return links.make(session, Purpose.FIRST, To(), now)

    return database.write(work)


def move_in(session: Session, token: str, newcomer: Newcomer, now: datetime) -> User | None:
    """Make the first owner, who has a seat in every organization that is here already; None if the link is used up."""
    if session.scalar(select(User.id).limit(1)) is not None or not links.use(session, Purpose.FIRST, token, now):
        return None
    user = _user(session, newcomer, now, operator=True)
    for organization in session.scalars(select(Organization).order_by(Organization.id)):
        seat(session, user, organization.id, Role.OWNER, now)
    return user


def seat(session: Session, user: User, organization_id: int, role: Role, now: datetime) -> None:
    """Give a user a place in an organization."""
    session.add(Membership(user_id=user.id, organization_id=organization_id, role=role, created_at=now))
    write_journal(session, organization_id, now, "member.joined", user.public_id, role=role.value)


def sign_in(database: Database, email: str, password: str, browser: str, now: datetime) -> str | None:
    """Return the token of a new visit; None, after as long a time, for an unknown address or another password."""
    with database.reading() as session:
        user = session.scalar(select(User).where(User.email == email.strip().casefold(), User.closed_at.is_(None)))
    if not matches(user.password if user else None, password) or user is None:
        return None
    kept = user.password or ""

    def work(session: Session) -> str:
        visits.forget_ended(session, now)
        if is_outdated(kept):
            session.get_one(User, user.id).password = hashed(password)
        return visits.begin(session, user.id, browser, now)

    return database.write(work)


def _user(session: Session, newcomer: Newcomer, now: datetime, *, operator: bool = False) -> User:
    user = User(
        public_id=new_token(),
        email=newcomer.email.casefold(),
        name=newcomer.name,
        password=hashed(newcomer.password),
        language=newcomer.language,
        operator=operator,
        created_at=now,
    )
    session.add(user)
    session.flush()
    return user
