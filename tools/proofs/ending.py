"""R19, R5 and R7: asked to end, killed right after an answer, and run by everybody at once."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from functools import partial
from typing import Final

from sqlalchemy import func, select

from issuer.batch import reserve
from issuer.models import RUNNING, Batch, Chunk, Job
from issuer.work.issuing import sign_batch
from tools.proofs.audit import Memory, audit
from tools.proofs.crew import crew, has_ended, planned, signed, wait_until
from tools.proofs.evening import NOW, event, people
from tools.proofs.ground import Ground, ground
from tools.proofs.kill import with_database
from tools.proofs.killing import warm_up
from tools.proofs.result import Result
from tools.proofs.signatures import note_signatures
from tools.proofs.size import Size
from tools.proofs.victims import UNHARMED, Reached, Stop, run

DRAINED_IN: Final = 30.0
"""Seconds in which whoever is asked to end has ended."""
A_FEW: Final = 3
"""People on each of many lists."""


def drained(size: Size, chance: random.Random) -> Result:
    """Ask workers to end in the middle of a batch, once and twice, again and again."""
    warm_up()
    longest = [0.0]
    with ground() as made:
        faults = list(_drained(made, size, chance, longest))
    times = 2 * size.restarts
    told = f"Workers were asked to end {times} times, every other time twice, and had ended after {longest[0]:.1f} s."
    return Result("drain", told, faults)


def _drained(made: Ground, size: Size, chance: random.Random, longest: list[float]) -> Iterator[str]:
    memory = Memory()
    planned(made, size.rows, max(2, size.rows // (10 * size.restarts)))
    memory.learn(made)
    for number in range(2 * size.restarts):
        before = signed(made) or 0
        with crew(made, 2) as running:
            wait_until(lambda before=before: (signed(made) or 0) > before or has_ended(made))
            time.sleep(chance.uniform(0, 0.1))
            began = time.monotonic()
            running.ask()
            if number % 2:
                time.sleep(chance.uniform(0, 0.05))
                running.ask()
            code = running.wait()
            longest[0] = max(longest[0], time.monotonic() - began)
        if code:
            yield f"asked to end, the workers ended with {code}"
        with made.reading() as session:
            left = session.scalar(select(func.count(Chunk.id)).where((Chunk.state == RUNNING) | (Chunk.losses > 0)))
        if left:
            yield f"{left} chunks were left by workers that were asked to end"
    if longest[0] > DRAINED_IN:
        yield f"the workers ended {longest[0]:.1f} s after they were asked"
    with crew(made, 2):
        if wait_until(lambda: has_ended(made)) is None:
            yield f"the job never ended: {signed(made)} are signed"
    yield from audit(made, people(size.rows), memory, {})


def acknowledged(size: Size, chance: random.Random) -> Result:  # noqa: ARG001
    """Kill each of many runs right after it knows that its list is reserved; all lists are there, and are signed."""
    warm_up()
    with ground() as made:
        faults = list(_acknowledged(made, size.times))
    return Result("acknowledged", f"{size.times} runs were killed as soon as their lists were reserved.", faults)


def _acknowledged(made: Ground, times: int) -> Iterator[str]:
    everybody = people(A_FEW * times)

    def work(number: int, reached: Reached) -> None:
        mine = everybody[A_FEW * number : A_FEW * (number + 1)]
        reserve(made.open(reached), event(f"evening-{number}"), mine, now=NOW)

    memory = Memory()
    for number in range(times):
        (death,) = run(partial(work, number), [Stop("after-intent", 1)])
        if not death.killed:
            yield f"run {number} ended before it was killed"
    memory.learn(made)
    with made.reading() as session:
        found = session.scalar(select(func.count(Job.id)).join(Batch, Batch.public_id == Job.subject))
    if found != times:
        yield f"{found} of {times} acknowledged lists are there"
    with crew(made, 1):
        if wait_until(lambda: has_ended(made)) is None:
            yield "not all were signed"
    yield from audit(made, everybody, memory, {})


def at_once(size: Size, chance: random.Random) -> Result:  # noqa: ARG001
    """Hand in one list by many processes at the same time, on either database."""
    warm_up()
    with ground() as made:
        faults = [f"SQLite: {fault}" for fault in _at_once(made, size)]
    told = f"{_many(size)} processes reserved and signed the same list at once, on SQLite and on PostgreSQL."
    other = with_database("at-once", lambda url: Result("at-once", told, list(_on(url, size))))
    return Result("at-once", told, [*faults, *other.faults], other.skipped if not faults else None)


def _many(size: Size) -> int:
    return size.times // 2


def _on(url: str, size: Size) -> Iterator[str]:
    with ground(url) as made:
        for fault in _at_once(made, size):
            yield f"PostgreSQL: {fault}"


def _at_once(made: Ground, size: Size) -> Iterator[str]:
    def work(reached: Reached) -> None:
        note_signatures(made.log)
        office = made.open(reached)
        batch = reserve(office, event(), people(20), now=NOW, part=7)
        sign_batch(office, batch.batch_id, now=NOW, chunk=6)

    run(work, [UNHARMED] * _many(size))
    yield from audit(made, people(20), Memory())
