"""Bytes become records whatever wrote them, and a file that is no table is refused with its place."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.fault import Refused
from issuer.roster import limits, read

ENCODINGS = {
    "utf-8": ("utf-8", b""),
    "utf-8 with mark": ("utf-8", b"\xef\xbb\xbf"),
    "utf-16 little": ("utf-16-le", b"\xff\xfe"),
    "utf-16 big": ("utf-16-be", b"\xfe\xff"),
    "utf-16 little, no mark": ("utf-16-le", b""),
    "utf-16 big, no mark": ("utf-16-be", b""),
    "cp1252": ("cp1252", b""),
}
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
LINES = {"LF": "\n", "CRLF": "\r\n", "CR": "\r"}
NAME = st.text("abcdefghijklmnopqrstuvwxyzàèéìòùñçöüÀÉ", min_size=2, max_size=12).map(lambda text: "A" + text)
CELL = st.text(' abcxyzàèé,;|\t"123.-', max_size=12)


def refusal(data: bytes, **options) -> list[tuple[str, int | None]]:
    with pytest.raises(Refused) as caught:
        read(data, **options)
    for fault in caught.value.faults:
        assert fault.message("it")
        assert fault.message("en")
    return [(fault.code, fault.row) for fault in caught.value.faults]


@pytest.mark.parametrize("lines", LINES)
@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_delimiter_and_line_end_is_read(encoding, delimiter, lines):
    codec, mark = ENCODINGS[encoding]
    rows = [["Cognome", "Nome", "E-mail", "Ore", "Note"], ["Però", "Zoë", "zoe@example.org", "2,5", 'a, "b"; c|d']]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=DELIMITERS[delimiter], lineterminator=LINES[lines]).writerows(rows)

    roster = read(mark + text.getvalue().encode(codec), keep=["Note"])

    (person,) = roster.recipients
    assert (person.name, person.email, person.values["hours"], person.row) == ("Zoë Però", "zoe@example.org", "2.5", 2)
    assert person.kept == {"Note": 'a, "b"; c|d'}
    assert roster.encoding == {"utf-8": "utf-8", "cp1252": "cp1252"}.get(codec, "utf-16")
    assert roster.delimiter == DELIMITERS[delimiter]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(NAME, CELL), min_size=1, max_size=8),
    st.sampled_from(sorted(ENCODINGS)),
    st.sampled_from(sorted(DELIMITERS)),
    st.sampled_from(sorted(LINES)),
)
def test_what_is_written_is_read_back(people, encoding, delimiter, lines):
    codec, mark = ENCODINGS[encoding]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=DELIMITERS[delimiter], lineterminator=LINES[lines], quoting=csv.QUOTE_ALL)
    writer.writerow(["Name", "ID", "Notes"])
    writer.writerows([name, number, cell] for number, (name, cell) in enumerate(people))

    roster = read(mark + text.getvalue().encode(codec), keep=["Notes"])

    assert roster.faults == ()
    assert [one.kept["Notes"] for one in roster.recipients] == [cell.strip() for _, cell in people]
    assert [one.row for one in roster.recipients] == list(range(2, len(people) + 2))


def test_the_row_is_the_line_of_the_file_with_preamble_blanks_and_quoted_breaks():
    data = b'Evening of 15 October\n\nName,Email,Notes\nAda,,"one\ntwo\r\nthree"\n\n   \nBob,,x\n'

    assert [(one.name, one.row) for one in read(data).recipients] == [("Ada", 4), ("Bob", 9)]


def test_a_column_of_names_with_commas_is_one_column():
    roster = read(b"Name\nLovelace, Ada\nHopper, Grace\n")

    assert [one.name for one in roster.recipients] == ["Lovelace, Ada", "Hopper, Grace"]


def test_excel_may_say_its_delimiter_in_the_first_line():
    roster = read(b"sep=;\r\nNome;Cognome\r\nAda;Rossi\r\n")

    assert (roster.delimiter, roster.recipients[0].name, roster.recipients[0].row) == (";", "Ada Rossi", 3)


def test_headers_repeated_by_two_exports_laid_end_to_end_are_nobody():
    roster = read(b"Name,Email\nAda,\nName,Email\nBob,\n")

    assert [one.name for one in roster.recipients] == ["Ada", "Bob"]
    assert roster.aside == {"header": (3,)}


REFUSED = {
    "empty": (b"", [("file_empty", None)]),
    "blank": (b" \r\n\t\n", [("file_empty", None)]),
    "a mark alone": (b"\xef\xbb\xbf", [("file_empty", None)]),
    "an unclosed quote": (b'Name,Email\nAda,\n"Bob,\nCarl,\n', [("quote_unclosed", 3)]),
    "text after a quote": (b'Name,Email\nAda,\n"Bob"by,\n', [("quote_misplaced", 3)]),
    "NUL in two lines": (b"Name,Email\nA\0da,\nBob,\nC\0,\n", [("file_nul", 2), ("file_nul", 4)]),
    "headers alone": (b"Name,Email\n", [("rows_none", 1)]),
    "no name column": (b"Email,Phone\na@example.org,1\n", [("name_column_missing", 1)]),
    "a used header twice": (b"Name,Email,Email\nAda,a@example.org,b@example.org\n", [("column_twice", 1)]),
    "a column of 20 MB": (b"Name\n" + b"a" * 20_000_000, [("cell_too_large", 2)]),
    "a PDF": (b"%PDF-1.7\nName,Email\n", [("file_not_a_table", None)]),
    "a picture": (b"\x89PNG\r\n\x1a\nName", [("file_not_a_table", None)]),
    "an undefined byte": (b"Name\nAda \x81\n", [("file_encoding", 2)]),
    "broken UTF-8": ("Name\nRenée\nЕлена\n".encode() + b"Jos\xe9\n", [("file_encoding", 4)]),
    "a lone surrogate in UTF-16": (b"\xff\xfe" + "Name\nAda".encode("utf-16-le") + b"\x00\xd8", [("file_encoding", 2)]),
    "an old workbook": (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), [("workbook_legacy", None)]),
    "a workbook with a password": (
        bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
        [("workbook_encrypted", None)],
    ),
    "too many bytes": (b"Name\n" + b"Ada\n" * (limits.FILE_BYTES // 4), [("file_too_large", None)]),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_its_place(case):
    data, faults = REFUSED[case]

    assert refusal(data) == faults


def test_a_header_that_stands_twice_and_is_not_used_does_no_harm():
    assert len(read(b"Name,Question,Question\nAda,x,y\n").recipients) == 1


def test_as_many_rows_as_the_limit_are_read_and_one_more_is_refused():
    rows = b"".join(b"Ada %s\n" % str(n).translate(str.maketrans("0123456789", "abcdefghij")).encode()
                    for n in range(limits.ROWS))  # fmt: skip

    assert len(read(b"Name\n" + rows).recipients) == limits.ROWS
    assert refusal(b"Name\n" + rows + b"Bob\n") == [("rows_too_many", None)]


def test_a_cell_over_four_kibibytes_faults_its_row_and_the_others_go_on():
    largest, larger = b"x" * limits.CELL_BYTES, b"x" * (limits.CELL_BYTES + 1)

    roster = read(b"Name,Notes\nAda,%s\nBob,%s\nCarl,y\n" % (larger, largest))

    assert [one.name for one in roster.recipients] == ["Bob", "Carl"]
    assert [(f.code, f.row, f.column) for f in roster.faults] == [("cell_too_large", 2, "Notes")]


def test_a_row_wider_than_its_headers_is_a_fault_and_a_trailing_delimiter_is_not():
    roster = read(b"Name,Email\nAda,a@example.org,,\nLovelace, Ada,b@example.org\n")

    assert [one.name for one in roster.recipients] == ["Ada"]
    assert [(f.code, f.row) for f in roster.faults] == [("row_too_wide", 3)]


def test_a_short_row_lacks_what_it_lacks():
    (person,) = read(b"Name,Email,Role\nAda\n").recipients

    assert (person.name, person.email, person.values) == ("Ada", None, {})


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: ("Name,Email\n" + text).encode()))
def test_no_bytes_do_more_than_be_refused(data):
    try:
        faults = read(data).faults
    except Refused as refused:
        faults = refused.faults
        assert faults
    assert all(fault.message("it") and fault.message("en") for fault in faults)
