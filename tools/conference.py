"""Intents for the people of a conference, no two alike, whose rows tell more of some than of others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import UUID

from badges.identity import email_identity
from issuer.event import read_event
from issuer.facts import achievement_facts, event_facts, issuer_facts
from issuer.intent import Intent
from tools.samples import BASE, DID, NOW, key_name

HOUSE: Final = Path(__file__).resolve().parents[1]
NAMES: Final = (
    "Ada Lovelace",
    "Renée Müller",
    "Łukasz O'Neill",
    "Þóra Jónsdóttir",
    "Ngọc Nguyễn",
    "Søren van der Berg",
)
ABROAD: Final = ("Ольга Иванова", "王小明", "محمد علي", "Ελένη Παπαδοπούλου", "田中 花子")
NARRATIVE: Final = 'Gave the talk "Types\\and\\you",\nand answered questions for an hour.'
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz234567"


def intents(count: int) -> Iterator[Intent]:
    """Yield that many intents, always the same ones; their time is a month before that of `tools.samples`."""
    facts, chance = _facts(), Random(2026)
    for number in range(count):
        yield Intent(
            version_id=number,
            organization_id=1,
            token="".join(chance.choices(LETTERS, k=26)),
            subject_id=f"urn:uuid:{UUID(int=chance.getrandbits(128), version=4)}",
            base_url=BASE,
            did=DID,
            achievement_id="s5auvtxefom5akdmpl7bknwlui",
            facts=facts,
            row=_row(number, chance),
            valid_from=NOW - timedelta(days=30),
            valid_until=NOW + timedelta(days=700),
            awarded=NOW - timedelta(days=36),
            list_number=1,
            index=number * 6 % 131_071,
            key_id=key_name(DID),
        )


def _row(number: int, chance: Random) -> dict[str, Any]:
    """One in twelve has a name in another script, one in ten a role, and so on, each by its own chance."""
    name = f"{chance.choice(ABROAD if number % 12 == 0 else NAMES)} {number}"
    identity = email_identity(f"p{number}@example.org", f"{chance.getrandbits(128):032x}")
    email = {"identityHash": identity.identity_hash, "salt": identity.salt}
    return {
        "name": name,
        "role": "Speaker" if chance.random() < 0.1 else None,
        "rank": None,
        "reason": None,
        "grade": None,
        "number": f"{number:06}" if chance.random() < 0.2 else None,
        "narrative": NARRATIVE if chance.random() < 0.05 else None,
        "language": None,
        "hours": str(chance.choice((2, 2.5, 8, 16))),
        "evidence": f"https://talks.example/{number}" if chance.random() < 0.05 else None,
        "basis": "Presenza registrata all’ingresso.",
        "email": email if chance.random() < 0.95 else None,
        "kept": {},
    }


def _facts() -> dict[str, Any]:
    folder = HOUSE / "examples"
    event = read_event((folder / "attendance.toml").read_bytes(), folder)
    image = {"sha256": "0" * 64, "media_type": "image/svg+xml"}
    return {
        "issuer": issuer_facts(event, "0" * 64, "svg"),
        "event": event_facts(event),
        "achievement": {**achievement_facts(event), "image": image},
    }
