"""Everybody who gets a certificate, at hand for a page: whom to look at first, and which rows cannot be issued."""

from __future__ import annotations

import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from issuer.fault import Fault
from issuer.preparing.showing import Stage
from issuer.roster.model import Recipient
from issuer.rows import RowFault, read_row

FAULTS_MOST: Final = 200
"""Faults that a page tells one by one."""
AT_HAND: Final = 1_000
"""People of a crowd that are kept in memory; somebody looks at the first ones, one by one."""
CROWDS_MOST: Final = 4


@dataclass(frozen=True)
class Crowd:
    """Those who get one: `picks` are places in it worth a look, by what is particular of each name.

    `size` counts all of them; `at_hand` are the first by their places, and the picks.
    """

    size: int
    at_hand: Mapping[int, Recipient] = field(repr=False)
    faulty: int
    faults: tuple[Fault, ...]
    picks: Mapping[str, int]

    @property
    def ready(self) -> int:
        """How many certificates will be issued."""
        return self.size - self.faulty


def crowd(people: Sequence[Recipient], on: Stage) -> Crowd:
    """Return people with what keeps some of them from being issued."""
    faults: list[Fault] = []
    faulty, well = 0, []
    for place, person in enumerate(people):
        try:
            read_row(person, on.setting)
        except RowFault as fault:
            faulty += 1
            faults += fault.faults if len(faults) < FAULTS_MOST else ()
        else:
            well.append(place)
    picks = _picks(people, well)
    at_hand = {place: people[place] for place in (*range(min(AT_HAND, len(people))), *picks.values())}
    return Crowd(len(people), at_hand, faulty, tuple(faults[:FAULTS_MOST]), picks)


def _picks(people: Sequence[Recipient], well: Sequence[int]) -> dict[str, int]:
    """Return the longest name, the shortest, one with accents and one in another script, each place once."""
    found: dict[str, int] = {}
    if not well:
        return found
    names = {place: people[place].name for place in well}
    found["longest"] = max(well, key=lambda place: len(names[place]))
    tests: list[tuple[str, Callable[[str], bool]]] = [("accents", _has_accents), ("script", _is_of_another_script)]
    for pick, test in tests:
        place = next((place for place in well if test(names[place]) and place not in found.values()), None)
        if place is not None:
            found[pick] = place
    shortest = min(well, key=lambda place: len(names[place]))
    if shortest not in found.values():
        found["shortest"] = shortest
    order = ("longest", "shortest", "accents", "script")
    return {pick: found[pick] for pick in order if pick in found}


def _has_accents(name: str) -> bool:
    return not name.isascii() and not _is_of_another_script(name)


def _is_of_another_script(name: str) -> bool:
    return any(letter.isalpha() and not unicodedata.name(letter, "LATIN").startswith("LATIN") for letter in name)


class Crowds:
    """The last few crowds, since a page asks for its pictures one by one."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Crowd] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Crowd]) -> Crowd:
        """Return what is kept under `key`, made now if it is not."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > CROWDS_MOST:
                self._kept.popitem(last=False)
        return made
