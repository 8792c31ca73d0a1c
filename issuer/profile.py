"""The profile of an organization: `facts` are what its credentials say of it, `settings` what its owners chose beside.

As a form it is texts by field, and pictures by field; what it becomes is found in `blank` of an event's form, on the
public page, and in the privacy notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.accounts.visits import Visitor
from issuer.certificate.assets import reencode
from issuer.certificate.layout import MOST_SIGNATORIES
from issuer.compose import EXTENSIONS
from issuer.database import lock
from issuer.facts import LOGO_NAME, Facts
from issuer.fault import Fault, Refused
from issuer.gallery import Picture, keep_picture
from issuer.journal import write_journal
from issuer.lookalike import skeleton
from issuer.models import Organization
from issuer.pictures import SVG_LIMIT, picture_format

SIGNERS: Final = tuple(range(1, MOST_SIGNATORIES + 1))
PURPOSES: Final = {"logo": "logo"} | {f"image{place}": "signature" for place in SIGNERS}
"""Fields that are pictures, and how large print needs them."""
CHOSEN: Final = ("design", "timezone", "sender", "reply_to", "controller", "contact", "notice", "linkedin")
"""Settings that are one text each, under the name of their field."""
_BARE: Final = ("name", "url", "email", "logo", "logo_file")


@dataclass(frozen=True)
class Change:
    """A form that was read: texts by field, and pictures by field, None for one that is taken away."""

    said: Mapping[str, str]
    pictures: Mapping[str, Picture | None] = field(default_factory=dict)


def said_of(row: Organization) -> dict[str, str]:
    """Return the profile as its form has it; a picture is told by its hash."""
    facts, settings = row.facts, row.settings
    said = {name: str(facts.get(name) or "") for name in ("name", "url", "email", "logo")}
    said |= {name: str(settings.get(name) or "") for name in (*CHOSEN, "colour")}
    said |= {"language": row.language, "sign_email": "1" if row.sign_email else ""}
    said["own_colour"] = "1" if said["colour"] else ""
    for place, one in enumerate(settings.get("signatories") or (), 1):
        for part, key in (("signer", "name"), ("role", "role"), ("image", "image")):
            said[f"{part}{place}"] = str(one.get(key) or "")
    return said


def clean(data: bytes, purpose: str) -> Picture:
    """Return an uploaded picture written anew: PNG, JPEG or SVG and nothing else; Refused (SECURITY.md, D3 to D6, F8).

    What it is, its first bytes tell.
    """
    form = picture_format(data)
    if form is None:
        raise Refused(Fault("picture_unreadable"))
    if form == "svg" and len(data) > SVG_LIMIT:
        raise Refused(Fault("picture_too_large"))
    return Picture(reencode(data, purpose))


def save(session: Session, organization_id: int, change: Change, by: Visitor, now: datetime) -> tuple[str, ...]:
    """Keep a profile; return the names of what changed. `by` is who did it.

    What was approved was its name: another one is approved only if who gives it runs the installation (G4).

    Refused with `profile_frozen` for another name than the one that was signed, with `issuer_lookalike` for one that an
    eye takes for another's (SECURITY.md, G4).
    """
    row = session.scalars(lock(session, select(Organization).where(Organization.id == organization_id))).one()
    _check_name(session, row, change.said["name"])
    before = said_of(row)
    if change.said["name"] != before["name"] and not by.operator:
        row.approved_at = None
    kept = {
        name: keep_picture(session, row.id, picture) if picture else None for name, picture in change.pictures.items()
    }
    facts, settings = _facts(row, change, kept), _settings(before, change, kept)
    if facts != row.facts:
        row.facts = facts
    if settings != row.settings:
        row.settings = settings
    row.language, row.sign_email = change.said["language"], bool(change.said.get("sign_email"))
    after = said_of(row)
    changed = tuple(sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)))
    if changed:
        write_journal(session, row.id, now, "organization.changed", row.slug, by=by.public_id, what=" ".join(changed))
    return changed


def _check_name(session: Session, row: Organization, name: str) -> None:
    if name == row.facts.get("name"):
        return
    if row.frozen_at is not None:
        raise Refused(Fault("profile_frozen", column="name"))
    for other in session.scalars(select(Organization).where(Organization.id != row.id).order_by(Organization.id)):
        known = other.facts.get("name", "")
        if skeleton(known) == skeleton(name):
            values = {"name": name, "known": known, "slug": other.slug}
            raise Refused(Fault("issuer_lookalike", column="name", values=values))


def _facts(row: Organization, change: Change, kept: Mapping[str, str | None]) -> Facts:
    facts = (
        dict.fromkeys(_BARE) | row.facts | {name: change.said.get(name) or None for name in ("name", "url", "email")}
    )
    if "logo" in kept:
        logo, picture = kept["logo"], change.pictures["logo"]
        file = f"logo-{logo[:LOGO_NAME]}.{EXTENSIONS[picture.media_type]}" if logo and picture else None
        facts |= {"logo": logo, "logo_file": file}
    return facts


def _settings(before: Mapping[str, str], change: Change, kept: Mapping[str, str | None]) -> dict[str, Any]:
    said = change.said
    settings: dict[str, Any] = {name: said[name] for name in CHOSEN if said.get(name)}
    if said.get("own_colour") and said.get("colour"):
        settings["colour"] = said["colour"].lower()
    people = []
    for place in SIGNERS:
        image = kept[f"image{place}"] if f"image{place}" in kept else before.get(f"image{place}")
        one = {"name": said.get(f"signer{place}"), "role": said.get(f"role{place}"), "image": image}
        if one["name"]:
            people.append({key: text for key, text in one.items() if text})
    if people:
        settings["signatories"] = people
    return settings
