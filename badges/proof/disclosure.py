"""The value of a derived ecdsa-sd-2023 proof: five things in CBOR, read in their one form.

Clause: Data Integrity ECDSA Cryptosuites 1.0, section 3.5.7 (parseDerivedProofValue). Its prose asks for a public key
of 36 octets; a compressed P-256 Multikey has 35, and so have W3C's vectors.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final, NoReturn

import cbor2

from badges.problem import SignatureInvalid, TooComplex
from keys.encoding import base64url, read_base64url

BASE_HEADER: Final = b"\xd9\x5d\x00"
DERIVED_HEADER: Final = b"\xd9\x5d\x01"
STATEMENTS_MOST: Final = 1_000
"""Signatures, labels and indexes that one proof may have, each; every signature costs a verification."""

_TEXT_MOST: Final = 160_000
_SIGNATURE: Final = 64
_PUBLIC_KEY: Final = 35
_LABEL: Final = 32
_COLLECTIONS: Final = 4
"""Arrays and maps of a proof value: the whole, its signatures, its labels, its indexes."""


@dataclass(frozen=True)
class Disclosure:
    """What a holder adds to the part that is shown.

    `labels` are the signed labels of the blank nodes c14n0, c14n1 …; `mandatory` the numbers of the statements that
    must be shown, ascending; `signatures` those of the others, in their order.
    """

    base_signature: bytes = field(repr=False)
    public_key: bytes
    signatures: tuple[bytes, ...] = field(repr=False)
    labels: tuple[str, ...]
    mandatory: tuple[int, ...]


def read_derived(text: object) -> Disclosure:
    """Return what a derived `proofValue` says; SignatureInvalid for a base proof and for any other form."""
    if not isinstance(text, str) or not text.startswith("u"):
        raise SignatureInvalid("proofValue is not multibase base64url.")
    if len(text) > _TEXT_MOST:
        raise TooComplex("proofValue is longer than a proof of the statements that are allowed.")
    try:
        data = read_base64url(text[1:])
    except ValueError as fault:
        raise SignatureInvalid("proofValue is not multibase base64url in its one form.") from fault
    if data.startswith(BASE_HEADER):
        raise SignatureInvalid("This is the proof for the holder alone, who has to derive what may be shown.")
    if not data.startswith(DERIVED_HEADER):
        raise SignatureInvalid("proofValue is no derived proof of ecdsa-sd-2023.")
    return _disclosure(_read_cbor(data[len(DERIVED_HEADER) :]))


def _disclosure(value: object) -> Disclosure:
    if not isinstance(value, list) or [type(part) for part in value] != [bytes, bytes, list, dict, list]:
        _refuse()
    base_signature, public_key, signatures, labels, mandatory = value
    if max(len(signatures), len(labels), len(mandatory)) > STATEMENTS_MOST:
        raise TooComplex(f"The proof is of more than {STATEMENTS_MOST:,} statements.")
    return Disclosure(
        _octets(base_signature, _SIGNATURE),
        _octets(public_key, _PUBLIC_KEY),
        tuple(_octets(item, _SIGNATURE) for item in signatures),
        _labels(labels),
        _indexes(mandatory),
    )


def _labels(value: dict[Any, Any]) -> tuple[str, ...]:
    """Return the labels in the order of their numbers, which leave none out; no two numbers share a label."""
    if value.keys() != set(range(len(value))):
        _refuse()
    labels = tuple("u" + base64url(_octets(value[number], _LABEL)) for number in range(len(value)))
    if len(set(labels)) != len(labels):
        raise SignatureInvalid("Two things that are shown bear one label.")
    return labels


def _indexes(value: list[Any]) -> tuple[int, ...]:
    if not all(isinstance(item, int) for item in value) or any(one >= next_ for one, next_ in pairwise(value)):
        _refuse()
    return tuple(value)


def _octets(value: object, length: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != length:
        _refuse()
    return value


def _read_cbor(data: bytes) -> object:
    """Return the value of CBOR that is made of unsigned integers, octets, arrays and maps only (RFC 8949, 4.2.1).

    Its heads are looked at before a decoder is: tags would become other objects, and depth has no place here. What
    is left of freedom, such as a longer form of a number, an entry twice or octets behind, is gone by writing anew.
    """
    _check_heads(data)
    try:
        value: object = cbor2.loads(data)
        written = cbor2.dumps(value)
    except (cbor2.CBORError, ValueError, OverflowError) as fault:
        raise SignatureInvalid("proofValue is not CBOR.") from fault
    if written != data:
        raise SignatureInvalid("proofValue is not CBOR in its one form.")
    return value


def _check_heads(data: bytes) -> None:
    place = collections = 0
    while place < len(data):
        major, info = data[place] >> 5, data[place] & 0x1F
        collections += major in (4, 5)
        if major not in (0, 2, 4, 5) or info > 27 or collections > _COLLECTIONS:
            _refuse()
        size = 1 << (info - 24) if info > 23 else 0
        argument = int.from_bytes(data[place + 1 : place + 1 + size], "big") if size else info
        if argument > len(data):
            _refuse()
        place += 1 + size + (argument if major == 2 else 0)


def _refuse() -> NoReturn:
    raise SignatureInvalid("proofValue does not hold the five things of a derived proof.")
