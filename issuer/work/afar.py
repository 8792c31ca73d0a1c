"""A worker that hears of work from a broker, and looks for itself when it hears nothing.

Celery runs in the main thread and calls for each message; a second thread glances at the tables when no message has
come for a while. Either takes the chunk whose turn it is, one at a time. So work goes on when the broker is gone, and
a queue that was emptied is not missed.
"""

from __future__ import annotations

import os
import threading
import time
import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from celery import Celery
from celery.apps.worker import Worker
from celery.bootsteps import StartStopStep
from celery.exceptions import SecurityWarning
from celery.worker import state
from kombu.exceptions import KombuError

from issuer.office import Office
from issuer.work.broker import PATIENCE, celery_for, hint, queue_of
from issuer.work.hand import Clock, Hand
from issuer.work.hints import tell
from issuer.work.lease import Scope
from issuer.work.toil import Told, Trouble
from issuer.work.unread import Unread, plainly

QUIET: Final = 2.0
"""Seconds without a message after which a worker looks for itself, and how long it waits when it finds nothing."""
GLANCE: Final = 0.25
"""Seconds between two looks at whether it is quiet, or at what the broker is to be told."""


@dataclass
class Listener:
    """Does a chunk whenever a message comes, or none has come for a while."""

    office: Office
    scope: Scope
    clock: Clock
    asked: threading.Event
    told: Told
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)
    _heard: float = 0.0

    def __post_init__(self) -> None:
        self._hand, self._trouble = Hand(self.office, self.scope, self.clock), Trouble(self.told)

    def listen(self) -> None:
        """Work until `asked`, or until the process that started this one is gone."""
        (lane,) = self.scope.lanes
        app = celery_for(self.office.settings)
        app.steps["consumer"].add(Awake)
        with plainly(self._trouble.tell):
            self._listen(app, lane)

    def _listen(self, app: Celery, lane: str) -> None:
        with warnings.catch_warnings():
            # Celery warns whoever is root; our worker is no more dangerous with it than without.
            warnings.simplefilter("ignore", SecurityWarning)
            worker = app.Worker(
                hostname=f"{lane}-{os.getpid()}@{os.uname().nodename}",
                queues=[queue_of(self.office.settings, lane)],
                pool="solo",
                concurrency=1,
                loglevel="ERROR",
                quiet=True,
                without_gossip=True,
                without_mingle=True,
                without_heartbeat=True,
                consumer_cls=partial(Unread, hear=self.hear),
            )
        worker.install_platform_tweaks = _leave_signals_alone
        watch = threading.Thread(target=self._watch, name="watch")
        watch.start()
        try:
            worker.start()
        finally:
            self.asked.set()
            watch.join()

    def hear(self) -> None:
        """Do the chunk whose turn it is: a message says that one waits."""
        self._heard = time.monotonic()
        if not self.asked.is_set():
            self._do()

    def _do(self) -> bool:
        with self._one_at_a_time:
            try:
                return self._hand.step()
            except Exception as fault:  # noqa: BLE001  # Whatever it is, the next moment may be better.
                self._trouble(fault)
                return False

    def _watch(self) -> None:
        parent = os.getppid()
        while not self.asked.wait(GLANCE) and os.getppid() == parent:
            while self._is_quiet():
                if not self._do():
                    self._heard = time.monotonic()
        self.asked.set()
        state.should_stop = os.EX_OK

    def _is_quiet(self) -> bool:
        return not self.asked.is_set() and time.monotonic() >= self._heard + QUIET


class Awake(StartStopStep):  # type: ignore[misc]
    """Keeps Celery from sleeping for ten seconds, so that it notices when it is asked to end."""

    requires = ("celery.worker.consumer.connection:Connection",)

    def start(self, parent: Any) -> None:
        """Turn over every now and then, for as long as this connection lasts."""
        self._timer = parent.timer.call_repeatedly(GLANCE, _nothing)

    def stop(self, parent: Any) -> None:  # noqa: ARG002
        """Let it be."""
        self._timer.cancel()


def _nothing() -> None:
    """Do nothing; Celery looks around afterwards."""


def _leave_signals_alone(_worker: Worker) -> None:
    """Let signals be those of the crew: asked once or ten times, a worker finishes its chunk and ends."""


def tell_the_broker(office: Office, _clock: Clock, told: Told, asked: threading.Event) -> None:
    """Tell the broker of what waits, until `asked` or until the process that started this one is gone."""
    app, trouble, parent = celery_for(office.settings), Trouble(told), os.getppid()
    publish = partial(hint, app, office.settings)
    try:
        while not asked.is_set() and os.getppid() == parent:
            try:
                tell(office.database, publish)
            except (KombuError, OSError) as fault:
                trouble(fault)
                asked.wait(PATIENCE)
            except Exception as fault:  # noqa: BLE001  # Whatever it is, the next moment may be better.
                trouble(fault)
            asked.wait(GLANCE)
    finally:
        _take_leave(app)


def _take_leave(app: Celery) -> None:
    """Close what was opened to publish: else the broker has to find out by itself that nobody is there any more."""
    with suppress(KombuError, OSError, *app.connection_for_write().connection_errors), app.pool.acquire() as connection:
        connection.close()
