"""A skeleton: the N-Quads that the long way makes of an outline, with holes for the texts of one document.

The long way (PyLD) is taken with a mark in every hole; where the marks come out tells which texts are identifiers and
which are literals. `docs/adr/0060-skeletons.md` says why that cannot make a forged document verify.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pyld.nquads import escape

from badges.outline import Outline, is_plain_iri
from badges.quads import is_tame

LONGEST: Final = 131_072
"""Characters of a skeleton; a longer one is not worth remembering."""

_BASE: Final = f"https://mark.invalid/{secrets.token_hex(16)}/"
"""Nobody can know it, so nobody can write a document that holds it."""
_MARK: Final = re.compile(rf'(?P<open>[<"]){re.escape(_BASE)}(?P<hole>[0-9]+)x(?P<close>[>"])')
_REFUSED: Final = (f"^^<{_BASE}", 'x"^^<http://www.w3.org/2001/XMLSchema#double>')
"""A datatype is no place for a text, and texts of this one are rewritten by the long way."""

LongWay = Callable[[Any], str]
"""Makes N-Quads of a document."""
Pattern = tuple[int, ...]
"""For each hole its own number, or that of the first hole that has an equal identifier."""


class NoSkeleton(Exception):
    """An outline whose holes do not all come out where texts can be put."""


@dataclass(frozen=True)
class Skeleton:
    """`pieces` of N-Quads, and between them, the numbers of the holes whose texts are to be put there."""

    pieces: tuple[str, ...] = field(repr=False)
    places: tuple[int, ...] = field(repr=False)
    iris: frozenset[int]
    tame: bool
    """No text can make of it what the guard would refuse (`badges.quads.is_tame`)."""

    def nquads(self, holes: Sequence[str]) -> str | None:
        """Return the N-Quads with these texts; None when one in the place of an identifier might be something else."""
        if not all(is_plain_iri(holes[number]) for number in self.iris):
            return None
        told = [text if number in self.iris else escape(text) for number, text in enumerate(holes)]
        woven: list[str] = [""] * (len(self.pieces) + len(self.places))
        woven[::2] = self.pieces
        woven[1::2] = [told[number] for number in self.places]
        return "".join(woven)

    @property
    def weight(self) -> int:
        """Roughly, the octets that it takes to remember it."""
        return sum(map(len, self.pieces)) + 100 * len(self.places)


def pattern_of(iris: Iterable[int], holes: Sequence[str]) -> Pattern:
    """Return which of the `holes` are one thing to RDF; `iris` are the numbers of those that are identifiers."""
    numbers = list(range(len(holes)))
    first: dict[str, int] = {}
    for number in sorted(iris):
        numbers[number] = first.setdefault(holes[number], number)
    return tuple(numbers)


def fitting(outline: Outline, long_way: LongWay) -> Skeleton:
    """Return the skeleton for documents whose identifiers are equal where those of this one are; as `build`."""
    plain = build(outline, range(len(outline.holes)), long_way)
    same = pattern_of(plain.iris, outline.holes)
    return plain if same == tuple(range(len(same))) else build(outline, same, long_way)


def build(outline: Outline, same: Sequence[int], long_way: LongWay) -> Skeleton:
    """Return the skeleton of an outline; NoSkeleton when a mark does not come out, or not as one whole term.

    `same` has for each hole the hole whose mark it gets: its own, or that of an equal identifier, for the long
    way makes one thing of them. The errors of the long way are raised as they are.
    """
    text = long_way(outline.filled(f"{_BASE}{number}x" for number in same))
    found = list(_MARK.finditer(text))
    roles = {(int(match["hole"]), match["open"] + match["close"]) for match in found}
    whole = len(found) == text.count(_BASE) and not any(refused in text for refused in _REFUSED)
    if not whole or len(text) > LONGEST or sorted(number for number, _ in roles) != sorted(set(same)):
        raise NoSkeleton
    if not {role for _, role in roles} <= {"<>", '""'}:
        raise NoSkeleton
    marks = {number for number, role in roles if role == "<>"}
    return Skeleton(
        pieces=tuple(_between(text, found)),
        places=tuple(int(match["hole"]) for match in found),
        iris=frozenset(number for number, mark in enumerate(same) if mark in marks),
        tame=is_tame(_MARK.sub(lambda match: f"{match['open']}{_BASE}{match['close']}", text)),
    )


def _between(text: str, found: Iterable[re.Match[str]]) -> Iterable[str]:
    start = 0
    for match in found:
        yield text[start : match.start("open") + 1]
        start = match.end("close") - 1
    yield text[start:]
