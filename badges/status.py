"""Bitstring Status List 1.0: one bit per credential, set once it is revoked."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from badges.model import CONTEXT_V2
from badges.problem import Malformed, StatusOutOfRange, StatusTooShort, StatusUntrusted
from badges.times import stamp
from keys.encoding import base64url, read_base64url

MINIMUM_LENGTH: Final = 131_072
"""Entries a list holds at the least, so that a look-up hides in a crowd (section 3.2, step 2)."""
MAX_COMPRESSED: Final = 1_048_576
MAX_INFLATED: Final = 16_777_216
_BLOCK: Final = 262_144
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}", re.ASCII)


class BitString:
    """The bits of one list; bit 0 is the left-most, the high bit of the first octet (section 3.2)."""

    def __init__(self, length: int = MINIMUM_LENGTH, *, octets: bytes | bytearray | None = None) -> None:
        self._octets: bytes | bytearray = octets if octets is not None else bytearray((length + 7) // 8)

    def __len__(self) -> int:
        return len(self._octets) * 8

    def get(self, index: int) -> bool:
        """Tell whether the bit at `index` is set; StatusOutOfRange beyond the end."""
        return bool(self.value(index))

    def value(self, index: int, size: int = 1) -> int:
        """Return the number in the entry at `index`, each entry being `size` bits, the highest first (3.2, step 10)."""
        first, after = index * size, (index + 1) * size
        if not 0 <= first < after <= len(self):
            raise StatusOutOfRange(f"The list ends before index {index}.")
        octets = self._octets[first // 8 : (after + 7) // 8]
        return (int.from_bytes(octets, "big") >> (-after % 8)) & ((1 << size) - 1)

    def set(self, indices: Iterable[int]) -> None:
        """Set bits; there is no way to clear one: a revocation is final."""
        octets = self._octets if isinstance(self._octets, bytearray) else bytearray(self._octets)
        self._octets = octets
        for index in indices:
            if not 0 <= index < len(self):
                raise StatusOutOfRange(f"The list ends before index {index}.")
            octets[index // 8] |= 0x80 >> (index % 8)

    @property
    def octets(self) -> bytes:
        """The bits as octets, the last one filled up with zeros."""
        return bytes(self._octets)

    def encode(self) -> str:
        """Return `encodedList`: multibase base64url of the gzip form; the same text for the same bits."""
        return "u" + base64url(gzip.compress(bytes(self._octets), compresslevel=9, mtime=0))

    @classmethod
    def decode(cls, text: object, size: int = 1) -> BitString:
        """Read an `encodedList` of entries of `size` bits: multibase base64url, bounded.

        StatusUntrusted when it is none, StatusTooShort when it has fewer entries than a herd to hide in (step 9).
        """
        if not isinstance(text, str) or not text.startswith("u"):
            raise StatusUntrusted("encodedList is not multibase base64url.")
        return cls._inflate(text[1:], size)

    @classmethod
    def decode_2021(cls, text: object) -> BitString:
        """Read the `encodedList` of a StatusList2021: base64 without a prefix; raises as `decode` does.

        Drafts until 2022 asked for base64, those of 2023 for base64url without padding; lists of both are about.
        """
        if not isinstance(text, str) or (("+" in text or "/" in text) and ("-" in text or "_" in text)):
            raise StatusUntrusted("encodedList is not base64.")
        body = text.rstrip("=")
        if len(text) != len(body) and len(text) != len(body) + -len(body) % 4:
            raise StatusUntrusted("encodedList is not padded as base64 is.")
        return cls._inflate(body.replace("+", "-").replace("/", "_"), 1)

    @classmethod
    def _inflate(cls, text: str, size: int) -> BitString:
        if len(text) > MAX_COMPRESSED * 4 // 3 + 4:
            raise StatusUntrusted("encodedList is longer than the limit.")
        try:
            octets = _inflated(read_base64url(text))
        except (ValueError, zlib.error) as fault:
            raise StatusUntrusted("encodedList cannot be decompressed.") from fault
        if len(octets) * 8 < MINIMUM_LENGTH * size:
            entries = len(octets) * 8 // size
            raise StatusTooShort(f"The list has {entries:,} entries; {MINIMUM_LENGTH:,} are the least.")
        return cls(octets=octets)


def _inflated(packed: bytes) -> bytearray:
    """Return what one whole gzip member holds, and no more of it in memory than may be in a list."""
    inflater, octets = zlib.decompressobj(31), bytearray()
    while len(octets) <= MAX_INFLATED:
        octets += inflater.decompress(packed, _BLOCK)
        packed = inflater.unconsumed_tail
        if inflater.eof and not inflater.unused_data and len(octets) <= MAX_INFLATED:
            return octets
        if not packed:
            break
    raise StatusUntrusted("encodedList is not one whole gzip member within the limit.")


def read_index(value: object) -> int:
    """Return a `statusListIndex`: a decimal number in text, in its one form (section 2.1); Malformed otherwise."""
    if not isinstance(value, str) or not _INDEX.fullmatch(value):
        raise Malformed("statusListIndex is not a decimal number in text.")
    return int(value)


def status_list_credential(
    url: str,
    issuer: Mapping[str, Any] | str,
    bits: BitString,
    valid_from: datetime,
    valid_until: datetime | None,
    ttl: int = 60_000,
) -> dict[str, Any]:
    """Return the unsigned BitstringStatusListCredential for revocation; `ttl` is in milliseconds (section 2.2)."""
    credential = {
        "@context": [CONTEXT_V2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": stamp(valid_from),
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": bits.encode(),
            "ttl": ttl,
        },
    }
    if valid_until is not None:
        credential["validUntil"] = stamp(valid_until)
    return credential
