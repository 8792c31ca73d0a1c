"""A text with holes: what is the same for many documents, and between it the places where each puts its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final

_PERCENT: Final = re.compile("%")


@dataclass(frozen=True)
class Woven:
    """`pattern` is the text, each hole a `%s`; `places` are the numbers of the texts to be put there, in order."""

    pattern: str = field(repr=False)
    places: tuple[int, ...]

    @classmethod
    def cut(cls, text: str, marks: Sequence[str]) -> Woven:
        """Return `text` with a hole wherever one of `marks` stands; no mark is a part of another."""
        if not marks:
            return cls(_PERCENT.sub("%%", text), ())
        pieces = re.split("(" + "|".join(map(re.escape, marks)) + ")", text)
        pattern = "%s".join(_PERCENT.sub("%%", piece) for piece in pieces[::2])
        return cls(pattern, tuple(map(marks.index, pieces[1::2])))

    def filled(self, texts: Sequence[str]) -> str:
        """Return the text with `texts` put where their numbers say; they are taken as they are."""
        match self.places:
            case ():
                return self.pattern % ()
            case (place,):
                return self.pattern % (texts[place],)
        woven: str = self.pattern % itemgetter(*self.places)(texts)
        return woven
