"""An installation with awards in every state, and the pages on top of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from issuer import archive, batch, correct, revoke
from issuer.event import read_event
from issuer.office import Office, open_office
from issuer.roster import read
from issuer.settings import Settings
from issuer.work import issuing
from tests.conftest import NOW
from wsgi import create_app

EVENT = """
[issuer]
slug = "python-milano"
name = "Python Milano"
url = "https://milano.python.it/"
email = "ciao@milano.python.it"

[achievement]
kind = "{kind}"
slug = "{kind}"
description = "Ha preso parte alla serata."
criteria = "Presenza *registrata* all’ingresso, <b>senza</b> [trucchi](javascript:alert(1))."
tags = ["python", "community"]

[event]
slug = "serata-{kind}"
name = "Serata Python: type hints"
start = 2026-10-15T18:30:00+02:00
end = 2026-10-15T21:30:00+02:00
timezone = "Europe/Rome"
place = "Milano"
hours = 2.5
language = "{language}"

[certificate]
colour = "#1d3a5f"
valid_for = "P2Y"
[[certificate.signatory]]
name = "Ada Rossi"
role = "Python Milano"
"""
ROSTER = """Name,Email,Reason,Role,Number
Maria-Grazia Dell'Orto,maria@example.org,per l’intervento,relatrice,2026-17
Joao Coutinho,joao@example.org,x,y,2026-18
<img src=x onerror=alert(1)>,mallory@example.org,**x** <script>alert(1)</script>,y,2026-19
""".encode()
ADDRESSES = count(1)
REASON = "Rilasciato per errore: la persona non era presente."
NOTE = "Il nome era scritto senza accento."


@dataclass(frozen=True)
class Instance:
    """One installation: its office, its pages, and the tokens of three awards of attendance and one of merit."""

    office: Office
    app: Flask
    good: str
    corrected: str
    revoked: str
    merit: str
    first_version: bytes

    def client(self) -> FlaskClient:
        """Return a browser at an address of its own, so that no test uses up the patience that another needs."""
        made = self.app.test_client()
        made.environ_base["REMOTE_ADDR"] = f"2001:db8:{next(ADDRESSES):x}::1"
        return made


def issued(office: Office, kind: str, language: str = "it") -> list[str]:
    event = read_event(EVENT.format(kind=kind, language=language).encode(), None)
    reserved = batch.reserve(office, event, read(ROSTER).issuable, now=NOW - timedelta(days=2))
    issuing.sign_batch(office, reserved.batch_id, now=NOW - timedelta(days=2))
    return [award.token for award in archive.batch_awards(office, reserved.batch_id)]


def instance_at(folder: Path, base_url: str) -> Instance:
    settings = Settings.read(
        {"ATTESTATO_DATA": str(folder / "data"), "ATTESTATO_BASE_URL": base_url, "ATTESTATO_LANGUAGE": "en"}
    )
    office = open_office(settings)
    good, corrected, revoked = issued(office, "attendance")
    award = archive.award(office, corrected)
    assert award is not None
    merit = issued(office, "merit", "en")[2]
    revoke.revoke(office, [revoked], REASON, NOW - timedelta(days=1))
    correct.correct(office, corrected, correct.Changes(name="João Coutinho"), NOTE, NOW - timedelta(hours=5))
    app = create_app(settings, clock=lambda: NOW)
    return Instance(office, app, good, corrected, revoked, merit, award.signed)


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An installation as the public sees it."""
    made = instance_at(tmp_path_factory.mktemp("public"), "https://badges.example")
    yield made
    made.office.close()


@pytest.fixture
def client(instance: Instance) -> FlaskClient:
    """A stranger with a browser that knows Italian."""
    return instance.client()
