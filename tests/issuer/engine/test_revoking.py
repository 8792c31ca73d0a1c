"""Revoking and the lists that say so: in force for every format when the command returns, and for good."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from badges.document import parse
from badges.status import BitString
from issuer import statuslist
from issuer.archive import award, signed_bytes
from issuer.batch import reserve
from issuer.faces import face
from issuer.fault import Refused
from issuer.keyring import controllers
from issuer.models import Credential, CredentialVersion, Journal, Revocation, StatusList
from issuer.office import Office, open_office
from issuer.outcome import Signed
from issuer.public import document
from issuer.resolver import StoreResolver
from issuer.revoke import revoke
from issuer.work.issuing import sign_batch
from keys.envelope import KeyEncryptionKey, WrongKeyEncryptionKey
from keys.key import Algorithm
from keys.store import Purpose
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people
from verifier.policy import Policy
from verifier.verdict import Verdict
from verifier.verify import verify

DAY = timedelta(days=1)


def issue(office: Office, count: int = 3) -> Signed:
    batch = reserve(office, make_event(), people(count), now=NOW)
    return sign_batch(office, batch.batch_id, now=NOW)


def verdict(office: Office, data: bytes) -> Verdict:
    return verify(data, StoreResolver(office, NOW), Policy(), NOW).verdict


def published(office: Office) -> StatusList:
    with office.database.reading() as session:
        return session.scalars(select(StatusList)).one()


@pytest.mark.parametrize("extension", ["json", "jwt", "png", "svg", "pdf"])
def test_a_revoked_award_is_refused_in_every_format(office: Office, extension: str) -> None:
    token, other = (item.token for item in issue(office, 2).credentials)
    found, kept = award(office, token), award(office, other)
    assert found is not None
    assert kept is not None
    file, twin = face(office, found, extension).body, face(office, kept, extension).body
    assert verdict(office, file) is Verdict.VALID

    revoke(office, [token], "Emesso per errore.", NOW)

    assert verdict(office, file) is Verdict.REVOKED
    assert verdict(office, twin) is Verdict.VALID


def test_an_award_is_revoked_by_token_id_or_address(office: Office) -> None:
    first, second, third = issue(office).credentials
    done = revoke(office, [first.token, second.url, f"{third.url}.pdf"], "Errore", NOW)

    assert {item.token for item in done} == {first.token, second.token, third.token}
    assert not any(item.already for item in done)


def interrupted(point: str) -> None:
    if point == "after-revoking":
        raise KeyboardInterrupt


def test_revoking_twice_keeps_the_first_reason_and_time(office: Office) -> None:
    token = issue(office).credentials[0].token
    revoke(office, [token], "Prima", NOW)
    again = revoke(office, [token], "Seconda", NOW + DAY)[0]
    found = award(office, token)

    assert (again.already, again.reason, again.at) == (True, "Prima", NOW)
    assert found is not None
    assert (found.state, found.reason, found.revoked_at) == ("revoked", "Prima", NOW)


def test_of_an_unknown_id_nothing_is_revoked_and_all_unknown_ones_are_told(office: Office) -> None:
    token = issue(office).credentials[0].token

    with pytest.raises(Refused) as refused:
        revoke(office, [token, "a" * 26, "nonsense"], "Errore", NOW)

    assert [fault.code for fault in refused.value.faults] == ["credential_unknown", "credential_unknown"]
    assert verdict(office, signed_bytes(office, token) or b"") is Verdict.VALID


def test_what_is_only_reserved_cannot_be_revoked(office: Office) -> None:
    batch = reserve(office, make_event(), people(1), now=NOW)
    with office.database.reading() as session:
        token = session.scalars(select(Credential.token)).one()

    with pytest.raises(Refused):
        revoke(office, [token], "Errore", NOW)
    assert sign_batch(office, batch.batch_id, now=NOW).issued == 1


@pytest.mark.parametrize("reason", ["", "   ", "x" * 3000])
def test_a_revocation_says_why(office: Office, reason: str) -> None:
    token = issue(office).credentials[0].token

    with pytest.raises(Refused):
        revoke(office, [token], reason, NOW)
    assert revoke(office, [token], "Errore", NOW)


def test_a_reason_that_would_turn_the_page_around_is_refused(office: Office) -> None:
    token = issue(office, 1).credentials[0].token

    with pytest.raises(Refused) as refused:
        revoke(office, [token], "Errore \u202egnp.exe", NOW)

    assert [fault.code for fault in refused.value.faults] == ["value_character"]
    assert (
        revoke(office, [token], "Errore: ripetuto\nun’altra volta", NOW)[0].reason == "Errore: ripetuto\nun’altra volta"
    )


def test_exactly_the_revoked_bits_are_set(office: Office) -> None:
    done = issue(office, 20)
    revoke(office, [item.token for item in done.credentials[::4]], "Errore", NOW)
    bits = BitString.decode(parse(published(office).published or b"").credential["credentialSubject"]["encodedList"])
    with office.database.reading() as session:
        indices = session.scalars(select(CredentialVersion.status_index).order_by(CredentialVersion.id)).all()

    assert [bits.get(index) for index in indices] == [place % 4 == 0 for place in range(20)]
    assert sum(bits.get(index) for index in range(len(bits))) == 5


def test_however_many_are_revoked_each_list_is_published_once(office: Office) -> None:
    done = issue(office, 12)
    before = published(office).version
    revoke(office, [item.token for item in done.credentials[:10]], "Errore", NOW)
    told = revoke(office, [item.token for item in done.credentials], "Un altro errore", NOW + DAY)
    with office.database.reading() as session:
        journal = session.scalars(select(Journal.subject).where(Journal.action == "credential.revoked")).all()

    assert published(office).version == before + 2
    assert [(item.token, item.already, item.reason) for item in told] == [
        (item.token, place < 10, "Errore" if place < 10 else "Un altro errore")
        for place, item in enumerate(done.credentials)
    ]
    assert sorted(journal) == sorted(item.token for item in done.credentials)


def test_of_many_the_lists_are_signed_once_a_chunk_and_a_killed_run_is_finished_by_the_same_command(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = [item.token for item in issue(office, 10).credentials]
    lists: list[int] = []
    build = statuslist.build
    monkeypatch.setattr(statuslist, "build", lambda *given: lists.append(given[2].id) or build(*given))
    monkeypatch.setattr("issuer.revoke.TOGETHER", 4)

    with pytest.raises(KeyboardInterrupt):
        revoke(replace(office, reached=interrupted), tokens, "Errore", NOW)
    told = revoke(office, tokens, "Un altro errore", NOW + DAY)

    assert len(lists) == 1 + 2
    assert [(item.token, item.reason) for item in told] == [
        (token, "Errore" if place < 4 else "Un altro errore") for place, token in enumerate(tokens)
    ]
    with office.database.reading() as session:
        journal = session.scalars(select(Journal.subject).where(Journal.action == "credential.revoked")).all()
        set_bits = session.scalars(select(Revocation.version_id)).all()
    assert (sorted(journal), len(set_bits), len(set(set_bits))) == (sorted(tokens), 10, 10)


def test_two_who_revoke_the_same_at_once_in_another_order_do_so_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = [item.token for item in issue(office, 8).credentials]
    monkeypatch.setattr("issuer.revoke.TOGETHER", 3)
    other = (*tokens[4:], *tokens[:2])

    with ThreadPoolExecutor(2) as both:
        told = list(both.map(lambda ids: revoke(office, ids, "Errore", NOW), (tokens, other)))

    assert [len(item) for item in told] == [8, 6]
    assert sum(not one.already for run in told for one in run) == 8
    with office.database.reading() as session:
        journal = session.scalars(select(Journal.subject).where(Journal.action == "credential.revoked")).all()
    assert sorted(journal) == sorted(tokens)


def test_one_unknown_among_many_revokes_none_of_them(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = [item.token for item in issue(office, 5).credentials]
    monkeypatch.setattr("issuer.revoke.TOGETHER", 2)

    with pytest.raises(Refused):
        revoke(office, [*tokens, "a" * 26], "Errore", NOW)

    with office.database.reading() as session:
        assert session.scalars(select(Revocation)).all() == []


def test_a_person_who_was_revoked_is_not_issued_again(office: Office) -> None:
    token = issue(office).credentials[0].token
    revoke(office, [token], "Errore", NOW)
    again = issue(office)

    assert (again.issued, again.unchanged) == (0, 3)
    assert verdict(office, signed_bytes(office, token) or b"") is Verdict.REVOKED


def test_a_revocation_survives_rotation_and_a_restart(office: Office) -> None:
    token, other, _ = (item.token for item in issue(office).credentials)
    revoke(office, [token], "Errore", NOW)
    did = controllers(office.database)["python-milano"]
    for purpose in Purpose:
        office.keyring().rotate(did, purpose, Algorithm.EDDSA, NOW)
    later = NOW + 2 * DAY
    restarted = open_office(office.settings)
    resolver = StoreResolver(restarted, later)
    verdicts = [
        verify(signed_bytes(restarted, item) or b"", resolver, Policy(), later).verdict for item in (token, other)
    ]
    restarted.close()

    assert verdicts == [Verdict.REVOKED, Verdict.VALID]


def test_a_bit_that_was_published_is_never_cleared(office: Office) -> None:
    token = issue(office).credentials[0].token
    revoke(office, [token], "Errore", NOW)
    with office.database.writing() as session:
        session.delete(session.scalars(select(Revocation)).one())
    statuslist.refresh(office, NOW + DAY)

    assert verdict(office, signed_bytes(office, token) or b"") is not Verdict.VALID


def test_a_list_is_signed_again_when_it_is_a_day_old_and_not_before(office: Office) -> None:
    issue(office)
    first = published(office)

    assert statuslist.refresh(office, NOW + DAY - timedelta(seconds=1)) == 0
    assert statuslist.refresh(office, NOW + DAY) == 1

    second = published(office)
    assert second.version == first.version + 1
    assert parse(second.published or b"").credential["validUntil"] == "2026-12-21T10:42:00Z"


def test_a_list_that_is_asked_for_after_a_day_is_fresh(office: Office) -> None:
    issue(office)
    number = published(office).number
    later = NOW + 10 * DAY
    found = document(office, f"/status/{number}", later)

    assert found is not None
    assert parse(found.body).credential["validFrom"] == "2026-11-30T10:42:00Z"
    assert found.max_age <= 60


def test_whoever_reads_during_revocations_always_gets_a_whole_list(office: Office) -> None:
    done = issue(office, 12)
    number, versions, faults = published(office).number, [], []

    def read() -> None:
        seen = -1
        while not stopped.is_set():
            found = document(office, f"/status/{number}", NOW)
            bits = BitString.decode(parse(found.body if found else b"").credential["credentialSubject"]["encodedList"])
            count = sum(bits.get(index) for index in indices)
            if count < seen:
                faults.append((seen, count))
            seen = count
            versions.append(count)

    with office.database.reading() as session:
        indices = session.scalars(select(CredentialVersion.status_index)).all()
    stopped = threading.Event()
    reader = threading.Thread(target=read)
    reader.start()
    for item in done.credentials:
        revoke(office, [item.token], "Errore", NOW)
    stopped.set()
    reader.join()

    assert faults == []
    assert versions


def test_a_revocation_whose_list_cannot_be_signed_did_not_happen(office: Office) -> None:
    token = issue(office).credentials[0].token
    stranger = replace(office, kek=KeyEncryptionKey(bytes(32)))

    with pytest.raises(WrongKeyEncryptionKey):
        revoke(stranger, [token], "Errore", NOW)
    found = award(office, token)

    assert found is not None
    assert found.state == "valid"
    assert revoke(office, [token], "Errore", NOW)[0].already is False


def test_the_journal_names_what_was_done_and_nobody(office: Office) -> None:
    token = issue(office).credentials[0].token
    revoke(office, [token], "Errore", NOW)
    with office.database.reading() as session:
        lines = session.scalars(select(Journal).order_by(Journal.id)).all()

    assert [line.action for line in lines] == ["batch.reserved", "batch.signed", "credential.revoked"]
    assert lines[-1].subject == token
    assert "Persona" not in str([line.detail for line in lines])
