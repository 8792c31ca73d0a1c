"""What every key store must do; each implementation inherits these tests and says how it is made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from keys.envelope import KeyEncryptionKey, WrongKeyEncryptionKey
from keys.key import Algorithm
from keys.store import DuplicateKid, KeyRecord, Keyring, KeyStore, Purpose, State, UnknownKid

DID = "did:web:badges.example.org:issuers:python-milano"
OTHER = "did:web:badges.example.org:issuers:golang-torino"
AT = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)
KEK = KeyEncryptionKey(bytes(range(32)))


class KeyStoreContract:
    """Inherit, and give a fixture `store` that has the issuers DID and OTHER."""

    @pytest.fixture
    def ring(self, store: KeyStore) -> Keyring:
        return Keyring(store, KEK)

    def make(self, store: KeyStore, kid: str, purpose: Purpose = Purpose.CREDENTIAL) -> KeyRecord:
        draft = Keyring(store, KEK)._make(DID, purpose, Algorithm.EDDSA, AT)
        record = replace(draft, kid=kid, wrapped=b"")
        return replace(record, wrapped=draft.wrapped)

    def test_a_new_store_has_no_keys(self, store: KeyStore) -> None:
        assert list(store.records(DID)) == []

    def test_what_is_added_is_there_as_it_was(self, store: KeyStore) -> None:
        record = self.make(store, "key-2026-11-a")

        store.add(record)

        assert list(store.records(DID)) == [record]
        assert list(store.records(OTHER)) == []

    def test_a_kid_is_taken_once_and_for_ever(self, store: KeyStore) -> None:
        store.add(self.make(store, "key-2026-11-a"))
        store.retire(DID, "key-2026-11-a", AT)

        with pytest.raises(DuplicateKid):
            store.add(self.make(store, "key-2026-11-a"))

    def test_one_key_is_active_for_a_use(self, store: KeyStore) -> None:
        store.add(self.make(store, "key-2026-11-a"))

        with pytest.raises(DuplicateKid):
            store.add(self.make(store, "key-2026-11-b"))
        store.add(self.make(store, "key-2026-11-c", Purpose.STATUS_LIST))

        assert [record.kid for record in store.records(DID)] == ["key-2026-11-a", "key-2026-11-c"]

    def test_retiring_twice_keeps_the_first_time_and_an_unknown_kid_is_told(self, store: KeyStore) -> None:
        store.add(self.make(store, "key-2026-11-a"))

        store.retire(DID, "key-2026-11-a", AT)
        store.retire(DID, "key-2026-11-a", AT + timedelta(days=1))

        assert [(record.state, record.retired) for record in store.records(DID)] == [(State.RETIRED, AT)]
        with pytest.raises(UnknownKid):
            store.retire(DID, "key-2026-11-z", AT)

    def test_replacing_retires_the_one_before_and_nothing_else(self, store: KeyStore) -> None:
        store.add(self.make(store, "key-2026-11-a"))
        store.add(self.make(store, "key-2026-11-b", Purpose.STATUS_LIST))

        store.replace(self.make(store, "key-2026-11-c"), AT)

        states = {record.kid: record.state for record in store.records(DID)}
        assert states == {
            "key-2026-11-a": State.RETIRED,
            "key-2026-11-b": State.ACTIVE,
            "key-2026-11-c": State.ACTIVE,
        }

    def test_a_replacement_that_cannot_be_kept_retires_nothing(self, store: KeyStore) -> None:
        store.add(self.make(store, "key-2026-11-a"))

        with pytest.raises(DuplicateKid):
            store.replace(self.make(store, "key-2026-11-a"), AT)

        assert [record.state for record in store.records(DID)] == [State.ACTIVE]

    def test_a_signer_is_made_on_first_use_and_is_the_same_afterwards(self, ring: Keyring) -> None:
        first = ring.signer(DID, Purpose.CREDENTIAL, Algorithm.EDDSA, AT)
        again = ring.signer(DID, Purpose.CREDENTIAL, Algorithm.EDDSA, AT + timedelta(days=90))

        assert first.key_id == again.key_id == f"{DID}#key-2026-11-a"
        assert first.public().verify(again.sign(b"data"), b"data")

    def test_every_use_and_every_issuer_has_a_key_of_its_own(self, ring: Keyring) -> None:
        signers = [
            ring.signer(controller, purpose, Algorithm.EDDSA, AT) for controller in (DID, OTHER) for purpose in Purpose
        ]

        assert len({signer.public().thumbprint() for signer in signers}) == 4

    def test_after_a_rotation_the_new_key_signs_and_the_old_one_still_verifies(self, ring: Keyring) -> None:
        old = ring.signer(DID, Purpose.CREDENTIAL, Algorithm.EDDSA, AT)
        signature = old.sign(b"data")

        record = ring.rotate(DID, Purpose.CREDENTIAL, Algorithm.EDDSA, AT)

        assert ring.signer(DID, Purpose.CREDENTIAL, Algorithm.EDDSA, AT).key_id == record.key_id != old.key_id
        published = {kept.key_id: kept.public() for kept in ring.store.records(DID)}
        assert published[old.key_id].verify(signature, b"data")
        assert ring.signer_by_kid(DID, "key-2026-11-a").sign(b"data") == signature

    def test_thirty_rotations_in_a_month_have_thirty_names(self, ring: Keyring) -> None:
        kids = [ring.rotate(DID, Purpose.CREDENTIAL, Algorithm.EDDSA, AT).kid for _ in range(30)]

        assert len(set(kids)) == 30
        assert kids[25:27] == ["key-2026-11-z", "key-2026-11-27"]

    def test_a_key_in_another_rows_place_does_not_open(self, ring: Keyring) -> None:
        one = ring.create(DID, Purpose.CREDENTIAL, Algorithm.EDDSA, AT)
        other = ring.create(DID, Purpose.STATUS_LIST, Algorithm.EDDSA, AT)

        with pytest.raises(WrongKeyEncryptionKey):
            ring.signer_of(replace(one, wrapped=other.wrapped))

    def test_another_key_encryption_key_makes_no_key_beside_the_others(self, ring: Keyring) -> None:
        ring.create(DID, Purpose.CREDENTIAL, Algorithm.EDDSA, AT)
        before = list(ring.store.records(DID))
        stranger = Keyring(ring.store, KeyEncryptionKey(bytes(32)))

        with pytest.raises(WrongKeyEncryptionKey):
            stranger.rotate(DID, Purpose.CREDENTIAL, Algorithm.EDDSA, AT)
        with pytest.raises(WrongKeyEncryptionKey):
            stranger.create(DID, Purpose.CREDENTIAL, Algorithm.ES256, AT)

        assert list(ring.store.records(DID)) == before
        assert ring.signer(DID, Purpose.CREDENTIAL, Algorithm.EDDSA, AT)

    def test_another_key_encryption_key_opens_nothing(self, ring: Keyring) -> None:
        ring.create(DID, Purpose.CREDENTIAL, Algorithm.EDDSA, AT)

        with pytest.raises(WrongKeyEncryptionKey, match="ATTESTATO_KEK_FILE"):
            Keyring(ring.store, KeyEncryptionKey(bytes(32))).signer(DID, Purpose.CREDENTIAL, Algorithm.EDDSA, AT)
