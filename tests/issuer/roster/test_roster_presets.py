"""Each tool's export is known by its headers, and each has its own rule of who attended."""

from __future__ import annotations

import pytest

from issuer.fault import Refused
from issuer.roster import read
from issuer.roster.columns import FIELDS, WORDS
from issuer.roster.presets import PRESETS

LUMA = "api_id,name,email,approval_status,checked_in_at\n"
EVENTBRITE = "Order no.,First Name,Last Name,Email,Attendee no.,Attendee Status\n"
MEETUP = "Name,Attendance,User ID,RSVP,RSVPed on,URL of Member Profile\n"
PRETIX = "Order code;Attendee name;Checked in;Automatically checked in;E-mail\n"
INDICO = "ID,Name,Email Address,Registration state,Checked in\n"
ZOOM = "Attended,User Name (Original Name),First Name,Last Name,Email,Approval Status,Time in Session (minutes)\n"

# preset, row: attended, withdrawn, basis
ROWS = [
    ("luma", LUMA + "g1,Ada,a@example.org,approved,2026-10-15T16:00:00.000Z", True, False, "scanned"),
    ("luma", LUMA + "g1,Ada,a@example.org,approved,", False, False, "declared"),
    ("luma", LUMA + "g1,Ada,a@example.org,declined,2026-10-15T16:00:00.000Z", False, True, "declared"),
    ("luma", LUMA + "g1,Ada,a@example.org,pending_approval,", False, False, "declared"),
    ("luma", LUMA.replace("api_id", "guest_id") + "g1,Ada,,approved,2026-10-15T16:00:00Z", True, False, "scanned"),
    ("eventbrite", EVENTBRITE + "9,Ada,Rossi,a@example.org,8,Checked In", True, False, "scanned"),
    ("eventbrite", EVENTBRITE + "9,Ada,Rossi,a@example.org,8,Attending", False, False, "declared"),
    ("eventbrite", EVENTBRITE + "9,Ada,Rossi,a@example.org,8,Not Attending", False, True, "declared"),
    ("eventbrite", EVENTBRITE + "9,Ada,Rossi,a@example.org,8,Refunded", False, True, "declared"),
    ("meetup", MEETUP + "Ada R.,Y,user 1,Yes,x,y", True, False, "declared"),
    ("meetup", MEETUP + "Ada R.,,user 1,Yes,x,y", False, False, "declared"),
    ("meetup", MEETUP + "Ada R.,Y,user 1,No,x,y", False, True, "declared"),
    ("pretix", PRETIX + "A1;Ada;2026-10-15 16:00;No;a@example.org", True, False, "scanned"),
    ("pretix", PRETIX + "A1;Ada;;No;a@example.org", False, False, "declared"),
    ("pretix", "Bestellnummer;Teilnehmername;Eingecheckt;E-Mail\nA1;Ada;15.10.2026 16:00;", True, False, "scanned"),
    ("indico", INDICO + "1,Ada,a@example.org,Completed,Yes", True, False, "scanned"),
    ("indico", INDICO + "1,Ada,a@example.org,Completed,No", False, False, "declared"),
    ("indico", INDICO + "1,Ada,a@example.org,Withdrawn,Yes", False, True, "declared"),
    ("indico", INDICO + "1,Ada,a@example.org,Rejected,", False, True, "declared"),
    ("zoom", ZOOM + "Yes,ada,Ada,Rossi,a@example.org,approved,61", True, False, "minutes"),
    ("zoom", ZOOM + "No,ada,Ada,Rossi,a@example.org,approved,--", False, False, "declared"),
    ("zoom", ZOOM + "Yes,ada,Ada,Rossi,a@example.org,cancelled,61", False, True, "declared"),
    ("generic", "Nome;Cognome;Presente\nAda;Rossi;sì", True, False, "declared"),
    ("generic", "Nome e cognome;Check-in\nAda Rossi;15/10/2026 18:31", True, False, "scanned"),
    ("generic", "Name,Minutes\nAda,61", True, False, "minutes"),
    ("generic", "Name,Minutes\nAda,0", False, False, "declared"),
    ("generic", "Name,Email\nAda,", None, False, "declared"),
    ("generic", "Nome;Stato\nAda;iscritta", None, False, "declared"),
    ("generic", "Nome;Stato\nAda;annullata", False, True, "declared"),
    ("generic", "Nome;Stato\nAda;presente", True, False, "declared"),
]


@pytest.mark.parametrize(("preset", "text", "attended", "withdrawn", "basis"), ROWS)
def test_each_export_has_its_rule(preset, text, attended, withdrawn, basis):
    roster = read(text.encode())

    (person,) = roster.recipients
    assert (roster.preset, person.attended, person.withdrawn, person.basis) == (preset, attended, withdrawn, basis)
    assert bool(roster.issuable) is (attended is not False)
    assert bool(read(text.encode(), everyone=True).issuable) is not withdrawn


@pytest.mark.parametrize("text", sorted({row[1] for row in ROWS if row[0] != "generic"}))
def test_the_generic_mapper_reads_every_export_when_forced(text):
    roster = read(text.encode(), preset="generic")

    assert (roster.preset, len(roster.recipients)) == ("generic", 1)


@pytest.mark.parametrize("preset", [name for name in PRESETS if name != "generic"])
def test_a_forced_preset_that_does_not_fit_is_refused_with_what_it_needs(preset):
    with pytest.raises(Refused) as caught:
        read(b"Name,Email\nAda,\n", preset=preset)

    assert caught.value.faults[0].code == "preset_does_not_fit"


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("Cognome;Nome;E-mail;Presente;Ore;Ruolo", {"family_name", "given_name", "email", "attended", "hours", "role"}),
        ("NOMINATIVO;Indirizzo e-mail;Check-in", {"name", "email", "checked_in"}),
        ("Nome;Posta elettronica;Voto;Motivazione", {"name", "email", "grade", "reason"}),
        ("Name,Surname,Email", {"given_name", "family_name", "email"}),
        ("First name,Last name,Student,Mail", {"given_name", "family_name", "email"}),
        ("Nome,Cognome,Studente,Mail", {"given_name", "family_name", "email"}),
        ("Full Name,E-Mail Address,Certificate number", {"name", "email", "number"}),
        (",".join(FIELDS), set(FIELDS)),
    ],
)
def test_columns_are_guessed_in_both_languages(header, columns):
    delimiter = ";" if ";" in header else ","
    row = delimiter.join(
        {
            "language": "it",
            "evidence": "https://example.org/",
            "email": "",
            "minutes": "1",
            "hours": "1",
            "attended": "yes",
        }.get(one, "A")
        for one in header.split(delimiter)
    )

    assert set(read(f"{header}\n{row}\n".encode()).columns) == columns


def test_no_header_means_two_fields_but_nome_and_the_first_of_a_check_in():
    words = [word for text in WORDS.values() for word in text.split("|")]

    assert {word for word in words if words.count(word) > 1} == {"nome"}


def test_a_kind_of_ticket_is_not_taken_for_a_ticket():
    kinds = read(b"Name,Ticket\nAda,Standard\nBob,Standard\n")
    codes = read(b"Name,Ticket\nAda,T1\nBob,T2\n")

    assert [one.identity for one in kinds.recipients] == [("name:ada",), ("name:bob",)]
    assert [one.identity for one in codes.recipients] == [("id:t1",), ("id:t2",)]


def test_a_status_column_about_something_else_is_left_alone():
    roster = read(b"Name,Status\nAda,Student\nBob,Professional\n")

    assert (len(roster.recipients), roster.faults) == (2, ())


def test_an_unknown_state_of_a_known_export_is_a_fault():
    roster = read((LUMA + "g1,Ada,,teleported,\ng2,Bob,,approved,2026-10-15T16:00:00Z").encode())

    assert [(f.code, f.row, f.column) for f in roster.faults] == [("attendance_unknown", 2, "approval_status")]
    assert [one.name for one in roster.recipients] == ["Bob"]


REPORT = (
    "Attendee Report\nTopic,Webinar ID,Actual Duration (minutes)\nSerata,912,120\n\n"
    "Host Details\nAttended,User Name (Original Name),Email,Time in Session (minutes)\nYes,Host,h@example.org,130\n"
    "Panelist Details\nAttended,User Name (Original Name),Email,Time in Session (minutes)\n"
    "Yes,Speaker,s@example.org,120\n"
    "Attendee Details\n" + ZOOM +
    "Yes,ada,Ada,Rossi,a@example.org,approved,30\nYes,,Ada,Rossi,a@example.org,approved,31\n"
    "No,bob,Bob,B,b@example.org,approved,--\n"
    "Other Attended\nUser Name,Join Time,Time in Session (minutes)\nCarla al telefono,x,12\n390255501234,x,9\n"
)  # fmt: skip


def test_hosts_and_panelists_are_set_aside_and_callers_attended():
    roster = read(REPORT.encode())

    assert [(one.name, one.attended, one.minutes) for one in roster.recipients] == [
        ("Ada Rossi", True, 61), ("Bob B", False, None), ("Carla al telefono", True, 12),
    ]  # fmt: skip
    assert roster.aside == {"Host Details": (7,), "Panelist Details": (10,)}
    assert [(f.code, f.row, f.column) for f in roster.faults] == [("name_without_letters", 19, "User Name")]


MEETING = (
    "Meeting ID,Topic,Start Time,End Time,User Email,Duration (Minutes),Participants\n"
    "1,Serata,x,y,h@example.org,120,3\n\n"
    "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent,In Waiting Room\n"
    "Ada Rossi (ada92),a@example.org,x,y,3,Yes,,Yes\n"
    "Ada Rossi (ada92),a@example.org,y,z,55,Yes,,No\nBob,b@example.org,x,y,20,No,,No\n"
)  # fmt: skip


def test_a_meeting_report_gives_the_names_people_showed_and_no_minutes_of_a_waiting_room():
    roster = read(MEETING.encode(), min_minutes=30)

    assert [(one.name, one.minutes, one.attended) for one in roster.recipients] == [
        ("Ada Rossi", 55, True), ("Bob", 20, False),
    ]  # fmt: skip
    assert ("user_name", "Ada Rossi (ada92)") in [(r.code, r.before) for r in roster.recipients[0].repairs]


@pytest.mark.parametrize(
    ("shown", "name"),
    [("Ada Rossi (ada92)", "Ada Rossi"), ("Ada Rossi (she/her) (ada92)", "Ada Rossi"), ("Ada Rossi", "Ada Rossi"),
     ("(Ada)", "(Ada)"), ("Ada (Li) Rossi", "Ada (Li) Rossi")],
)  # fmt: skip
def test_what_stands_in_brackets_after_a_name_of_a_meeting_is_left_out(shown, name):
    (person,) = read(
        f"Name (Original Name),User Email,Duration (Minutes)\n{shown},a@example.org,3\n".encode()
    ).recipients

    assert person.name == name


def test_everyone_lifts_attendance_but_no_minimum_and_no_withdrawal():
    data = (ZOOM + "Yes,,Ada,A,a@example.org,approved,61\nYes,,Bob,B,b@example.org,approved,9\n"
            "No,,Carla,C,,approved,--\nYes,,Dora,D,,cancelled,99\n").encode()  # fmt: skip

    assert [one.name for one in read(data).issuable] == ["Ada A", "Bob B"]
    assert [one.name for one in read(data, everyone=True).issuable] == ["Ada A", "Bob B", "Carla C"]
    assert [one.name for one in read(data, min_minutes=30).issuable] == ["Ada A"]
    assert [one.name for one in read(data, min_minutes=30, everyone=True).issuable] == ["Ada A"]


def test_a_question_of_the_organizer_does_not_hide_the_column_of_the_export():
    roster = read((LUMA.strip() + ",Email\ng1,Ada,a@example.org,approved,,other@example.org").encode())

    assert roster.recipients[0].email == "a@example.org"


def test_what_the_caller_says_goes_before_every_guess():
    data = (
        b"Name,Badge name,Check-in,Came,Mail\n"
        b"Ada R.,Ada Rossi,18:31,no,a@example.org\nBob,Bob Neri,,yes,b@example.org\n"
    )

    roster = read(data, mapping={"name": "badge NAME", "attended": "Came", "role": "Name"}, keep=["Mail"])

    assert [(one.name, one.attended, one.values["role"]) for one in roster.recipients] == [
        ("Ada Rossi", False, "Ada R."), ("Bob Neri", True, "Bob"),
    ]  # fmt: skip
    assert roster.recipients[0].kept == {"Mail": "a@example.org"}


def test_headers_nobody_knows_are_found_by_what_the_caller_says():
    roster = read(b"Serata\n\nZ1;Z2\nAda;a@example.org\n", mapping={"name": "Z1", "email": "Z2"})

    assert [(one.name, one.email, one.row) for one in roster.recipients] == [("Ada", "a@example.org", 4)]


def test_fields_are_written_with_underscores_or_spaces():
    data = b"A,B,C\nAda,Rossi,x\n"

    assert read(data, mapping={"given_name": "A", "family name": "B"}).recipients[0].name == "Ada Rossi"
