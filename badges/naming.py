"""How blank nodes are named when no two look alike: by the order of the hashes of the statements they stand in.

Clauses: RDFC-1.0, sections 4.4.3 (steps 3 and 4) and 4.6. Its step 5, for nodes that look alike, is left to pyoxigraph.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from badges.woven import Woven


@dataclass(frozen=True)
class Naming:
    """The statements with blank nodes of all documents of a shape.

    `around` holds for each node the statements it stands in, where it is called `a` and any other `z`; `statements`
    are all of them, with holes for the names of the nodes, and behind those for values.
    """

    around: tuple[Woven, ...] = field(repr=False)
    statements: Woven = field(repr=False)

    def lines(self, told: Sequence[str], hash_name: str) -> list[bytes] | None:
        """Return the canonical lines with these values, written as in literals; None when that takes more than this.

        That is when two nodes look alike, or two statements do. Raises ValueError for half of a character.
        """
        if not self.around:
            return []
        hashes = [_first_degree(woven.filled(told).split("\n"), hash_name) for woven in self.around]
        names = {found: f"_:c14n{rank}" for rank, found in enumerate(sorted(filter(None, hashes)))}
        if len(names) < len(hashes):
            return None
        return self.statements.filled((*[names[found] for found in hashes], *told)).encode("utf-8").split(b"\n")


def naming_of(labelled: Sequence[ox.Quad], marks: Sequence[str]) -> Naming:
    """Return the naming of statements with blank nodes in which `marks` stand for values."""
    nodes = sorted({term.value for quad in labelled for term in quad.triple if isinstance(term, ox.BlankNode)})
    text, free = "".join(map(str, labelled)), "x"
    while f"_:{free}" in text:
        free += "x"
    names = {node: f"{free}{place:0{len(str(len(nodes)))}}" for place, node in enumerate(nodes)}
    labels = [f"_:{name}" for name in names.values()]
    return Naming(
        around=tuple(Woven.cut(_written(_around(node, labelled), {node: "a"}), marks) for node in nodes),
        statements=Woven.cut(_written(labelled, names), [*labels, *marks]),
    )


def _first_degree(lines: list[str], hash_name: str) -> bytes:
    """Return the hash of the statements of one node (4.6.3); nothing if two of them read the same.

    These may be one statement or two, with two other nodes in them, and RDFC-1.0 counts the latter twice.
    """
    if len(set(lines)) < len(lines):
        return b""
    lines.sort()  # Letters of Python sort by code point, as 4.6.3 wants it.
    return hashlib.new(hash_name, ("\n".join(lines) + "\n").encode("utf-8")).digest()


def _around(node: str, labelled: Sequence[ox.Quad]) -> list[ox.Quad]:
    return [quad for quad in labelled if ox.BlankNode(node) in (quad.subject, quad.object)]


def _written(quads: Sequence[ox.Quad], names: Mapping[str, str]) -> str:
    """Return statements as canonical N-Quads, their blank nodes named anew, and `z` without a name."""

    def named(label: str) -> ox.BlankNode:
        return ox.BlankNode(names.get(label, "z"))

    lines = []
    for quad in quads:
        subject, term = quad.subject, quad.object
        known = ox.Quad(
            named(subject.value) if isinstance(subject, ox.BlankNode) else subject,
            quad.predicate,
            named(term.value) if isinstance(term, ox.BlankNode) else term,
        )
        lines.append((ox.serialize([known], format=ox.RdfFormat.N_QUADS) or b"").decode("utf-8").removesuffix("\n"))
    return "\n".join(lines)
