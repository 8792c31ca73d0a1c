"""What there are many of is looked up, never walked through: so a row of a long list costs what one of a short does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from issuer.archive import award
from issuer.batch import reserve
from issuer.cli.writing import write_files
from issuer.faces import face
from issuer.office import Office, open_office
from issuer.outcome import Signed
from issuer.revoke import revoke
from issuer.work.issuing import sign_batch
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people, settings_for

MANY = (
    "batch_row",
    "credential",
    "credential_version",
    "identity_key",
    "outbox",
    "revocation",
    "token_face",
    "journal",
)
WALK = re.compile(rf"SCAN ({'|'.join(MANY)})(?! USING INTEGER PRIMARY KEY)\b")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = open_office(settings_for(tmp_path))
    yield opened
    opened.close()


@contextmanager
def walks(office: Office) -> Iterator[set[str]]:
    """Note every statement by which SQLite would walk through what there are many of."""
    asked: set[str] = set()
    found: set[str] = set()

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.add(statement)

    event.listen(office.database.engine, "before_cursor_execute", note)
    yield found
    event.remove(office.database.engine, "before_cursor_execute", note)
    with office.database.engine.connect() as connection:
        for statement in asked:
            if statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
                cursor = connection.connection.cursor()
                plan = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", (None,) * statement.count("?")).fetchall()
                found |= {f"{line[3]}: {statement}" for line in plan if WALK.match(line[3])}


def signed(office: Office, count: int) -> Signed:
    batch = reserve(office, make_event(), people(count), now=NOW)
    return sign_batch(office, batch.batch_id, now=NOW)


def test_nothing_is_walked_through_to_reserve_and_to_sign(office: Office) -> None:
    with walks(office) as found:
        signed(office, 3)
        signed(office, 4)

    assert found == set()


def test_nothing_is_walked_through_to_revoke_many(office: Office) -> None:
    tokens = [one.token for one in signed(office, 3).credentials]

    with walks(office) as found:
        revoke(office, tokens, "Errore", NOW)
        revoke(office, tokens, "Errore", NOW)

    assert found == set()


@pytest.mark.parametrize("extension", ["json", "jwt", "pdf", "png", "svg"])
def test_nothing_is_walked_through_to_write_a_file_and_to_answer_it(
    office: Office, tmp_path: Path, extension: str
) -> None:
    run = signed(office, 2)

    with walks(office) as found:
        write_files(office, run, tmp_path, (extension,), progress=lambda *_: None)
        known = award(office, run.credentials[0].token)
        assert known is not None
        face(office, known, extension)

    assert found == set()
