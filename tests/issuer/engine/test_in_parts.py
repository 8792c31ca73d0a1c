"""A list is reserved part by part and is whole with the last: all or none, as seen from outside, whoever is killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from issuer import batch as batches
from issuer import discard as discarding
from issuer.ahead import Ahead
from issuer.archive import signed_bytes
from issuer.batch import Reservation, reserve
from issuer.claim import digest_of
from issuer.discard import discard_what_was_left
from issuer.intent import load_intents
from issuer.models import (
    Batch,
    BatchRow,
    Credential,
    CredentialVersion,
    IdentityKey,
    Job,
    StatusList,
)
from issuer.office import Office, open_office
from issuer.roster import Recipient
from issuer.rows import RowFault, Setting, read_row
from issuer.sweep import plan_what_was_left
from issuer.work.clock import tick
from issuer.work.issuing import sign_batch
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people, person, settings_for

HOUSE = Path(__file__).parents[3]

AT_ONCE = """
import os, sys
from pathlib import Path
from issuer.batch import reserve
from issuer.office import open_office
from issuer.work.issuing import sign_batch
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people, settings_for

def run():
    office = open_office(settings_for(Path(sys.argv[1]), sys.argv[2] or None))
    reservation = reserve(office, make_event(), people(24), now=NOW, part=7)
    done = sign_batch(office, reservation.batch_id, now=NOW)
    os.write(1, f"{done.issued + done.unchanged}\\n".encode())

children = [os.fork() or (run(), os._exit(0)) for _ in range(6)]
sys.exit(any(os.waitpid(child, 0)[1] for child in children))
"""


class Killed(BaseException):
    """What stands for a kill: nothing is done after it that a process could do."""


def stop_at(office: Office, point: str, times: int) -> Office:
    """Return the office in which a run is killed when it reaches `point` for that many times."""
    left = [times]

    def reached(name: str) -> None:
        left[0] -= name == point
        if not left[0]:
            raise Killed

    return replace(office, reached=reached)


@pytest.fixture
def killed(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Reserve a list in parts of two, and be killed at a point, without a word to anybody."""

    def run(recipients: list[Recipient], point: str = "after-part", times: int = 2) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(batches, "let_go", lambda *_: None)
            with pytest.raises(Killed):
                reserve(stop_at(office, point, times), make_event(), recipients, now=NOW, part=2)

    return run


def promised(office: Office) -> dict[str, tuple[str, int]]:
    """Return the address and the bit of everybody, by who it is."""
    with office.database.reading() as session:
        rows = session.execute(
            select(Credential.identity, Credential.token, CredentialVersion.status_index).join(
                CredentialVersion, CredentialVersion.credential_id == Credential.id
            )
        )
        return {line[0]: (line[1], line[2]) for line in rows}


def counted(office: Office, table: Any) -> int:
    with office.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def gone_for(office: Office, time: timedelta) -> None:
    """Let whoever is reserving have been silent for `time`."""
    with office.database.writing() as session:
        session.execute(update(Batch).values(touched_at=tick(session) - time))


def test_a_row_that_was_read_ahead_says_what_it_says_when_it_is_read_by_itself() -> None:
    setting = Setting({"language": "it", "hours": "2.5"}, {"kind": "merit"}, sign_email=False)
    first, faulty = person(2, values={"reason": "per il talk"}), person(3)
    same_line = person(2, values={"reason": "per la cura"})
    ahead = Ahead(setting)
    ahead.begin([first, faulty])

    said = [ahead.row(one) for one in (first, same_line)]
    with pytest.raises(RowFault) as refused:
        ahead.row(faulty)

    assert said == [read_row(one, setting) for one in (first, same_line)]
    assert [fault.code for fault in refused.value.faults] == ["award_required"]


class MadeAnew(Sequence[Recipient]):
    """A list whose people are made anew each time one looks at them."""

    def __len__(self) -> int:
        return 9

    def __getitem__(self, place: Any) -> Any:
        numbers = range(2, 11)[place]
        return [person(number) for number in numbers] if isinstance(place, slice) else person(numbers)


def test_nobody_gets_the_row_of_somebody_else_whose_place_in_memory_is_taken_again(office: Office) -> None:
    batch = reserve(office, make_event(), MadeAnew(), now=NOW, part=2)
    done = sign_batch(office, batch.batch_id, now=NOW)

    assert [one.name for one in done.credentials] == [f"Persona Numero {one.row}" for one in done.credentials]
    assert [one.row for one in done.credentials] == list(range(2, 11))


def test_rows_are_read_while_those_before_are_stored_where_that_keeps_nobody_waiting(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[list[int]] = []
    monkeypatch.setattr(Ahead, "begin", lambda _self, recipients: begun.append([one.row for one in recipients]))

    reserve(office, make_event(), people(7), now=NOW, part=3)
    reserve(office, make_event(), people(7), now=NOW, part=3)

    assert begun == ([] if office.database.is_sqlite else [[5, 6, 7], [8]])


@pytest.mark.parametrize("point", ["after-block", "after-part"])
def test_what_a_killed_run_reserved_is_gone_on_with_under_the_same_addresses_and_bits(
    office: Office, killed: Any, point: str
) -> None:
    killed(people(7), point, 3)
    before = promised(office)
    reservation = reserve(office, make_event(), people(7), now=NOW)
    after = promised(office)

    assert len(before) == (4 if point == "after-block" else 6)
    assert {who: after[who] for who in before} == before
    assert (reservation.reserved, len(after), counted(office, Batch)) == (7, 7, 1)


def test_half_a_reservation_is_promised_to_nobody_and_signed_by_nobody(office: Office, killed: Any) -> None:
    killed(people(7))
    planned = plan_what_was_left(office)
    with office.database.reading() as session:
        versions = list(session.scalars(select(CredentialVersion.id)))
        half = load_intents(session, versions)

    assert (planned, len(versions), half, counted(office, Job)) == (0, 4, [], 0)
    done = sign_batch(office, reserve(office, make_event(), people(7), now=NOW).batch_id, now=NOW)
    assert (done.issued, counted(office, Job)) == (7, 1)


def test_a_run_of_another_list_takes_back_what_a_killed_one_reserved(office: Office, killed: Any) -> None:
    killed([person(2, name="Ada Lovelce"), person(3), person(4)], times=1)
    gone_for(office, timedelta(seconds=16))
    before = promised(office)
    done = sign_batch(
        office, reserve(office, make_event(), [person(2, name="Ada Lovelace"), person(3)], now=NOW).batch_id, now=NOW
    )

    assert (done.issued, done.faults) == (2, ()), "the misspelt name was promised to nobody"
    assert b"Ada Lovelace" in (signed_bytes(office, done.credentials[0].token) or b"")
    assert not {token for token, _ in before.values()} & {item.token for item in done.credentials}
    assert len(set(promised(office).values())) == 4, "neither address nor bit is used again"


def test_what_is_taken_back_names_nobody(office: Office, killed: Any) -> None:
    killed(people(4), times=1)
    gone_for(office, timedelta(seconds=16))
    reserve(office, make_event(), [], now=NOW)

    with office.database.reading() as session:
        left = session.execute(select(Credential.email, CredentialVersion.row, CredentialVersion.state).join_from(
            Credential, CredentialVersion, CredentialVersion.credential_id == Credential.id)).all()  # fmt: skip
        states = session.scalars(select(Batch.state).order_by(Batch.id)).all()
    assert left == [(None, None, "discarded")] * 2
    assert (states, counted(office, IdentityKey), counted(office, BatchRow)) == (["discarded", "reserved"], 0, 0)


def test_a_key_that_was_learnt_by_what_is_taken_back_is_forgotten(office: Office, killed: Any) -> None:
    reserve(office, make_event(), [person(2, name="Ada", identity=("id:7", "email:a@e.org|ada"))], now=NOW)
    wrong = [person(2, name="Ada", identity=("id:7", "email:c@e.org|carla")), *people(3, first=3)]
    killed(wrong, times=1)
    gone_for(office, timedelta(seconds=16))
    right = [person(2, name="Carla", identity=("id:8", "email:c@e.org|carla"))]

    assert reserve(office, make_event(), right, now=NOW).reserved == 1
    assert counted(office, IdentityKey) == 4


def test_a_run_of_another_list_waits_while_the_first_is_alive(
    office: Office, killed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(people(4), times=1)
    waits: list[float] = []

    def finish(seconds: float) -> None:
        waits.append(seconds)
        reserve(office, make_event(), people(4), now=NOW)

    monkeypatch.setattr("issuer.batch.time.sleep", finish)
    second = reserve(office, make_event(), people(6), now=NOW)

    assert len(waits) == 1
    assert (second.reserved, counted(office, Credential)) == (6, 6), "nobody has signed the first four yet"


def test_who_gives_up_by_itself_keeps_nobody_waiting(office: Office) -> None:
    with pytest.raises(Killed):
        reserve(stop_at(office, "after-part", 1), make_event(), people(4), now=NOW, part=2)

    assert reserve(office, make_event(), people(3), now=NOW).reserved == 3


def test_whoever_was_taken_for_dead_starts_anew(office: Office) -> None:
    second: list[Reservation] = []

    def overtake(point: str) -> None:
        if point == "after-block" and not second:
            gone_for(office, timedelta(seconds=16))
            second.append(reserve(office, make_event(), people(3), now=NOW))

    first = reserve(replace(office, reached=overtake), make_event(), people(5), now=NOW, part=2)

    assert (second[0].reserved, first.reserved) == (3, 5)
    assert len({identity for identity in promised(office) if not identity.startswith("discarded")}) == 5


def test_a_run_that_is_overtaken_by_its_like_has_its_outcome(office: Office) -> None:
    faulty = [person(2), person(3, values={"hours": "molte", "evidence": "ftp://x"}), person(4)]
    second: list[Reservation] = []

    def overtake(point: str) -> None:
        if point == "after-block" and not second:
            second.append(reserve(office, make_event(), faulty, now=NOW))

    first = reserve(replace(office, reached=overtake), make_event(), faulty, now=NOW, part=1)

    assert first == second[0]
    assert (first.reserved, [(fault.row, fault.code) for fault in first.faults]) == (
        2,
        [(3, "award_evidence"), (3, "award_hours")],
    )
    assert counted(office, Batch) == 1


@pytest.mark.long
def test_six_runs_of_one_list_at_once_issue_each_person_once(
    office: Office, database_url: str | None, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", AT_ONCE, str(tmp_path), database_url or ""]
    ran = subprocess.run(command, cwd=HOUSE, env={"PYTHONPATH": str(HOUSE)}, stdout=subprocess.PIPE, check=True)

    assert ran.stdout.split() == [b"24"] * 6
    with office.database.reading() as session:
        signed = session.scalar(select(func.count(CredentialVersion.signed)))
        open_rows = session.scalar(select(func.count()).where(BatchRow.state == "reserved").select_from(BatchRow))
    assert (counted(office, Credential), signed, open_rows) == (24, 24, 0)


def test_what_nobody_goes_on_with_for_a_day_is_discarded(office: Office, killed: Any) -> None:
    killed(people(4), times=1)

    assert discard_what_was_left(office, NOW + timedelta(hours=23)) == 0
    assert discard_what_was_left(office, NOW + timedelta(hours=25)) == 0, "a run is at work on it"
    gone_for(office, timedelta(hours=1))
    assert discard_what_was_left(office, NOW + timedelta(hours=25)) == 1
    assert discard_what_was_left(office, NOW + timedelta(hours=25)) == 0


def test_a_discarding_that_is_killed_is_gone_on_with(
    office: Office, killed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(people(6))
    gone_for(office, timedelta(seconds=16))
    monkeypatch.setattr(discarding, "SIZE", 2)
    with pytest.raises(Killed):
        reserve(stop_at(office, "after-discarding", 1), make_event(), people(3), now=NOW)
    half = counted(office, BatchRow)

    assert reserve(office, make_event(), people(3), now=NOW).reserved == 3
    assert (half, counted(office, BatchRow), counted(office, IdentityKey)) == (2, 3, 6)


def test_a_place_of_a_reservation_that_was_taken_back_is_never_given_again(office: Office, killed: Any) -> None:
    killed(people(4), times=1)
    gone_for(office, timedelta(seconds=16))
    reserve(office, make_event(), people(3), now=NOW)

    with office.database.reading() as session:
        places = session.scalars(select(CredentialVersion.status_index)).all()
        given = session.scalars(select(StatusList.given)).one()
    assert len(set(places)) == len(places) == given == 5


KEYS = st.lists(
    st.sampled_from(["id:1", "id:2", "id:3", "order:1|ada", "email:a|ada", "email:b|ada", "name:ada"]),
    min_size=0, max_size=3, unique=True,
)  # fmt: skip
LISTS = st.lists(st.tuples(KEYS, st.booleans()), min_size=1, max_size=7)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    opened = open_office(settings_for(tmp_path_factory.mktemp("library")))
    yield opened
    opened.close()


@pytest.mark.long
@settings(max_examples=40)
@given(lists=st.lists(LISTS, min_size=1, max_size=3), part=st.integers(1, 3))
def test_how_a_list_is_cut_into_parts_changes_nothing(library: Office, lists: list[Any], part: int) -> None:
    number = counted(library, Batch)
    whole, cut = (outcome(library, f"e-{number}-{size}", lists, size) for size in (100, part))

    assert whole == cut


def outcome(office: Office, slug: str, lists: list[Any], part: int) -> list[Any]:
    """Return what becomes of lists that come one after the other, with people numbered as they come."""
    told: list[Any] = []
    for rows in lists:
        recipients = [
            person(line, name="Ada", identity=tuple(sorted(keys)), values={"hours": "molte"} if faulty else {})
            for line, (keys, faulty) in enumerate(rows, 2)
        ]
        done = reserve(office, make_event(slug=slug), recipients, now=NOW, part=part)
        with office.database.reading() as session:
            batch = session.scalars(select(Batch).where(Batch.public_id == done.batch_id)).one()
            of_event = select(Credential).where(Credential.event_id == batch.event_id).order_by(Credential.id)
            people_met = list(session.scalars(of_event))
            who = {credential.id: place for place, credential in enumerate(people_met)}
            held = session.scalars(select(BatchRow).where(BatchRow.batch_id == batch.id).order_by(BatchRow.row))
            keys = session.execute(
                select(IdentityKey.digest, IdentityKey.credential_id).where(IdentityKey.event_id == batch.event_id)
            )
            told.append((
                [(row.row, row.state, who.get(row.credential_id or 0), row.fault) for row in held],
                {digest: who[number] for digest, number in keys},
                [credential.identity for credential in people_met],
                done.faults,
            ))  # fmt: skip
    return told


def test_two_lists_are_told_apart_by_whatever_their_rows_say() -> None:
    others = [
        person(3), person(2, name="Other"), person(2, email=None), person(2, minutes=3), person(2, identity=("id:9",)),
        person(2, basis="declared"), person(2, values={"hours": "3"}), person(2, kept={"hours": "3"}),
    ]  # fmt: skip

    assert len({digest_of([one]) for one in [person(2), *others]}) == 9
    assert digest_of([person(2)]) == digest_of([person(2)])
