"""Several lists of an evening: the same people once, and nobody put together who was not ticked."""

from __future__ import annotations

import pytest

from issuer.preparing.alike import proposals, sure
from issuer.preparing.choices import Choices
from issuer.preparing.together import Read, together
from issuer.roster import Recipient, read


def put(first: str, second: str, **choices: object) -> list[Recipient]:
    return [one.recipient for one in people(first, second, **choices)]


def people(*lists: str, **choices: object):
    reads = [Read.of(number, read(text.encode()), ()) for number, text in enumerate(lists, 1)]
    return together(reads, Choices(**choices))  # type: ignore[arg-type]


def test_the_same_address_and_name_is_one_person_with_the_longer_presence() -> None:
    found = put("Name,Email,Minutes\nada lovelace,ada@x.org,10\n", "Name,Email,Minutes\nAda Lovelace,ADA@x.org,90\n")

    assert [(one.name, one.minutes, one.rows) for one in found] == [("Ada Lovelace", 90, (2, 100_000_002))]


def test_an_address_alone_puts_nobody_together() -> None:
    assert len(put("Name,Email\nAda,home@x.org\n", "Name,Email\nBea,home@x.org\n")) == 2


def test_numbers_of_two_tools_are_not_the_same_person() -> None:
    found = put("Id,Name,Email\n1,Ada,a@x.org\n", "Id,Name,Email\n1,Bea,b@x.org\n")

    assert len(found) == 2
    assert not set(found[0].identity) & set(found[1].identity)


def test_who_was_at_one_of_both_attended() -> None:
    found = put("Name,Email,Attended\nAda L,a@x.org,no\n", "Name,Email,Attended\nAda L,a@x.org,yes\n")

    assert [one.attended for one in found] == [True]


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ("Ada Lovelace", "Ada King", "email"), ("Jose Garcia", "José García", "name"),
        ("Rossi Ada", "Ada Rossi", "order"), ("Ada Rossi", "Ada Maria Rossi", "middle"),
        ("Ale Rossi", "Alessandro Rossi", "short"), ("Łukasz N.", "Łukasz Nowak", "initial"),
        ("Lukasz Nowak", "Łukasz Nowak", "name"),
    ],
)  # fmt: skip
def test_a_renamed_person_is_proposed(first: str, second: str, why: str) -> None:
    address = "a@x.org" if why == "email" else ""

    found = proposals(people(f"Name,Email\n{first},{address}\n", f"Name,Email\n{second},a@x.org\n"))

    assert [one.why for one in found] == [why]


@pytest.mark.parametrize(
    ("first", "second"),
    [("Ada Rossi", "Bea Rossi"), ("Al Rossi", "Alessandro Rossi"), ("Ada", "Adam"), ("Anna N.", "Łukasz Nowak")],
)
def test_different_people_are_not_proposed(first: str, second: str) -> None:
    assert proposals(people(f"Name\n{first}\n", f"Name\n{second}\n")) == []


def test_people_whom_one_list_tells_apart_are_not_proposed() -> None:
    assert proposals(people("Ticket,Name,Email\nt1,Ada,a@x.org\nt2,Adam,a@x.org\n")) == []


def test_people_are_put_together_only_when_somebody_ticked_it() -> None:
    lists = ("Name,Email\nAda Rossi,a@x.org\n", "Name,Email\nAda Maria Rossi,b@x.org\n")

    assert len(put(*lists)) == 2
    assert [one.name for one in put(*lists, same=(("1-2", "2-2"),))] == ["Ada Maria Rossi"]


@pytest.mark.parametrize(
    ("one", "other", "better"),
    [
        ("ada@x.org", "Ada Rossi", "Ada Rossi"), ("Jose Garcia", "José García", "José García"),
        ("Łukasz N.", "Łukasz Nowak", "Łukasz Nowak"), ("ada rossi", "Ada Rossi", "Ada Rossi"),
    ],
)  # fmt: skip
def test_the_better_name_is_kept(one: str, other: str, better: str) -> None:
    for first, second in ((one, other), (other, one)):
        found = put(f"Name,Id\n{first},7\n", f"Name,Id\n{second},8\n", same=(("1-2", "2-2"),))

        assert [each.name for each in found] == [better]


def test_a_crowd_with_one_surname_is_not_compared_with_one_another() -> None:
    many = "Name\n" + "".join(f"Ada{'abcdefghijklmnopqrstuvwxyz'[n % 26] * (n // 26 + 1)} Rossi\n" for n in range(60))

    assert proposals(people(many, many.replace("Ada", "Bea"))) == []


def test_all_of_a_name_are_only_those_whom_no_list_has_twice() -> None:
    def told(first: str, second: str) -> dict:
        return {"first": {"key": first}, "second": {"key": second}, "why": "name"}

    assert sure([told("1-2", "2-2"), told("1-3", "2-3"), told("1-4", "2-3")], "name") == [("1-2", "2-2")]
