"""Key pairs and signatures: a public key that verifies, a private key that signs, and nothing else.

A key says itself which algorithm it is for; nothing that a message claims can change that. ECDSA signs as
RFC 6979 says, so that signing the same bytes again gives the same signature. ECDSA signatures are `r || s`,
as JOSE and Data Integrity write them, never DER.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from keys.algorithm import CURVES, Algorithm, InvalidKey, PrivateMaterial, PublicMaterial, algorithm_of
from keys.encoding import base64url, read_jwk, read_multikey, write_jwk, write_multikey
from keys.points import check_soundness

__all__ = ["Algorithm", "InvalidKey", "LocalSigner", "PrivateKey", "Signer", "VerificationKey"]

RSA_BITS: Final = 3072
"""Bits of the RSA keys that we make (NIST SP 800-57: good beyond 2030)."""


@dataclass(frozen=True)
class VerificationKey:
    """A public key, sound and of a kind we know; making one checks it, and raises InvalidKey."""

    material: PublicMaterial = field(repr=False)

    def __post_init__(self) -> None:
        algorithm_of(self.material)
        check_soundness(self.material)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, VerificationKey) and self.spki() == other.spki()

    def __hash__(self) -> int:
        return hash(self.spki())

    @property
    def algorithm(self) -> Algorithm:
        """The one algorithm this key is for."""
        return algorithm_of(self.material)

    @classmethod
    def from_spki(cls, der: bytes) -> VerificationKey:
        """Read a DER SubjectPublicKeyInfo."""
        try:
            material = serialization.load_der_public_key(der)
        except (ValueError, UnsupportedAlgorithm) as fault:
            raise InvalidKey("The public key cannot be read.") from fault
        algorithm_of(material)
        return cls(material)  # type: ignore[arg-type]  # algorithm_of has refused every other kind.

    @classmethod
    def from_pem(cls, text: str) -> VerificationKey:
        """Read a public key in PEM, SubjectPublicKeyInfo or PKCS #1; InvalidKey for anything else."""
        try:
            material = serialization.load_pem_public_key(text.encode("ascii"))
        except (ValueError, UnsupportedAlgorithm) as fault:
            raise InvalidKey("The public key cannot be read.") from fault
        algorithm_of(material)
        return cls(material)  # type: ignore[arg-type]  # algorithm_of has refused every other kind.

    @classmethod
    def from_multikey(cls, text: object) -> VerificationKey:
        """Read a `publicKeyMultibase`."""
        return cls(read_multikey(text))

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, object]) -> VerificationKey:
        """Read a public JWK; one with private members is refused, whoever shows it."""
        return cls(read_jwk(jwk))

    def verify(self, signature: bytes, data: bytes) -> bool:
        """Tell whether `signature` stands over `data`; never raises."""
        try:
            match self.material:
                case Ed25519PublicKey():
                    self.material.verify(signature, data)
                case rsa.RSAPublicKey():
                    self.material.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
                case ec.EllipticCurvePublicKey():
                    curve = CURVES[self.algorithm]
                    if len(signature) != 2 * curve.size:
                        return False
                    r, s = (int.from_bytes(half, "big") for half in (signature[: curve.size], signature[curve.size :]))
                    self.material.verify(encode_dss_signature(r, s), data, ec.ECDSA(curve.hash))
        except InvalidSignature:
            return False
        return True

    def multikey(self) -> str:
        """Return the `publicKeyMultibase`; InvalidKey for RSA."""
        return write_multikey(self.material)

    def jwk(self) -> dict[str, str]:
        """Return the required members of the public JWK."""
        return write_jwk(self.material)

    def spki(self) -> bytes:
        """Return the DER SubjectPublicKeyInfo."""
        return self.material.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)

    def thumbprint(self) -> str:
        """Return the JWK thumbprint (RFC 7638) in base64url."""
        text = json.dumps(self.jwk(), separators=(",", ":"), sort_keys=True)
        return base64url(hashlib.sha256(text.encode("ascii")).digest())


@dataclass(frozen=True, repr=False, eq=False)
class PrivateKey:
    """A private key; it is never printed, compared or hashed."""

    material: PrivateMaterial

    def __repr__(self) -> str:
        return f"<PrivateKey {self.algorithm}>"

    @property
    def algorithm(self) -> Algorithm:
        """The one algorithm this key is for."""
        return algorithm_of(self.material.public_key())

    @classmethod
    def generate(cls, algorithm: Algorithm) -> PrivateKey:
        """Make a new key."""
        match algorithm:
            case Algorithm.EDDSA:
                return cls(Ed25519PrivateKey.generate())
            case Algorithm.RS256:
                return cls(rsa.generate_private_key(65_537, RSA_BITS))
            case Algorithm.ES256 | Algorithm.ES384:
                return cls(ec.generate_private_key(CURVES[algorithm].curve))

    @classmethod
    def from_pkcs8(cls, der: bytes) -> PrivateKey:
        """Read an unencrypted DER PKCS #8 key; InvalidKey when it is none of ours."""
        try:
            material = serialization.load_der_private_key(der, None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
            raise InvalidKey("The private key cannot be read.") from fault
        if not isinstance(material, Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise InvalidKey("This kind of key is not supported.")
        return cls(material)

    def pkcs8(self) -> bytes:
        """Return the unencrypted DER PKCS #8 form: for sealing at once, and for nothing else."""
        return self.material.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def public(self) -> VerificationKey:
        """Return the public half."""
        return VerificationKey(self.material.public_key())

    def sign(self, data: bytes) -> bytes:
        """Return the signature over `data`; the same bytes for the same data, always."""
        match self.material:
            case Ed25519PrivateKey():
                return self.material.sign(data)
            case rsa.RSAPrivateKey():
                return self.material.sign(data, padding.PKCS1v15(), hashes.SHA256())
            case _:
                curve = CURVES[self.algorithm]
                der = self.material.sign(data, ec.ECDSA(curve.hash, deterministic_signing=True))
                return b"".join(half.to_bytes(curve.size, "big") for half in decode_dss_signature(der))


class Signer(Protocol):
    """Whatever can sign: a key in this process, later one in a device."""

    @property
    def key_id(self) -> str:
        """The verification method's URL."""

    @property
    def algorithm(self) -> Algorithm:
        """The algorithm of its signatures."""

    def sign(self, data: bytes) -> bytes:
        """Return the signature over `data`."""

    def public(self) -> VerificationKey:
        """Return the key that verifies what this signs."""


@dataclass(frozen=True)
class LocalSigner:
    """A signer whose key lies in this process."""

    key_id: str
    private_key: PrivateKey

    @property
    def algorithm(self) -> Algorithm:
        """The algorithm of its signatures."""
        return self.private_key.algorithm

    def sign(self, data: bytes) -> bytes:
        """Return the signature over `data`."""
        return self.private_key.sign(data)

    def public(self) -> VerificationKey:
        """Return the key that verifies what this signs."""
        return self.private_key.public()
