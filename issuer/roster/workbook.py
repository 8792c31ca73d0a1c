"""An XLSX workbook to rows of text, called in a child process only: archives and XML of strangers are read here."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from issuer.roster import limits

_CHUNK: Final = 2**20
_DOCTYPE: Final = b"<!DOCTYPE"
_KNOWN: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Unfit(ValueError):
    """A workbook that is not read; its text is the code of the fault."""


def sheets(data: bytes, wanted: str | None) -> list[tuple[str, list[tuple[int, list[str]]]]]:
    """Return name and rows of each visible sheet, or of the one `wanted`, each row with its number in the sheet.

    Blank rows are left out. Values only: formulas give what was last computed. Raises Unfit.
    """
    scan(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except Exception as fault:
        raise Unfit("workbook_unreadable") from fault
    found = [item for item in book.sheets_metadata if item.typ == SheetTypeEnum.WorkSheet]
    chosen = [item.name for item in found if item.visible == SheetVisibleEnum.Visible]
    if wanted is not None:
        names = [item.name for item in found]
        chosen = [name for name in names if name == wanted] or [
            name for name in names if name.strip().casefold() == wanted.strip().casefold()
        ]
        if not chosen:
            raise Unfit("sheet_unknown\n" + ", ".join(names))
    return [(name, _rows(book, name)) for name in chosen]


def names(data: bytes) -> list[str]:
    """Return the names of the visible sheets of a workbook that `sheets` has read."""
    found = CalamineWorkbook.from_filelike(io.BytesIO(data)).sheets_metadata
    visible = SheetVisibleEnum.Visible
    return [item.name for item in found if item.typ == SheetTypeEnum.WorkSheet and item.visible == visible]


def scan(data: bytes) -> None:
    """Refuse an archive past the limits, counting what really inflates and not what its directory says."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as fault:
        raise Unfit("workbook_unreadable") from fault
    names = {entry.filename for entry in entries}
    if len(entries) > limits.ENTRIES:
        raise Unfit("workbook_too_large")
    if "xl/workbook.xml" not in {name.lower().lstrip("/") for name in names}:
        raise Unfit("workbook_legacy" if names & {"content.xml", "xl/workbook.bin"} else "file_not_a_table")
    total = 0
    for entry in entries:
        total += _inflate(data, entry, limits.INFLATED_BYTES - total)


def _inflate(data: bytes, entry: zipfile.ZipInfo, left: int) -> int:
    """Return how many bytes `entry` inflates to; Unfit past `left`, past the ratio, or with a DTD."""
    if entry.flag_bits & 1:
        raise Unfit("workbook_encrypted")
    if entry.compress_type not in _KNOWN:
        raise Unfit("workbook_unreadable")
    head = data[entry.header_offset : entry.header_offset + 30]
    start = entry.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    packed = data[start : start + entry.compress_size]
    if len(head) < 30 or len(packed) < entry.compress_size:
        raise Unfit("workbook_unreadable")
    size = 0
    for chunk, before in _chunks(packed, entry.compress_type):
        size += len(chunk)
        if size > left or size > max(_CHUNK, limits.RATIO * max(1, len(packed))):
            raise Unfit("workbook_too_large")
        if _DOCTYPE in before + chunk[: len(_DOCTYPE)] or _DOCTYPE in chunk:
            raise Unfit("workbook_dtd")
    return size


def _chunks(packed: bytes, method: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield what inflates, piece by piece, each with the end of the piece before."""
    if method == zipfile.ZIP_STORED:
        yield packed, b""
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    tail = b""
    try:
        while packed and not inflater.eof:
            chunk = inflater.decompress(packed, _CHUNK)
            packed = inflater.unconsumed_tail
            if not chunk:
                break
            # A DTD could lie across two chunks, so the end of one is looked at again with the next.
            yield chunk, tail
            tail = chunk[-len(_DOCTYPE) :]
    except zlib.error as fault:
        raise Unfit("workbook_unreadable") from fault


def _rows(book: CalamineWorkbook, name: str) -> list[tuple[int, list[str]]]:
    try:
        sheet = book.get_sheet_by_name(name)
        first = sheet.start[0] if sheet.start else 0
        rows = []
        for number, cells in enumerate(sheet.to_python(skip_empty_area=True), first + 1):
            texts = [text(cell) for cell in cells]
            if any(value and not value.isspace() for value in texts):
                rows.append((number, texts))
                if len(rows) > limits.ROWS + 1_000:
                    raise Unfit("rows_too_many")
    except Unfit:
        raise
    except Exception as fault:
        raise Unfit("workbook_unreadable") from fault
    return rows


def text(cell: Any) -> str:
    """Return a cell's value as a person would write it: 3 and not 3.0, a date without a midnight."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else format(cell, ".15g")
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S" if cell.second else "%Y-%m-%d %H:%M")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        minutes = round(cell.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return str(cell)
