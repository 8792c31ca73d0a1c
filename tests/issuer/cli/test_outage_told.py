"""A command that meets a database without room, or none at all, says so in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import event

from issuer.cli.codes import NOTHING_DONE
from issuer.cli.desk import Desk
from issuer.cli.root import run


def test_a_full_database_is_told_in_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ATTESTATO_LANGUAGE", "en")
    people = "".join(f"Person {number},p{number}@example.org\n" for number in range(300))
    (folder / "many.csv").write_text(f"name,email\n{people}", encoding="utf-8")
    desk = Desk()

    @event.listens_for(desk.office.database.engine, "connect")
    def no_more(connection, _record) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    desk.office.database.engine.dispose()
    code = run(["issue", "event.toml", "many.csv"], desk)

    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert code == NOTHING_DONE
    assert said.startswith("Nothing can be written: the disk of the database is full")
