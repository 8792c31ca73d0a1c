"""Rooms to work in: `rooms` on SQLite, `both` on SQLite and then on PostgreSQL; new for each test."""

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
from issuer.office import migrate
from issuer.settings import Settings
from tests.conftest import POSTGRESQL, missing
from tests.issuer.room.rooms import Browser, Rooms, rooms_at


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database that has our tables and no rows."""
    folder = tmp_path_factory.mktemp("empty")
    migrate(Settings.read({"ATTESTATO_DATA": str(folder / "data")}))
    return folder


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
        data = str(tmp_path_factory.mktemp("tables") / "data")
        migrate(Settings.read({"ATTESTATO_DATA": data, "ATTESTATO_DATABASE_URL": url}))
        yield url
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def rooms(empty_sqlite: Path, tmp_path: Path) -> Iterator[Rooms]:
    """Two organizations with members in every role."""
    shutil.copytree(empty_sqlite, tmp_path, dirs_exist_ok=True)
    made = rooms_at(tmp_path, None)
    yield made
    made.office.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def where(request: pytest.FixtureRequest, empty_sqlite: Path, tmp_path: Path) -> Iterator[str | None]:
    """The URL of a database with our tables and no rows, of each kind; None for SQLite in the folder of the test."""
    if request.param == "sqlite":
        shutil.copytree(empty_sqlite, tmp_path, dirs_exist_ok=True)
        yield None
        return
    url: str = request.getfixturevalue("tables")
    yield url
    database = connect(url)
    with database.writing() as session:
        for table in reversed(Table.metadata.sorted_tables):
            session.execute(delete(table))
    database.engine.dispose()


@pytest.fixture
def both(where: str | None, tmp_path: Path) -> Iterator[Rooms]:
    """The same as `rooms`, on each database."""
    made = rooms_at(tmp_path, where)
    yield made
    made.office.close()


@pytest.fixture
def stranger(rooms: Rooms) -> Browser:
    """A browser in which nobody is signed in."""
    return rooms.browser()
