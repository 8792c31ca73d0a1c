"""What the pages of an evening work from: the preparation, its event, everybody who gets one, and the stage."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from flask import abort, request
from sqlalchemy import select
from sqlalchemy.orm import Session, object_session
from werkzeug.exceptions import UnprocessableEntity

from issuer.accounts.visits import Seat
from issuer.event import EventFile
from issuer.facts import digest
from issuer.fault import Fault, Refused
from issuer.journal import write_journal
from issuer.models import RESERVED, Batch, Organization, Preparation, Reading
from issuer.preparing import changing, kept
from issuer.preparing.choices import Choices
from issuer.preparing.crowd import Crowd, Crowds, crowd
from issuer.preparing.event import Tables, event_file
from issuer.preparing.people import columns, people_of
from issuer.preparing.showing import Stage, stage
from issuer.preparing.store import load
from issuer.room.forms import CSRF
from issuer.room.guard import Guard
from issuer.room.listing import Listing
from issuer.roster.model import Recipient

CROWDS: Final = Crowds()


def ask_for(*names: str) -> None:
    """Refuse a form with a field that is not among `names`: 422 (SECURITY.md, H3)."""
    if not request.form.keys() <= {CSRF, *names}:
        raise UnprocessableEntity


@dataclass(frozen=True)
class Evening:
    """An evening as far as it is prepared; `batch` is what it has become. Without `event` its tables have `faults`.

    `again` are the slugs of the event and the achievement that were issued before, where the list is a further one.
    """

    number: int
    public_id: str
    tables: Tables
    settings: dict[str, Any]
    language: str
    batch: str | None
    again: tuple[str, str] | None = None
    event: EventFile | None = None
    stage: Stage | None = None
    crowd: Crowd | None = field(default=None, repr=False)
    faults: tuple[Fault, ...] = ()

    @property
    def is_another(self) -> bool:
        """Whether the event is not the one that the list is a further one of."""
        if self.again is None:
            return False
        said = self.tables.get("event", {}).get("slug"), self.tables.get("achievement", {}).get("slug")
        return said != self.again


class Staging:
    """Finds evenings for views; what another organization has is not there: 404."""

    def __init__(self, guard: Guard) -> None:
        self.guard, self.office, self.compare = guard, guard.office, Listing(guard).compare

    def look(self, seat: Seat, public_id: str) -> Evening:
        """Return an evening without its people."""
        with self.office.database.reading() as session:
            return self._evening(session, self._preparation(session, seat, public_id), session.get_one(
                Organization, seat.organization_id
            ))  # fmt: skip

    def stage(self, seat: Seat, public_id: str) -> Evening:
        """Return an evening with everything that its certificates will say; lists are read again if they must be."""
        self._refresh(seat, public_id)
        with self.office.database.reading() as session:
            preparation = self._preparation(session, seat, public_id)
            organization = session.get_one(Organization, seat.organization_id)
            found = self._evening(session, preparation, organization)
            if not found.tables or found.batch:
                return found
            lists = kept.uploads(session, preparation)
            try:
                event = event_file(organization, found.tables)
                on = self.stage_of(session, organization, event, public_id)
                key = (kept.named(preparation, lists, columns(preparation)), _said(preparation), digest(on.facts))
                people = partial(people_of, preparation, lists)
                everybody = CROWDS.get((seat.organization_id, public_id, *key), lambda: crowd(people(), on))
            except Refused as refused:
                return _with(found, faults=refused.faults)
        return _with(found, event=event, stage=on, crowd=everybody)

    def somebody(self, seat: Seat, public_id: str, everybody: Crowd, place: int) -> Recipient | None:
        """Return who is at a place of the crowd, None past its end; who is not at hand is looked up."""
        if place >= everybody.size or place in everybody.at_hand:
            return everybody.at_hand.get(place)
        with self.office.database.reading() as session:
            preparation = self._preparation(session, seat, public_id)
            people = people_of(preparation, kept.uploads(session, preparation))
        return people[place] if place < len(people) else None

    def stage_of(self, session: Session, organization: Organization, event: EventFile, public_id: str) -> Stage:
        """Return the stage of an event of this preparation."""
        practice, now = self.office.settings.practice, self.guard.clock()
        return stage(session, organization, event, public_id, practice=practice, now=now)

    def save(self, seat: Seat, public_id: str, tables: Tables) -> None:
        """Keep the event of a preparation; lists are read anew if its wording names other columns. Raises Refused."""
        now, database = self.guard.clock(), self.office.database

        def write(preparation: Preparation, _lists: Any = None) -> None:
            preparation.event, preparation.touched_at = tables, now
            session = object_session(preparation)
            if session is not None:
                write_journal(session, seat.organization_id, now, "event.prepared", public_id)

        def work(session: Session) -> bool:
            preparation = self._preparation(session, seat, public_id)
            before = columns(preparation)
            if before != columns(Preparation(event=tables)):
                return False
            write(preparation)
            return True

        if not database.write(work):
            changing.change(database, seat.organization_id, public_id, write, now, self.compare(seat))

    def _refresh(self, seat: Seat, public_id: str) -> None:
        with self.office.database.reading() as session:
            preparation = self._preparation(session, seat, public_id)
            name = kept.named(preparation, kept.uploads(session, preparation), columns(preparation))
            known = session.scalar(select(Reading.digest).where(Reading.preparation_id == preparation.id))
        if known != name and preparation.batch_id is None:
            now = self.guard.clock()
            changing.refresh(self.office.database, seat.organization_id, public_id, now, self.compare(seat))

    def _preparation(self, session: Session, seat: Seat, public_id: str) -> Preparation:
        found = load(session, seat.organization_id, public_id)
        if found is None:
            abort(404)
        return found

    def _evening(self, session: Session, preparation: Preparation, organization: Organization) -> Evening:
        again = Choices.of(preparation.choices).again
        whole = select(Batch.public_id).where(Batch.id == preparation.batch_id, Batch.state == RESERVED)
        return Evening(
            number=preparation.id,
            public_id=preparation.public_id,
            tables=dict(preparation.event) if "event" in preparation.event else {},
            settings=organization.settings,
            language=organization.language,
            batch=session.scalar(whole) if preparation.batch_id else None,
            again=(again["event"], again["achievement"]) if again else None,
        )


def _said(preparation: Preparation) -> str:
    return json.dumps([preparation.choices, preparation.event], sort_keys=True)


def _with(found: Evening, **more: Any) -> Evening:
    return Evening(**{**vars(found), **more})
