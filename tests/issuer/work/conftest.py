"""An office on both databases, and toy work to do in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from sqlalchemy import select

from issuer.journal import read_fault
from issuer.models import BULK, Job, Organization
from issuer.office import Office
from issuer.work.hand import Hand
from issuer.work.jobs import Order, Piece, plan
from issuer.work.kinds import KINDS
from issuer.work.lease import Scope
from tests.conftest import NOW
from tests.issuer.engine.conftest import database_url, office, pytest_generate_tests, tables
from tests.issuer.work import toys

__all__ = ["database_url", "office", "pytest_generate_tests", "tables"]

Plan = Callable[..., str]


@pytest.fixture(autouse=True)
def toy_kind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let there be a kind of work whose rows are numbers, and whose results are lines of the journal."""
    monkeypatch.setitem(KINDS, toys.KIND.name, "tests.issuer.work.toys")
    yield
    toys.KIND.behave()


@pytest.fixture
def plan_toys(office: Office) -> Plan:
    """Plan toy work: `chunks` are lists of numbers; return the job's id."""

    def call(
        chunks: Sequence[Sequence[int]], *, organization: str = "one", subject: str = "toys", lane: str = BULK, **more
    ) -> str:
        with office.database.writing() as session:
            owner = session.scalar(select(Organization).where(Organization.slug == organization))
            if owner is None:
                owner = Organization(
                    slug=organization, did=f"did:web:x:{organization}", base_url="https://x.example", language="it",
                    facts={}, created_at=NOW,
                )  # fmt: skip
                session.add(owner)
                session.flush()
            order = Order(owner.id, toys.KIND.name, subject, lane=lane, **more)
            pieces = [Piece(len(rows), payload={"rows": list(rows)}) for rows in chunks]
            return plan(session, order, pieces, NOW).public_id

    return call


@pytest.fixture
def hand(office: Office) -> Hand:
    """Somebody who does whatever there is."""
    return Hand(office, Scope(), lambda: NOW)


@pytest.fixture
def job(office: Office) -> Callable[[str], Job]:
    """Return a job as it is now."""

    def call(public_id: str) -> Job:
        with office.database.reading() as session:
            return session.scalars(select(Job).where(Job.public_id == public_id)).one()

    return call


def code_of(kept: dict | None) -> str | None:
    """Return the code of a fault that was kept."""
    return read_fault(kept, None).code if kept else None
