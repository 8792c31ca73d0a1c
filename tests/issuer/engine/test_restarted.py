"""The database is restarted, without a word and without a checkpoint, while a list is reserved: before it is whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from issuer import attempt, claim
from issuer.batch import reserve
from issuer.database import Database
from issuer.ledger import Ledger
from issuer.models import RESERVED, RESERVING, Batch, BatchRow, Credential, CredentialVersion, IdentityKey, Job
from issuer.office import Office, migrate, open_office
from issuer.work.issuing import sign_batch
from tests.conftest import NOW
from tests.conftest import missing as lacking
from tests.issuer.engine.builders import make_event, people, settings_for
from tools.proofs.cluster import Cluster, cluster, missing
from tools.proofs.ground import database

EVERYBODY = 7
IN_TWOS = 2

Promised = dict[str, tuple[str, int]]


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A server that may be restarted."""
    if (why := missing()) is not None:
        lacking(why)
    with cluster() as made:
        yield made


@pytest.fixture
def office(server: Cluster, tmp_path: Path) -> Iterator[Office]:
    with database(server.server) as url:
        settings = settings_for(tmp_path, url)
        migrate(settings)
        opened = open_office(settings)
        yield opened
        opened.close()


def at_the(number: int, what: Callable[[], object]) -> Callable[..., None]:
    """Return what does `what` when it is called for that time."""
    left = [number]

    def called(*_given: object, **_named: object) -> None:
        left[0] -= 1
        if not left[0]:
            what()

    return called


def around(function: Callable[..., Any], before: Callable[..., None], after: Callable[..., None]) -> Callable[..., Any]:
    def done(*given: Any, **named: Any) -> Any:
        before()
        result = function(*given, **named)
        after()
        return result

    return done


def nothing() -> None:
    pass


def promised(office: Office) -> Promised:
    with office.database.reading() as session:
        rows = session.execute(
            select(Credential.identity, Credential.token, CredentialVersion.status_index).join(
                CredentialVersion, CredentialVersion.credential_id == Credential.id
            )
        )
        return {line[0]: (line[1], line[2]) for line in rows}


def see_that_nobody_is_lost_or_doubled(office: Office, before: Promised, batch_id: str | None = None) -> None:
    """Sign what is whole by now, or what the same command makes whole, and count."""
    batch_id = batch_id or reserve(office, make_event(), people(EVERYBODY), now=NOW, part=IN_TWOS).batch_id
    done = sign_batch(office, batch_id, now=NOW)
    after = promised(office)

    assert (done.issued, len(done.credentials)) == (EVERYBODY, EVERYBODY)
    assert before.items() <= after.items()
    assert len(after) == len(set(after.values())) == EVERYBODY
    with office.database.reading() as session:
        counted = [
            session.scalar(select(func.count()).select_from(table))
            for table in (Batch, Job, BatchRow, Credential, IdentityKey)
        ]
    assert counted == [1, 1, EVERYBODY, EVERYBODY, 2 * EVERYBODY]


@pytest.mark.postgresql
@pytest.mark.parametrize("point", ["after-block", "after-part"])
def test_restarted_between_two_transactions_it_is_not_even_noticed(office: Office, server: Cluster, point: str) -> None:
    restart = at_the(2, server.restart)
    heard = replace(office, reached=lambda name: restart() if name == point else None)

    batch = reserve(heard, make_event(), people(EVERYBODY), now=NOW, part=IN_TWOS)

    assert batch.reserved == EVERYBODY
    see_that_nobody_is_lost_or_doubled(office, promised(office), batch.batch_id)


IN_THE_MIDDLE = {
    "a part is begun": (attempt, "go_on", True),
    "a part is stored and not committed": (Ledger, "store", True),
    "places are taken and not committed": (attempt, "take_indices", True),
    "who is known was asked, and who waits is not": (attempt, "known_people", True),
}


@pytest.mark.postgresql
@pytest.mark.parametrize("moment", IN_THE_MIDDLE)
def test_restarted_within_a_transaction_the_run_ends_and_the_next_goes_on_with_what_is_there(
    office: Office, server: Cluster, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    place, name, is_after = IN_THE_MIDDLE[moment]
    restart = at_the(3, server.restart)
    hook = (nothing, restart) if is_after else (restart, nothing)
    with monkeypatch.context() as patch:
        patch.setattr(place, name, around(getattr(place, name), *hook))
        with pytest.raises(DBAPIError):
            reserve(office, make_event(), people(EVERYBODY), now=NOW, part=IN_TWOS)

    with office.database.reading() as session:
        found = session.execute(select(Batch.state, Batch.done)).one()
        jobs = session.scalar(select(func.count(Job.id)))
    assert (found.state, found.done, jobs) == (RESERVING, 2 * IN_TWOS, 0)
    see_that_nobody_is_lost_or_doubled(office, promised(office))


@pytest.mark.postgresql
@pytest.mark.parametrize("is_after", [False, True], ids=["before the commit", "within it, at its end"])
def test_restarted_as_it_becomes_whole_it_is_whole_or_is_not(
    office: Office, server: Cluster, monkeypatch: pytest.MonkeyPatch, is_after: bool
) -> None:
    hook = (nothing, server.restart) if is_after else (server.restart, nothing)
    with monkeypatch.context() as patch:
        patch.setattr(attempt, "complete", around(claim.complete, *hook))
        with pytest.raises(DBAPIError):
            reserve(office, make_event(), people(EVERYBODY), now=NOW, part=IN_TWOS)

    with office.database.reading() as session:
        assert session.scalars(select(Batch.state)).all() == [RESERVING]
        assert session.scalar(select(func.count()).where(Batch.state == RESERVED)) == 0
    see_that_nobody_is_lost_or_doubled(office, promised(office))


@pytest.mark.postgresql
def test_a_commit_whose_answer_was_lost_is_gone_on_from(
    office: Office, server: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Database.write

    def unheard(self: Database, work: Callable[[Any], Any]) -> Any:
        result = write(self, work)
        lose()
        return result

    def restarted() -> None:
        server.restart()
        raise DBAPIError("COMMIT", None, OSError("The answer was lost."))

    lose = at_the(5, restarted)  # After the list, places, a part, and places: a part.
    with monkeypatch.context() as patch:
        patch.setattr(Database, "write", unheard)
        with pytest.raises(DBAPIError):
            reserve(office, make_event(), people(EVERYBODY), now=NOW, part=IN_TWOS)
    before = promised(office)

    assert len(before) == 2 * IN_TWOS
    see_that_nobody_is_lost_or_doubled(office, before)
