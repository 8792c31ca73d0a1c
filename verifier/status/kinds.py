"""Every entry of status of a credential, each looked up in the way of its kind. Further kinds are rows of `KINDS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from badges.problem import Malformed, StatusUnknown
from verifier.status.bitstring import bitstring, list_2021
from verifier.status.revocation_list import revocation_list
from verifier.status.standing import Asking, Standing
from verifier.verdict import plain

ENTRIES_MOST: Final = 4

KINDS: Final[Mapping[str, Callable[[Mapping[str, Any], Asking], Standing]]] = {
    "BitstringStatusListEntry": bitstring,
    "StatusList2021Entry": list_2021,
    "1EdTechRevocationList": revocation_list,
}
"""How a status is looked up, by the type of its entry."""


@dataclass(frozen=True)
class Found:
    """What all entries say; `unknown` is why the first of those that could invalidate cannot be told."""

    standings: tuple[Standing, ...]
    unknown: StatusUnknown | None = None


def standings(credential: Mapping[str, Any], asking: Asking) -> Found:
    """Return what every entry says; Malformed when one is no entry at all."""
    value = credential["credentialStatus"]
    entries = value if isinstance(value, list) else [value]
    if len(entries) > ENTRIES_MOST:
        raise Malformed(f"The credential has more than {ENTRIES_MOST} entries of status.")
    found, unknown = [], None
    for entry in entries:
        if not isinstance(entry, Mapping):
            raise Malformed("credentialStatus is not an object.")
        try:
            found.append(_look_up(entry, asking))
        except StatusUnknown as fault:
            unknown = unknown or fault
    return Found(tuple(found), unknown)


def _look_up(entry: Mapping[str, Any], asking: Asking) -> Standing:
    kind = entry.get("type")
    if not isinstance(kind, str) or kind not in KINDS:
        raise StatusUnknown(f"A status of the type {plain(str(kind), 60)} cannot be looked up here.")
    return KINDS[kind](entry, asking)
