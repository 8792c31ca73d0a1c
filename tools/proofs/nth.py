"""R23: the first write of a list fails, then of the next list the second, and so on until a list meets no failure."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from issuer.batch import reserve
from issuer.office import Office
from issuer.work.issuing import sign_batch
from tools.proofs.audit import Memory, audit
from tools.proofs.crew import crew, has_ended, wait_until
from tools.proofs.evening import NOW, people
from tools.proofs.evening import event as evening
from tools.proofs.ground import Ground, ground
from tools.proofs.killing import warm_up
from tools.proofs.result import Result
from tools.proofs.signatures import note_signatures
from tools.proofs.size import FULL, Size
from tools.proofs.victims import UNHARMED, Reached, run

WRITES: Final = ("INSERT", "UPDATE", "DELETE")
MOST: Final = 500
"""Lists after which a failure must have been past their end."""


@dataclass
class Failing:
    """Lets the `due`-th write or commit of an engine fail, once."""

    engine: Engine
    due: int = 0
    failed: bool = False

    def __post_init__(self) -> None:
        event.listen(self.engine, "before_cursor_execute", self._execute)
        event.listen(self.engine, "commit", self._commit)

    def _execute(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith(WRITES):
            self._count(statement[:40])

    def _commit(self, _connection: Any) -> None:
        self._count("COMMIT")

    def _count(self, what: str) -> None:
        self.due -= 1
        if self.due == 0:
            self.failed = True
            raise OperationalError(what, {}, OSError(28, "No space left on device"))


def swept(size: Size, chance: random.Random) -> Result:  # noqa: ARG001
    """Let each write of a list fail in turn."""
    rows = 50 if size == FULL else 4
    warm_up()
    with ground() as made:
        run(_sweep(made, rows), [UNHARMED])
        lists = int((made.folder / "lists").read_text("ascii"))
        faults = [] if lists < MOST else [f"after {MOST} lists one still met a failure"]
        with crew(made, 1):  # Those that were handed in anew left a job behind, which the workers end.
            if wait_until(lambda: has_ended(made)) is None:
                faults.append("a job never ended")
        faults += audit(made, people(rows * lists), Memory(), {})
    return Result("nth", f"Each of {lists - 1} writes and commits of a list of {rows} failed once.", faults)


def _sweep(made: Ground, rows: int) -> Callable[[Reached], None]:
    def work(reached: Reached) -> None:
        note_signatures(made.log)
        office = made.open(reached)
        failing = Failing(office.database.engine)
        for number in _until_none_fails(failing):
            mine = people(rows * number)[rows * (number - 1) :]
            while not _try(office, f"evening-{number}", mine):
                pass
            (made.folder / "lists").write_text(str(number), "ascii")

    return work


def _until_none_fails(failing: Failing) -> Iterator[int]:
    for number in range(1, MOST + 1):
        failing.due, failing.failed = number, False
        yield number
        if not failing.failed:
            return


def _try(office: Office, slug: str, mine: Any) -> bool:
    try:
        batch = reserve(office, evening(slug), mine, now=NOW)
        sign_batch(office, batch.batch_id, now=NOW)
    except OperationalError:
        return False
    return True
