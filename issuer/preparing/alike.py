"""Who may be the same person under another name: proposed, never decided.

Two people of one list whom the list itself tells apart, by a ticket or an order, are never proposed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from issuer.preparing.person import Person, folded

MOST: Final = 500
"""Proposals that are made at once: merging some makes room for others."""
CROWD: Final = 20
"""So many people with the same surname say nothing about one another."""
SHORT: Final = 3
"""Letters that a short form has at the least: Ale, Fede, Max."""


@dataclass(frozen=True)
class Pair:
    """Two people by their keys, and the code of what they have in common."""

    first: str
    second: str
    why: str


def proposals(people: Sequence[Person]) -> list[Pair]:
    """Return who may be the same, the surest first: the address, the name, its order, a part of it."""
    open_ones = [one for one in people if one.number == 0 or not _is_numbered(one)]
    several = len({one.number for one in people}) > 1
    looked_at = people if several else open_ones
    found: dict[tuple[str, str], Pair] = {}
    for why, clue in _CLUES:
        for first, second in _together(looked_at, clue):
            if (first.key, second.key) not in found and _may_be(first, second) and _agree(why, first, second):
                found[first.key, second.key] = Pair(first.key, second.key, why)
                if len(found) == MOST:
                    return list(found.values())
    return list(found.values())


def sure(alike: Sequence[Mapping[str, Any]], why: str) -> list[tuple[str, str]]:
    """Return the pairs that have this in common with one another and with nobody else, of what was told of them.

    A name that a list has twice, or the address of a family, says nothing about who is who.
    """
    pairs = [(one["first"]["key"], one["second"]["key"]) for one in alike if one["why"] == why]
    times = Counter(key for pair in pairs for key in pair)
    return [pair for pair in pairs if all(times[key] == 1 for key in pair)]


def _is_numbered(one: Person) -> bool:
    return one.recipient.identity[0].startswith(("id:", "order:"))


def _may_be(first: Person, second: Person) -> bool:
    return first.number != second.number or not (_is_numbered(first) or _is_numbered(second))


def _together(people: Iterable[Person], clue: Callable[[Person], Iterable[str]]) -> Iterator[tuple[Person, Person]]:
    """Yield everybody with everybody else who has the same clue, in the order of the lists."""
    buckets: dict[str, list[Person]] = defaultdict(list)
    for one in people:
        for each in clue(one):
            buckets[each].append(one)
    for bucket in buckets.values():
        if 1 < len(bucket) <= CROWD:
            yield from combinations(bucket, 2)


def _words(one: Person) -> list[str]:
    return folded(one.recipient.name).replace("-", " ").replace(".", " ").replace(",", " ").split()


def _email(one: Person) -> Iterator[str]:
    if one.recipient.email:
        yield one.recipient.email.casefold()


def _name(one: Person) -> Iterator[str]:
    yield " ".join(_words(one))


def _order(one: Person) -> Iterator[str]:
    yield " ".join(sorted(_words(one)))


def _ends(one: Person) -> Iterator[str]:
    words = _words(one)
    if len(words) > 1:
        yield f"{words[0]} {words[-1]}"


def _surname(one: Person) -> Iterator[str]:
    words = _words(one)
    if len(words) > 1:
        yield words[-1]


def _initial(one: Person) -> Iterator[str]:
    words = _words(one)
    if len(words) > 1:
        yield f"{words[0]} {words[-1][0]}"


_CLUES: Final = (
    ("email", _email), ("name", _name), ("order", _order), ("middle", _ends), ("short", _surname),
    ("initial", _initial),
)  # fmt: skip


def _agree(why: str, first: Person, second: Person) -> bool:
    """Tell whether the clue is enough: a short form must begin the long one, and an initial must be one."""
    mine, other = _words(first), _words(second)
    if why == "short":
        shorter, longer = sorted((mine[0], other[0]), key=len)
        return shorter != longer and len(shorter) >= SHORT and longer.startswith(shorter)
    if why == "initial":
        return len(mine[-1]) == 1 or len(other[-1]) == 1
    return True
