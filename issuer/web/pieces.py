"""A body that is kept: whole, or in pieces between which the moment is written each time it is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from issuer.web.notes import Notes
from verifier.web.packed import as_it_is, is_text, join, pack, pack_piece


@dataclass(frozen=True)
class Pieces:
    """The pieces, and what stands between them: marks of `notes`."""

    pieces: tuple[bytes, ...] = field(repr=False)
    marks: tuple[str, ...]
    notes: Notes = field(repr=False)
    is_text: bool

    @classmethod
    def of(cls, body: bytes, notes: Notes, media_type: str) -> Pieces:
        """Take `body` apart where the marks of `notes` stand."""
        return cls(*notes.apart(body), notes, is_text(media_type, len(body)))

    @property
    def changes(self) -> bool:
        """Whether it tells the moment."""
        return bool(self.marks)

    @property
    def octets(self) -> int:
        """How much memory it takes, packed pieces included."""
        length = sum(map(len, self.pieces))
        return length + length // 2 if self.is_text else length

    def tag(self, now: datetime) -> str:
        """Return its entity tag: of a body that tells the moment, another one each minute."""
        return f"{self._digest}-{int(now.timestamp()) // 60:x}" if self.marks else self._digest

    def whole(self, now: datetime) -> bytes:
        """Return the body as it is given now."""
        return b"".join(_woven(self.pieces, self._between(now))) if self.marks else self.pieces[0]

    def packed(self, now: datetime) -> bytes:
        """Return the same in gzip."""
        if not self.marks:
            return self._packed_once
        between = self._between(now)
        body = b"".join(_woven(self.pieces, between))
        return join(_woven(self._packed_pieces, [as_it_is(text) for text in between]), body)

    @cached_property
    def _digest(self) -> str:
        return sha256(b"\0".join(self.pieces)).hexdigest()[:32]

    @cached_property
    def _packed_once(self) -> bytes:
        return pack(self.pieces[0])

    @cached_property
    def _packed_pieces(self) -> tuple[bytes, ...]:
        return tuple(map(pack_piece, self.pieces))

    def _between(self, now: datetime) -> list[bytes]:
        return [self.notes.said[mark](now).encode() for mark in self.marks]


def _woven(pieces: Sequence[bytes], between: Sequence[bytes]) -> list[bytes]:
    woven = [pieces[0]]
    for text, piece in zip(between, pieces[1:], strict=True):
        woven += (text, piece)
    return woven
