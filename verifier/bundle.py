"""Several files handed in at once: as they are, or in a ZIP archive, each with its name and all within limits.

An archive is opened in a child process that can be killed. An archive inside of an archive stays one file, which
nobody can read.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from verifier.child import ChildFailed, run

FILES_MOST: Final = 200
FILE_MOST: Final = 10 * 2**20
"""Octets of one file; of a longer one so much is taken that its verification refuses it for its length."""
OCTETS_MOST: Final = 64 * 2**20
"""Octets of all files, unpacked."""
ENTRIES_MOST: Final = 1_000
"""Entries of an archive, folders and what a Mac adds included."""
_ZIP: Final = b"PK\x03\x04"
_DAMAGED: Final = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error)

Named = tuple[str, bytes]


class TooMuch(ValueError):
    """More than is taken at once, or an archive that cannot be opened; `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def unpack(uploads: Iterable[Named]) -> list[Named]:
    """Return the files of `uploads`, those of archives named `ARCHIVE/PATH`; TooMuch past a limit."""
    files: list[Named] = []
    octets = 0
    for name, data in uploads:
        for file in _opened(name, data):
            files.append(file)
            octets += len(file[1])
            if len(files) > FILES_MOST:
                raise TooMuch("batch_files")
            if octets > OCTETS_MOST:
                raise TooMuch("batch_octets")
    return files


def _opened(name: str, data: bytes) -> list[Named]:
    if not data.startswith(_ZIP):
        return [(name, data)]
    try:
        return [(f"{name}/{inner}", content) for inner, content in run(unzip, data)]
    except ChildFailed as fault:
        raise TooMuch(fault.detail if fault.kind == "TooMuch" else "batch_archive") from fault


def unzip(data: bytes) -> list[Named]:
    """Return the files of an archive, a locked or damaged one as nothing at all; TooMuch past a limit."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > ENTRIES_MOST:
                raise TooMuch("batch_files")
            return list(_files(archive, entries))
    except TooMuch:
        raise
    except _DAMAGED as fault:
        raise TooMuch("batch_archive") from fault


def _files(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[Named]:
    octets = 0
    for entry in entries:
        if entry.is_dir() or _is_litter(entry.filename):
            continue
        content = _content(archive, entry)
        octets += len(content)
        if octets > OCTETS_MOST:
            raise TooMuch("batch_octets")
        yield entry.filename, content


def _is_litter(name: str) -> bool:
    """Tell whether an entry is what a Mac or Windows puts beside the files that somebody chose."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2] in {".DS_Store", "Thumbs.db", "desktop.ini"}


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Read one entry, and of one that says it is short or lies about it no more than the limit."""
    try:
        with archive.open(entry) as file:
            return file.read(FILE_MOST + 1)
    except _DAMAGED:
        return b""
