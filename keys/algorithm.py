"""The algorithms that keys are for, and the numbers that belong to each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PublicMaterial = Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey
PrivateMaterial = Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class InvalidKey(ValueError):
    """A key that cannot be read, or that nobody should trust."""


class Algorithm(StrEnum):
    """The JOSE name of the one algorithm a key is for."""

    EDDSA = "EdDSA"
    ES256 = "ES256"
    ES384 = "ES384"
    RS256 = "RS256"


@dataclass(frozen=True)
class Curve:
    """A curve of ECDSA: its JOSE name, its hash, and the octets of a coordinate."""

    name: str
    curve: ec.EllipticCurve
    hash: hashes.HashAlgorithm
    size: int


CURVES: Final = {
    Algorithm.ES256: Curve("P-256", ec.SECP256R1(), hashes.SHA256(), 32),
    Algorithm.ES384: Curve("P-384", ec.SECP384R1(), hashes.SHA384(), 48),
}
MULTIKEY_PREFIXES: Final = {
    Algorithm.EDDSA: b"\xed\x01",
    Algorithm.ES256: b"\x80\x24",
    Algorithm.ES384: b"\x81\x24",
}
"""Multicodec prefixes of public keys (Controlled Identifiers 1.0, 2.2.2); RSA has none there."""


def algorithm_of(material: object) -> Algorithm:
    """Return the algorithm that a public key is for; InvalidKey for a kind or curve that is not ours to use."""
    match material:
        case Ed25519PublicKey():
            return Algorithm.EDDSA
        case rsa.RSAPublicKey():
            return Algorithm.RS256
        case ec.EllipticCurvePublicKey():
            for algorithm, curve in CURVES.items():
                if material.curve.name == curve.curve.name:
                    return algorithm
    raise InvalidKey("This kind of key is not supported.")
