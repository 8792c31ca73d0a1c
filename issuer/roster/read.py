"""From the bytes of an attendee list to people, with every fault and every repair told by its line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice

from issuer.fault import Fault, Refused
from issuer.roster import limits
from issuer.roster.attendance import BLANK, is_state, says_attendance
from issuer.roster.columns import NAMES, STATE, TYPE_LIKE, plain
from issuer.roster.decode import check_kind, is_workbook
from issuer.roster.layout import HEAD, Layout, Wish, find, recognise
from issuer.roster.model import NOTHING, NOTHING_UNDONE, Roster, Undone
from issuer.roster.names import key
from issuer.roster.people import merge, used_up
from issuer.roster.presets import GENERIC
from issuer.roster.rows import Raw, Row, raw, read_row
from issuer.roster.sections import Walk
from issuer.roster.sheet import read_sheet
from issuer.roster.table import Record, Table, read_text


def read(
    data: bytes,
    *,
    preset: str = "auto",
    mapping: Mapping[str, str] = NOTHING,
    keep: Sequence[str] = (),
    everyone: bool = False,
    min_minutes: int | None = None,
    sheet: str | None = None,
    without: Sequence[str] = (),
    also: Sequence[str] = (),
    undone: Undone = NOTHING_UNDONE,
    apart: bool = True,
) -> Roster:
    """Return the roster in a CSV or XLSX file; Refused, with every fault found, when it cannot be read.

    `mapping` names the column of a field, over every guess; `keep` names other columns to keep; `sheet`
    one of a workbook's. With `min_minutes`, who has fewer did not attend. Rows with faults are told and
    are nobody's; the others stand. Fields in `without` have no column; of the headers `also`, written as `plain`
    writes them, the first that is there is kept; `undone` are repairs not to be made. `apart` opens a workbook in a
    process of its own, which a caller that is one does not need.
    """
    wish = Wish.of(preset, mapping, keep, without, also)
    check_kind(data)
    table = _table(data, wish, sheet, apart=apart)
    return _roster(table, wish, undone, everyone=everyone, min_minutes=min_minutes)


def headers(data: bytes, sheet: str | None = None, *, apart: bool = True) -> tuple[str, ...]:
    """Return the headers of a list, also of one that `read` refuses; Refused where none are there."""
    wish = Wish.of("auto", NOTHING, ())
    check_kind(data)
    return recognise(list(islice(_table(data, wish, sheet, apart=apart).records, HEAD)), wish)[1].titles


def _roster(table: Table, wish: Wish, undone: Undone, *, everyone: bool, min_minutes: int | None) -> Roster:
    head = list(islice(table.records, HEAD))
    layout = find(head, wish)
    walk = Walk(layout, wish)
    raws = _raws(walk.people(chain(head, table.records)))
    if not raws:
        raise Refused(Fault("rows_none", row=layout.header.line))
    if min_minutes is not None and not any("minutes" in source.cells for source in raws):
        raise Refused(Fault("minutes_not_there", row=layout.header.line))
    count = len(raws)
    rows, names, faults = _rows(raws, layout, wish, undone)
    recipients, unattributed = merge(used_up(rows), names, min_minutes)
    return Roster(
        preset=layout.preset.name,
        encoding=table.encoding,
        delimiter=table.delimiter,
        rows=count,
        recipients=tuple(recipients),
        faults=tuple(sorted((*faults, *unattributed), key=lambda fault: fault.row or 0)),
        columns=layout.titles,
        aside={title: tuple(lines) for title, lines in walk.aside.items()},
        everyone=everyone,
        min_minutes=min_minutes,
        headers=layout.header.titles,
        sheet=table.sheet,
    )


def _table(data: bytes, wish: Wish, sheet: str | None, *, apart: bool) -> Table:
    if is_workbook(data):
        return read_sheet(data, sheet, wish.score, apart=apart)
    if sheet is not None:
        raise Refused(Fault("sheet_of_a_text", values={"value": sheet}))
    return read_text(data, wish.score)


def _raws(people: Iterator[tuple[Layout, Record]]) -> list[Raw]:
    raws = [raw(layout, record) for layout, record in islice(people, limits.ROWS + 1)]
    if len(raws) > limits.ROWS:
        raise Refused(Fault("rows_too_many", values={"limit": limits.ROWS}))
    return raws


def _rows(raws: list[Raw], layout: Layout, wish: Wish, undone: Undone) -> tuple[list[Row], Counter[str], list[Fault]]:
    state_knows = layout.preset.state_knows
    if layout.preset is GENERIC:
        state_knows = _settle_state(raws)
        if "ticket" not in wish.mapping:
            _settle_ticket(raws, layout)
    rows: list[Row] = []
    names: Counter[str] = Counter()
    faults: list[Fault] = []
    for source in used_up(raws):
        row, name, wrong = read_row(source, state_knows=state_knows, undone=undone.of(source.line))
        faults.extend(wrong)
        if name is not None:
            names[key(name)] += 1
        if row is not None:
            rows.append(row)
    return rows, names, faults


def _settle_state(raws: Sequence[Raw]) -> bool:
    """Tell whether the states of a guessed column say who attended; a column without one such word is none."""
    found = {source.cells.get(STATE, "") for source in raws}
    if not any(is_state(text) for text in found if text.strip() not in BLANK):
        for source in raws:
            source.cells.pop(STATE, None)
    return any(says_attendance(text) for text in found)


def _settle_ticket(raws: Sequence[Raw], layout: Layout) -> None:
    """Forget a guessed «Ticket» that several names share: it is a kind of ticket, and nobody's own."""
    if plain(layout.title("ticket") or "") not in TYPE_LIKE:
        return
    holders: dict[str, set[str]] = defaultdict(set)
    for source in raws:
        holders[key(source.cells["ticket"])].add(key(" ".join(source.cells.get(field, "") for field in NAMES)))
    if any(len(names) > 1 for value, names in holders.items() if value not in BLANK):
        for source in raws:
            source.cells.pop("ticket", None)
