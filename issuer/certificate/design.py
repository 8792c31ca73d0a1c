"""The three designs in figures: typefaces, sizes in points, measures in millimetres, per paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from issuer.certificate.fonts import SANS, SERIF
from issuer.certificate.layout import COLOURS
from issuer.certificate.measure import Face

SIZES: Final = MappingProxyType({"A4": (297.0, 210.0), "Letter": (279.4, 215.9)})
"""Width and height of the papers, landscape."""


@dataclass(frozen=True, eq=False)
class Design:
    """One design, equal to itself alone. `column` is the width of the name's column, `measure` that of 62 letters.

    `scales` brings the letters of a script to the height of the design's own; `colour` is for organizations that
    have none; `paper` and `ink` are what text stands on and is printed in.
    """

    name: Face
    name_size: float
    title_size: Mapping[str, float]
    text: Face
    strong: Face
    text_size: float
    reason: Face
    reason_size: float
    signer_size: float
    paper: str
    ink: str
    colour: str
    column: Mapping[str, float]
    measure: Mapping[str, float]
    scales: Mapping[str, float]


def _title(most: float, merit: float, diploma: float) -> Mapping[str, float]:
    """Return the size of the title by kind."""
    return MappingProxyType({"attendance": most, "badge": most, "merit": merit, "diploma": diploma})


def _scales(latin: float, hung: float, square: float, arabic: float, own: tuple[str, ...] = ()) -> Mapping[str, float]:
    """Return the scale of each script that a design's `own` face does not have.

    `latin` is for those drawn to Noto's x-height, `hung` for those that hang from a line or know no cases, `square`
    for ideographs and syllables, `arabic` for joined scripts.
    """
    groups: tuple[tuple[float, tuple[str, ...]], ...] = (
        (latin, ("GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN", "CHEROKEE", "COPTIC")),
        (hung, ("DEVANAGARI", "BENGALI", "GUJARATI", "GURMUKHI", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "ORIYA",
               "SINHALA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN", "ETHIOPIC", "HEBREW")),
        (square, ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO")),
        (arabic, ("ARABIC", "SYRIAC", "THAANA")),
    )  # fmt: skip
    return MappingProxyType({script: scale for scale, scripts in groups for script in scripts if script not in own})


_GARAMOND: Final = f"EB Garamond, {SERIF}"
_FRAUNCES: Final = f"Fraunces, {SERIF}"
_INTER: Final = f"Inter, {SANS}"

DESIGNS: Final[Mapping[str, Design]] = MappingProxyType(
    {
        "classic": Design(
            name=Face(_GARAMOND, 500),
            name_size=47,
            title_size=_title(30, merit=20, diploma=36),
            text=Face(_GARAMOND),
            strong=Face(_GARAMOND, 600),
            text_size=15.5,
            reason=Face(_GARAMOND, italic=True),
            reason_size=24,
            signer_size=10.5,
            paper="#fdfbf6",
            ink="#1d1b20",
            colour=COLOURS["classic"],
            column=MappingProxyType({"A4": 225.0, "Letter": 211.0}),
            measure=MappingProxyType({"A4": 141.0, "Letter": 138.0}),
            scales=_scales(0.76, 0.89, 0.94, 1.0, own=("GREEK", "CYRILLIC")),
        ),
        "modern": Design(
            name=Face(_FRAUNCES, 600, tracking=-0.012),
            name_size=44,
            title_size=_title(15, merit=15, diploma=17),
            text=Face(_INTER),
            strong=Face(_INTER, 600),
            text_size=14,
            reason=Face(_FRAUNCES, 600, tracking=-0.005),
            reason_size=21,
            signer_size=10,
            paper="#ffffff",
            ink="#16181d",
            colour=COLOURS["modern"],
            column=MappingProxyType({"A4": 177.0, "Letter": 165.0}),
            measure=MappingProxyType({"A4": 152.0, "Letter": 150.0}),
            scales=_scales(0.91, 0.92, 0.92, 0.98),
        ),
        "minimal": Design(
            name=Face(_INTER, 600, tracking=-0.02),
            name_size=34,
            title_size=_title(13, merit=13, diploma=14),
            text=Face(_INTER),
            strong=Face(_INTER, 600),
            text_size=13,
            reason=Face(_INTER, 500, tracking=-0.01),
            reason_size=18,
            signer_size=9,
            paper="#ffffff",
            ink="#16181d",
            colour=COLOURS["minimal"],
            column=MappingProxyType({"A4": 131.0, "Letter": 121.0}),
            measure=MappingProxyType({"A4": 122.0, "Letter": 114.0}),
            scales=_scales(1.0, 0.96, 0.96, 1.04, own=("GREEK", "CYRILLIC")),
        ),
    }
)
