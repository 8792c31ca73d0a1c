"""Exactly once (SECURITY, R1 and R2): whoever reserves and whoever signs is killed, again and again."""

from __future__ import annotations

import gc
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Final

from sqlalchemy import func, select

from issuer import claim
from issuer.batch import reserve
from issuer.models import DONE, RESERVED, SIGNED, Batch, Credential, CredentialVersion, Job
from issuer.office import Office
from issuer.work.ending import settle_all
from issuer.work.issuing import sign_batch
from issuer.work.jobs import plan_issue
from issuer.work.lease import Scope
from issuer.work.toil import toil
from tools.proofs.audit import Memory, audit
from tools.proofs.evening import NOW, event, people
from tools.proofs.ground import Ground, ground
from tools.proofs.signatures import note_signatures
from tools.proofs.victims import UNHARMED, Reached, Stop, Work, choose, run

RESERVING: Final = ("after-block", "after-part", "after-intent")
SIGNING: Final = ("after-lease", "after-sign", "before-commit", "after-commit", "after-end")
"""Named points in the life of a row, in their order."""
ROUNDS: Final = 5
"""How often is killed for each point that is asked for, at the most."""
A_LITTLE: Final = 0.05

Choose = Callable[[random.Random, Sequence[str]], Stop]
Sabotage = Callable[[Office], Office]
"""What breaks the store on purpose, in each process that works on it: to see that the proof finds it."""


def sound(office: Office) -> Office:
    """Break nothing."""
    return office


@dataclass(frozen=True)
class Standing:
    """How far the list is: what was reserved, what was signed, and how its batch and its job stand."""

    reserved: int
    signed: int
    batch: str | None
    job: str | None


@dataclass
class Killing:
    """A list of `rows` people on `ground`, reserved in parts and signed in chunks, by processes that are killed."""

    ground: Ground
    rows: int
    points: int
    chance: random.Random
    sabotage: Sabotage = sound
    hands: int = 2
    choose: Choose = choose
    stops: set[tuple[str, int, int, int]] = field(default_factory=set)
    killed: dict[int, int] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)

    @property
    def size(self) -> int:
        """Rows in a chunk, and half of those in a part: few, so that there are enough points for all."""
        return max(2, self.rows // (2 * self.points))

    def prove(self) -> list[str]:
        """Kill until enough distinct points were hit, let the rest be done, and return what is not as promised."""
        self._kill(self.reserve, RESERVING, 1, lambda it: it.batch == RESERVED or len(self.stops) >= self.points // 4)
        with self.ground.opened() as office:
            batch_id = self._reserve(office)
        self._kill(self.sign, SIGNING, self.hands, lambda it: it.job == DONE or len(self.stops) >= self.points)
        run(partial(self._finish, batch_id), [UNHARMED])
        with self.ground.opened() as office:
            again = reserve(office, event(), people(self.rows), now=NOW)
            sign_batch(office, again.batch_id, now=NOW)
        short = [] if len(self.stops) >= self.points else [f"only {len(self.stops)} distinct points of {self.points}"]
        unlike = [] if again.unchanged == self.rows else [f"run again, {again.unchanged} of {self.rows} are unchanged"]
        return [*short, *unlike, *audit(self.ground, people(self.rows), self.memory, self.killed)]

    def reserve(self, reached: Reached) -> None:
        """Be a process that reserves."""
        self._reserve(self.sabotage(self.ground.open(reached)))

    def _reserve(self, office: Office) -> str:
        claim.plan_issue = partial(plan_issue, chunk_rows=self.size)
        return reserve(office, event(), people(self.rows), now=NOW, part=2 * self.size).batch_id

    def sign(self, reached: Reached) -> None:
        """Be a worker that ends when there is nothing to take, and ends jobs that others could not end."""
        note_signatures(self.ground.log)
        office = self.sabotage(self.ground.open(reached))
        toil(office, Scope(), lambda: NOW, threading.Event(), _told, once=True)
        settle_all(office, NOW)

    def _finish(self, batch_id: str, reached: Reached) -> None:
        note_signatures(self.ground.log)
        sign_batch(self.sabotage(self.ground.open(reached)), batch_id, now=NOW)

    def _kill(self, work: Work, points: Sequence[str], hands: int, over: Callable[[Standing], bool]) -> None:
        """Let `hands` processes at a time do `work`, and kill them at `points` and between them, until it is over."""
        for _ in range(ROUNDS * self.points):
            if over(standing := self._standing()):
                return
            deaths = [
                death for death in run(work, [self.choose(self.chance, points) for _ in range(hands)]) if death.killed
            ]
            self.killed |= {death.number: death.alive for death in deaths}
            self.memory.learn(self.ground)
            after = self._standing()
            self.stops |= {(death.point, death.times, after.reserved, after.signed) for death in deaths}
            if after == standing and not deaths:
                time.sleep(A_LITTLE)

    def _standing(self) -> Standing:
        with self.ground.reading() as session:
            return Standing(
                session.scalar(select(func.count(Credential.id))) or 0,
                session.scalar(select(func.count(CredentialVersion.id)).where(CredentialVersion.state == SIGNED)) or 0,
                session.scalar(select(Batch.state).limit(1)),
                session.scalar(select(Job.state).limit(1)),
            )


@cache
def warm_up() -> None:
    """Do everything once, elsewhere, so that whoever is forked from this process has only work to do."""
    with ground() as elsewhere:
        practice = Killing(elsewhere, 6, 1, random.Random(0))
        with elsewhere.opened() as office:
            sign_batch(office, practice._reserve(office), now=NOW)
        practice.memory.learn(elsewhere)
        audit(elsewhere, people(6), practice.memory)
    gc.collect()
    gc.freeze()


def _told(what: str, detail: int | str) -> None:
    """Let a victim in trouble fail: there is none that it should meet here."""
    raise SystemExit(f"{what}: {detail}")
