"""Where a list begins and which of its columns means what: presets, guesses, and what the caller says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from issuer.fault import Fault, Refused
from issuer.roster.columns import FIELDS, NAMES, SCAN, STATE, WORDS, guess, known, plain
from issuer.roster.letters import shown
from issuer.roster.presets import GENERIC, PRESETS, Preset
from issuer.roster.table import Record

HEAD: Final = 60
"""Records among which the headers are looked for; a report's preamble is shorter."""

_LISTED: Final = 40


@dataclass(frozen=True)
class Wish:
    """What the caller asked for, checked: columns by field and columns to keep, as they are compared.

    `without` are fields that no column means, whatever their headers; `also` headers to keep, the first that is there.
    """

    preset: str
    mapping: Mapping[str, str]
    keep: tuple[str, ...]
    without: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        preset: str,
        mapping: Mapping[str, str],
        keep: Sequence[str],
        without: Sequence[str] = (),
        also: Sequence[str] = (),
    ) -> Wish:
        """Return the wish; Refused with every unknown preset and field."""
        faults = []
        if preset != "auto" and preset not in PRESETS:
            faults.append(Fault("preset_unknown", values={"value": preset, "known": ", ".join(("auto", *PRESETS))}))
        fields = {name.strip().lower().replace(" ", "_").replace("-", "_"): header for name, header in mapping.items()}
        faults.extend(
            Fault("field_unknown", values={"value": name, "known": ", ".join(FIELDS)})
            for name in fields
            if name not in FIELDS
        )
        if faults:
            raise Refused(*faults)
        return cls(preset, fields, tuple(keep), frozenset(without), tuple(also))

    def within(self, cells: Sequence[str]) -> Wish:
        """Return what of this wish concerns a further section, whose columns may be fewer."""
        there = {plain(cell) for cell in cells}
        mapping = {name: header for name, header in self.mapping.items() if plain(header) in there}
        keep = tuple(header for header in self.keep if plain(header) in there)
        return Wish(self.preset, mapping, keep, self.without, self.also)

    def score(self, cells: Sequence[str]) -> int:
        """Return how many of these cells look like headers, those the caller names counting most."""
        wanted = {plain(header) for header in (*self.mapping.values(), *self.keep)}
        return known(cells) + 3 * sum(plain(cell) in wanted for cell in cells if wanted)


@dataclass(frozen=True)
class Layout:
    """The columns of one table: index by field and by kept header, and which preset they follow."""

    preset: Preset
    header: Record
    columns: Mapping[str, int]
    kept: Mapping[str, int]

    def title(self, field: str) -> str | None:
        """Return the header of a field, as it stands in the file."""
        if field == "name" and "name" not in self.columns:
            field = "given_name" if "given_name" in self.columns else "family_name"
        index = self.columns.get(field)
        return None if index is None else self.header.cells[index].strip()

    @property
    def titles(self) -> dict[str, str]:
        """The header of each field that is there."""
        cells = self.header.cells
        return {field: cells[self.columns[field]].strip() for field in WORDS if field in self.columns}


def find(head: Sequence[Record], wish: Wish) -> Layout:
    """Return the layout of the table these first records begin; Refused with what is missing."""
    preset, header = recognise(head, wish)
    return lay(preset, header, wish)


def recognise(head: Sequence[Record], wish: Wish) -> tuple[Preset, Record]:
    """Return which export these first records begin, and which is its headers; Refused with what is missing."""
    if not head:
        raise Refused(Fault("file_empty"))
    tried = [PRESETS[wish.preset]] if wish.preset != "auto" else list(PRESETS.values())
    for preset in tried:
        fitting = [record for record in head if preset.knows(record.cells)]
        if fitting:
            return preset, max(fitting, key=lambda record: (wish.score(record.cells), -record.line))
    if wish.preset not in ("auto", GENERIC.name):
        preset = PRESETS[wish.preset]
        needed = " / ".join(", ".join(sorted(need)) for need in preset.needs)
        raise Refused(Fault("preset_does_not_fit", values={"value": preset.name, "needed": needed}))
    best = max(head, key=lambda record: (wish.score(record.cells), -record.line))
    return GENERIC, best if wish.score(best.cells) else head[0]


def lay(preset: Preset, header: Record, wish: Wish) -> Layout:
    """Return the layout under this header; Refused with every column that is not there, or there twice."""
    found = preset.columns(header.cells) if preset is not GENERIC else guess(header.cells, WORDS)
    guessed = {field: index for field, index in found.items() if field not in wish.without}
    faults: list[Fault] = []
    asked = {field: _index(header, text, faults) for field, text in wish.mapping.items()}
    kept = {text: _index(header, text, faults) for text in (*wish.keep, *_first(header, wish.also))}
    columns = _merged(guessed, {field: index for field, index in asked.items() if index is not None})
    if not faults and not any(field in columns for field in NAMES):
        faults.append(Fault("name_column_missing", row=header.line, values={"columns": _listed(header)}))
    faults.extend(_doubled(header, columns, exactly=preset is not GENERIC))
    if faults:
        raise Refused(*faults)
    return Layout(preset, header, columns, {text: index for text, index in kept.items() if index is not None})


def _merged(guessed: Mapping[str, int], asked: Mapping[str, int]) -> dict[str, int]:
    """What the caller says goes before every guess: of the same field, of the same column, of who attended."""
    taken = set(asked.values())
    columns = {field: index for field, index in guessed.items() if index not in taken}
    if "attended" in asked:
        columns.pop(SCAN, None)
    if "name" in asked:
        columns = {field: index for field, index in columns.items() if field not in NAMES}
    return {**columns, **asked}


def _index(header: Record, text: str, faults: list[Fault]) -> int | None:
    bare = [cell.strip() for cell in header.cells]
    if text.strip() in bare:
        return bare.index(text.strip())
    words = [plain(cell) for cell in header.cells]
    if plain(text) and plain(text) in words:
        return words.index(plain(text))
    faults.append(Fault("column_unknown", values={"value": text, "columns": _listed(header)}))
    return None


def _doubled(header: Record, columns: Mapping[str, int], *, exactly: bool) -> list[Fault]:
    """Fault each used header that stands twice; one of them would be believed without anybody knowing which.

    In a known export a question «Email» of the organizer's is not its own column `email`, which comes first.
    """
    words = [cell.strip() if exactly else plain(cell) for cell in header.cells]
    return [
        Fault("column_twice", row=header.line, column=header.cells[index].strip())
        for field, index in columns.items()
        if words.count(words[index]) > 1 and field != STATE
    ]


def _first(header: Record, words: Sequence[str]) -> tuple[str, ...]:
    titles = {plain(cell): cell.strip() for cell in reversed(header.cells)}
    return next(((titles[word],) for word in words if word in titles), ())


def _listed(header: Record) -> str:
    named = [shown(cell.strip()) for cell in header.cells if cell.strip()]
    return " · ".join(named[:_LISTED]) + (" …" if len(named) > _LISTED else "")
