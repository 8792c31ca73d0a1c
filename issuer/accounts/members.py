"""The members of an organization: who is invited and accepts, in which role, and that an owner always stays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from issuer.accounts import arrival, links
from issuer.accounts.arrival import Newcomer
from issuer.accounts.links import Purpose, To
from issuer.accounts.roles import Role
from issuer.accounts.visits import Seat, Visitor
from issuer.database import lock
from issuer.fault import Fault, Refused
from issuer.journal import write_journal
from issuer.models import Organization
from issuer.models.account import Membership, OneTimeLink, User

INVITED_MOST: Final = 200
"""Invitations of one organization that wait at a time."""


@dataclass(frozen=True)
class Member:
    """Somebody with a seat."""

    public_id: str
    name: str
    email: str
    role: Role


@dataclass(frozen=True)
class Invited:
    """Somebody who may take a seat until `ends_at`; `named` is how pages call the invitation."""

    named: str
    email: str
    role: Role
    ends_at: datetime


@dataclass(frozen=True)
class Invitation:
    """What an invitation says to whoever holds it; `known` tells whether its address has an account here."""

    organization_id: int
    slug: str
    organization: str
    email: str
    role: Role
    known: bool


def members_of(session: Session, organization_id: int) -> list[Member]:
    """Return who has a seat, in the order in which they came."""
    statement = (
        select(User.public_id, User.name, User.email, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organization_id == organization_id, User.closed_at.is_(None))
        .order_by(Membership.id)
    )
    return [Member(public_id, name, email, Role(role)) for public_id, name, email, role in session.execute(statement)]


def invited_to(session: Session, organization_id: int, now: datetime) -> list[Invited]:
    """Return who is invited and has not come yet."""
    waiting = _waiting(organization_id, now).order_by(OneTimeLink.id)
    return [
        Invited(links.handle(link.digest), link.email or "", Role(link.role or Role.VIEWER), link.ends_at)
        for link in session.scalars(waiting)
    ]


def invite(session: Session, seat: Seat, by: Visitor, email: str, role: Role, now: datetime) -> str:
    """Return the token of an invitation to `email`, a mailbox; an older one opens nothing any more.

    Raises Refused with `member_already`, or `member_invitations` when too many wait.
    """
    here = select(Membership.id).join(User, User.id == Membership.user_id)
    if session.scalar(here.where(Membership.organization_id == seat.organization_id, User.email == email)):
        raise Refused(Fault("member_already", column="email"))
    waiting = session.scalar(select(func.count()).select_from(_waiting(seat.organization_id, now).subquery()))
    if waiting is not None and waiting >= INVITED_MOST:
        raise Refused(Fault("member_invitations", column="email"))
    token = links.make(
        session, Purpose.INVITATION, To(organization_id=seat.organization_id, email=email, role=role.value), now
    )
    named = links.handle(links.digest(token))
    write_journal(session, seat.organization_id, now, "member.invited", named, role=role.value, by=by.public_id)
    return token


def withdraw(session: Session, seat: Seat, by: Visitor, named: str, now: datetime) -> bool:
    """Take an invitation back; False if there is none that waits."""
    if not links.withdraw(session, Purpose.INVITATION, seat.organization_id, named):
        return False
    write_journal(session, seat.organization_id, now, "invitation.withdrawn", named, by=by.public_id)
    return True


def invitation(session: Session, token: str, now: datetime) -> Invitation | None:
    """Return what an invitation says; nothing is used up."""
    link = links.look(session, Purpose.INVITATION, token, now)
    place = session.get(Organization, link.organization_id) if link else None
    if link is None or place is None or link.email is None:
        return None
    known = arrival.by_email(session, link.email) is not None
    name = str(place.facts.get("name", place.slug))
    return Invitation(place.id, place.slug, name, link.email, Role(link.role or Role.VIEWER), known)


def accept(session: Session, token: str, user: User, now: datetime) -> Invitation | None:
    """Take the seat that an invitation offers to this user's address; None if it opens nothing, or is another's.

    Who has a seat there already keeps it as it is.
    """
    offered = invitation(session, token, now)
    if offered is None or offered.email != user.email or not links.use(session, Purpose.INVITATION, token, now):
        return None
    sit_down(session, user, offered.organization_id, offered.role, now)
    return offered


def join(session: Session, token: str, newcomer: Newcomer, now: datetime) -> User | None:
    """Make an account for who holds an invitation and has none, with the seat; None if it opens nothing (any more)."""
    offered = invitation(session, token, now)
    if offered is None or offered.known or not links.use(session, Purpose.INVITATION, token, now):
        return None
    user = arrival.add_user(session, replace(newcomer, email=offered.email), now)
    sit_down(session, user, offered.organization_id, offered.role, now)
    return user


def sit_down(session: Session, user: User, organization_id: int, role: Role, now: datetime) -> None:
    """Give a user a seat, unless they have one there."""
    had = select(Membership.id).where(Membership.user_id == user.id, Membership.organization_id == organization_id)
    if session.scalar(had) is None:
        arrival.seat(session, user, organization_id, role, now)


def change_role(session: Session, seat: Seat, by: Visitor, member: str, role: Role, now: datetime) -> bool:
    """Give a member another role; False if there is none, Refused with `last_owner` if no owner would be left."""
    held = _held(session, seat.organization_id, member)
    if held is None:
        return False
    if role is not Role.OWNER:
        _keep_an_owner(session, held)
    session.execute(update(Membership).where(Membership.id == held.id).values(role=role.value))
    write_journal(session, seat.organization_id, now, "member.role", member, role=role.value, by=by.public_id)
    return True


def remove(session: Session, seat: Seat, by: Visitor, member: str, now: datetime) -> bool:
    """Take a member's seat away, which is in force at once; as `change_role`."""
    held = _held(session, seat.organization_id, member)
    if held is None:
        return False
    _keep_an_owner(session, held)
    session.execute(delete(Membership).where(Membership.id == held.id))
    write_journal(session, seat.organization_id, now, "member.removed", member, by=by.public_id)
    return True


def _waiting(organization_id: int, now: datetime) -> Select[OneTimeLink]:
    return select(OneTimeLink).where(
        OneTimeLink.purpose == Purpose.INVITATION,
        OneTimeLink.organization_id == organization_id,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.ends_at > now,
    )


def _held(session: Session, organization_id: int, member: str) -> Membership | None:
    """Return the seat of a member; the organization's seats stay as they are until the commit.

    Else two owners, each of whom sends the other away, would leave none.
    """
    session.execute(lock(session, select(Organization.id).where(Organization.id == organization_id)))
    statement = select(Membership).join(User, User.id == Membership.user_id)
    return session.scalar(statement.where(Membership.organization_id == organization_id, User.public_id == member))


def _keep_an_owner(session: Session, held: Membership) -> None:
    others = select(Membership.id).join(User, User.id == Membership.user_id)
    others = others.where(
        Membership.organization_id == held.organization_id,
        Membership.role == Role.OWNER.value,
        Membership.id != held.id,
        User.closed_at.is_(None),
    )
    if held.role == Role.OWNER.value and session.scalar(others.limit(1)) is None:
        raise Refused(Fault("last_owner"))
