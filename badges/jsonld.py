"""JSON-LD to canonical N-Quads, safely: nothing is dropped, nothing is fetched, nothing runs for ever.

What a signature covers is this text; so a term that no context defines, a relative identifier, or a keyword
that RDF has no place for is an error here, on both sides (Data Integrity 1.0, section 4.8: DATA_LOSS_DETECTION).
PyLD expands, pyoxigraph canonicalizes (RDFC-1.0), and a guard refuses graphs made to be slow before that.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NoReturn

import pyoxigraph as ox
from cachetools import LRUCache
from pyld import jsonld

from badges.contexts import pinned, sources
from badges.problem import DataLoss, Malformed, TooComplex, UnsupportedContext

MAX_BLANK_NODES: Final = 64
MAX_ALIKE: Final = 4
"""Blank nodes that may look alike at first sight; the time of RDFC-1.0 grows with their permutations."""

MAX_ENTANGLED: Final = 8
"""Alike blank nodes that hang together, directly or by others such: each has to be tried with each."""

MAX_LIST: Final = 1_000
"""Values of one list: PyLD compares each with all others."""

KEPT: Final = 16
"""Canonical forms that are remembered."""

_ALGORITHMS: Final = {
    "sha256": ox.CanonicalizationAlgorithm.RDFC_1_0_SHA_256,
    "sha384": ox.CanonicalizationAlgorithm.RDFC_1_0_SHA_384,
}
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x20<>\"{}|^`\\]*")
"""No white space of any script: PyLD would leave out, without a word, all that is said of such an identifier."""
_BLANK: Final = re.compile(r"_:[A-Za-z0-9][A-Za-z0-9_-]*")
_KEYWORDS: Final = frozenset({"@context", "@id", "@type", "@value", "@language"})
"""Keywords whose meaning reaches the canonical form; any other would vanish, or bring back what was left out."""


def _load(url: str, _options: object) -> dict[str, Any]:
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": pinned(url)}


_OPTIONS: Final = {
    "base": None,
    "documentLoader": _load,
    "contextResolver": jsonld.ContextResolver(LRUCache(maxsize=100), _load),
    "processingMode": "json-ld-1.1",
}


def canonize(document: Mapping[str, Any], hash_name: str = "sha256") -> bytes:
    """Return the canonical N-Quads of `document` in UTF-8, blank nodes named by `hash_name` (RDFC-1.0).

    Raises UnsupportedContext, DataLoss, Malformed or TooComplex. The last few answers are kept: a verification
    asks for the same document twice, and many of them for the same status list.
    """
    return _canonized(json.dumps(document), hash_name)


@lru_cache(maxsize=KEPT)
def _canonized(text: str, hash_name: str) -> bytes:
    return canonize_quads(to_nquads(json.loads(text)), hash_name)


def to_nquads(document: Mapping[str, Any]) -> str:
    """Return `document` as N-Quads, blank nodes not yet named; the same errors as `canonize`."""
    _check_contexts(document)
    _check_keywords(document)
    _check_lists(document)
    try:
        expanded = jsonld.expand(dict(document), _OPTIONS, on_property_dropped=_refuse)
        _check_identifiers(expanded)
        return str(jsonld.to_rdf(expanded, {**_OPTIONS, "format": "application/n-quads"}))
    except jsonld.JsonLdError as fault:
        raise Malformed(f"The document is not JSON-LD: {fault.code or fault.type}.") from fault


def canonize_quads(nquads: str, hash_name: str = "sha256") -> bytes:
    """Return the canonical form of N-Quads; TooComplex when naming its blank nodes could take for ever."""
    try:
        quads = list(ox.parse(nquads, format=ox.RdfFormat.N_QUADS))
    except SyntaxError as fault:
        raise Malformed("The document holds an identifier that is no IRI.") from fault
    _guard(quads)
    dataset = ox.Dataset(quads)
    dataset.canonicalize(_ALGORITHMS[hash_name])
    lines = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b""
    return b"".join(sorted(line + b"\n" for line in lines.split(b"\n") if line))


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
    for members in _objects(document):
        for name, value in members.items():
            if isinstance(value, list) and len(value) > MAX_LIST:
                raise TooComplex(f"{name[:80]!r} has {len(value):,} values; {MAX_LIST:,} are allowed.")


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


def _guard(quads: Sequence[ox.Quad]) -> None:
    """Count blank nodes, and those that RDFC-1.0 could tell apart only by trying (its section 7.1)."""
    around: dict[ox.BlankNode, list[str]] = defaultdict(list)
    for quad in quads:
        terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
        for node in {term for term in terms if isinstance(term, ox.BlankNode)}:
            around[node].append(" ".join(_first_degree(term, node) for term in terms))
    if len(around) > MAX_BLANK_NODES:
        raise TooComplex(f"The graph has {len(around)} blank nodes; {MAX_BLANK_NODES} are allowed.")
    looks = {node: tuple(sorted(lines)) for node, lines in around.items()}
    alike = Counter(looks.values())
    if alike and max(alike.values()) > MAX_ALIKE:
        raise TooComplex(f"{max(alike.values())} blank nodes of the graph look alike; {MAX_ALIKE} are allowed.")
    entangled = _entangled({node for node, look in looks.items() if alike[look] > 1}, quads)
    if entangled > MAX_ENTANGLED:
        raise TooComplex(f"{entangled} alike blank nodes hang together; {MAX_ENTANGLED} are allowed.")


def _entangled(nodes: set[ox.BlankNode], quads: Iterable[ox.Quad]) -> int:
    """Return how many of `nodes` hang together at the most, by quads that hold several of them."""
    groups = {node: {node} for node in nodes}
    for quad in quads:
        terms = (quad.subject, quad.object, quad.graph_name)
        held = [term for term in terms if isinstance(term, ox.BlankNode) and term in groups]
        together = set().union(*(groups[node] for node in held))
        groups.update(dict.fromkeys(together, together))
    return max(map(len, groups.values()), default=0)


def _first_degree(term: object, node: ox.BlankNode) -> str:
    if isinstance(term, ox.BlankNode):
        return "_:a" if term == node else "_:z"
    return str(term)
