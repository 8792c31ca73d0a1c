"""Pinned contexts: none lets a word in that nobody defined, and none gives one meaning two names."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import pytest

from badges import contexts
from badges.contexts import pinned, sources
from badges.jsonld import canonize
from badges.model import CONTEXT_V2
from badges.problem import DataLoss
from verifier import shape

V1 = "https://www.w3.org/2018/credentials/v1"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context"
EXTENSIONS = sorted(shape._EXTENSIONS)
CONTEXTS = sorted(url for url in sources() if "@context" in pinned(url))
LISTS = [[V1, f"{OPEN_BADGES}{version}.json"] for version in ("", "-3.0.1", "-3.0.2", "-3.0.3")]
LISTS += [[CONTEXT_V2, f"{OPEN_BADGES}{version}.json"] for version in ("-3.0.2", "-3.0.3")]
KEYWORDS = {"@id", "@type", "@value", "@language", "@direction", "@none", "@index", "@graph", "@list", "@set", "@json"}


def definitions(context: Any) -> Iterator[Mapping[str, Any]]:
    """Every context object in a context, those of its terms too."""
    for item in context if isinstance(context, list) else [context]:
        if item is None:
            continue  # Of what stands inside, nothing is defined then.
        assert isinstance(item, Mapping), "A context names another."
        yield item
        for term in item.values():
            if isinstance(term, Mapping) and "@context" in term:
                yield from definitions(term["@context"])


@pytest.mark.parametrize("url", CONTEXTS)
def test_no_context_catches_every_word_or_brings_another_in(url: str) -> None:
    for members in definitions(pinned(url)["@context"]):
        assert members.get("@vocab") is None
        assert members.keys().isdisjoint({"@import", "@base", "@propagate", "@language"})


@pytest.mark.parametrize("url", CONTEXTS)
def test_a_word_that_nobody_defined_is_refused_under_every_context(url: str) -> None:
    own = [url] if url in (V1, CONTEXT_V2) or "openbadges/v2" in url else [V1, url]
    document = {"@context": own, "id": "urn:x:1", "type": "VerifiableCredential"}
    if "openbadges/v2" in url:
        document["type"] = "Assertion"
    assert canonize(document)

    with pytest.raises(DataLoss):
        canonize({**document, "undefinedTerm": "x"})
    with pytest.raises(DataLoss):
        canonize({**document, "type": ["UndefinedType", document["type"]]})


def address(definition: Any, terms: Mapping[str, Any]) -> str | None:
    found = definition.get("@id") if isinstance(definition, Mapping) else definition
    if not isinstance(found, str) or found in KEYWORDS:
        return None
    prefix, colon, rest = found.partition(":")
    expanded = address(terms[prefix], terms) if colon and prefix in terms and not rest.startswith("//") else None
    return f"{expanded}{rest}" if expanded else found


def names(urls: list[str]) -> dict[str, set[str]]:
    """The names that each address has under those contexts, in any object, two levels of scopes deep."""
    terms: dict[str, Any] = {}
    for url in urls:
        for item in pinned(url)["@context"] if isinstance(pinned(url)["@context"], list) else [pinned(url)["@context"]]:
            terms |= item
    found: dict[str, set[str]] = defaultdict(set)
    scopes = [terms]
    for term in terms.values():
        if isinstance(term, Mapping) and isinstance(term.get("@context"), Mapping):
            scopes.append({**terms, **term["@context"]})
            inner = (one for one in term["@context"].values() if isinstance(one, Mapping))
            scopes += [{**scopes[-1], **one["@context"]} for one in inner if isinstance(one.get("@context"), Mapping)]
    for scope in scopes:
        for name, definition in scope.items():
            if not name.startswith("@") and (iri := address(definition, scope)) is not None:
                found[iri].add(name)
    return found


def members_that_share(urls: list[str]) -> dict[str, set[str]]:
    found = names(urls).items()
    lower = {iri: {name for name in every if not name[0].isupper()} for iri, every in found}
    return {iri: every for iri, every in lower.items() if len(every) > 1}


@pytest.mark.parametrize("urls", LISTS, ids=lambda urls: f"{urls[0][-2:]} {urls[1][-18:]}")
def test_no_two_members_have_one_address_whatever_is_named_beside(urls: list[str]) -> None:
    assert members_that_share([*urls, *EXTENSIONS]) == {}


def test_nor_does_one_list_call_a_member_what_another_calls_otherwise() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for urls in LISTS:
        for iri, every in names([*urls, *EXTENSIONS]).items():
            found[iri] |= {name for name in every if not name[0].isupper()}

    assert {iri: every for iri, every in found.items() if len(every) > 1} == {}


def test_two_names_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in `https://w3id.org/security/v1`, which therefore is not held: a proof's end would have two names."""
    monkeypatch.setattr(
        "tests.badges.test_contexts.pinned", lambda _: {"@context": {"sec": "https://w3id.org/security#",
        "expires": {"@id": "sec:expiration"}, "expiration": "https://w3id.org/security#expiration"}}
    )  # fmt: skip

    assert members_that_share(["x"]) == {"https://w3id.org/security#expiration": {"expires", "expiration"}}
    assert not {"https://w3id.org/security/v1", "https://w3id.org/security/v2"} & sources().keys()


def test_every_file_is_the_one_that_was_pinned_and_tells_where_it_is_from() -> None:
    folder = files(contexts)
    held = {entry["file"]: entry for entry in sources().values()}

    for name, entry in held.items():
        assert hashlib.sha256(folder.joinpath(name).read_bytes()).hexdigest() == entry["sha256"]
        assert entry["source"]
        assert entry["note"]
    lying = {item.name for item in folder.iterdir() if item.name.endswith((".json", ".jsonld"))} - {"SOURCES.json"}
    assert lying == held.keys()


@pytest.mark.shared
@pytest.mark.parametrize("url", CONTEXTS)
def test_every_context_says_what_its_specification_says(url: str, shared: Any) -> None:
    folder = shared / "vectors" / "contexts"
    manifest = json.loads((folder / "manifest.json").read_text())
    copies = [json.loads((folder / e["file"]).read_bytes()) for e in manifest if e["url"].partition("#")[0] == url]

    assert pinned(url) in copies


def test_open_badges_2_is_no_vocabulary_of_a_verifiable_credential() -> None:
    assert "https://w3id.org/openbadges/v2" not in EXTENSIONS
