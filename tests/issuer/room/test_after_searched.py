"""What credentials are found by: filled at reservation and by the migration, and emptied where it must be."""

from __future__ import annotations

import importlib

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from issuer.correct import Changes, correct
from issuer.discard import discard
from issuer.models import INTENT, RESERVING, Batch, Credential, CredentialSearch, CredentialVersion, Journal
from issuer.revoke import revoke
from issuer.searched import forget
from tests.issuer.room.rooms import Rooms
from tests.issuer.room.test_issue import issued


def found_by(rooms: Rooms) -> list[tuple[str, bool]]:
    with rooms.office.database.reading() as session:
        rows = session.scalars(select(CredentialSearch).order_by(CredentialSearch.credential_id))
        return [(row.searched, row.revoked_at is not None) for row in rows]


def tokens(rooms: Rooms) -> list[str]:
    with rooms.office.database.reading() as session:
        return list(session.scalars(select(Credential.token).order_by(Credential.id)))


def test_whoever_is_issued_to_is_found_by_the_new_name_and_known_as_revoked(both: Rooms) -> None:
    issued(both)
    first, second, *_ = tokens(both)

    correct(both.office, first, Changes(name="Zoë Łukasz"), None, both.clock())
    revoke(both.office, [second], "Non c’era", both.clock())

    texts = found_by(both)
    assert texts[0][0].startswith("zoe lukasz ")
    assert "@" in texts[0][0]
    assert [taken for _, taken in texts] == [False, True, False]


def test_the_migration_fills_in_what_reservation_would_have(both: Rooms) -> None:
    issued(both)
    revoke(both.office, tokens(both)[:1], "Non c’era", both.clock())
    before = found_by(both)
    both.write(lambda session: session.execute(delete(CredentialSearch)))
    migration = importlib.import_module("issuer.migrations.versions.0007_the_room")

    def fill(session: Session) -> None:
        with Operations.context(MigrationContext.configure(session.connection())):
            migration._fill_search()

    both.write(fill)

    assert found_by(both) == before


def test_who_is_forgotten_is_found_by_nothing(rooms: Rooms) -> None:
    issued(rooms)

    def forget_all(session: Session) -> None:
        for one in session.scalars(select(Credential)):
            forget(session, one)

    rooms.write(forget_all)

    assert {text for text, _ in found_by(rooms)} == {""}


def test_what_is_done_in_the_room_is_written_down_with_who_did_it(rooms: Rooms) -> None:
    issued(rooms)

    with rooms.office.database.reading() as session:
        lines = {line.action: line.detail.get("by") for line in session.scalars(select(Journal))}

    organizer = rooms.people["organizer@python-milano"].public_id
    assert lines["batch.reserved"] == lines["event.prepared"] == organizer
    assert lines["batch.signed"] is None


def test_what_was_promised_to_nobody_is_not_found(both: Rooms) -> None:
    issued(both)

    def leave(session: Session) -> int:
        batch = session.scalars(select(Batch)).one()
        batch.state = RESERVING
        session.execute(update(CredentialVersion).values(state=INTENT))
        return batch.id

    discard(both.office, both.write(leave), both.clock())

    assert found_by(both) == []
