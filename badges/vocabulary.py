"""The vocabulary of Open Badges 2.0: which contexts name it, and one spelling for each of its words.

JSON-LD lets a document say `expires` by its full address, by a prefix, or by a name of its own; a reader of names would
overlook it. So such spellings are refused, as docs/adr/0020 tells for credentials. What belongs to extensions is left
alone: it is neither read nor shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from badges.problem import Malformed, UnsupportedContext

V2: Final = "https://w3id.org/openbadges/v2"
V1: Final = "https://w3id.org/openbadges/v1"
_EXTENSIONS: Final = frozenset(
    f"https://{home}/extensions/{name}/context.json"
    for home in ("w3id.org/openbadges", "openbadgespec.org")
    for name in (
        "exampleExtension", "extraDescription", "geoCoordinatesExtension", "issuerAccreditationExtension",
        "licenseExtension", "recipientProfile",
    )
)  # fmt: skip
"""Contexts of extensions that leave every word of Open Badges 2.0 its meaning; others give some of them a new one."""

_PREFIXES: Final = frozenset({"obi", "cred", "dc", "schema", "sec", "xsd", "validation"})
_VOCABULARIES: Final = (
    "https://w3id.org/openbadges#", "https://w3id.org/credentials#", "https://w3id.org/security#",
    "http://purl.org/dc/terms/", "http://schema.org/", "https://schema.org/",
    "http://purl.org/dqm-vocabulary/v1/dqm#",
)  # fmt: skip
_KEYWORDS: Final = frozenset({"@context", "@language"})
_HOLDING: Final = ("badge", "issuer", "recipient", "verification", "criteria", "evidence", "image", "alignment")
"""Members that may hold other objects of the vocabulary."""


def contexts_of(document: Mapping[str, Any]) -> list[Any]:
    """Return the contexts of `document`, in their order."""
    value = document.get("@context")
    return value if isinstance(value, list) else [] if value is None else [value]


def types_of(document: Mapping[str, Any]) -> list[Any]:
    """Return the types of `document`."""
    value = document.get("type")
    return value if isinstance(value, list) else [] if value is None else [value]


def check_context(document: Mapping[str, Any]) -> None:
    """Raise unless the contexts of `document` mean Open Badges 2.0 and change none of its words.

    UnsupportedContext for one that is not known here, Malformed for none.
    """
    contexts = contexts_of(document)
    for context in contexts:
        if context != V2 and not (isinstance(context, str) and context in _EXTENSIONS):
            said = repr(context[:120]) if isinstance(context, str) else "of its own"
            raise UnsupportedContext(f"The badge uses a context {said}, which is not known here.")
    if V2 not in contexts:
        raise Malformed("The badge does not name the context of Open Badges 2.0.")


def misspelt(node: Mapping[str, Any], place: str) -> Iterator[str]:
    """Yield a fault for each member of one object that says a word of the vocabulary in another way."""
    for name in node:
        prefix, colon, _ = name.partition(":")
        if name.startswith("@") and name not in _KEYWORDS:
            yield f"{place}{name[:60]} is a keyword that is not read here"
        elif colon and (prefix in _PREFIXES or name.startswith(_VOCABULARIES)):
            yield f"{place}{name[:60]} is a word of Open Badges 2.0 that is not spelt by its name"
    if "verify" in node and "verification" in node:
        yield f"{place}verify is said beside verification"


def misspelt_within(node: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """Yield the faults of `misspelt` for one object and for all that stand in it; and of words of their own there."""
    yield from misspelt(node, place)
    for name in _HOLDING:
        for item in _objects(node.get(name)):
            if any(not _is_named(context) for context in contexts_of(item)):
                yield f"{place}{name} has a context of its own"
            yield from misspelt_within(item, f"{place}{name}/")


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, list):
            yield from _objects(item)
        elif isinstance(item, Mapping):
            yield item


def _is_named(context: Any) -> bool:
    return isinstance(context, str) and (context in (V1, V2) or context in _EXTENSIONS)
