"""JSON-LD to canonical N-Quads, safely: nothing is dropped, nothing is fetched, nothing runs for ever.

What a signature covers is this text; so a term that no context defines, a relative identifier, or a keyword
that RDF has no place for is an error here, on both sides (Data Integrity 1.0, section 4.8: DATA_LOSS_DETECTION).
PyLD expands; `badges.quads` canonicalizes (RDFC-1.0), behind a guard that refuses graphs made to be slow.
"""

from __future__ import annotations

import json
import marshal
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final, NoReturn

from pyld import jsonld

from badges.contexts import sources
from badges.expansion import OPTIONS, Processor, expanded_to_nquads
from badges.kept import Kept
from badges.problem import DataLoss, Malformed, TooComplex, UnsupportedContext
from badges.quads import canonize_quads
from badges.shortway import ShortWay

MAX_LIST: Final = 1_000
"""Values of one list: PyLD compares each with all others."""
MAX_COMPARED: Final = 1_500_000
"""Comparisons of a document in all, twice."""

_KEPT: Final = Kept[bytes](most=64, weight=8 * 2**20)
"""Canonical forms that are remembered, by the hash and the letters of their documents."""
_SHORT: Final = ShortWay()

_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20<>\"{}|^`\\]*")
"""No white space of any script: PyLD would leave out, without a word, all that is said of such an identifier."""
_BLANK: Final = re.compile(r"_:[A-Za-z0-9][A-Za-z0-9_-]*")
_KEYWORDS: Final = frozenset({"@context", "@id", "@type", "@value", "@language"})
"""Keywords whose meaning reaches the canonical form; any other would vanish, or bring back what was left out."""


def canonize(document: Mapping[str, Any], hash_name: str = "sha256") -> bytes:
    """Return the canonical N-Quads of `document` in UTF-8, blank nodes named by `hash_name` (RDFC-1.0).

    Raises UnsupportedContext, DataLoss, Malformed or TooComplex. The last few answers are kept: a verification
    asks for the same document twice, and many of them for the same status list. Documents of an outline that
    was seen before take a shorter way to the same octets (`badges.shortway`).
    """
    key = (hash_name, _letters(document))
    found = _KEPT.get(key)
    if found is None:
        found = _SHORT.canonize(document, hash_name, _long_way)
        _KEPT.put(key, found, len(key[1]) + len(found))
    return found


def _letters(document: Any) -> bytes:
    """Return what tells a JSON value from all that differ; `marshal` is quickest, and knows no types but its own."""
    try:
        return marshal.dumps(document, 2)  # Version 2 writes equal texts alike, whoever shares them.
    except ValueError:
        return json.dumps(document).encode("ascii")


def canonize_anew(document: Mapping[str, Any], hash_name: str = "sha256") -> bytes:
    """Return the same octets as `canonize`, or the same errors, by the long way: nothing is remembered or filled in."""
    return canonize_quads(to_nquads(document), hash_name)


def _long_way(document: Any) -> str:
    return to_nquads(json.loads(json.dumps(document)))


def to_nquads(document: Mapping[str, Any]) -> str:
    """Return `document` as N-Quads, blank nodes not yet named; the same errors as `canonize`."""
    _check_contexts(document)
    _check_keywords(document)
    _check_lists(document)
    try:
        expanded = Processor(on_property_dropped=_refuse).expand(dict(document), OPTIONS)
        _check_identifiers(expanded)
        return expanded_to_nquads(expanded)
    except jsonld.JsonLdError as fault:
        raise Malformed(f"The document is not JSON-LD: {fault.code or fault.type}.") from fault
    except UnicodeEncodeError as fault:  # In what is taken as JSON, which PyLD writes out itself.
        raise Malformed("The document holds half of a character.") from fault


def _check_contexts(document: Mapping[str, Any]) -> None:
    for context in _contexts(document):
        if not isinstance(context, str) or context not in sources():
            shown = context[:200] if isinstance(context, str) else "written inline"
            raise UnsupportedContext(f"The context {shown} is not among those held here.")


def _contexts(value: object) -> Iterable[object]:
    for members in _objects(value):
        if "@context" in members:
            context = members["@context"]
            yield from context if isinstance(context, list) else [context]


def _objects(value: object) -> Iterable[Mapping[str, Any]]:
    waiting = [value]
    while waiting:
        match waiting.pop():
            case Mapping() as members:
                yield members
                waiting.extend(inner for name, inner in members.items() if name != "@context")
            case list() | tuple() as items:
                waiting.extend(items)


def _check_keywords(document: Mapping[str, Any]) -> None:
    for members in _objects(document):
        for name in members:
            if name.startswith("@") and name not in _KEYWORDS:
                raise DataLoss(f"The keyword {name[:80]} would not be signed.")


def _check_lists(document: Mapping[str, Any]) -> None:
    """Refuse what PyLD would compare for too long: a value of a thing with all its others, wherever they stand."""
    values: Counter[object] = Counter()
    for members in _objects(document):
        known_as = next((members[name] for name in ("id", "@id") if isinstance(members.get(name), str)), id(members))
        for name, value in members.items():
            length = _length(value)
            values[known_as] += length
            if length > MAX_LIST:
                raise TooComplex(f"{name[:80]!r} has {length:,} values; {MAX_LIST:,} are allowed.")
    if sum(count * count for count in values.values()) > MAX_COMPARED:
        raise TooComplex("The lists of the document are too long together.")


def _length(value: object) -> int:
    """Return how many values a list has, with those of the lists in it: JSON-LD makes one list of them."""
    return sum(map(_length, value)) if isinstance(value, list) else 1


def _refuse(name: object) -> NoReturn:
    raise DataLoss(f"The term {str(name)[:80]!r} is not defined by any context.")


def _check_identifiers(expanded: object) -> None:
    """Refuse what expansion left relative: RDF has no place for it, and it would be dropped without a word."""
    for members in _objects(expanded):
        kinds = members.get("@type", [])
        names = [*(kinds if isinstance(kinds, list) else [kinds])]
        if "@id" in members:
            names.append(members["@id"])
        names = [name for name in names if not (isinstance(name, str) and _BLANK.fullmatch(name))]
        names += [name for name in members if not name.startswith("@")]  # RDF has no blank properties.
        for name in names:
            if name == "@json" and "@value" in members:
                continue
            if not isinstance(name, str) or not _IRI.fullmatch(name):
                raise DataLoss(f"{str(name)[:80]!r} is not defined by any context and is no absolute IRI.")
