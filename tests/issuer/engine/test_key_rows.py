"""Keys in the database: what holds for every key store holds for this one, and a moved blob does not open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from issuer.batch import reserve
from issuer.keyring import SqlKeyStore, controllers
from issuer.models import Organization, SigningKey
from issuer.office import Office, open_office
from issuer.work.issuing import sign_batch
from keys.envelope import BadKeyFile, KeyEncryptionKey, WrongKeyEncryptionKey
from keys.key import Algorithm
from keys.store import KeyStore, Purpose
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people, settings_for
from tests.keys.store_contract import DID, OTHER, KeyStoreContract


class TestSqlKeyStore(KeyStoreContract):
    @pytest.fixture
    def store(self, office: Office) -> KeyStore:
        with office.database.writing() as session:
            for number, did in enumerate((DID, OTHER)):
                session.add(
                    Organization(
                        slug=f"issuer-{number}", did=did, base_url="https://badges.example.org",
                        language="it", facts={}, created_at=NOW,
                    )
                )  # fmt: skip
        return SqlKeyStore(office.database)


class TestSqlKeyStoreInATransaction(TestSqlKeyStore):
    @pytest.fixture
    def store(self, office: Office) -> Iterator[KeyStore]:
        TestSqlKeyStore.store.__wrapped__(self, office)  # type: ignore[attr-defined]
        with office.database.writing() as session:
            yield SqlKeyStore(office.database, session)


def give_another_kek(office: Office) -> None:
    office.settings.kek_file.unlink()
    KeyEncryptionKey.load_or_create(office.settings.kek_file)


def test_two_key_blobs_that_are_swapped_do_not_open(office: Office) -> None:
    reserve(office, make_event(), people(1), now=NOW)
    did = controllers(office.database)["python-milano"]
    ring = office.keyring()
    assert ring.signer(did, Purpose.CREDENTIAL, Algorithm.EDDSA, NOW)

    with office.database.writing() as session:
        one, other = session.scalars(select(SigningKey).order_by(SigningKey.id)).all()
        one.wrapped, other.wrapped = other.wrapped, one.wrapped

    with pytest.raises(WrongKeyEncryptionKey):
        ring.signer(did, Purpose.CREDENTIAL, Algorithm.EDDSA, NOW)


def test_with_another_key_encryption_key_nothing_is_reserved(office: Office, tmp_path: Path) -> None:
    batch = reserve(office, make_event(), people(2), now=NOW)
    give_another_kek(office)
    stranger = open_office(settings_for(tmp_path, office.settings.database_url))

    with pytest.raises(WrongKeyEncryptionKey):
        reserve(stranger, make_event(), people(3), now=NOW)
    stranger.close()

    assert sign_batch(office, batch.batch_id, now=NOW).issued == 2


def test_with_another_key_encryption_key_no_new_issuer_begins_either(office: Office, tmp_path: Path) -> None:
    reserve(office, make_event(), people(2), now=NOW)
    give_another_kek(office)
    stranger = open_office(settings_for(tmp_path, office.settings.database_url))
    event = make_event()
    other = replace(event, issuer=replace(event.issuer, slug="golang-torino", name="Golang Torino"))

    with pytest.raises(WrongKeyEncryptionKey):
        reserve(stranger, other, people(3), now=NOW)
    stranger.close()

    assert list(controllers(office.database)) == ["python-milano"]
    assert reserve(office, other, people(3), now=NOW).batch_id


def test_no_private_key_is_ever_stored_in_the_clear(office: Office) -> None:
    reserve(office, make_event(), people(1), now=NOW)
    did = controllers(office.database)["python-milano"]
    pkcs8 = office.keyring().signer(did, Purpose.CREDENTIAL, Algorithm.EDDSA, NOW).private_key.pkcs8()

    with office.database.reading() as session:
        rows = session.scalars(select(SigningKey)).all()

    assert all(pkcs8[-32:] not in row.wrapped and pkcs8[-32:] not in row.spki for row in rows)


def test_a_missing_key_encryption_key_is_not_made_anew_where_keys_are_sealed_by_it(office: Office) -> None:
    reserve(office, make_event(), people(1), now=NOW)
    kek = office.settings.kek_file
    kek.rename(kek.with_suffix(".away"))

    with pytest.raises(BadKeyFile):
        open_office(office.settings)

    assert not kek.exists()
    kek.with_suffix(".away").rename(kek)
    open_office(office.settings).close()
