"""What a key is for, where that is known: a key that signs lists of revocations signs no badge, and the reverse.

No vocabulary lets a foreign issuer say so, and then any of its assertion keys may sign either (SECURITY.md, A12).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from badges.problem import KeyNotAuthorised
from keys.key import VerificationKey
from verifier.shape import STATUS_LIST

CREDENTIAL: Final = "credential"
STATUS: Final = "status-list"

Purposes = Callable[[str, VerificationKey], str | None]
"""Tells what a key of an issuer is for; None where that is not known."""


def nothing_known(_issuer: str, _key: VerificationKey) -> str | None:
    """Know of no key what it is for."""
    return None


def check_purpose(credential: Mapping[str, Any], issuer: str, keys: Iterable[VerificationKey], of: Purposes) -> None:
    """Raise KeyNotAuthorised when a key of `issuer` is known to be for something else than `credential` is."""
    types = credential.get("type")
    names = {name for name in (types if isinstance(types, list) else [types]) if isinstance(name, str)}
    meant = CREDENTIAL if STATUS_LIST.types.isdisjoint(names) else STATUS
    for key in keys:
        purpose = of(issuer, key)
        if purpose is not None and purpose != meant:
            raise KeyNotAuthorised(f"The key is for the purpose {purpose}, not for {meant}.")
