"""Who is in a crew: a process for each core for what is bulky, one for what somebody waits for, one for the house."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from issuer.models import BULK, INTERACTIVE
from issuer.office import Office
from issuer.work.crew import Post
from issuer.work.hand import Clock
from issuer.work.lease import LANES, Scope
from issuer.work.toil import Told, keep_house, toil

STEPS_BACK: Final = 10
"""How much bulk work yields the processor to what somebody waits for."""


@dataclass(frozen=True)
class Staff:
    """What the crew of one machine is: so many `processes` for bulk work, and which lanes, or one job alone."""

    processes: int
    lanes: Sequence[str] = LANES
    job_id: int | None = None
    once: bool = False


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0))


def posts(office: Office, staff: Staff, clock: Clock, told: Told) -> Iterator[Post]:
    """Yield the posts of a crew; `office` has no open connection, each post makes its own."""
    for number in range(1, staff.processes + 1 if BULK in staff.lanes or staff.job_id else 1):
        lanes = (BULK,) if staff.job_id is None else LANES
        yield Post(f"{BULK} {number}", _toil(office, Scope(lanes, staff.job_id), clock, told, staff), STEPS_BACK)
    if staff.job_id is not None:
        return
    if INTERACTIVE in staff.lanes:
        yield Post(INTERACTIVE, _toil(office, Scope((INTERACTIVE,)), clock, told, staff))
    if staff.once:
        return
    if office.settings.broker_url:
        from issuer.work.afar import tell_the_broker

        yield Post("messenger", partial(tell_the_broker, office, clock, told))
    yield Post("house", partial(_house, office, clock, told), STEPS_BACK)


def _toil(office: Office, scope: Scope, clock: Clock, told: Told, staff: Staff) -> partial[None]:
    return partial(_work, office, scope, clock, told, staff.once)


def _work(office: Office, scope: Scope, clock: Clock, told: Told, once: bool, asked: threading.Event) -> None:
    if office.settings.broker_url and not once and scope.job_id is None:
        from issuer.work.afar import Listener  # Without a broker nobody needs its libraries.

        Listener(office, scope, clock, asked, told).listen()
        return
    toil(office, scope, clock, asked, told, once=once)


def _house(office: Office, clock: Clock, told: Told, asked: threading.Event) -> None:
    keep_house(office, clock, asked, told)
