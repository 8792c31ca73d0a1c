"""Tables as CSV that no spreadsheet mistakes for a program."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

_FORMULA: Final = re.compile("[\\s\0\u200b\ufeff]*[=+\\-@＝＋－＠]|[\t\r\0]")
"""What a cell begins with that a spreadsheet would run (ASVS 1.2.10)."""
_IN_ANOTHER_CELL: Final = re.compile("([;\t\r\n][\\s\"']*)(?=[=+\\-@＝＋－＠])")
"""The same behind a mark that parts cells elsewhere: where numbers have a comma, tables are parted by semicolons."""


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a CSV file in UTF-8; a cell that looks like a formula gets an apostrophe before it."""
    return b"".join(lines_of_table(header, rows))


def lines_of_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Yield the lines of such a file, so that a long one is never held whole."""
    for row in chain((header,), rows):
        text = io.StringIO(newline="")
        csv.writer(text).writerow([harmless(cell) for cell in row])
        yield text.getvalue().encode("utf-8")


def harmless(cell: object) -> str:
    """Return a cell as text that stays text when a spreadsheet opens it."""
    text = "" if cell is None else str(cell)
    return ("'" if _FORMULA.match(text) else "") + _IN_ANOTHER_CELL.sub(r"\1'", text)
