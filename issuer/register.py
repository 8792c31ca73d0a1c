"""Issuer, event, achievement and design as the database knows them: found by slug, made on first use.

Facts that differ from what is known are taken over only when asked for, and only for what is issued from then on;
else they are named, so that nobody wonders.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer import facts as facts_of
from issuer.certificate.layout import Layout, Signatory
from issuer.compose import EXTENSIONS
from issuer.database import lock
from issuer.event import EventFile
from issuer.facts import Facts, digest, layout_json
from issuer.fault import Fault, Refused
from issuer.gallery import Pictures, keep_picture
from issuer.lookalike import skeleton
from issuer.models import (
    Achievement,
    Credential,
    Design,
    Event,
    Organization,
    Snapshot,
)
from issuer.tokens import new_token
from keys.documents import did_for

Kept = TypeVar("Kept", Design, Snapshot)


@dataclass(frozen=True)
class Registered:
    """The rows that a reservation refers to; `held` names the facts that differ and were not taken over."""

    organization: Organization
    event: Event
    achievement: Achievement
    design: Design
    snapshot: Snapshot
    held: tuple[str, ...]


def register(
    session: Session,
    base_url: str,
    event_file: EventFile,
    pictures: Pictures,
    *,
    update: bool,
    distinct: bool,
    now: datetime,
    event_id: str | None = None,
) -> Registered:
    """Return the rows of what `event_file` names, made where they are missing; holds the organization's lock.

    `event_id` is the public id of the event, if it is a new one and nothing else has it: its rosette was seen before.

    A new issuer whose name an eye takes for that of another is Refused, unless `distinct` says that a person looked.
    A new issuer is approved: strangers are told that it is known here (docs/trust.md).
    """
    organization = _organization(session, base_url, event_file, now, distinct=distinct)
    logo = keep_picture(session, organization.id, pictures.logo) if pictures.logo else None
    extension = EXTENSIONS[pictures.logo.media_type] if pictures.logo else None
    held = _take_over(organization, facts_of.issuer_facts(event_file, logo, extension), "issuer", update=update)
    event = _event(session, organization, event_file, event_id, now)
    held += _take_over(event, facts_of.event_facts(event_file), "event", update=update)
    achievement, differs = _achievement(session, organization, event, event_file, pictures, update=update, now=now)
    held += differs
    design = _design(session, organization, event, achievement, event_file, pictures, now)
    snapshot = _snapshot(session, organization, event, achievement, now)
    return Registered(organization, event, achievement, design, snapshot, tuple(held))


def _organization(
    session: Session, base_url: str, event_file: EventFile, now: datetime, *, distinct: bool
) -> Organization:
    slug = event_file.issuer.slug
    found: Organization | None = session.scalar(lock(session, select(Organization).where(Organization.slug == slug)))
    if found is None:
        if not distinct:
            _check_name(session, event_file.issuer.name)
        found = Organization(
            slug=slug,
            did=did_for(base_url, slug),
            base_url=base_url,
            language=event_file.event.language,
            facts={},
            created_at=now,
            approved_at=now,  # Whoever can run this on the machine is its operator.
        )
        session.add(found)
        session.flush()
    elif found.base_url != base_url:
        _move(session, found, base_url)
    return found


def _check_name(session: Session, name: str) -> None:
    for other in session.scalars(select(Organization).order_by(Organization.id)):
        known = other.facts.get("name", "")
        if skeleton(known) == skeleton(name):
            raise Refused(Fault("issuer_lookalike", values={"name": name, "known": known, "slug": other.slug}))


def _move(session: Session, organization: Organization, base_url: str) -> None:
    """Follow a new base URL while nothing is promised under the old one; Refused afterwards."""
    promised = select(Credential.id).where(Credential.organization_id == organization.id).limit(1)
    if organization.frozen_at or session.scalar(promised) is not None:
        values = {"slug": organization.slug, "frozen": organization.base_url, "given": base_url}
        raise Refused(Fault("base_url_frozen", values=values))
    organization.base_url, organization.did = base_url, did_for(base_url, organization.slug)


def _take_over(row: Organization | Event | Achievement, given: Facts, place: str, *, update: bool) -> list[str]:
    """Set the facts of a new row, or of any when asked to; return what differs and was left as it is.

    Of who came by the web no more than the name may be known: what else there is to say is then said to be nothing.
    """
    if not row.facts or update:
        row.facts = {**row.facts, **given}
        return []
    if not given.keys() <= row.facts.keys():
        row.facts = {**dict.fromkeys(given), **row.facts}
    return [f"{place}.{name}" for name in given if name != "logo_file" and row.facts.get(name) != given[name]]


def _event(
    session: Session, organization: Organization, event_file: EventFile, event_id: str | None, now: datetime
) -> Event:
    slug = event_file.event.slug
    found = session.scalar(select(Event).where(Event.organization_id == organization.id, Event.slug == slug))
    if found is None:
        if event_id is None or session.scalar(select(Event.id).where(Event.public_id == event_id)) is not None:
            event_id = new_token()
        found = Event(organization_id=organization.id, public_id=event_id, slug=slug, facts={}, created_at=now)
        session.add(found)
        session.flush()
    return found


def _achievement(
    session: Session,
    organization: Organization,
    event: Event,
    event_file: EventFile,
    pictures: Pictures,
    *,
    update: bool,
    now: datetime,
) -> tuple[Achievement, list[str]]:
    slug = event_file.achievement.slug
    found = session.scalar(
        select(Achievement).where(Achievement.organization_id == organization.id, Achievement.slug == slug)
    )
    if found is None:
        found = Achievement(organization_id=organization.id, public_id=new_token(), slug=slug, facts={}, created_at=now)
        session.add(found)
    held = _take_over(found, facts_of.achievement_facts(event_file), "achievement", update=update)
    if update or "image" not in found.facts:
        picture = pictures.badge(event_file, found.facts, organization.facts, event.public_id)
        keep_picture(session, organization.id, picture)
        found.facts = {**found.facts, "image": {"sha256": picture.sha256, "media_type": picture.media_type}}
    elif pictures.image and pictures.image.sha256 != found.facts["image"]["sha256"]:
        held.append("achievement.image")
    session.flush()
    return found, held


def _design(
    session: Session,
    organization: Organization,
    event: Event,
    achievement: Achievement,
    event_file: EventFile,
    pictures: Pictures,
    now: datetime,
) -> Design:
    layout = layout_of(event_file, achievement.facts["kind"], event.facts, event.public_id, pictures.signatories)
    body = layout_json(layout, lambda data: keep_picture(session, organization.id, pictures.of(data)))
    body |= {"logo": organization.facts["logo"], "picture": achievement.facts["image"]["sha256"]}
    name = digest(body)
    return _kept_once(
        session,
        Design,
        organization.id,
        name,
        lambda: Design(organization_id=organization.id, sha256=name, layout=body, created_at=now),
    )


def layout_of(event_file: EventFile, kind: str, event: Facts, seed: str, signatories: tuple[Signatory, ...]) -> Layout:
    """Return how the awards of an event look, logo and badge aside; `event` are its facts, `seed` its random id."""
    dress = event_file.certificate
    return Layout(
        kind=kind,
        design=dress.design,
        paper=dress.paper,
        colour=dress.colour,
        language=event["language"],
        wording=dress.wording,
        timezone=event["timezone"],
        signatories=signatories,
        legal_note=dress.legal_note,
        seed=seed,
    )


def _snapshot(
    session: Session, organization: Organization, event: Event, achievement: Achievement, now: datetime
) -> Snapshot:
    facts = {
        "issuer": organization.facts,
        "event": event.facts,
        "achievement": achievement.facts,
    }
    name = digest(facts)
    return _kept_once(
        session,
        Snapshot,
        organization.id,
        name,
        lambda: Snapshot(organization_id=organization.id, sha256=name, facts=facts, created_at=now),
    )


def _kept_once(session: Session, table: type[Kept], organization_id: int, name: str, make: Callable[[], Kept]) -> Kept:
    found = session.scalar(select(table).where(table.organization_id == organization_id, table.sha256 == name))
    if found is None:
        found = make()
        session.add(found)
        session.flush()
    return found
