"""Is each thing described in one place only? Otherwise what was signed of it could be told somewhere else.

To a signature over RDF a list is a set, and all objects of one id are one thing: members could move between them,
values change places, an entry stand twice or be torn in two, and the signature would hold. Refused here, before.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from badges.problem import Malformed, TooComplex

Json = Mapping[str, Any]
Place = tuple[str, ...]
_NAMING: Final = frozenset({"id", "type"})
PLACES_MOST: Final = 100
"""Places that may speak of one thing; each is compared with all before it."""


def check_said_once(credential: Json, exempt: Callable[[Place, Json], bool]) -> None:
    """Raise Malformed when an object has a blank label, a list names one thing twice, or objects share out one id.

    TooComplex when too many of them have it.

    Of several objects with one id, the one nearest to the root says everything: the others repeat some of it, or
    are of other types and have no member in common with it. Objects that are `exempt` are passed over.
    """
    issuer = credential.get("issuer")
    said: dict[str, list[Json]] = {issuer: [{"id": issuer}]} if isinstance(issuer, str) else {}
    for place, value in _level_by_level(credential):
        if isinstance(value, list):
            _check_list(place, value)
            continue
        name = value.get("id")
        if not isinstance(name, str) or exempt(place, value):
            continue
        if name.startswith("_:"):
            raise Malformed(f"{'/'.join(place)[:120]} has a label that means nothing outside.")
        earlier = said.setdefault(name, [])
        if len(earlier) == PLACES_MOST:
            raise TooComplex(f"More than {PLACES_MOST} places speak of {name[:80]}.")
        if not all(value.items() <= first.items() or _apart(value, first) for first in earlier):
            raise Malformed(f"{'/'.join(place)[:120]} says of {name[:80]} what another place does not.")
        earlier.append(value)


def _check_list(place: Place, items: list[Any]) -> None:
    """Objects without an id are different things even when they look alike; the signature counts them.

    Repetitions are signed in an `@list` alone, which `allowedValue` is in some contexts and in others is not.
    """
    named = [item.get("id") if isinstance(item, Mapping) else item for item in items]
    seen: set[str] = set()
    for name in named:
        if isinstance(name, str):
            if name in seen:
                raise Malformed(f"{'/'.join(place)[:120]} names the same thing twice.")
            seen.add(name)


def _apart(value: Json, first: Json) -> bool:
    """Tell whether two objects cannot be taken for each other, such as issuer and subject of a self-assertion."""
    types = [set(_listed(members.get("type"))) for members in (value, first)]
    return all(types) and types[0].isdisjoint(types[1]) and value.keys() & first.keys() <= _NAMING


def _listed(value: Any) -> list[str]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def _level_by_level(credential: Json) -> Iterator[tuple[Place, Any]]:
    """Yield every object and list with its place, the nearest to the root first, but for the credential's proof."""
    whole = {name: value for name, value in credential.items() if name != "proof"}
    waiting: deque[tuple[Place, Any]] = deque([((), whole)])
    while waiting:
        place, value = waiting.popleft()
        if isinstance(value, Mapping):
            yield place, value
            for name, inner in value.items():
                if name != "@context" and not isinstance(inner, str):
                    waiting.append(((*place, name), inner))
        elif isinstance(value, list):
            yield place, value
            waiting.extend((place, inner) for inner in value)
