"""Kinds of work: what a worker has to know of each, and where each is found.

A new kind is one module with a `KIND`, and one line in `KINDS`. Its chunks are done by any number of processes, on
any machine, and each may be done again from its start: so what a chunk does is stored with `finish` in one
transaction, or does no harm when it is done twice.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol, cast

from sqlalchemy.orm import Session

from issuer.fault import Fault
from issuer.models import Chunk, Job
from issuer.office import Office
from issuer.work.jobs import Piece

Finish = Callable[[Session], None]
"""Marks the chunk as done, in the transaction of its results; raises when somebody else has it by now."""


class Kind(Protocol):
    """One kind of work."""

    name: str

    def do(self, office: Office, job: Job, chunk: Chunk, finish: Finish, now: datetime) -> None:
        """Do a chunk, and call `finish` in the transaction that stores what came of it.

        Raises Later when it is to be tried again at its time, Halt when nothing of the job may go on; whatever else
        it raises counts as an attempt that failed.
        """

    def halve(self, session: Session, job: Job, chunk: Chunk) -> Sequence[Piece]:
        """Return the chunk in two pieces, so that the row which fails is found; one or none where it cannot be cut."""

    def give_up(self, session: Session, job: Job, chunk: Chunk, fault: Fault) -> None:
        """Tell the rows of a chunk, in the transaction that gives it up, why they were not done."""

    def take_up(self, session: Session, job: Job, chunk: Chunk) -> None:
        """Undo `give_up`, in the transaction that lets the chunk be tried again."""

    def end(self, session: Session, job: Job, now: datetime) -> None:
        """Close what the job was about, in the transaction that ends it."""

    def faults(self, session: Session, job: Job) -> Sequence[Fault]:
        """Return what is wrong with single rows so far."""


class Later(Exception):
    """A chunk cannot be done now, by nobody's fault: again after `after`. It does not count as a failure."""

    def __init__(self, after: timedelta, fault: Fault) -> None:
        super().__init__(after, fault)
        self.after, self.fault = after, fault


class Halt(Exception):
    """Something is so wrong that nothing of the job may go on until somebody has looked."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


KINDS: Final = {"issue": "issuer.work.issuing", "print": "issuer.work.printing"}
"""Each kind and its module, which is imported when there is something to do."""


def kind_of(name: str) -> Kind:
    """Return the kind of that name; KeyError when this version does not know it."""
    return cast("Kind", importlib.import_module(KINDS[name]).KIND)


def halve_range(lines: Sequence[int]) -> list[Piece]:
    """Return the rows on these lines, in their order, as two pieces of half as many."""
    middle = len(lines) // 2
    return [Piece(len(part), part[0], part[-1]) for part in (lines[:middle], lines[middle:]) if part]
