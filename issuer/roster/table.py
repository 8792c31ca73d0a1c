"""Text to records: which delimiter, which line each record begins on, what is not a table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TextIO

from issuer.fault import Fault, Refused
from issuer.roster.decode import decode

DELIMITERS: Final = ",;\t|"
_HEAD: Final = 60
"""Records looked at to find the delimiter."""

_HEAD_TEXT: Final = 256 * 2**10
_SEPARATOR_LINE: Final = re.compile(r"sep=([,;\t|])\r?\n?", re.IGNORECASE)
_NEW_LINE: Final = re.compile(r"\r\n|\r|\n")

Score = Callable[[Sequence[str]], int]
"""How many headers a record seems to hold."""


@dataclass(frozen=True)
class Record:
    """One record: the line it begins on, counted from 1, and its cells."""

    line: int
    cells: list[str]

    @property
    def titles(self) -> tuple[str, ...]:
        """Its cells as headers are shown."""
        return tuple(cell.strip() for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """Records one by one, blank ones left out, and how they were written; `sheet` is that of a workbook."""

    encoding: str
    delimiter: str | None
    records: Iterator[Record]
    sheet: str | None = None


def read_text(data: bytes, score: Score) -> Table:
    """Return the table in a CSV file; what makes it unreadable is raised when the records are walked."""
    text, encoding, codec = decode(data)
    nul = text.find("\0")
    if nul >= 0:
        lines = [number for number, line in enumerate(_NEW_LINE.split(text), 1) if "\0" in line]
        raise Refused(*(Fault("file_nul", row=number) for number in lines[:1000]))
    told = _SEPARATOR_LINE.match(text)
    if told:
        return Table(encoding, told[1], _records(_lines(data, codec), told[1], skip=1))
    delimiter = _delimiter(text[:_HEAD_TEXT], score)
    return Table(encoding, delimiter, _records(_lines(data, codec), delimiter))


def _lines(data: bytes, codec: str) -> TextIO:
    """Return the text again, line by line: all of it at once can be four times as large as the file."""
    return io.TextIOWrapper(io.BytesIO(data), codec, newline="")


def _records(lines: TextIO, delimiter: str, skip: int = 0) -> Iterator[Record]:
    for _ in range(skip):
        lines.readline()
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + skip + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise Refused(_broken(str(fault), line)) from fault
        if any(cell and not cell.isspace() for cell in cells):
            yield Record(line, cells)


def _broken(said: str, line: int) -> Fault:
    if "unexpected end" in said:
        return Fault("quote_unclosed", row=line)
    if "field larger" in said:
        return Fault("cell_too_large", row=line, values={"limit": 4})
    return Fault("quote_misplaced", row=line)


def _delimiter(head: str, score: Score) -> str:
    """Return the delimiter under which a record looks most like headers and the next ones most like it."""
    return max(DELIMITERS, key=lambda delimiter: _likeness(head, delimiter, score))


def _likeness(head: str, delimiter: str, score: Score) -> tuple[int, float]:
    records = _until_broken(head, delimiter)
    if not records:
        return 0, 0.0
    scores = [score(record.cells) for record in records]
    best = scores.index(max(scores))
    width, below = len(records[best].cells), records[best + 1 :]
    alike = sum(len(record.cells) == width for record in below) / len(below) if below else 1.0
    return scores[best], alike * width


def _until_broken(head: str, delimiter: str) -> list[Record]:
    """Return the first records; the head may end within quotes, and what came before is enough."""
    records: list[Record] = []
    try:
        for record in _records(io.StringIO(head, newline=""), delimiter):
            records.append(record)
            if len(records) == _HEAD:
                break
    except Refused:
        pass
    return records
