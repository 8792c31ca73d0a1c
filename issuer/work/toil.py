"""What one worker does all day: chunk after chunk while there are any, a glance now and then while there are none."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from issuer.models import RUNNING, TO_DO, Job
from issuer.office import Office
from issuer.work.duties import Held, make_rounds
from issuer.work.hand import Clock, Hand
from issuer.work.lease import Scope

GLANCE: Final = {"interactive": 0.2, "bulk": 0.5}
"""Seconds between two looks of a worker that has nothing to do, by the lane it serves."""
ROUND: Final = 1.0
"""Seconds between two looks at what duties are due."""
TOLD_AGAIN: Final = 30.0
"""Seconds until the same trouble is told again."""

Told = Callable[[str, int | str], None]


@dataclass
class Trouble:
    """Tells what goes wrong, and not the same thing every moment."""

    told: Told
    _last: str = ""
    _at: float = 0.0

    def __call__(self, fault: BaseException) -> None:
        """Tell a fault by its first line."""
        self.tell(f"{type(fault).__name__}: {str(fault).partition(chr(10))[0]}")

    def tell(self, line: str) -> None:
        """Tell what a line says is wrong."""
        detail = line[:300]
        if detail != self._last or time.monotonic() >= self._at + TOLD_AGAIN:
            self._last, self._at = detail, time.monotonic()
            self.told("trouble", detail)


def toil(office: Office, scope: Scope, clock: Clock, asked: threading.Event, told: Told, *, once: bool = False) -> None:
    """Do the work in `scope` until `asked`, or until the process that started this one is gone.

    With `once`, until there is nothing to take. A scope of one job ends with the job. A database that is gone is
    asked again and again.
    """
    hand, trouble, parent = Hand(office, scope, clock), Trouble(told), os.getppid()
    glance = min(GLANCE[lane] for lane in scope.lanes)
    while not asked.is_set() and os.getppid() == parent:
        try:
            if hand.step():
                continue
            if once or (scope.job_id is not None and not _goes_on(office, scope.job_id)):
                return
        except Exception as fault:  # noqa: BLE001  # Whatever it is, the next moment may be better.
            trouble(fault)
        asked.wait(glance)


def keep_house(office: Office, clock: Clock, asked: threading.Event, told: Told) -> None:
    """Do the duties that come round, until `asked` or until the process that started this one is gone."""
    trouble, parent, held = Trouble(told), os.getppid(), Held()
    while not asked.is_set() and os.getppid() == parent:
        try:
            make_rounds(office, clock(), told, held=held)
        except Exception as fault:  # noqa: BLE001  # Whatever it is, the next moment may be better.
            trouble(fault)
        asked.wait(ROUND)


def _goes_on(office: Office, job_id: int) -> bool:
    with office.database.reading() as session:
        return session.scalar(select(Job.state).where(Job.id == job_id)) in (TO_DO, RUNNING)
