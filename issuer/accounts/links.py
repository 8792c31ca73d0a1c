"""One-time links: what they are for, how long they hold, and that nobody goes through one twice.

Looking at the page behind a link uses nothing up, since mail scanners look too (SECURITY.md, H8): a form does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from hashlib import sha256
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from issuer.models.account import OneTimeLink
from issuer.tokens import TOKEN, new_token


class Purpose(StrEnum):
    """Which door a link opens."""

    FIRST = auto()
    INVITATION = auto()
    PASSWORD = auto()
    PASSKEY = auto()
    """No link, but a challenge: a number that a device signs, once."""


HOLDS: Final = {
    Purpose.FIRST: timedelta(days=7),
    Purpose.INVITATION: timedelta(days=14),
    Purpose.PASSWORD: timedelta(hours=2),
    Purpose.PASSKEY: timedelta(minutes=5),
}
HANDLE: Final = re.compile(r"[0-9a-f]{20}", re.ASCII)
"""How a link, or a visit, is named on pages: the beginning of what is kept of it, which opens nothing."""


@dataclass(frozen=True)
class To:
    """Whom a link is for; all None for the first owner."""

    organization_id: int | None = None
    user_id: int | None = None
    email: str | None = None
    role: str | None = None


def handle(kept: str) -> str:
    """Return the name on pages of that of which `kept` is the digest."""
    return kept[:20]


def digest(token: str) -> str:
    """Return what is kept of a token: 128 random bits need no salt and no slow hash."""
    return sha256(token.encode("ascii", "replace")).hexdigest()


def make(session: Session, purpose: Purpose, to: To, now: datetime) -> str:
    """Keep a new link and return its token; an older one of the same purpose to the same opens nothing any more."""
    older = delete(OneTimeLink).where(OneTimeLink.purpose == purpose, OneTimeLink.used_at.is_(None))
    for column, value in (
        (OneTimeLink.organization_id, to.organization_id),
        (OneTimeLink.user_id, to.user_id),
        (OneTimeLink.email, to.email),
    ):
        older = older.where(column.is_(None) if value is None else column == value)
    session.execute(older)
    return keep(session, purpose, to, now)


def keep(session: Session, purpose: Purpose, to: To, now: datetime) -> str:
    """Keep a new link beside older ones and return its token; ended ones are forgotten."""
    forget_ended(session, now)
    token = new_token()
    link = OneTimeLink(
        digest=digest(token),
        purpose=purpose,
        organization_id=to.organization_id,
        user_id=to.user_id,
        email=to.email,
        role=to.role,
        made_at=now,
        ends_at=now + HOLDS[purpose],
    )
    session.add(link)
    return token


def look(session: Session, purpose: Purpose, token: str, now: datetime) -> OneTimeLink | None:
    """Return the link of a token if it still opens its door; nothing is used up."""
    if not TOKEN.fullmatch(token):
        return None
    link = session.scalar(
        select(OneTimeLink).where(OneTimeLink.digest == digest(token), OneTimeLink.purpose == purpose)
    )
    return link if link is not None and link.used_at is None and now < link.ends_at else None


def use(session: Session, purpose: Purpose, token: str, now: datetime) -> OneTimeLink | None:
    """Go through: return the link, used up from now on; None if it opens nothing (any more).

    Of two who go at the same time the second waits for the first one's commit, and is too late.
    """
    link = look(session, purpose, token, now)
    return link if link is not None and take(session, link, now) else None


def take(session: Session, link: OneTimeLink, now: datetime) -> bool:
    """Use a link up; False if somebody else has."""
    # There is one first owner, however many processes have printed a link for them.
    first = OneTimeLink.purpose == Purpose.FIRST
    taken = update(OneTimeLink).where(first if link.purpose == Purpose.FIRST else OneTimeLink.digest == link.digest)
    used = session.execute(
        taken.where(OneTimeLink.used_at.is_(None)).values(used_at=now).returning(OneTimeLink.digest),
        execution_options={"synchronize_session": False},
    )
    return link.digest in set(used.scalars())


def withdraw(session: Session, purpose: Purpose, organization_id: int, named: str) -> bool:
    """Let an organization's link that nobody has used open nothing any more; False if there is none."""
    gone = delete(OneTimeLink).where(
        OneTimeLink.purpose == purpose,
        OneTimeLink.organization_id == organization_id,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.digest.startswith(named, autoescape=True),
    )
    return bool(HANDLE.fullmatch(named)) and session.execute(gone.returning(OneTimeLink.id)).first() is not None


def void(session: Session, purpose: Purpose, user_id: int) -> None:
    """Let no link of this purpose to this user open anything any more."""
    session.execute(delete(OneTimeLink).where(OneTimeLink.purpose == purpose, OneTimeLink.user_id == user_id))


def forget_ended(session: Session, now: datetime) -> None:
    """Forget links that open nothing any more, and whom they were for."""
    session.execute(delete(OneTimeLink).where((OneTimeLink.ends_at <= now) | OneTimeLink.used_at.is_not(None)))
