"""What people decide: pause, go on, stop; and how far a job is, from the tables alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from issuer.batch import reserve
from issuer.fault import Fault, Refused
from issuer.models import DONE, PAUSED, RUNNING, STOPPED, TO_DO, Chunk, Job
from issuer.office import Office
from issuer.work import control, lease
from issuer.work.ending import settle_all
from issuer.work.hand import Hand
from issuer.work.issuing import sign_batch
from issuer.work.kinds import Halt
from issuer.work.lease import Scope, claim, skipping
from issuer.work.progress import progress_of, progress_of_all
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people
from tests.issuer.work.toys import KIND, done


def decide(office: Office, decision, public_id: str, *more: object) -> None:
    with office.database.writing() as session:
        decision(session, control.find_job(session, public_id), *more, NOW)


def test_a_paused_job_begins_nothing_and_goes_on_where_it_was(office, plan_toys, hand, job) -> None:
    public_id = plan_toys([[1], [2], [3]])
    hand.step()
    decide(office, control.pause, public_id)
    while_paused = hand.step(), job(public_id).state
    decide(office, control.resume, public_id)
    states = job(public_id).state, hand.step(), hand.step(), job(public_id).state

    assert while_paused == (False, PAUSED)
    assert states == (RUNNING, True, True, DONE)
    assert done(office) == [1, 2, 3]


def test_what_is_in_hand_when_a_job_pauses_is_finished(office, plan_toys, job) -> None:
    public_id = plan_toys([[1], [2]])
    task = claim(office.database, Scope())
    decide(office, control.pause, public_id)

    Hand(office, Scope(), lambda: NOW).do(task)

    assert (done(office), job(public_id).state) == ([1], PAUSED)


@pytest.mark.parametrize(("decision", "state"), [(control.pause, PAUSED), (control.stop, STOPPED)])
def test_what_is_decided_while_somebody_takes_a_chunk_holds(
    office, plan_toys, job, monkeypatch: pytest.MonkeyPatch, decision, state: str
) -> None:
    public_id = plan_toys([[1], [2]])

    def late(session, statement):
        """Decide after the job was found and before it is served; SQLite's writers are alone, and so before."""
        monkeypatch.undo()
        if not office.database.is_sqlite:
            decide(office, decision, public_id)
        return skipping(session, statement)

    with monkeypatch.context() as patched:
        monkeypatch = patched
        patched.setattr(lease, "skipping", late)
        if office.database.is_sqlite:
            decide(office, decision, public_id)
        taken = claim(office.database, Scope())

    assert (taken, job(public_id).state) == (None, state)


def test_what_fails_after_its_job_was_stopped_changes_nothing_of_that(office, plan_toys, hand, job) -> None:
    public_id = plan_toys([[1], [2]])

    def halt(_row: int) -> None:
        decide(office, control.stop, public_id)
        raise Halt(Fault("not_accepted", values={"detail": "x"}))

    KIND.behave(halt)
    hand.step()

    with office.database.reading() as session:
        states = session.scalars(select(Chunk.state)).all()
    assert (job(public_id).state, states) == (STOPPED, [STOPPED, STOPPED])


def test_a_stopped_job_is_over_for_good_and_what_is_done_stays(office, plan_toys, hand, job) -> None:
    public_id = plan_toys([[1], [2]])
    hand.step()
    decide(office, control.stop, public_id)

    assert (hand.step(), done(office), job(public_id).state) == (False, [1], STOPPED)
    with pytest.raises(Refused) as refused:
        decide(office, control.resume, public_id)
    assert [fault.code for fault in refused.value.faults] == ["job_stopped"]
    assert settle_all(office, NOW) == 0


@pytest.mark.parametrize("decision", [control.pause, control.stop, control.resume])
def test_nothing_is_decided_of_what_is_done(office, plan_toys, hand, decision) -> None:
    public_id = plan_toys([[1]])
    hand.step()

    with pytest.raises(Refused) as refused:
        decide(office, decision, public_id)

    assert [fault.code for fault in refused.value.faults] == ["job_done"]


@pytest.mark.parametrize("decision", [control.pause, control.stop])
def test_deciding_the_same_twice_is_deciding_it_once(office, plan_toys, job, decision) -> None:
    public_id = plan_toys([[1]])
    decide(office, decision, public_id)
    once = job(public_id).state

    decide(office, decision, public_id)

    assert job(public_id).state == once


def test_a_time_to_start_can_be_set_and_taken_away(office, plan_toys, hand) -> None:
    public_id = plan_toys([[1]])
    decide(office, control.start_at, public_id, datetime.now(UTC) + timedelta(hours=1))
    early = hand.step()
    decide(office, control.start_at, public_id, None)

    assert (early, hand.step()) == (False, True)


def test_a_pace_can_be_set_and_taken_away(office, plan_toys, hand) -> None:
    public_id = plan_toys([[1], [2], [3]])
    decide(office, control.set_pace, public_id, 1)
    slow = hand.step(), hand.step()
    decide(office, control.set_pace, public_id, None)

    assert (slow, hand.step(), hand.step()) == ((True, False), True, True)


def test_a_job_whose_last_worker_was_gone_before_it_could_end_it_is_ended_once(office, plan_toys, job) -> None:
    public_id = plan_toys([[1]])
    task = claim(office.database, Scope())
    office.database.write(task.finish)

    ended = settle_all(office, NOW), settle_all(office, NOW)

    assert (ended, job(public_id).state, KIND.ended) == ((1, 0), DONE, ["toys"])


def test_how_far_it_is_stands_in_the_tables(office, plan_toys, hand) -> None:
    plan_toys([[1, 2, 3], [4, 5], [6]])
    before = look(office)
    hand.step()
    claim(office.database, Scope())
    with office.database.writing() as session:
        session.execute(update(Job).values(started_at=datetime.now(UTC) - timedelta(seconds=30)))
    under_way = look(office)

    assert (before.state, before.done, before.total, before.rate, before.left) == (TO_DO, 0, 6, 0.0, None)
    assert (under_way.state, under_way.done, under_way.running, under_way.total) == (RUNNING, 3, 2, 6)
    assert under_way.rate == pytest.approx(0.1, rel=0.3)
    assert under_way.left == pytest.approx(timedelta(seconds=30), abs=timedelta(seconds=12))


def test_what_was_done_long_ago_says_nothing_of_the_rate(office, plan_toys, hand) -> None:
    plan_toys([[1], [2]])
    hand.step()
    with office.database.writing() as session:
        session.execute(update(control.Chunk).values(done_at=datetime.now(UTC) - timedelta(minutes=5)))
        session.execute(update(Job).values(started_at=datetime.now(UTC) - timedelta(minutes=6)))

    assert (look(office).rate, look(office).left) == (0.0, None)


def look(office: Office):
    with office.database.reading() as session:
        one = progress_of_all(session, ended=True)[0]
        assert one == progress_of(session, control.read_job(session, one.job)) or one.rate
        return one


@pytest.mark.parametrize("patient", [True, False])
def test_what_a_killed_run_left_is_ended_by_the_next_run_over_the_list(office, patient: bool) -> None:
    first = reserve(office, make_event(), people(4), now=NOW)
    assert claim(office.database, Scope()) is not None
    with office.database.writing() as session:
        over = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(update(control.Chunk).values(until=over))
    second = reserve(office, make_event(), people(4), now=NOW)
    done_now = sign_batch(office, second.batch_id, now=NOW, patient=patient)

    with office.database.reading() as session:
        states = dict(session.execute(select(Job.subject, Job.state)).all())
    assert done_now.issued == 4
    assert states == {first.batch_id: DONE if patient else RUNNING, second.batch_id: DONE}
