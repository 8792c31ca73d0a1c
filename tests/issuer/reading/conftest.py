"""An installation on either database, with awards that are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from issuer.batch import reserve
from issuer.office import Office, open_office
from issuer.settings import Settings
from issuer.web.ready import Ready
from issuer.work.issuing import sign_batch
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people, settings_for
from tests.issuer.engine.conftest import database_url, pytest_generate_tests, tables
from wsgi import create_app


@dataclass(frozen=True)
class House:
    """An installation: its settings, its office, and the tokens of three awards."""

    settings: Settings
    office: Office
    tokens: tuple[str, ...]
    opened: list[Office] = field(default_factory=list)

    def client(self, clock: Callable[[], datetime] = lambda: NOW) -> FlaskClient:
        """Return a reader of a service of its own, as another worker process has it."""
        app = create_app(self.settings, clock=clock)
        assert isinstance(app.wsgi_app, Ready)
        self.opened.append(app.wsgi_app._finder.office)
        return app.test_client()


@pytest.fixture
def house(database_url: str | None, tmp_path: Path) -> Iterator[House]:
    """An installation whose three awards were issued an hour ago."""
    settings = settings_for(tmp_path, database_url)
    office = open_office(settings)
    batch = reserve(office, make_event(), people(3), now=NOW - timedelta(hours=1)).batch_id
    issued = sign_batch(office, batch, now=NOW - timedelta(hours=1))
    made = House(settings, office, tuple(item.token for item in issued.credentials))
    yield made
    for each in (office, *made.opened):
        each.close()


@contextmanager
def questions() -> Iterator[list[str]]:
    """Count what is asked of any database meanwhile: statements, transactions included."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


__all__ = ["database_url", "house", "pytest_generate_tests", "questions", "tables"]
