"""The tables: the migrations make what the models say, on both databases."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, inspect, select, text

from issuer.batch import reserve
from issuer.fault import Refused
from issuer.migrations import versions
from issuer.models import BatchRow, Chunk, CredentialVersion, Job, Table
from issuer.office import Office, migrate, open_office
from issuer.work.issuing import job_of
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people, settings_for

TWO_STARTS = """
import sys
from pathlib import Path
from tests.issuer.engine.builders import settings_for
from issuer.office import open_office
open_office(settings_for(Path(sys.argv[1]))).close()
"""


@pytest.mark.filterwarnings("ignore:.*expression-based index")  # SQLite's, of which its server tells nothing.
def test_the_migrations_make_exactly_what_the_models_say(office: Office) -> None:
    with office.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, Table.metadata) == []


def test_what_is_missing_is_missing_and_no_null_of_json(office: Office) -> None:
    batch = reserve(office, make_event(), people(1), now=NOW)
    job_of(office, batch.batch_id, NOW)
    tables = (BatchRow, Chunk, CredentialVersion, Job)
    for fault in ({"code": "lint"}, None):
        with office.database.writing() as session:
            for table in tables:
                session.scalars(select(table)).one().fault = fault

    with office.database.reading() as session:
        found = [session.scalar(select(func.count()).where(table.fault.is_not(None))) for table in tables]
    assert found == [0, 0, 0, 0]


def later_undone() -> list[str]:
    """Return what takes away again the tables and columns that migrations after the sixth have made."""
    made = sorted(Path(versions.__path__[0]).glob("[0-9]*.py"))[6:]
    told = "".join(file.read_text("utf-8") for file in made)
    tables = reversed(re.findall(r'create_table\(\s*"(\w+)"', told))
    columns = re.findall(r'add_column\(\s*"(\w+)",\s*sa\.Column\(\s*"(\w+)"', told)
    return [f"DROP TABLE {table}" for table in tables] + [
        f"ALTER TABLE {table} DROP COLUMN {column}" for table, column in columns
    ]


def test_a_null_of_json_that_an_earlier_version_kept_is_missing_once_migrated(office: Office) -> None:
    reserve(office, make_event(), people(1), now=NOW)
    with office.database.writing() as session:
        for statement in (*later_undone(), "UPDATE batch_row SET fault = 'null'",
                          "UPDATE alembic_version SET version_num = '0005'",
                          *(f"CREATE INDEX ix_{name}_organization_id ON {name} (organization_id)" for name in
                            ("batch_row", "credential_version", "identity_key", "outbox"))):  # fmt: skip
            session.execute(text(statement))

    migrate(office.settings)

    with office.database.reading() as session:
        assert session.scalars(text("SELECT fault FROM batch_row")).all() == [None]


PEOPLE = {"user_account", "visit", "passkey", "foreign_identity", "one_time_link"}
"""A person may work for several organizations, and comes in before it is known for which."""


def test_every_table_belongs_to_an_organization() -> None:
    for name, table in Table.metadata.tables.items():
        assert name in {"organization", "duty"} | PEOPLE or not table.c.organization_id.nullable


def test_migrating_again_changes_nothing(office: Office) -> None:
    before = inspect(office.database.engine).get_table_names()

    migrate(office.settings)

    assert inspect(office.database.engine).get_table_names() == before


@pytest.mark.postgresql
def test_postgresql_is_not_migrated_behind_anybodys_back(postgresql: str, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, postgresql)

    with pytest.raises(Refused) as refused:
        open_office(settings)
    migrate(settings)
    open_office(settings).close()

    assert [fault.code for fault in refused.value.faults] == ["database_behind"]


def test_sqlite_is_durable_and_lets_readers_go_on(tmp_path: Path) -> None:
    office = open_office(settings_for(tmp_path))
    with office.database.engine.connect() as connection:
        pragmas = [
            connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    office.close()

    assert pragmas == ["wal", 2, 1]


def test_four_processes_that_start_at_once_share_one_new_database(tmp_path: Path) -> None:
    house = Path(__file__).parents[3]

    started = [
        subprocess.Popen([sys.executable, "-c", TWO_STARTS, str(tmp_path)], cwd=house, env={"PYTHONPATH": str(house)})
        for _ in range(4)
    ]

    assert [process.wait(60) for process in started] == [0, 0, 0, 0]
