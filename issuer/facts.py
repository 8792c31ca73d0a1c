"""What an event file says, as the facts and the layout that the database keeps: plain JSON, in one form only.

Everything that is signed beside the row itself comes from facts, sentences included, so that another version of
this programme signs the same bytes for what was reserved by an older one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final

from badges.times import stamp
from issuer.certificate.layout import Layout, Signatory
from issuer.event import EventFile
from issuer.kinds import Kind
from templates import sentence

RESULTS: Final = ("hours", "grade", "rank")
"""What a result of ours can be; also the fragment of its description."""

Facts = dict[str, Any]


def digest(value: object) -> str:
    """Return the SHA-256 of a JSON value in its one form."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("utf-8")).hexdigest()


LOGO_NAME: Final = 16
"""Digits of its hash that name the file of a logo."""


def issuer_facts(event: EventFile, logo: str | None, extension: str | None) -> Facts:
    """Return the profile; `logo` is the hash of a picture, and its public file is named by it."""
    issuer = event.issuer
    file = f"logo-{logo[:LOGO_NAME]}.{extension}" if logo else None
    return {"name": issuer.name, "url": issuer.url, "email": issuer.email, "logo": logo, "logo_file": file}


def event_facts(event: EventFile) -> Facts:
    """Return what took place, times in UTC."""
    facts = event.event
    return {
        "name": facts.name,
        "start": stamp(facts.start),
        "end": stamp(facts.end),
        "timezone": facts.timezone,
        "place": facts.place,
        "hours": None if facts.hours is None else str(facts.hours),
        "language": facts.language,
    }


def achievement_facts(event: EventFile) -> Facts:
    """Return what is awarded, its picture aside; the criteria say at once what the kind adds to them."""
    facts, language = event.achievement, event.event.language
    return {
        "kind": facts.kind.name,
        "name": facts.name,
        "description": facts.description,
        "criteria": whole_criteria(facts.criteria, facts.kind, language),
        "type": facts.type,
        "tags": list(facts.tags),
        "language": language,
        "results": {name: sentence(f"issuing.result.{name}", language) for name in RESULTS},
    }


def whole_criteria(criteria: str, kind: Kind, language: str) -> str:
    """Return the organizer's criteria and, where the kind has one, its note: that nothing was assessed."""
    note = kind.criteria_note[language] if kind.criteria_note else ""
    return "\n\n".join(part for part in (criteria, note) if part)


def layout_json(layout: Layout, keep: Callable[[bytes], str]) -> Facts:
    """Return a layout as JSON; `keep` stores a picture and returns its hash."""

    def kept(picture: bytes | None) -> str | None:
        return None if picture is None else keep(picture)

    return {
        "kind": layout.kind,
        "design": layout.design,
        "paper": layout.paper,
        "colour": layout.colour,
        "language": layout.language,
        "wording": layout.wording,
        "timezone": layout.timezone,
        "signatories": [
            {"name": person.name, "role": person.role, "image": kept(person.image)} for person in layout.signatories
        ],
        "logo": kept(layout.logo),
        "picture": kept(layout.picture),
        "legal_note": layout.legal_note,
        "seed": layout.seed,
    }


def read_layout(facts: Mapping[str, Any], pictures: Mapping[str, bytes]) -> Layout:
    """Return the layout that `layout_json` wrote; `pictures` maps hashes to bytes."""

    def picture(name: str | None) -> bytes | None:
        return None if name is None else pictures[name]

    people = tuple(Signatory(item["name"], item["role"], picture(item["image"])) for item in facts["signatories"])
    return Layout(
        kind=facts["kind"],
        design=facts["design"],
        paper=facts["paper"],
        colour=facts["colour"],
        language=facts["language"],
        wording=facts["wording"],
        timezone=facts["timezone"],
        signatories=people,
        logo=picture(facts["logo"]),
        picture=picture(facts["picture"]),
        legal_note=facts["legal_note"],
        seed=facts["seed"],
    )


def pictures_of(facts: Mapping[str, Any]) -> set[str]:
    """Return the hashes of every picture in a layout's JSON."""
    named = [facts["logo"], facts["picture"], *(item["image"] for item in facts["signatories"])]
    return {name for name in named if name is not None}
