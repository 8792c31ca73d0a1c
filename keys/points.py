"""Which public keys are sound: what `cryptography` accepts and nobody should trust is refused here.

Ed25519: the encoding must be canonical and the point of large order; with a point of small order one signature
verifies every message ("Taming the many EdDSAs", Chalkias, Garillot and Nikolaenko 2020, section 3).
RSA: at least 2,048 bits and an odd exponent over 65,536 (NIST SP 800-56B, 6.2).
"""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from keys.algorithm import InvalidKey, PublicMaterial

RSA_LEAST: Final = 2048
RSA_MOST: Final = 8192
"""Bits of a modulus; a larger one is only there to keep the verifier busy."""

_PRIME: Final = 2**255 - 19
_ORDER_EIGHT: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER: Final = frozenset({0, 1, _PRIME - 1, _ORDER_EIGHT, _PRIME - _ORDER_EIGHT})
"""The y coordinates of the eight points of small order."""


def check_soundness(material: PublicMaterial) -> None:
    """Raise InvalidKey when a key of this size or form must not be trusted."""
    match material:
        case Ed25519PublicKey():
            y = int.from_bytes(material.public_bytes_raw(), "little") & (2**255 - 1)
            if y >= _PRIME or y in _SMALL_ORDER:
                raise InvalidKey("The Ed25519 key is a point of small order or not in canonical form.")
        case rsa.RSAPublicKey():
            if not RSA_LEAST <= material.key_size <= RSA_MOST:
                raise InvalidKey(f"The RSA key has {material.key_size} bits.")
            if material.public_numbers().e < 65_537:
                raise InvalidKey("The RSA key's exponent is too small.")
        case _:
            pass  # A point of a prime-order curve that could be loaded is on that curve.
