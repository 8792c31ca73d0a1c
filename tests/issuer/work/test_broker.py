"""Hints at a real broker: what a message holds, and what it costs when it is lost, doubled or cannot be sent."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from kombu import Connection
from kombu.exceptions import OperationalError
from sqlalchemy import select, update

from issuer.batch import reserve
from issuer.fault import Refused
from issuer.models import Chunk
from issuer.office import Office
from issuer.settings import Settings
from issuer.work.broker import answers, celery_for, hint, queue_of
from issuer.work.hints import TOLD_AGAIN, tell
from tests.conftest import NOW, missing
from tests.issuer.engine.builders import make_event, people

BROKERS = {
    "rabbitmq": os.environ.get("ATTESTATO_TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//"),
    "redis": os.environ.get("ATTESTATO_TEST_REDIS", "redis://127.0.0.1:6379/5"),
}


@pytest.fixture(params=sorted(BROKERS))
def settings(request: pytest.FixtureRequest, office: Office) -> Iterator[Settings]:
    """Settings with a broker that answers, and queues of their own, which are deleted afterwards."""
    made = replace(office.settings, broker_url=BROKERS[request.param], queue=f"test-{secrets.token_hex(6)}")
    with Connection(made.broker_url, connect_timeout=3) as connection:
        try:
            connection.ensure_connection(max_retries=1)
        except OperationalError:
            missing(request.param)
        yield made
        for lane in ("interactive", "bulk"):
            connection.default_channel.queue_delete(queue_of(made, lane))


@pytest.fixture
def told() -> list[tuple[str, int]]:
    return []


def everything_in(message: object) -> str:
    return json.dumps([message.payload, message.headers, message.properties], default=repr)  # type: ignore[attr-defined]


@pytest.mark.enable_socket
def test_a_message_holds_the_number_of_a_chunk_and_nobodys_name(office: Office, settings: Settings) -> None:
    reserve(office, make_event(), people(3), now=NOW)
    app = celery_for(settings)
    with office.database.reading() as session:
        number = session.scalars(select(Chunk.id)).one()

    count = tell(office.database, partial(hint, app, settings))

    with Connection(settings.broker_url) as connection:
        message = connection.SimpleQueue(app.conf.task_queues[1]).get(timeout=10)
        message.ack()
    app.close()
    assert count == 1
    assert message.payload[0] == [number]
    assert message.properties["expiration"] == str(1000 * int(TOLD_AGAIN.total_seconds()))
    assert not any(word in everything_in(message) for word in ("Persona", "example", "Milano", "python-milano"))


def test_a_chunk_is_told_of_once_and_again_when_nobody_took_it(office: Office, plan_toys, told) -> None:
    plan_toys([[1], [2]])
    counts = [tell(office.database, lambda *hint: told.append(hint)) for _ in range(2)]
    with office.database.writing() as session:
        late = datetime.now(UTC) - TOLD_AGAIN - timedelta(seconds=1)
        session.execute(update(Chunk).where(Chunk.number == 0).values(hinted_at=late))
    counts.append(tell(office.database, lambda *hint: told.append(hint)))

    assert counts == [2, 0, 1]
    assert [lane for lane, _ in told] == ["bulk"] * 3
    assert told[2] == told[0]


def test_each_lane_is_told_of_its_own(office: Office, plan_toys, told) -> None:
    plan_toys([[1]], lane="interactive")

    tell(office.database, lambda *hint: told.append(hint))

    assert [lane for lane, _ in told] == ["interactive"]


@pytest.mark.parametrize(
    "held",
    [
        pytest.param({"starts_at": datetime(2100, 1, 1, tzinfo=UTC)}, id="before its time"),
        pytest.param({"state": "paused"}, id="paused"),
        pytest.param({"ready_at": datetime(2100, 1, 1, tzinfo=UTC)}, id="by its pace"),
    ],
)
def test_of_what_may_not_be_begun_nobody_is_told(office: Office, plan_toys, told, held) -> None:
    plan_toys([[1]])
    with office.database.writing() as session:
        session.execute(update(Chunk.metadata.tables["job"]).values(**held))

    assert tell(office.database, lambda *hint: told.append(hint)) == 0


def test_what_could_not_be_told_is_told_as_soon_as_it_can_be(office: Office, plan_toys, told) -> None:
    plan_toys([[1], [2], [3]])

    def breaks(lane: str, chunk: int) -> None:
        if told:
            raise ConnectionRefusedError
        told.append((lane, chunk))

    with pytest.raises(ConnectionRefusedError):
        tell(office.database, breaks)

    assert tell(office.database, lambda *hint: told.append(hint)) == 2
    assert len(set(told)) == 3


def test_a_broker_with_one_file_for_a_database_is_refused() -> None:
    asked = {"ATTESTATO_BROKER_URL": "redis://localhost:6379/0"}
    with pytest.raises(Refused) as refused:
        Settings.read(asked)

    assert [fault.code for fault in refused.value.faults] == ["setting_broker_sqlite"]
    assert Settings.read(asked | {"ATTESTATO_DATABASE_URL": "postgresql://localhost/x"}).broker_url


@pytest.mark.enable_socket
def test_whether_the_broker_lets_us_in_can_be_asked(settings: Settings) -> None:
    away = replace(settings, broker_url=f"{settings.broker_url.partition(':')[0]}://127.0.0.1:9/")

    assert (answers(settings), answers(away)) == (True, False)
