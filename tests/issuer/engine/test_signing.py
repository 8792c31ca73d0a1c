"""Signing: only what was linted, only once, and always the same bytes."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from badges.document import parse
from badges.model import StatusEntry
from badges.schema import check_schema
from issuer.archive import Altered, award, batch_awards, signed_bytes
from issuer.batch import reserve
from issuer.compose import compose
from issuer.intent import Intent, load_intents
from issuer.lints import AlreadySpent, LintFault, ToBeSigned, lint
from issuer.models import BatchRow, CredentialVersion, Organization, Outbox, StatusList
from issuer.office import Office, open_office
from issuer.resolver import StoreResolver
from issuer.signing import CheckedSigner, NotAccepted, sign, sign_chunk
from issuer.work.issuing import sign_batch
from keys.key import Algorithm, LocalSigner, PrivateKey
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people, person, settings_for
from verifier.policy import Policy
from verifier.verdict import Verdict
from verifier.verify import verify


@pytest.fixture(scope="module")
def intent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Intent]:
    office = open_office(settings_for(tmp_path_factory.mktemp("intent")))
    full = person(2, values={"role": "relatrice", "grade": "30/30", "rank": "1", "number": "7", "narrative": "Bene.",
                             "evidence": "https://example.org/talk"})  # fmt: skip
    reserve(office, make_event(), [full], now=NOW)
    with office.database.reading() as session:
        yield load_intents(session, list(session.scalars(select(CredentialVersion.id))))[0]
    office.close()


def signer_for(intent: Intent) -> CheckedSigner:
    local = LocalSigner(intent.key_id, PrivateKey.generate(Algorithm.EDDSA))
    return CheckedSigner(local, local.public())


def issued(office: Office, count: int) -> list[CredentialVersion]:
    batch = reserve(office, make_event(), people(count), now=NOW)
    sign_batch(office, batch.batch_id, now=NOW)
    with office.database.reading() as session:
        return list(session.scalars(select(CredentialVersion).order_by(CredentialVersion.id)))


def test_every_name_of_the_list_is_in_one_credential_and_no_other(office: Office) -> None:
    names = [json.loads(item.signed or b"")["credentialSubject"]["identifier"][0]["identityHash"]
             for item in issued(office, 30)]  # fmt: skip

    assert sorted(names) == sorted(recipient.name for recipient in people(30))


def test_what_is_issued_passes_our_verifier_and_the_schema(office: Office) -> None:
    for item in issued(office, 2):
        report = verify(item.signed or b"", StoreResolver(office, NOW), Policy(), NOW)

        assert report.verdict is Verdict.VALID
        assert check_schema(parse(item.signed or b"").credential) == []


def test_bytes_state_and_outbox_are_committed_together(office: Office) -> None:
    def stop(point: str) -> None:
        if point == "before-commit":
            raise RuntimeError(point)

    batch = reserve(office, make_event(), people(3), now=NOW)
    with pytest.raises(RuntimeError):
        sign_batch(replace(office, reached=stop), batch.batch_id, now=NOW)
    with office.database.reading() as session:
        before = (session.scalars(select(CredentialVersion.signed)).all(), session.scalars(select(Outbox.id)).all())
    done = sign_batch(office, batch.batch_id, now=NOW)
    with office.database.reading() as session:
        after = session.scalars(select(Outbox.kind)).all()

    assert before == ([None] * 3, [])
    assert (done.issued, after) == (3, ["credential.issued"] * 3)


def test_signing_again_gives_the_same_bytes(intent: Intent) -> None:
    signers = {intent.key_id: signer_for(intent)}

    first, second = (list(sign_chunk([intent], signers)) for _ in range(2))

    assert first == second


def test_a_signature_that_was_not_stored_is_made_again_as_it_was(office: Office) -> None:
    made: list[bytes] = []

    def stop(point: str) -> None:
        if point == "after-sign" and not made:
            made.append(b"")
            raise RuntimeError(point)

    batch = reserve(office, make_event(), people(1), now=NOW)
    with pytest.raises(RuntimeError):
        sign_batch(replace(office, reached=stop), batch.batch_id, now=NOW)
    with office.database.reading() as session:
        lost = load_intents(session, list(session.scalars(select(CredentialVersion.id))))
        keyring = office.keyring(session)
        controller, _, kid = lost[0].key_id.partition("#")
        signer = keyring.signer_by_kid(controller, kid)
    answer = next(iter(sign_chunk(lost, {lost[0].key_id: signer})))
    later = NOW.replace(year=2027)
    again = reserve(office, make_event(), people(1), now=later)
    token = sign_batch(office, again.batch_id, now=later).credentials[0].token

    assert signed_bytes(office, token) == getattr(answer, "data", None)


def test_what_was_linted_can_be_spent_once(intent: Intent) -> None:
    to_be_signed = ToBeSigned(compose(intent).to_json(), intent)
    signer = signer_for(intent)

    assert sign(to_be_signed, signer)
    with pytest.raises(AlreadySpent):
        sign(to_be_signed, signer)


def test_what_is_changed_after_its_linting_is_signed_as_it_was_linted(intent: Intent) -> None:
    credential = compose(intent).to_json()
    to_be_signed = ToBeSigned(credential, intent)
    credential["credentialSubject"]["identifier"][0]["identityHash"] = "Mallory"

    assert b"Mallory" not in sign(to_be_signed, signer_for(intent))


def test_what_was_not_linted_is_not_signed(intent: Intent) -> None:
    with pytest.raises(TypeError):
        sign(compose(intent).to_json(), signer_for(intent))  # type: ignore[arg-type]


def test_a_signature_by_another_key_than_the_published_one_is_not_given_away(intent: Intent) -> None:
    own, published = PrivateKey.generate(Algorithm.EDDSA), PrivateKey.generate(Algorithm.EDDSA).public()
    signer = CheckedSigner(LocalSigner(intent.key_id, own), published)

    with pytest.raises(NotAccepted):
        sign(ToBeSigned(compose(intent).to_json(), intent), signer)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, item in members:
        yield (*path, name)
        yield from places(item, (*path, name))


MUTATIONS = st.sampled_from(["drop", "other", "number", "control", "null", "list", "stranger"])


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_no_mutated_credential_can_be_signed(intent: Intent, data: st.DataObject) -> None:
    sound = compose(intent).to_json()
    path = data.draw(st.sampled_from(sorted(places(sound), key=str)))
    mutated = copy.deepcopy(sound)
    parent = mutated
    for step in path[:-1]:
        parent = parent[step]
    match data.draw(MUTATIONS):
        case "drop":
            del parent[path[-1]]
        case "other":
            parent[path[-1]] = "something else"
        case "number":
            parent[path[-1]] = 42
        case "control":
            parent[path[-1]] = f"{parent[path[-1]]}\x07"
        case "null":
            parent[path[-1]] = None
        case "list":
            parent[path[-1]] = [parent[path[-1]]]
        case "stranger":
            target = parent[path[-1]] if isinstance(parent[path[-1]], dict) else mutated
            target["undefinedTerm"] = "A+"

    with pytest.raises(LintFault):
        ToBeSigned(mutated, intent)


def test_the_credential_that_was_meant_can_be_signed(intent: Intent) -> None:
    lint(compose(intent).to_json(), intent)


BAD = [
    ("vcdm_4_3_contexts", lambda badge: badge["@context"].reverse()),
    ("vcdm_4_9_validity", lambda badge: badge.update(validUntil="2026-01-01T00:00:00Z")),
    ("ob3_schema", lambda badge: badge["credentialSubject"]["achievement"].pop("description")),
    ("ob3_members", lambda badge: badge.update(grade="A+")),
    ("ob3_subject", lambda badge: badge["credentialSubject"]["achievement"]["criteria"].update(narrative=" ")),
    ("rdfc_control_characters", lambda badge: badge.update(name="Bell \x07")),
    ("json_numbers", lambda badge: badge["credentialSubject"]["result"][0].update(value=2.5)),
    ("rfc3986_addresses", lambda badge: badge["issuer"].update(id="issuers/us")),
    ("bsl_2_1_status", lambda badge: badge["credentialStatus"].update(statusPurpose="suspension")),
    ("limits_size", lambda badge: badge["credentialSubject"].update(narrative="x" * 300_000)),
    ("correspondence", lambda badge: badge["credentialSubject"]["identifier"][0].update(identityHash="Mallory")),
]


@pytest.mark.parametrize(("name", "spoil"), BAD, ids=[name for name, _ in BAD])
def test_each_lint_finds_what_it_is_named_for(intent: Intent, name: str, spoil: Any) -> None:
    credential = compose(intent).to_json()
    spoil(credential)

    with pytest.raises(LintFault) as fault:
        lint(credential, intent)

    assert name in {found for found, _ in fault.value.found}


def test_an_intent_for_another_list_does_not_correspond(intent: Intent) -> None:
    other = replace(compose(intent), status=StatusEntry(intent.list_url, intent.index + 1)).to_json()

    with pytest.raises(LintFault, match="status index is not what was reserved"):
        lint(other, intent)


def test_a_row_that_fails_a_lint_waits_with_its_reason_while_others_go_on(office: Office) -> None:
    batch = reserve(office, make_event(), people(3), now=NOW)
    with office.database.writing() as session:
        spoilt = session.scalars(select(CredentialVersion).order_by(CredentialVersion.id)).first()
        assert spoilt is not None
        spoilt.row = {**(spoilt.row or {}), "role": "Bell \x07"}
    first = sign_batch(office, batch.batch_id, now=NOW)
    again = reserve(office, make_event(), people(3), now=NOW)
    second = sign_batch(office, again.batch_id, now=NOW)

    assert (first.issued, [(fault.row, fault.code) for fault in first.faults]) == (2, [(2, "lint")])
    assert (second.issued, second.unchanged, second.faults) == (1, 2, ())


def test_a_chunk_that_our_own_verifier_refuses_is_not_stored(office: Office) -> None:
    batch = reserve(office, make_event(), people(2), now=NOW)
    with office.database.writing() as session:
        session.execute(update(StatusList).values(published=b"{}", published_at=NOW))

    with pytest.raises(NotAccepted, match="status_unknown"):
        sign_batch(office, batch.batch_id, now=NOW)

    with office.database.reading() as session:
        assert session.scalars(select(CredentialVersion.signed)).all() == [None, None]


def test_a_database_that_goes_away_during_the_check_is_not_taken_for_a_bad_signature(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = reserve(office, make_event(), people(2), now=NOW)

    def gone(_resolver: StoreResolver, _url: str) -> bytes:
        raise OperationalError("select", None, Exception("The line was cut."))

    with monkeypatch.context() as cut:
        cut.setattr(StoreResolver, "fetch", gone)
        with pytest.raises(OperationalError):
            sign_batch(office, batch.batch_id, now=NOW)

    assert sign_batch(office, batch.batch_id, now=NOW).issued == 2


def test_the_base_url_is_frozen_by_the_first_signature(office: Office) -> None:
    issued(office, 1)

    with office.database.reading() as session:
        assert session.scalars(select(Organization.frozen_at)).one() == NOW


def test_progress_is_told_up_to_the_end(office: Office) -> None:
    told: list[tuple[int, int]] = []
    batch = reserve(office, make_event(), people(5), now=NOW)

    sign_batch(office, batch.batch_id, now=NOW, progress=lambda done, total: told.append((done, total)), chunk=2)

    assert told == [(2, 5), (4, 5), (5, 5)]


def test_an_edited_row_is_refused_and_not_served(office: Office) -> None:
    batch = reserve(office, make_event(), people(2), now=NOW)
    spoilt, sound = (item.token for item in sign_batch(office, batch.batch_id, now=NOW).credentials)
    with office.database.writing() as session:
        first = session.scalars(select(CredentialVersion).order_by(CredentialVersion.id)).first()
        assert first is not None
        first.signed = (first.signed or b"").replace(b"Persona Numero 2", b"Persona Numero 9")

    with pytest.raises(Altered):
        award(office, spoilt)
    with pytest.raises(Altered):
        signed_bytes(office, spoilt)
    assert award(office, sound) is not None


def test_the_awards_of_a_batch_come_in_the_order_of_its_list(office: Office) -> None:
    batch = reserve(office, make_event(), people(5), now=NOW)
    done = sign_batch(office, batch.batch_id, now=NOW)

    assert [item.token for item in batch_awards(office, batch.batch_id)] == [item.token for item in done.credentials]


@pytest.mark.parametrize(
    ("changes", "hours"),
    [
        pytest.param({"values": {"hours": "3"}, "minutes": 61}, "3", id="the row's own first"),
        pytest.param({"minutes": 61, "basis": "minutes"}, "1.02", id="then its minutes"),
        pytest.param({"minutes": 90}, "1.5", id="no zeros at the end"),
        pytest.param({}, "2.5", id="then the event's"),
    ],
)
def test_hours_are_the_rows_else_its_minutes_else_the_events(
    tmp_path_factory: pytest.TempPathFactory, changes: dict[str, Any], hours: str
) -> None:
    office = open_office(settings_for(tmp_path_factory.mktemp("hours")))
    reserve(office, make_event(), [person(2, **changes)], now=NOW)
    with office.database.reading() as session:
        meant = compose(load_intents(session, list(session.scalars(select(CredentialVersion.id))))[0])
    office.close()

    assert [item.value for item in meant.subject.results if item.result_description.endswith("#hours")] == [hours]


def test_the_basis_of_presence_is_signed_as_evidence(intent: Intent) -> None:
    presence = compose(intent).evidence[0]

    assert (presence.genre, presence.description) == ("Event", "Milano")
    assert presence.narrative == "Presenza registrata all’ingresso."


def test_an_organization_can_leave_the_address_out(office: Office) -> None:
    issued(office, 1)
    with office.database.writing() as session:
        session.execute(update(Organization).values(sign_email=False))
    batch = reserve(office, make_event(), people(2), now=NOW)
    token = sign_batch(office, batch.batch_id, now=NOW).credentials[1].token

    assert b"emailAddress" not in (signed_bytes(office, token) or b"")


def test_a_row_of_a_batch_that_is_done_is_never_reserved_again(office: Office) -> None:
    batch = reserve(office, make_event(), people(2), now=NOW)
    first = sign_batch(office, batch.batch_id, now=NOW)
    second = sign_batch(office, batch.batch_id, now=NOW)
    with office.database.reading() as session:
        states = session.scalars(select(BatchRow.state)).all()

    assert (first, states) == (second, ["issued", "issued"])
