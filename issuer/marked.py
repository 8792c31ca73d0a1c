"""An intent with a mark in the place of each value of its own: what `compose` makes of it shows where each goes.

Which values `compose` looks at is noted too. One that it reads and that bears no mark, or a row that it reads through
as a whole, has no shape: nothing is taken to be alike in all rows that might not be.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from badges.skeleton import NoSkeleton
from issuer.compose import compose
from issuer.intent import Intent

Hole = tuple[str, ...]
"""Where an intent has a value: a field, or a member of the row, or a member of one of those."""

TOKEN: Final = ("token",)
INDEX: Final = ("index",)
SUBJECT: Final = ("subject_id",)
FIRST: Final = (TOKEN, INDEX, SUBJECT)
"""The holes that every intent has."""
_DIGITS: Final = 10**31


@dataclass(frozen=True)
class Marked:
    """What `compose` made of marks, and which mark stands for which hole: FIRST, then what was read of the row."""

    credential: dict[str, Any]
    marks: Mapping[Hole, str]


class _Watched(Mapping[str, Any]):
    """A mapping that notes which members are read."""

    def __init__(self, held: Mapping[str, Any]) -> None:
        self.held = held
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        self.read.add(name)
        return self.held[name]

    def __iter__(self) -> Iterator[str]:
        raise NoSkeleton

    def __len__(self) -> int:
        raise NoSkeleton


def marked(intent: Intent) -> Marked:
    """Return what an intent like this one composes; NoSkeleton when something was read that has no mark."""
    number = _DIGITS + secrets.randbelow(_DIGITS)
    marks: dict[Hole, str] = {TOKEN: _mark(""), INDEX: str(number), SUBJECT: _mark("urn:mark:")}
    row = _marked_row(intent.row, marks)
    made = compose(replace(intent, token=marks[TOKEN], subject_id=marks[SUBJECT], index=number, row=row)).to_json()
    read = {*FIRST, *_looked_at(row)}
    if not read <= marks.keys():
        raise NoSkeleton
    return Marked(made, {hole: mark for hole, mark in marks.items() if hole in read})


def _looked_at(row: _Watched) -> Iterator[Hole]:
    """Yield what was read of a row, but for members that are None: those are None in every row of the kind."""
    for name in row.read:
        value = row.held.get(name)
        if isinstance(value, _Watched):
            yield from ((name, member) for member in value.read)
        elif value is not None:
            yield (name,)


def _marked_row(row: Mapping[str, Any], marks: dict[Hole, str]) -> _Watched:
    """Return a row with marks for texts, and for texts of members that are objects; None stays None."""
    held: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, str):
            held[name] = marks[name,] = _mark("https://mark.invalid/")
        elif isinstance(value, Mapping):
            inner = {member: _mark("https://mark.invalid/") for member, text in value.items() if isinstance(text, str)}
            marks |= {(name, member): mark for member, mark in inner.items()}
            held[name] = _Watched({**value, **inner})
        else:
            held[name] = value
    return _Watched(held)


def _mark(scheme: str) -> str:
    """Return a text that nobody can know, and that is a part of no other: an identifier, if it has a scheme."""
    return scheme + secrets.token_hex(16)
