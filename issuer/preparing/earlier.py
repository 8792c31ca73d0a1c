"""What was issued before, as the tables of an event file: for an evening that is the same as last time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from issuer.kinds import KINDS
from issuer.models import RESERVED, Achievement, Batch, CredentialVersion, Design, Event, Preparation
from issuer.preparing.event import Tables

MOST: Final = 20
"""Evenings from which one can choose."""


@dataclass(frozen=True)
class Earlier:
    """One evening that was issued: the public id of its latest batch, what it was and when."""

    batch: str
    name: str
    award: str
    start: datetime | None
    end: datetime | None
    timezone: str


def earlier(session: Session, organization_id: int, most: int = MOST) -> list[Earlier]:
    """Return the latest evenings of an organization, each with the achievements that were given there."""
    last = select(func.max(Batch.id)).where(Batch.organization_id == organization_id, Batch.state == RESERVED)
    statement = (
        select(Batch.public_id, Event.facts, Achievement.facts)
        .join(Event, Event.id == Batch.event_id)
        .join(Achievement, Achievement.id == Batch.achievement_id)
        .where(Batch.id.in_(last.group_by(Batch.event_id, Batch.achievement_id)))
        .order_by(Batch.id.desc())
        .limit(most)
    )
    return [_earlier(batch, event, achievement) for batch, event, achievement in session.execute(statement)]


def from_last(session: Session, organization_id: int) -> Tables | None:
    """Return the tables of the last evening of an organization, None if there was none."""
    found = earlier(session, organization_id, 1)
    return tables_of(session, organization_id, found[0].batch) if found else None


def tables_of_both(session: Session, organization_id: int, event: str, achievement: str) -> Tables | None:
    """Return the tables of an event and an achievement that were issued together, by their slugs; the day stays."""
    batch = session.scalar(
        select(Batch.public_id)
        .join(Event, Event.id == Batch.event_id)
        .join(Achievement, Achievement.id == Batch.achievement_id)
        .where(Batch.organization_id == organization_id, Batch.state == RESERVED)
        .where(Event.slug == event, Achievement.slug == achievement)
        .order_by(Batch.id.desc())
        .limit(1)
    )
    return tables_of(session, organization_id, batch) if batch else None


def tables_of(session: Session, organization_id: int, batch: str) -> Tables | None:
    """Return the tables of the evening of one batch of an organization, None if there is no such."""
    found = session.execute(
        select(Batch.id, Event, Achievement)
        .join(Event, Event.id == Batch.event_id)
        .join(Achievement, Achievement.id == Batch.achievement_id)
        .where(Batch.public_id == batch, Batch.organization_id == organization_id)
    ).one_or_none()
    if found is None:
        return None
    number, event, achievement = found
    own = Preparation.organization_id == organization_id
    said = session.scalar(select(Preparation.event).where(Preparation.batch_id == number, own).limit(1))
    if said:
        return dict(said)
    printed = session.scalar(
        select(Design.layout)
        .join(CredentialVersion, CredentialVersion.design_id == Design.id)
        .where(CredentialVersion.batch_id == number)
        .limit(1)
    )
    return _tables(event, achievement, printed or {})


def moved(tables: Mapping[str, Any], day: date, name: str | None = None) -> Tables:
    """Return the same evening on another day: at the same time by the clock there, for as long, under its `name`."""
    event = dict(tables["event"])
    zone = ZoneInfo(event["timezone"])
    start, end = (datetime.fromisoformat(event[key]).astimezone(zone) for key in ("start", "end"))
    days = timedelta(days=(end.date() - start.date()).days)
    event["start"] = datetime.combine(day, start.time(), zone).isoformat()
    event["end"] = datetime.combine(day + days, end.time(), zone).isoformat()
    event["name"] = name or event["name"]
    event.pop("slug", None)
    return {**tables, "event": event}


def _earlier(batch: str, event: Mapping[str, Any], achievement: Mapping[str, Any]) -> Earlier:
    times = [datetime.fromisoformat(event[key]) if event.get(key) else None for key in ("start", "end")]
    zone = event.get("timezone") or "UTC"
    return Earlier(batch, event.get("name", ""), achievement.get("name", ""), times[0], times[1], zone)


def _tables(event: Event, achievement: Achievement, layout: Mapping[str, Any]) -> Tables:
    """Return what rows tell that came from an event file; for how long awards were valid is not among it."""
    given = achievement.facts
    note = KINDS[given["kind"]].criteria_note
    ending = f"\n\n{note[given['language']]}" if note else ""
    names = ("design", "paper", "colour", "wording", "legal_note")
    certificate = {name: layout[name] for name in names if layout.get(name) is not None}
    if layout.get("signatories"):
        certificate["signatory"] = [{key: text for key, text in one.items() if text} for one in layout["signatories"]]
    told = {name: given[name] for name in ("kind", "name", "description", "type", "tags")}
    facts = {name: value for name, value in event.facts.items() if value is not None}
    return {
        "event": {**facts, "slug": event.slug},
        "achievement": {**told, "slug": achievement.slug, "criteria": given["criteria"].removesuffix(ending)},
        "certificate": certificate,
    }
