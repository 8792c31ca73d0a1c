"""A text with holes: what is the same for many documents, and between it the places where each puts its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter


@dataclass(frozen=True)
class Woven:
    """`pattern` is the text, each hole a `%s`; `places` are the numbers of the texts to be put there, in order."""

    pattern: str = field(repr=False)
    places: tuple[int, ...]

    @classmethod
    def cut(cls, text: str, marks: Sequence[str]) -> Woven:
        """Return `text` with a hole wherever one of `marks` stands; no mark is a part of another."""
        found = sorted((at, number) for number, mark in enumerate(marks) for at in _places(text, mark))
        pieces, start = [], 0
        for at, number in found:
            pieces.append(text[start:at])
            start = at + len(marks[number])
        pieces.append(text[start:])
        return cls("%s".join(piece.replace("%", "%%") for piece in pieces), tuple(number for _, number in found))

    def filled(self, texts: Sequence[str]) -> str:
        """Return the text with `texts` put where their numbers say; they are taken as they are."""
        match self.places:
            case ():
                return self.pattern % ()
            case (place,):
                return self.pattern % (texts[place],)
        woven: str = self.pattern % itemgetter(*self.places)(texts)
        return woven


def _places(text: str, mark: str) -> Iterator[int]:
    at = text.find(mark)
    while at >= 0:
        yield at
        at = text.find(mark, at + len(mark))
