"""Every real export is read whole: who attended, what was repaired, and nothing lost."""

from __future__ import annotations

from collections import Counter

import pytest

from issuer.roster import read

pytestmark = pytest.mark.shared

# file: preset, encoding, delimiter, rows, people, attended, withdrawn, basis
EXPORTS = {
    "eventbrite-attendees.csv": ("eventbrite", "utf-8", ",", 61, 60, 47, 3, "scanned"),
    "excel-italiano.csv": ("generic", "cp1252", ";", 43, 42, 31, 0, "declared"),
    "foglio.xlsx": ("generic", "xlsx", None, 61, 60, 47, 0, "scanned"),
    "indico-registrants.csv": ("indico", "utf-8", ",", 61, 60, 41, 8, "scanned"),
    "luma-guests.csv": ("luma", "utf-8", ",", 61, 60, 47, 5, "scanned"),
    "meetup-attendees.csv": ("meetup", "utf-8", ",", 61, 60, 47, 0, "declared"),
    "pretix-checkin-list.csv": ("pretix", "utf-8", ";", 61, 60, 47, 0, "scanned"),
    "zoom-webinar-attendees.csv": ("zoom", "utf-8", ",", 72, 60, 47, 0, "minutes"),
}


@pytest.fixture(params=EXPORTS)
def export(request, shared):
    return EXPORTS[request.param], read((shared / "rosters" / request.param).read_bytes())


def person(roster, name):
    (found,) = [one for one in roster.recipients if one.name == name]
    return found


def test_an_export_is_read_whole(export):
    (preset, encoding, delimiter, rows, people, attended, withdrawn, basis), roster = export

    assert (roster.preset, roster.encoding, roster.delimiter) == (preset, encoding, delimiter)
    assert (roster.rows, len(roster.recipients)) == (rows, people)
    assert Counter(one.attended for one in roster.recipients) == {True: attended, False: people - attended}
    assert len(roster.issuable) == attended
    assert sum(one.withdrawn for one in roster.recipients) == withdrawn
    assert {one.basis for one in roster.issuable} == {basis}
    assert roster.faults == ()


def test_no_row_of_an_export_is_lost(export):
    (_, _, _, rows, *_), roster = export

    lines = [line for one in roster.recipients for line in one.rows]
    assert len(lines) == len(set(lines)) == rows


def test_names_are_repaired_with_a_note_and_only_three_of_them(export):
    _, roster = export

    repaired = {one.name: {r.code for r in one.repairs if r.field == "name"} for one in roster.recipients}
    assert {name: codes for name, codes in repaired.items() if codes} == {
        "Luca D'Angelo": {"capitals"},
        "Luca Novák": {"spaces"},
        "Marco Esposito": {"spaces"},
    }


def test_the_row_that_stands_twice_is_one_person(export):
    _, roster = export

    twice = person(roster, "Renée Luca")
    assert len(twice.rows) == 2
    assert {note.code for note in twice.repairs if note.field == "row"} <= {"same_row", "merged"}


def test_two_people_of_one_mailbox_stay_two(shared):
    roster = read((shared / "rosters" / "luma-guests.csv").read_bytes())

    of_one = [one.name for one in roster.recipients if one.email == "p7.2@example.org"]
    assert of_one == ["Alessandro Nguyễn", "Aoife der"]


def test_namesakes_with_two_mailboxes_stay_two(shared):
    roster = read((shared / "rosters" / "luma-guests.csv").read_bytes())

    assert sum(one.name == "Елена Иванова" for one in roster.recipients) == 2


def test_a_withdrawn_registration_did_not_attend_even_if_checked_in(shared):
    roster = read((shared / "rosters" / "indico-registrants.csv").read_bytes())

    withdrawn = person(roster, "Łukasz De")
    assert (withdrawn.withdrawn, withdrawn.attended) == (True, False)
    assert withdrawn not in read((shared / "rosters" / "indico-registrants.csv").read_bytes(), everyone=True).issuable


def test_several_sessions_are_summed_and_the_row_is_the_first(shared):
    data = (shared / "rosters" / "zoom-webinar-attendees.csv").read_bytes()
    roster = read(data)

    chiara = person(roster, "Chiara García")
    assert (chiara.row, chiara.minutes, chiara.rows) == (13, 118, (13, 14))
    assert ("minutes", "59 + 59", "118", "summed") in [(r.field, r.before, r.after, r.code) for r in chiara.repairs]
    assert data.decode("utf-8-sig").splitlines()[chiara.row - 1].startswith("Yes,Chiara García")


def test_a_minimum_of_minutes_counts_the_sum(shared):
    roster = read((shared / "rosters" / "zoom-webinar-attendees.csv").read_bytes(), min_minutes=90)

    assert all(one.minutes >= 90 for one in roster.issuable)
    assert person(roster, "Chiara García") in roster.issuable
    assert person(roster, "Łukasz De").attended is False


def test_decimal_commas_and_roles_are_read(shared):
    roster = read((shared / "rosters" / "excel-italiano.csv").read_bytes())

    zoe = person(roster, "Anaïs De")
    assert (zoe.values["hours"], zoe.values["role"], zoe.email) == ("2.5", "relatore", "p7.10@example.org")


def test_phones_are_not_kept_unless_asked(shared):
    data = (shared / "rosters" / "foglio.xlsx").read_bytes()

    assert all("Telefono" not in one.kept and "39000" not in str(one) for one in read(data).recipients)
    assert read(data, keep=["Telefono"]).recipients[0].kept == {"Telefono": "390000000"}


def test_abbreviated_surnames_are_kept_as_they_are(shared):
    roster = read((shared / "rosters" / "meetup-attendees.csv").read_bytes())

    assert {"Łukasz D.", "Marco S.", "Елена И."} <= {one.name for one in roster.recipients}
    assert all(one.email is None for one in roster.recipients)
    assert person(roster, "Marco S.").identity == ("id:user 100006",)
