"""Prints are made ahead by whoever works, chunk by chunk, and are then there for whoever asks."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from issuer.archive import batch_awards
from issuer.batch import reserve
from issuer.fault import Fault
from issuer.models import DONE, Batch, Chunk, Job
from issuer.prints import printing
from issuer.prints.printing import head_of
from issuer.revoke import revoke
from issuer.work import printing as ahead
from issuer.work.issuing import sign_batch
from issuer.work.kinds import kind_of
from issuer.work.printing import plan_ahead
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people


@pytest.fixture
def batch(office, monkeypatch):
    """Return a batch of three awards, printed two at a time."""
    monkeypatch.setattr(ahead, "CHUNK", 2)
    reserved = reserve(office, make_event(), people(3), now=NOW)
    sign_batch(office, reserved.batch_id, now=NOW)
    with office.database.reading() as session:
        return session.scalars(select(Batch).where(Batch.public_id == reserved.batch_id)).one()


def kept(office, batch):
    return [head_of(office, award) is not None for award in batch_awards(office, batch.public_id)]


def test_what_is_printed_ahead_is_there_when_somebody_asks(office, batch, hand, job):
    [planned] = plan_ahead(office, [batch.id], NOW)
    assert kept(office, batch) == [False] * 3

    assert hand.step()
    assert kept(office, batch) == [True, True, False]
    while hand.step():
        pass

    assert kept(office, batch) == [True] * 3
    assert (job(planned).state, job(planned).size) == (DONE, 3)


def test_what_is_under_way_is_not_planned_twice_and_what_is_done_can_be_done_again(office, batch, hand):
    first = plan_ahead(office, [batch.id], NOW)
    assert plan_ahead(office, [batch.id], NOW) == first
    while hand.step():
        pass

    assert plan_ahead(office, [batch.id], NOW) != first


def test_a_revoked_award_is_not_printed_ahead(office, batch, hand):
    revoke(office, [batch_awards(office, batch.public_id)[1].token], "Was not there.", NOW)
    plan_ahead(office, [batch.id], NOW)
    while hand.step():
        pass

    assert kept(office, batch) == [True, False, True]


def test_what_cannot_be_printed_is_told_by_its_row_and_keeps_nobody_else(office, batch, hand, job, monkeypatch):
    pressed = printing._pressed

    def without_one(office, awards):
        for award, made in zip(awards, pressed(office, awards), strict=True):
            yield Fault("render_failed", values={"detail": "ink"}) if award.name.endswith("4") else made

    monkeypatch.setattr(printing, "_pressed", without_one)
    [planned] = plan_ahead(office, [batch.id], NOW)
    while hand.step():
        pass

    assert kept(office, batch) == [True, True, False]
    with office.database.reading() as session:
        told = kind_of("print").faults(session, job(planned))
    assert [(fault.row, fault.code) for fault in told] == [(4, "render_failed")]


def test_a_chunk_that_is_given_up_tells_its_rows_until_it_is_taken_up(office, batch, job):
    [planned] = plan_ahead(office, [batch.id], NOW)
    kind, of = kind_of("print"), job(planned)

    with office.database.writing() as session:
        chunk = session.scalars(select(Chunk).where(Chunk.job_id == of.id).order_by(Chunk.number)).first()
        assert [(piece.first, piece.last) for piece in kind.halve(session, of, chunk)] == [(2, 2), (3, 3)]
        kind.give_up(session, of, chunk, Fault("work_failed", values={"detail": "x"}))
        session.flush()
        assert [fault.row for fault in kind.faults(session, of)] == [2, 3]
        kind.take_up(session, of, chunk)
        session.flush()
        assert kind.faults(session, of) == []


def test_the_job_of_another_kind_is_left_alone(office, batch):
    with office.database.reading() as session:
        before = set(session.scalars(select(Job.public_id)))

    assert before.isdisjoint(plan_ahead(office, [batch.id], NOW))
