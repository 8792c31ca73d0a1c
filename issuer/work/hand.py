"""A pair of hands: takes one chunk after the other and does it, in this process."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Final

from sqlalchemy.exc import DBAPIError

from issuer.office import Office
from issuer.work.ending import settle
from issuer.work.kinds import kind_of
from issuer.work.lease import LEASE, LeaseLost, Scope, Task, claim, disclaim, is_waiting, new_lease
from issuer.work.setback import set_back, take_back

MISSED_AFTER: Final = 2.0
"""Seconds after which a worker that has enough to do looks for chunks whose worker is gone."""

Clock = Callable[[], datetime]
Raising = tuple[type[BaseException], ...]


class Heartbeat:
    """Keeps a chunk while it is being done: pushes the end of its lease on, from a thread of its own."""

    def __init__(self, office: Office, task: Task) -> None:
        self._office, self._task, self._over = office, task, threading.Event()
        self._thread = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._over.wait(LEASE.total_seconds() / 3):
            try:
                if not self._task.renew(self._office.database):
                    return
            except DBAPIError:
                continue


@dataclass
class Hand:
    """Does chunks of the work in `scope`. `clock` is for what is written down; leases have the database's."""

    office: Office
    scope: Scope
    clock: Clock
    done: Counter[str] = field(default_factory=Counter)
    """Rows that were done here, by kind."""
    _look_again: float = 0.0
    _left: list[tuple[Task, BaseException]] = field(default_factory=list)
    _unheard: list[str] = field(default_factory=list)

    def step(self, *, raising: Raising = ()) -> bool:
        """Do one chunk; False when there is none to take. What goes wrong is raised as well if it is one of `raising`.

        Raises DBAPIError when the database cannot be asked; what was not put back then is put back by the next step.
        """
        self._put_back()
        if not self._is_waiting():
            return False
        task = self._claim()
        if task is None:
            return False
        self.office.reached("after-lease")
        self.do(task, raising=raising)
        return True

    def _claim(self) -> Task | None:
        """Take a chunk. When the database goes before it answers, the lease is given back: it may have been given."""
        self._unheard.append(new_lease())
        task = claim(self.office.database, self.scope, self._unheard[-1])
        self._unheard.pop()
        return task

    def _is_waiting(self) -> bool:
        """Tell whether there is a chunk to take, once those are back whose worker is gone."""
        found = is_waiting(self.office.database, self.scope)
        if found and time.monotonic() < self._look_again:
            return True
        self._look_again = time.monotonic() + MISSED_AFTER
        return bool(take_back(self.office.database)) or found

    def do(self, task: Task, *, raising: Raising = ()) -> None:
        """Do a chunk that this process has; end its job if it was the last one."""
        now = self.clock()
        try:
            with Heartbeat(self.office, task):
                kind_of(task.job.kind).do(self.office, task.job, task.chunk, task.finish, now)
        except LeaseLost:
            return
        except BaseException as fault:
            self._left.append((task, fault))
            self._put_back(at_once=isinstance(fault, raising))
            if isinstance(fault, raising) or not isinstance(fault, Exception):
                raise
        else:
            self.done[task.job.kind] += task.chunk.size
        if settle(self.office, task.job.id, now):
            self.office.reached("after-end")

    def _put_back(self, *, at_once: bool = False) -> None:
        """Put back what was not done. A database that is gone, or full, is asked again by the next step."""
        while self._unheard:
            disclaim(self.office.database, self._unheard[0])
            del self._unheard[0]
        while self._left:
            task, fault = self._left[0]
            set_back(self.office.database, task, fault, at_once=at_once)
            del self._left[0]
