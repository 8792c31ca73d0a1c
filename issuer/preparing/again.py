"""Deeds about a list for an evening that was issued before: noticing it, and correcting names that changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.correct import Changes, correct
from issuer.fault import Fault, Refused
from issuer.models import Preparation, Reading
from issuer.office import Office
from issuer.people import Hasher
from issuer.preparing import kept
from issuer.preparing.difference import met_before


def note_before(office: Office, organization_id: int, slug: str, public_id: str) -> None:
    """Find out, of the first people of a new list, whether they were given something lately, and keep that."""
    hasher = Hasher(office.kek, slug)

    def work(session: Session) -> None:
        reading = session.scalar(
            select(Reading)
            .join(Preparation, Preparation.id == Reading.preparation_id)
            .where(Preparation.public_id == public_id, Preparation.organization_id == organization_id)
        )
        if reading is not None and reading.told.get("before") is None:
            people = kept.piece(session, reading.id, gets=True, number=0)
            found = met_before(session, hasher, organization_id, people)
            if found is not None:
                reading.told = {**reading.told, "before": found}

    office.database.write(work)


def correct_names(
    office: Office, organization_id: int, public_id: str, tokens: Collection[str], now: datetime
) -> list[Fault]:
    """Correct the names that changed, of those awards that are ticked; return why some could not be.

    Each keeps its address and gets a version of its own (issuer.correct), so that a run that was ended is run again.
    """
    with office.database.reading() as session:
        told = session.scalar(
            select(Reading.told)
            .join(Preparation, Preparation.id == Reading.preparation_id)
            .where(Preparation.public_id == public_id, Preparation.organization_id == organization_id)
        )
    faults: list[Fault] = []
    for one in ((told or {}).get("again") or {}).get("changed", ()):
        if one["token"] in tokens:
            try:
                correct(office, one["token"], Changes(name=one["after"]), None, now)
            except Refused as refused:
                faults += refused.faults
    return faults
