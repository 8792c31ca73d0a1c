"""Brokers for a proof: a Redis server of our own, and queues of our own on the RabbitMQ server that is there."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kombu import Connection
from kombu.exceptions import KombuError

from issuer.models import BULK, INTERACTIVE
from issuer.settings import Settings
from issuer.work.broker import queue_of
from tools.proofs.ground import free_port

RABBITMQ: Final = os.environ.get("ATTESTATO_TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//")


def own_queue() -> str:
    """Return a name for queues that nobody else has."""
    return f"attestato-proof-{secrets.token_hex(6)}"


@dataclass
class Redis:
    """A Redis server that keeps nothing when it ends."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        """The URL of its first database."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen([*command, "--dir", str(self.folder)], stdout=subprocess.DEVNULL)
        for _ in range(200):
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            time.sleep(0.05)
        raise SystemExit("Redis did not start.")

    def lose(self) -> None:
        """End it, and let it forget everything."""
        if self.process is not None:
            command = ["redis-cli", "-p", str(self.port), "shutdown", "nosave"]
            subprocess.run(command, check=False, capture_output=True)
            self.process.wait(30)
            self.process = None


@contextmanager
def redis() -> Iterator[Redis]:
    """Start a server; it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="attestato-redis-"))
    made = Redis(free_port(), folder)
    made.start()
    try:
        yield made
    finally:
        made.lose()
        shutil.rmtree(folder, ignore_errors=True)


def no_redis() -> str | None:
    """Return why there can be no server of our own; None when there can."""
    gone = [name for name in ("redis-server", "redis-cli") if shutil.which(name) is None]
    return f"The command {gone[0]} is missing." if gone else None


def no_rabbitmq() -> str | None:
    """Return why RabbitMQ cannot be used; None when it can."""
    try:
        with Connection(RABBITMQ, connect_timeout=4) as connection:
            connection.connect()
    except (OSError, KombuError):
        return "No RabbitMQ server answers."
    return None


def forget(settings: Settings) -> None:
    """Delete the queues of a proof with everything in them."""
    with suppress(OSError, KombuError), Connection(settings.broker_url, connect_timeout=4) as connection:
        channel = connection.channel()
        for lane in (INTERACTIVE, BULK):
            channel.queue_delete(queue_of(settings, lane))
        channel.exchange_delete(settings.queue)


def purge(settings: Settings) -> int:
    """Take everything out of the queues of a proof; return how many messages that were."""
    with Connection(settings.broker_url, connect_timeout=4) as connection:
        return sum(connection.channel().queue_purge(queue_of(settings, lane)) or 0 for lane in (INTERACTIVE, BULK))
