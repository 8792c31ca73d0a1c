"""A second pair of hands for a long list: a worker beside the run, for its batch alone, that ends with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from issuer.batch import Reservation
from issuer.cli.desk import Desk
from issuer.work.crew import PATIENCE
from issuer.work.issuing import job_of
from issuer.work.posts import cores

LONG: Final = 2_000
"""Rows from which on a second process has signed more than its start costs."""


@contextmanager
def a_second_pair_of_hands(desk: Desk, reservation: Reservation) -> Iterator[None]:
    """Let the other cores work on the batch as well, if it is long, for as long as this goes on."""
    others = cores() - 1
    if reservation.reserved < LONG or not others:
        yield
        return
    job = job_of(desk.office, reservation.batch_id, desk.now)
    own = ("--job", job, str(os.getpid()), "--processes", str(others))
    command = [sys.executable, "-m", "issuer.cli", "worker", *own]
    # In a session of its own, so that Ctrl-C reaches the run alone, which then ends it.
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE + 5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
