"""R1 and R2 with a broker: workers that hear of work from Celery are killed, as many machines would have them."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from issuer.models import BULK, DONE
from issuer.work.afar import Listener, tell_the_broker
from issuer.work.ending import settle_all
from issuer.work.lease import Scope
from tools.proofs.broker import RABBITMQ, forget, no_rabbitmq, no_redis, own_queue, redis
from tools.proofs.evening import NOW
from tools.proofs.ground import Ground, ground
from tools.proofs.kill import killed, with_database
from tools.proofs.killing import Killing, warm_up
from tools.proofs.result import Result
from tools.proofs.signatures import note_signatures
from tools.proofs.size import Size
from tools.proofs.victims import Reached

LOOK = 0.3
"""Seconds between two looks of a worker at whether the job has ended."""


@dataclass
class KillingAfar(Killing):
    """The workers are Celery's."""

    def sign(self, reached: Reached) -> None:
        """Be a worker that hears of work from a broker, until the job has ended."""
        note_signatures(self.ground.log)
        office, asked = self.sabotage(self.ground.open(reached)), threading.Event()
        threading.Thread(target=self._watch, args=(asked,), daemon=True).start()
        Listener(office, Scope((BULK,)), lambda: NOW, asked, _told).listen()
        settle_all(office, NOW)

    def _watch(self, asked: threading.Event) -> None:
        while not asked.wait(LOOK):
            if self._standing().job == DONE:
                asked.set()


def on_rabbitmq(size: Size, chance: random.Random) -> Result:
    """Kill whoever hears of work from RabbitMQ."""
    name = "kill-rabbitmq"
    if (why := no_rabbitmq()) is not None:
        return Result(name, "", skipped=why)
    return with_database(name, lambda url: _killed(name, size, chance, url, RABBITMQ))


def on_redis(size: Size, chance: random.Random) -> Result:
    """Kill whoever hears of work from Redis."""
    name = "kill-redis"
    if (why := no_redis()) is not None:
        return Result(name, "", skipped=why)
    with redis() as server:
        return with_database(name, lambda url: _killed(name, size, chance, url, server.url))


def _killed(name: str, size: Size, chance: random.Random, url: str, broker: str) -> Result:
    warm_up()
    with ground(url, broker_url=broker, queue=own_queue()) as made, messenger(made):
        return killed(name, KillingAfar(made, size.rows, size.points, chance))


@contextmanager
def messenger(made: Ground) -> Iterator[None]:
    """Let somebody tell the broker of what waits; the queues are deleted afterwards."""
    number = os.fork()
    if number == 0:
        try:
            tell_the_broker(made.open(), lambda: NOW, _told, threading.Event())
        finally:
            os._exit(0)
    try:
        yield
    finally:
        os.kill(number, signal.SIGKILL)
        os.waitpid(number, 0)
        forget(made.settings)


def _told(what: str, detail: int | str) -> None:
    os.write(2, f"{what}: {detail}\n".encode())
