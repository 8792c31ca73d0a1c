"""The first half of the life of a row: who will get what, under which address, bit, time and key. All or none.

A list is reserved part by part, so that nobody else waits for it, and may be signed once the last part is there.
Nothing is signed here, and nobody is told.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from issuer.attempt import Attempt
from issuer.becoming import Whole, become
from issuer.claim import Busy, Claim, Left, Overtaken, claim, digest_of, let_go
from issuer.discard import discard
from issuer.event import EventFile
from issuer.fault import Fault
from issuer.gallery import Pictures
from issuer.models import RESERVED, RESERVING, UNCHANGED, Batch
from issuer.office import Office
from issuer.outcome import count_rows
from issuer.part import LARGE, SIZE
from issuer.register import register

if TYPE_CHECKING:
    from issuer.roster import Recipient

PAUSE: Final = 0.05
"""Seconds between two looks at what another run is doing."""
STILL: Final = 20
"""So many looks without any progress, and a run of the same list goes on with what the other has begun."""


@dataclass(frozen=True)
class Reservation:
    """What one run is going to do. `reserved` counts the rows to be signed, those of a killed run among them.

    `faults` are rows that cannot be issued; `notes` say which changed facts were not taken over.
    """

    batch_id: str
    event_slug: str
    reserved: int
    unchanged: int
    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...]


@dataclass(frozen=True)
class Prepared:
    """What a run was prepared as: it becomes one batch and no other, however often and in how many windows it is
    asked for. `public_id` is that of its event, if this is new; nothing is signed before `starts_at`.
    """

    number: int
    public_id: str
    starts_at: datetime | None = None


def reserve(
    office: Office,
    event: EventFile,
    recipients: Sequence[Recipient],
    *,
    update: bool = False,
    distinct: bool = False,
    prepared: Prepared | None = None,
    now: datetime,
    part: int | None = None,
) -> Reservation:
    """Reserve one credential for each of `recipients` who has none yet (DESIGN, section 2, step 2).

    Raises Refused, and reserves nothing, when the issuer's base URL is another than that of its first credential,
    when an award would end before it begins, when a picture cannot be used, or when the name of a new issuer looks
    like another's and `distinct` does not say that a person has looked.
    """
    now = now.replace(microsecond=0)
    pictures, listed = Pictures.prepare(event), digest_of(recipients)
    part = part or (SIZE if office.database.is_sqlite else LARGE)

    turn = partial(_take_turn, office, event, pictures, listed, prepared, now, update=update, distinct=distinct)
    while True:
        try:
            found = office.database.write(turn)
            if isinstance(found, Whole):
                return _reservation(office, found, ())
            if isinstance(found, Left):
                discard(office, found.batch_id, now)
                continue
            return _go_through(office, found, recipients, now, part)
        except Busy:
            time.sleep(PAUSE)
        except Overtaken:
            pass


def _take_turn(
    office: Office,
    event: EventFile,
    pictures: Pictures,
    listed: str,
    prepared: Prepared | None,
    now: datetime,
    session: Session,
    *,
    update: bool,
    distinct: bool,
) -> Claim | Left | Whole:
    """Register what the event names and claim its batch; Whole where the preparation has become one before."""
    base_url, event_id = office.settings.base_url, prepared.public_id if prepared else None
    site = register(session, base_url, event, pictures, update=update, distinct=distinct, now=now, event_id=event_id)
    if prepared and (whole := become(session, prepared.number)):
        return whole
    found = claim(office, session, site, event, listed, now)
    if prepared and isinstance(found, Claim):
        found = replace(found, starts_at=prepared.starts_at)
        become(session, prepared.number, found.batch_id)
    return found


def _go_through(office: Office, found: Claim, recipients: Sequence[Recipient], now: datetime, part: int) -> Reservation:
    """Reserve what is not reserved yet; raises Overtaken when the batch is to be claimed anew."""
    attempt, done = Attempt(office, found, now), found.done
    try:
        attempt.replay(recipients[:done])
        is_last = False
        while not is_last:
            following = recipients[done : done + part]
            is_last = done + len(following) >= len(recipients)
            after = recipients[done + part : done + 2 * part]
            done = attempt.reserve(following, done, is_last=is_last, after=after)
    except Overtaken:
        if not _is_whole_after_a_while(office, found):
            raise
        attempt = Attempt(office, found, now)
        attempt.replay(recipients)
    except BaseException:
        with suppress(DBAPIError):
            office.database.write(lambda session: let_go(session, found))
        raise
    office.reached("after-intent")
    return _reservation(office, found, attempt.faults)


def _is_whole_after_a_while(office: Office, found: Claim) -> bool:
    """Wait as long as another run of the same list gets on with it; tell whether the batch is whole."""
    before, looks = None, 0
    while looks < STILL:
        with office.database.reading() as session:
            state, done = session.execute(select(Batch.state, Batch.done).where(Batch.id == found.batch_id)).one()
        if state != RESERVING:
            return bool(state == RESERVED)
        before, looks = done, looks + 1 if done == before else 0
        time.sleep(PAUSE)
    return False


def _reservation(office: Office, found: Claim | Whole, faults: tuple[Fault, ...]) -> Reservation:
    with office.database.reading() as session:
        counts = count_rows(session, found.batch_id)
    return Reservation(
        batch_id=found.public_id,
        event_slug=found.event_slug,
        reserved=counts.get(RESERVED, 0),
        unchanged=counts.get(UNCHANGED, 0),
        faults=faults,
        notes=found.notes,
    )
