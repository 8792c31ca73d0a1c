"""A ZIP of prints: one file for each award, named after its person, and a table of them all at the end."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from tempfile import SpooledTemporaryFile
from typing import IO, Final
from zlib import crc32

from issuer.archive import Award
from issuer.fault import Fault
from issuer.prints.filename import filename
from issuer.prints.print import Print
from issuer.prints.zipped import File, zipped
from verifier.table import harmless

INDEX: Final = "index.csv"
HEADER: Final = ("file", "name", "email", "url", "state", "fault")

_IN_MEMORY: Final = 4 * 2**20
_PIECE: Final = 2**16


@dataclass
class _Index:
    """The table, written while files go out; on the disk once it is large."""

    file: IO[bytes]
    length: int = field(default=0)
    crc32: int = field(default=0)

    def add(self, cells: Iterable[object]) -> None:
        line = StringIO(newline="")
        csv.writer(line).writerow([harmless(cell) for cell in cells])
        body = line.getvalue().encode("utf-8")
        self.file.write(body)
        self.length += len(body)
        self.crc32 = crc32(body, self.crc32)

    def pieces(self) -> Iterator[bytes]:
        self.file.seek(0)
        while piece := self.file.read(_PIECE):
            yield piece


def folder(printed: Iterable[tuple[Award, Print | Fault]], language: str, now: datetime) -> Iterator[bytes]:
    """Yield the archive piece by piece, in memory that does not grow; `language` is that of the faults in the table.

    A revoked award is in the table and has no file; one that could not be printed says why.
    """
    with SpooledTemporaryFile(_IN_MEMORY) as file:
        index = _Index(file)
        index.add(HEADER)
        yield from zipped(_files(printed, index, language), now)


def _files(printed: Iterable[tuple[Award, Print | Fault]], index: _Index, language: str) -> Iterator[File]:
    for award, made in printed:
        name = ""
        if isinstance(made, Print) and award.state == "valid":
            name = filename(award.name, award.token, "pdf")
            yield File(name, made.length, made.crc32, made.pieces)
        fault = made.message(language) if isinstance(made, Fault) else ""
        index.add((name, award.name, award.email, award.url, award.state, fault))
    yield File(INDEX, index.length, index.crc32, index.pieces())
