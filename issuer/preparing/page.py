"""One page of a preparation, in one question: what its lists say, and the people of one piece."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from issuer.database import lock
from issuer.models import RESERVED, Batch, Preparation, Reading, ReadingPiece
from issuer.preparing import kept
from issuer.preparing.choices import READER, Choices
from issuer.preparing.person import PAGE, Person, folded, unpacked
from issuer.tokens import TOKEN


@dataclass(frozen=True)
class Shown:
    """A person on the page: in which piece, and whether they get a certificate when ticks are counted."""

    person: Person
    gets: bool
    number: int
    ticked: bool

    @property
    def who(self) -> str:
        """What a form calls this person."""
        return f"{'yes' if self.gets else 'no'}.{self.number}.{self.person.key}"


@dataclass(frozen=True)
class Page:
    """What a page shows: what the lists say, and some people; `batch` is what it has become, once that is whole."""

    preparation: Preparation
    told: dict[str, Any]
    choices: Choices
    gets: bool
    number: int
    people: Sequence[Shown]
    batch: str | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many people there are, get one, and so on."""
        counts: dict[str, int] = self.told["counts"]
        return counts

    @property
    def pages(self) -> int:
        """How many pages there are of those who get one, or of the others."""
        return max(1, -(-self.counts["yes" if self.gets else "no"] // PAGE))

    @property
    def issuable(self) -> int:
        """How many get a certificate, ticks counted."""
        return self.counts["yes"] - self.counts["out"] + self.counts["in"]


def page(session: Session, organization_id: int, public_id: str, *, gets: bool, number: int) -> Page | None:
    """Return a page; None where there is no such preparation. What is kept of no reading of ours has no `told`."""
    if not TOKEN.fullmatch(public_id):
        return None
    here = and_(ReadingPiece.reading_id == Reading.id, ReadingPiece.gets == gets, ReadingPiece.number == number)
    statement = (
        select(Preparation, Reading.told, ReadingPiece.people, Batch.public_id)
        .outerjoin(Reading, Reading.preparation_id == Preparation.id)
        .outerjoin(ReadingPiece, here)
        .outerjoin(Batch, and_(Batch.id == Preparation.batch_id, Batch.state == RESERVED))
        .where(Preparation.public_id == public_id, Preparation.organization_id == organization_id)
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        return None
    preparation, told, body = found[0], cast("dict[str, Any] | None", found[1]), cast("bytes | None", found[2])
    choices = Choices.of(preparation.choices)
    if told is None or told.get("reader") != READER:
        return Page(preparation, {}, choices, gets, number, (), found[3])
    people = [] if body is None else _shown(unpacked(body), choices, gets=gets, number=number)
    return Page(preparation, told, choices, gets, number, people, found[3])


def search(session: Session, preparation: Preparation, choices: Choices, text: str) -> list[Shown]:
    """Return who has `text` in their name or address, whether they get a certificate or not; the first of many."""
    wanted = folded(text)
    statement = (
        select(ReadingPiece.gets, ReadingPiece.number, ReadingPiece.people)
        .join(Reading, Reading.id == ReadingPiece.reading_id)
        .where(Reading.preparation_id == preparation.id)
        .where(ReadingPiece.searched.contains(wanted, autoescape=True))
        .order_by(ReadingPiece.gets.desc(), ReadingPiece.number)
        .limit(kept.FOUND_MOST)
    )
    found: list[Shown] = []
    for gets, number, body in session.execute(statement):
        people = (
            one for one in unpacked(body) if wanted in folded(f"{one.recipient.name} {one.recipient.email or ''}")
        )
        found += _shown(people, choices, gets=gets, number=number)
    return found[:PAGE]


def tick(
    session: Session, preparation: Preparation, shown: Iterable[str], ticked: Iterable[str], now: datetime
) -> None:
    """Let those of the people `shown` who are `ticked` get a certificate, and the others not; both as `Shown.who` says.

    No list is read for this: pieces that hold these people tell what it changes.
    """
    session.execute(lock(session, select(Preparation.id).where(Preparation.id == preparation.id)))
    session.refresh(preparation)
    reading = session.scalar(select(Reading).where(Reading.preparation_id == preparation.id))
    if reading is None:
        return
    wanted, ticks = set(ticked), dict(preparation.choices.get("ticks", {}))
    counts = dict(reading.told["counts"])
    for gets, number in sorted({place for one in shown if (place := _place(one))}):
        people = {f"{'yes' if gets else 'no'}.{number}.{one.key}": one
                  for one in kept.piece(session, reading.id, gets=gets, number=number)}  # fmt: skip
        for name in people.keys() & set(shown):
            one, want = people[name], name in wanted
            if one.known:
                continue
            if want != ticks.get(one.key, gets):
                counts["out" if gets else "in"] += 1 if want != gets else -1
                counts["bare"] += (1 if want else -1) * (one.recipient.email is None)
            ticks.pop(one.key, None)
            if want != gets:
                ticks[one.key] = want
    preparation.choices = {**preparation.choices, "ticks": ticks}
    preparation.touched_at = now
    reading.told = {**reading.told, "counts": counts}


def _shown(people: Iterable[Person], choices: Choices, *, gets: bool, number: int) -> list[Shown]:
    return [Shown(one, gets, number, not one.known and choices.ticks.get(one.key, gets)) for one in people]


def _place(who: str) -> tuple[bool, int] | None:
    """Return the piece that a form's word for a person names; None for what is none."""
    group, _, rest = who.partition(".")
    number = rest.partition(".")[0]
    if group not in ("yes", "no") or not (number.isascii() and number.isdigit() and len(number) < 9):
        return None
    return group == "yes", int(number)
