"""Whose turn it is: for an achievement of an event one list at a time is reserved, by whoever has it.

The batch is made first, then its parts, each in a transaction of its own; it is whole with the last. What a killed
run left is taken up by the next run of the same list. Another list waits while that run is alive; when it is not, what
it left was promised to nobody, and is discarded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from badges.times import read_stamp
from issuer.database import lock
from issuer.event import EventFile
from issuer.fault import Fault, Refused
from issuer.journal import write_journal
from issuer.keyring import signing_key
from issuer.models import RESERVED, RESERVING, UNCHANGED, Batch
from issuer.outcome import count_rows
from issuer.people import Hasher
from issuer.register import Registered
from issuer.rows import Setting
from issuer.tokens import new_token
from issuer.work.clock import tick
from issuer.work.jobs import plan_issue

if TYPE_CHECKING:
    from issuer.office import Office
    from issuer.roster import Recipient

ALIVE: Final = timedelta(seconds=15)
"""For how long a run is believed to be at work after its last commit."""


GONE: Final = -1
"""As many people are done as no run can have seen: whoever believes to be at work finds out."""


class Overtaken(Exception):
    """Another run of the same list stored this part first, or this batch was discarded meanwhile."""


class Busy(Exception):
    """Another list is being reserved for the same achievement of the same event."""


@dataclass(frozen=True)
class Claim:
    """A batch that is being reserved, and what all of its rows share; `done` of its people are there already.

    Nothing of it is signed before `starts_at`.
    """

    batch_id: int
    public_id: str
    organization_id: int
    event_id: int
    event_slug: str
    achievement_id: int
    setting: Setting
    said: dict[str, Any]
    hasher: Hasher
    notes: tuple[Fault, ...]
    done: int
    starts_at: datetime | None = None


@dataclass(frozen=True)
class Left:
    """A batch that a run of another list has left unfinished."""

    batch_id: int


def claim(
    office: Office, session: Session, site: Registered, event: EventFile, listed: str, now: datetime
) -> Claim | Left:
    """Begin the batch of a list, or go on with it; Left where another's is to be discarded first; raises Busy.

    `listed` is what `digest_of` says of the list. Raises Refused when the awards would be over already.
    """
    hasher = Hasher(office.kek, site.organization.slug)
    said = {
        "snapshot_id": site.snapshot.id,
        "design_id": site.design.id,
        "signing_key_id": signing_key(office.keyring(session), session, site.organization.id, now),
        "awarded": read_stamp(site.event.facts["end"], "end"),
        "valid_until": valid_until(event, site, now),
    }
    same = (said["snapshot_id"], said["design_id"], said["valid_until"], site.organization.sign_email)
    name = hasher.digest(f"list:{listed}:{same}")
    batch = session.scalar(lock(session, _unfinished(site)))
    if batch is not None and batch.list_digest != name:
        return _left(session, batch)
    batch = batch or _begin(session, site, name, now)
    batch.touched_at = tick(session)
    return _claim(batch, site, said, hasher)


def _claim(batch: Batch, site: Registered, said: dict[str, Any], hasher: Hasher) -> Claim:
    return Claim(
        batch_id=batch.id,
        public_id=batch.public_id,
        organization_id=site.organization.id,
        event_id=site.event.id,
        event_slug=site.event.slug,
        achievement_id=site.achievement.id,
        setting=Setting(site.event.facts, site.achievement.facts, site.organization.sign_email),
        said=said,
        hasher=hasher,
        notes=(Fault("facts_held", values={"facts": ", ".join(site.held)}),) if site.held else (),
        done=batch.done,
    )


def _unfinished(site: Registered) -> Select[Batch]:
    return select(Batch).where(
        Batch.event_id == site.event.id, Batch.achievement_id == site.achievement.id, Batch.state == RESERVING
    )


def _left(session: Session, batch: Batch) -> Left:
    if not disown(session, batch):
        raise Busy
    return Left(batch.id)


def disown(session: Session, batch: Batch) -> bool:
    """Take an unfinished batch away from a run that is gone, for good; False when it is not gone."""
    if batch.touched_at is not None and tick(session) - batch.touched_at < ALIVE:
        return False
    batch.list_digest, batch.touched_at, batch.done = None, None, GONE
    return True


def _begin(session: Session, site: Registered, name: str, now: datetime) -> Batch:
    batch = Batch(
        organization_id=site.organization.id,
        public_id=new_token(),
        event_id=site.event.id,
        achievement_id=site.achievement.id,
        created_at=now,
        state=RESERVING,
        list_digest=name,
        done=0,
    )
    session.add(batch)
    session.flush()
    return batch


def look(session: Session, claim: Claim, done: int) -> None:
    """See that nobody has gone on with the batch, before something is spent on it; raises Overtaken."""
    if session.scalar(select(Batch.done).where(Batch.id == claim.batch_id, Batch.state == RESERVING)) != done:
        raise Overtaken


def go_on(session: Session, claim: Claim, done: int, after: int) -> None:
    """Say that the people up to `after` are reserved by this transaction; raises Overtaken if they were before."""
    moved = session.scalar(
        update(Batch)
        .where(Batch.id == claim.batch_id, Batch.state == RESERVING, Batch.done == done)
        .values(done=after, touched_at=tick(session))
        .returning(Batch.id)
        .execution_options(synchronize_session=False)
    )
    if moved is None:
        raise Overtaken


def complete(session: Session, claim: Claim, now: datetime) -> None:
    """Make the batch whole, with its job: from this commit on, it is promised and can be signed."""
    batch = session.get_one(Batch, claim.batch_id, populate_existing=True)
    batch.state, batch.list_digest, batch.touched_at = RESERVED, None, None
    session.flush()
    counts = count_rows(session, batch.id)
    told = {state: counts.get(state, 0) for state in (RESERVED, UNCHANGED)}
    write_journal(session, claim.organization_id, now, "batch.reserved", batch.public_id, **told)
    plan_issue(session, batch, starts_at=claim.starts_at)


def let_go(session: Session, claim: Claim) -> None:
    """Say that nobody is at work on the batch any more, so that no other list waits for it."""
    session.execute(update(Batch).where(Batch.id == claim.batch_id, Batch.state == RESERVING).values(touched_at=None))


def digest_of(recipients: Sequence[Recipient]) -> str:
    """Return what tells one list from another: everything that its rows can say."""
    told = sha256()
    for one in recipients:
        values, kept = tuple(one.values.items()), tuple(one.kept.items())
        said = (one.row, one.name, one.email, one.minutes, one.identity, one.basis, values, kept)
        told.update(repr(said).encode("utf-8", "surrogatepass"))
    return told.hexdigest()


def valid_until(event: EventFile, site: Registered, now: datetime) -> datetime | None:
    """Return when the awards end, from the event's end as it is known; Refused when that is over already."""
    if event.certificate.valid_for is None:
        return None
    facts = site.event.facts
    end = event.certificate.valid_for.after(read_stamp(facts["end"], "end"), ZoneInfo(facts["timezone"]))
    if end <= now:
        raise Refused(Fault("validity_over", column="valid_for"))
    return end
