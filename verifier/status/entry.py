"""An entry of status in a credential: which list, which place in it, and what its values mean.

Clause: Bitstring Status List 1.0, 2.1 (BitstringStatusListEntry). What does not comply with a MUST there is malformed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from badges.problem import Malformed, StatusUnknown
from badges.status import read_index
from verifier.status.standing import INFORMING, INVALIDATING
from verifier.verdict import plain

SIZE_MOST: Final = 8
"""Bits of one entry; each further one doubles the messages that a credential has to carry."""
_HEX: Final = re.compile(r"0[xX][0-9A-Fa-f]{1,8}", re.ASCII)
_UNTOLD: Final = {0: "unset", 1: "set"}


@dataclass(frozen=True)
class Entry:
    """One entry: the list at `url`, the place there, and what each value is called by those who set it."""

    purpose: str
    url: str
    index: int
    size: int = 1
    messages: Mapping[int, str] | None = None
    references: tuple[str, ...] = ()

    def note(self, value: int) -> str:
        """Return what the issuer says that `value` means; empty unless it said so.

        The specification means messages for developers, not for the people who look (2.1, `message`).
        """
        if self.messages is None and self.purpose != "message":
            return ""
        told = f"The issuer’s message: {plain((self.messages or _UNTOLD)[value])}."
        return " ".join([told, *(f"See {plain(url)}." for url in self.references[:1])])


def read_entry(members: Mapping[str, Any]) -> Entry:
    """Return the entry; Malformed when it is none, StatusUnknown for a purpose or a size that is not known here."""
    purpose, url = members.get("statusPurpose"), members.get("statusListCredential")
    if not isinstance(purpose, str) or not isinstance(url, str):
        raise Malformed("The entry of status does not say its purpose and list.")
    if members.get("id") == url:
        raise Malformed("The entry of status has the address of its list.")
    index, size = read_index(members.get("statusListIndex")), _size(members)
    messages, references = _messages(members, size), _references(members)
    if purpose not in INVALIDATING and purpose not in INFORMING:
        raise StatusUnknown(f"A status of the purpose {plain(purpose, 60)} is not known here.")
    return Entry(purpose, url, index, size, messages, references)


def _size(members: Mapping[str, Any]) -> int:
    size = members.get("statusSize", 1)
    if type(size) is not int or size < 1:
        raise Malformed("statusSize is not an integer greater than zero.")
    if size > 1 and "statusMessage" not in members:
        raise Malformed("The entry of status has more than one bit and does not say what they mean.")
    if size > SIZE_MOST:
        raise StatusUnknown(f"An entry of status of {size:,} bits cannot be looked up here.")
    return size


def _messages(members: Mapping[str, Any], size: int) -> Mapping[int, str] | None:
    if "statusMessage" not in members:
        return None
    told, listed = {}, members["statusMessage"]
    for item in listed if isinstance(listed, list) else []:
        status, message = (item.get(name) if isinstance(item, Mapping) else None for name in ("status", "message"))
        if not isinstance(status, str) or not isinstance(message, str) or not _HEX.fullmatch(status):
            raise Malformed("A message of the status does not say for which value it is.")
        told[int(status, 16)] = message
    if told.keys() != set(range(2**size)) or len(listed) != 2**size:
        raise Malformed(f"The status has {2**size} values, and not one message for each.")
    return told


def _references(members: Mapping[str, Any]) -> tuple[str, ...]:
    value = members.get("statusReference", [])
    found = value if isinstance(value, list) else [value]
    if not all(isinstance(item, str) for item in found):
        raise Malformed("statusReference is not an address.")
    return tuple(found)
