"""Which generation a document says it is of: a verifiable credential, an Open Badges assertion, or both at once.

By what stands in it and never by what it is called. Whoever claims both would be judged by the rules of one and read
by the other's readers, so nobody chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from badges.ob1 import is_older_assertion
from badges.vocabulary import V1, V2, contexts_of, types_of

_CREDENTIALS: Final = ("https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/v2")
_CREDENTIAL: Final = "VerifiableCredential"


class World(Enum):
    """Whose words a document uses."""

    CREDENTIAL = "credential"
    ASSERTION = "assertion"
    BOTH = "both"


def world_of(document: Mapping[str, Any]) -> World:
    """Return the generation of `document`; one that says nothing is judged as a verifiable credential."""
    contexts, types = contexts_of(document), types_of(document)
    credential = any(context in contexts for context in _CREDENTIALS) or _CREDENTIAL in types
    assertion = V2 in contexts or V1 in contexts or "Assertion" in types or is_older_assertion(document)
    if credential and assertion:
        return World.BOTH
    return World.ASSERTION if assertion else World.CREDENTIAL
