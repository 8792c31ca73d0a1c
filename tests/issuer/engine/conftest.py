"""An office, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from issuer.office import Office, migrate, open_office
from tests.issuer.engine.builders import settings_for


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that works with a database works on both."""
    if "database_url" in metafunc.fixturenames:
        postgresql = pytest.param("postgresql", marks=pytest.mark.postgresql)
        metafunc.parametrize("database_url", ["sqlite", postgresql], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str | None:
    """The URL of a database without rows, of the kind asked for; None for SQLite in the data folder."""
    if request.param == "sqlite":
        return None
    url: str = request.getfixturevalue("postgresql")
    migrate(settings_for(tmp_path, url))
    return url


@pytest.fixture
def office(database_url: str | None, tmp_path: Path) -> Iterator[Office]:
    """An office that has issued nothing yet."""
    opened = open_office(settings_for(tmp_path, database_url))
    yield opened
    opened.close()
