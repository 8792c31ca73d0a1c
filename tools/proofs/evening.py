"""The evening that every proof issues for, and the people on its list."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from issuer.event import AchievementFacts, CertificateFacts, EventFacts, EventFile, Organization
from issuer.kinds import KINDS
from issuer.roster import Recipient

NOW: Final = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)


def event(slug: str = "evening") -> EventFile:
    """Return the event that is issued for."""
    kind = KINDS["attendance"]
    start, end = datetime(2026, 10, 15, 16, 30, tzinfo=UTC), datetime(2026, 10, 15, 19, 30, tzinfo=UTC)
    return EventFile(
        Organization("proof", "The Proof"),
        AchievementFacts(kind, "attendance", kind.title["en"], "Was there.", "Checked in.", kind.achievement_type),
        EventFacts(slug, "An evening", start, end, "Europe/Rome", "Milano", Decimal("2.5"), "en"),
        CertificateFacts(design="modern"),
    )


def person(number: int) -> Recipient:
    """Return the person of that number, known by a ticket and by an e-mail address."""
    name, email = f"Person Number {number}", f"p{number}@example.org"
    identity = (f"id:T{number}", f"email:{email}|{name.lower()}")
    return Recipient(row=number + 2, name=name, email=email, attended=True, minutes=None, identity=identity)


def people(rows: int) -> list[Recipient]:
    """Return everybody on a list of so many rows, no two alike."""
    return [person(number) for number in range(rows)]
