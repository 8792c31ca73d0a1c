"""One person of the lists of an evening: who is to be printed, where they stand, and whether the filter lets them."""

from __future__ import annotations

import json
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from issuer.roster.model import Recipient, Repair

BY_HAND: Final = 0
"""The number of the list of those who were added by hand."""
LINES: Final = 10**8
"""More lines than a list can have: rows of a further list are counted from here on."""
PAGE: Final = 50
"""People of a page, and of one piece of what is kept."""

_LETTERS: Final = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "’": "'"}
)
"""Letters that are no other letter with an accent, and are typed as one."""

_PLAIN: Final = tuple(one.name for one in fields(Recipient) if one.name not in ("repairs", "values", "kept"))


@dataclass(frozen=True, slots=True)
class Person:
    """A recipient under a `key` that says list and line; `kind` is the kind of their ticket.

    `gets` tells whether the filter lets them in; `also` names who was found to be the same person; `known` whether
    they have it already, from an earlier list.
    """

    key: str
    recipient: Recipient
    kind: str = ""
    gets: bool = True
    also: tuple[str, ...] = ()
    known: str = ""

    @property
    def number(self) -> int:
        """The number of the list, from 1; 0 for those who were added by hand."""
        return int(self.key.partition("-")[0])

    def to_plain(self) -> dict[str, Any]:
        """Return plain values of which `of_plain` makes the person again."""
        one = self.recipient
        plain: dict[str, Any] = {name: getattr(one, name) for name in _PLAIN}
        plain["values"], plain["kept"] = dict(one.values), dict(one.kept)
        plain["repairs"] = [(each.field, each.before, each.after, each.code) for each in one.repairs]
        own = {"key": self.key, "kind": self.kind, "gets": self.gets, "also": self.also, "known": self.known}
        return own | {"one": plain}

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> Person:
        """Return the person of plain values."""
        one = plain["one"]
        recipient = Recipient(
            row=one["row"],
            name=one["name"],
            email=one["email"],
            attended=one["attended"],
            minutes=one["minutes"],
            identity=tuple(one["identity"]),
            values=one["values"],
            kept=one["kept"],
            repairs=tuple(Repair(*each) for each in one["repairs"]),
            basis=one["basis"],
            withdrawn=one["withdrawn"],
            rows=tuple(one["rows"]),
        )
        return cls(plain["key"], recipient, plain["kind"], plain["gets"], tuple(plain["also"]), plain["known"])


def place_of(row: int) -> tuple[int, int]:
    """Return the number of the list and the line that a recipient's `row` stands for; list 0 is by hand."""
    number, line = divmod(row, LINES)
    return (BY_HAND, line) if number == LINES else (number + 1, line)


def row_of(number: int, line: int) -> int:
    """Return a row that no other line of any list has; those of the first list are its lines."""
    return (LINES if number == BY_HAND else number - 1) * LINES + line


def folded(text: str) -> str:
    """Return a text as it is searched: without accents and case, with single spaces."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return " ".join(bare.casefold().translate(_LETTERS).split())


def packed(people: Sequence[Person]) -> list[tuple[str, bytes]]:
    """Return people as pieces to keep, each with the text in which they are searched."""
    return [_piece(people[start : start + PAGE]) for start in range(0, len(people), PAGE)]


def _piece(people: Iterable[Person]) -> tuple[str, bytes]:
    here = list(people)
    searched = "\n".join(folded(f"{one.recipient.name} {one.recipient.email or ''}") for one in here)
    body = json.dumps([one.to_plain() for one in here], ensure_ascii=False, separators=(",", ":"))
    return searched, zlib.compress(body.encode(), 1)


def unpacked(body: bytes) -> Iterator[Person]:
    """Yield the people of a piece."""
    for plain in json.loads(zlib.decompress(body)):
        yield Person.of_plain(plain)
