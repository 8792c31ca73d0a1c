"""Correcting: the same address, a newer version, and the old one refused with a pointer to the new."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from badges.identity import matches
from issuer.archive import Award, award
from issuer.batch import reserve
from issuer.correct import Changes, correct
from issuer.faces import face
from issuer.fault import Refused
from issuer.models import CredentialVersion
from issuer.office import Office
from issuer.resolver import StoreResolver
from issuer.revoke import revoke
from issuer.work.issuing import sign_batch
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people
from verifier.policy import Policy
from verifier.verdict import Verdict
from verifier.verify import verify

LATER = NOW + timedelta(hours=1)


def issue(office: Office) -> Award:
    batch = reserve(office, make_event(), people(2), now=NOW)
    found = award(office, sign_batch(office, batch.batch_id, now=NOW).credentials[0].token)
    assert found is not None
    return found


def verdict(office: Office, data: bytes) -> Verdict:
    return verify(data, StoreResolver(office, LATER), Policy(), LATER).verdict


def said(item: Award) -> dict:  # type: ignore[type-arg]
    return json.loads(item.signed)  # type: ignore[no-any-return]


@pytest.mark.parametrize("extension", ["json", "jwt", "png", "svg", "pdf"])
def test_the_old_version_is_superseded_in_every_format_and_the_new_one_is_valid(office: Office, extension: str) -> None:
    old = issue(office)
    before = face(office, old, extension).body
    new = correct(office, old.token, Changes(name="Ada Lovelace"), None, LATER)

    assert verdict(office, before) is Verdict.SUPERSEDED
    assert verdict(office, face(office, new, extension).body) is Verdict.VALID


def test_address_and_award_date_stay_and_the_version_is_newer(office: Office) -> None:
    old = issue(office)
    new = correct(office, old.url, Changes(name="Ada Lovelace"), "Errore di battitura.", NOW)
    first, second = said(old), said(new)

    assert (first["id"], first["awardedDate"]) == (second["id"], second["awardedDate"])
    assert first["validFrom"] < second["validFrom"]
    assert first["credentialStatus"] != second["credentialStatus"]
    assert second["credentialSubject"]["identifier"][0]["identityHash"] == "Ada Lovelace"
    assert (new.versions, [item.note for item in new.corrections]) == (2, ["Errore di battitura."])


def test_without_a_note_the_page_says_what_changed_and_no_value(office: Office) -> None:
    new = correct(office, issue(office).token, Changes(name="Ada Lovelace", hours="3"), None, LATER)

    assert new.corrections[0].note == "Rettifica: nome, ore."


def test_the_same_correction_again_changes_nothing(office: Office) -> None:
    old = issue(office)
    first = correct(office, old.token, Changes(name="Ada Lovelace"), None, LATER)
    second = correct(office, old.token, Changes(name="Ada Lovelace"), None, LATER)

    assert first == second


@pytest.mark.parametrize("point", ["after-intent", "after-sign", "before-commit"])
def test_a_correction_that_was_cut_short_is_finished_by_the_next_run(office: Office, point: str) -> None:
    old = issue(office)

    def stop(reached: str) -> None:
        if reached == point:
            raise RuntimeError(point)

    with pytest.raises(RuntimeError):
        correct(replace(office, reached=stop), old.token, Changes(name="Ada Lovelace"), None, LATER)
    assert verdict(office, old.signed) is Verdict.VALID
    new = correct(office, old.token, Changes(name="Ada Lovelace"), None, LATER)

    assert (new.versions, verdict(office, old.signed)) == (2, Verdict.SUPERSEDED)
    assert verdict(office, new.signed) is Verdict.VALID


def test_another_correction_comes_after_the_one_that_was_cut_short(office: Office) -> None:
    old = issue(office)

    def stop(reached: str) -> None:
        if reached == "after-intent":
            raise RuntimeError

    with pytest.raises(RuntimeError):
        correct(replace(office, reached=stop), old.token, Changes(name="Ada Lovelace"), None, LATER)
    new = correct(office, old.token, Changes(role="relatrice"), None, LATER)

    assert new.versions == 3
    assert said(new)["credentialSubject"]["role"] == "relatrice"
    assert said(new)["credentialSubject"]["identifier"][0]["identityHash"] == "Ada Lovelace"


def test_a_revoked_award_cannot_be_corrected(office: Office) -> None:
    old = issue(office)
    revoke(office, [old.token], "Errore", NOW)

    with pytest.raises(Refused) as refused:
        correct(office, old.token, Changes(name="Ada Lovelace"), None, LATER)

    assert [fault.code for fault in refused.value.faults] == ["revoked_is_final"]


def test_revoking_a_corrected_award_revokes_what_stands(office: Office) -> None:
    new = correct(office, issue(office).token, Changes(name="Ada Lovelace"), None, LATER)
    revoke(office, [new.token], "Errore", LATER)

    assert verdict(office, new.signed) is Verdict.REVOKED


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (Changes(), "correction_empty"),
        (Changes(name=" "), "award_required"),
        (Changes(hours="molte"), "award_hours"),
        (Changes(evidence="javascript:alert(1)"), "award_evidence"),
        (Changes(name="Bell \x07"), "name_character"),
    ],
    ids=["nothing", "no name", "hours", "evidence", "control"],
)
def test_a_correction_that_cannot_be_signed_is_refused_and_leaves_nothing(
    office: Office, changes: Changes, code: str
) -> None:
    old = issue(office)

    with pytest.raises(Refused) as refused:
        correct(office, old.token, changes, None, LATER)
    with office.database.reading() as session:
        versions = session.scalars(select(CredentialVersion.number)).all()

    assert code in [fault.code for fault in refused.value.faults]
    assert versions == [1, 1]


def test_a_corrected_address_is_hashed_with_a_salt_of_its_own(office: Office) -> None:
    old = issue(office)
    new = correct(office, old.token, Changes(email="Ada@Example.org"), None, LATER)
    before, after = (said(item)["credentialSubject"]["identifier"][1] for item in (old, new))

    assert matches(after, "ada@example.org")
    assert not matches(after, "p2@example.org")
    assert before["salt"] != after["salt"]


def test_the_same_person_on_the_next_list_is_unchanged_after_a_correction(office: Office) -> None:
    correct(office, issue(office).token, Changes(name="Ada Lovelace"), None, LATER)
    batch = reserve(office, make_event(), people(2), now=LATER)
    again = sign_batch(office, batch.batch_id, now=LATER)

    assert (again.issued, again.unchanged) == (0, 2)
    assert again.credentials[0].name == "Ada Lovelace"


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        (Changes(name="Ada\u202eissoR"), "name_character", "name"),
        (Changes(name="Ada\u200bRossi"), "name_character", "name"),
        (Changes(name="a" * 201), "name_long", "name"),
        (Changes(name="Z" + "\u0301" * 30), "name_marks", "name"),
        (Changes(name="12345"), "name_without_letters", "name"),
        (Changes(email="ada@example.org, bob@example.org"), "email_invalid", "email"),
        (Changes(email="ada@example.org\nBcc: bob@example.org"), "email_invalid", "email"),
        (Changes(role="re\u2066latrice"), "value_character", "role"),
    ],
)
def test_what_a_list_may_not_say_a_correction_may_not_either(
    office: Office, changes: Changes, code: str, column: str
) -> None:
    old = issue(office)

    with pytest.raises(Refused) as refused:
        correct(office, old.token, changes, None, LATER)

    assert [(fault.code, fault.column) for fault in refused.value.faults] == [(code, column)]
    assert verdict(office, old.signed) == Verdict.VALID


def test_a_corrected_name_is_composed_and_keeps_its_capitals(office: Office) -> None:
    new = correct(office, issue(office).token, Changes(name="  ADA   Noe\u0308lle "), None, LATER)

    assert said(new)["credentialSubject"]["identifier"][0]["identityHash"] == "ADA No\u00eblle"
