"""Lists of bits: Bitstring Status List 1.0, and StatusList2021, from which it was made.

Clause: Bitstring Status List 1.0, 3.2 (Validate Algorithm). Whoever cannot look says so; that is never "no".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from badges.kept import Kept
from badges.problem import StatusOlder, StatusTakenBack, StatusUnknown
from badges.status import BitString
from verifier.resolver import forget
from verifier.rollback import Edition, Known, value_of
from verifier.status.entry import Entry, read_entry
from verifier.status.standing import INFORMING, Asking, Standing
from verifier.status.trusted import BITSTRING, LIST_2021, Family, Listed, trusted_list

_DECODED: Final[Kept[tuple[BitString, Edition]]] = Kept(most=32, weight=8 * 2**20)
_FINAL: Final = ("revocation",)
"""The purposes of a list whose bits are never cleared (2.1: "this status is not reversible")."""


def bitstring(members: Mapping[str, Any], asking: Asking) -> Standing:
    """Return what a BitstringStatusListEntry says; Malformed, or StatusUnknown and its kinds."""
    return _look_up(read_entry(members), BITSTRING, asking)


def list_2021(members: Mapping[str, Any], asking: Asking) -> Standing:
    """Return what a StatusList2021Entry says, whose entries have one bit; raises as `bitstring` does."""
    plain = {name: value for name, value in members.items() if name not in ("statusSize", "statusMessage")}
    return _look_up(read_entry(plain), LIST_2021, asking)


def _look_up(entry: Entry, family: Family, asking: Asking) -> Standing:
    """Ask once, and once more past everything that was kept when what was kept is older than what was seen."""
    try:
        try:
            return _look(entry, family, asking)
        except StatusOlder:
            forget(asking.resolver, entry.url)
            return _look(entry, family, asking)
    except StatusUnknown as fault:
        if entry.purpose in INFORMING:
            return Standing(entry.purpose, 0, None, fault.detail)
        raise


def _look(entry: Entry, family: Family, asking: Asking) -> Standing:
    listed = trusted_list(entry.url, family, entry.purpose, asking)
    bits, edition = _read(entry, family, listed)
    value = bits.value(entry.index, entry.size)
    _check_newest(entry, value, asking.policy.memory.note(edition, asking.now), listed)
    return Standing(entry.purpose, value, listed.since, entry.note(value))


def _read(entry: Entry, family: Family, listed: Listed) -> tuple[BitString, Edition]:
    """Return the bits of a list and its edition; the last ones are kept by all that they are made of."""
    text, url, is_final = listed.subject.get("encodedList"), entry.url.partition("#")[0], listed.purposes == _FINAL
    key = (text, family.subject, entry.size, url, listed.since, is_final) if isinstance(text, str) else None
    found = _DECODED.get(key) if key else None
    if found is None:
        bits = family.decode(text, entry.size)
        found = bits, Edition(url, listed.since, bits.octets if is_final else None)
        _DECODED.put(key, found, 2 * len(bits) // 8)
    return found


def _check_newest(entry: Entry, value: int, known: Known, listed: Listed) -> None:
    """Raise where an earlier list said more than this one (SECURITY.md, C8)."""
    if listed.since is not None and known.since is not None and listed.since < known.since:
        raise StatusOlder("The status list is older than one that was seen before.")
    if entry.purpose in _FINAL and value == 0 and value_of(known, entry.index, entry.size):
        raise StatusTakenBack("An earlier list had this revoked, which is final, and this one does not.")
