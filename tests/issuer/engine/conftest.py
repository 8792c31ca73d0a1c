"""An office, on both databases."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import delete

from issuer.database import connect
from issuer.models import Table
from issuer.office import Office, migrate, open_office
from tests.conftest import POSTGRESQL, missing
from tests.issuer.engine.builders import settings_for


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that works with a database works on both."""
    if "database_url" in metafunc.fixturenames:
        postgresql = pytest.param("postgresql", marks=pytest.mark.postgresql)
        metafunc.parametrize("database_url", ["sqlite", postgresql], indirect=True)


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a PostgreSQL database with our tables, one for the whole run; it is dropped at its end."""
    name = f"attestato_{secrets.token_hex(8)}"
    try:
        server = psycopg.connect(POSTGRESQL.replace("+psycopg", ""), autocommit=True, connect_timeout=5)
    except psycopg.OperationalError:
        missing("PostgreSQL")
    with server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'".encode())
        url = f"{POSTGRESQL.rpartition('/')[0]}/{name}"
        migrate(settings_for(tmp_path_factory.mktemp("tables"), url))
        yield url
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The URL of a database without rows, of the kind asked for; None for SQLite in the data folder."""
    if request.param == "sqlite":
        yield None
        return
    url: str = request.getfixturevalue("tables")
    yield url
    database = connect(url)
    with database.writing() as session:
        for table in reversed(Table.metadata.sorted_tables):
            session.execute(delete(table))
    database.engine.dispose()


@pytest.fixture(scope="session")
def unused(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an SQLite database of ours and its key, to be copied: to migrate takes ten times as long."""
    folder = tmp_path_factory.mktemp("unused")
    open_office(settings_for(folder)).close()
    return folder


@pytest.fixture
def office(database_url: str | None, unused: Path, tmp_path: Path) -> Iterator[Office]:
    """An office that has issued nothing yet."""
    if database_url is None:
        shutil.copytree(unused, tmp_path, dirs_exist_ok=True)
    opened = open_office(settings_for(tmp_path, database_url))
    yield opened
    opened.close()
