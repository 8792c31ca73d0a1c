"""What somebody's certificate will look like, before anything is promised: the sheet that the press will print.

It is composed of an intent as an award is, and printed by the same press; its address is one that no award can have.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from badges.problem import Malformed
from badges.times import read_stamp
from issuer import facts as facts_of
from issuer.certificate import overlay
from issuer.certificate.content import Certificate, Unprintable, certificate
from issuer.certificate.layout import Layout
from issuer.certificate.press.batch import print_batch
from issuer.certificate.render import RenderFailed
from issuer.certificate.sample import samples
from issuer.compose import compose
from issuer.event import EventFile
from issuer.facts import Facts
from issuer.fault import Fault
from issuer.gallery import Picture, Pictures
from issuer.intent import Intent
from issuer.models import Achievement, Event, Organization
from issuer.register import layout_of
from issuer.roster.model import Recipient
from issuer.rows import RowFault, Setting, read_row
from issuer.wording import InvalidWording
from templates import LANGUAGES

NOBODY: Final = "0" * 26
"""No token is like this: there is no 0 in base32."""
KEPT: Final = 96
"""Pictures in memory; each is some 100 kB."""


@dataclass(frozen=True)
class Stage:
    """What all certificates of an evening have in common, as it will be when it is issued.

    `held` names what is known otherwise of this event since it was first issued, and stays so.
    """

    base_url: str
    did: str
    facts: Mapping[str, Facts]
    layout: Layout
    valid_until: datetime | None
    practice: bool
    now: datetime
    held: tuple[str, ...] = ()

    @property
    def setting(self) -> Setting:
        """What rows are read against; the hash of an e-mail address is printed nowhere."""
        return Setting(self.facts["event"], self.facts["achievement"], sign_email=False)


def stage(
    session: Session, organization: Organization, event: EventFile, seed: str, *, practice: bool, now: datetime
) -> Stage:
    """Return what the certificates of an event have in common; `seed` is the id that it will have if it is new."""
    known = session.scalar(_own(Event, organization, event.event.slug))
    given = facts_of.event_facts(event)
    event_facts, seed = (known.facts, known.public_id) if known else (given, seed)
    held = tuple(name for name, value in given.items() if event_facts.get(name) != value)
    awarded = session.scalar(_own(Achievement, organization, event.achievement.slug))
    logo, image = (Picture(one) if one else None for one in (event.issuer.logo, event.achievement.image))
    pictures = Pictures(logo, image, event.certificate.signatories)
    issuer = {**dict.fromkeys(("name", "url", "email", "logo", "logo_file")), **organization.facts}
    achievement = awarded.facts if awarded else facts_of.achievement_facts(event)
    badge = pictures.badge(event, achievement, issuer, seed)
    if awarded is None:
        achievement |= {"image": {"sha256": badge.sha256, "media_type": badge.media_type}}
    layout = layout_of(event, achievement["kind"], event_facts, seed, event.certificate.signatories)
    return Stage(
        base_url=organization.base_url,
        did=organization.did,
        facts={"issuer": issuer, "event": event_facts, "achievement": achievement},
        layout=replace(layout, logo=event.issuer.logo, picture=badge.body),
        valid_until=event.valid_until,
        practice=practice,
        now=now.replace(hour=0, minute=0, second=0, microsecond=0),
        held=held,
    )


def shown(on: Stage, recipient: Recipient) -> Certificate:
    """Return somebody's certificate as it would be; raises RowFault for a row that cannot be issued."""
    row = read_row(recipient, on.setting)
    layout = on.layout
    if layout.wording is None and row["language"] in LANGUAGES:
        layout = replace(layout, language=row["language"])
    body = json.dumps(compose(_intent(on, row)).to_json(), ensure_ascii=False).encode("utf-8", "replace")
    try:
        return certificate(body, layout, kept=row["kept"], practice=on.practice)
    except (Malformed, InvalidWording, Unprintable) as error:
        fault = Fault("render_failed", row=recipient.row, values={"detail": type(error).__name__})
        raise RowFault(fault) from error


@lru_cache(maxsize=KEPT)
def picture(one: Certificate, width: int) -> bytes:
    """Return a certificate as PNG, `width` pixels wide, as it comes from the press; raises RenderFailed."""
    [printed] = print_batch([one])
    if printed.fault is not None:
        raise RenderFailed(printed.fault)
    return overlay.png(printed.plate, printed.tail, width)


@lru_cache(maxsize=8)
def sample_sheets(certificates: tuple[Certificate, ...]) -> bytes:
    """Return samples of these as one PDF: a word across, nothing signed, nothing to scan."""
    return samples(certificates)


def _own(table: type[Any], organization: Organization, slug: str) -> Any:
    return select(table).where(table.organization_id == organization.id, table.slug == slug)


def _intent(on: Stage, row: Mapping[str, Any]) -> Intent:
    return Intent(
        version_id=0,
        organization_id=0,
        token=NOBODY,
        subject_id="urn:uuid:00000000-0000-4000-8000-000000000000",
        base_url=on.base_url,
        did=on.did,
        achievement_id=NOBODY,
        facts=on.facts,
        row=row,
        valid_from=on.now,
        valid_until=on.valid_until,
        awarded=read_stamp(on.facts["event"]["end"], "end"),
        list_number=0,
        index=0,
        key_id="",
    )
