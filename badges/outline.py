"""The outline of a JSON-LD document: everything but the texts that can only be a literal or an identifier.

Documents of one outline differ in nothing but the texts in its holes. Whatever could decide how a document is expanded
stays in the outline: members, lengths of lists, contexts, types, numbers, and texts in a place where a pinned
context has them read as words (JSON-LD 1.1 API, sections 5.1 to 5.3). Outline and texts together are the document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from badges.contexts import pinned, sources

MOST: Final = 2_000
"""Parts of an outline; a document with more of them is not worth remembering."""
DEEP: Final = 48

_OBJECT, _LIST, _END, _HOLE, _WORD, _OTHER = 0, 1, 2, 3, 4, 5
"""Marks are numbers and all else are texts, so that no text can be taken for a mark."""
_IRI: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):[^\s\x00-\x20<>\"{}|^`\\]*")
_READ: Final = frozenset({"@vocab", "@json"})
"""Coercions by which a text is more than a literal or an identifier."""


class NoOutline(Exception):
    """A document that is too large or too deep, or holds what JSON has no place for."""


@dataclass(frozen=True)
class Outline:
    """What all documents of one outline have in common: `parts`; and what this one has in the `holes`."""

    parts: tuple[int | str, ...]
    holes: tuple[str, ...] = field(repr=False)

    def filled(self, texts: Iterable[str]) -> Any:
        """Return the document of this outline with `texts` in its holes."""
        parts = iter(self.parts)
        return _read(next(parts), parts, iter(texts))


def outline(document: Any) -> Outline:
    """Return the outline of a JSON value; NoOutline when it has none."""
    parts: list[int | str] = []
    holes: list[str] = []
    _draw(document, parts, holes, _words(), DEEP)
    return Outline(tuple(parts), tuple(holes))


def is_plain_iri(text: str) -> bool:
    """Tell whether a text in the place of an identifier is that identifier, whatever the active context says.

    It is absolute, and its scheme is no term that could be a prefix (JSON-LD 1.1 API, 5.2.2, step 6).
    """
    match = _IRI.fullmatch(text)
    return match is not None and (text.startswith("//", match.end(1) + 1) or match[1] not in _terms())


def _draw(value: Any, parts: list[int | str], holes: list[str], words: frozenset[str], depth: int) -> None:
    kind = type(value)
    if kind is str:
        parts.append(_HOLE)
        holes.append(value)
    elif kind is dict and depth:
        parts.append(_OBJECT)
        for name in sorted(value):
            if type(name) is not str:
                raise NoOutline
            parts.append(name)
            if name in words:
                _spell(value[name], parts, depth - 1)
            else:
                _draw(value[name], parts, holes, words, depth - 1)
        parts.append(_END)
    elif kind is list and depth:
        parts.append(_LIST)
        for item in value:
            _draw(item, parts, holes, words, depth - 1)
        parts.append(_END)
    elif value is None or kind in (bool, int, float):
        parts += (_OTHER, json.dumps(value))
    else:
        raise NoOutline
    if len(parts) > MOST:
        raise NoOutline


def _spell(value: Any, parts: list[int | str], depth: int) -> None:
    """Note a value whose every letter counts; anything but texts and lists of them is not for the short way."""
    if type(value) is str:
        parts += (_WORD, value)
    elif type(value) is list and depth:
        parts.append(_LIST)
        for item in value:
            _spell(item, parts, 0)
        parts.append(_END)
    else:
        raise NoOutline


def _read(mark: int | str, parts: Iterator[int | str], texts: Iterator[str]) -> Any:
    match mark:
        case 0:  # _OBJECT
            return {name: _read(next(parts), parts, texts) for name in iter(parts.__next__, _END)}
        case 1:  # _LIST
            return [_read(inner, parts, texts) for inner in iter(parts.__next__, _END)]
        case 3:  # _HOLE
            return next(texts)
        case 4:  # _WORD
            return next(parts)
    return json.loads(str(next(parts)))


@cache
def _words() -> frozenset[str]:
    """Return the members whose texts are read as words: aliases of keywords, terms coerced to `@vocab` or `@json`."""
    found = {"@context", "@type", "@language"}
    for name, definition in _definitions():
        mapped = definition.get("@id") if isinstance(definition, Mapping) else definition
        if isinstance(mapped, str) and mapped.startswith("@") and mapped not in ("@id", "@value"):
            found.add(name)
        if isinstance(definition, Mapping) and definition.get("@type") in _READ:
            found.add(name)
    return frozenset(found)


@cache
def _terms() -> frozenset[str]:
    return frozenset(name for name, _ in _definitions())


def _definitions() -> Iterator[tuple[str, Any]]:
    """Yield every term of every pinned context, however deep it is defined, with its definition."""
    waiting = [document["@context"] for document in map(pinned, sources()) if "@context" in document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            yield from value.items()
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
