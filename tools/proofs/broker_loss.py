"""R16: the broker is gone in the middle of a batch, and forgets everything. The tables know what is to be done."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence

from tools.proofs.audit import Memory, audit
from tools.proofs.broker import RABBITMQ, Redis, forget, no_rabbitmq, no_redis, own_queue, purge, redis
from tools.proofs.crew import crew, has_ended, planned, signed, wait_until
from tools.proofs.evening import people
from tools.proofs.ground import Ground, ground
from tools.proofs.kill import with_database
from tools.proofs.killing import warm_up
from tools.proofs.result import Result
from tools.proofs.size import Size

Lose = Callable[[Ground], None]


def of_redis(size: Size, chance: random.Random) -> Result:  # noqa: ARG001
    """End a Redis server that keeps nothing, let it be away, and start it again."""
    name = "lose-redis"
    if (why := no_redis()) is not None:
        return Result(name, "", skipped=why)
    with redis() as server:
        return with_database(name, lambda url: _lost(name, size, url, server.url, [lambda _: _away(server, size)]))


def of_rabbitmq(size: Size, chance: random.Random) -> Result:  # noqa: ARG001
    """Take every message out of the queues, then delete the queues under those who listen."""
    name = "lose-rabbitmq"
    if (why := no_rabbitmq()) is not None:
        return Result(name, "", skipped=why)
    ways: Sequence[Lose] = (lambda made: _purge(made), lambda made: forget(made.settings))
    return with_database(name, lambda url: _lost(name, size, url, RABBITMQ, ways))


def _away(server: Redis, size: Size) -> None:
    server.lose()
    time.sleep(size.away)
    server.start()


def _purge(made: Ground) -> None:
    purge(made.settings)


def _lost(name: str, size: Size, url: str, broker: str, ways: Sequence[Lose]) -> Result:
    warm_up()
    with ground(url, broker_url=broker, queue=own_queue()) as made:
        try:
            faults = list(_prove(made, size, ways))
        finally:
            forget(made.settings)
    return Result(
        name, f"The broker lost everything {len(ways)} times while two workers signed {size.rows} rows.", faults
    )


def _prove(made: Ground, size: Size, ways: Sequence[Lose]) -> Iterator[str]:
    memory = Memory()
    planned(made, size.rows, max(2, size.rows // 50))
    memory.learn(made)
    with crew(made, 2):
        for number, lose in enumerate(ways, 1):
            wanted = size.rows * number // (len(ways) + 2)
            if wait_until(lambda wanted=wanted: (signed(made) or 0) >= wanted) is None:
                yield f"nobody went on: {signed(made)} are signed, {wanted} were expected"
            lose(made)
        if wait_until(lambda: has_ended(made)) is None:
            yield f"the job never ended: {signed(made)} are signed"
    yield from audit(made, people(size.rows), memory)
