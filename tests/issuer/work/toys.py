"""A kind of work that is quickly done: its rows are numbers, and each that is done is a line of the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from issuer.fault import Fault
from issuer.journal import write_journal
from issuer.models import Chunk, Job, Journal
from issuer.office import Office
from issuer.work.jobs import Piece
from issuer.work.kinds import Finish


def _nothing(_row: int) -> None: ...


class Toys:
    """What it does with a row can be changed; `given_up` and `ended` are written down."""

    name = "toy"

    def __init__(self) -> None:
        self.behave()

    def behave(self, with_row: Callable[[int], None] = _nothing) -> None:
        self.with_row, self.given_up, self.ended = with_row, {}, []

    def do(self, office: Office, job: Job, chunk: Chunk, finish: Finish, now: datetime) -> None:
        for row in rows_of(chunk):
            self.with_row(row)

        def store(session: Session) -> None:
            for row in rows_of(chunk):
                write_journal(session, job.organization_id, now, "toy", str(row))
            finish(session)

        office.database.write(store)

    def halve(self, session: Session, job: Job, chunk: Chunk) -> Sequence[Piece]:
        rows = rows_of(chunk)
        middle = len(rows) // 2
        return [Piece(len(part), payload={"rows": part}) for part in (rows[:middle], rows[middle:]) if part]

    def give_up(self, session: Session, job: Job, chunk: Chunk, fault: Fault) -> None:
        self.given_up |= dict.fromkeys(rows_of(chunk), fault.code)

    def take_up(self, session: Session, job: Job, chunk: Chunk) -> None:
        for row in rows_of(chunk):
            self.given_up.pop(row, None)

    def end(self, session: Session, job: Job, now: datetime) -> None:
        self.ended.append(job.subject)

    def faults(self, session: Session, job: Job) -> Sequence[Fault]:
        return [Fault(code, row=row) for row, code in sorted(self.given_up.items())]


KIND = Toys()


def rows_of(chunk: Chunk) -> list[int]:
    return list((chunk.payload or {})["rows"])


def done(office: Office) -> list[int]:
    """Return every row that was done, in the order in which it was."""
    with office.database.reading() as session:
        lines = session.scalars(select(Journal.subject).where(Journal.action == "toy").order_by(Journal.id))
        return [int(line) for line in lines]
