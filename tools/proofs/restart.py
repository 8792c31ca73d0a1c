"""R16: the database is restarted in the middle of a batch, again and again, and stays away for a while."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from tools.proofs.audit import Memory, audit
from tools.proofs.cluster import Cluster, cluster, missing
from tools.proofs.crew import crew, has_ended, planned, signed, wait_until
from tools.proofs.evening import people
from tools.proofs.ground import Ground, database, ground
from tools.proofs.killing import warm_up
from tools.proofs.result import Result
from tools.proofs.size import FULL, Size
from tools.proofs.visitor import Visitor

PROOF = "restart"
WORKERS = 2
AT_MOST = 5.0
"""Seconds after which workers have gone on; tests do not measure it."""


def restarted(size: Size, chance: random.Random) -> Result:  # noqa: ARG001
    """Restart the server while two workers sign, and let it be away once."""
    if (why := missing()) is not None:
        return Result(PROOF, "", skipped=why)
    warm_up()
    with cluster() as server, database(server.server) as url, ground(url) as made:
        trial = Trial(made, server, size)
        faults = list(trial.prove())
        if size == FULL and max(trial.waits, default=0) > AT_MOST:
            faults.append(f"somebody went on only {max(trial.waits):.1f} s after the server answered")
    told = (
        f"The server was restarted {size.restarts} times, and away for {size.away} s, while {WORKERS} workers signed "
        f"{size.rows} rows; they went on {max(trial.waits, default=0):.1f} s after it answered, at the latest."
    )
    return Result(PROOF, told, faults)


@dataclass
class Trial:
    """A list that is signed while its server comes and goes; `waits` are the seconds until somebody went on."""

    ground: Ground
    server: Cluster
    size: Size
    waits: list[float] = field(default_factory=list)

    def prove(self) -> Iterator[str]:
        """Yield what is not as promised."""
        memory = Memory()
        planned(self.ground, self.size.rows, max(5, self.size.rows // (10 * self.size.restarts)))
        memory.learn(self.ground)
        with crew(self.ground, WORKERS):
            for number in range(self.size.restarts):
                yield from self._come_so_far(number + 1)
                self.server.restart()
                yield from self._goes_on()
            visitor = Visitor.of(self.ground)
            yield from _answers(visitor, (200, "valid"), 200)
            self.server.stop()
            yield from _answers(visitor, (200, "indeterminate"), 503)
            time.sleep(self.size.away)
            self.server.start()
            yield from self._goes_on()
            yield from _answers(visitor, (200, "valid"), 200)
            if wait_until(lambda: has_ended(self.ground)) is None:
                yield f"the job never ended: {signed(self.ground)} are signed"
        yield from audit(self.ground, people(self.size.rows), memory)

    def _come_so_far(self, part: int) -> Iterator[str]:
        wanted = self.size.rows * part // (self.size.restarts + 2)
        if wait_until(lambda: (signed(self.ground) or 0) >= wanted) is None:
            yield f"nobody went on: {signed(self.ground)} are signed, {wanted} were expected"

    def _goes_on(self) -> Iterator[str]:
        before = signed(self.ground) or 0
        waited = wait_until(lambda: (signed(self.ground) or 0) > before or has_ended(self.ground))
        if waited is None:
            yield f"nobody went on after {before}"
        else:
            self.waits.append(waited)


def _answers(visitor: Visitor, verified: tuple[int, str], ready: int) -> Iterator[str]:
    """See that the service says what it knows, and never that it is broken."""
    if (found := visitor.asks()) != verified:
        yield f"a credential is answered with {found}, and {verified} was to be"
    statuses = [visitor.looks(path) for path in ("/verify", "/healthz", "/readyz")]
    if statuses != [200, 200, ready]:
        yield f"the pages answer {statuses}"
