"""What the command `roster` says: the JSON that INTERFACE.md promises, and lines for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from rich.text import Text

from issuer.fault import Fault
from issuer.roster.letters import shown
from issuer.roster.model import Recipient, Repair, Roster
from templates import sentence

_DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_LOST: Final = re.compile(r"^ +|  +| +$")
MOST: Final = 50
"""Repairs and faults shown on a terminal; `--json` has them all."""


def to_json(roster: Roster, language: str) -> dict[str, Any]:
    """Return the members of `attestato roster --json`, fault messages in `language`."""
    return {
        "preset": roster.preset,
        "encoding": roster.encoding,
        "delimiter": roster.delimiter,
        "rows": roster.rows,
        "recipients": [_person(person) for person in roster.recipients],
        "faults": [fault.to_json(language) for fault in roster.faults],
    }


def _person(person: Recipient) -> dict[str, Any]:
    return {
        "row": person.row,
        "name": person.name,
        "email": person.email,
        "attended": person.attended,
        "minutes": person.minutes,
        "repairs": [
            {"field": one.field, "before": one.before, "after": one.after, "code": one.code} for one in person.repairs
        ],
    }


def lines(roster: Roster, language: str) -> Iterator[Text]:
    """Yield the lines of the report: what it is, its columns, who attended, every repair, every fault."""
    yield from _head(roster, language)
    yield from _people(roster, language)
    repairs = [(person, one) for person in roster.recipients for one in _worth_telling(person)]
    if repairs:
        yield Text()
        yield Text(sentence("roster.repairs", language), style="bold")
        yield from (_repair(person, one, language) for person, one in repairs[:MOST])
        yield from _more(len(repairs), language)
    if roster.faults:
        yield Text()
        yield Text(sentence("roster.faults", language), style="bold red")
        yield from fault_lines(roster.faults[:MOST], language)
        yield from _more(len(roster.faults), language)


def fault_lines(faults: tuple[Fault, ...], language: str) -> Iterator[Text]:
    """Yield a line for each fault, its row and column first; also for those of a Refused."""
    for fault in faults:
        place = sentence("roster.row", language, row=fault.row) if fault.row is not None else ""
        named = ", ".join(part for part in (place, shown(fault.column) if fault.column else "") if part)
        line = Text("  ")
        line.append(f"{named}: " if named else "", style="bold")
        line.append(fault.message(language))
        yield line


def _head(roster: Roster, language: str) -> Iterator[Text]:
    delimiter = (
        f" · {sentence(f'roster.delimiter.{_DELIMITERS[roster.delimiter]}', language)}" if roster.delimiter else ""
    )
    preset = sentence(f"roster.preset.{roster.preset}", language)
    told = sentence("roster.recognised", language, preset=preset, encoding=roster.encoding, delimiter=delimiter)
    yield Text(told, style="bold")
    for field, header in roster.columns.items():
        yield Text.assemble(("  " + sentence(f"roster.field.{field}", language), "dim"), " ← ", shown(header))


def _people(roster: Roster, language: str) -> Iterator[Text]:
    people = len(roster.recipients)
    attended = sum(person.attended is True for person in roster.recipients)
    withdrawn = sum(person.withdrawn for person in roster.recipients)
    yield Text()
    yield Text(sentence("roster.people", language, n=people, rows=roster.rows))
    if any(person.attended is not None and not person.withdrawn for person in roster.recipients):
        yield Text(sentence("roster.attended", language, n=attended, people=people))
        if attended == 0 and not roster.everyone:
            yield Text(sentence("roster.nobody_attended", language), style="yellow")
    elif people:
        yield Text(sentence("roster.unknown", language, n=people - withdrawn))
    if withdrawn:
        yield Text(sentence("roster.withdrawn", language, n=withdrawn))
    for section, rows in roster.aside.items():
        yield Text(sentence("roster.aside", language, n=len(rows), section=shown(section)), style="dim")
    yield Text(sentence("roster.issuable", language, n=len(roster.issuable)), style="bold green")
    if roster.faults:
        yield Text(sentence("roster.faulty", language, n=len(roster.faults)), style="red")


def _worth_telling(person: Recipient) -> list[Repair]:
    """Return the notes on a person; of sessions that were added up, the sum says it all."""
    summed = any(one.code == "summed" for one in person.repairs)
    return [one for one in person.repairs if not (summed and one.code == "merged")]


def _repair(person: Recipient, one: Repair, language: str) -> Text:
    why = sentence(f"repair.{one.code}", language)
    line = Text("  ")
    if one.field == "row":
        told = sentence("roster.repair.row", language, before=one.before, after=one.after, why=why)
        line.append(f"{person.name}, ", style="bold")
    else:
        line.append(sentence("roster.row", language, row=person.row) + ": ", style="bold")
        told = sentence("roster.repair", language, before=visible(one.before), after=one.after, why=why)
    line.append(told)
    return line


def visible(text: str) -> str:
    """Return `text` with its outer, doubled and no-break spaces marked, so that their loss can be seen."""
    bare = shown(text, 200).replace("\u00a0", "⍽")
    return _LOST.sub(lambda spaces: "·" * len(spaces[0]), bare)


def _more(count: int, language: str) -> Iterator[Text]:
    if count > MOST:
        yield Text("  " + sentence("roster.more", language, count=count - MOST), style="dim")
