"""Contexts are processed once, and nothing else is different from PyLD."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from pyld import jsonld

from badges.expansion import OPTIONS, Processor, expanded_to_nquads
from badges.jsonld import to_nquads
from tests.badges.badgelike import DOCUMENT

PLAIN = {"base": None, "documentLoader": OPTIONS["documentLoader"], "processingMode": "json-ld-1.1"}


def expanded(processor: jsonld.JsonLdProcessor, document: Any, options: Any) -> Any:
    try:
        return processor.expand(document, options)
    except jsonld.JsonLdError as fault:
        return fault.code


@settings(max_examples=150)
@given(DOCUMENT)
def test_a_document_expands_as_with_pyld_alone(document: dict[str, Any]) -> None:
    assert expanded(Processor(), document, OPTIONS) == expanded(jsonld.JsonLdProcessor(), document, PLAIN)


@settings(max_examples=150)
@given(DOCUMENT)
def test_what_is_expanded_already_says_the_same_as_when_it_is_expanded_again(document: dict[str, Any]) -> None:
    once = expanded(Processor(), document, OPTIONS)
    if isinstance(once, str):
        return
    try:
        twice = Processor().to_rdf(once, {**OPTIONS, "format": "application/n-quads"})
    except jsonld.JsonLdError:
        return

    assert expanded_to_nquads(once) == twice


@pytest.fixture
def impatient() -> Iterator[None]:
    """Let threads take turns as often as can be."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("impatient")
def test_many_threads_expand_at_once(credential: dict[str, Any]) -> None:
    expected = to_nquads(credential)

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: to_nquads(credential), range(160)))

    assert found == {expected}
