"""Names and sentences that fit: sizes and breaks found by measuring, so that nothing ever overflows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from issuer.certificate.measure import Face, width
from issuer.wording import Run

MM: Final = 72 / 25.4
"""Points in a millimetre."""

_STEPS: Final = tuple(1 - step * 0.04 for step in range(11))
_TWO_LINES: Final = tuple(0.8 - step * 0.04 for step in range(18))
_SLACK: Final = 0.995
_WHOLE: Final = 0.62
_WORTH_BREAKING: Final = 0.25
_ROUNDING: Final = 1.012
_DATES: Final = frozenset({"date", "from", "to"})
_RIGHT_TO_LEFT: Final = {"R", "AL"}
_PARTICLES_WORDS: Final = (
    "a al af ap av ap. ben bin bint d' da dal dalla dall' das de degli dei del dela dell' della delle "
    "dello den der des di do dos du e el ez-zahra ibn la las le li lo los mac mc op st. ste. san santa "
    "ten ter van ver vom von y zu zum zur"
)
_PARTICLES: Final = frozenset(_PARTICLES_WORDS.split())
_NOT_FIRST: Final = {"Mn", "Mc", "Me", "Cf"}


@dataclass(frozen=True)
class Segment:
    """A stretch of a name in one script; `scale` brings its letters to the height of the design's own."""

    text: str
    scale: float = 1.0


@dataclass(frozen=True)
class FittedName:
    """A name as one or two lines of segments, at `size` points; `rtl` when it reads from the right."""

    lines: tuple[tuple[Segment, ...], ...]
    size: float
    rtl: bool


@dataclass(frozen=True)
class Paragraph:
    """The measure of a text in millimetres, and whether its names and dates are kept `whole`."""

    measure: float
    whole: bool


def fit_name(name: str, face: Face, size: float, column: float, scales: Mapping[str, float]) -> FittedName:
    """Return `name` at the largest step of `size` that fits a `column` of so many millimetres.

    It shrinks by steps to 60 %; then takes two lines, never broken after a particle; and only if that is too wide as
    well, it shrinks on. There is never a third line.
    """
    available = column * MM * _SLACK
    rtl = reads_from_the_right(name)
    one = (segments(name, scales, rtl),)
    for step in _STEPS:
        if _extent(one[0], face) * size * step <= available:
            return FittedName(one, size * step, rtl)
    pairs = [(segments(a, scales, rtl), segments(b, scales, rtl)) for a, b in _halves(name)]
    if not pairs:
        return FittedName(one, available / _extent(one[0], face), rtl)
    two = min(pairs, key=lambda pair: max(_extent(line, face) for line in pair))
    widest = max(_extent(line, face) for line in two)
    best = next((step for step in _TWO_LINES if widest * size * step <= available), None)
    return FittedName(two, size * best if best is not None else available / widest, rtl)


def set_paragraph(runs: Sequence[Run], plain: Face, strong: Face, size: float, most: float) -> Paragraph:
    """Return how `runs` stand most evenly in `most` millimetres, in no more lines than they need.

    Names of events and dates are kept whole where that leaves no line much shorter than the others.
    """
    limit = most * MM / size
    held, loose = (_balanced(runs, plain, strong, limit, whole) for whole in (True, False))
    better = (len(loose[1]), _ragged(loose[1]) + _WORTH_BREAKING) < (len(held[1]), _ragged(held[1]))
    narrow, _ = loose if better else held
    return Paragraph(min(narrow * _ROUNDING * size / MM, most), whole=not better)


def _balanced(runs: Sequence[Run], plain: Face, strong: Face, limit: float, whole: bool) -> tuple[float, list[float]]:
    """Return the narrowest measure in ems with no more lines than `limit` gives, and how wide its lines are."""
    words = list(_words(runs, plain, strong, limit if whole else 0.0))
    space = width(" ", plain)
    lines = len(_lines(words, space, limit))
    low, high = limit / max(lines, 1) * 0.6, limit
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (low, middle) if len(_lines(words, space, middle)) <= lines else (middle, high)
    return high, _lines(words, space, high)


def _ragged(lines: Sequence[float]) -> float:
    return 1 - min(lines) / max(lines) if len(lines) > 1 else 0.0


def reads_from_the_right(text: str) -> bool:
    """Tell whether the first letter with a direction is of a script written from the right."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in _RIGHT_TO_LEFT or direction == "L":
            return direction != "L"
    return False


def segments(text: str, scales: Mapping[str, float], rtl: bool) -> tuple[Segment, ...]:
    """Return `text` by script. A name with anything from the right stays whole, so that Pango orders it."""
    scripts = _scripts(text)
    if rtl or any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        first = next((script for script in scripts if script in scales), "")
        return (Segment(text, scales.get(first, 1.0)),)
    pairs = zip(text, (scales.get(script, 1.0) for script in scripts), strict=True)
    return tuple(
        Segment("".join(character for character, _ in group), scale)
        for scale, group in groupby(pairs, key=lambda pair: pair[1])
    )


def _scripts(text: str) -> list[str]:
    """Return the script of every character, by the first word of its Unicode name; neutral ones join their left."""
    found: list[str] = []
    for character in text:
        neutral = not unicodedata.category(character).startswith("L")
        name = unicodedata.name(character, "").split(" ")[0].split("-")[0]
        found.append(found[-1] if neutral and found else name)
    return found


def _extent(line: Sequence[Segment], face: Face) -> float:
    return sum(width(segment.text, face) * segment.scale for segment in line) or 1e-6


def is_particle(word: str) -> bool:
    """Tell whether a word of a name belongs to the next one, so that no line ends with it."""
    return word.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'") in _PARTICLES


def _halves(name: str) -> list[tuple[str, str]]:
    """Return every way to break `name` in two: at spaces, else after hyphens, else between ideographs."""
    words = name.split(" ")
    breaks = [
        (" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words)) if not is_particle(words[at - 1])
    ]
    if breaks:
        return breaks
    hyphens = [(name[: at + 1], name[at + 1 :]) for at in range(1, len(name) - 1) if name[at] in "-\N{HYPHEN}"]
    if hyphens:
        return hyphens
    return [
        (name[:at], name[at:])
        for at in range(1, len(name))
        if unicodedata.category(name[at]) == unicodedata.category(name[at - 1]) == "Lo"
        and unicodedata.category(name[at]) not in _NOT_FIRST
        and not name[at].isspace()
    ]


def is_whole(run: Run, strong: Face, limit: float) -> bool:
    """Tell whether a strong run or a date is short enough, in a line of `limit` ems, to be kept on one line."""
    return (run.strong or run.field in _DATES) and width(run.text, strong) <= limit * _WHOLE


def _words(runs: Sequence[Run], plain: Face, strong: Face, limit: float) -> Iterator[float]:
    """Yield the widths of the words, in ems; a word may span runs, as a name and its comma do."""
    held = 0.0
    for run in runs:
        face = strong if run.strong else plain
        parts = [run.text] if is_whole(run, strong, limit) else run.text.split(" ")
        for index, part in enumerate(parts):
            if index and held:
                yield held
                held = 0.0
            held += width(part, face) if part else 0.0
    if held:
        yield held


def _lines(words: Sequence[float], space: float, limit: float) -> list[float]:
    """Return the widths of the lines that `words` take, filled one after the other."""
    lines = [0.0]
    for word in words:
        if lines[-1] and lines[-1] + space + word > limit:
            lines.append(0.0)
        lines[-1] += word + (space if lines[-1] else 0.0)
    return lines
