"""A question is one statement, and a server that was restarted in between is asked again."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from sqlalchemy import literal, select, text
from sqlalchemy.exc import DBAPIError

from issuer.database import connect
from tests.issuer.reading.conftest import questions

ONE = select(literal(1))


@pytest.mark.postgresql
def test_a_question_over_a_line_that_was_cut_is_asked_again(postgresql: str) -> None:
    database = connect(postgresql)
    assert database.ask(ONE)[0][0] == 1
    with psycopg.connect(postgresql.replace("+psycopg", ""), autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    assert database.ask(ONE)[0][0] == 1
    database.engine.dispose()


def test_a_question_that_is_wrong_is_told(tmp_path: Path) -> None:
    database = connect(f"sqlite:///{tmp_path / 'empty.sqlite3'}")

    with pytest.raises(DBAPIError), questions() as asked:
        database.ask(text("SELECT nothing FROM nowhere"))

    assert len(asked) == 1
    database.engine.dispose()
