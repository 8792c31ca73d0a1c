"""Rules for the members of a JSON object: what each must be, and a fault with its place for each that is not.

A member that is null or an empty list is not there: so JSON-LD reads it, and so do 1EdTech's validators.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from badges.problem import Malformed
from badges.vocabulary import V2, misspelt

Check = Callable[[Any, str], Iterator[str]]
TOLD_MOST: Final = 8
"""Faults of one document that are told; the others are counted."""


@dataclass(frozen=True)
class Rule:
    """What a member must be; one of `many` may stand in a list."""

    check: Check
    required: bool = False
    many: bool = False


def fits(test: Callable[[Any], bool], what: str) -> Check:
    """Return the check that a value passes `test`, which is said as `what`."""

    def check(value: Any, place: str) -> Iterator[str]:
        if not test(value):
            yield f"{place} is not {what}"

    return check


def either(text: Check, **rules: Rule) -> Check:
    """Return the check of a value that is `text`, or an object whose members keep `rules`."""

    def check(value: Any, place: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield from text(value, place)
            return
        if value.get("@context", V2) != V2:
            yield f"{place} has a context of its own"
        yield from faults_of(value, rules, f"{place}/")

    return check


def whole(**rules: Rule) -> Check:
    """Return the check of an object whose members keep `rules`."""
    return either(lambda _, place: iter([f"{place} is not an object"]), **rules)


def faults_of(node: Mapping[str, Any], rules: Mapping[str, Rule], place: str) -> Iterator[str]:
    """Yield every fault of `node`, which stands at `place`; a place within another ends with a slash."""
    yield from misspelt(node, place)
    for name, rule in rules.items():
        value = node.get(name)
        if value is None or value == []:
            if rule.required:
                yield f"{place}{name} is missing"
        elif not isinstance(value, list):
            yield from rule.check(value, place + name)
        elif rule.many:
            for number, item in enumerate(value):
                yield from rule.check(item, f"{place}{name}/{number}")
        else:
            yield f"{place}{name} is a list"


def refuse(faults: Iterable[str]) -> None:
    """Raise Malformed with all of `faults`, unless there is none."""
    found = list(faults)
    if found:
        more = f"; and {len(found) - TOLD_MOST} more" if len(found) > TOLD_MOST else ""
        raise Malformed("; ".join(found[:TOLD_MOST]) + more + ".")
