"""Stores that are broken on purpose: each loses, doubles or changes something, and the proof has to find it."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from issuer import issue
from issuer.database import Database
from issuer.models import Credential, Outbox
from issuer.office import Office
from issuer.tokens import new_token
from issuer.work import issuing, lease
from tools.proofs.ground import ground
from tools.proofs.killing import Killing, Sabotage, warm_up
from tools.proofs.result import Result
from tools.proofs.size import Size
from tools.proofs.victims import UNHARMED, Reached, Stop

BETWEEN: Final = "between"
"""The point between two commits that should have been one."""
A_WHILE: Final = 0.4


@dataclass(frozen=True)
class ToldApart(Database):
    """A database that commits the outbox apart from the credentials, and later."""

    reached: Reached

    def write(self, work: Callable[[Session], Any]) -> Any:
        """Do `work` in one transaction, and tell it in another."""
        table, lines = Outbox.__table__, []

        def stripped(session: Session) -> Any:
            before = set(session.scalars(select(table.c.id)))
            answer = work(session)
            session.flush()
            added = session.execute(select(table).where(table.c.id.not_in(before))).mappings()
            lines[:] = [dict(line) for line in added]
            session.execute(delete(Outbox).where(table.c.id.not_in(before)))
            return answer

        answer = super().write(stripped)
        if lines:
            self.reached(BETWEEN)
            super().write(lambda session: session.execute(insert(table), lines))
        return answer


def told_apart(office: Office) -> Office:
    """Tell the outbox in a transaction of its own, after that of the credentials."""
    return replace(office, database=ToldApart(office.database.engine, office.reached))


def done_first(office: Office) -> Office:
    """Say that a chunk is done before its credentials are stored."""
    whole = issuing.Issuing.do

    def do(kind: Any, office: Office, job: Any, chunk: Any, finish: Any, now: Any) -> None:
        office.database.write(finish)
        office.reached(BETWEEN)
        whole(kind, office, job, chunk, lambda _: None, now)

    issuing.Issuing.do = do  # type: ignore[method-assign]
    return office


def leases_ignored(office: Office) -> Office:
    """Let everybody take a chunk that somebody has, and take long over it."""
    lease._free = lambda _: (lease.Chunk.state.in_((lease.TO_DO, lease.RUNNING)),)
    lease._mine = lambda session, task, values: session.execute(
        update(lease.Chunk).where(lease.Chunk.id == task.chunk.id).values(values)
    )
    reached = office.reached
    return replace(office, reached=lambda point: time.sleep(A_WHILE) if point == "after-lease" else reached(point))


def time_of_day(office: Office) -> Office:
    """Sign with the time at which it is signed, and not with that of the intent."""
    load = issue.load_intents

    def loaded(*arguments: Any) -> Any:
        late = timedelta(seconds=os.getpid() % 10_007)
        return [replace(intent, valid_from=intent.valid_from - late) for intent in load(*arguments)]

    issue.load_intents = loaded
    return office


def promised_anew(office: Office) -> Office:
    """Give everybody another address whenever a run begins."""
    with office.database.writing() as session:
        for number in session.scalars(select(Credential.id)).all():
            session.execute(update(Credential).where(Credential.id == number).values(token=new_token()))
    return office


@dataclass(frozen=True)
class Twin:
    """A way to break the store, where to kill so that it shows, and what the proof has to say of it."""

    sabotage: Sabotage
    stop: Stop
    found: str
    hands: int = 1


TRIES: Final = 5

TWINS: Final = (
    Twin(told_apart, Stop(BETWEEN, 1), "lines in the outbox"),
    Twin(done_first, Stop(BETWEEN, 1), "run again"),
    Twin(leases_ignored, UNHARMED, "doubled", hands=2),
    Twin(time_of_day, Stop("after-sign", 2), "orphan"),
    Twin(promised_anew, Stop("after-part", 1), "changed"),
)


def found(size: Size, _chance: random.Random) -> Result:  # noqa: ARG001
    """Break the store in every way, and expect each to be found."""
    warm_up()
    missed = [fault for twin in TWINS for fault in _missed(twin)]
    return Result("twins", f"{len(TWINS)} stores were broken on purpose, and each was found out.", missed)


def _missed(twin: Twin) -> Sequence[str]:
    """Return what is wrong with a proof that lets this twin pass; nothing if it is found.

    That two hands meet at one chunk is a matter of chance on a busy machine, so they are let at it several times.
    """
    faults: list[str] = []
    for _ in range(TRIES if twin.hands > 1 else 1):
        with ground() as made:
            killing = Killing(made, 12, 2, random.Random(0), twin.sabotage, twin.hands, lambda *_: twin.stop)
            faults = killing.prove()
        if any(fault.startswith(twin.found) for fault in faults):
            return ()
    name = getattr(twin.sabotage, "__name__", "")
    return (f"{name} passed: {faults}",)
