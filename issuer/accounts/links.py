"""One-time links: what they are for, how long they hold, and that nobody goes through one twice.

Looking at the page behind a link uses nothing up, since mail scanners look too (SECURITY.md, H8): a form does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from hashlib import sha256
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from issuer.models.account import OneTimeLink
from issuer.tokens import TOKEN, new_token


class Purpose(StrEnum):
    """Which door a link opens."""

    FIRST = auto()
    INVITATION = auto()
    PASSWORD = auto()


HOLDS: Final = {
    Purpose.FIRST: timedelta(days=7),
    Purpose.INVITATION: timedelta(days=14),
    Purpose.PASSWORD: timedelta(hours=2),
}


@dataclass(frozen=True)
class To:
    """Whom a link is for; all None for the first owner."""

    organization_id: int | None = None
    user_id: int | None = None
    email: str | None = None
    role: str | None = None


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
    """Go through: return the link, used up from now on; None if it opens nothing (any more)."""
    link = look(session, purpose, token, now)
    if link is not None:
        link.used_at = now
    return link
