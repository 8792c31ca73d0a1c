"""Credentials to print, whoever they are for, and eyes to look at the print with."""

from __future__ import annotations

import io
import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from PIL import Image

from badges.model import (
    Achievement,
    AchievementSubject,
    Evidence,
    IdentityObject,
    OpenBadgeCredential,
    Profile,
    Result,
    ResultDescription,
    StatusEntry,
)
from issuer.certificate.content import Certificate, certificate
from issuer.certificate.layout import Layout, Signatory
from issuer.certificate.render import render
from issuer.kinds import KINDS

URL = "https://attestato.example/c/k3v7q2m5x8c4n6z1p9d0w2r7ta"
ACHIEVEMENT = "https://attestato.example/achievements/abcdefghijklmnopqrstuvwxyz"
SPECIAL = {
    "attendance": {"hours": "2.5"},
    "merit": {"reason": "per la dimostrazione più chiara di come un tipo salva una notte", "role": "relatrice"},
    "badge": {"achievement": "Type hints, senza paura"},
    "diploma": {"achievement": "Sviluppo con Python", "hours": "120", "grade": "98/100", "number": "2026-0042"},
}


def signed(kind: str = "attendance", **over: Any) -> bytes:
    """Return the JSON of a credential of `kind`, as the engine composes it."""
    facts: dict[str, Any] = {
        "name": "Maria-Grazia Dell'Orto",
        "issuer": "Python Milano",
        "event": "Serata Python: type hints",
        "place": "Milano",
        "hours": None,
        "grade": None,
        "rank": None,
        "role": None,
        "reason": None,
        "number": None,
        "achievement": KINDS[kind].title["it"],
        "url": URL,
        "start": datetime(2026, 10, 15, 16, 30, tzinfo=UTC),
        "end": datetime(2026, 10, 15, 19, 30, tzinfo=UTC),
    } | over
    results = {key: facts[key] for key in ("hours", "grade", "rank") if facts[key]}
    credential = OpenBadgeCredential(
        id=facts["url"],
        name=facts["achievement"],
        issuer=Profile("did:web:attestato.example:issuers:python-milano", facts["issuer"]),
        subject=AchievementSubject(
            id="urn:uuid:6e1f2c1e-7a0f-4d0e-9a31-3d9f1b1a0c11",
            achievement=Achievement(
                ACHIEVEMENT,
                facts["achievement"],
                "What it is.",
                "What it took.",
                KINDS[kind].achievement_type,
                result_descriptions=tuple(ResultDescription(f"{ACHIEVEMENT}#{key}", key) for key in results),
            ),
            identifiers=(IdentityObject("name", facts["name"]),),
            activity_start=facts["start"],
            activity_end=facts["end"],
            licence_number=facts["number"],
            narrative=facts["reason"],
            results=tuple(Result(f"{ACHIEVEMENT}#{key}", value) for key, value in results.items()),
            role=facts["role"],
        ),
        valid_from=datetime(2026, 10, 16, 8, tzinfo=UTC),
        awarded=facts["end"],
        status=StatusEntry("https://attestato.example/status/1", 42),
        evidence=(Evidence(facts["event"], "Event", facts["place"], "Presenza dichiarata."),),
    )
    return json.dumps(credential.to_json(), ensure_ascii=False, separators=(",", ":")).encode()


SIGNATORIES = (
    Signatory("Innocenza Rinaldi", "Community lead"),
    Signatory("Gian Luca D’Alessandro", "Direttore del Dipartimento di Informatica"),
    Signatory("Zoë Łukasiewicz", "Keynote"),
)


@pytest.fixture(scope="session")
def make() -> Callable[..., Certificate]:
    """Return a certificate: `kind`, layout's members in `layout`, the credential's facts as keywords."""

    def build(
        kind: str = "attendance", *, practice: bool = False, kept: dict[str, str] | None = None, **over: Any
    ) -> Certificate:
        layout = {
            "kind": kind,
            "design": "classic",
            "paper": "A4",
            "language": "it",
            "timezone": "Europe/Rome",
            "signatories": SIGNATORIES[: KINDS[kind].signatories],
            "seed": "2026-10-15-serata",
        } | over.pop("layout", {})
        return certificate(signed(kind, **(SPECIAL[kind] | over)), Layout(**layout), kept=kept or {}, practice=practice)

    return build


@dataclass(frozen=True)
class Word:
    """A word on a page, its box in points from the upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Page:
    """The page of a print: its size in points and its words."""

    width: float
    height: float
    words: tuple[Word, ...]
    pages: int


_WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>')


@pytest.fixture(scope="session")
def seen(tool) -> Callable[[bytes], Page]:
    """Return what poppler sees on a print."""

    def look(pdf: bytes) -> Page:
        command = [tool("pdftotext"), "-bbox", "-", "-"]
        out = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
        sizes = re.findall(r'<page width="([\d.]+)" height="([\d.]+)">', out)
        words = tuple(Word(unescape(text), *(float(number) for number in box)) for *box, text in _WORD.findall(out))
        return Page(float(sizes[0][0]), float(sizes[0][1]), words, len(sizes))

    return look


@pytest.fixture(scope="session")
def text_of(tool) -> Callable[[bytes], str]:
    """Return the text of a print in reading order, white space evened out."""

    def read(pdf: bytes) -> str:
        command = [tool("pdftotext"), "-raw", "-", "-"]
        out = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
        return " ".join(out.split())

    return read


@pytest.fixture(scope="session")
def printed() -> Callable[[Certificate], bytes]:
    """Return the PDF of one certificate."""
    return lambda one: next(iter(render([one])))


@pytest.fixture
def drawing() -> bytes:
    """A small PNG with transparency."""
    out = io.BytesIO()
    Image.new("RGBA", (300, 100), (20, 60, 140, 200)).save(out, "PNG")
    return out.getvalue()
