"""Several lists, and people added by hand, put together to the people of one evening.

Who has the same address and name on two lists is one person, as within one list; anybody else only if somebody ticked
it. One who is put together keeps the better name and the longer presence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from issuer.preparing.choices import EVERYONE, Choices
from issuer.preparing.person import BY_HAND, Person, row_of
from issuer.roster.columns import plain
from issuer.roster.model import NOTHING, Recipient, Repair, Roster
from issuer.roster.names import key as name_key

KINDS: Final = (
    "ticket name", "ticket type", "ticket type name", "ticket kind", "ticket class", "ticket title", "product",
    "product name", "registration type", "registration form", "tipo biglietto", "tipo di biglietto",
    "tipologia biglietto", "prodotto", "nome biglietto",
)  # fmt: skip
"""Headers of a column that says which kind of ticket somebody had, as they are compared."""
_OWN: Final = ("id:", "order:")
_STRENGTH: Final = ("id:", "order:", "email:", "name:")
_BASES: Final = ("scanned", "minutes", "declared")


@dataclass(frozen=True)
class Read:
    """A list that was read, by its number; `kind` is the header of the kind of ticket, if there is one."""

    number: int
    roster: Roster
    kind: str | None

    @classmethod
    def of(cls, number: int, roster: Roster, keep: Sequence[str]) -> Read:
        """Find the column that says the kind of ticket; `keep` are columns that are kept for another reason."""
        titles = {plain(header): header for header in reversed(roster.headers)}
        kind = next((titles[word] for word in KINDS if word in titles), None)
        return cls(number, roster, None if kind in keep else kind)


def together(lists: Sequence[Read], choices: Choices) -> list[Person]:
    """Return the people of all lists, in their order, and those added by hand at the end."""
    people = [person for one in lists for person in _people(one, lists[0].roster.preset, choices)]
    people += [_by_hand(number, given) for number, given in enumerate(choices.added, 1)]
    if len(lists) < 2 and not choices.added and not choices.same:
        return people
    return _united(people, choices.same)


def _people(one: Read, first: str, choices: Choices) -> Iterable[Person]:
    roster, number = one.roster, one.number
    timed = "minutes" in roster.columns
    space = "" if number == 1 or (roster.preset == first != "generic") else f"{roster.preset}-{number}|"
    for person in roster.recipients:
        kind = person.kept.get(one.kind, "") if one.kind else ""
        kept = {name: text for name, text in person.kept.items() if name != one.kind} if one.kind else person.kept
        recipient = replace(
            person,
            row=row_of(number, person.row),
            rows=tuple(row_of(number, row) for row in person.rows),
            kept=kept or NOTHING,
            identity=tuple(_spaced(key, space) for key in person.identity),
        )
        yield Person(f"{number}-{person.row}", recipient, kind, _gets(person, kind, choices, timed=timed))


def _spaced(key: str, space: str) -> str:
    """Return a key so that numbers of two tools are not taken for one another."""
    kind, colon, rest = key.partition(":")
    return f"{kind}:{space}{rest}" if f"{kind}{colon}" in _OWN else key


def _gets(person: Recipient, kind: str, choices: Choices, *, timed: bool) -> bool:
    """Tell whether the filter lets somebody in; minutes are asked of those whose list has some."""
    if person.withdrawn or (choices.kinds and kind not in choices.kinds):
        return False
    if timed and choices.min_minutes is not None and (person.minutes or 0) < choices.min_minutes:
        return False
    return choices.who == EVERYONE or person.attended is not False


def _by_hand(number: int, given: Mapping[str, str]) -> Person:
    name, email = given["name"], given.get("email") or None
    identity = f"email:{name_key(email)}|{name_key(name)}" if email else f"name:{name_key(name)}"
    values = {"role": given["role"]} if given.get("role") else NOTHING
    row = row_of(BY_HAND, number)
    recipient = Recipient(row, name, email, True, None, (identity,), values=values, rows=(row,))
    return Person(f"{BY_HAND}-{given['id']}", recipient)


def _united(people: Sequence[Person], same: Iterable[tuple[str, str]]) -> list[Person]:
    """Return the people, each group of the same ones where its first stands."""
    chief = {person.key: person.key for person in people}

    def find(key: str) -> str:
        while chief[key] != key:
            key = chief[key]
        return key

    met: dict[str, Person] = {}
    for person in people:
        for key in person.recipient.identity:
            if not key.startswith(_OWN) and key in met and met[key].number != person.number:
                chief[find(person.key)] = find(met[key].key)
                break
        for key in person.recipient.identity:
            met.setdefault(key, person)
    for first, second in same:
        if first in chief and second in chief:
            one, other = find(first), find(second)
            chief[other] = one
    groups: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        groups[find(person.key)].append(person)
    return [_one_of(group) for group in groups.values()]


def _one_of(group: Sequence[Person]) -> Person:
    if len(group) == 1:
        return group[0]
    whole = [person.recipient for person in group]
    name = max(whole, key=lambda one: _worth(one.name)).name
    there = [one for one in whole if not one.withdrawn] or whole
    told = {one.attended for one in there}
    notes = tuple(Repair("name", one.name, name, "same_person") for one in whole if one.name != name)
    keys = sorted(
        dict.fromkeys(key for one in whole for key in one.identity),
        key=lambda key: _STRENGTH.index(key[: key.index(":") + 1]),
    )
    recipient = replace(
        whole[0],
        name=name,
        email=next((one.email for one in whole if one.email), None),
        attended=True if True in told else (None if None in told else False),
        minutes=max((one.minutes for one in whole if one.minutes is not None), default=None),
        identity=tuple(keys),
        values=_first_of([one.values for one in reversed(whole)]),
        kept=_first_of([one.kept for one in reversed(whole)]),
        repairs=(*(note for one in whole for note in one.repairs), *notes),
        basis=min((one.basis for one in there if one.attended), key=_BASES.index, default="declared"),
        withdrawn=all(one.withdrawn for one in whole),
        rows=tuple(row for one in whole for row in one.rows),
    )
    kind = next((person.kind for person in group if person.kind), "")
    return Person(group[0].key, recipient, kind, any(person.gets for person in group),
                  tuple(person.key for person in group[1:]))  # fmt: skip


def _first_of(several: Iterable[Mapping[str, str]]) -> Mapping[str, str]:
    return {name: text for values in several for name, text in values.items() if text}


def _worth(name: str) -> tuple[int, ...]:
    """Return how much of a person's name this is: whole words, no address, capitals where they belong, accents."""
    words = name.replace(".", " ").split()
    whole = sum(len(word) > 1 for word in words)
    return ("@" not in name, min(whole, 2), name != name.lower(), whole, not name.isascii(), len(name))
