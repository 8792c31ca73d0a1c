"""One record to one row of a person: its name repaired, its values read, all its faults told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from issuer.fault import Fault
from issuer.roster import letters, limits, values
from issuer.roster.attendance import BLANK, Presence, Unknown, presence
from issuer.roster.capitals import lowered
from issuer.roster.layout import Layout
from issuer.roster.model import NOTHING, Repair
from issuer.roster.names import Unfit, composed, repaired, single_spaced, without_original
from issuer.roster.table import Record

_READERS: Final[Mapping[str, Callable[[str], str]]] = {
    "hours": values.hours,
    "language": values.language,
    "evidence": values.evidence,
    "reason": values.paragraphs,
    "narrative": values.paragraphs,
    **dict.fromkeys(("role", "rank", "grade", "number", "ticket", "order", "id"), values.words),
}


@dataclass(frozen=True, slots=True)
class Raw:
    """The cells of one record that are used, by field and by kept header; `print_of` tells equal records."""

    layout: Layout
    line: int
    cells: dict[str, str]
    kept: Mapping[str, str]
    print_of: int
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class Row:
    """One record that was read: a person, or one of several records of a person."""

    line: int
    name: str
    email: str | None
    presence: Presence
    values: Mapping[str, str]
    kept: Mapping[str, str]
    repairs: tuple[Repair, ...]
    print_of: int
    layout: Layout


def raw(layout: Layout, record: Record) -> Raw:
    """Return the used cells of a record, and the fault of a record that does not fit its headers."""
    cells = record.cells
    width = len(cells)

    def at(index: int) -> str:
        return cells[index] if index < width else ""

    used = {field: at(index) for field, index in layout.columns.items()}
    kept = {header: at(index) for header, index in layout.kept.items()} if layout.kept else NOTHING
    return Raw(layout, record.line, used, kept, hash(tuple(cells)), _misfit(layout, record))


def _misfit(layout: Layout, record: Record) -> Fault | None:
    headers = layout.header.cells
    if any(cell.strip() for cell in record.cells[len(headers) :]):
        found = {"found": len(record.cells), "expected": len(headers)}
        return Fault("row_too_wide", row=record.line, values=found)
    if max(map(len, record.cells)) * 4 <= limits.CELL_BYTES:
        return None
    for index, cell in enumerate(record.cells):
        if len(cell) * 4 > limits.CELL_BYTES and len(cell.encode("utf-8", "replace")) > limits.CELL_BYTES:
            limit = {"limit": limits.CELL_BYTES // 2**10}
            return Fault("cell_too_large", row=record.line, column=headers[index].strip(), values=limit)
    return None


def read_row(
    source: Raw, *, state_knows: bool, undone: frozenset[str] = frozenset()
) -> tuple[Row | None, str | None, list[Fault]]:
    """Return the row, or None with every fault of it; and its name where it could be read, without what is `undone`."""
    if source.fault is not None:
        return None, None, [source.fault]
    faults: list[Fault] = []
    name, repairs = _name(source, faults, undone)
    address = _email(source, faults)
    known = _values(source, faults, lower=any(repair.code == "capitals" for repair in repairs))
    kept = _kept(source, faults)
    there = _presence(source, faults, state_knows=state_knows)
    if faults or name is None or there is None:
        return None, name, faults
    row = Row(
        source.line, name, address, there, known or NOTHING, kept or NOTHING, repairs, source.print_of, source.layout
    )
    return row, name, []


def _fault(source: Raw, field: str, unfit: Unfit) -> Fault:
    return Fault(unfit.code, row=source.line, column=source.layout.title(field), values=unfit.values)


def _name(source: Raw, faults: list[Fault], undone: frozenset[str]) -> tuple[str | None, tuple[Repair, ...]]:
    text, field, noted = _chosen_name(source, undone)
    if not text.strip():
        faults.append(Fault("name_missing", row=source.line, column=source.layout.title(field)))
        return None, ()
    try:
        name, repairs = repaired(text, undone=undone)
    except Unfit as unfit:
        faults.append(_fault(source, _guilty(source, field), unfit))
        return None, ()
    return name, (*noted, *repairs)


def _chosen_name(source: Raw, undone: frozenset[str]) -> tuple[str, str, tuple[Repair, ...]]:
    """Return the name as the list has it, the field it came from, and a note if an original name was put aside."""
    parts = [source.cells.get(field, "") for field in ("given_name", "family_name")]
    whole = " ".join(part for part in parts if part.strip() not in BLANK)
    full = source.cells.get("name", "")
    if source.layout.preset.composed:
        if whole:
            return whole, "given_name", ()
        shown, noted = (full, ()) if "user_name" in undone else without_original(full)
        return shown, "name", noted
    if full.strip():
        return full, "name", ()
    return whole, "given_name" if "given_name" in source.cells else "name", ()


def _guilty(source: Raw, field: str) -> str:
    """Return which of the two parts of a name holds what cannot be printed."""
    family = source.cells.get("family_name", "")
    return "family_name" if field == "given_name" and letters.forbidden(family) else field


def _email(source: Raw, faults: list[Fault]) -> str | None:
    try:
        return values.email(source.cells.get("email", ""))
    except Unfit as unfit:
        faults.append(_fault(source, "email", unfit))
        return None


def _values(source: Raw, faults: list[Fault], *, lower: bool) -> dict[str, str]:
    known: dict[str, str] = {}
    for field, text in source.cells.items():
        reader = _READERS.get(field)
        if reader is None or text.strip() in BLANK:
            continue
        try:
            known[field] = reader(text)
        except Unfit as unfit:
            faults.append(_fault(source, field, unfit))
    for field in ("given_name", "family_name"):
        if field not in source.cells:
            continue
        part = single_spaced(composed(source.cells[field]))
        if part not in BLANK and not letters.forbidden(part):
            known[field] = lowered(part) if lower else part
    return known


def _kept(source: Raw, faults: list[Fault]) -> dict[str, str]:
    kept: dict[str, str] = {}
    for header, text in source.kept.items():
        try:
            kept[header] = values.paragraphs(text)
        except Unfit as unfit:
            faults.append(Fault(unfit.code, row=source.line, column=header, values=unfit.values))
    return kept


def _presence(source: Raw, faults: list[Fault], *, state_knows: bool) -> Presence | None:
    try:
        return presence(source.cells, state_knows=state_knows)
    except Unknown as unknown:
        found = {"value": letters.shown(unknown.word)}
        code = "minutes_invalid" if unknown.field == "minutes" else "attendance_unknown"
        faults.append(Fault(code, row=source.line, column=source.layout.title(unknown.field), values=found))
        return None
