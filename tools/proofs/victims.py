"""Processes that are killed: forked from a warm one, with nothing of their own but what the databases keep.

A victim opens its own connections and says at which named point it is. It is killed with SIGKILL: by itself exactly
at a point, or by its parent some moments after one, wherever it is then.
"""

from __future__ import annotations

import os
import random
import selectors
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

HUNG_AFTER: Final = 180.0
"""Seconds after which a process that tells nothing, and neither ends nor is killed, is a fault."""
LONGEST_PAUSE: Final = 0.03
LONGEST_START: Final = 0.25
"""Seconds after a point, and after the start, within which a process is killed."""
NTH: Final = (1, 1, 2, 2, 3)
"""How often a point is passed until a process is killed at it, each as likely as the others."""
MOST: Final = 8
"""Points after which a process is killed at a point though it was to be another: lest it does all the work."""

Reached = Callable[[str], None]
Work = Callable[[Reached], None]
"""What a victim does; it opens everything itself, and tells each named point."""


@dataclass(frozen=True)
class Stop:
    """When a victim is killed: the `nth` time it is at `point`, or `pause` seconds after its `nth` point of any."""

    point: str | None
    nth: int
    pause: float = 0.0


UNHARMED: Final = Stop(None, sys.maxsize)
"""The stop of a process that is let live."""


@dataclass(frozen=True)
class Death:
    """How a victim ended: at which point it was seen last, and how often it had been there.

    `alive` is a moment, in nanoseconds of the machine's own clock, at which it still lived.
    """

    number: int
    killed: bool
    point: str
    times: int
    alive: int
    code: int


def choose(chance: random.Random, points: Sequence[str]) -> Stop:
    """Return a stop: at one of the named `points`, or as likely at any moment."""
    if chance.random() < 1 / 2:
        return Stop(chance.choice(points), chance.choice(NTH))
    nth = chance.randrange(6)
    return Stop(None, nth, chance.uniform(0, LONGEST_PAUSE if nth else LONGEST_START))


@dataclass
class _Victim:
    number: int
    said: int
    stop: Stop
    told: list[str] = field(default_factory=list)
    due: float | None = None
    rest: bytes = b""
    alive: int = 0
    heard: float = field(default_factory=time.monotonic)

    def hear(self) -> bool:
        """Take in what it tells; False once it is gone."""
        data = os.read(self.said, 65_536)
        *lines, self.rest = (self.rest + data).split(b"\n")
        self.heard = time.monotonic()
        for line in lines:
            point, _, moment = line.decode().partition(" ")
            self.told.append(point)
            self.alive = max(self.alive, int(moment))
        return bool(data)

    def look(self, now: float) -> None:
        """Kill it if its moment has come."""
        if now > self.heard + HUNG_AFTER:
            os.kill(self.number, signal.SIGKILL)
            raise SystemExit(f"A process hung after {self.told[-3:]}.")
        if self.stop.point is None and self.due is None and len(self.told) >= self.stop.nth:
            self.due = now + self.stop.pause
        if self.due is not None and now >= self.due:
            self.alive = time.monotonic_ns()
            os.kill(self.number, signal.SIGKILL)
            self.due = float("inf")

    def bury(self) -> Death:
        """Return how it ended."""
        os.close(self.said)
        _, status = os.waitpid(self.number, 0)
        code = os.waitstatus_to_exitcode(status)
        last = self.told[-1] if self.told else "start"
        return Death(self.number, code == -signal.SIGKILL, last, self.told.count(last), self.alive, code)


def run(work: Work, stops: Sequence[Stop]) -> list[Death]:
    """Let one process for each of `stops` do `work` at the same time; return how each ended.

    Raises SystemExit when one fails by itself, or hangs.
    """
    alive = [_start(work, stop) for stop in stops]
    ears = selectors.DefaultSelector()
    for victim in alive:
        ears.register(victim.said, selectors.EVENT_READ, victim)
    deaths = []
    while alive:
        for victim in alive:
            victim.look(time.monotonic())
        soonest = min((victim.due for victim in alive if victim.due is not None), default=float("inf"))
        for key, _ in ears.select(min(1.0, max(0.0, soonest - time.monotonic()))):
            if not key.data.hear():
                ears.unregister(key.data.said)
                alive.remove(key.data)
                deaths.append(key.data.bury())
    ears.close()
    failed = [death for death in deaths if not death.killed and death.code]
    if failed:
        raise SystemExit(f"A process failed by itself after {failed[0].point}: exit {failed[0].code}.")
    return deaths


def _start(work: Work, stop: Stop) -> _Victim:
    heard, said = os.pipe()
    number = os.fork()
    if number == 0:
        os.close(heard)
        _live(work, stop, said)
    os.close(said)
    return _Victim(number, heard, stop)


def _live(work: Work, stop: Stop, said: int) -> None:
    """Be a victim, and end with its work."""
    passed: Counter[str] = Counter()

    def reached(point: str) -> None:
        passed[point] += 1
        os.write(said, f"{point} {time.monotonic_ns()}\n".encode())
        if stop.point and (passed[stop.point] == stop.nth or passed.total() == MOST):
            os.kill(os.getpid(), signal.SIGKILL)

    code = 1
    try:
        work(reached)
        code = 0
    except BaseException as fault:  # noqa: BLE001  # The last place that can tell it.
        os.write(2, f"{type(fault).__name__}: {fault}\n".encode())
    finally:
        os._exit(code)
