"""How an award is printed: what the design version keeps beside the signed bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

DESIGNS: Final = ("classic", "modern", "minimal")
COLOURS: Final = MappingProxyType({"classic": "#7a1f2b", "modern": "#0f3d4c", "minimal": "#b5451b"})
"""The colour of each design for organizations that have none; a badge drawn for it is of the same."""

PAPERS: Final = ("A4", "Letter")
MOST_SIGNATORIES: Final = 3

_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)


class InvalidLayout(ValueError):
    """A layout that no design can print: an unknown design or paper, a colour that is none, too many signatories."""


def is_colour(text: str) -> bool:
    """Tell whether `text` is a colour as an event file writes it: `#` and six hexadecimal digits, nothing else."""
    return _COLOUR.fullmatch(text) is not None


@dataclass(frozen=True)
class Signatory:
    """One who signs; `image` is the re-encoded picture of the signature (PNG, JPEG or SVG)."""

    name: str
    role: str = ""
    image: bytes | None = None


@dataclass(frozen=True)
class Layout:
    """Everything about the print that is not signed. To make one is to check it: raises InvalidLayout.

    `colour` is the organization's, None for the design's own; `wording` overrides the kind's; `timezone` is the IANA
    zone in which dates are printed. `logo` and `picture` (the badge) are what `assets.reencode` returned. `seed`
    is the event's id, from which its rosette is drawn; an empty one falls back to the achievement's.
    """

    kind: str
    design: str
    paper: str = "A4"
    colour: str | None = None
    language: str = "it"
    wording: str | None = None
    timezone: str = "UTC"
    signatories: tuple[Signatory, ...] = ()
    logo: bytes | None = None
    picture: bytes | None = None
    legal_note: bool = True
    seed: str = ""

    def __post_init__(self) -> None:
        if self.design not in DESIGNS or self.paper not in PAPERS:
            raise InvalidLayout(f"{self.design} on {self.paper}")
        if self.colour is not None and not is_colour(self.colour):
            raise InvalidLayout("A colour is # and six hexadecimal digits.")
        if len(self.signatories) > MOST_SIGNATORIES:
            raise InvalidLayout(f"At most {MOST_SIGNATORIES} people sign.")
