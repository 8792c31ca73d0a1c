"""ZIP that streams: files stored as they are, each announced with its length and checksum (APPNOTE.TXT 6.3.10).

The checksum of a print is carried on from its plate's, so that no file is read to be announced, and whoever unpacks the
stream knows every length before the bytes come. Only the directory at the end is kept, on the disk once it is large.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from struct import pack
from tempfile import SpooledTemporaryFile
from typing import IO, Final

_UTF8: Final = 1 << 11
_PLAIN, _ZIP64 = 20, 45
_UNIX: Final = 3 << 8
_READABLE: Final = 0o100644 << 16
_MOST_32: Final = 0xFFFFFFFF
_MOST_16: Final = 0xFFFF
_IN_MEMORY: Final = 4 * 2**20
_PIECE: Final = 2**16


@dataclass(frozen=True)
class File:
    """One file of an archive: `pieces` are `length` bytes in all, of which `crc32` is the checksum."""

    name: str
    length: int
    crc32: int
    pieces: Iterable[bytes]


def small_file(name: str, body: bytes) -> File:
    """Return a file that is at hand as a whole."""
    return File(name, len(body), zlib.crc32(body), (body,))


def zipped(files: Iterable[File], made_at: datetime) -> Iterator[bytes]:
    """Yield an archive of `files`, in order; names are relative, parted by slashes, and each is there once."""
    stamp = _stamp(made_at)
    position = count = 0
    with SpooledTemporaryFile(_IN_MEMORY) as directory:
        for file in files:
            header = _local(file, stamp)
            yield header
            length = 0
            for piece in file.pieces:
                length += len(piece)
                yield piece
            if length != file.length:
                raise ValueError(f"{file.name} has {length} bytes and was announced with {file.length}.")
            directory.write(_central(file, position, stamp))
            position += len(header) + length
            count += 1
        size = directory.tell()
        yield from _read(directory)
    yield _end(count, size, position)


def _read(directory: IO[bytes]) -> Iterator[bytes]:
    directory.seek(0)
    while piece := directory.read(_PIECE):
        yield piece


def _local(file: File, stamp: bytes) -> bytes:
    """Return what stands before a file (4.3.7)."""
    name, large = file.name.encode("utf-8"), file.length >= _MOST_32
    extra = pack("<HHQQ", 1, 16, file.length, file.length) if large else b""
    length = _MOST_32 if large else file.length
    return (
        pack("<IHHH", 0x04034B50, _ZIP64 if large else _PLAIN, _UTF8, 0)
        + stamp
        + pack("<IIIHH", file.crc32, length, length, len(name), len(extra))
        + name
        + extra
    )


def _central(file: File, position: int, stamp: bytes) -> bytes:
    """Return what the directory says of a file (4.3.12)."""
    name = file.name.encode("utf-8")
    wide = b""
    length, offset = file.length, position
    if file.length >= _MOST_32:
        wide, length = pack("<QQ", file.length, file.length), _MOST_32
    if position >= _MOST_32:
        wide, offset = wide + pack("<Q", position), _MOST_32
    extra = pack("<HH", 1, len(wide)) + wide if wide else b""
    version = _ZIP64 if wide else _PLAIN
    return (
        pack("<IHHHH", 0x02014B50, _UNIX | version, version, _UTF8, 0)
        + stamp
        + pack("<IIIHHHHHII", file.crc32, length, length, len(name), len(extra), 0, 0, 0, _READABLE, offset)
        + name
        + extra
    )


def _end(count: int, size: int, position: int) -> bytes:
    """Return the end of the directory, in its large form too where a number needs it (4.3.14 to 4.3.16)."""
    large = b""
    if count >= _MOST_16 or size >= _MOST_32 or position >= _MOST_32:
        record = pack("<IQHHIIQQQQ", 0x06064B50, 44, _UNIX | _ZIP64, _ZIP64, 0, 0, count, count, size, position)
        large = record + pack("<IIQI", 0x07064B50, 0, position + size, 1)
    shown = min(count, _MOST_16)
    return large + pack(
        "<IHHHHIIH", 0x06054B50, 0, 0, shown, shown, min(size, _MOST_32), min(position, _MOST_32), 0
    )  # fmt: skip


def _stamp(at: datetime) -> bytes:
    """Return a moment as MS-DOS wrote it, time and then date; its years are 1980 to 2107."""
    year = min(max(at.year, 1980), 2107)
    return pack(
        "<HH", at.hour << 11 | at.minute << 5 | at.second // 2, (year - 1980) << 9 | at.month << 5 | at.day
    )  # fmt: skip
