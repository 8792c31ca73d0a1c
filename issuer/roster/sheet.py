"""An XLSX workbook as a table, read by a child process that can be killed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from issuer.fault import Fault, Refused
from issuer.roster import limits, workbook
from issuer.roster.table import Record, Score, Table
from verifier.child import ChildFailed, run

_SECONDS = 15.0
_MEMORY = 768 * 2**20


def read_sheet(data: bytes, wanted: str | None, score: Score, *, apart: bool = True) -> Table:
    """Return the sheet asked for, else the first visible one that has headers; Refused where there is none.

    Without `apart` it is opened right here: by a process that can be killed, and that may start none itself.
    """
    filled = [(name, rows) for name, rows in _sheets(data, wanted, apart=apart) if rows]
    if not filled:
        raise Refused(Fault("file_empty"))
    name, best = max(filled, key=lambda found: _looks(found[1], score))
    return Table("xlsx", None, _records(best), name)


def _sheets(data: bytes, wanted: str | None, *, apart: bool) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    try:
        if apart:
            return run(workbook.sheets, data, wanted, seconds=_SECONDS, memory=_MEMORY)
        return workbook.sheets(data, wanted)
    except ChildFailed as failed:
        raise Refused(_fault(failed, wanted)) from failed
    except workbook.Unfit as unfit:
        raise Refused(_fault(ChildFailed("error", "Unfit", str(unfit)), wanted)) from unfit


def _looks(rows: Sequence[tuple[int, list[str]]], score: Score) -> bool:
    return any(score(cells) > 0 for _, cells in rows[:60])


def _records(rows: Sequence[tuple[int, list[str]]]) -> Iterator[Record]:
    for number, cells in rows:
        yield Record(number, cells)


def _fault(failed: ChildFailed, wanted: str | None) -> Fault:
    if failed.kind != "Unfit":
        heavy = failed.reason in ("timeout", "memory", "crashed")
        return Fault("workbook_too_large" if heavy else "workbook_unreadable", values=_limits() if heavy else {})
    code, _, names = failed.detail.partition("\n")
    if code == "sheet_unknown":
        return Fault("sheet_unknown", values={"value": wanted, "sheets": names})
    if code == "rows_too_many":
        return Fault("rows_too_many", values={"limit": limits.ROWS})
    if code == "workbook_too_large":
        return Fault(code, values=_limits())
    known = ("workbook_unreadable", "workbook_encrypted", "workbook_legacy", "workbook_dtd", "file_not_a_table")
    return Fault(code if code in known else "workbook_unreadable")


def _limits() -> dict[str, int]:
    return {"inflated": limits.INFLATED_BYTES // 2**20, "entries": limits.ENTRIES}
