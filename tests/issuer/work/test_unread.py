"""Messages as strangers write them, a broker that goes, and a process that takes its leave."""

from __future__ import annotations

import json
import os
import pickle
import secrets
import signal
import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from kombu import Connection, Exchange, Producer

from issuer.office import Office, open_office
from issuer.settings import Settings
from issuer.work import afar
from issuer.work.afar import Listener, tell_the_broker
from issuer.work.broker import TASK, celery_for, queue_of
from issuer.work.lease import Scope
from tests.conftest import NOW, missing
from tests.issuer.engine.builders import settings_for
from tests.issuer.work.test_broker import BROKERS, settings
from tests.issuer.work.toys import done
from tools.proofs.broker import Redis, no_redis, redis

__all__ = ["settings"]

pytestmark = pytest.mark.enable_socket

CLOSE, CONSUME, PUBLISH = b"\x00\x0a\x00\x32", b"\x00\x3c\x00\x14", b"\x00\x3c\x00\x28"
"""Methods of AMQP 0-9-1, each by its class and number (connection.close, basic.consume, basic.publish)."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office on SQLite: what is asked here is not asked of the database."""
    opened = open_office(settings_for(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def woken_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks for himself."""
    monkeypatch.setattr(afar, "QUIET", 3_600.0)


@dataclass
class Worker:
    number: int
    log: Path
    code: int | None = None

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        if self.code is None:
            os.kill(self.number, how)
            self.code = os.waitstatus_to_exitcode(os.waitpid(self.number, 0)[1])
        return self.code


@contextmanager
def worker(
    settings: Settings, log: Path, work: Callable[[Office, threading.Event, Callable], None]
) -> Iterator[Worker]:
    """Let somebody work in a process of its own, who writes down what is told and what is printed."""
    number = os.fork()
    if number == 0:
        code = 1
        try:
            file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(file, 1)
            os.dup2(file, 2)
            warnings.simplefilter("ignore", PendingDeprecationWarning)  # As Python does when nobody tests.
            asked = threading.Event()
            signal.signal(signal.SIGTERM, lambda *_: asked.set())
            work(open_office(settings), asked, lambda what, detail: os.write(file, f"{what}: {detail}\n".encode()))
            code = 0
        finally:
            os._exit(code)
    made = Worker(number, log)
    try:
        yield made
    finally:
        made.end(signal.SIGKILL)


def listen(office: Office, asked: threading.Event, told: Callable) -> None:
    Listener(office, Scope(("bulk",)), lambda: NOW, asked, told).listen()


def publish(office: Office, asked: threading.Event, told: Callable) -> None:
    tell_the_broker(office, lambda: NOW, told, asked)


def until(check: Callable[[], bool]) -> None:
    for _ in range(600):
        if check():
            return
        time.sleep(0.05)
    pytest.fail("It did not happen within half a minute.")


class Evil:
    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple:
        return Path.touch, (self.file,)


def headers(**more: object) -> dict:
    number = secrets.token_hex(8)
    return {"lang": "py", "task": TASK, "id": number, "root_id": number, "argsrepr": "", "kwargsrepr": "", **more}


def forged(evil: Path) -> list[tuple[bytes, str, dict]]:
    """Return messages that nobody of ours wrote: body, type of content, headers."""
    embed = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
    told = [[[1], {}, embed], [[], {}, embed], [[1, 2, 3], {"x": 1}, embed], [["x" * 2_000_000], {}, embed],
            {"x": 1}, [[1], {}, None], 7, {"task": TASK, "id": "1", "args": [1], "kwargs": {}}]  # fmt: skip
    plain = [(json.dumps(each).encode(), "application/json", headers()) for each in told]
    strange = [
        headers(task="attestato.other"), headers(task="celery.backend_cleanup"), headers(eta="never"), headers(id=None),
        headers(expires="nonsense", retries="x", timelimit="x"), headers(eta="2100-01-01T00:00:00+00:00"), {},
    ]  # fmt: skip
    return [
        *plain,
        *((plain[0][0], "application/json", each) for each in strange),
        (b"{{{", "application/json", headers()),
        (b"[" * 100_000, "application/json", headers()),
        (b"", "application/json", headers()),
        (b"x: 1", "application/x-yaml", headers()),
        (pickle.dumps(Evil(evil)), "application/x-python-serialize", headers()),
        (b"not packed", "application/json", headers(compression="application/x-gzip")),
    ]


def declare(settings: Settings) -> None:
    with Connection(settings.broker_url) as connection:
        celery_for(settings).amqp.queues[queue_of(settings, "bulk")](connection.default_channel).declare()


@pytest.mark.usefixtures("woken_only")
def test_whatever_is_in_a_message_it_wakes_its_worker_and_does_nothing_else(
    settings: Settings, office: Office, plan_toys, job, tmp_path: Path
) -> None:
    declare(settings)
    exchange, name = Exchange(settings.queue, type="direct"), queue_of(settings, "bulk")
    messages = forged(tmp_path / "evil")
    public_id = plan_toys([[number] for number in range(len(messages))])

    with Connection(settings.broker_url) as connection:
        producer = Producer(connection.channel(), exchange)
        for body, kind, head in messages:
            producer.publish(body, routing_key=name, content_type=kind, content_encoding="utf-8", headers=head)
    with worker(settings, tmp_path / "log", listen) as made:
        until(lambda: len(done(office)) >= len(messages) - 1)  # One is not even a message.
        declare(settings)
        with Connection(settings.broker_url) as connection:
            Producer(connection.channel(), exchange).publish(b"", routing_key=name, content_type="application/json")
        until(lambda: job(public_id).state == "done")
        code = made.end()

    assert code == 0
    assert not (tmp_path / "evil").exists()
    assert (tmp_path / "log").read_text("utf-8").startswith("trouble: A message could not be unpacked: ")
    assert len((tmp_path / "log").read_text("utf-8").splitlines()) == 1


@pytest.fixture
def server() -> Iterator[Redis]:
    if (why := no_redis()) is not None:
        missing(why)
    with redis() as made:
        yield made


@pytest.mark.usefixtures("woken_only")
def test_a_redis_that_goes_is_told_in_plain_lines_and_heard_again_once_it_is_back(
    server: Redis, office: Office, plan_toys, job, tmp_path: Path
) -> None:
    own = replace(office.settings, broker_url=server.url, queue="own")
    with worker(own, tmp_path / "log", listen) as listener, worker(own, tmp_path / "other", publish):
        first = plan_toys([[1]], subject="first")
        until(lambda: job(first).state == "done")
        server.lose()
        until(lambda: "trouble" in listener.log.read_text("utf-8"))
        server.start()
        second = plan_toys([[2]], subject="second")
        until(lambda: job(second).state == "done")
        code = listener.end()

    told = (tmp_path / "log").read_text("utf-8")
    assert (code, done(office)) == (0, [1, 2])
    assert all(line.startswith("trouble: ") for line in told.splitlines())
    assert len(told.splitlines()) <= 3


class Wire:
    """Passes on what is said to a server, and keeps what clients said."""

    def __init__(self, host: str, port: int) -> None:
        self.said: list[bytearray] = []
        self._server, self._listening = (host, port), socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            client, _ = self._listening.accept()
            server, said = socket.create_connection(self._server), bytearray()
            self.said.append(said)
            threading.Thread(target=self._pass, args=(client, server, said), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, bytearray()), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket, said: bytearray) -> None:
        with suppress(OSError):
            while data := one.recv(65_536):
                said += data
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)


@pytest.mark.parametrize(("work", "does"), [(listen, CONSUME), (publish, PUBLISH)], ids=["listens", "tells"])
@pytest.mark.parametrize("settings", ["rabbitmq"], indirect=True)
def test_whoever_ends_takes_leave_of_rabbitmq(
    settings: Settings, office: Office, plan_toys, tmp_path, work, does
) -> None:
    with Connection(BROKERS["rabbitmq"]) as connection:
        wire = Wire(connection.hostname, connection.port or 5672)
        user = f"{connection.userid}:{connection.password}"
    plan_toys([[1]])

    with worker(replace(settings, broker_url=f"amqp://{user}@127.0.0.1:{wire.port}//"), tmp_path / "log", work) as made:
        until(lambda: any(does in said for said in wire.said))
        code = made.end()

    assert code == 0
    assert wire.said
    assert all(CLOSE in said for said in wire.said)
