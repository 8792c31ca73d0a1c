"""Who is the same person, who attended, and that nobody of a list is ever lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.fault import Refused
from issuer.roster import read
from issuer.roster.attendance import Unknown, minutes, word


def names(roster) -> list[str]:
    return [one.name for one in roster.recipients]


def codes(roster) -> list[tuple[str, int, str | None]]:
    return [(fault.code, fault.row, fault.column) for fault in roster.faults]


def test_an_id_is_one_person_whatever_else_the_rows_say():
    roster = read(b"ID,Name,Email\n7,Ada Rossi,a@example.org\n7,ada  ROSSI,b@example.org\n8,Ada Rossi,a@example.org\n")

    assert [one.rows for one in roster.recipients] == [(2, 3), (4,)]
    assert roster.recipients[0].identity == ("id:7", "email:a@example.org|ada rossi", "email:b@example.org|ada rossi")


def test_an_id_with_two_names_is_a_fault_of_the_later_row():
    roster = read(b"ID,Name\n7,Ada Rossi\n7,Bruno Neri\n8,Carla Verdi\n")

    assert names(roster) == ["Ada Rossi", "Carla Verdi"]
    assert codes(roster) == [("person_contradicted", 3, "ID")]
    assert "Ada Rossi" in roster.faults[0].message("it")


def test_an_order_is_several_people_and_a_name_in_it_one():
    roster = read(
        b"Order code,Name,Email\nX1,Ada,z@example.org\nX1,Bob,z@example.org\nx1,ADA LI,z@example.org\nX1,ada,\n"
    )

    assert [(one.name, one.rows) for one in roster.recipients] == [("Ada", (2, 5)), ("Bob", (3,)), ("Ada Li", (4,))]


def test_a_mailbox_is_several_people_and_a_name_in_it_one():
    roster = read(b"Name,Email\nAda,Z@Example.org\nBob,z@example.org\nADA,z@example.org\n")

    assert [(one.name, one.rows) for one in roster.recipients] == [("Ada", (2, 4)), ("Bob", (3,))]


def test_a_row_with_less_joins_the_person_it_can_only_be():
    roster = read(b"ID,Name,Email\n7,Ada,a@example.org\n,Ada,a@example.org\n,Bob,b@example.org\n9,Bob,b@example.org\n")

    assert [(one.name, one.rows, one.identity[0]) for one in roster.recipients] == [
        ("Ada", (2, 3), "id:7"), ("Bob", (4, 5), "id:9"),
    ]  # fmt: skip


def test_a_name_alone_serves_once():
    roster = read(b"Nome\nAda Rossi\nBruno Neri\nADA  ROSSI\n")

    assert names(roster) == ["Bruno Neri"]
    assert roster.recipients[0].identity == ("name:bruno neri",)
    assert codes(roster) == [("name_ambiguous", 2, "Nome"), ("name_ambiguous", 4, "Nome")]


def test_a_name_alone_does_not_serve_beside_a_namesake_even_one_with_a_fault():
    assert codes(read(b"Name,Email\nAda,\nAda,a@example.org\n")) == [("name_ambiguous", 2, "Name")]
    assert [code for code, *_ in codes(read(b"Name,Email\nAda,\nAda,@\n"))] == ["name_ambiguous", "email_invalid"]


def test_the_same_row_twice_is_noted_and_its_minutes_count_once():
    roster = read(b"Name,Email,Minutes\nAda,a@example.org,30\nAda,a@example.org,30\nAda,a@example.org,31\n")

    (ada,) = roster.recipients
    assert ada.minutes == 61
    assert [note.code for note in ada.repairs] == ["same_row", "merged", "summed"]


def test_a_person_who_registered_again_after_withdrawing_attended():
    roster = read(b"Name,Email,Status\nAda,a@example.org,cancelled\nAda,a@example.org,checked in\n")

    assert [(one.attended, one.withdrawn) for one in roster.recipients] == [(True, False)]


NAME = st.sampled_from(["Ada Rossi", "ADA ROSSI", "Bruno Neri", "", "123", "Čarla", "A\u200bda", "Zoë"])
EMAIL = st.sampled_from(["", "a@example.org", "b@example.org", "no", "A@EXAMPLE.org"])
NUMBER = st.sampled_from(["", "", "1", "2"])
THERE = st.sampled_from(["sì", "no", "", "forse", "18:31"])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(NAME, EMAIL, NUMBER, NUMBER, THERE), min_size=1, max_size=12), st.booleans())
def test_every_row_is_a_person_a_merged_one_or_a_fault(rows, everyone):
    lines = ["Name,Email,ID,Order,Presente,x", *(",".join(row) + ",." for row in rows)]
    roster = read("\n".join(lines).encode(), everyone=everyone)

    people = [line for one in roster.recipients for line in one.rows]
    faulty = {fault.row for fault in roster.faults}
    assert len(people) == len(set(people))
    assert not faulty & set(people)
    assert faulty | set(people) == set(range(2, len(rows) + 2))
    assert roster.rows == len(rows)
    strongest = [one.identity[0] for one in roster.recipients]
    assert len(strongest) == len(set(strongest))


def test_a_fault_in_the_middle_loses_nobody_else():
    rows = [f"Person {chr(97 + n % 26)}{'x' * (n // 26)},p{n}@example.org" for n in range(2000)]
    rows[1000] = "Person,not an address"

    roster = read(("Name,Email\n" + "\n".join(rows)).encode())

    assert codes(roster) == [("email_invalid", 1002, "Email")]
    assert [f"{one.name},{one.email}" for one in roster.recipients] == rows[:1000] + rows[1001:]


BAD_ADDRESSES = [
    "victim@a.example, other@b.example",
    "a@b.com\nBcc: c@d.com",
    "a@b.com\r\n",
    '"x"@example.org',
    "a" * 65 + "@example.org",
    "-oQ/tmp@example.org",
    "Ada <a@example.org>",
    "a@b",
    "a@[127.0.0.1]",
    "a@@example.org",
    "a b@example.org",
    "a@example.org;b@example.org",
    "a@example..org",
    "mailto:a@example.org",
    "a\u202e@example.org",
    "a@" + "b" * 300 + ".org",
]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_what_is_not_one_address_is_a_fault_of_its_row(address):
    quoted = address.replace('"', '""')
    roster = read(f'Name,E-mail\nAda,"{quoted}"\nBob,bob@example.org\n'.encode())

    assert codes(roster) == [("email_invalid", 2, "E-mail")]
    assert names(roster) == ["Bob"]


@pytest.mark.parametrize(
    ("address", "stands"),
    [("a@example.org", "a@example.org"), (" a@Example.ORG\u00a0", "a@example.org"), ("o'neill+tag@example.org", None),
     ("a" * 64 + "@example.org", None), ("jörg@example.org", None), ("", ""), ("--", ""), ("-", "")],
)  # fmt: skip
def test_a_good_address_stands_and_none_is_fine(address, stands):
    (person,) = read(f"Name,E-mail\nAda,{address}\n".encode()).recipients

    assert person.email == ((address if stands is None else stands) or None)


@pytest.mark.parametrize(
    "yes",
    [
        "sì",
        "SI",
        "Sì",
        "yes",
        "Y",
        "x",
        "X",
        "1",
        "true",
        "VERO",
        "presente",
        "Checked in",
        "check-in",
        "✓",
        "2026-10-15 18:31",
        "15/10/2026",
        "18:31",
    ],
)
def test_a_word_for_yes_is_understood(yes):
    assert word(yes, "attended") is True


@pytest.mark.parametrize(
    "no", ["no", "N", "0", "false", "assente", "Not checked in", "no-show", "", " ", "--", "annullato"]
)
def test_a_word_for_no_is_understood(no):
    assert word(no, "attended") is False


@pytest.mark.parametrize("unknown", ["forse", "maybe", "2", "sì?", "a" * 5000])
def test_any_other_word_is_no_guess(unknown):
    with pytest.raises(Unknown):
        word(unknown, "attended")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("61", 61),
        ("61.9", 61),
        ("61,5", 61),
        ("1:01:00", 61),
        ("1h 1m", 61),
        ("61 min", 61),
        ("--", None),
        ("", None),
        ("0", 0),
    ],
)
def test_minutes_are_read(text, amount):
    assert minutes(text) == amount


@pytest.mark.parametrize("text", ["many", "-5", "1e3", "²", "٣x"])
def test_what_is_no_number_of_minutes_is_told(text):
    roster = read(f"Name,Minutes\nAda,{text}\nBob,3\n".encode())

    assert codes(roster) == [("minutes_invalid", 2, "Minutes")]


@pytest.mark.parametrize(
    ("column", "text", "stands", "code"),
    [
        ("Ore", "2,5", "2.5", None),
        ("Ore", "3.0", "3", None),
        ("Ore", "2:30", "2.5", None),
        ("Ore", "10", "10", None),
        ("Ore", "molte", None, "hours_invalid"),
        ("Ore", "-1", None, "hours_invalid"),
        ("Lingua", "Italiano", "it", None),
        ("Language", "EN", "en", None),
        ("Lingua", "klingon", None, "language_unknown"),
        ("Ruolo", " relatore ", "relatore", None),
        ("Ruolo", "rel\u202eatore", None, "value_character"),
        ("Evidence", "https://example.org/x", "https://example.org/x", None),
        ("Evidence", "javascript:alert(1)", None, "evidence_invalid"),
        ("Evidence", "https://a b", None, "evidence_invalid"),
    ],
)
def test_values_are_read_or_told(column, text, stands, code):
    roster = read(f"Name;Email;{column}\nAda;a@example.org;{text}\n".encode())

    assert [list(one.values.values()) for one in roster.recipients] == ([[stands]] if stands else [])
    assert codes(roster) == ([(code, 2, column)] if code else [])


def test_all_faults_of_a_row_are_told_at_once():
    roster = read(b"Name;Email;Presente;Ore\n123;nobody;forse;molte\n")

    assert {code for code, *_ in codes(roster)} == {
        "name_without_letters", "email_invalid", "attendance_unknown", "hours_invalid",
    }  # fmt: skip


def test_cells_made_to_entangle_a_pattern_are_only_faults():
    # A pattern that backtracks over four thousand letters would never come back.
    cell = "a" * 4000 + "!"
    roster = read(f"Name,Email,Minutes,Ore,Presente,Evidence,Lingua\n{','.join([cell] * 7)}\n".encode())

    assert {column for _, _, column in codes(roster)} >= {"Name", "Email", "Evidence", "Lingua", "Ore"}
    assert roster.recipients == ()


@pytest.mark.parametrize(
    "options",
    [
        {"preset": "lumo"},
        {"preset": "luma"},
        {"mapping": {"colour": "Name"}},
        {"mapping": {"name": "Nome"}},
        {"keep": ["Phone"]},
        {"min_minutes": 5},
    ],
)
def test_a_wish_that_cannot_be_granted_is_refused_with_what_there_is(options):
    with pytest.raises(Refused) as caught:
        read(b"Name,Email\nAda,a@example.org\n", **options)

    assert {fault.code for fault in caught.value.faults} <= {
        "preset_unknown", "preset_does_not_fit", "field_unknown", "column_unknown", "minutes_not_there",
    }  # fmt: skip
    assert len({fault.message(language) for fault in caught.value.faults for language in ("it", "en")}) == 2


def test_all_unknown_columns_are_told_at_once():
    with pytest.raises(Refused) as caught:
        read(b"Name,Email\nAda,\n", mapping={"name": "Nome", "email": "Posta"}, keep=["Telefono"])

    assert [fault.values["value"] for fault in caught.value.faults] == ["Nome", "Posta", "Telefono"]
    assert "Email" in caught.value.faults[0].message("it").split("Ci sono: ")[1]
