"""Files that a command is given, and tables that no spreadsheet mistakes for a program."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import click

from issuer.cli.speech import words

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\0")
"""What a cell begins with that a spreadsheet would run (ASVS 1.2.10)."""


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a CSV file in UTF-8; a cell that looks like a formula gets an apostrophe before it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8")


def harmless(cell: object) -> str:
    """Return a cell as text that stays text when a spreadsheet opens it."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


class InputFile(click.Path):
    """A file to read, named on the command line; a complaint about it speaks the language of this run."""

    name = "file"

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path of a file that can be read."""
        path = Path(value)
        if not path.exists():
            self.fail(words("usage.no_file", file=value), param, ctx)
        if not path.is_file() or not os.access(path, os.R_OK):
            self.fail(words("usage.no_reading", file=value), param, ctx)
        return path
