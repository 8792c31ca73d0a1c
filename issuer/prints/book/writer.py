"""A PDF written from its first byte to its last, object by object; nothing is kept but where each of them began."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

HEADER: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"

_OFFSET_BYTES: Final = 5
_STEP: Final = 512


class Writer:
    """Hands out object numbers, and returns the bytes of each object as it stands in the file (ISO 32000-1, 7.3.10)."""

    def __init__(self) -> None:
        self._offsets = array("Q", [0])
        self._position = len(HEADER)
        self._digest = sha256()

    def number(self) -> int:
        """Return the number of an object that is written later."""
        self._offsets.append(0)
        return len(self._offsets) - 1

    def write(self, number: int, body: bytes) -> bytes:
        """Return the object `number`, once, with where it stands noted."""
        if self._offsets[number]:
            raise ValueError(f"Object {number} is there already.")
        self._offsets[number] = self._position
        written = b"%d 0 obj\n%b\nendobj\n" % (number, body)
        self._position += len(written)
        self._digest.update(written)
        return written

    def end(self, root: int, info: int) -> Iterator[bytes]:
        """Yield the table of all objects as a compressed stream, and the end of the file (7.5.8)."""
        start, number = self._position, self.number()
        self._offsets[number] = start
        table = b"".join(self._packed())
        identifier = self._digest.hexdigest()[:32].encode()
        yield (
            b"%d 0 obj\n<</Type/XRef/Size %d/W[1 %d 0]/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]"
            b"/Filter/FlateDecode/Length %d>>\nstream\n"
            % (number, len(self._offsets), _OFFSET_BYTES, root, info, identifier, identifier, len(table))
        )
        yield table
        yield b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start

    def _packed(self) -> Iterator[bytes]:
        press = zlib.compressobj()
        for start in range(0, len(self._offsets), _STEP):
            lines = (
                (b"\1" if offset else b"\0") + offset.to_bytes(_OFFSET_BYTES, "big")
                for offset in self._offsets[start : start + _STEP]
            )
            yield press.compress(b"".join(lines))
        yield press.flush()
