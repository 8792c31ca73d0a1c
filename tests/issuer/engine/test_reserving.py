"""Reserving: who has it already has it, whatever the list calls them; everybody else gets one of each thing."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from issuer.archive import signed_bytes
from issuer.batch import reserve
from issuer.correct import Changes, correct
from issuer.duration import Duration
from issuer.event import EventFile
from issuer.fault import Refused
from issuer.indices import take_indices
from issuer.kinds import KINDS
from issuer.models import Credential, CredentialVersion, IdentityKey, Organization, StatusList
from issuer.office import Office, open_office
from issuer.outcome import Signed
from issuer.roster import Recipient
from issuer.work.issuing import sign_batch
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people, person, settings_for


def issue(office: Office, event: EventFile, recipients: list[Recipient], *, update: bool = False) -> Signed:
    reservation = reserve(office, event, recipients, update=update, now=NOW)
    return sign_batch(office, reservation.batch_id, now=NOW)


def counted(office: Office) -> int:
    with office.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Credential)) or 0


def test_a_list_that_is_issued_twice_is_unchanged_the_second_time(office: Office) -> None:
    first = issue(office, make_event(), people(5))
    second = issue(office, make_event(), people(5))

    assert (first.issued, first.unchanged, second.issued, second.unchanged) == (5, 0, 0, 5)
    assert [item.url for item in first.credentials] == [item.url for item in second.credentials]
    assert {item.state for item in second.credentials} == {"unchanged"}


def test_the_same_list_with_ten_more_issues_ten(office: Office) -> None:
    issue(office, make_event(), people(5))
    second = issue(office, make_event(), people(15))

    assert (second.issued, second.unchanged, counted(office)) == (10, 5, 15)


def test_an_attendee_who_also_wins_gets_both(office: Office) -> None:
    evening = make_event()
    merit = replace(evening, achievement=replace(evening.achievement, kind=KINDS["merit"], slug="merit", type="Award"))
    winner = person(2, values={"reason": "per la miglior domanda"})
    issue(office, evening, [winner])
    won = issue(office, merit, [winner])

    assert (won.issued, counted(office)) == (1, 2)


def test_the_same_person_at_another_event_gets_another(office: Office) -> None:
    issue(office, make_event(), people(1))
    issue(office, make_event(slug="2026-11-15-serata", name="Un’altra serata"), people(1))

    assert counted(office) == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(("id:T2",), ("id:T2", "email:other@example.org|persona"), id="by ticket"),
        pytest.param(("id:T2", "order:A1|persona"), ("order:A1|persona",), id="by order"),
        pytest.param(
            ("id:T2", "email:p@example.org|persona"), ("id:X9", "email:p@example.org|persona"), id="by e-mail"
        ),
        pytest.param(("name:persona",), ("id:T2", "name:persona"), id="by name"),
    ],
)
def test_a_person_is_recognised_by_any_key(office: Office, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    first = issue(office, make_event(), [person(2, identity=before)])
    second = issue(office, make_event(), [person(7, identity=after)])

    assert (second.issued, second.unchanged) == (0, 1)
    assert second.credentials[0].token == first.credentials[0].token


def test_what_is_learnt_of_a_person_counts_from_then_on(office: Office) -> None:
    issue(office, make_event(), [person(2, identity=("email:p@example.org|persona",))])
    issue(office, make_event(), [person(2, identity=("id:T2", "email:p@example.org|persona"))])
    third = issue(office, make_event(), [person(2, identity=("id:T2", "email:new@example.org|persona"))])

    assert (third.unchanged, counted(office)) == (1, 1)


def test_two_tickets_of_one_list_are_two_people_and_stay_so(office: Office) -> None:
    shared = "email:famiglia@example.org|luca rossi"
    both = [person(2, identity=("id:T2", shared)), person(3, identity=("id:T3", shared))]
    first = issue(office, make_event(), both)
    second = issue(office, make_event(), both)

    assert (first.issued, second.unchanged, counted(office)) == (2, 2, 2)


def test_an_id_under_another_name_gets_nothing_new_and_is_told(office: Office) -> None:
    first = issue(
        office, make_event(), [person(2, name="Ada Lovelace", identity=("id:7", "email:a@e.org|ada lovelace"))]
    )
    other = [
        person(2, name="Carla Conti", identity=("id:7", "email:c@e.org|carla conti")),
        person(3, name="Bruno Bruni", identity=("id:8", "email:b@e.org|bruno bruni")),
    ]
    second = issue(office, make_event(), other)

    assert (second.issued, second.unchanged, counted(office)) == (1, 1, 2)
    [fault] = second.faults
    assert (fault.row, fault.code) == (2, "other_name")
    assert "Ada Lovelace" in fault.message("it")
    assert first.credentials[0].token in fault.message("en")


def test_an_id_under_the_same_name_in_other_letters_or_one_that_was_corrected_is_no_fault(
    office: Office, now: datetime
) -> None:
    ada = person(2, name="Ada Lovelce", identity=("id:7", "email:a@e.org|ada lovelce"))
    first = issue(office, make_event(), [ada])
    assert issue(office, make_event(), [replace(ada, name="ADA  LOVELCE")]).faults == ()

    correct(office, first.credentials[0].token, Changes(name="Ada Lovelace"), None, now + timedelta(days=1))

    assert issue(office, make_event(), [ada]).faults == ()
    assert issue(office, make_event(), [replace(ada, name="Ada Lovelace")]).faults == ()


def test_one_person_on_two_rows_has_one(office: Office) -> None:
    twice = [person(2, identity=("email:p@e.org|p",)), person(3, identity=("id:T1", "email:p@e.org|p"))]
    first = issue(office, make_event(), twice)

    assert (first.issued, first.unchanged, counted(office)) == (1, 1, 1)


def test_identity_keys_are_kept_as_keyed_hashes_only(office: Office) -> None:
    issue(office, make_event(), people(1))

    with office.database.reading() as session:
        kept = session.scalars(select(IdentityKey.digest)).all()

    assert len(kept) == 2
    assert all(len(digest) == 64 and "p2" not in digest for digest in kept)


def test_faulty_rows_wait_and_the_others_go_on(office: Office) -> None:
    rows = people(4)
    rows[1] = person(3, values={"hours": "molte"})
    rows[2] = person(4, values={"evidence": "javascript:alert(1)"})
    done = issue(office, make_event(), rows)

    assert (done.issued, [(fault.row, fault.code) for fault in done.faults]) == (
        2,
        [(3, "award_hours"), (4, "award_evidence")],
    )


def test_a_row_that_was_mended_is_issued_the_next_time(office: Office) -> None:
    issue(office, make_event(), [person(2, values={"hours": "molte"})])
    mended = issue(office, make_event(), [person(2, values={"hours": "3"})])

    assert mended.issued == 1


def test_a_merit_without_a_reason_is_a_fault_of_its_row(office: Office) -> None:
    evening = make_event()
    merit = replace(evening, achievement=replace(evening.achievement, kind=KINDS["merit"], slug="merit", type="Award"))
    done = issue(office, merit, [person(2), person(3, values={"reason": "per il talk"})])

    assert (done.issued, [(fault.row, fault.code, fault.column) for fault in done.faults]) == (
        1,
        [(2, "award_required", "reason")],
    )


@pytest.mark.parametrize(("kind", "signed"), [("merit", "Per il talk"), ("attendance", None)])
def test_a_reason_is_signed_for_a_merit_and_for_nothing_else(office: Office, kind: str, signed: str | None) -> None:
    event = make_event()
    event = replace(event, achievement=replace(event.achievement, kind=KINDS[kind], slug=kind))
    done = issue(office, event, [person(2, values={"reason": "Per il talk"})])

    said = json.loads(signed_bytes(office, done.credentials[0].token) or b"{}")
    assert said["credentialSubject"].get("narrative") == signed


def test_changed_facts_are_named_and_left_as_they_are(office: Office) -> None:
    issue(office, make_event(), people(1))
    changed = replace(make_event(place="Torino"), issuer=replace(make_event().issuer, name="Python Torino"))
    reservation = reserve(office, changed, people(2), now=NOW)

    assert [fault.code for fault in reservation.notes] == ["facts_held"]
    assert reservation.notes[0].values["facts"] == "issuer.name, event.place"


def test_changed_facts_hold_from_an_update_on(office: Office) -> None:
    first = issue(office, make_event(), people(1))
    second = issue(office, make_event(place="Torino"), people(2), update=True)
    places = [
        json.loads(signed_bytes(office, item.token) or b"")["evidence"][0]["description"] for item in second.credentials
    ]

    assert places == ["Milano", "Torino"]
    assert first.credentials[0].token == second.credentials[0].token


def test_the_base_url_is_frozen_once_something_is_promised(office: Office, tmp_path: Path) -> None:
    issue(office, make_event(), people(1))
    moved = replace(settings_for(tmp_path, office.settings.database_url), base_url="https://other.example.org")
    elsewhere = open_office(moved)

    with pytest.raises(Refused) as refused:
        reserve(elsewhere, make_event(), people(2), now=NOW)
    elsewhere.close()

    assert [fault.code for fault in refused.value.faults] == ["base_url_frozen"]


def test_an_award_that_would_be_over_at_once_is_refused(office: Office) -> None:
    event = make_event()
    short = replace(event, certificate=replace(event.certificate, valid_for=Duration.parse("P7D")))

    with pytest.raises(Refused) as refused:
        reserve(office, short, people(1), now=NOW)

    assert [fault.code for fault in refused.value.faults] == ["validity_over"]
    assert counted(office) == 0


def test_status_indices_never_repeat_and_are_spread_evenly(office: Office) -> None:
    reserve(office, make_event(), people(1000), now=NOW)
    with office.database.reading() as session:
        places = session.execute(select(CredentialVersion.status_list_id, CredentialVersion.status_index)).all()
        length = session.scalar(select(StatusList.length))
    shares = Counter(index * 10 // (length or 1) for _, index in places)
    chi_squared = sum((shares[share] - 100) ** 2 / 100 for share in range(10))

    assert length == 131_072
    assert len(set(places)) == 1000
    assert chi_squared < 33.7, "Nine degrees of freedom: once in ten thousand runs by chance."


def test_a_list_that_fills_is_followed_by_another(office: Office) -> None:
    reserve(office, make_event(), people(1), now=NOW)
    with office.database.writing() as session:
        organization = session.scalars(select(Organization.id)).one()
        places = take_indices(session, office.kek, organization, 110_000, NOW)
        lists = Counter(list_id for list_id, _ in places)

    assert len(set(places)) == 110_000
    assert [count <= 131_072 * 0.8 for count in lists.values()] == [True, True]


def test_the_base_url_can_move_while_nothing_is_promised(office: Office, tmp_path: Path) -> None:
    reserve(office, make_event(), [], now=NOW)
    moved = replace(settings_for(tmp_path, office.settings.database_url), base_url="https://other.example.org")
    elsewhere = open_office(moved)
    done = issue(elsewhere, make_event(), people(1))
    elsewhere.close()

    assert done.credentials[0].url.startswith("https://other.example.org/c/")


def test_an_award_is_valid_until_the_duration_after_the_events_end(office: Office) -> None:
    event = make_event()
    lasting = replace(event, certificate=replace(event.certificate, valid_for=Duration.parse("P2Y")))
    done = issue(office, lasting, people(1))
    said = json.loads(signed_bytes(office, done.credentials[0].token) or b"")

    assert (said["awardedDate"], said["validUntil"]) == ("2026-10-15T19:30:00Z", "2028-10-15T19:30:00Z")


@pytest.mark.parametrize("name", ["Pyth\u043en Milano", "PYTHON MILANO"])
def test_an_issuer_that_looks_like_another_waits_for_a_person_who_looks(office: Office, name: str) -> None:
    issue(office, make_event(), people(1))
    event = make_event()
    double = replace(event, issuer=replace(event.issuer, slug="double", name=name))

    with pytest.raises(Refused) as refused:
        reserve(office, double, people(1), now=NOW)

    [fault] = refused.value.faults
    assert (fault.code, fault.values["slug"]) == ("issuer_lookalike", "python-milano")
    assert counted(office) == 1
    assert reserve(office, double, people(1), distinct=True, now=NOW).reserved == 1
    assert reserve(office, double, people(1), now=NOW).reserved == 1, "it is known from then on"
