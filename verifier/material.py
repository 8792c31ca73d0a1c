"""What a verification method holds: one public key, and of the kind that its type names.

Clauses: Controlled Identifiers 1.0, section 2.2; the Ed25519 suites of 2018 and 2020, the P-256 suite of 2019 and
the JSON Web Signature suite of 2020 as they are found in documents published before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import base58
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from keys.key import Algorithm, InvalidKey, VerificationKey

Method = Mapping[str, Any]
Reader = Callable[[object], VerificationKey]

_BASE58_MOST: Final = 44


def _jwk(value: object) -> VerificationKey:
    if not isinstance(value, Mapping):
        raise InvalidKey("publicKeyJwk is not a JSON Web Key.")
    return VerificationKey.from_jwk(value)


def _base58(value: object) -> VerificationKey:
    """Read the 32 octets of an Ed25519 key, without a prefix that says what they are."""
    try:
        if isinstance(value, str) and len(value) <= _BASE58_MOST:
            return VerificationKey(Ed25519PublicKey.from_public_bytes(base58.b58decode(value)))
    except InvalidKey:
        raise
    except ValueError as fault:
        raise InvalidKey("publicKeyBase58 is not an Ed25519 key.") from fault
    raise InvalidKey("publicKeyBase58 is not an Ed25519 key.")


MEMBERS: Final[Mapping[str, Reader]] = {
    "publicKeyMultibase": VerificationKey.from_multikey,
    "publicKeyJwk": _jwk,
    "publicKeyBase58": _base58,
}
"""How a key is read, by the member that holds it."""

_ANY: Final = frozenset(Algorithm)
_ED25519: Final = frozenset({Algorithm.EDDSA})
KINDS: Final[Mapping[str, tuple[frozenset[str], frozenset[Algorithm]]]] = {
    "Multikey": (frozenset({"publicKeyMultibase"}), _ANY),
    "JsonWebKey": (frozenset({"publicKeyJwk"}), _ANY),
    "JsonWebKey2020": (frozenset({"publicKeyJwk"}), _ANY),
    "Ed25519VerificationKey2020": (frozenset({"publicKeyMultibase"}), _ED25519),
    "Ed25519VerificationKey2018": (frozenset({"publicKeyBase58"}), _ED25519),
    "EcdsaSecp256r1VerificationKey2019": (
        frozenset({"publicKeyMultibase", "publicKeyJwk"}),
        frozenset({Algorithm.ES256}),
    ),
}
"""The members that may hold the key of a verification method, and what it may be for, by its type."""

_SECRET: Final = ("secretKey", "privateKey")


class UnknownKind(ValueError):
    """A type of verification method that is not known here."""


def read_material(method: Method) -> VerificationKey:
    """Return the one key of a verification method; UnknownKind or InvalidKey when there is none to trust."""
    kind = method.get("type")
    if not isinstance(kind, str) or kind not in KINDS:
        raise UnknownKind(str(kind))
    members, algorithms = KINDS[kind]
    if any(name.startswith(_SECRET) for name in method):
        raise InvalidKey("Its secret half is published.")
    found = [name for name in method if name.startswith("publicKey")]
    if len(found) != 1 or found[0] not in members:
        raise InvalidKey(f"It does not hold one key as {' or '.join(sorted(members))}.")
    key = MEMBERS[found[0]](method[found[0]])
    if key.algorithm not in algorithms:
        raise InvalidKey(f"It holds a key for {key.algorithm}, which its type does not allow.")
    return key
