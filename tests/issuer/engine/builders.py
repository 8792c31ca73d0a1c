"""The evening that the engine's tests issue for, and the people who came."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from issuer.event import AchievementFacts, CertificateFacts, EventFacts, EventFile, Organization
from issuer.kinds import KINDS
from issuer.roster import Recipient
from issuer.settings import Settings


def make_event(**changes: object) -> EventFile:
    """An evening in Milan; `changes` are facts of the event."""
    facts = {
        "slug": "2026-10-15-serata",
        "name": "Serata Python: type hints",
        "start": datetime(2026, 10, 15, 16, 30, tzinfo=UTC),
        "end": datetime(2026, 10, 15, 19, 30, tzinfo=UTC),
        "timezone": "Europe/Rome",
        "place": "Milano",
        "hours": Decimal("2.5"),
        "language": "it",
    }
    kind = KINDS["attendance"]
    return EventFile(
        issuer=Organization("python-milano", "Python Milano", "https://milano.python.it/", "ciao@milano.python.it"),
        achievement=AchievementFacts(
            kind, "attendance", kind.title["it"], "Ha seguito la serata.", "Registrazione all’ingresso.",
            kind.achievement_type, tags=("python",),
        ),
        event=EventFacts(**(facts | changes)),
        certificate=CertificateFacts(design="modern"),
    )  # fmt: skip


def person(number: int, **changes: object) -> Recipient:
    """The person of line `number`, known by a ticket and by an e-mail address."""
    name, email = f"Persona Numero {number}", f"p{number}@example.org"
    known = {
        "row": number,
        "name": name,
        "email": email,
        "attended": True,
        "minutes": None,
        "identity": (f"id:T{number}", f"email:{email}|{name.lower()}"),
        "basis": "scanned",
    }
    return Recipient(**(known | changes))


def people(count: int, first: int = 2) -> list[Recipient]:
    """Return `count` people, the first on line `first`."""
    return [person(number) for number in range(first, first + count)]


def settings_for(folder: Path, database_url: str | None = None) -> Settings:
    """Return settings for an installation in `folder`, on SQLite unless told otherwise."""
    return Settings(
        data=folder / "data",
        database_url=database_url or f"sqlite:///{folder / 'data' / 'attestato.sqlite3'}",
        base_url="https://badges.example.org",
        kek_file=folder / "secret.kek",
    )
