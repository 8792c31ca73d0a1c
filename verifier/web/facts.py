"""What a credential says, for people to read: taken from the signed JSON and from nowhere else.

The JSON may be anybody's, so nothing is taken for granted: what is missing or of another shape is left out. To a
signature over RDF a list has no order, so nothing is shown because it stands first: of several names all are told,
and where only one event or number of hours has a place, several have none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from badges.problem import Malformed
from badges.times import read_stamp
from badges.translation import in_words_of_3, is_assertion
from verifier.web.markdown import safe_link


@dataclass(frozen=True)
class Link:
    """A thing with a name, and an address when it has one that can be followed."""

    name: str
    url: str | None = None
    text: str | None = None


@dataclass(frozen=True)
class Facts:
    """Who, what, by whom, when: every member but `issuer_id` and `results` may be missing."""

    id: str | None
    recipient: str | None
    title: str | None
    kind: str | None
    description: str | None
    criteria: str | None
    criteria_url: str | None
    achievement_id: str | None
    language: str | None
    tags: tuple[str, ...]
    issuer_id: str
    issuer_name: str | None
    issuer_url: str | None
    event: str | None
    place: str | None
    basis: str | None
    starts: datetime | None
    ends: datetime | None
    awarded: datetime | None
    valid_from: datetime | None
    valid_until: datetime | None
    role: str | None
    narrative: str | None
    number: str | None
    results: tuple[Link, ...]
    evidence: tuple[Link, ...]
    hours: str | None
    hashed: bool = False
    """Whether whose it is can only be compared: no name is told, and an identity as a hash."""


def facts(credential: Mapping[str, Any]) -> Facts:
    """Return what `credential` (OB 3.0 or 2.0, or VCDM of another kind) tells about one award."""
    if is_assertion(credential):
        credential = in_words_of_3(credential)
    subject = _first(credential.get("credentialSubject"))
    achievement, issuer = _first(subject.get("achievement")), credential.get("issuer")
    profile = _first(issuer)
    event, others = _evidence(credential)
    criteria = _first(achievement.get("criteria"))
    return Facts(
        id=_text(credential.get("id")),
        recipient=_recipient(subject),
        title=_text(achievement.get("name")) or _text(credential.get("name")),
        kind=_text(_one(achievement.get("achievementType"))),
        description=_text(achievement.get("description")) or _text(credential.get("description")),
        criteria=_text(criteria.get("narrative")),
        criteria_url=safe_link(criteria.get("id")),
        achievement_id=safe_link(achievement.get("id")),
        language=_text(achievement.get("inLanguage")),
        tags=tuple(text for item in _all(achievement.get("tag")) if (text := _text(item)))[:20],
        issuer_id=_text(profile.get("id")) or _text(issuer) or "",
        issuer_name=_text(profile.get("name")),
        issuer_url=safe_link(profile.get("url")),
        event=_text(event.get("name")),
        place=_text(event.get("description")),
        basis=_text(event.get("narrative")),
        starts=_time(subject.get("activityStartDate")),
        ends=_time(subject.get("activityEndDate")),
        awarded=_time(credential.get("awardedDate")),
        valid_from=_time(credential.get("validFrom") or credential.get("issuanceDate")),
        valid_until=_time(credential.get("validUntil") or credential.get("expirationDate")),
        role=_text(subject.get("role")),
        narrative=_text(subject.get("narrative")),
        number=_text(subject.get("licenseNumber")),
        results=tuple(_results(subject, achievement)),
        evidence=tuple(others),
        hours=_hours(subject),
        hashed=_recipient(subject) is None and _is_hashed(subject),
    )


def _text(value: object) -> str | None:
    """A string, or the string of a language-tagged value (VCDM 2.0, 11.1)."""
    if isinstance(value, dict):
        value = value.get("@value")
    return value.strip() or None if isinstance(value, str) else None


def _all(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _one(value: object) -> object:
    return next(iter(_all(value)), None)


def _first(value: object) -> Mapping[str, Any]:
    return next((item for item in _all(value) if isinstance(item, dict)), {})


def _time(value: object) -> datetime | None:
    try:
        return read_stamp(value, "date")
    except Malformed:
        return None


def _recipient(subject: Mapping[str, Any]) -> str | None:
    named = {
        name
        for item in _all(subject.get("identifier"))
        if isinstance(item, dict) and item.get("identityType") == "name" and item.get("hashed") is False
        if (name := _text(item.get("identityHash")))
    }
    # As a browser, which looks for itself, sorts texts.
    names = sorted(named, key=lambda name: name.encode("utf-16-be", "replace"))
    return ", ".join(names) or _text(subject.get("name"))


def _is_hashed(subject: Mapping[str, Any]) -> bool:
    return any(isinstance(item, dict) and item.get("hashed") is True for item in _all(subject.get("identifier")))


def _evidence(credential: Mapping[str, Any]) -> tuple[Mapping[str, Any], list[Link]]:
    items = _all(credential.get("evidence"))
    events = [item for item in items if isinstance(item, dict) and item.get("genre") == "Event"]
    event: Mapping[str, Any] = events[0] if len(events) == 1 else {}
    others = []
    for item in items[:50]:
        if not isinstance(item, dict) or item is event:
            continue
        if name := _text(item.get("name")) or _text(item.get("id")):
            others.append(Link(name, safe_link(item.get("id")), _text(item.get("narrative"))))
    return event, others


def _hours(subject: Mapping[str, Any]) -> str | None:
    found = {
        _text(item.get("value"))
        for item in _all(subject.get("result"))
        if isinstance(item, dict) and str(item.get("resultDescription")).endswith("#hours")
    }
    return found.pop() if len(found) == 1 else None


def _results(subject: Mapping[str, Any], achievement: Mapping[str, Any]) -> Iterator[Link]:
    names = {
        item["id"]: _text(item.get("name"))
        for item in _all(achievement.get("resultDescription"))
        if isinstance(item, dict) and isinstance(item.get("id"), str)
    }
    for item in _all(subject.get("result"))[:50]:
        value = _text(item.get("value")) or _text(item.get("status")) if isinstance(item, dict) else None
        if value:
            described = item.get("resultDescription")
            yield Link((names.get(described) if isinstance(described, str) else None) or "", text=value)
