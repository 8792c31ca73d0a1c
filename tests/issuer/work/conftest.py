"""An office on both databases, and toy work to do in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

from issuer.database import connect
from issuer.journal import read_fault
from issuer.models import BULK, Job, Organization
from issuer.office import Office, open_office
from issuer.work.hand import Hand
from issuer.work.jobs import Order, Piece, plan
from issuer.work.kinds import KINDS
from issuer.work.lease import Scope
from keys.envelope import KeyEncryptionKey
from tests.conftest import NOW
from tests.issuer.engine.builders import settings_for
from tests.issuer.engine.conftest import database_url, pytest_generate_tests, tables
from tests.issuer.work import toys
from tests.issuer.work.thrift import compile_once

__all__ = ["database_url", "pytest_generate_tests", "tables"]

Plan = Callable[..., str]


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> None:
    """Let the engine of one test use what that of another compiled: a quarter of what these tests cost."""
    compile_once()


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an SQLite database of ours and its key, to be copied: migrating takes longer."""
    folder = tmp_path_factory.mktemp("empty")
    open_office(settings_for(folder)).close()
    return folder


@pytest.fixture
def office(database_url: str | None, empty: Path, tmp_path: Path) -> Iterator[Office]:
    """An office that has issued nothing yet."""
    shutil.copytree(empty, tmp_path, dirs_exist_ok=True)
    settings = settings_for(tmp_path, database_url)
    opened = Office(settings, connect(settings.database_url), KeyEncryptionKey.load(settings.kek_file))
    yield opened
    opened.close()


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
