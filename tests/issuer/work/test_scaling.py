"""The commands of docs/scaling.md, run as they stand: two hosts are two folders, all else is real."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from kombu import Connection
from kombu.exceptions import OperationalError
from sqlalchemy import select

from issuer import claim
from issuer.batch import reserve
from issuer.models import Chunk, Job
from issuer.office import Office, open_office
from issuer.work.broker import queue_of
from issuer.work.jobs import plan_issue
from tests.conftest import NOW, missing
from tests.issuer.engine.builders import make_event, people, settings_for
from tests.issuer.work.test_broker import BROKERS

HOUSE = Path(__file__).parents[3]
PAGE = (HOUSE / "docs" / "scaling.md").read_text("utf-8")
SETTINGS, MIGRATE, WORK, LOOK = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

pytestmark = [pytest.mark.enable_socket, pytest.mark.postgresql]


class Host:
    """A folder in which commands of the page run, with names of this machine for those of the page."""

    def __init__(self, folder: Path, names: dict[str, str]) -> None:
        self.folder, self.kek = folder, folder / "etc" / "kek"
        self.names = {**names, "/etc/attestato/kek": str(self.kek)}
        self.kek.parent.mkdir(parents=True)
        command = folder / "attestato"
        command.write_text(f'#!/bin/sh\nexec {sys.executable} -m issuer.cli "$@"\n', "utf-8")
        command.chmod(0o755)

    def start(self, block: str, queue: str) -> subprocess.Popen[str]:
        for page, here in self.names.items():
            block = block.replace(page, here)
        own = {"PATH": f"{self.folder}:{os.environ['PATH']}", "HOME": str(self.folder), "PYTHONPATH": str(HOUSE)}
        settings = {"ATTESTATO_QUEUE": queue, "ATTESTATO_WORKER_PROCESSES": "1"}
        return subprocess.Popen(
            ["sh", "-e", "-c", block], env=own | settings, cwd=self.folder, text=True,
            stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip

    def run(self, block: str) -> str:
        with self.start(block, "unused") as process:
            out = process.communicate(timeout=120)[0]
        assert process.returncode == 0
        return out


@pytest.fixture
def hosts(postgresql: str, tmp_path: Path) -> tuple[Host, Host]:
    """Two hosts as the page leaves them before their workers start."""
    names = {
        "postgresql://attestato:SECRET@db.example.org/attestato": postgresql.replace("+psycopg", ""),
        "amqp://attestato:SECRET@mq.example.org//": BROKERS["rabbitmq"],
    }
    one, two = Host(tmp_path / "one", names), Host(tmp_path / "two", names)
    for host in (one, two):
        host.run(SETTINGS)
    one.run(MIGRATE)
    shutil.copy(one.kek, two.kek)
    return one, two


@pytest.fixture
def broker() -> Iterator[Connection]:
    with Connection(BROKERS["rabbitmq"], connect_timeout=3) as connection:
        try:
            connection.ensure_connection(max_retries=1)
        except OperationalError:
            missing("RabbitMQ")
        yield connection


@pytest.fixture
def office(hosts: tuple[Host, Host], postgresql: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The office of somebody who issues in small chunks and signs nothing."""
    monkeypatch.setattr(claim, "plan_issue", partial(plan_issue, chunk_rows=5))
    one = hosts[0]
    settings = replace(settings_for(one.folder, postgresql), kek_file=one.kek, queue=f"test-{secrets.token_hex(6)}")
    opened = open_office(settings)
    yield opened
    opened.close()


@pytest.fixture
def workers(hosts: tuple[Host, Host], office: Office, broker: Connection) -> Iterator[list[subprocess.Popen[str]]]:
    """A worker on each host, both listening."""
    started = [host.start(f"exec {WORK}", office.settings.queue) for host in hosts]
    try:
        until(lambda: listeners(broker, office) == 2)
        yield started
    finally:
        for process in started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        for lane in ("interactive", "bulk"):
            broker.channel().queue_delete(queue_of(office.settings, lane))


def until(check: Callable[[], bool]) -> None:
    for _ in range(600):
        if check():
            return
        time.sleep(0.1)
    pytest.fail("It did not happen within a minute.")


def listeners(broker: Connection, office: Office) -> int:
    """Return how many workers listen at the queue for bulk work."""
    try:
        with broker.channel() as channel:
            return int(channel.queue_declare(queue_of(office.settings, "bulk"), passive=True).consumer_count)
    except broker.channel_errors:
        return 0


def signed(office: Office, event: str) -> list[Chunk]:
    """Issue for an event, wait until the workers have signed it, and return who did what."""
    batch = reserve(office, make_event(slug=event), people(60), now=NOW).batch_id
    with office.database.reading() as session:
        job = session.scalars(select(Job).where(Job.subject == batch)).one()
    until(lambda: state(office, job.id) == "done")
    with office.database.reading() as session:
        return list(session.scalars(select(Chunk).where(Chunk.job_id == job.id)))


def state(office: Office, job_id: int) -> str:
    with office.database.reading() as session:
        return session.scalars(select(Job.state).where(Job.id == job_id)).one()


def test_two_hosts_share_the_work_and_do_not_miss_a_queue_that_is_deleted(
    hosts: tuple[Host, Host], office: Office, workers: list[subprocess.Popen[str]], broker: Connection
) -> None:
    shared = signed(office, "first")
    with broker.channel() as channel:
        channel.queue_delete(queue_of(office.settings, "bulk"))
    missed = signed(office, "second")
    until(lambda: listeners(broker, office) == 2)
    told = hosts[1].run(LOOK)
    for process in workers:
        process.send_signal(signal.SIGTERM)

    assert len({chunk.worker for chunk in shared}) == 2
    # A chunk that a worker finds by itself, before anybody was told of it, needs no message.
    assert any(chunk.hinted_at is not None for chunk in shared)
    assert [chunk.state for chunk in (*shared, *missed)] == ["done"] * 24
    assert told.count("done, 60 of 60 done") == 2
    assert [process.wait(30) for process in workers] == [0, 0]
