"""The short way gives what the long way gives: the same octets, or the same kind of error."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from badges.jsonld import to_nquads
from badges.model import CONTEXT_OB3, CONTEXT_V2
from badges.outline import is_plain_iri, outline
from badges.problem import BadgeError
from badges.quads import canonize_quads
from badges.shortway import ShortWay

CONTEXT = [CONTEXT_V2, CONTEXT_OB3]
TYPES = ["VerifiableCredential", "OpenBadgeCredential"]

LETTERS = st.sampled_from(
    '"\\nru0041\n\r\t\b\f\x00\x01\x1f\x7f\x85\xa0\u2028\u200b\ufeff\ufffe\U0001f389\ue000éÀ中 :@#<>{}'
)
PLAIN = st.text(st.characters(exclude_categories=("Cs",)), max_size=12) | st.text(LETTERS, max_size=6)
ODD = (
    "", " ", "x", "schema:x", "xsd:string", "id", "@id", "@type", "@json", "_:b0", "_:c14n0", "relative/path", "/x",
    "#x", "?x", "urn:x:1", "urn:x:2", "urn:x:\xa0", "https://a.example/", "https://a.example/../b", "did:web:a.example",
    ":", "a:", "a b:c", "mailto:a@b", "data:,x", "name:x", "proof:x", "1.0", "true", "it", "en-US", "http://[",
    "2026-01-01T00:00:00Z", "https://a.example/%zz", "https://schema.org/name", "Evidence", "https://mark.invalid/0x",
)  # fmt: skip
TEXT = PLAIN | st.sampled_from(ODD)
IRIS = ("urn:x:1", "urn:x:2", "https://a.example/1", "did:web:a.example")
IRI = st.sampled_from(IRIS)
NAME = st.sampled_from((*IRIS * 100, *ODD))
NUMBER = st.sampled_from([0, 1, 1.0, 2.5, True, False, -0.0, 1e21, 10**15])
LABEL = TEXT | st.fixed_dictionaries({"@value": TEXT}, optional={"@language": st.sampled_from(["it", "en-GB"])})


def several(item: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return item | st.lists(item, max_size=3)


def made(kind: str, **members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"type": st.just([kind])}, optional=members)


ALIGNMENT = made("Alignment", id=NAME, targetName=TEXT, targetUrl=NAME, targetType=TEXT)
RESULT = made("ResultDescription", id=NAME, name=TEXT, allowedValue=st.lists(TEXT, max_size=3), requiredValue=NUMBER)
IMAGE = NAME | made("Image", id=NAME, caption=TEXT)
CRITERIA = st.fixed_dictionaries({"narrative": TEXT}, optional={"id": NAME})
ACHIEVEMENT = made(
    "Achievement", id=NAME, name=LABEL, tag=several(TEXT), alignment=several(ALIGNMENT), image=IMAGE, criteria=CRITERIA,
    creditsAvailable=NUMBER | TEXT, related=several(made("Related", id=NAME)), resultDescription=several(RESULT),
)  # fmt: skip
EVIDENCE = made("Evidence", id=NAME, name=TEXT, genre=TEXT)
IDENTITY = made("IdentityObject", hashed=st.booleans(), identityHash=TEXT)
SUBJECT = made("AchievementSubject", id=NAME, achievement=ACHIEVEMENT, identifier=several(IDENTITY), term=LABEL)
STATUS = made("BitstringStatusListEntry", id=NAME, statusListIndex=TEXT, statusListCredential=NAME)
PROOF = made(
    "DataIntegrityProof", proofPurpose=st.just("assertionMethod") | TEXT, created=TEXT, verificationMethod=NAME
)
DOCUMENT = st.fixed_dictionaries(
    {"@context": st.just(CONTEXT), "id": NAME, "type": st.just(TYPES)},
    optional={
        "name": LABEL, "issuer": NAME | made("Profile", id=NAME, name=TEXT), "validFrom": TEXT, "proof": several(PROOF),
        "evidence": several(EVIDENCE), "credentialSubject": SUBJECT, "credentialStatus": several(STATUS),
    },
)  # fmt: skip
"""Documents that look like badges, well made and badly."""


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
