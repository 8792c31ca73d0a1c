"""Where in a JSON document something can be changed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

Container = dict[str, Any] | list[Any]


def members(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every container with each of its keys, the outermost first."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from members(value[key])


def containers(value: Any, kind: type) -> list[Any]:
    """Return every container of that kind, `value` itself included; never none of objects."""
    inner = [container[key] for container, key in members(value)]
    return [found for found in (value, *inner) if isinstance(found, kind)]


def some_object(value: Any, dice: random.Random) -> dict[str, Any]:
    """Return one of the objects in `value`."""
    found: dict[str, Any] = dice.choice(containers(value, dict))
    return found


def some_list(value: Any, dice: random.Random, least: int = 1) -> list[Any] | None:
    """Return one of the lists with at least so many items, None when there is none."""
    found = [each for each in containers(value, list) if len(each) >= least]
    return dice.choice(found) if found else None


def some_text(value: Any, dice: random.Random) -> tuple[Any, Any] | None:
    """Return a container and the key under which it has a text that is not empty, None when there is none."""
    found = [
        (container, key) for container, key in members(value) if isinstance(container[key], str) and container[key]
    ]
    return dice.choice(found) if found else None
