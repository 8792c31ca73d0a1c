"""A preparation becomes a batch, once: whoever asks again, or in another window, is given the same."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.database import lock
from issuer.fault import Fault
from issuer.models import RESERVED, Batch, Event, Preparation


@dataclass(frozen=True)
class Whole:
    """A batch that is there already, with everybody in it."""

    batch_id: int
    public_id: str
    event_slug: str
    notes: tuple[Fault, ...] = ()


def become(session: Session, number: int, batch_id: int | None = None) -> Whole | None:
    """Return the batch that a preparation has become, if that is whole; else note that it becomes `batch_id`.

    One that was begun and never completed does not count: the next run takes it up, or has it discarded.
    """
    preparation = session.scalars(lock(session, select(Preparation).where(Preparation.id == number))).one()
    if batch_id is not None:
        preparation.batch_id = batch_id
        return None
    found = session.execute(
        select(Batch.id, Batch.public_id, Event.slug)
        .join(Event, Event.id == Batch.event_id)
        .where(Batch.id == preparation.batch_id, Batch.state == RESERVED)
    ).one_or_none()
    return None if found is None else Whole(*found)
