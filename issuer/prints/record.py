"""The file in which a tail is kept: 96 bytes that say what it is, then the tail."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from struct import Struct
from typing import Final

from issuer.prints.print import Print, digest_of

_MAGIC: Final = b"ATTAIL01"
_HEAD: Final = Struct(">8s32sQQ32s")
_SEAL: Final = 8
LENGTH: Final = _HEAD.size + _SEAL


class Damaged(ValueError):
    """Not what was written: cut short, altered, or of another version of this program."""


@dataclass(frozen=True)
class Head:
    """What a tail belongs to: the plate by its SHA-256, the lengths of both in bytes, and the digest of the whole."""

    plate: str
    prefix_length: int
    tail_length: int
    digest: bytes

    @property
    def length(self) -> int:
        """Return how many bytes the file has."""
        return self.prefix_length + self.tail_length

    @property
    def etag(self) -> str:
        """Return the entity tag of the file, as its Print has it."""
        return self.digest.hex()[:32]


def write_record(one: Print) -> bytes:
    """Return the file in which the tail of `one` is kept."""
    head = _HEAD.pack(
        _MAGIC, bytes.fromhex(one.plate.sha256), len(one.plate.prefix), len(one.tail), one.digest
    )  # fmt: skip
    return head + _seal(head) + one.tail


def read_head(record: bytes) -> Head:
    """Return what the beginning of a record says, without a look at its tail; raises Damaged."""
    head = record[: _HEAD.size]
    if len(record) < LENGTH or record[_HEAD.size : LENGTH] != _seal(head) or not head.startswith(_MAGIC):
        raise Damaged
    _, plate, prefix_length, tail_length, digest = _HEAD.unpack(head)
    return Head(plate.hex(), prefix_length, tail_length, digest)


def read_tail(record: bytes, head: Head) -> bytes:
    """Return the tail of a record, to the bit as it was written; raises Damaged."""
    tail = record[LENGTH:]
    if len(tail) != head.tail_length or digest_of(head.plate, tail) != head.digest:
        raise Damaged
    return tail


def _seal(head: bytes) -> bytes:
    return sha256(head).digest()[:_SEAL]
