"""A stencil gives the octets that canonicalizing the whole gives, or says that it is not certain."""

from __future__ import annotations

import sys
from typing import Any, Final

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from badges import quads
from badges.jsonld import canonize_anew, to_nquads
from badges.outline import is_plain_iri, outline
from badges.problem import BadgeError
from badges.quads import canonize_quads
from badges.skeleton import NoSkeleton, fitting
from badges.stencil import NotForStencil, Stencil, cut
from tests.badges.badgelike import CONTEXT, DOCUMENT, NAME, PLAIN, TEXT, TYPES

MARKS: Final = tuple(f"https://mark.invalid/{number:03}" for number in range(40))
EVERY_CHARACTER: Final = "".join(chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)


def stencil_of(marked: Any, marks: tuple[str, ...] = MARKS) -> Stencil:
    """The stencil of a document in which marks stand for values, made as issuing makes it."""
    drawn = outline(marked)
    skeleton = fitting(drawn, to_nquads)
    text = skeleton.nquads(drawn.holes)
    if text is None or not skeleton.tame:
        raise NoSkeleton
    return cut(text, marks)


@settings(max_examples=250)
@given(DOCUMENT, st.data(), st.sampled_from(["sha256", "sha384"]))
def test_it_gives_what_the_long_way_gives_or_nothing(
    document: dict[str, Any], data: st.DataObject, hash_name: str
) -> None:
    drawn = outline(document)
    chosen = data.draw(st.lists(st.integers(0, max(len(drawn.holes) - 1, 0)), max_size=8, unique=True))
    holes = dict(zip(chosen, MARKS, strict=False)) if drawn.holes else {}
    marked = drawn.filled(holes.get(number, text) for number, text in enumerate(drawn.holes))
    texts = [data.draw(NAME if is_plain_iri(drawn.holes[number]) else TEXT) for number in holes]
    meant = drawn.filled(dict(zip(holes, texts, strict=True)).get(n, text) for n, text in enumerate(drawn.holes))
    try:
        stencil = stencil_of(marked, tuple(holes.values()))
        found = stencil.canonical(texts, hash_name)
    except (NoSkeleton, NotForStencil, BadgeError):
        return

    assert found == canonize_anew(meant, hash_name)


def badge(name: str, link: str, **more: Any) -> dict[str, Any]:
    """A document with blank nodes of its own: two evidences that differ in a name, and one that is known by a link."""
    evidence = [{"type": ["Evidence"], "name": name, "genre": "x"}, {"type": ["Evidence"], "name": "fixed"}]
    linked = {"id": link, "type": ["Evidence"]}
    return {"@context": CONTEXT, "id": "urn:x:1", "type": TYPES, "name": name, "evidence": [*evidence, linked], **more}


A_BADGE = stencil_of(badge(MARKS[0], MARKS[1]))


@settings(max_examples=300)
@given(PLAIN | st.text(), st.sampled_from(["urn:a:b", "https://a.example/é?x=1#y", "did:web:x", "data:,x"]))
def test_whatever_the_texts_are_the_octets_are_those_of_the_whole(name: str, link: str) -> None:
    try:
        found = A_BADGE.canonical((name, link))
    except NotForStencil:
        assert any("\ud800" <= letter <= "\udfff" for letter in name)
        return

    assert found == canonize_anew(badge(name, link))


def test_every_character_is_written_as_canonical_n_quads_have_it() -> None:
    text = EVERY_CHARACTER
    known = ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal(text))
    blank = ox.Quad(ox.BlankNode("b"), ox.NamedNode("urn:p"), ox.Literal(text))
    marked = '<urn:s> <urn:p> "MARK" .\n_:b <urn:p> "MARK" .\n'

    lines = cut(marked, ("MARK",)).canonical((text,))

    dataset = ox.Dataset([known, blank])
    dataset.canonicalize(quads.ALGORITHMS["sha256"])
    whole = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b""
    assert sorted(lines.split(b"\n")) == sorted(whole.split(b"\n"))


def test_labels_are_found_anew_for_each_document() -> None:
    def label_of(name: str) -> bytes:
        lines = A_BADGE.canonical((name, "urn:a:b")).splitlines()
        return next(line.split()[0] for line in lines if b'"fixed"' in line)

    assert {label_of(f"name {number}") for number in range(64)} == {b"_:c14n0", b"_:c14n1"}


def test_only_statements_with_blank_nodes_are_named() -> None:
    assert b'<urn:x:1> <https://schema.org/name> "Ada" .' in A_BADGE.canonical(("Ada", "urn:a:b"))
    assert not any(b"urn:x:1" in str(quad).encode() and "_:" not in str(quad) for quad in A_BADGE.labelled)
    assert all(b"_:" not in line for line in A_BADGE.fixed)


@pytest.mark.parametrize(
    "link",
    ["urn:x:1", "https://purl.imsglobal.org/spec/vc/ob/vocab.html#Evidence", "https://schema.org/name"],
    ids=["the document's own", "a type", "a property"],
)
def test_an_identifier_that_stands_elsewhere_too_is_not_for_a_stencil(link: str) -> None:
    with pytest.raises(NotForStencil):
        A_BADGE.canonical(("Ada", link))


@pytest.mark.parametrize(
    "link",
    ["", "x", "/x", "_:b0", "name:x", "urn:x y", "urn:<x>", "urn:x\n", "@id", "http://[", "urn:\ud800", "urn:\xa0"],
)
def test_what_is_no_plain_identifier_is_not_for_a_stencil(link: str) -> None:
    with pytest.raises(NotForStencil):
        A_BADGE.canonical(("Ada", link))


def test_two_values_that_make_one_identifier_are_not_for_a_stencil() -> None:
    links = [{"id": mark, "type": ["Evidence"]} for mark in MARKS[:2]]
    stencil = stencil_of({"@context": CONTEXT, "id": "urn:x:1", "type": TYPES, "evidence": links})

    assert stencil.canonical(("urn:a:1", "urn:a:2"))
    with pytest.raises(NotForStencil):
        stencil.canonical(("urn:a:1", "urn:a:1"))


def test_blank_nodes_that_values_make_alike_are_told_apart_as_ever() -> None:
    def two(one: str, other: str) -> dict[str, Any]:
        evidence = [{"type": ["Evidence"], "name": name} for name in (one, other)]
        return {"@context": CONTEXT, "id": "urn:x:1", "type": TYPES, "evidence": evidence}

    stencil = stencil_of(two(*MARKS[:2]))

    for names in (("Ada", "Ada"), ("Ada", "Bob"), ("Bob", "Ada")):
        assert stencil.canonical(names) == canonize_anew(two(*names))


def test_statements_that_values_make_equal_are_one() -> None:
    stencil = cut('<urn:s> <urn:p> "MARK0" .\n<urn:s> <urn:p> "MARK1" .\n<urn:s> <urn:p> "x" .\n', ("MARK0", "MARK1"))

    assert stencil.canonical(("Ada", "Ada")) == b'<urn:s> <urn:p> "Ada" .\n<urn:s> <urn:p> "x" .\n'
    assert stencil.canonical(("x", "x")) == b'<urn:s> <urn:p> "x" .\n'


ENTANGLED: Final = {
    "each known by its text": '_:m <urn:p> "MARK" .\n_:n <urn:p> "fixed" .\n_:m <urn:q> _:n .\n',
    "a circle": '_:m <urn:q> _:n .\n_:n <urn:q> _:m .\n_:n <urn:p> "MARK" .\n',
    "of itself": '_:m <urn:q> _:m .\n_:m <urn:p> "MARK" .\n_:n <urn:q> _:m .\n',
    "two alike below one": '_:m <urn:q> _:n .\n_:m <urn:q> _:o .\n_:n <urn:p> "MARK" .\n_:o <urn:p> "fixed" .\n',
    "names that are parts of others": "".join(
        f'_:m{n} <urn:p{n}> "MARK" .\n<urn:s> <urn:q> _:m{n} .\n' for n in range(12)
    ),
    "names in texts": '_:x <urn:p> "_:x" .\n_:xx <urn:p> "_:z ." .\n_:xx <urn:q> _:x .\n_:x <urn:r> "MARK" .\n',
    "names with numbers in texts": '_:m <urn:p> "_:x0 _:x1" .\n_:n <urn:p> "_:x" .\n_:n <urn:r> "MARK" .\n',
    "one statement out of two": '_:m <urn:p> "MARK" .\n_:m <urn:p> "fixed" .\n_:n <urn:p> "other" .\n',
    "alike but for the value": '_:m <urn:p> "MARK" .\n_:n <urn:p> "fixed" .\n',
}


@pytest.mark.parametrize("hash_name", ["sha256", "sha384"])
@pytest.mark.parametrize("value", ["Ada", "fixed", "other", "_:z", "_:a", "%s", 'a" .\n_:a', "MARK", "É\u2028\x7f"])
@pytest.mark.parametrize("nquads", ENTANGLED.values(), ids=ENTANGLED)
def test_blank_nodes_are_named_as_in_the_whole(nquads: str, value: str, hash_name: str) -> None:
    stencil = cut(nquads, ("MARK",))

    dataset = ox.Dataset(
        ox.Quad(quad.subject, quad.predicate, ox.Literal(value)) if quad.object == ox.Literal("MARK") else quad
        for quad in ox.parse(nquads.encode(), format=ox.RdfFormat.N_QUADS)
    )
    dataset.canonicalize(quads.ALGORITHMS[hash_name])
    whole = (ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    assert stencil.canonical((value,), hash_name) == b"".join(sorted(whole))


STATEMENT: Final = st.builds(
    "{} <urn:{}> {} .".format,
    st.sampled_from(["_:m", "_:n", "_:o", "<urn:s>"]),
    st.sampled_from("pq"),
    st.sampled_from(["_:m", "_:n", "_:o", '"MARK"', '"fixed"', "<urn:s>"]),
)


@settings(max_examples=400)
@given(st.lists(STATEMENT, min_size=1, max_size=9, unique=True), st.sampled_from(["Ada", "fixed"]))
def test_in_any_graph_blank_nodes_are_named_as_in_the_whole(lines: list[str], value: str) -> None:
    found = cut("".join(f"{line}\n" for line in lines), ("MARK",)).canonical((value,))

    assert found == canonize_quads("".join(f"{line}\n" for line in lines).replace("MARK", value), guarded=False)


@pytest.mark.parametrize(
    ("shape", "value", "asked"),
    [
        ("each known by its text", "Ada", False),
        ("two alike below one", "Ada", True),
        ("one statement out of two", "fixed", True),
        ("alike but for the value", "fixed", True),
        ("alike but for the value", "Ada", False),
    ],
)
def test_only_for_what_looks_alike_are_names_asked_for(shape: str, value: str, asked: bool) -> None:
    naming = cut(ENTANGLED[shape], ("MARK",)).naming

    assert (naming.lines((value,), "sha256") is None) is asked


@pytest.mark.parametrize(
    "nquads",
    [
        '<urn:s> <urn:p> "a MARK" .\n',
        '<urn:s> <urn:p> "x"^^<urn:MARK> .\n',
        '<urn:s> <urn:p> "MARK"^^<urn:MARK> .\n',
        '<urn:s> <urn:p> "x"@MARK .\n',
        "_:MARK <urn:p> <urn:o> .\n",
        "<urn:s> <urn:p> <urn:o> <urn:g> .\n",
        "<urn:s> <urn:p> <urn:o> _:g .\n",
    ],
    ids=[
        "in a literal",
        "in a datatype",
        "in a datatype as well",
        "in a language",
        "in a blank node",
        "a graph",
        "a blank graph",
    ],
)
def test_where_no_value_can_be_put_there_is_no_stencil(nquads: str) -> None:
    with pytest.raises(NoSkeleton):
        cut(nquads, ("MARK",))


def test_a_stencil_of_other_statements_would_be_noticed() -> None:
    spoilt = cut('<urn:x:1> <urn:p> "MARK" .\n', ("MARK",))

    assert spoilt.canonical(("Ada",)) != canonize_quads('<urn:x:1> <urn:q> "Ada" .\n')
