"""The ground of a proof: an installation of its own, and databases that are made for it and dropped afterwards."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy.orm import Session

from issuer.database import connect
from issuer.office import Office, migrate, open_office
from issuer.settings import Settings
from tools.proofs.victims import Reached

SERVER: Final = os.environ.get("ATTESTATO_TEST_POSTGRESQL", "postgresql+psycopg://127.0.0.1:5432/postgres")


@dataclass(frozen=True)
class Ground:
    """An installation in a folder, and the log in which each process writes the signatures it makes."""

    folder: Path
    settings: Settings

    @property
    def log(self) -> Path:
        """One line for each signature, written before anything is stored."""
        return self.folder / "signatures.log"

    def open(self, reached: Reached | None = None) -> Office:
        """Open the office, in whichever process this is."""
        office = open_office(self.settings)
        return office if reached is None else replace(office, reached=reached)

    @contextmanager
    def opened(self) -> Iterator[Office]:
        """Open the office for a moment, so that nothing is open when a process is forked."""
        office = self.open()
        try:
            yield office
        finally:
            office.close()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Look into the tables for a moment."""
        database = connect(self.settings.database_url)
        try:
            with database.reading() as session:
                yield session
        finally:
            database.engine.dispose()


@contextmanager
def ground(url: str | None = None, **settings: object) -> Iterator[Ground]:
    """Make an installation on the empty database at `url`, SQLite when there is none; it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="attestato-proof-"))
    try:
        made = Ground(folder, settings_in(folder, url, **settings))
        migrate(made.settings)
        yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def settings_in(folder: Path, url: str | None = None, **more: object) -> Settings:
    """Return the settings of an installation in `folder`."""
    facts = {
        "data": folder / "data",
        "database_url": url or f"sqlite:///{folder / 'data' / 'attestato.sqlite3'}",
        "base_url": "https://badges.example.org",
        "kek_file": folder / "secret.kek",
    }
    return Settings(**(facts | more))  # type: ignore[arg-type]


def answers(server: str = SERVER) -> bool:
    """Tell whether there is a PostgreSQL server."""
    try:
        psycopg.connect(server.replace("+psycopg", ""), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def database(server: str = SERVER) -> Iterator[str]:
    """Make an empty database on a PostgreSQL server, and drop it afterwards; yields its URL."""
    name = f"attestato_proof_{secrets.token_hex(6)}"
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True, connect_timeout=5) as made:
        made.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'".encode())
    try:
        yield f"{server.rpartition('/')[0]}/{name}"
    finally:
        with psycopg.connect(server.replace("+psycopg", ""), autocommit=True, connect_timeout=5) as dropped:
            dropped.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def free_port() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
