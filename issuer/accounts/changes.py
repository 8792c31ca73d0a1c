"""What somebody changes about themselves: name, language, and the password, which ends every other visit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from issuer.accounts import links, visits
from issuer.accounts.links import Purpose, To
from issuer.accounts.visits import Visitor
from issuer.models.account import Passkey, User


def introduce(session: Session, user_id: int, name: str, language: str) -> None:
    """Change name and language of a user."""
    session.execute(update(User).where(User.id == user_id).values(name=name, language=language))


def replace_password(session: Session, visitor: Visitor, before: str | None, kept: str) -> bool:
    """Put `kept` in the place of `before`, both hashes; False if another change was first.

    Whoever came in with the old one is out (SECURITY.md, H5), and so is every link for a new one.
    """
    same = User.password.is_(None) if before is None else User.password == before
    changed = update(User).where(User.id == visitor.user_id, same).values(password=kept).returning(User.id)
    if session.execute(changed).first() is None:
        return False
    visits.end_others(session, visitor.user_id, visitor.visit_id)
    links.void(session, Purpose.PASSWORD, visitor.user_id)
    return True


def password_link(session: Session, user: User, now: datetime) -> str:
    """Return the token of a link through which a user chooses a new password."""
    return links.make(session, Purpose.PASSWORD, To(user_id=user.id), now)


def renew_password(session: Session, token: str, kept: str, now: datetime) -> int | None:
    """Go through such a link: return the user; None if it opens nothing.

    What opened the door before does so no more, visits and passkeys: who asks for such a link may have lost the
    account to somebody.
    """
    link = links.use(session, Purpose.PASSWORD, token, now)
    if link is None or link.user_id is None:
        return None
    open_account = (User.id == link.user_id) & User.closed_at.is_(None)
    if session.execute(update(User).where(open_account).values(password=kept).returning(User.id)).first() is None:
        return None
    visits.end_all(session, link.user_id)
    session.execute(delete(Passkey).where(Passkey.user_id == link.user_id))
    return link.user_id
