"""Preparations as they are kept: begun with a list, looked at, changed, and forgotten.

The same list dropped twice is the same preparation, as long as nothing was issued from it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from issuer.database import Database, lock
from issuer.fault import Fault, Refused
from issuer.journal import write_journal
from issuer.models import Organization, Preparation, Upload
from issuer.preparing import kept, sources
from issuer.preparing.choices import Choices, ListChoices
from issuer.preparing.file_name import shown_name
from issuer.tokens import TOKEN, new_token

KEPT_FOR: Final = timedelta(days=30)
"""For how long a preparation stays that nobody touches: its lists hold people's names."""
AT_ONCE: Final = 10
"""Preparations that one transaction forgets: each may have lists of many mebibytes."""
BEGUN_MOST: Final = 5
"""Preparations to go back to that are shown."""
LISTS_MOST: Final = 8
"""Lists of one evening."""


@dataclass(frozen=True)
class Dropped:
    """A list as it was dropped: its octets, and what its file was called."""

    body: bytes
    file_name: str

    @property
    def sha256(self) -> str:
        """The hash of its octets, by which the same list is known."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class Who:
    """A member at work, in whose organization."""

    organization_id: int
    user_id: int


class TooMany(Exception):
    """An evening with more lists than anybody needs."""


def load(session: Session, organization_id: int, public_id: str) -> Preparation | None:
    """Return a preparation of this organization, or None."""
    if not TOKEN.fullmatch(public_id):
        return None
    own = Preparation.organization_id == organization_id
    return session.scalar(select(Preparation).where(Preparation.public_id == public_id, own))


def begun(session: Session, organization_id: int) -> list[tuple[str, str, datetime]]:
    """Return address, file and last change of what was begun and not issued yet, the latest first; not all of many."""
    statement = (
        select(Preparation.public_id, Upload.file_name, Preparation.touched_at)
        .join(Upload, Upload.preparation_id == Preparation.id)
        .where(Preparation.organization_id == organization_id, Preparation.batch_id.is_(None), Upload.number == 1)
        .order_by(Preparation.touched_at.desc(), Preparation.id.desc())
        .limit(BEGUN_MOST)
    )
    return [(line[0], line[1], line[2]) for line in session.execute(statement)]


def begin(database: Database, who: Who, dropped: Dropped, now: datetime) -> str:
    """Keep a list and what it says; return the address of its preparation. Refused for what is no list at all."""
    with database.reading() as session:
        before = _known(session, who, dropped)
        recalled = sources.everything(session, who.organization_id)
    if before is not None:
        return before
    preparation, upload = _new(who, dropped, now)
    looked = kept.look_at(preparation, [upload])
    _refuse_what_is_none(looked)
    if sources.apply(recalled, preparation, upload, looked.told):
        looked = kept.look_at(preparation, [upload])

    def work(session: Session) -> str:
        # Whoever presses twice, or in two windows, comes to the same preparation.
        _lock(session, who.organization_id)
        if (known := _known(session, who, dropped)) is not None:
            return known
        made, first = _copy(preparation, upload)
        session.add(made)
        session.flush()
        first.preparation_id = made.id
        session.add(first)
        kept.keep_reading(session, made, looked)
        write_journal(session, who.organization_id, now, "list.dropped", made.public_id, octets=len(dropped.body))
        return made.public_id

    return database.write(work)


def _lock(session: Session, organization_id: int) -> None:
    """Let nobody else of this organization begin a preparation until the commit."""
    session.execute(lock(session, select(Organization.id).where(Organization.id == organization_id)))


def _refuse_what_is_none(looked: kept.Looked) -> None:
    """Refuse a file without headers among which one could choose others."""
    about = looked.told["lists"][-1]
    if about["refused"] and not about["headers"]:
        raise Refused(*(Fault(one["code"], one["row"], one["column"], one["values"]) for one in about["faults"]))


def _known(session: Session, who: Who, dropped: Dropped) -> str | None:
    """Return the preparation that began with this list, if nothing was issued from it and nobody else made it."""
    return session.scalar(
        select(Preparation.public_id)
        .join(Upload, Upload.preparation_id == Preparation.id)
        .where(Upload.organization_id == who.organization_id, Upload.sha256 == dropped.sha256)
        .where(Upload.number == 1, Preparation.organization_id == who.organization_id)
        .where(Preparation.user_id == who.user_id, Preparation.batch_id.is_(None))
        .order_by(Preparation.id.desc())
        .limit(1)
    )


def _new(who: Who, dropped: Dropped, now: datetime) -> tuple[Preparation, Upload]:
    preparation = Preparation(
        organization_id=who.organization_id, public_id=new_token(), user_id=who.user_id, event={},
        choices=Choices().to_json(), batch_id=None, created_at=now, touched_at=now,
    )  # fmt: skip
    return preparation, _upload(who.organization_id, 1, dropped, now)


def _upload(organization_id: int, number: int, dropped: Dropped, now: datetime) -> Upload:
    return Upload(
        organization_id=organization_id, number=number, file_name=shown_name(dropped.file_name),
        sha256=dropped.sha256, body=dropped.body, choices=ListChoices().to_json(), created_at=now,
    )  # fmt: skip


def _copy(preparation: Preparation, upload: Upload) -> tuple[Preparation, Upload]:
    """Return rows that no session has seen: a transaction that is done again needs new ones."""
    return tuple(  # type: ignore[return-value]
        type(row)(**{name: value for name, value in vars(row).items() if not name.startswith("_")})
        for row in (preparation, upload)
    )


def add_list(database: Database, organization_id: int, public_id: str, dropped: Dropped, now: datetime) -> bool:
    """Put a further list beside those of an evening; the same one twice is there once. Raises TooMany."""

    def work(session: Session) -> bool:
        found = load(session, organization_id, public_id)
        if found is None:
            return False
        preparation = session.scalar(lock(session, select(Preparation).where(Preparation.id == found.id)))
        lists = kept.uploads(session, preparation) if preparation else []
        if preparation is None or any(one.sha256 == dropped.sha256 for one in lists):
            return preparation is not None
        if len(lists) >= LISTS_MOST:
            raise TooMany
        # Numbers are not used again: keys of people begin with them.
        upload = _upload(organization_id, max(one.number for one in lists) + 1, dropped, now)
        upload.preparation_id = preparation.id
        session.add(upload)
        preparation.touched_at = now
        kept.forget_reading(session, [preparation.id])
        write_journal(session, organization_id, now, "list.added", public_id, octets=len(dropped.body))
        return True

    return database.write(work)


def drop_list(database: Database, organization_id: int, public_id: str, number: int, now: datetime) -> bool:
    """Take a further list away, with what was chosen about its people; the first one stays."""

    def work(session: Session) -> bool:
        found = load(session, organization_id, public_id)
        if found is None or number < 2:
            return False
        preparation = session.scalars(lock(session, select(Preparation).where(Preparation.id == found.id))).one()
        session.execute(delete(Upload).where(Upload.preparation_id == preparation.id, Upload.number == number))
        preparation.choices = Choices.of(preparation.choices).without_list(number).to_json()
        preparation.touched_at = now
        kept.forget_reading(session, [preparation.id])
        return True

    return database.write(work)


def throw_away(database: Database, organization_id: int, public_id: str, now: datetime) -> bool:
    """Forget a preparation at once, with its lists."""

    def work(session: Session) -> bool:
        found = load(session, organization_id, public_id)
        if found is None:
            return False
        _forget(session, [found.id])
        write_journal(session, organization_id, now, "list.thrown_away", public_id)
        return True

    return database.write(work)


def _forget(session: Session, preparation_ids: list[int]) -> None:
    kept.forget_reading(session, preparation_ids)
    session.execute(delete(Upload).where(Upload.preparation_id.in_(preparation_ids)))
    session.execute(delete(Preparation).where(Preparation.id.in_(preparation_ids)))


def forget_untouched(database: Database, now: datetime) -> int:
    """Forget preparations that nobody touched for thirty days, with their lists; return how many."""

    def work(session: Session) -> int:
        untouched = Preparation.touched_at <= now - KEPT_FOR
        found = list(session.scalars(select(Preparation.id).where(untouched).limit(AT_ONCE)))
        _forget(session, found)
        return len(found)

    forgotten = 0
    while some := database.write(work):
        forgotten += some
    return forgotten
