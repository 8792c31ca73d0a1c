"""Whom a provider's word lets in: who was linked before, who has an account, and who is invited. Nobody else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from issuer.accounts import arrival, links, members, visits
from issuer.accounts.arrival import Newcomer
from issuer.accounts.links import Purpose
from issuer.accounts.mailbox import mailbox
from issuer.accounts.provider import Person
from issuer.accounts.roles import Role
from issuer.models.account import ForeignIdentity, OneTimeLink, Passkey, User


def arrive(session: Session, issuer: str, person: Person, language: str, now: datetime) -> User | None:
    """Return who comes in; None for whom nobody here knows, or whose address the provider does not vouch for."""
    linked = _linked(session, issuer, person.subject)
    if linked is not None:
        return linked if linked.closed_at is None else None
    email = mailbox(person.email) if person.email else None
    if email is None:
        return None
    user = session.scalar(select(User).where(User.email == email))
    if user is None:
        user = _invited(session, email, person, language, now)
    if user is None or user.closed_at is not None:
        return None
    _prove(session, user, now)
    session.add(ForeignIdentity(user_id=user.id, issuer=issuer, subject=person.subject, created_at=now))
    return user


def _linked(session: Session, issuer: str, subject: str) -> User | None:
    known = select(User).join(ForeignIdentity, ForeignIdentity.user_id == User.id)
    return session.scalar(known.where(ForeignIdentity.issuer == issuer, ForeignIdentity.subject == subject))


def _invited(session: Session, email: str, person: Person, language: str, now: datetime) -> User | None:
    """Make an account for who is invited, with every seat that waits for them; None if there is none."""
    waiting = list(session.scalars(_waiting_for(email, now)))
    if not waiting:
        return None
    name = person.name if person.name.strip() and person.name.isprintable() else email.partition("@")[0]
    user = arrival.add_user(session, Newcomer(name.strip()[:200], email, None, language), now)
    for link in waiting:
        if link.organization_id is not None and links.take(session, link, now):
            members.sit_down(session, user, link.organization_id, Role(link.role or Role.VIEWER), now)
    return user


def _waiting_for(email: str, now: datetime) -> Select[OneTimeLink]:
    return select(OneTimeLink).where(
        OneTimeLink.purpose == Purpose.INVITATION,
        OneTimeLink.email == email,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.ends_at > now,
    )


def _prove(session: Session, user: User, now: datetime) -> None:
    """Note that the mailbox is theirs; what was set before anybody vouched for that opens nothing any more.

    Else whoever made an account under an address that is not theirs could wait in it for its owner.
    """
    if user.email_proved_at is None:
        user.email_proved_at = now
        user.password = None
        session.execute(delete(Passkey).where(Passkey.user_id == user.id))
        visits.end_all(session, user.id)
        links.void(session, Purpose.PASSWORD, user.id)
