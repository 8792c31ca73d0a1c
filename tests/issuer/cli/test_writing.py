"""The files of a run: told and written piece by piece, however many there are."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from issuer.batch import reserve
from issuer.cli.roster import print_json_with_list
from issuer.cli.writing import TOGETHER, Entry, Written, write_files
from issuer.models import CredentialVersion
from issuer.office import Office, open_office
from issuer.outcome import Credentials, Issued, Signed
from issuer.work.issuing import sign_batch
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people, person, settings_for
from verifier.table import lines_of_table

MOST = 2**20
"""Octets by which what is held may grow with eight times the rows; an award is about six thousand."""


def nothing(_done: int, _total: int) -> None:
    pass


class Repeated(Sequence[Issued]):
    """The credentials of a batch, told again and again under other line numbers."""

    def __init__(self, issued: Sequence[Issued], times: int) -> None:
        self.issued, self.times = issued, times

    def __len__(self) -> int:
        return len(self.issued) * self.times

    def __iter__(self):
        for time in range(self.times):
            yield from (replace(one, row=one.row + 10_000 * time) for one in self.issued)

    def __getitem__(self, _place):
        raise NotImplementedError


@pytest.fixture
def office(tmp_path: Path) -> Office:
    opened = open_office(settings_for(tmp_path))
    yield opened
    opened.close()


def signed(office: Office, count: int) -> Signed:
    batch = reserve(office, make_event(), people(count), now=NOW)
    return sign_batch(office, batch.batch_id, now=NOW)


def held(office: Office, run: Signed, folder: Path) -> int:
    """Return the octets that were held at most while files, index and outcome were written."""
    tracemalloc.start()
    written = write_files(office, run, folder, ("json",), progress=nothing)
    for _line in lines_of_table(Entry.HEADER, (entry.cells() for entry in written.entries)):
        pass
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_memory_does_not_grow_with_the_number_of_files(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("issuer.cli.writing.TOGETHER", 50)
    monkeypatch.setattr("issuer.outcome.PAGE", 50)
    monkeypatch.setattr("issuer.cli.writing.write_whole", lambda path, body: path.touch() if body else None)
    run = signed(office, 800)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    few = replace(run, credentials=run.credentials[:100])

    before, after = held(office, few, tmp_path / "a"), held(office, run, tmp_path / "b")

    assert after < before + MOST


def test_every_row_is_told_with_its_files_also_beyond_the_first_chunk(office: Office, tmp_path: Path) -> None:
    run = signed(office, 3)
    times = TOGETHER // 3 + 2
    told: list[tuple[int, int]] = []

    written = write_files(
        office, replace(run, credentials=Repeated(run.credentials, times)), tmp_path, ("json", "jwt"),
        progress=lambda *both: told.append(both),
    )  # fmt: skip

    entries = list(written.entries)
    assert len(entries) == len(written.entries) == 3 * times
    assert {len(entry.files) for entry in entries} == {2}
    assert sorted(tmp_path.glob("*.jwt")) == sorted({entry.files[1] for entry in entries})
    assert told[-1] == (6 * times, 6 * times)
    assert told == sorted(told)


def test_a_file_that_cannot_be_made_is_in_no_entry_and_a_fault_of_every_row_that_wants_it(
    office: Office, tmp_path: Path
) -> None:
    event = make_event()
    long = person(3, name="W" * 400)
    batch = reserve(office, event, [person(2), long], now=NOW)
    run = sign_batch(office, batch.batch_id, now=NOW)

    written = write_files(
        office, replace(run, credentials=Repeated(run.credentials, 2)), tmp_path, ("json", "pdf"), progress=nothing
    )

    assert [fault.row for fault in written.faults] == [3, 10_003]
    assert [[file.suffix for file in entry.files] for entry in written.entries] == [
        [".json", ".pdf"], [".json"], [".json", ".pdf"], [".json"],
    ]  # fmt: skip


def test_an_award_that_was_erased_meanwhile_has_no_files(office: Office, tmp_path: Path) -> None:
    run = signed(office, 2)
    with office.database.writing() as session:
        session.execute(update(CredentialVersion).where(CredentialVersion.credential_id == 1).values(signed=None))

    written: Written = write_files(office, run, tmp_path, ("json",), progress=nothing)

    assert isinstance(run.credentials, Credentials)
    assert [len(entry.files) for entry in written.entries] == [0, 1]
    assert len(list(tmp_path.glob("*.json"))) == 1


@pytest.mark.parametrize("count", [0, 1, 2])
def test_an_object_is_printed_piece_by_piece_to_the_same_text(capsys: pytest.CaptureFixture[str], count: int) -> None:
    items = [{"name": "Ada\nè\x85 []", "files": ["a", "b"]}, {"name": "Bo", "files": []}][:count]

    print_json_with_list({"faults": []}, "items", iter(items))

    assert capsys.readouterr().out == json.dumps({"faults": [], "items": items}, ensure_ascii=False, indent=2) + "\n"
