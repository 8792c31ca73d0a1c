"""What a key is for, where that is known: a key that signs lists of revocations signs no badge, and the reverse.

No vocabulary lets a foreign issuer say so, and then any of its assertion keys may sign either (SECURITY.md, A12).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from badges.problem import KeyNotAuthorised
from keys.key import VerificationKey
from verifier.shape import BADGE, ENDORSEMENT, STATUS_LIST

CREDENTIAL: Final = "credential"
STATUS: Final = "status-list"

Purposes = Callable[[str, VerificationKey], str | None]
"""Tells what a key of an issuer is for; None where that is not known."""


def nothing_known(_issuer: str, _key: VerificationKey) -> str | None:
    """Know of no key what it is for."""
    return None


def check_purpose(credential: Mapping[str, Any], issuer: str, keys: Iterable[VerificationKey], of: Purposes) -> None:
    """Raise KeyNotAuthorised when a key of `issuer` is known to be for something else than `credential` is.

    One that is a badge and a list at once would need a key for both, and there is none.
    """
    meant = _meant(credential.get("type"))
    for key in keys:
        purpose = of(issuer, key)
        if purpose is not None and meant != {purpose}:
            raise KeyNotAuthorised(f"The key is for the purpose {purpose}, not for {' and '.join(sorted(meant))}.")


def _meant(types: object) -> set[str]:
    names = {name for name in (types if isinstance(types, list) else [types]) if isinstance(name, str)}
    is_list, is_more = not names.isdisjoint(STATUS_LIST.types), not names.isdisjoint(BADGE.types | ENDORSEMENT.types)
    return ({STATUS} if is_list else set()) | ({CREDENTIAL} if is_more or not is_list else set())
