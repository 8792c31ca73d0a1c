"""What was not done: tried again, cut in two until the row that fails stands alone, given up, and told."""

from __future__ import annotations

import errno
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from issuer.batch import reserve
from issuer.fault import Fault
from issuer.models import FAILED, TO_DO, Chunk
from issuer.office import Office
from issuer.work import issuing, setback
from issuer.work.control import find_job, resume
from issuer.work.hand import Hand
from issuer.work.issuing import sign_batch
from issuer.work.kinds import KINDS, Halt, Later
from issuer.work.lease import Scope, claim
from issuer.work.setback import LOSSES, LOSSES_OF_ONE, take_back
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people
from tests.issuer.work.conftest import code_of
from tests.issuer.work.toys import KIND, done, rows_of


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits before trying again."""
    monkeypatch.setattr(setback, "pause", lambda _times: timedelta(0))
    monkeypatch.setattr(setback, "A_MOMENT", timedelta(0))


def work_off(hand: Hand) -> int:
    steps = 0
    while hand.step():
        steps += 1
    return steps


def fails_at(*rows: int) -> Callable[[int], None]:
    def with_row(row: int) -> None:
        if row in rows:
            raise ValueError(f"row {row} cannot be done")

    return with_row


def chunks(office: Office) -> list[Chunk]:
    with office.database.reading() as session:
        return list(session.scalars(select(Chunk).order_by(Chunk.id)))


@pytest.mark.usefixtures("patient")
def test_one_row_that_fails_is_found_and_given_up_and_all_others_are_done(office, plan_toys, hand, job) -> None:
    public_id = plan_toys([range(1, 9), range(9, 17)])
    KIND.behave(fails_at(6))

    work_off(hand)

    assert sorted(done(office)) == [*range(1, 6), *range(7, 17)]
    assert KIND.given_up == {6: "work_failed"}
    assert (job(public_id).state, KIND.ended) == (FAILED, ["toys"])
    assert [code_of(chunk.fault) for chunk in chunks(office) if chunk.state == FAILED] == ["work_failed"]


@pytest.mark.usefixtures("patient")
def test_what_fails_now_and_then_is_done_in_the_end(office, plan_toys, hand, job) -> None:
    public_id = plan_toys([[1, 2]])
    failures = iter([ValueError(), ValueError()])

    def now_and_then(_row: int) -> None:
        if (fault := next(failures, None)) is not None:
            raise fault

    KIND.behave(now_and_then)
    work_off(hand)

    assert (done(office), job(public_id).state, KIND.given_up) == ([1, 2], "done", {})


@pytest.mark.usefixtures("patient")
def test_where_everything_fails_not_everything_is_cut_to_pieces(office, plan_toys, hand, job, monkeypatch) -> None:
    monkeypatch.setattr(setback, "NOT_CUT_AFTER", 2)
    public_id = plan_toys([range(first, first + 8) for first in range(0, 32, 8)])
    KIND.behave(fails_at(*range(32)))

    steps = work_off(hand)

    assert len(KIND.given_up) == 32
    assert job(public_id).state == FAILED
    assert steps < 32


def test_a_chunk_that_failed_waits_longer_each_time_and_the_others_go_on(office, plan_toys, hand) -> None:
    plan_toys([[1], [2]])
    KIND.behave(fails_at(1))

    steps = work_off(hand)

    waiting = next(chunk for chunk in chunks(office) if chunk.state == TO_DO)
    assert (steps, done(office), waiting.attempts) == (2, [2], 1)
    assert waiting.not_before > datetime.now(UTC) - timedelta(seconds=5)
    assert setback.pause(1) < setback.pause(3) < setback.pause(5)
    assert setback.pause(60) <= timedelta(minutes=5) * 1.25


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize(
    "fault",
    [OSError(errno.ENOSPC, "No space left on device"), OperationalError("", {}, Exception("server closed"))],
    ids=["a full disk", "a database that is gone"],
)
def test_what_is_nobodys_fault_counts_against_nobody(office, plan_toys, hand, fault) -> None:
    plan_toys([[1, 2]])
    faults = iter([fault] * 10)

    def then_well(_row: int) -> None:
        if (trouble := next(faults, None)) is not None:
            raise trouble

    KIND.behave(then_well)
    work_off(hand)

    assert (done(office), [chunk.attempts for chunk in chunks(office)]) == ([1, 2], [0])


def test_a_kind_can_put_one_chunk_off(office, plan_toys, hand) -> None:
    plan_toys([[1], [2]])

    def busy(row: int) -> None:
        if row == 1:
            raise Later(timedelta(hours=1), Fault("work_failed", values={"detail": "busy"}))

    KIND.behave(busy)
    work_off(hand)

    late = chunks(office)[0]
    assert (done(office), late.state, late.attempts) == ([2], TO_DO, 0)
    assert late.not_before > datetime.now(UTC) + timedelta(minutes=55)


def test_a_halt_stops_the_job_until_somebody_lets_it_go_on(office, plan_toys, hand, job) -> None:
    public_id = plan_toys([[1], [2]])

    def halt(_row: int) -> None:
        raise Halt(Fault("not_accepted", values={"detail": "x"}))

    KIND.behave(halt)
    halted = work_off(hand), job(public_id).state, code_of(job(public_id).fault)
    KIND.behave()
    with office.database.writing() as session:
        resume(session, find_job(session, public_id), NOW)
    work_off(hand)

    assert halted == (1, FAILED, "not_accepted")
    assert (done(office), job(public_id).state, job(public_id).fault) == ([1, 2], "done", None)


def lose(office: Office) -> list[int]:
    """Let a worker take a chunk and be gone; return the chunk's rows."""
    task = claim(office.database, Scope())
    if task is None:
        return []
    with office.database.writing() as session:
        over = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(update(Chunk).where(Chunk.id == task.chunk.id).values(until=over))
    take_back(office.database)
    return rows_of(task.chunk)


@pytest.mark.usefixtures("patient")
def test_a_row_that_kills_its_worker_again_and_again_is_isolated_and_stops_nobody(office, plan_toys, hand) -> None:
    plan_toys([range(8)])
    killed = 0
    while (task := claim(office.database, Scope())) is not None:
        if 5 in rows_of(task.chunk):
            killed += 1
            with office.database.writing() as session:
                session.execute(update(Chunk).where(Chunk.id == task.chunk.id).values(until=NOW - timedelta(days=9)))
            take_back(office.database)
        else:
            hand.do(task)

    assert sorted(done(office)) == [0, 1, 2, 3, 4, 6, 7]
    assert KIND.given_up == {5: "work_lost"}
    assert killed == LOSSES + 2 + (LOSSES_OF_ONE - LOSSES + 1)


@pytest.mark.usefixtures("patient")
def test_what_is_lost_of_a_kind_that_this_version_does_not_know_is_put_back_for_those_who_do(
    office, plan_toys, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_toys([[1, 2]])
    for _ in range(LOSSES - 1):
        lose(office)
    task = claim(office.database, Scope())
    with office.database.writing() as session:
        session.execute(update(Chunk).values(until=datetime.now(UTC) - timedelta(seconds=1)))
    monkeypatch.delitem(KINDS, KIND.name)

    assert take_back(office.database) == 1
    assert task is not None
    assert [(chunk.state, chunk.losses, chunk.size) for chunk in chunks(office)] == [(TO_DO, LOSSES, 2)]


@pytest.mark.usefixtures("patient")
def test_a_few_lost_workers_are_no_fault_of_a_row(office, plan_toys, hand, job) -> None:
    public_id = plan_toys([[1]])
    for _ in range(LOSSES_OF_ONE - 1):
        assert lose(office) == [1]

    work_off(hand)

    assert (done(office), job(public_id).state, KIND.given_up) == ([1], "done", {})


@pytest.mark.usefixtures("patient")
def test_what_was_given_up_is_tried_again_when_somebody_says_so(office, plan_toys, hand, job) -> None:
    public_id = plan_toys([[1], [2]])
    KIND.behave(fails_at(2))
    work_off(hand)
    KIND.with_row = lambda _row: None
    with office.database.writing() as session:
        resume(session, find_job(session, public_id), NOW)
    work_off(hand)

    assert (done(office), job(public_id).state, KIND.given_up) == ([1, 2], "done", {})


@pytest.mark.usefixtures("patient")
def test_a_row_of_a_list_that_cannot_be_signed_waits_with_its_fault_and_the_next_run_tries_it_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = issuing.Run.sign

    def not_the_third(run, version_ids, also=None) -> None:
        if third in version_ids:
            raise ValueError("the third")
        whole(run, version_ids, also)

    reservation = reserve(office, make_event(), people(5), now=NOW)
    with office.database.reading() as session:
        third = session.scalar(select(func.min(issuing.Version.id))) + 2
    monkeypatch.setattr(issuing.Run, "sign", not_the_third)
    first = sign_batch(office, reservation.batch_id, now=NOW, patient=True)
    monkeypatch.setattr(issuing.Run, "sign", whole)
    again = reserve(office, make_event(), people(5), now=NOW)
    second = sign_batch(office, again.batch_id, now=NOW, patient=True)

    assert (first.issued, [(fault.row, fault.code) for fault in first.faults]) == (4, [(4, "work_failed")])
    assert (second.issued, second.unchanged, second.faults) == (1, 4, ())
