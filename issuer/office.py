"""The issuer's office: settings, database and keys at hand, opened once and handed on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from issuer.database import Database, connect
from issuer.fault import Fault, Refused
from issuer.keyring import SqlKeyStore
from issuer.models import SigningKey
from keys.envelope import BadKeyFile, KeyEncryptionKey
from keys.store import Keyring

if TYPE_CHECKING:
    from issuer.settings import Settings


def _unheard(_point: str) -> None:
    """Do nothing at a named point: who wants to know of it passes another function."""


@dataclass(frozen=True)
class Office:
    """Everything that issuing needs. `reached` is told of each named point of the life of a row."""

    settings: Settings
    database: Database
    kek: KeyEncryptionKey = field(repr=False)
    reached: Callable[[str], None] = _unheard

    def keyring(self, session: Session | None = None) -> Keyring:
        """Return the keys; with a `session`, what is made is part of its transaction."""
        return Keyring(SqlKeyStore(self.database, session), self.kek)

    def close(self) -> None:
        """Give the connections back."""
        self.database.engine.dispose()


def open_office(settings: Settings) -> Office:
    """Open the database and the key-encryption key, both made on first use.

    SQLite is migrated at once; PostgreSQL must have been: raises Refused with `database_behind` else, and with
    `database_unreachable` when nobody answers.
    """
    database = connect(settings.database_url)
    if database.is_sqlite:
        settings.data.mkdir(parents=True, exist_ok=True)
    try:
        current = is_current(database)
    except DBAPIError as fault:
        raise Refused(Fault("database_unreachable")) from fault
    if not current:
        if not database.is_sqlite:
            database.engine.dispose()
            raise Refused(Fault("database_behind"))
        _upgrade(database)
    with database.reading() as session:
        sealed = session.scalar(select(SigningKey.id).limit(1)) is not None
    # Where keys are sealed already, a missing file is a fault: a new key-encryption key would open none of them.
    try:
        kek = (KeyEncryptionKey.load if sealed else KeyEncryptionKey.load_or_create)(settings.kek_file)
    except BadKeyFile:
        database.engine.dispose()
        raise
    return Office(settings, database, kek)


def migrate(settings: Settings) -> None:
    """Bring the tables to what this version needs; no change if they are."""
    database = connect(settings.database_url)
    if database.is_sqlite:
        settings.data.mkdir(parents=True, exist_ok=True)
    try:
        _upgrade(database)
    finally:
        database.engine.dispose()


def is_current(database: Database) -> bool:
    """Tell whether the tables are those of this version."""
    with database.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory.from_config(_alembic()).get_current_head()


def _upgrade(database: Database) -> None:
    engine = database.engine.execution_options(attestato_writes=True)
    with engine.begin() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7219430821)")
        config = _alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("issuer").joinpath("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
