"""Planning: a job for each subject, whose chunks hold every row once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from issuer.batch import reserve
from issuer.models import Batch, BatchRow, Chunk, Job
from issuer.office import Office
from issuer.sweep import plan_what_was_left
from issuer.work.jobs import plan_issue, ranges
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people


@given(st.lists(st.integers(2, 10**6), unique=True).map(sorted), st.integers(1, 40))
def test_every_row_is_in_one_chunk_and_no_chunk_is_too_large(lines: list[int], rows: int) -> None:
    pieces = list(ranges(lines, rows))

    assert [sum(piece.first <= line <= piece.last for piece in pieces) for line in lines] == [1] * len(lines)
    assert all(
        piece.size == sum(piece.first <= line <= piece.last for line in lines) and 1 <= piece.size <= rows
        for piece in pieces
    )


def test_a_batch_that_is_whole_has_its_job(office: Office) -> None:
    reservation = reserve(office, make_event(), people(3), now=NOW)

    with office.database.reading() as session:
        job = session.scalars(select(Job)).one()
        size = session.scalar(select(func.sum(Chunk.size)).where(Chunk.job_id == job.id))
    assert (job.kind, job.subject, job.size, size) == ("issue", reservation.batch_id, 3, 3)


def test_fifty_who_plan_the_same_at_once_have_planned_it_once(office: Office) -> None:
    reserve(office, make_event(), people(3), now=NOW)
    with office.database.writing() as session:
        session.query(Chunk).delete()
        session.query(Job).delete()

    def work(_number: int) -> str:
        return office.database.write(
            lambda session: plan_issue(session, session.scalars(select(Batch)).one()).public_id
        )

    with ThreadPoolExecutor(10) as pool:
        planned = set(pool.map(work, range(50)))

    with office.database.reading() as session:
        assert (session.scalar(select(func.count(Job.id))), session.scalar(select(func.count(Chunk.id)))) == (1, 1)
    assert len(planned) == 1


def test_what_an_earlier_version_left_without_a_job_is_planned_and_half_a_reservation_is_not(office: Office) -> None:
    reserve(office, make_event(), people(3), now=NOW)
    with office.database.writing() as session:
        session.query(Chunk).delete()
        session.query(Job).delete()
        session.query(Batch).update({"state": "reserving"})
    half = plan_what_was_left(office)
    with office.database.writing() as session:
        session.query(Batch).update({"state": "reserved"})

    assert (half, plan_what_was_left(office), plan_what_was_left(office)) == (0, 3, 0)


def test_what_is_signed_has_nothing_left_to_plan(office: Office) -> None:
    reserve(office, make_event(), people(3), now=NOW)
    with office.database.writing() as session:
        session.query(Chunk).delete()
        session.query(Job).delete()
        session.query(BatchRow).update({"state": "issued"})

    assert plan_what_was_left(office) == 0
