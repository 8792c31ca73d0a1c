"""A workbook gives values of its visible sheet; what would burst, lie or call out is refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from datetime import date, datetime, time, timedelta

import pytest
from openpyxl import Workbook

from issuer.fault import Refused
from issuer.roster import limits, read

HEADERS = ["Nome e cognome", "E-mail", "Check-in", "Ore", "Note"]


def book(*sheets, hidden=()) -> bytes:
    made = Workbook()
    made.remove(made.active)
    for number, rows in enumerate(sheets, 1):
        sheet = made.create_sheet(f"Foglio{number}")
        for row in rows:
            sheet.append(row)
        if number in hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def rewritten(data: bytes, changes: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            new.writestr(name, content)
    return out.getvalue()


def code(data: bytes, **options) -> str:
    with pytest.raises(Refused) as caught:
        read(data, **options)
    (fault,) = caught.value.faults
    assert fault.message("it")
    assert fault.message("en")
    return fault.code


GOOD = book([HEADERS, ["Ada Rossi", "ada@example.org", datetime(2026, 10, 15, 18, 31), 2.5, "x"]])


def test_values_become_what_a_person_would_write():
    cells = [3.0, 2.5, datetime(2026, 10, 15), date(2026, 10, 15), time(2, 30), timedelta(hours=2.5), True, 1 / 3,
             390000000000, "=1+1", None]  # fmt: skip
    roster = read(
        book([["Name", "Cell"], *(["Ada " + chr(97 + n), cell] for n, cell in enumerate(cells))]), keep=["Cell"]
    )

    assert [one.kept["Cell"] for one in roster.recipients] == [
        "3", "2.5", "2026-10-15", "2026-10-15", "02:30:00", "2:30", "true", "0.333333333333333", "390000000000", "", "",
    ]  # fmt: skip


def test_the_row_is_the_number_in_the_sheet():
    roster = read(book([[], ["Serata"], [], [None, *HEADERS], [], [None, "Ada Rossi"], [None, "Bob"]]))

    assert [(one.name, one.row) for one in roster.recipients] == [("Ada Rossi", 6), ("Bob", 7)]
    assert (roster.encoding, roster.delimiter) == ("xlsx", None)


def test_a_hidden_sheet_is_read_only_when_named():
    data = book([["Name"], ["Hidden Person"]], [["Name"], ["Ada Rossi"]], hidden=[1])

    assert [one.name for one in read(data).recipients] == ["Ada Rossi"]
    assert [one.name for one in read(data, sheet="foglio1").recipients] == ["Hidden Person"]


def test_the_first_sheet_with_headers_is_chosen_and_another_can_be_named():
    data = book([["Instructions"], ["Read me"]], [["Name"], ["Ada Rossi"]], [["Name"], ["Bob"]])

    assert read(data).recipients[0].name == "Ada Rossi"
    assert read(data, sheet="Foglio3").recipients[0].name == "Bob"


def test_an_unknown_sheet_is_refused_with_those_there():
    with pytest.raises(Refused) as caught:
        read(GOOD, sheet="Iscritti")

    assert caught.value.faults[0].code == "sheet_unknown"
    assert "Foglio1" in caught.value.faults[0].message("en")


def test_a_text_has_no_sheet():
    assert code(b"Name\nAda\n", sheet="Foglio1") == "sheet_of_a_text"


def test_macros_are_not_read_but_do_no_harm():
    assert read(rewritten(GOOD, {"xl/vbaProject.bin": b"\0" * 1000})).recipients[0].name == "Ada Rossi"


def test_a_document_type_is_refused():
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><workbook>&e;</workbook>'

    assert code(rewritten(GOOD, {"xl/workbook.xml": evil})) == "workbook_dtd"


def test_a_bomb_is_refused_before_it_bursts():
    assert code(rewritten(GOOD, {"xl/bomb.xml": b"0" * (300 * 2**20)})) == "workbook_too_large"


def test_many_small_parts_count_together():
    part = bytes(range(256)) * 2**12
    parts = {f"xl/part{n}.bin": part for n in range(limits.INFLATED_BYTES // len(part) + 1)}

    assert code(rewritten(GOOD, parts)) == "workbook_too_large"


def test_a_directory_that_lies_about_sizes_is_not_believed():
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(b"0" * (100 * 2**20)) + packer.flush()
    data = bytearray(rewritten(GOOD, {"xl/lie.bin": b"\0"}))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        first = min(entry.header_offset for entry in archive.infolist())
    assert first == 0
    # An archive made by hand: one entry that says one byte and inflates to a hundred mebibytes.
    head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 33, 0, len(packed), 1, 15, 0) + b"xl/workbook.xml" + packed
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 8, 0, 33, 0, len(packed), 1, 15, 0, 0, 0, 0, 0, 0)
    entry += b"xl/workbook.xml"
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(entry), len(head), 0)

    assert code(head + entry + end) == "workbook_too_large"


def test_more_entries_than_the_limit_are_refused():
    assert code(rewritten(GOOD, {f"x{n}": b"" for n in range(limits.ENTRIES)})) == "workbook_too_large"


def test_a_lonely_cell_at_the_far_corner_is_refused_and_nothing_dies():
    made = Workbook()
    made.active["A1"], made.active["A2"], made.active["XFD1048576"] = "Name", "Ada", "x"
    out = io.BytesIO()
    made.save(out)

    assert code(out.getvalue()) == "workbook_too_large"


def test_a_million_empty_rows_are_no_rows():
    sheet = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    sheet += b'<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>'
    sheet += b'<row r="2"><c r="A2" t="inlineStr"><is><t>Ada</t></is></c></row>'
    sheet += b"".join(b'<row r="%d"/>' % n for n in range(3, 300_000)) + b"</sheetData></worksheet>"

    (person,) = read(rewritten(GOOD, {"xl/worksheets/sheet1.xml": sheet})).recipients

    assert (person.name, person.row) == ("Ada", 2)


@pytest.mark.parametrize(
    ("name", "told"),
    [("content.xml", "workbook_legacy"), ("xl/workbook.bin", "workbook_legacy"), ("word.xml", "file_not_a_table")],
)
def test_another_kind_of_archive_is_told(name, told):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "x")

    assert code(out.getvalue()) == told


def test_a_truncated_workbook_is_damaged():
    assert code(GOOD[: len(GOOD) // 2]) == "workbook_unreadable"


def test_a_workbook_without_people_is_empty():
    assert code(book([[]])) == "file_empty"
