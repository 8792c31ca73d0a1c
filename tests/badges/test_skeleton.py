"""The short way gives what the long way gives: the same octets, or the same kind of error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from badges.jsonld import to_nquads
from badges.outline import is_plain_iri, outline
from badges.problem import BadgeError
from badges.quads import canonize_quads
from badges.shortway import ShortWay
from tests.badges.badgelike import CONTEXT, DOCUMENT, IRI, NAME, PLAIN, TEXT, TYPES


def outcome(work: Callable[[], bytes]) -> bytes | type[BadgeError]:
    try:
        return work()
    except BadgeError as fault:
        return type(fault)


def the_long_way(document: Any, hash_name: str = "sha256") -> bytes | type[BadgeError]:
    return outcome(lambda: canonize_quads(to_nquads(document), hash_name))


def used_to(document: Any) -> ShortWay:
    """A short way that has met this document twice."""
    way = ShortWay()
    for _ in range(2):
        outcome(lambda: way.canonize(document, "sha256", to_nquads))
    return way


@settings(max_examples=300)
@given(DOCUMENT)
def test_outline_and_texts_together_are_the_document(document: dict[str, Any]) -> None:
    drawn = outline(document)

    again = drawn.filled(drawn.holes)

    assert again == document
    assert outline(again) == drawn


@settings(max_examples=300)
@given(DOCUMENT, st.data(), st.sampled_from(["sha256", "sha384"]))
def test_both_ways_give_the_same(document: dict[str, Any], data: st.DataObject, hash_name: str) -> None:
    drawn = outline(document)
    other = drawn.filled([data.draw(NAME if is_plain_iri(text) else TEXT | NAME) for text in drawn.holes])
    way = used_to(document)

    for met in (other, document, other, other):
        assert outcome(lambda met=met: way.canonize(met, hash_name, to_nquads)) == the_long_way(met, hash_name)


TWO = st.lists(st.tuples(IRI, PLAIN), min_size=2, max_size=2)


@settings(max_examples=150)
@given(TWO, TWO)
def test_equal_identifiers_are_one_thing_both_ways(first: Any, second: Any) -> None:
    def graph(things: Any) -> dict[str, Any]:
        evidence = [{"id": name, "type": ["Evidence"], "name": text, "genre": text} for name, text in things]
        return {"@context": CONTEXT, "id": "urn:x:1", "type": TYPES, "evidence": evidence, "name": things[0][1]}

    way = used_to(graph(first))

    for things in (second, first, second, second):
        assert way.canonize(graph(things), "sha256", to_nquads) == the_long_way(graph(things))


@pytest.mark.parametrize(
    "text",
    ["urn:x:y", "https://a.example/?q#f", "did:web:a.example:x", "data:image/png;base64,AA==", "id://x", "urn:é"],
)
def test_an_absolute_identifier_is_plain(text: str) -> None:
    assert is_plain_iri(text)


@pytest.mark.parametrize(
    "text", ["type:x", "id:x", "_:b0", "x", "", "/x", "@id", "urn:x:\xa0", "urn:x y", "urn:<x>", "1a:b", "name:x"]
)
def test_what_a_context_could_read_otherwise_is_not_plain(text: str) -> None:
    assert not is_plain_iri(text)
