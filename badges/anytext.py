"""Where the schema of a badge takes any text, whatever its letters: found by reading the schema, not by trying texts.

A text in such a place can be changed into another without its document passing or failing the schema for it, so that
one check of one document holds for all that differ there. Whatever is not certain is answered with no.
Clauses: JSON Schema 2019-09, core sections 9.2 and 9.3 (applicators), validation section 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from badges.contexts import pinned
from badges.schema import SCHEMA

EACH: Final = "[]"
"""The step from a list to its items."""

_ALTERNATIVES: Final = ("allOf", "anyOf", "oneOf")
_BLIND: Final = frozenset({
    "$schema", "$id", "$defs", "$ref", "$comment", "title", "description", "type", "required", "properties",
    "additionalProperties", "propertyNames", "items", "additionalItems", "minItems", "maxItems", *_ALTERNATIVES,
})  # fmt: skip
"""Keywords that never look at the letters of a text, but for those in the schemas they hold."""

Schema = Mapping[str, Any]


@cache
def takes_any_text(path: tuple[str, ...]) -> bool:
    """Tell whether the schema says the same of every text at `path`: names of members, and EACH for items of lists."""
    whole: Schema = pinned(SCHEMA)
    reached = list(_applied([whole], whole))
    for step in path:
        if not all(map(_is_blind, reached)):
            return False
        reached = list(_applied(_steps(reached, step), whole))
    return bool(reached) and all(map(_is_blind, reached))


def _is_blind(schema: Schema) -> bool:
    return schema.keys() <= _BLIND


def _applied(schemas: Iterable[Any], whole: Schema) -> Iterator[Schema]:
    """Yield every schema that is applied to a value to which `schemas` are: themselves and all their alternatives."""
    waiting = list(schemas)
    while waiting:
        schema = waiting.pop()
        if not isinstance(schema, Mapping):  # `true` allows everything and `false` nothing, whatever the letters.
            yield {}
            continue
        yield schema
        if "$ref" in schema:
            waiting.append(whole["$defs"][schema["$ref"].removeprefix("#/$defs/")])
        for name in _ALTERNATIVES:
            waiting.extend(schema.get(name, ()))


def _steps(schemas: Iterable[Schema], step: str) -> Iterator[Any]:
    """Yield the schemas of what lies one step further in."""
    for schema in schemas:
        if step != EACH:
            yield schema.get("properties", {}).get(step, schema.get("additionalProperties", True))
            continue
        items = schema.get("items", True)
        yield from items if isinstance(items, list) else [items]
        yield schema.get("additionalItems", True)
