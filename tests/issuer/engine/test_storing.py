"""Storing: what is signed is stored or made again as it was, stays as it is, and is read without all of it at once."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import pikepdf
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from badges.baking import unbake_png, unbake_svg
from badges.document import parse
from issuer import issue, outcome, store
from issuer.batch import reserve
from issuer.keyring import controllers
from issuer.models import BatchRow, CredentialVersion, Outbox, TokenFace
from issuer.office import Office, open_office
from issuer.resolver import StoreResolver
from issuer.settings import Settings
from issuer.signing import NotAccepted, SignedVersion
from issuer.work.issuing import sign_batch
from keys.key import Algorithm
from keys.store import Purpose
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people, person
from verifier.policy import Policy
from verifier.verdict import Verdict
from verifier.verify import verify
from wsgi import create_app

SQLITE = """CREATE TRIGGER refuse BEFORE {what} ON {table} BEGIN SELECT RAISE(ABORT, 'the disk says no'); END"""
POSTGRESQL = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN RAISE EXCEPTION 'the disk says no' USING ERRCODE = '58030'; END$$;
CREATE TRIGGER refuse BEFORE {what} ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()
"""


@contextmanager
def refusing(office: Office, what: str, table: str) -> Iterator[None]:
    """Let the database refuse every `what` on `table`."""
    is_sqlite = office.database.is_sqlite
    with office.database.writing() as session:
        session.execute(text((SQLITE if is_sqlite else POSTGRESQL).format(what=what, table=table)))
    try:
        yield
    finally:
        with office.database.writing() as session:
            session.execute(text("DROP TRIGGER refuse" if is_sqlite else "DROP FUNCTION refuse CASCADE"))


@pytest.mark.parametrize(
    ("what", "table"),
    [
        pytest.param("UPDATE OF signed", "credential_version", id="the bytes"),
        pytest.param("INSERT", "outbox", id="the outbox"),
        pytest.param("UPDATE", "batch_row", id="the row of the list"),
    ],
)
def test_a_row_whose_storing_failed_after_it_was_signed_has_the_same_id_and_bytes_the_next_time(
    office: Office, monkeypatch: pytest.MonkeyPatch, what: str, table: str
) -> None:
    made: list[dict[int, str]] = []
    batch = reserve(office, make_event(), people(5), now=NOW)
    sign = issue.sign_chunk

    def noted(*arguments: object) -> list[object]:
        answers = list(sign(*arguments))  # type: ignore[arg-type]
        made.append({answer.version_id: answer.sha256 for answer in answers if isinstance(answer, SignedVersion)})
        return list(answers)

    monkeypatch.setattr(issue, "sign_chunk", noted)
    with refusing(office, what, table), pytest.raises(DBAPIError, match="the disk says no"):
        sign_batch(office, batch.batch_id, now=NOW)
    with office.database.reading() as session:
        between = (session.scalars(select(CredentialVersion.signed)).all(), session.scalars(select(Outbox.id)).all())
    done = sign_batch(office, batch.batch_id, now=NOW)
    with office.database.reading() as session:
        stored = {line[0]: line[1] for line in session.execute(select(CredentialVersion.id, CredentialVersion.sha256))}

    assert between == ([None] * 5, [])
    assert done.issued == 5
    assert len(made) >= 2
    assert all(signed == stored for signed in made)


def test_bytes_that_another_run_signed_otherwise_are_not_overwritten(office: Office) -> None:
    batch = reserve(office, make_event(), people(1), now=NOW)
    sign_batch(office, batch.batch_id, now=NOW)
    with office.database.reading() as session:
        version = session.scalars(select(CredentialVersion)).one()

    with pytest.raises(NotAccepted, match="other bytes"), office.database.writing() as session:
        store.store(session, [SignedVersion(version.id, b"{}")], None, NOW)
    with office.database.writing() as session:
        store.store(session, [SignedVersion(version.id, version.signed or b"")], None, NOW)

    with office.database.reading() as session:
        assert session.scalars(select(CredentialVersion.signed)).one() == version.signed
        assert len(session.scalars(select(Outbox.id)).all()) == 1


def test_what_is_served_is_what_is_stored_in_every_format_before_a_restart_and_after(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = reserve(office, make_event(), people(1), now=NOW)
    token = sign_batch(office, batch.batch_id, now=NOW).credentials[0].token
    with office.database.reading() as session:
        stored, digest = session.execute(select(CredentialVersion.signed, CredentialVersion.sha256)).one()
    served: list[dict[str, bytes]] = []
    opened: list[Office] = []

    def opening(settings: Settings) -> Office:
        opened.append(open_office(settings))
        return opened[-1]

    monkeypatch.setattr("issuer.office.open_office", opening)
    for _ in range(2):
        client = create_app(office.settings).test_client()
        served.append({
            extension: client.get(f"/c/{token}.{extension}").data for extension in ("json", "jwt", "png", "svg", "pdf")
        })  # fmt: skip
        opened[-1].close()
    with office.database.reading() as session:
        kept = session.scalars(select(TokenFace.body)).one()

    assert sha256(stored).hexdigest() == digest
    assert served[0] == served[1]
    assert (served[0]["json"], served[0]["jwt"]) == (stored, kept)
    assert unbake_png(served[0]["png"]) == unbake_svg(served[0]["svg"]) == [stored]
    with pikepdf.open(io.BytesIO(served[0]["pdf"])) as pdf:
        assert [file.get_file().read_bytes() for file in pdf.attachments.values()] == [stored]


def test_a_key_that_is_changed_in_the_middle_of_a_run_fails_nothing_and_signs_what_comes_after(office: Office) -> None:
    event = make_event()
    did, changes = "", 0

    def change(_done: int, _total: int) -> None:
        nonlocal changes
        office.keyring().rotate(did, Purpose.CREDENTIAL, Algorithm.EDDSA, NOW)
        office.keyring().rotate(did, Purpose.STATUS_LIST, Algorithm.EDDSA, NOW)
        changes += 1

    batch = reserve(office, event, people(8), now=NOW)
    did = controllers(office.database)["python-milano"]
    first = sign_batch(office, batch.batch_id, now=NOW, progress=change, chunk=3)
    after = sign_batch(office, reserve(office, event, people(3, first=50), now=NOW).batch_id, now=NOW)
    resolver, keys = StoreResolver(office, NOW), []
    for item in (*first.credentials, *after.credentials):
        data = resolver.fetch(item.url)
        keys.append(parse(data).credential["proof"][0]["verificationMethod"])

        assert verify(data, resolver, Policy(), NOW).verdict is Verdict.VALID

    newest = office.keyring().signer(did, Purpose.CREDENTIAL, Algorithm.EDDSA, NOW).key_id
    assert (changes, first.issued, first.faults) == (3, 8, ())
    assert set(keys[8:]) == {newest}
    assert newest not in keys[:8]


def test_what_became_of_a_long_list_is_read_page_by_page_in_its_order(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcome, "PAGE", 3)
    rows = people(10)
    rows[4] = person(rows[4].row, values={"hours": "molte"})
    done = sign_batch(office, reserve(office, make_event(), rows, now=NOW).batch_id, now=NOW)
    told = list(done.credentials)

    assert [item.row for item in told] == [2, 3, 4, 5, 7, 8, 9, 10, 11]
    assert [item.name for item in told] == [rows[item.row - 2].name for item in told]
    assert (len(done.credentials), done.credentials[7], done.credentials[-1]) == (9, told[7], told[8])
    assert done.credentials[2:8:2] == tuple(told[2:8:2])
    for place in (9, -10):
        with pytest.raises(IndexError):
            done.credentials[place]


def test_a_transaction_that_keeps_losing_is_done_again_and_then_told(office: Office) -> None:
    tries: list[int] = []

    def lose(session: object) -> None:
        tries.append(1)
        reserved = select(BatchRow).limit(1)
        with office.database.reading() as other:
            row = other.scalars(reserved).one()
        session.add(BatchRow(organization_id=row.organization_id, batch_id=row.batch_id, row=row.row, state="x"))  # type: ignore[attr-defined]

    reserve(office, make_event(), people(1), now=NOW)
    with pytest.raises(DBAPIError):
        office.database.write(lose)

    assert len(tries) == 12
