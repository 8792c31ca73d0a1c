"""Who did what: the journal of an organization, a page at a time, with the names of those who still have one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.models import Journal, User

PAGE: Final = 100
"""Lines of one page."""
_OF_PEOPLE: Final = "member."


@dataclass(frozen=True)
class Deed:
    """One line: what was done to what, by whom; `of` is the member it was done to, both empty for no user."""

    number: int
    at: datetime
    action: str
    subject: str
    by: str = field(repr=False)
    of: str = field(repr=False)


def deeds(session: Session, organization_id: int, before: int | None = None) -> list[Deed]:
    """Return the latest deeds before the line `before`, one more than a page where there are more; two questions."""
    statement = select(Journal).where(Journal.organization_id == organization_id)
    if before is not None:
        statement = statement.where(Journal.id < before)
    lines = list(session.scalars(statement.order_by(Journal.id.desc()).limit(PAGE + 1)))
    acting = {str(line.detail["by"]) for line in lines if line.detail.get("by")}
    names = _names(session, acting | {line.subject for line in lines if line.action.startswith(_OF_PEOPLE)})
    return [_deed(line, names) for line in lines]


def _names(session: Session, public_ids: set[str]) -> dict[str, str]:
    rows = session.execute(select(User.public_id, User.name).where(User.public_id.in_(sorted(public_ids))))
    return {row.public_id: row.name for row in rows}


def _deed(line: Journal, names: Mapping[str, str]) -> Deed:
    by = names.get(str(line.detail.get("by", "")), "")
    of = names.get(line.subject, "") if line.action.startswith(_OF_PEOPLE) else ""
    return Deed(line.id, line.at, line.action, line.subject, by, of)
