"""An event as a form has it, field by field, and the tables that it means; what is wrong is told by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

from issuer import rules
from issuer.certificate.layout import COLOURS, MOST_SIGNATORIES
from issuer.fault import Fault
from issuer.kinds import KINDS
from issuer.preparing.event import Tables, own_slug
from templates import LANGUAGES, sentence

PLAIN: Final = {
    "kind": "achievement.kind", "award": "achievement.name", "description": "achievement.description",
    "criteria": "achievement.criteria", "type": "achievement.type", "award_slug": "achievement.slug",
    "name": "event.name", "place": "event.place", "zone": "event.timezone", "language": "event.language",
    "slug": "event.slug", "design": "certificate.design", "wording": "certificate.wording",
    "valid_for": "certificate.valid_for", "paper": "certificate.paper",
}  # fmt: skip
"""Fields that are one key of an event file as they stand."""
BY_KEY: Final = {key: name for name, key in PLAIN.items()} | {
    "achievement.tags": "tags", "event.start": "date", "event.end": "end", "event.hours": "hours",
    "certificate.colour": "colour", "issuer.name": "name",
}  # fmt: skip
"""The field beside which a fault of a key stands."""
SIGNERS: Final = tuple(range(1, MOST_SIGNATORIES + 1))
FIELDS: Final = frozenset({
    *PLAIN, "date", "last", "start", "end", "hours", "tags", "own_colour", "colour", "no_note",
    *(f"{part}{place}" for place in SIGNERS for part in ("signer", "role", "image")),
})  # fmt: skip
"""Every field there is."""
HOUR: Final = timedelta(hours=1)
LONGEST_EVENING: Final = timedelta(hours=24)


@dataclass
class Draft:
    """Tables in the making, and the faults found so far, by the field beside which they stand."""

    tables: Tables
    faults: dict[str, Fault] = field(default_factory=dict)


def blank(organization: Mapping[str, Any], language: str, kind: str = "attendance") -> dict[str, str]:
    """Return a form for a first event: `organization` are its settings, where it has any."""
    chosen = KINDS[kind]
    design = organization.get("design") or chosen.design
    said = {
        "kind": kind, "language": language, "zone": organization.get("timezone") or "Europe/Rome",
        "start": "18:30", "end": "21:30", "design": design, "paper": "A4",
        "colour": organization.get("colour") or COLOURS[design],
    }  # fmt: skip
    if organization.get("colour"):
        said["own_colour"] = "1"
    return said | _signers(organization.get("signatories") or ())


def said_of(tables: Mapping[str, Any]) -> dict[str, str]:
    """Return the form that says what these tables say; what follows from the rest is left open, as it was."""
    said = {}
    for name, key in PLAIN.items():
        table, _, inner = key.partition(".")
        said[name] = str(tables.get(table, {}).get(inner) or "")
    event, certificate = tables.get("event", {}), tables.get("certificate", {})
    said["tags"] = ", ".join(tables.get("achievement", {}).get("tags", ()))
    said["hours"] = str(event.get("hours") or "")
    said["colour"] = certificate.get("colour") or COLOURS.get(said["design"], "#7a1f2b")
    said["own_colour"] = "1" if certificate.get("colour") else ""
    said["no_note"] = "1" if certificate.get("legal_note") is False else ""
    if event.get("start") and event.get("end"):
        start, end = (datetime.fromisoformat(event[key]).astimezone(ZoneInfo(said["zone"])) for key in ("start", "end"))
        said |= {"date": start.date().isoformat(), "start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}
        night = end.date() - start.date() == timedelta(days=1) and end.time() <= start.time()
        said["last"] = "" if night or end.date() == start.date() else end.date().isoformat()
    return said | _signers(certificate.get("signatory", ())) | _open(said, event)


def _open(said: Mapping[str, str], event: Mapping[str, Any]) -> dict[str, str]:
    """Return those fields, empty, whose values follow from others and will follow from them again."""
    left = []
    if event.get("name") and said["slug"] == own_slug(event):
        left.append("slug")
    if event.get("start") and said["hours"] and said["hours"] == _length(event):
        left.append("hours")
    if said["kind"] in KINDS and said["language"] in LANGUAGES:
        base = re.escape(sentence(f"new.{said['kind']}.slug", said["language"]))
        left += ["award_slug"] if re.fullmatch(rf"{base}(-[0-9]+)?", said["award_slug"]) else []
    return dict.fromkeys(left, "")


def tables_of(said: Mapping[str, str]) -> Draft:
    """Return the tables that a form means; the checks of an event file come after, and find what is not found here."""
    draft = Draft({"achievement": {}, "event": {}, "certificate": {}})
    for name, key in PLAIN.items():
        table, _, inner = key.partition(".")
        if text := said.get(name, "").replace("\r\n", "\n").strip():
            draft.tables[table][inner] = text
    _fill_in(draft.tables["achievement"], said.get("language", ""))
    if tags := [tag.strip() for tag in said.get("tags", "").split(",") if tag.strip()]:
        draft.tables["achievement"]["tags"] = tags
    certificate = draft.tables["certificate"]
    if said.get("own_colour") and said.get("colour"):
        certificate["colour"] = said["colour"]
    if said.get("no_note"):
        certificate["legal_note"] = False
    _sign(draft, said)
    _time(draft, said)
    _count_hours(draft, said)
    return draft


def _fill_in(achievement: dict[str, Any], language: str) -> None:
    """Say what its kind says of every achievement, where nothing was said."""
    if achievement.get("kind") in KINDS and language in LANGUAGES:
        for part in ("description", "criteria"):
            achievement.setdefault(part, sentence(f"new.{achievement['kind']}.{part}", language))


def _signers(people: Any) -> dict[str, str]:
    return {
        f"{part}{place}": str(one.get(key) or "")
        for place, one in enumerate(people, 1)
        if place <= MOST_SIGNATORIES
        for part, key in (("signer", "name"), ("role", "role"), ("image", "image"))
    }


def _sign(draft: Draft, said: Mapping[str, str]) -> None:
    people = []
    for place in SIGNERS:
        values = {key: said.get(f"{part}{place}", "").strip()
                  for part, key in (("signer", "name"), ("role", "role"), ("image", "image"))}  # fmt: skip
        if values["role"] and not values["name"]:
            draft.faults[f"signer{place}"] = Fault("event_missing")
        elif values["name"]:
            people.append({key: text for key, text in values.items() if text})
    if people:
        draft.tables["certificate"]["signatory"] = people


def _time(draft: Draft, said: Mapping[str, str]) -> None:
    """Put start and end together; an end that the clock shows before the start is on the next day."""
    zone = said.get("zone", "").strip()
    if zone and rules.zone(zone):
        return  # Told by the checks of an event file, beside its field.
    day, last = _date(draft, said, "date"), _date(draft, said, "last") if said.get("last", "").strip() else None
    begins, ends = _clock(draft, said, "start"), _clock(draft, said, "end")
    if day is None or begins is None or ends is None:
        return
    until = last or (day + timedelta(days=1) if ends <= begins else day)
    where = ZoneInfo(zone or "Europe/Rome")
    draft.tables["event"]["start"] = datetime.combine(day, begins, where).isoformat()
    draft.tables["event"]["end"] = datetime.combine(until, ends, where).isoformat()


def _date(draft: Draft, said: Mapping[str, str], name: str) -> date | None:
    text = said.get(name, "").strip()
    try:
        return date.fromisoformat(text)
    except ValueError:
        draft.faults[name] = Fault("evening_date" if text else "event_missing")
        return None


def _clock(draft: Draft, said: Mapping[str, str], name: str) -> time | None:
    text = said.get(name, "").strip()
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        draft.faults[name] = Fault("evening_time" if text else "event_missing")
        return None


def _count_hours(draft: Draft, said: Mapping[str, str]) -> None:
    """Take the hours as they were said, 0 for none; else those of an evening, from start to end."""
    event, text = draft.tables["event"], said.get("hours", "").strip().replace(",", ".")
    if text:
        try:
            hours = Decimal(text)
        except InvalidOperation:
            draft.faults["hours"] = Fault("evening_hours")
            return
        if hours:
            event["hours"] = text
    elif "start" in event and (length := _length(event)):
        event["hours"] = length


def _length(event: Mapping[str, Any]) -> str | None:
    """Return the hours of an evening from start to end; None for what took longer, or no time at all."""
    length = datetime.fromisoformat(event["end"]) - datetime.fromisoformat(event["start"])
    if not timedelta() < length <= LONGEST_EVENING:
        return None
    return f"{(Decimal(length // timedelta(minutes=1)) / 60).quantize(Decimal('0.01')).normalize():f}"
