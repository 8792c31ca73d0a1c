"""Does an answer tell anything that was never signed? What makes a `valid` a false one, defined to the letter.

A mutated input may be valid only if it tells what a genuine credential in it tells: the same credential without its
proofs, member for member; the same facts that a page shows; the same issuer; the same endorsements. Numbers are
compared as RFC 8785 writes them. A signature over RDF covers statements: to it a list is a set, one item alone is a
list of one, and `@context` is only the way to them. So of an original that is signed in such a way, lists are compared
without their order, but for those that the vocabulary keeps in order, and `@context` is not; its members all are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import rfc8785

from verifier.web.facts import Facts, facts

Json = Mapping[str, Any]
IN_ORDER: Final = frozenset({"allowedValue"})


class Harm(StrEnum):
    """What an answer to a mutated input comes to."""

    REFUSED = "refused"
    UNHARMED = "unharmed"
    FALSE = "false valid"


@dataclass(frozen=True)
class Told:
    """What a valid answer tells, and whether the order of lists was signed."""

    credential: Any
    shown: Facts
    issuer: tuple[object, ...]
    endorsements: tuple[bytes, ...]

    def is_told_by(self, other: Told, *, ordered: bool) -> bool:
        """Tell whether `other` tells the same."""
        if ordered:
            return self == other
        return (
            (self.issuer, self.endorsements) == (other.issuer, other.endorsements)
            and _as_sets(self.credential) == _as_sets(other.credential)
            and _shown_as_sets(self.shown) == _shown_as_sets(other.shown)
        )


def told(answer: Json) -> Told | None:
    """Return what the JSON of a report tells, None unless it is valid."""
    if answer["verdict"] != "valid":
        return None
    credential = answer["credential"]
    if not isinstance(credential, Mapping):
        raise TypeError("An answer is valid and tells no credential.")
    said = {name: value for name, value in credential.items() if name != "proof"}
    issuer = tuple(answer["issuer"][name] for name in ("id", "name", "trust"))
    endorsements = tuple(sorted(map(rfc8785.dumps, answer["endorsements"])))
    return Told(_canonical(said), facts(credential), issuer, endorsements)


def harm(answer: Json, genuine: Sequence[tuple[Told, bool]]) -> Harm:
    """Return what `answer` comes to; `genuine` is what may be told, each with whether the order of lists is signed."""
    found = told(answer)
    if found is None:
        return Harm.REFUSED
    same = any(found.is_told_by(one, ordered=ordered) for one, ordered in genuine)
    return Harm.UNHARMED if same else Harm.FALSE


def _canonical(value: Any) -> Any:
    """Return `value` with every text and number as RFC 8785 writes it: 1 and 1.0 are one, true and 1 are not."""
    match value:
        case dict():
            return {name: _canonical(inner) for name, inner in value.items()}
        case list():
            return [_canonical(item) for item in value]
    return rfc8785.dumps(value)


def _as_sets(value: Any, name: str = "") -> Any:
    match value:
        case dict():
            return {inner: _as_sets(value[inner], inner) for inner in sorted(value) if inner != "@context"}
        case list() if name not in IN_ORDER:
            items = sorted((_as_sets(item) for item in value), key=repr)
            return items[0] if len(items) == 1 else items
    return value


def _shown_as_sets(shown: Facts) -> list[Any]:
    """Return what a page shows, its lists without their order; what it shows alone must be the same in any order."""
    values = (getattr(shown, part.name) for part in dataclasses.fields(shown))
    return [sorted(map(repr, value)) if isinstance(value, tuple) else value for value in values]
