"""The grammar of a certificate's sentence: `{{field}}`, and `[parts]` that vanish when a field inside is empty.

There is nothing else: no expressions, no formats, no nesting. Values are data and are printed as they are, braces,
brackets and percent signs included.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

STRONG: Final = frozenset({"event", "achievement"})
"""Fields that are printed stronger than the sentence they stand in."""

_TOKEN: Final = re.compile(r"\{\{([^{}\[\]]*)\}\}|(\[|\]|\{\{|\}\})")


class InvalidWording(ValueError):
    """A template that `check` finds fault with; carries the codes."""


@dataclass(frozen=True)
class Run:
    """A stretch of a sentence; `field` names the placeholder it came from, None for the template's own words."""

    text: str
    strong: bool = False
    field: str | None = None


@dataclass(frozen=True)
class _Piece:
    """A literal text, or a field's name; `part` counts the bracketed part it stands in, 0 outside of any."""

    text: str
    is_field: bool
    part: int


def check(template: str, allowed: Collection[str]) -> list[str]:
    """Return the codes of the faults in `template`, each once; `allowed` names the fields that there are."""
    pieces, found = _parse(template)
    codes = list(found)
    if any(piece.is_field and piece.text not in allowed for piece in pieces):
        codes.append("wording_unknown_field")
    if not codes and not any(piece.text.strip() for piece in pieces):
        codes.append("wording_empty")
    return list(dict.fromkeys(codes))


def fields(template: str) -> tuple[str, ...]:
    """Return the names of the fields in `template`, in its order."""
    return tuple(dict.fromkeys(piece.text for piece in _parse(template)[0] if piece.is_field))


def render(template: str, values: Mapping[str, str]) -> tuple[Run, ...]:
    """Return `template` with its values as runs; a value that is missing or blank is empty.

    Where a part or an empty field vanished, the words around it close up: no space is doubled, no comma is left
    over. Only the template's own words are touched, never a value. Raises InvalidWording for a faulty template.
    """
    pieces, codes = _parse(template)
    if codes:
        raise InvalidWording(*dict.fromkeys(codes))
    empty = {piece.part for piece in pieces if piece.part and piece.is_field and not _filled(values, piece.text)}
    runs: list[Run] = []
    gap = True
    for piece in pieces:
        if piece.part in empty or (piece.is_field and not _filled(values, piece.text)):
            gap = True
            continue
        run = Run(values[piece.text], piece.text in STRONG, piece.text) if piece.is_field else Run(piece.text)
        if gap:
            run = _close_up(runs, run)
        if run.text:
            runs.append(run)
            gap = False
    return tuple(_merged(_trimmed(runs)))


def _filled(values: Mapping[str, str], field: str) -> bool:
    return bool(values.get(field, "").strip())


def _close_up(runs: list[Run], run: Run) -> Run:
    """Mend the seam between the last of `runs` and `run`, between which something vanished; at the start, nothing."""
    if run.field is not None:
        return run
    text = run.text
    before = runs[-1] if runs else None
    if before is None:
        return replace(run, text=text.lstrip(" ,;:"))
    if before.field is None and text[:1] in {" ", ",", ";", ".", ":", ")"}:
        left = before.text.rstrip(" ") if text[0] == " " else before.text.rstrip(" ,;:")
        if text[0] == " " and left[-1:] in {",", ";", ":"}:
            text = text.lstrip(" ")
            left += " "
        runs[-1] = replace(before, text=left)
    return replace(run, text=text)


def _trimmed(runs: list[Run]) -> Iterator[Run]:
    """Drop what dangles at the end: spaces and separators that led to something that vanished."""
    while runs and runs[-1].field is None and not runs[-1].text.strip(" ,;:"):
        runs.pop()
    if runs and runs[-1].field is None:
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip(" ,;:"))
    yield from runs


def _merged(runs: Iterator[Run]) -> Iterator[Run]:
    """Join neighbouring literals, so that a sentence has as few runs as it can."""
    held: Run | None = None
    for run in runs:
        if held is not None and held.field is None and run.field is None:
            held = Run(held.text + run.text)
            continue
        if held is not None and held.text:
            yield held
        held = run
    if held is not None and held.text:
        yield held


@lru_cache(maxsize=256)
def _parse(template: str) -> tuple[tuple[_Piece, ...], tuple[str, ...]]:
    pieces: list[_Piece] = []
    codes: list[str] = []
    part, parts, at = 0, 0, 0

    def literal(text: str) -> None:
        if text:
            pieces.append(_Piece(text, is_field=False, part=part))

    for match in _TOKEN.finditer(template):
        literal(template[at : match.start()])
        at = match.end()
        sign = match[2]
        if sign is None:
            pieces.append(_Piece(match[1].strip(), is_field=True, part=part))
        elif sign in ("{{", "}}"):
            codes.append("wording_unbalanced_braces")
        elif sign == "[":
            codes += ["wording_nested_brackets"] if part else []
            parts += 1
            part = parts
        else:
            codes += [] if part else ["wording_unbalanced_brackets"]
            part = 0
    literal(template[at:])
    return tuple(pieces), (*codes, *(["wording_unbalanced_brackets"] if part else []))
