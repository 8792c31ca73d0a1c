"""Changing what was chosen: the lists are read anew under it, once, and what they say then is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.database import Database, lock
from issuer.models import Preparation, Upload
from issuer.preparing import kept, sources
from issuer.preparing.choices import Choices, ListChoices
from issuer.preparing.people import columns
from issuer.preparing.store import load

Change = Callable[[Preparation, list[Upload]], Any]
"""What changes the choices of a preparation or of its lists, in place."""
Compare = Callable[[Session, Choices, kept.Looked], kept.Looked]
"""What finds out who has it already."""
State = tuple[dict[str, Any], list[tuple[int, str, dict[str, Any]]]]
"""Everything that was chosen."""


def on_all(do: Callable[[Choices], Choices]) -> Change:
    """Return the change of what was chosen about all lists together."""

    def change_all(preparation: Preparation, _lists: list[Upload]) -> None:
        preparation.choices = do(Choices.of(preparation.choices)).to_json()

    return change_all


def on_one(number: int, do: Callable[[ListChoices], ListChoices]) -> Change:
    """Return the change of what was chosen about one list."""

    def change_one(_preparation: Preparation, lists: list[Upload]) -> None:
        for one in lists:
            if one.number == number:
                one.choices = do(ListChoices.of(one.choices)).to_json()

    return change_one


def change(
    database: Database, organization_id: int, public_id: str, do: Change, now: datetime, compare: Compare | None = None
) -> bool:
    """Change what was chosen, read the lists anew and keep that; False where there is no such preparation.

    The reading is done outside of any transaction: somebody who chose something meanwhile is not overwritten, but
    comes first, and the change is made again upon theirs. Raises Refused when the lists cannot be read at all, and for
    a new wording that names a column no list has; one of before keeps nobody from choosing something else.
    `compare` looks up who has it already, where that was chosen.
    """
    while True:
        with database.reading() as session:
            preparation = load(session, organization_id, public_id)
            if preparation is None:
                return False
            lists = kept.uploads(session, preparation, bodies=True)
            session.expunge_all()
        before, named = _state(preparation, lists), columns(preparation)
        do(preparation, lists)
        looked = kept.look_at(preparation, lists, columns(preparation), strict=columns(preparation) != named)
        chosen = Choices.of(preparation.choices)
        if compare is not None and chosen.again is not None:
            with database.reading() as session:
                looked = compare(session, chosen, looked)
        if database.write(partial(_changed, preparation.id, before, do, looked, now)):
            return True


def _changed(number: int, before: State, do: Change, looked: kept.Looked, now: datetime, session: Session) -> bool:
    """Keep a change and what was read under it, unless something else was chosen meanwhile."""
    preparation = session.scalar(lock(session, select(Preparation).where(Preparation.id == number)))
    if preparation is None:
        return False
    lists = kept.uploads(session, preparation)
    if _state(preparation, lists) != before:
        return False
    do(preparation, lists)
    preparation.touched_at = now
    about = {one["number"]: one for one in looked.told["lists"]}
    for one in lists:
        sources.remember(session, preparation, one, about[one.number], now)
    kept.keep_reading(session, preparation, looked)
    return True


def _state(preparation: Preparation, lists: list[Upload]) -> State:
    return preparation.choices, [(one.number, one.sha256, one.choices) for one in lists]


def refresh(
    database: Database, organization_id: int, public_id: str, now: datetime, compare: Compare | None = None
) -> bool:
    """Read the lists of a preparation of which nothing is kept, or what an earlier version kept."""
    return change(database, organization_id, public_id, lambda _preparation, _lists: None, now, compare)
