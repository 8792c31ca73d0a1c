"""What a text of an event file must be: each rule returns the code of the fault, or None."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email

from issuer.certificate.layout import is_colour

ACHIEVEMENT_TYPES: Final = frozenset({
    "Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment", "AssociateDegree", "Award", "Badge",
    "BachelorDegree", "Certificate", "CertificateOfCompletion", "Certification", "CommunityService", "Competency",
    "Course", "CoCurricular", "Degree", "Diploma", "DoctoralDegree", "Fieldwork", "GeneralEducationDevelopment",
    "JourneymanCertificate", "LearningProgram", "License", "Membership", "ProfessionalDoctorate",
    "QualityAssuranceCredential", "MasterCertificate", "MasterDegree", "MicroCredential", "ResearchDoctorate",
    "SecondarySchoolDiploma",
})  # fmt: skip
"""The words of the specification; beside them, extensions that begin with `ext:` (OB 3.0, AchievementType)."""

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_EXTENSION: Final = re.compile(r"ext:[A-Za-z0-9._-]{1,60}", re.ASCII)


def slug(text: str) -> str | None:
    """A slug stands in addresses: small letters and digits in groups joined by single hyphens, at most 63."""
    return None if _SLUG.fullmatch(text) and len(text) <= 63 else "event_slug"


def achievement_type(text: str) -> str | None:
    """An achievementType is a word of the specification or an extension of it."""
    return None if text in ACHIEVEMENT_TYPES or _EXTENSION.fullmatch(text) else "event_type"


def colour(text: str) -> str | None:
    """A colour is `#` and six hexadecimal digits, and nothing that a style sheet could read otherwise."""
    return None if is_colour(text) else "event_colour"


def zone(text: str) -> str | None:
    """A zone is one of the IANA's."""
    return None if text in available_timezones() else "event_zone"


def zone_of(moment: datetime) -> str:
    """Return a zone with the offset of `moment`, for an event that names none; UTC where no such zone exists."""
    hours, rest = divmod(moment.utcoffset() or timedelta(), timedelta(hours=1))
    return "UTC" if rest or not hours else f"Etc/GMT{-hours:+d}"


def web_address(text: str) -> str | None:
    """An address of the web, with a host and without a password."""
    try:
        parts = urlsplit(text)
        well = parts.scheme in ("https", "http") and bool(parts.hostname) and not parts.username and " " not in text
    except ValueError:
        well = False
    return None if well else "event_url"


def mail_address(text: str) -> str | None:
    """One e-mail address, and nobody asks the network about it."""
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return "event_email"
    return None
