"""A stencil: the statements of one shape, of which only those that matter to the names of blank nodes are named anew.

RDFC-1.0 names blank nodes by the statements they stand in, and by no others (its section 4.4.3, step 2). So the
statements without any are written as they are, and the rest is canonicalized anew for each document: no label is ever
taken from another. `docs/adr/0061-stencils.md` says what that saves and why it gives the same octets, and
`docs/adr/0063-names-of-blank-nodes.md` when pyoxigraph is asked for the names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pyoxigraph as ox

from badges.naming import Naming, naming_of
from badges.outline import is_plain_iri
from badges.quads import ALGORITHMS
from badges.skeleton import NoSkeleton
from badges.woven import Woven

_SPECIAL: Final = re.compile(r'["\\\x00-\x1f\x7f\ufffe\uffff]')
_ECHAR: Final = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_ESCAPES: Final = str.maketrans({chr(code): f"\\u{code:04X}" for code in (*range(32), 0x7F, 0xFFFE, 0xFFFF)} | _ECHAR)
"""How canonical N-Quads write a character inside a literal (RDF 1.2 N-Quads, section 3.1)."""


class NotForStencil(Exception):
    """Values that a stencil has no certain answer for: identifiers that are equal, relative, or none at all."""


@dataclass(frozen=True)
class Stencil:
    """What of canonical N-Quads all documents of a shape have in common, and the holes in it.

    `fixed` are lines and `ground` is text with holes, of statements without blank nodes; of those with, `labelled` are
    statements, and `drawn` is text with holes; `naming` is what their names come of. `iris` are the identifiers that
    values make, `taken` all others.
    """

    fixed: tuple[bytes, ...] = field(repr=False)
    ground: Woven = field(repr=False)
    naming: Naming = field(repr=False)
    labelled: tuple[ox.Quad, ...] = field(repr=False)
    drawn: Woven = field(repr=False)
    iris: tuple[Woven, ...]
    taken: frozenset[str] = field(repr=False)

    def canonical(self, values: Sequence[str], hash_name: str = "sha256") -> bytes:
        """Return the canonical N-Quads of the document with these values, in the order of the marks.

        The same octets as `badges.quads.canonize_quads` gives for the whole; raises NotForStencil.
        """
        names = [woven.filled(values) for woven in self.iris]
        if len(set(names)) < len(names) or not self.taken.isdisjoint(names) or not all(map(is_plain_iri, names)):
            raise NotForStencil
        told = values
        if _SPECIAL.search("".join(values)):
            told = [value.translate(_ESCAPES) if _SPECIAL.search(value) else value for value in values]
        try:
            for name in names:
                ox.NamedNode(name)
            lines = self.naming.lines(told, hash_name)
            if lines is None:
                lines = self._told_apart(told, hash_name)
            if self.ground.places:
                lines += self.ground.filled(told).encode("utf-8").split(b"\n")
        except (SyntaxError, ValueError) as fault:  # No identifier after all, or half of a character.
            raise NotForStencil from fault
        lines += self.fixed
        lines.sort()
        if len(set(lines)) < len(lines):
            lines = sorted(set(lines))
        return b"\n".join(lines) + b"\n"

    def _told_apart(self, told: Sequence[str], hash_name: str) -> list[bytes]:
        """Return the lines of all statements with blank nodes, of which some look alike."""
        text = self.drawn.filled(told).encode("utf-8")
        parsed = ox.parse(text, format=ox.RdfFormat.N_QUADS, lenient=True)  # Identifiers were looked at before.
        dataset = ox.Dataset([*self.labelled, *parsed])
        dataset.canonicalize(ALGORITHMS[hash_name])
        lines = (ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b"").split(b"\n")
        lines.pop()
        return lines


def cut(nquads: str, marks: Sequence[str]) -> Stencil:
    """Return the stencil of N-Quads in which `marks` stand for values; NoSkeleton when a mark stands where none may.

    A mark is a part of an identifier or all of a literal, and looks the same in both. Whether texts could make of the
    graph what the guard would refuse is the caller's to know (`badges.quads.is_tame`).
    """
    try:
        quads = list(ox.parse(nquads.encode("utf-8"), format=ox.RdfFormat.N_QUADS))
    except (SyntaxError, UnicodeEncodeError) as fault:
        raise NoSkeleton from fault
    terms = [term for quad in quads for term in quad.triple]
    if not all(_is_whole(term, marks) for term in terms) or any(quad.graph_name != ox.DefaultGraph() for quad in quads):
        raise NoSkeleton
    has_mark = _count(marks)
    if sum(map(has_mark, map(str, terms))) != has_mark(nquads):
        raise NoSkeleton
    names = {term.value for term in terms if isinstance(term, ox.NamedNode)}
    ground = sorted(set(_lines(quad for quad in quads if not _is_labelled(quad))))
    labelled = [quad for quad in quads if _is_labelled(quad)]
    return Stencil(
        fixed=tuple(line.encode("utf-8") for line in ground if not has_mark(line)),
        ground=Woven.cut("\n".join(filter(has_mark, ground)), marks),
        naming=naming_of(labelled, marks),
        labelled=tuple(quad for quad in labelled if not has_mark(str(quad))),
        drawn=Woven.cut("\n".join(_lines(quad for quad in labelled if has_mark(str(quad)))), marks),
        iris=tuple(Woven.cut(name, marks) for name in sorted(filter(has_mark, names))),
        taken=frozenset(name for name in names if not has_mark(name)),
    )


def _count(marks: Sequence[str]) -> Callable[[str], int]:
    """Return what tells how many marks stand in a text."""
    return lambda text: sum(map(text.count, marks))


def _is_whole(term: Any, marks: Sequence[str]) -> bool:
    """Tell whether a term holds no mark, or one where a value can be put."""
    match term:
        case ox.NamedNode():
            return True
        case ox.Literal():
            return not _count(marks)(str(term)) or (term.value in marks and not _count(marks)(str(term.datatype)))
    return isinstance(term, ox.BlankNode) and not _count(marks)(term.value)


def _is_labelled(quad: ox.Quad) -> bool:
    return isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)


def _lines(quads: Iterable[ox.Quad]) -> list[str]:
    return (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").decode("utf-8").split("\n")[:-1]
