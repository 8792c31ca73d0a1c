"""Leases: one worker has a chunk, what it did counts while it has it, and nobody waits for one who is gone."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from issuer.journal import write_journal
from issuer.models import INTERACTIVE, RUNNING, Chunk, Job
from issuer.office import Office
from issuer.work import hand as hands
from issuer.work import lease, setback
from issuer.work.hand import Hand
from issuer.work.lease import LEASE, LeaseLost, Scope, claim, is_waiting
from issuer.work.places import is_gone, own_name
from issuer.work.setback import take_back
from tests.conftest import NOW
from tests.issuer.work.toys import KIND, done, rows_of

ANY = Scope()


def rewrite(office: Office, **values: object) -> None:
    with office.database.writing() as session:
        session.execute(update(Chunk).values(**values))


def test_a_chunk_belongs_to_one_at_a_time(office: Office, plan_toys) -> None:
    plan_toys([[1, 2], [3]])

    first, second, third = (claim(office.database, ANY) for _ in range(3))

    assert first is not None
    assert second is not None
    assert [rows_of(first.chunk), rows_of(second.chunk), third] == [[1, 2], [3], None]


def test_ten_who_take_at_once_take_ten_chunks(office: Office, plan_toys) -> None:
    plan_toys([[number] for number in range(10)])
    taken: list[int] = []

    def take() -> None:
        while (task := claim(office.database, ANY)) is not None:
            taken.extend(rows_of(task.chunk))

    threads = [threading.Thread(target=take) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(taken) == list(range(10))


@pytest.mark.parametrize("lost", [True, False])
def test_what_was_done_without_the_lease_is_not_stored(office: Office, plan_toys, lost: bool) -> None:
    plan_toys([[1]])
    task = claim(office.database, ANY)
    assert task is not None
    if lost:
        rewrite(office, lease="another")

    def store() -> None:
        with office.database.writing() as session:
            write_journal(session, task.job.organization_id, NOW, "toy", "1")
            task.finish(session)

    if lost:
        with pytest.raises(LeaseLost):
            store()
    else:
        store()

    assert done(office) == ([] if lost else [1])


def test_what_is_done_once_cannot_be_finished_again(office: Office, plan_toys) -> None:
    plan_toys([[1]])
    task = claim(office.database, ANY)
    assert task is not None
    office.database.write(task.finish)

    with pytest.raises(LeaseLost):
        office.database.write(task.finish)
    assert not task.renew(office.database)


def moments() -> dict[str, datetime]:
    now = datetime.now(UTC)
    return {"over": now - timedelta(seconds=1), "under way": now + LEASE, "of a wrong clock": now + timedelta(days=1)}


@pytest.mark.parametrize(("until", "back"), [("over", 1), ("under way", 0), ("of a wrong clock", 1)])
def test_a_lease_that_is_over_is_taken_back(office: Office, plan_toys, until: str, back: int) -> None:
    plan_toys([[1]])
    claim(office.database, ANY)
    rewrite(office, until=moments()[until])

    assert take_back(office.database) == back
    assert is_waiting(office.database, ANY) is bool(back)


def test_a_lease_that_is_renewed_goes_on(office: Office, plan_toys) -> None:
    plan_toys([[1]])
    task = claim(office.database, ANY)
    assert task is not None
    rewrite(office, until=datetime.now(UTC) - timedelta(seconds=1))

    assert task.renew(office.database)
    assert take_back(office.database) == 0


def test_a_long_chunk_keeps_its_lease_while_it_is_done(
    office: Office, plan_toys, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hands, "LEASE", timedelta(milliseconds=30))
    plan_toys([[1]])
    renewed = threading.Event()

    def wait_for_the_heart(_row: int) -> None:
        rewrite(office, until=datetime.now(UTC) - timedelta(seconds=1))
        while not renewed.wait(0.01):
            with office.database.reading() as session:
                if session.scalars(select(Chunk.until)).one() > datetime.now(UTC):
                    renewed.set()

    KIND.behave(wait_for_the_heart)
    hand.step()

    assert renewed.is_set()
    assert done(office) == [1]


def test_a_process_that_is_gone_is_missed_at_once_and_one_that_is_there_is_not(office: Office, plan_toys) -> None:
    plan_toys([[1], [2]])
    claim(office.database, ANY)
    claim(office.database, ANY)
    ended = subprocess.run(
        [sys.executable, "-c", "from issuer.work.places import own_name; print(own_name())"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    with office.database.writing() as session:
        session.execute(update(Chunk).where(Chunk.number == 0).values(worker=ended))

    assert take_back(office.database) == 1
    with office.database.reading() as session:
        assert session.scalars(select(Chunk.state).order_by(Chunk.number)).all() == ["waiting", RUNNING]


def test_whoever_stood_still_for_longer_than_its_lease_doubles_nothing(
    office: Office, plan_toys, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (lease, hands, setback):
        monkeypatch.setattr(module, "LEASE", timedelta(milliseconds=300))
    plan_toys([[1, 2]])
    office.close()
    slow = os.fork()
    if slow == 0:
        KIND.behave(lambda row: os.kill(os.getpid(), signal.SIGSTOP) if row == 1 else None)
        with suppress(BaseException):
            Hand(office, ANY, lambda: NOW).step()
        os._exit(0)
    os.waitpid(slow, os.WUNTRACED)
    other = Hand(office, ANY, lambda: NOW)

    while not done(office):
        other.step()
        time.sleep(0.05)
    os.kill(slow, signal.SIGCONT)
    os.waitpid(slow, 0)

    assert done(office) == [1, 2]
    with office.database.reading() as session:
        assert session.execute(select(Chunk.state, Chunk.losses)).one() == ("done", 1)


@pytest.mark.parametrize(
    ("name", "gone"),
    [
        pytest.param(lambda own: own, False, id="who asks"),
        pytest.param(lambda own: own.rpartition(".")[0] + ".1", True, id="the same number, another process"),
        pytest.param(lambda own: "far/0123456789ab/1.1", False, id="on another machine"),
        pytest.param(lambda own: "", False, id="nobody"),
        pytest.param(lambda own: own.replace(f"/{os.getpid()}.", "/4194999."), True, id="no such number"),
    ],
)
def test_only_whom_nobody_sees_here_is_gone(name, gone: bool) -> None:
    assert is_gone(name(own_name())) is gone


def test_organizations_take_turns(office: Office, plan_toys, hand: Hand) -> None:
    plan_toys([[number] for number in range(100, 120)], organization="large")
    hand.step()
    hand.step()
    plan_toys([[1], [2]], organization="small", subject="few")

    for _ in range(4):
        hand.step()

    assert done(office)[2:] in ([1, 102, 2, 103], [102, 1, 103, 2])


def test_many_small_jobs_of_one_do_not_keep_another_waiting(office: Office, plan_toys, hand: Hand) -> None:
    for number in range(100, 106):
        plan_toys([[number]], organization="busy", subject=str(number))
    plan_toys([[1], [2]], organization="quiet", subject="few")

    for _ in range(4):
        hand.step()

    assert set(done(office)) >= {1, 2}


def test_turns_go_round_though_the_clock_was_put_back(office: Office, plan_toys, hand: Hand) -> None:
    for first, organization in ((100, "one"), (200, "two"), (300, "three")):
        plan_toys([[first], [first + 1]], organization=organization, subject=organization)
    hand.step()
    with office.database.writing() as session:
        session.scalars(select(Job).where(Job.served_at.is_not(None))).one().served_at = datetime(
            2100, 1, 1, tzinfo=UTC
        )

    for _ in range(5):
        hand.step()

    assert done(office) == [100, 200, 300, 101, 201, 301]


def test_of_one_organization_what_waits_longest_is_served(office: Office, plan_toys, hand: Hand) -> None:
    plan_toys([[100], [101], [102]])
    hand.step()
    plan_toys([[1], [2]], subject="few")

    for _ in range(3):
        hand.step()

    assert set(done(office)) >= {1, 2}


def test_whose_turn_it_is_is_looked_up_and_not_sorted_out(office: Office) -> None:
    found: list[tuple[str, Any]] = []
    event.listen(office.database.engine, "before_cursor_execute", lambda *told: found.append((told[2], told[3])))

    claim(office.database, Scope(("bulk",)))
    is_waiting(office.database, ANY)

    asked = [(statement, values) for statement, values in found if "FROM job" in statement]
    assert len(asked) == 4
    with office.database.engine.connect() as connection:
        if office.database.is_sqlite:
            plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {what}", values).all() for what, values in asked]
        else:
            connection.exec_driver_sql("SET enable_seqscan TO off")
            connection.exec_driver_sql("SET enable_bitmapscan TO off")
            plans = [connection.exec_driver_sql(f"EXPLAIN {what}", values).all() for what, values in asked]
    for plan in plans:
        told = str(plan)
        assert "ix_job_" in told
        assert not re.search("SCAN job|Seq Scan|TEMP B-TREE|Sort", told)


def test_what_somebody_waits_for_comes_first(office: Office, plan_toys, hand: Hand) -> None:
    plan_toys([[100], [101]])
    plan_toys([[1]], subject="now", lane=INTERACTIVE)

    hand.step()

    assert done(office) == [1]


def test_whoever_serves_one_lane_takes_nothing_of_the_other(office: Office, plan_toys) -> None:
    plan_toys([[100]])

    assert claim(office.database, Scope((INTERACTIVE,))) is None
    assert claim(office.database, Scope(("bulk",))) is not None


def test_nothing_is_begun_before_its_time(office: Office, plan_toys) -> None:
    plan_toys([[1]], starts_at=datetime.now(UTC) + timedelta(hours=1))
    early = claim(office.database, ANY)
    with office.database.writing() as session:
        session.execute(update(Job).values(starts_at=datetime.now(UTC) - timedelta(seconds=1)))

    assert early is None
    assert claim(office.database, ANY) is not None


def test_a_pace_holds_the_next_chunk_back(office: Office, plan_toys) -> None:
    plan_toys([[1, 2], [3]], pace=60)
    first, second = claim(office.database, ANY), claim(office.database, ANY)
    with office.database.writing() as session:
        held = session.scalars(select(Job)).one()
        spaced = held.ready_at - held.served_at
        held.ready_at = held.served_at

    assert first is not None
    assert second is None
    assert spaced == timedelta(seconds=2)
    assert claim(office.database, ANY) is not None


def test_a_kind_that_this_version_does_not_know_is_left_alone(office: Office, plan_toys) -> None:
    plan_toys([[1]])
    with office.database.writing() as session:
        session.execute(update(Job).values(kind="of tomorrow"))

    assert claim(office.database, ANY) is None
