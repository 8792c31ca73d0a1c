"""Every octet of one signed credential, turned one at a time: in JSON, in a token, and in the chunk of a PNG."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from badges.baking import KEYWORD
from tests.verifier.pictures import chunk
from tools.mutations.chunks import PICTURE
from tools.mutations.mutants import Mutants
from tools.mutations.originals import Original

PLACES: Final = ("JSON", "token", "PNG, its checksum made right", "PNG")


@dataclass(frozen=True)
class Flip:
    """One signed credential with one octet of it turned: where, which, by which bits."""

    place: str
    number: int
    mask: int
    data: bytes = field(repr=False)


def original(mutants: Mutants, place: str) -> Original:
    """Return the credential that is turned in that place."""
    form = "jwt" if place == "token" else "json"
    return mutants.originals[form][0]


def length(mutants: Mutants, place: str) -> int:
    """Return how many octets there are to turn."""
    return len(_whole(original(mutants, place).data, place))


def flip(mutants: Mutants, place: str, number: int, mask: int) -> Flip:
    """Return the credential of `place` with its octet `number` turned by `mask`."""
    whole = _whole(original(mutants, place).data, place)
    turned = whole[:number] + bytes([whole[number] ^ mask]) + whole[number + 1 :]
    return Flip(place, number, mask, _set(turned, place))


def flips(mutants: Mutants, place: str, stride: int = 1) -> Iterator[Flip]:
    """Yield a turned credential for every octet of `place`, each of its eight bits in turn at the strides.

    In text all eight bits are turned; in a picture, whose every look takes a process, one, another for each octet.
    """
    for number in range(0, length(mutants, place), stride):
        for bit in range(8) if stride == 1 and "PNG" not in place else (number // stride % 8,):
            yield flip(mutants, place, number, 1 << bit)


def _whole(data: bytes, place: str) -> bytes:
    """Return the octets that are turned: the text, the body of the chunk with its kind, or the chunk as it is."""
    held = KEYWORD + b"\0\0\0\0\0" + data
    match place:
        case "PNG":
            return chunk(b"iTXt", held)
        case "PNG, its checksum made right":
            return b"iTXt" + held
    return data


def _set(turned: bytes, place: str) -> bytes:
    """Return the file that holds what was turned."""
    match place:
        case "PNG":
            return PICTURE[:33] + turned + PICTURE[33:]
        case "PNG, its checksum made right":
            return PICTURE[:33] + chunk(turned[:4], turned[4:]) + PICTURE[33:]
    return turned
