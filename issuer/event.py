"""An event file: who issues what for which event, in which dress; every fault told with its line.

A frozen `EventFile` is what everything else works from. Where the file is silent, the kind has spoken already.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from issuer import rules
from issuer.certificate.layout import DESIGNS, MOST_SIGNATORIES, PAPERS, Signatory
from issuer.duration import Duration, InvalidDuration
from issuer.fault import Fault, Refused
from issuer.kinds import KINDS, Kind
from issuer.pictures import read_picture
from issuer.section import LONG, Section
from issuer.toml import Toml, read_toml
from issuer.wording import check, fields
from templates import LANGUAGES

PLACEHOLDERS: Final = frozenset(field for kind in KINDS.values() for field in kind.fields)
"""What a wording may name; any other name is a column of the roster, which is then kept."""

MOST_HOURS: Final = 10_000
MOST_TAGS: Final = 20


@dataclass(frozen=True)
class Organization:
    """Who issues, found by its slug."""

    slug: str
    name: str
    url: str | None = None
    email: str | None = None
    logo: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True)
class AchievementFacts:
    """What is awarded; `type` is the specification's achievementType, `image` the organizer's own badge."""

    kind: Kind
    slug: str
    name: str
    description: str
    criteria: str
    type: str
    image: bytes | None = field(default=None, repr=False)
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class EventFacts:
    """What took place; `start` and `end` know their offset, `timezone` is the IANA zone in which dates are printed."""

    slug: str
    name: str
    start: datetime
    end: datetime
    timezone: str
    place: str | None
    hours: Decimal | None
    language: str


@dataclass(frozen=True)
class CertificateFacts:
    """How the certificate looks; a wording of None is the kind's, in the language of the recipient."""

    design: str
    wording: str | None = None
    valid_for: Duration | None = None
    paper: str = "A4"
    colour: str | None = None
    signatories: tuple[Signatory, ...] = ()
    legal_note: bool = True


@dataclass(frozen=True)
class EventFile:
    """All that an event file says, checked."""

    issuer: Organization
    achievement: AchievementFacts
    event: EventFacts
    certificate: CertificateFacts

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the roster that the wording names: they are kept, without being asked for."""
        return tuple(field for field in fields(self.certificate.wording or "") if field not in PLACEHOLDERS)

    @property
    def valid_until(self) -> datetime | None:
        """The moment in UTC after which the award is expired: `valid_for` from the event's end, by its calendar."""
        if self.certificate.valid_for is None:
            return None
        return self.certificate.valid_for.after(self.event.end, ZoneInfo(self.event.timezone))


def read_event(data: bytes, folder: Path | None) -> EventFile:
    """Read an event file whose pictures lie in `folder`; raises Refused with every fault, `row` being its line."""
    return check_event(read_toml(data), folder)


def check_event(toml: Toml, folder: Path | None) -> EventFile:
    """Return what the tables of an event file say, wherever they come from; raises Refused with every fault."""
    faults: list[Fault] = []
    file = Section(toml, toml.values, (), faults)
    event = _event(file.section("event"))
    issuer = _issuer(file.section("issuer"), folder)
    achievement = _achievement(file.section("achievement"), folder, event.language)
    certificate = _certificate(file.section("certificate"), folder, achievement.kind)
    file.close()
    if faults:
        raise Refused(*sorted(faults, key=lambda fault: fault.row or 0))
    return EventFile(issuer, achievement, event, certificate)


def _issuer(section: Section, folder: Path | None) -> Organization:
    found = Organization(
        slug=section.text("slug", required=True, check=rules.slug),
        name=section.text("name", required=True),
        url=section.text("url", limit=2000, check=rules.web_address) or None,
        email=section.text("email", check=rules.mail_address) or None,
        logo=_picture(section, "logo", folder),
    )
    section.close()
    return found


def _achievement(section: Section, folder: Path | None, language: str) -> AchievementFacts:
    kind = KINDS[section.choice("kind", tuple(KINDS), "attendance")]
    found = AchievementFacts(
        kind=kind,
        slug=section.text("slug", required=True, check=rules.slug),
        name=section.text("name") or kind.title[language],
        description=section.text("description", required=True, limit=LONG),
        criteria=section.text("criteria", required=True, limit=LONG),
        type=section.text("type", check=rules.achievement_type) or kind.achievement_type,
        image=_picture(section, "image", folder),
        tags=section.texts("tags", MOST_TAGS),
    )
    section.close()
    return found


def _event(section: Section) -> EventFacts:
    zone = section.text("timezone", check=rules.zone)
    start, end = section.moment("start"), section.moment("end")
    found = EventFacts(
        slug=section.text("slug", required=True, check=rules.slug),
        name=section.text("name", required=True),
        start=start,
        end=end,
        timezone=zone or rules.zone_of(start),
        place=section.text("place") or None,
        hours=section.number("hours", MOST_HOURS),
        language=section.choice("language", LANGUAGES, "en", required=True),
    )
    if section.has("start") and section.has("end") and found.end < found.start:
        section.fault("event_end_before_start", "end")
    section.close()
    return found


def _certificate(section: Section, folder: Path | None, kind: Kind) -> CertificateFacts:
    found = CertificateFacts(
        design=section.choice("design", DESIGNS, kind.design),
        wording=section.text("wording", limit=LONG) or None,
        valid_for=_duration(section, "valid_for"),
        paper=section.choice("paper", PAPERS, "A4"),
        colour=section.text("colour", check=rules.colour) or None,
        signatories=tuple(_signatory(item, folder) for item in section.sections("signatory", MOST_SIGNATORIES)),
        legal_note=section.flag("legal_note", default=True),
    )
    for code in check(found.wording, fields(found.wording)) if found.wording else ():
        section.fault(code, "wording")
    section.close()
    return found


def _signatory(section: Section, folder: Path | None) -> Signatory:
    found = Signatory(
        name=section.text("name", required=True),
        role=section.text("role"),
        image=_picture(section, "image", folder),
    )
    section.close()
    return found


def _picture(section: Section, key: str, folder: Path | None) -> bytes | None:
    name = section.text(key)
    try:
        return read_picture(folder, name) if name else None
    except Refused as refused:
        for fault in refused.faults:
            section.fault(fault.code, key, **fault.values)
        return None


def _duration(section: Section, key: str) -> Duration | None:
    text = section.text(key)
    try:
        return Duration.parse(text) if text else None
    except InvalidDuration:
        section.fault("event_duration", key, value=text)
        return None
