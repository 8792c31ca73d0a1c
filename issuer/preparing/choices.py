"""What an organizer chose about lists: about each of them, and about all of them together. Frozen, and kept as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from issuer.roster.model import Undone

ATTENDED: Final = "attended"
EVERYONE: Final = "everyone"
READER: Final = 1
"""Counted up when lists are read otherwise than before: what was kept of them is then read anew."""


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True)
class ListChoices:
    """What was chosen about one list.

    `columns` has a header by the name of its field, "" where no column is to mean the field; `undone` the codes of
    repairs that are not made, by line; `everywhere` those that are made nowhere.
    """

    sheet: str | None = None
    columns: Mapping[str, str] = field(default_factory=_nothing)
    undone: Mapping[str, Sequence[str]] = field(default_factory=_nothing)
    everywhere: tuple[str, ...] = ()

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> ListChoices:
        """Return what was kept."""
        return cls(
            kept.get("sheet"), kept.get("columns", {}), kept.get("undone", {}), tuple(kept.get("everywhere", ()))
        )

    def to_json(self) -> dict[str, Any]:
        """Return what is to be kept."""
        undone = {line: sorted(codes) for line, codes in self.undone.items() if codes}
        return {
            "sheet": self.sheet, "columns": dict(self.columns), "undone": undone, "everywhere": sorted(self.everywhere)
        }  # fmt: skip

    @property
    def repairs(self) -> Undone:
        """The repairs that are not to be made, as the reader wants them."""
        lines = {int(line): frozenset(codes) for line, codes in self.undone.items()}
        return Undone(lines, frozenset(self.everywhere))

    def toggled(self, line: int, code: str) -> ListChoices:
        """Undo a repair of one line, or make it again."""
        codes = set(self.undone.get(str(line), ())) ^ {code}
        return replace(self, undone={**self.undone, str(line): sorted(codes)})

    def toggled_everywhere(self, code: str) -> ListChoices:
        """Undo a kind of repair in the whole list, or make it again."""
        return replace(self, everywhere=tuple(sorted(set(self.everywhere) ^ {code})))


@dataclass(frozen=True)
class Choices:
    """What was chosen about all lists together.

    `ticks` say of a person, by key, whether they get a certificate, whatever the filter says. `added` are people that
    were added by hand, `same` pairs of keys that are one person. `again` names what was issued before: the slugs of
    an event and of an achievement. Who has it already gets nothing new.
    """

    who: str = ATTENDED
    min_minutes: int | None = None
    kinds: tuple[str, ...] = ()
    ticks: Mapping[str, bool] = field(default_factory=_nothing)
    added: tuple[Mapping[str, str], ...] = ()
    same: tuple[tuple[str, str], ...] = ()
    again: Mapping[str, str] | None = None

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Choices:
        """Return what was kept."""
        return cls(
            kept.get("who", ATTENDED),
            kept.get("min_minutes"),
            tuple(kept.get("kinds", ())),
            kept.get("ticks", {}),
            tuple(kept.get("added", ())),
            tuple((first, second) for first, second in kept.get("same", ())),
            kept.get("again"),
        )

    def to_json(self) -> dict[str, Any]:
        """Return what is to be kept."""
        return {
            "who": self.who,
            "min_minutes": self.min_minutes,
            "kinds": list(self.kinds),
            "ticks": dict(self.ticks),
            "added": [dict(person) for person in self.added],
            "same": [list(pair) for pair in self.same],
            "again": None if self.again is None else dict(self.again),
        }

    def without_list(self, number: int) -> Choices:
        """Forget what was chosen by the lines of one list, which are not the same people any more."""
        begin = f"{number}-"
        return replace(
            self,
            ticks={key: tick for key, tick in self.ticks.items() if not key.startswith(begin)},
            same=tuple(pair for pair in self.same if not any(key.startswith(begin) for key in pair)),
        )


def digest(lists: Sequence[tuple[int, str, ListChoices]], choices: Choices, keep: Sequence[str]) -> str:
    """Return the hash of all that decides how lists are read, their bytes among it; ticks decide nothing there."""
    each = [(number, sha256, one.to_json()) for number, sha256, one in lists]
    said = [READER, each, {**choices.to_json(), "ticks": {}}, list(keep)]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
