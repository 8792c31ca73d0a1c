"""Rows to people: who is the same person, by a ticket, else an order and a name, else an address and a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from issuer.fault import Fault
from issuer.roster.model import Recipient, Repair
from issuer.roster.names import key
from issuer.roster.rows import Row

Item = TypeVar("Item")


def used_up(items: list[Item]) -> Iterator[Item]:
    """Yield the items and let go of each: of a long list, no step is held in memory beside the next."""
    items.reverse()
    while items:
        yield items.pop()


@dataclass(slots=True)
class _Person:
    keys: list[str]
    rows: list[Row] = field(default_factory=list)


def keys(row: Row) -> list[str]:
    """Return every key of a person, strongest first; a name alone only where there is nothing else."""
    name = key(row.name)
    found = [f"id:{key(row.values[field])}" for field in ("ticket", "id") if field in row.values]
    if "order" in row.values:
        found.append(f"order:{key(row.values['order'])}|{name}")
    if row.email:
        found.append(f"email:{key(row.email)}|{name}")
    return found or [f"name:{name}"]


def merge(
    rows: Iterable[Row], names: Mapping[str, int], min_minutes: int | None
) -> tuple[list[Recipient], list[Fault]]:
    """Return the people in file order, and a fault for each row nobody can attribute.

    `names` counts how often the list has each name, by its key: rows with faults are counted too.
    """
    people: list[_Person] = []
    faults: list[Fault] = []
    known: dict[str, _Person] = {}
    strongest: dict[str, _Person] = {}
    for row in rows:
        own = keys(row)
        if own[0].startswith("name:") and names[key(row.name)] > 1:
            faults.append(_ambiguous(row, names[key(row.name)]))
            continue
        person = _same(own, known, strongest)
        if person is not None and key(person.rows[0].name) != key(row.name):
            faults.append(_contradicted(person.rows[0], row))
            continue
        if person is None:
            person = _Person(own)
            people.append(person)
        else:
            person.keys = _united(person.keys, own)
        person.rows.append(row)
        strongest.setdefault(person.keys[0], person)
        for one in own:
            known.setdefault(one, person)
    known.clear()
    strongest.clear()
    return [_recipient(person, min_minutes) for person in used_up(people)], faults


def _same(own: Sequence[str], known: Mapping[str, _Person], strongest: Mapping[str, _Person]) -> _Person | None:
    """Return who has this row's strongest key, or has nothing stronger than one of its weaker keys."""
    if own[0] in known:
        return known[own[0]]
    for weaker in own[1:]:
        person = strongest.get(weaker)
        if person is not None and person.keys[0] == weaker:
            return person
    return None


def _united(first: Sequence[str], second: Sequence[str]) -> list[str]:
    order = ("id:", "order:", "email:", "name:")
    everything = dict.fromkeys((*first, *second))
    return sorted(everything, key=lambda one: order.index(one[: one.index(":") + 1]))


def _ambiguous(row: Row, times: int) -> Fault:
    found = {"name": row.name, "times": times}
    return Fault("name_ambiguous", row=row.line, column=row.layout.title("name"), values=found)


def _contradicted(first: Row, row: Row) -> Fault:
    named = "ticket" if "ticket" in row.values else "id"
    found = {"value": row.values.get(named, ""), "first": first.line, "name": first.name, "other": row.name}
    return Fault("person_contradicted", row=row.line, column=row.layout.title(named), values=found)


def _recipient(person: _Person, min_minutes: int | None) -> Recipient:
    first = person.rows[0]
    standing = [row for row in person.rows if not row.presence.withdrawn]
    spent = _minutes(standing)
    attended = _attended(standing)
    if min_minutes is not None and (spent is None or spent < min_minutes):
        attended = False
    bases = {row.presence.basis for row in standing if row.presence.attended}
    return Recipient(
        row=first.line,
        name=first.name,
        email=next((row.email for row in person.rows if row.email), None),
        attended=attended,
        minutes=spent,
        identity=tuple(person.keys),
        values=_first_of([row.values for row in person.rows]),
        kept=_first_of([row.kept for row in person.rows]),
        repairs=(*first.repairs, *_notes(person.rows, standing, spent)),
        basis=next((basis for basis in ("scanned", "minutes") if basis in bases), "declared"),
        withdrawn=not standing,
        rows=tuple(row.line for row in person.rows),
    )


def _attended(rows: Sequence[Row]) -> bool | None:
    told = {row.presence.attended for row in rows}
    if True in told:
        return True
    return None if None in told else False


def _sessions(rows: Sequence[Row]) -> list[int]:
    """Return the minutes of each session; the same record twice is one session."""
    distinct = {row.print_of: row.presence.minutes for row in rows}
    return [spent for spent in distinct.values() if spent is not None]


def _minutes(rows: Sequence[Row]) -> int | None:
    sessions = _sessions(rows)
    return sum(sessions) if sessions else None


def _first_of(several: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
    if len(several) == 1:
        return several[0]
    return {name: text for values in reversed(several) for name, text in values.items() if text}


def _notes(rows: Sequence[Row], standing: Sequence[Row], spent: int | None) -> tuple[Repair, ...]:
    if len(rows) == 1:
        return ()
    prints = Counter[int]([rows[0].print_of])
    notes = []
    for row in rows[1:]:
        code = "same_row" if row.print_of in prints else "merged"
        prints[row.print_of] += 1
        notes.append(Repair("row", str(row.line), str(rows[0].line), code))
    sessions = _sessions(standing)
    if len(sessions) > 1:
        notes.append(Repair("minutes", " + ".join(map(str, sessions)), str(spent), "summed"))
    return tuple(notes)
