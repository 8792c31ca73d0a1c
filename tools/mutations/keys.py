"""Keys that are made anew from a seed, the same each time: good for an issuer to be attacked, and for nothing else."""

from __future__ import annotations

import hashlib
import random

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from keys.key import Algorithm, PrivateKey

EXPONENT = 65_537
HALF = 1_024
"""Bits of each prime of an RSA key."""


def key(algorithm: Algorithm, seed: str) -> PrivateKey:
    """Return the key of that algorithm which `seed` leads to."""
    digest = hashlib.sha256(f"{algorithm} {seed}".encode()).digest()
    match algorithm:
        case Algorithm.EDDSA:
            return PrivateKey(Ed25519PrivateKey.from_private_bytes(digest))
        case Algorithm.ES256:
            return PrivateKey(ec.derive_private_key(int.from_bytes(digest, "big") >> 1, ec.SECP256R1()))
        case Algorithm.ES384:
            return PrivateKey(ec.derive_private_key(int.from_bytes(digest, "big"), ec.SECP384R1()))
        case Algorithm.RS256:
            return PrivateKey(_rsa(random.Random(digest)))


def _rsa(chance: random.Random) -> rsa.RSAPrivateKey:
    p, q = sorted((_prime(chance), _prime(chance)), reverse=True)
    private = pow(EXPONENT, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(EXPONENT, p * q)
    parts = rsa.rsa_crt_dmp1(private, p), rsa.rsa_crt_dmq1(private, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, private, *parts, public).private_key()


def _prime(chance: random.Random) -> int:
    """Return a number of HALF bits that is prime as far as five witnesses of Fermat's can tell."""
    while True:
        number = chance.getrandbits(HALF) | 3 << HALF - 2 | 1
        if any(number % small == 0 for small in (3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59)):
            continue
        if all(pow(base, number - 1, number) == 1 for base in (2, 3, 5, 7, 11)) and (number - 1) % EXPONENT:
            return number
