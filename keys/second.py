"""A second pair of eyes: what one library signed, another one checks before it leaves.

OpenSSL, through `cryptography`, signs. For Ed25519 libsodium, through PyNaCl, checks: a fault in either, or a computer
that computes wrongly, shows as a signature that does not stand. It is strict where RFC 8032 leaves a choice, which no
honest signature meets. `docs/adr/0062-a-second-pair-of-eyes.md`
"""

from __future__ import annotations

from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from keys.key import VerificationKey


def stands(key: VerificationKey, signature: bytes, data: bytes) -> bool:
    """Tell whether a signature of ours stands over `data`; never raises. For those of others there is `key.verify`."""
    return all_stand(key, [(signature, data)])


def all_stand(key: VerificationKey, signed: Iterable[tuple[bytes, bytes]]) -> bool:
    """Tell whether every one of these signatures stands over the data beside it; never raises."""
    if not isinstance(key.material, Ed25519PublicKey):
        return all(key.verify(signature, data) for signature, data in signed)
    second = VerifyKey(key.material.public_bytes_raw())
    try:
        for signature, data in signed:
            second.verify(data, signature)
    except (BadSignatureError, ValueError):  # ValueError: not 64 octets.
        return False
    return True
