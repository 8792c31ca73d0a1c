"""Coming in: the first owner through the link that the machine prints, and everybody else by e-mail and password."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from issuer.accounts import links, visits
from issuer.accounts.links import Purpose, To
from issuer.accounts.mailbox import mailbox
from issuer.accounts.passwords import hashed, is_outdated, matches
from issuer.accounts.roles import Role
from issuer.database import Database
from issuer.journal import write_journal
from issuer.models import Organization
from issuer.models.account import Membership, User
from issuer.tokens import new_token


@dataclass(frozen=True)
class Newcomer:
    """Who moves in; `email` is a checked address, `kept` the hash of a password."""

    name: str
    email: str
    kept: str | None = field(repr=False)
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
    user = add_user(session, newcomer, now, operator=True)
    for organization in session.scalars(select(Organization).order_by(Organization.id)):
        seat(session, user, organization.id, Role.OWNER, now)
    return user


def add_user(session: Session, newcomer: Newcomer, now: datetime, *, operator: bool = False) -> User:
    """Make an account; ValueError if the address is none."""
    email = mailbox(newcomer.email)
    if email is None:
        raise ValueError("email")
    user = User(
        public_id=new_token(),
        email=email,
        name=newcomer.name,
        password=newcomer.kept,
        language=newcomer.language,
        operator=operator,
        created_at=now,
    )
    session.add(user)
    session.flush()
    return user


def seat(session: Session, user: User, organization_id: int, role: Role, now: datetime) -> None:
    """Give a user a place in an organization."""
    session.add(Membership(user_id=user.id, organization_id=organization_id, role=role, created_at=now))
    write_journal(session, organization_id, now, "member.joined", user.public_id, role=role.value)


def by_email(session: Session, text: str) -> User | None:
    """Return who has an account under this address; None for nobody, and for what is no address."""
    email = mailbox(text)
    return session.scalar(select(User).where(User.email == (email or ""), User.closed_at.is_(None)))


def sign_in(database: Database, email: str, password: str, browser: str, now: datetime) -> str | None:
    """Return the token of a new visit; None, after as long a time, for an unknown address or another password.

    Raises Crowded.
    """
    with database.reading() as session:
        user = by_email(session, email)
    if not matches(user.password if user else None, password) or user is None:
        return None
    kept = user.password or ""
    better = hashed(password) if is_outdated(kept) else kept

    def work(session: Session) -> str | None:
        """Sign in, unless the password was changed while it was looked at."""
        same = update(User).where(User.id == user.id, User.password == kept, User.closed_at.is_(None))
        if session.execute(same.values(password=better).returning(User.id)).first() is None:
            return None
        visits.forget_ended(session, now)
        return visits.begin(session, user.id, browser, now)

    return database.write(work)
