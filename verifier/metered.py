"""The answer of a stranger's server, read so that what stands around its body cannot keep us busy.

A body in chunks of one octet, or an answer announced a thousand times, takes far more time to read than to send.
"""

from __future__ import annotations

import http.client
import io
import socket
from typing import Any, Final

from verifier.room import SMALL, make_room

HEAD_MOST: Final = 32 * 1_024
"""Octets of the head, and of whatever announces it."""
PIECE: Final = 16 * 1_024
AROUND: Final = PIECE // 4
"""Octets around so much of a body, such as the marks between chunks."""


class _Metered(io.RawIOBase):
    """A line on which no more comes in than is `left`; OSError past that."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self.left = HEAD_MOST

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Take in what has come."""
        taken = self._line.recv_into(buffer)
        self.left -= taken
        if self.left < 0:
            raise OSError("There is more around the body than a body needs.")
        return taken


class MeteredAnswer(http.client.HTTPResponse):
    """An answer to GET on `line`, its head read."""

    def __init__(self, line: socket.socket) -> None:
        super().__init__(line, method="GET")
        self._metered = _Metered(line)
        self.fp = io.BufferedReader(self._metered)
        self.begin()

    def body(self, most: int) -> bytes:
        """Return the body, of one that is longer than `most` an octet more; NoRoom where it needs some and has none."""
        self._metered.left = AROUND + io.DEFAULT_BUFFER_SIZE  # More is taken in than was read so far.
        body = bytearray()
        while len(body) <= most:
            self._metered.left += PIECE + AROUND
            piece = self.read(min(PIECE, most + 1 - len(body)))
            if not piece:
                break
            body += piece
            if len(body) > SMALL:
                make_room()
        return bytes(body)
