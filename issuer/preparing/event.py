"""The event of a preparation: tables as an event file has them, kept as JSON, and the same value made of them.

Times are kept as ISO 8601 with their offset, hours as text, pictures as the hashes of assets of the organization.
Who issues is not among them: that is the organization itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import count
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from issuer.certificate.layout import Signatory
from issuer.event import EventFile, check_event
from issuer.facts import achievement_facts
from issuer.fault import Fault, Refused
from issuer.founding import slug_for
from issuer.gallery import load_pictures
from issuer.models import Achievement, Organization
from issuer.printable import check_printable
from issuer.roster.model import Recipient
from issuer.toml import Toml
from templates import sentence

Tables = dict[str, Any]

SLUG_MOST: Final = 63
_TOLD: Final = ("kind", "name", "description", "criteria", "type", "tags", "language")
"""What an achievement says; where one of these differs, it is another one."""


def event_file(organization: Organization, tables: Mapping[str, Any], people: Sequence[Recipient] = ()) -> EventFile:
    """Return what the tables say, by the same checks as those of an event file; Refused with all faults.

    `people` tell which columns there are that the wording may name. The faults' columns are keys as `event.name`.
    Called within the session from which the organization comes.
    """
    bare, hashes = _without_pictures(tables)
    event = check_event(Toml({"issuer": _issuer(organization), **bare}, {}), None)
    check_printable(event)
    if people and (lacking := [name for name in event.columns if name not in people[0].kept]):
        columns = " · ".join(people[0].kept) or "–"
        raise Refused(*(
            Fault("wording_unknown_column", column="certificate.wording", values={"name": name, "columns": columns})
            for name in lacking
        ))  # fmt: skip
    return _with_pictures(organization, event, hashes)


def settled(session: Session, organization: Organization, tables: Tables, people: Sequence[Recipient] = ()) -> Tables:
    """Return the tables with the slugs that follow from what they say; Refused with all faults.

    The same name on the same day is the same event; an achievement that says something else is another one.
    """
    event, achievement = dict(tables.get("event", {})), dict(tables.get("achievement", {}))
    if not event.get("slug") and event.get("name"):
        event["slug"] = own_slug(event)
    named = bool(achievement.get("slug"))
    achievement.setdefault("slug", "unnamed")
    made = {**tables, "event": event, "achievement": achievement}
    read = event_file(organization, made, people)
    if not named:
        achievement["slug"] = _achievement_slug(session, organization.id, read)
    return made


def own_slug(event: Mapping[str, Any]) -> str:
    """Return the slug of an event for which none was chosen: its day and its name."""
    day = str(event.get("start", ""))[:10]
    return f"{day}-{slug_for(event['name'], ())}".strip("-")[:SLUG_MOST].strip("-")


def _achievement_slug(session: Session, organization_id: int, event: EventFile) -> str:
    """Return the slug of the achievement that says the same, or else one that nobody has."""
    told, kind = achievement_facts(event), event.achievement.kind.name
    base = sentence(f"new.{kind}.slug", event.event.language)
    own = Achievement.organization_id == organization_id
    rows = session.execute(select(Achievement.slug, Achievement.facts).where(own, Achievement.slug.startswith(base)))
    known = {row.slug: row.facts for row in rows}
    for number in count(1):
        slug = base if number == 1 else f"{base}-{number}"
        if slug not in known or all(known[slug].get(name) == told[name] for name in _TOLD):
            return slug
    raise AssertionError


def _issuer(organization: Organization) -> Tables:
    facts = organization.facts
    given = {name: facts.get(name) for name in ("url", "email")}
    named = {"slug": organization.slug, "name": facts.get("name") or organization.slug}
    return named | {name: text for name, text in given.items() if text}


def _without_pictures(tables: Mapping[str, Any]) -> tuple[Tables, dict[str, Any]]:
    """Return the tables as a file would give them, without pictures, and the hashes of these."""
    made = {name: dict(table) if isinstance(table, Mapping) else table for name, table in tables.items()}
    hashes: dict[str, Any] = {"badge": None, "signatures": []}
    if isinstance(event := made.get("event"), dict):
        for key, read in (("start", datetime.fromisoformat), ("end", datetime.fromisoformat), ("hours", Decimal)):
            if isinstance(event.get(key), str):
                with suppress(ValueError, InvalidOperation):
                    event[key] = read(event[key])
    if isinstance(achievement := made.get("achievement"), dict):
        hashes["badge"] = achievement.pop("image", None)
    certificate = made.get("certificate")
    if isinstance(certificate, dict) and isinstance(certificate.get("signatory"), list):
        hashes["signatures"] = [one.get("image") for one in certificate["signatory"]]
        certificate["signatory"] = [
            {key: text for key, text in one.items() if key != "image" and text} for one in certificate["signatory"]
        ]
    return made, hashes


def _with_pictures(organization: Organization, event: EventFile, hashes: Mapping[str, Any]) -> EventFile:
    """Put in the pictures, which are this organization's own; what it does not have is left out."""
    logo, session = organization.facts.get("logo"), object_session(organization)
    wanted = {name for name in (logo, hashes["badge"], *hashes["signatures"]) if name}
    if session is None or not wanted:
        return event
    found = load_pictures(session, organization.id, wanted)
    signatories = tuple(
        Signatory(one.name, one.role, found.get(name or ""))
        for one, name in zip(event.certificate.signatories, hashes["signatures"], strict=True)
    )
    return replace(
        event,
        issuer=replace(event.issuer, logo=found.get(logo or "")),
        achievement=replace(event.achievement, image=found.get(hashes["badge"] or "")),
        certificate=replace(event.certificate, signatories=signatories),
    )
