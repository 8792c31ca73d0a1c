"""Workers as they run in earnest: a crew of processes that replaces who falls, in a process of its own."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from issuer import claim
from issuer.batch import reserve
from issuer.fault import Refused
from issuer.models import DONE, FAILED, SIGNED, CredentialVersion, Job
from issuer.office import Office
from issuer.work.crew import Crew
from issuer.work.jobs import plan_issue
from issuer.work.posts import Staff, posts
from tools.proofs.evening import NOW, event, people
from tools.proofs.ground import Ground
from tools.proofs.signatures import note_signatures

TOO_LONG: Final = 180.0
"""Seconds after which whoever waits for something gives up."""
A_LITTLE: Final = 0.05


@dataclass
class Running:
    """A crew that is at work; `code` is its exit code once it has ended."""

    number: int
    code: int | None = None

    def ask(self) -> None:
        """Ask it to end."""
        os.kill(self.number, signal.SIGTERM)

    def wait(self) -> int:
        """Wait until it has ended; return its exit code."""
        until = time.monotonic() + TOO_LONG
        while self.code is None and time.monotonic() < until:
            ended, status = os.waitpid(self.number, os.WNOHANG)
            if ended:
                self.code = os.waitstatus_to_exitcode(status)
                return self.code
            time.sleep(A_LITTLE)
        if self.code is None:
            os.kill(self.number, signal.SIGKILL)
            os.waitpid(self.number, 0)
            self.code = -signal.SIGKILL
        return self.code


@contextmanager
def crew(ground: Ground, processes: int) -> Iterator[Running]:
    """Let workers run; they are asked to end afterwards."""
    number = os.fork()
    if number == 0:
        _work(ground, processes)
    running = Running(number)
    try:
        yield running
    finally:
        if running.code is None:
            running.ask()
            running.wait()


def _work(ground: Ground, processes: int) -> None:
    code = 1
    try:
        note_signatures(ground.log)
        office = _opened(ground)
        office.close()
        told = ground.folder / "troubles.log"
        code = Crew(list(posts(office, Staff(processes), lambda: NOW, partial(_told, str(told))))).run()
    except BaseException as fault:  # noqa: BLE001  # The last place that can tell it.
        os.write(2, f"The crew fell: {type(fault).__name__}: {fault}\n".encode())
    finally:
        os._exit(code)


def _opened(ground: Ground) -> Office:
    """Open the office as a supervisor would: a start that was refused is tried again."""
    while True:
        try:
            return ground.open()
        except Refused:
            time.sleep(A_LITTLE)


def _told(log: str, what: str, detail: int | str) -> None:
    with open(log, "a", encoding="utf-8") as file:  # noqa: PTH123  # One line, by any of them.
        file.write(f"{datetime.now(UTC):%T} {what}: {detail}\n")


def planned(ground: Ground, rows: int, chunk: int) -> str:
    """Reserve a list of so many rows, to be signed in chunks of so many; return the batch."""
    claim.plan_issue = partial(plan_issue, chunk_rows=chunk)
    with ground.opened() as office:
        return reserve(office, event(), people(rows), now=NOW, part=2 * chunk).batch_id


def signed(ground: Ground) -> int | None:
    """Return how many credentials are signed; None while nobody can be asked."""
    count = select(func.count(CredentialVersion.id)).where(CredentialVersion.state == SIGNED)
    try:
        with ground.reading() as session:
            return session.scalar(count) or 0
    except DBAPIError:
        return None


def has_ended(ground: Ground) -> bool:
    """Tell whether every job has ended."""
    try:
        with ground.reading() as session:
            return not session.scalar(select(func.count(Job.id)).where(Job.state.not_in((DONE, FAILED))))
    except DBAPIError:
        return False


def wait_until(what: Callable[[], bool], seconds: float = TOO_LONG) -> float | None:
    """Wait until it is so; return how many seconds that took, None if it never was."""
    began = time.monotonic()
    while not what():
        if time.monotonic() > began + seconds:
            return None
        time.sleep(A_LITTLE)
    return time.monotonic() - began
