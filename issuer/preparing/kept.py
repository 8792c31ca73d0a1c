"""What was read is kept, so that no page reads a list again: what it tells in one row, its people page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, undefer

from issuer.fault import Fault, Refused
from issuer.models import Preparation, Reading, ReadingPiece, Upload
from issuer.preparing.apart import look
from issuer.preparing.choices import Choices, ListChoices, digest
from issuer.preparing.person import Person, unpacked

FOUND_MOST: Final = 20
"""Pieces in which somebody is found at once: whoever searches goes on typing."""


@dataclass(frozen=True)
class Looked:
    """What lists say, not kept yet: what there is to tell, and the packed people who get a certificate or do not."""

    digest: str
    told: dict[str, Any]
    yes: Sequence[tuple[str, bytes]]
    no: Sequence[tuple[str, bytes]]


def uploads(session: Session, preparation: Preparation, *, bodies: bool = False) -> list[Upload]:
    """Return the lists of a preparation in their order, with their `bodies` where these are to be read."""
    own = Upload.organization_id == preparation.organization_id
    statement = select(Upload).where(Upload.preparation_id == preparation.id, own).order_by(Upload.number)
    return list(session.scalars(statement.options(undefer(Upload.body)) if bodies else statement))


def named(preparation: Preparation, lists: Sequence[Upload], keep: Sequence[str]) -> str:
    """Return the hash of what decides how these lists are read."""
    said = [(one.number, one.sha256, ListChoices.of(one.choices)) for one in lists]
    return digest(said, Choices.of(preparation.choices), keep)


def look_at(
    preparation: Preparation, lists: Sequence[Upload], keep: Sequence[str] = (), *, strict: bool = True
) -> Looked:
    """Read the lists; a column to `keep` that none of them has is Refused, or else not looked for."""
    given = [(one.number, one.body, ListChoices.of(one.choices)) for one in lists]
    told = look(given, Choices.of(preparation.choices), keep)
    for about, one in zip(told["lists"], lists, strict=True):
        about["file_name"] = one.file_name
    if told["lacking"] and strict:
        columns = " · ".join(dict.fromkeys(header for one in told["lists"] for header in one["headers"] if header))
        raise Refused(*(
            Fault("column_unknown", values={"value": header, "columns": columns}) for header in told["lacking"]
        ))  # fmt: skip
    yes, no = told.pop("yes"), told.pop("no")
    there = [header for header in keep if header not in told["lacking"]]
    return Looked(named(preparation, lists, there), told, yes, no)


def keep_reading(session: Session, preparation: Preparation, looked: Looked) -> None:
    """Keep what was read in the place of what was kept before; that it was met before stays."""
    known = session.scalar(select(Reading.told).where(Reading.preparation_id == preparation.id)) or {}
    forget_reading(session, [preparation.id])
    own, told = preparation.organization_id, looked.told | {"before": known.get("before")}
    reading = Reading(organization_id=own, preparation_id=preparation.id, digest=looked.digest, told=told)
    session.add(reading)
    session.flush()
    rows = [
        {"organization_id": own, "reading_id": reading.id, "gets": gets, "number": number, "searched": searched,
         "people": people}
        for gets, pieces in ((True, looked.yes), (False, looked.no))
        for number, (searched, people) in enumerate(pieces)
    ]  # fmt: skip
    if rows:
        session.execute(insert(ReadingPiece), rows)


def forget_reading(session: Session, preparation_ids: Sequence[int]) -> None:
    """Forget what was read for these preparations."""
    readings = select(Reading.id).where(Reading.preparation_id.in_(preparation_ids))
    session.execute(delete(ReadingPiece).where(ReadingPiece.reading_id.in_(readings)))
    session.execute(delete(Reading).where(Reading.preparation_id.in_(preparation_ids)))


def piece(session: Session, reading_id: int, *, gets: bool, number: int) -> list[Person]:
    """Return the people of one piece; none where there is no such piece."""
    statement = select(ReadingPiece.people).where(
        ReadingPiece.reading_id == reading_id, ReadingPiece.gets == gets, ReadingPiece.number == number
    )
    body = session.scalar(statement)
    return [] if body is None else list(unpacked(body))


def everybody(session: Session, reading: Reading, ticks: Mapping[str, bool]) -> Iterator[Person]:
    """Yield who gets a certificate: whom the filter lets in, but not those ticked out, and then those ticked in."""
    statement = (
        select(ReadingPiece.gets, ReadingPiece.people)
        .where(ReadingPiece.reading_id == reading.id)
        .order_by(ReadingPiece.gets.desc(), ReadingPiece.number)
    )
    if True not in ticks.values():
        statement = statement.where(ReadingPiece.gets)
    for gets, body in session.execute(statement).yield_per(20):
        yield from (person for person in unpacked(body) if not person.known and ticks.get(person.key, gets))
