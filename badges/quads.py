"""N-Quads to their canonical form (RDFC-1.0), behind a guard that refuses graphs made to be slow."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import pyoxigraph as ox

from badges.problem import Malformed, TooComplex

MAX_BLANK_NODES: Final = 64
MAX_ALIKE: Final = 4
"""Blank nodes that may look alike at first sight; the time of RDFC-1.0 grows with their permutations."""

MAX_ENTANGLED: Final = 8
"""Alike blank nodes that hang together, directly or by others such: each has to be tried with each."""

ALGORITHMS: Final = {
    "sha256": ox.CanonicalizationAlgorithm.RDFC_1_0_SHA_256,
    "sha384": ox.CanonicalizationAlgorithm.RDFC_1_0_SHA_384,
}


def canonize_quads(nquads: str, hash_name: str = "sha256", *, guarded: bool = True) -> bytes:
    """Return the canonical form of N-Quads; TooComplex when naming its blank nodes could take for ever.

    Only a text whose like `is_tame` has judged goes unguarded.
    """
    dataset = ox.Dataset(_parsed(nquads))
    if guarded:
        _guard(list(dataset), exact=True)
    dataset.canonicalize(ALGORITHMS[hash_name])
    return b"".join(sorted((ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True)))


def is_tame(nquads: str) -> bool:
    """Tell whether the guard would let this graph pass, and any other that has other texts where this one repeats one.

    Blank nodes that look alike there have the same set of statements here, once the texts are made the same.
    """
    try:
        _guard(list(ox.Dataset(_parsed(nquads))), exact=False)
    except TooComplex:
        return False
    return True


def _parsed(nquads: str) -> list[ox.Quad]:
    try:
        return list(ox.parse(nquads.encode(), format=ox.RdfFormat.N_QUADS))
    except SyntaxError as fault:
        raise Malformed("The document holds an identifier that is no IRI.") from fault
    except UnicodeEncodeError as fault:
        raise Malformed("The document holds half of a character.") from fault


def _guard(quads: Sequence[ox.Quad], *, exact: bool) -> None:
    """Count blank nodes, and those that RDFC-1.0 could tell apart only by trying (its section 7.1)."""
    around: dict[ox.BlankNode, list[str]] = defaultdict(list)
    for quad in quads:
        terms = (quad.subject, quad.predicate, quad.object, quad.graph_name)
        for node in {term for term in terms if isinstance(term, ox.BlankNode)}:
            around[node].append(" ".join(_first_degree(term, node) for term in terms))
    if len(around) > MAX_BLANK_NODES:
        raise TooComplex(f"The graph has {len(around)} blank nodes; {MAX_BLANK_NODES} are allowed.")
    looks = {node: tuple(sorted(lines if exact else set(lines))) for node, lines in around.items()}
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
