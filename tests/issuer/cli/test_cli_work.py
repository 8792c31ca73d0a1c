"""`attestato work` and `attestato worker`: what is being done, what people decide of it, and real workers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from issuer.batch import reserve
from issuer.event import read_event
from issuer.models import Job
from issuer.office import Office, open_office
from issuer.settings import Settings
from issuer.work.control import find_job, pause
from tests.issuer.engine.builders import people

HOUSE = Path(__file__).parents[3]


@pytest.fixture
def office(folder) -> Iterator[Office]:
    opened = open_office(Settings.read())
    yield opened
    opened.close()


@pytest.fixture
def planned(office: Office, folder, now) -> str:
    """The job of a list of three that nobody has signed yet."""
    event = read_event((folder / "event.toml").read_bytes(), folder)
    reserve(office, event, people(3), now=now)
    with office.database.reading() as session:
        return session.scalars(select(Job.public_id)).one()


def test_where_nothing_is_being_done_that_is_said(attestato):
    assert attestato("work", "list").out == "Nothing is being done.\n"
    assert attestato("work", "list", "--json").json == []


def test_a_job_is_listed_until_it_is_over_and_shown_afterwards(attestato, planned):
    waiting = attestato("work", "list")
    attestato("worker", "--once")
    over, all_of_them, shown = (attestato("work", *rest) for rest in (["list"], ["list", "--all"], ["show", planned]))

    assert waiting.out == f"{planned}  signing for python-milano: waiting, 0 of 3 done\n"
    assert over.out == "Nothing is being done.\n"
    assert all_of_them.out == shown.out == f"{planned}  signing for python-milano: done, 3 of 3 done\n"


def test_a_script_is_told_the_same(attestato, planned):
    shown = attestato("work", "show", planned, "--json").json

    assert set(shown) == {
        "job", "organization", "kind", "subject", "state", "lane", "total", "done", "failed", "running", "rate",
        "pace", "left_seconds", "starts_at", "created_at", "started_at", "ended_at", "fault", "faults",
    }  # fmt: skip
    assert (shown["job"], shown["state"], shown["total"], shown["done"]) == (planned, "waiting", 3, 0)


def test_a_paused_job_is_left_alone_until_it_goes_on(attestato, planned):
    said = [attestato("work", "pause", planned), attestato("worker", "--once")]
    paused = attestato("work", "show", planned, "--json").json
    said += [attestato("work", "resume", planned), attestato("worker", "--once")]

    assert [each.code for each in said] == [0, 0, 0, 0]
    assert (paused["state"], paused["done"]) == ("paused", 0)
    assert attestato("work", "show", planned, "--json").json["done"] == 3


def test_a_stopped_job_is_over(attestato, planned):
    stopped = attestato("work", "stop", planned)
    attestato("worker", "--once")

    assert stopped.out == f"The job {planned} is stopped.\n"
    assert attestato("work", "show", planned, "--json").json["done"] == 0
    assert attestato("work", "resume", planned).code == 3


def test_a_time_and_a_pace_are_kept(attestato, planned):
    attestato("work", "start", planned, "--at", "2100-01-01T08:00")
    attestato("work", "pace", planned, "600")
    attestato("worker", "--once")
    shown = attestato("work", "show", planned, "--json").json

    assert (shown["starts_at"], shown["pace"], shown["done"]) == ("2100-01-01T08:00:00+00:00", 600, 0)
    assert "begins at 2100-01-01 08:00 UTC" in attestato("work", "show", planned).out


def test_of_several_the_known_ones_are_done_and_the_others_told(attestato, planned):
    some, none = attestato("work", "pause", planned, "nobody"), attestato("work", "pause", "nobody")

    assert (some.code, none.code) == (1, 3)
    assert "There is no job nobody." in some.err


def test_issuing_what_somebody_paused_says_so_and_issues_nothing_of_it(attestato, office, planned, now, monkeypatch):
    whole = issue_module().sign_batch

    def paused_first(office_, batch_id, **more):
        with office.database.writing() as session:
            job = session.scalars(select(Job.public_id).where(Job.subject == batch_id)).one()
            pause(session, find_job(session, job), now)
        return whole(office_, batch_id, **more)

    monkeypatch.setattr(issue_module(), "sign_batch", paused_first)
    said = attestato("issue", "event.toml", "list.csv", "--formats", "json")

    assert "attestato work resume" in said.err
    assert said.code == 0


def issue_module():
    from issuer.cli import issue

    return issue


@contextmanager
def worker(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "issuer.cli", "worker", *arguments]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(HOUSE)}, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def until(check) -> None:
    for _ in range(600):
        if check():
            return
        time.sleep(0.1)
    pytest.fail("It did not happen within a minute.")


def test_a_worker_signs_what_waits_and_ends_when_it_is_asked_to(office, planned):
    def is_done() -> bool:
        with office.database.reading() as session:
            return session.scalars(select(Job.state)).one() == "done"

    with worker("--processes", "1") as process:
        until(is_done)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGTERM)

        assert process.wait(30) == 0
