"""The cabinet: a folder of tails and plates that may be emptied at any time, by anybody.

It is a cache. Nothing waits for the disk: what a loss of power or a killed process leaves is noticed by its hash,
counts as missing and is made again. A file is renamed into its place, so that several processes share one cabinet.
"""

from __future__ import annotations

import os
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final

from cachetools import LRUCache

from issuer.certificate.press.printed import WHOLE, Plate
from issuer.prints.print import Print
from issuer.prints.record import LENGTH, Damaged, Head, read_head, read_tail, write_record
from issuer.prints.room import make_room

DAY: Final = 86_400
"""Seconds after which what is read is marked as used again: what was used longest ago goes first."""
PLATES_IN_MEMORY: Final = 64 * 2**20
"""Bytes of plates that one process holds, so that a shared beginning is read and checked once."""


class Cabinet:
    """Prints under the names that `key.py` gives them, in at most `most` bytes of `folder` (see `room.py`)."""

    def __init__(self, folder: Path, most: int) -> None:
        self._tails, self._plates = folder / "tails", folder / "plates"
        self._most = most
        self._unseen = most
        self._held: LRUCache[str, Plate] = LRUCache(PLATES_IN_MEMORY, getsizeof=lambda plate: len(plate.prefix) + 1)
        self._lock = Lock()

    def head(self, key: str) -> Head | None:
        """Return length and entity tag of a print from the first bytes of its file; None while it is not kept."""
        try:
            with self._path(key).open("rb") as file:
                head = read_head(file.read(LENGTH))
        except (OSError, Damaged):
            return None
        return head if head.plate == WHOLE.sha256 or self._plate(head) else None

    def get(self, key: str) -> Print | None:
        """Return a print; None when it is not kept, not whole, or not as it was written."""
        path = self._path(key)
        try:
            record = path.read_bytes()
            head = read_head(record)
            tail = read_tail(record, head)
        except (OSError, Damaged):
            return None
        plate = self._plate(head)
        if plate is None:
            return None
        _mark_used(path)
        return Print(plate, tail)

    def put(self, key: str, one: Print) -> None:
        """Keep a print; a disk that is full or read-only costs time, later, and nothing else."""
        try:
            if one.plate.prefix:
                self._put_plate(one.plate)
            self._write(self._path(key), write_record(one))
        except OSError:
            return

    def _path(self, key: str) -> Path:
        return self._tails / key[:2] / key

    def _plate(self, head: Head) -> Plate | None:
        """Return the plate of a tail, from memory if it was read and found whole before."""
        if not head.prefix_length:
            return WHOLE
        with self._lock:
            held = self._held.get(head.plate)
        if held is not None:
            return held
        path = self._plates / head.plate
        try:
            prefix = path.read_bytes()
        except OSError:
            return None
        if len(prefix) != head.prefix_length or sha256(prefix).hexdigest() != head.plate:
            return None
        _mark_used(path)
        return self._hold(Plate(prefix, head.plate))

    def _put_plate(self, plate: Plate) -> None:
        path = self._plates / plate.sha256
        with self._lock:
            known = plate.sha256 in self._held
        if not known or not path.exists():
            self._write(path, plate.prefix)
            self._hold(plate)
        _mark_used(path)

    def _hold(self, plate: Plate) -> Plate:
        with self._lock:
            if len(plate.prefix) < PLATES_IN_MEMORY:
                self._held[plate.sha256] = plate
        return plate

    def _write(self, path: Path, body: bytes) -> None:
        self._count(len(body))
        try:
            handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".")
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(body)
            Path(draft).replace(path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise

    def _count(self, length: int) -> None:
        """Look how much is kept when this process has written enough to matter, and at first."""
        with self._lock:
            self._unseen += length
            due = self._unseen > self._most // 16
            if due:
                self._unseen = 0
        if due:
            make_room(self._tails, self._plates, self._most, time.time())


def _mark_used(path: Path) -> None:
    try:
        if path.stat().st_mtime < time.time() - DAY:
            os.utime(path)
    except OSError:
        return
