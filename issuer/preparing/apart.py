"""Lists read apart, in a child process that can be killed: what comes back are plain values and packed pieces.

Strangers' workbooks are not opened in the process that holds the keys (DESIGN.md, section 3), and the people of a long
list are never all in its memory: pages unpack one piece.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from issuer.fault import Fault, Refused
from issuer.preparing.alike import proposals
from issuer.preparing.choices import READER, Choices, ListChoices
from issuer.preparing.person import Person, packed
from issuer.preparing.together import KINDS, Read, together
from issuer.roster import workbook
from issuer.roster.columns import plain
from issuer.roster.decode import is_workbook
from issuer.roster.model import Recipient, Roster
from issuer.roster.read import headers, read
from verifier.child import ChildFailed, run

SECONDS: Final = 60.0
MEMORY: Final = 1536 * 2**20
TOLD_MOST: Final = 200
"""Faults, and repairs, that are told one by one."""
KINDS_MOST: Final = 50
OF_NAMES: Final = ("nfc", "spaces", "capitals", "user_name")
"""Repairs that can be undone; rows of one person stay put together."""

Lists = Sequence[tuple[int, bytes, ListChoices]]
"""Lists by their numbers."""


def look(lists: Lists, choices: Choices, keep: Sequence[str] = ()) -> dict[str, Any]:
    """Return what lists say: `lists`, `counts`, `alike` and `merged` in codes, `yes` and `no` as packed pieces.

    A list that cannot be read has its faults, and nobody. Raises Refused when all of them take too long.
    """
    given = [(number, body, one.to_json()) for number, body, one in lists]
    try:
        return run(_told, given, choices.to_json(), list(keep), seconds=SECONDS, memory=MEMORY, later=True)
    except ChildFailed as failed:
        code = "list_too_slow" if failed.reason == "timeout" else "list_unreadable"
        raise Refused(Fault(code)) from failed


def _told(
    lists: Sequence[tuple[int, bytes, dict[str, Any]]], chosen: dict[str, Any], keep: Sequence[str]
) -> dict[str, Any]:
    choices = Choices.of(chosen)
    reads: list[Read] = []
    told = [_one(number, body, ListChoices.of(one), keep, reads) for number, body, one in lists]
    people = together(reads, choices) if reads else []
    names = {person.key: person for person in people}
    titles = {plain(header) for one in told for header in one["headers"]}
    alike = proposals(people)
    yes = [person for person in people if person.gets]
    no = [person for person in people if not person.gets]
    return {
        "reader": READER,
        "lists": told,
        "lacking": [header for header in keep if plain(header) not in titles],
        "counts": _counts(people, yes, no, choices.ticks),
        "alike": [_pair(names[pair.first], names[pair.second], pair.why) for pair in alike],
        "merged": _merged(people, choices),
        "kinds": dict(Counter(person.kind for person in people if person.kind).most_common(KINDS_MOST)),
        "yes": packed(yes),
        "no": packed(no),
    }


def _one(number: int, body: bytes, choices: ListChoices, keep: Sequence[str], reads: list[Read]) -> dict[str, Any]:
    about: dict[str, Any] = {"number": number, "sheets": [], "sheet": choices.sheet, "headers": [], "refused": True}
    try:
        roster = read(
            body,
            mapping={field: header for field, header in choices.columns.items() if header},
            without=[field for field, header in choices.columns.items() if not header],
            keep=_there(body, choices, keep),
            also=KINDS,
            sheet=choices.sheet,
            undone=choices.repairs,
            apart=False,
        )
    except Refused as refused:
        faults = refused.faults
        about |= {"faults": [_fault(fault) for fault in faults[:TOLD_MOST]], "faulty": len(faults)}
    else:
        reads.append(Read.of(number, roster, keep))
        about |= _summary(roster, choices) | {"refused": False, "kind": reads[-1].kind or ""}
    return about | _frame(body, about)


def _there(body: bytes, choices: ListChoices, keep: Sequence[str]) -> list[str]:
    """Return which columns to keep this list has; those of a wording may stand in another one."""
    titles = {plain(header) for header in headers(body, choices.sheet, apart=False)} if keep else set()
    return [header for header in keep if plain(header) in titles]


def _frame(body: bytes, about: Mapping[str, Any]) -> dict[str, Any]:
    """Return the sheets of a workbook, and the headers of a list that was refused, so that one can choose others."""
    frame: dict[str, Any] = {}
    try:
        if is_workbook(body):
            frame["sheets"] = workbook.names(body)
        if not about["headers"]:
            frame["headers"] = list(headers(body, about["sheet"], apart=False))
    except Exception:  # noqa: BLE001 - why it cannot be read has been told
        return frame
    return frame


def _summary(roster: Roster, choices: ListChoices) -> dict[str, Any]:
    people = roster.recipients
    repairs = [(person, one) for person in people for one in person.repairs if one.code in OF_NAMES]
    undone = {line: codes for line, codes in choices.repairs.lines.items() if codes}
    return {
        "preset": roster.preset, "encoding": roster.encoding, "delimiter": roster.delimiter, "records": roster.rows,
        "people": len(people), "attended": sum(person.attended is True for person in people),
        "known": any(person.attended is not None and not person.withdrawn for person in people),
        "withdrawn": sum(person.withdrawn for person in people), "minutes": "minutes" in roster.columns,
        "columns": dict(roster.columns), "headers": list(roster.headers), "sheet": roster.sheet,
        "faults": [_fault(fault) for fault in roster.faults[:TOLD_MOST]], "faulty": len(roster.faults),
        "repairs": dict(Counter(one.code for _, one in repairs)),
        "repaired": [(person.row, one.before, one.after, one.code) for person, one in repairs[:TOLD_MOST]],
        "undone": [(p.row, p.name, code) for p in people if p.row in undone for code in sorted(undone[p.row])],
        "put_together": sum(len(person.rows) > 1 for person in people),
    }  # fmt: skip


def _fault(fault: Fault) -> dict[str, Any]:
    values = {name: value if isinstance(value, int) else str(value) for name, value in fault.values.items()}
    return {"row": fault.row, "code": fault.code, "column": fault.column, "values": values}


def _counts(
    people: Sequence[Person], yes: Sequence[Person], no: Sequence[Person], ticks: Mapping[str, bool]
) -> dict[str, int]:
    """Return how many there are; `out` and `in` of them by a tick, `bare` have no address, with ticks counted."""
    out = [person for person in yes if ticks.get(person.key) is False]
    back = [person for person in no if ticks.get(person.key) is True]
    return {
        "people": len(people),
        "attended": sum(person.recipient.attended is True for person in people),
        "yes": len(yes),
        "no": len(no),
        "out": len(out),
        "in": len(back),
        "bare": _bare(yes) - _bare(out) + _bare(back),
    }


def _bare(people: Sequence[Person]) -> int:
    return sum(person.recipient.email is None for person in people)


def _pair(first: Person, second: Person, why: str) -> dict[str, Any]:
    return {"first": _face(first.key, first.recipient), "second": _face(second.key, second.recipient), "why": why}


def _face(key: str, one: Recipient) -> dict[str, Any]:
    return {"key": key, "name": one.name, "email": one.email, "row": one.row, "minutes": one.minutes}


def _merged(people: Sequence[Person], choices: Choices) -> list[dict[str, Any]]:
    """Return the pairs that somebody ticked and that hold, each with the name that stands now."""
    where = {key: person for person in people for key in (person.key, *person.also) if person.also}
    return [
        {"first": first, "second": second, "name": where[first].recipient.name}
        for first, second in choices.same
        if first in where and second in where
    ]
