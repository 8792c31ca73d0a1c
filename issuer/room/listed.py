"""What the page of a list says, in the words of its reader: sentences made of what was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from issuer.fault import Fault
from issuer.preparing.alike import sure
from issuer.preparing.choices import ListChoices
from issuer.preparing.page import Page, Shown
from issuer.preparing.person import place_of
from issuer.roster.report import visible
from verifier.web.language import say, spoken

FIELDS: Final = ("name", "given_name", "family_name", "email", "attended", "minutes", "role", "hours")
"""Fields whose columns can be chosen here."""
PRESENCE: Final = ("attended", "checked_in", "state")
"""Fields that say who attended, the surest first: they are one question to whoever looks at the list."""

PAIRS_MOST: Final = 20
"""Proposals that are shown at once."""


@dataclass(frozen=True)
class Line:
    """One person of the table, as they will be printed."""

    who: str
    key: str
    place: str
    name: str
    email: str
    facts: str
    note: str
    ticked: bool
    known: str


@dataclass(frozen=True)
class Seen:
    """What the page says that is not plain in what was read."""

    title: str
    summary: Sequence[str]
    lines: Sequence[Line]
    searched: bool
    several: bool
    pages: Sequence[int | None]
    lists: Sequence[Mapping[str, Any]]
    faults: Sequence[Mapping[str, str]]
    faulty: int
    known: bool
    timed: bool
    sure: Mapping[str, int]
    pairs_most: int = PAIRS_MOST


def seen(page: Page, found: Sequence[Shown] | None) -> Seen:
    """Return what a page says; `found` are people that were searched, in the place of its own."""
    lists = page.told["lists"]
    several = len(lists) > 1
    good = [one for one in lists if not one["refused"]]
    return Seen(
        title=say("room.lists.several", n=len(lists)) if several else _title(lists[0]),
        summary=[_summary(one, named=several) for one in lists],
        lines=[_line(one, page, several=several) for one in (page.people if found is None else found)],
        searched=found is not None,
        several=several,
        pages=_around(page.number + 1, page.pages),
        lists=[_list(one) for one in lists],
        faults=[_fault(one, fault, several=several) for one in lists for fault in one["faults"]],
        faulty=sum(one["faulty"] for one in lists),
        known=any(one["known"] for one in good),
        timed=any(one["minutes"] for one in good),
        sure={why: len(sure(page.told["alike"], why)) for why in ("email", "name")},
    )


def columns_chosen(about: Mapping[str, Any], one: ListChoices, sent: Mapping[str, str]) -> dict[str, str]:
    """Return which columns mean which fields once a form was sent; an empty form is all as guessed."""
    if not sent:
        return {}
    chosen = dict(one.columns)
    now = _effective(about, one)
    for field in FIELDS:
        header = sent.get(f"column.{field}")
        if header is None or header == now[field] or (header and header not in about["headers"]):
            continue
        fields = PRESENCE if field == "attended" else (field,)
        for each in fields:
            chosen.pop(each, None)
        chosen |= {field: header} if header else dict.fromkeys(fields, "")
    return chosen


def _effective(about: Mapping[str, Any], one: ListChoices | None = None) -> dict[str, str]:
    """Return the header that means each field now, "" for none."""
    columns = dict(about.get("columns", {}))
    if about["refused"] and one is not None:
        columns |= {field: header for field, header in one.columns.items() if header}
    columns["attended"] = next((columns[field] for field in PRESENCE if columns.get(field)), "")
    return {field: columns.get(field, "") for field in FIELDS}


def _title(one: Mapping[str, Any]) -> str:
    return say("room.list.refused") if one["refused"] else say(f"roster.preset.{one['preset']}")


def _summary(one: Mapping[str, Any], *, named: bool) -> str:
    told = _title(one) if one["refused"] else _people(one)
    if not named:
        return told if not one["refused"] else one["file_name"]
    what = "" if one["refused"] else f"{say('roster.preset.' + one['preset'])}: "
    return f"{what}{told}"


def _people(one: Mapping[str, Any]) -> str:
    code = "room.list.attended" if one["known"] else "room.list.everybody"
    told = say(code, n=one["people"], attended=one["attended"])
    return told if not one["withdrawn"] else f"{told}, {say('room.lists.withdrawn', n=one['withdrawn'])}"


def _line(one: Shown, page: Page, *, several: bool) -> Line:
    person = one.person.recipient
    minutes = [say("room.lists.minutes", n=person.minutes)] if person.minutes is not None else []
    facts = [person.values.get("role", ""), one.person.kind if len(page.told["kinds"]) > 1 else "", *minutes]
    if person.withdrawn:
        facts.append(say("room.lists.person.withdrawn"))
    notes = dict.fromkeys(say(f"repair.{each.code}") for each in person.repairs)
    return Line(
        one.who, one.person.key, _place(person.row, several=several), person.name, person.email or "",
        " · ".join(fact for fact in facts if fact), ", ".join(notes), one.ticked,
        one.person.known,
    )  # fmt: skip


def _place(row: int, *, several: bool) -> str:
    number, line = place_of(row)
    if number == 0:
        return say("room.lists.by_hand")
    return f"{number} · {line}" if several else str(line)


def _around(number: int, last: int) -> list[int | None]:
    """Return the pages to go to: the first, the last and those around this one; None where some are left out."""
    near = sorted({1, last, *(page for page in range(number - 2, number + 3) if 1 <= page <= last)})
    pages: list[int | None] = []
    for page in near:
        if pages and pages[-1] is not None and page > pages[-1] + 1:
            pages.append(None)
        pages.append(page)
    return pages


def _list(one: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a list with its columns and its repairs, ready to be shown."""
    columns = _effective(one)
    headers = list(dict.fromkeys(header for header in one["headers"] if header))
    shown = [field for field in FIELDS if columns[field] or field in ("name", "email", "attended", "minutes", "role")]
    if columns["given_name"] or columns["family_name"]:
        shown = [field for field in FIELDS if field in {*shown, "given_name", "family_name"}]
    return {
        **one,
        "title": one["file_name"] or _title(one),
        "fields": [(field, columns[field]) for field in shown],
        "titles": headers,
        "repaired": [
            {"line": line, "before": visible(before), "after": after, "code": code}
            for line, before, after, code in one.get("repaired", ())
        ],
        "undone": [{"line": line, "name": name, "code": code} for line, name, code in one.get("undone", ())],
        "kinds_of_repair": sorted(one.get("repairs", {}).items()),
    }


def _fault(one: Mapping[str, Any], fault: Mapping[str, Any], *, several: bool) -> Mapping[str, str]:
    place = say("room.list.line", row=fault["row"]) if fault["row"] else ""
    if several:
        place = f"{one['file_name']}. {place}"
    made = Fault(fault["code"], fault["row"], fault["column"], fault["values"])
    return {"place": place, "column": fault["column"] or "", "message": made.message(spoken())}
