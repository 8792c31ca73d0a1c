"""What whoever runs the machine asks about accounts: who has one, and a link for somebody who forgot a password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.accounts import arrival, changes
from issuer.database import Database
from issuer.fault import Fault, Refused
from issuer.models import Organization
from issuer.models.account import Membership, User


@dataclass(frozen=True)
class Account:
    """Somebody with an account; `seats` are pairs of an organization's slug and a role."""

    email: str
    name: str
    operator: bool
    closed: bool
    seats: tuple[tuple[str, str], ...]


def accounts(database: Database) -> list[Account]:
    """Return every account, the oldest first, in one question."""
    statement = (
        select(User, Membership.role, Organization.slug)
        .outerjoin(Membership, Membership.user_id == User.id)
        .outerjoin(Organization, Organization.id == Membership.organization_id)
        .order_by(User.id, Organization.id)
    )
    found: dict[int, tuple[User, list[tuple[str, str]]]] = {}
    with database.reading() as session:
        for user, role, slug in session.execute(statement):
            seats = found.setdefault(user.id, (user, []))[1]
            if slug is not None:
                seats.append((slug, role))
    return [
        Account(user.email, user.name, user.operator, user.closed_at is not None, tuple(seats))
        for user, seats in found.values()
    ]


def link_for(database: Database, email: str, now: datetime) -> str:
    """Return the token of a link through which somebody chooses a new password; Refused with `user_unknown`."""

    def work(session: Session) -> str:
        user = arrival.by_email(session, email)
        if user is None:
            raise Refused(Fault("user_unknown"))
        return changes.password_link(session, user, now)

    return database.write(work)
