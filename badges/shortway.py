"""The short way to a canonical form: documents of an outline that was seen before need no expansion.

An outline is remembered when it comes a second time, so that what strangers send once costs nothing more, and
outlines that served often are not driven out by such as came twice. The graph of each document is canonicalized anew:
labels of blank nodes are never reused. Whatever is not certain goes the long way.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from badges.kept import Kept
from badges.outline import NoOutline, Outline, outline
from badges.problem import BadgeError, Malformed
from badges.quads import canonize_quads
from badges.skeleton import LongWay, NoSkeleton, Pattern, Skeleton, build, pattern_of

_log = logging.getLogger(__name__)

SEEN_MOST: Final = 4_096
"""Outlines of which it is known that they came once; no more than a number of each is kept."""
KNOWN_MOST: Final = 128
KNOWN_WEIGHT: Final = 8 * 2**20
OFTEN: Final = 16
"""Documents that an outline has served before it is kept apart from those that come and go."""
VARIANTS_MOST: Final = 4
"""Patterns of equal identifiers for which one outline has a skeleton."""
COMPARED: Final = 1_000
"""Each document of this number goes the long way as well; a difference ends the short one."""


@dataclass
class Known:
    """An outline that came twice: which of its holes are identifiers, and a skeleton by which of them are equal."""

    iris: tuple[int, ...]
    skeletons: dict[Pattern, Skeleton | None] = field(default_factory=dict)
    served: int = 0

    def pattern(self, holes: Sequence[str]) -> Pattern:
        """Return which of the identifiers in `holes` are equal."""
        return pattern_of(self.iris, holes)


class ShortWay:
    """What is known of outlines, in this process; safe to use from many threads."""

    def __init__(self) -> None:
        self._seen: Kept[bool] = Kept(SEEN_MOST, SEEN_MOST)
        self._new: Kept[Known] = Kept(KNOWN_MOST, KNOWN_WEIGHT)
        self._proven: Kept[Known] = Kept(KNOWN_MOST, KNOWN_WEIGHT)

    def canonize(self, document: Mapping[str, Any], hash_name: str, long_way: LongWay) -> bytes:
        """Return what `canonize_quads` gives for what `long_way` makes of `document`; the same kinds of errors."""
        try:
            drawn = outline(document)
        except NoOutline:
            return canonize_quads(long_way(document), hash_name)
        known = self.known(drawn)
        found = self._short(drawn, known, hash_name) if known else None
        if known and found is not None and known.served % COMPARED:
            return found
        answer = canonize_quads(long_way(document), hash_name)
        if found is None:
            self._learn(drawn, known, answer, hash_name, long_way)
        elif known and found != answer:
            _log.error("A skeleton gave other octets than the long way; its outline goes the long way from now on.")
            known.skeletons.update(dict.fromkeys(known.skeletons))
        return answer

    def known(self, drawn: Outline) -> Known | None:
        """Return what is known of an outline, if it came twice and has not been driven out."""
        return self._proven.get(drawn.parts) or self._new.get(drawn.parts)

    def _short(self, drawn: Outline, known: Known, hash_name: str) -> bytes | None:
        skeleton = known.skeletons.get(known.pattern(drawn.holes))
        nquads = skeleton.nquads(drawn.holes) if skeleton else None
        if skeleton is None or nquads is None:
            return None
        known.served += 1
        if known.served == OFTEN:
            self._proven.put(drawn.parts, known, _weight(drawn, known))
            self._new.pop(drawn.parts)
        try:
            return canonize_quads(nquads, hash_name, guarded=not skeleton.tame)
        except Malformed:
            return None

    def _learn(self, drawn: Outline, known: Known | None, answer: bytes, hash_name: str, long_way: LongWay) -> None:
        """Make a skeleton of an outline that came before, and keep it if it gives the `answer` of the long way."""
        number = hash(drawn.parts)
        if known is None and self._seen.get(number) is None:
            self._seen.put(number, True, 1)
            return
        if known is None:
            plain = _built(drawn, tuple(range(len(drawn.holes))), long_way)
            known = Known(tuple(sorted(plain.iris)) if plain else ())
            known.skeletons[tuple(range(len(drawn.holes)))] = plain
        pattern = known.pattern(drawn.holes)
        if pattern not in known.skeletons and len(known.skeletons) < VARIANTS_MOST:
            known.skeletons[pattern] = _built(drawn, pattern, long_way)
        skeleton = known.skeletons.get(pattern)
        nquads = skeleton.nquads(drawn.holes) if skeleton else None
        if nquads is not None and canonize_quads(nquads, hash_name) != answer:
            known.skeletons[pattern] = None
        self._new.put(drawn.parts, known, _weight(drawn, known))


def _built(drawn: Outline, pattern: Pattern, long_way: LongWay) -> Skeleton | None:
    try:
        return build(drawn, pattern, long_way)
    except (NoSkeleton, BadgeError):
        return None


def _weight(drawn: Outline, known: Known) -> int:
    held = tuple(known.skeletons.values())  # Another thread may add to them meanwhile.
    skeletons = sum(skeleton.weight for skeleton in held if skeleton)
    return skeletons + sum(len(part) + 60 for part in drawn.parts if isinstance(part, str)) + 8 * len(drawn.parts)
