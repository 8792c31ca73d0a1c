"""What an organizer may choose beyond the command's options: no column, a column if it is there, no repair."""

from __future__ import annotations

import pytest

from issuer.fault import Refused
from issuer.roster import read
from issuer.roster.model import Undone
from issuer.roster.read import headers

LIST = b"Name,Email,Status,Ticket type\nADA  LOVELACE,ada@x.org,checked in,Standard\nBea Rossi,b@x.org,approved,\n"


def test_a_field_can_have_no_column() -> None:
    roster = read(LIST, without=("email", "state"))

    assert [person.email for person in roster.recipients] == [None, None]
    assert [person.attended for person in roster.recipients] == [None, None]


def test_a_list_without_a_column_of_names_is_refused_if_that_is_the_wish() -> None:
    with pytest.raises(Refused):
        read(LIST, without=("name",))


def test_the_first_of_some_headers_is_kept_and_none_is_no_fault() -> None:
    assert read(LIST, also=("product", "ticket type")).recipients[0].kept == {"Ticket type": "Standard"}
    assert read(LIST, also=("product",)).recipients[0].kept == {}


@pytest.mark.parametrize(
    ("undone", "name"),
    [
        (Undone(), "Ada Lovelace"), (Undone({2: frozenset({"capitals"})}), "ADA LOVELACE"),
        (Undone({2: frozenset({"spaces"})}), "Ada  Lovelace"), (Undone({3: frozenset({"capitals"})}), "Ada Lovelace"),
        (Undone(everywhere=frozenset({"capitals", "spaces"})), "ADA  LOVELACE"),
    ],
)  # fmt: skip
def test_a_repair_can_be_left_undone(undone: Undone, name: str) -> None:
    person = read(LIST, undone=undone).recipients[0]

    assert person.name == name
    assert person.identity == ("email:ada@x.org|ada lovelace",)


def test_the_name_that_a_meeting_shows_can_stand_as_it_stood() -> None:
    call = b"Name (Original Name),Duration (Minutes)\nAda (Ada Lovelace),60\n"

    assert read(call, undone=Undone(everywhere=frozenset({"user_name"}))).recipients[0].name == "Ada (Ada Lovelace)"


def test_the_headers_of_a_refused_list_can_be_read() -> None:
    assert headers(b"Wer;Adresse\nAda;a@x.org\n") == ("Wer", "Adresse")


def test_all_headers_are_told() -> None:
    assert read(LIST).headers == ("Name", "Email", "Status", "Ticket type")
