"""Public keys as text: Multikey and JWK, each read strictly and written in one way only.

Clauses: Controlled Identifiers 1.0 section 2.2 (Multikey, JsonWebKey), RFC 7517, RFC 7518 section 6, RFC 8037.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import base58
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keys.algorithm import CURVES, MULTIKEY_PREFIXES, Algorithm, InvalidKey, PublicMaterial, algorithm_of

_PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_BASE58: Final = {letter: value for value, letter in enumerate(base58.BITCOIN_ALPHABET.decode("ascii"))}
_MULTIKEY_MOST: Final = 128
_TEN_LETTERS: Final = 58**10
_PAIRS: Final = tuple(one + other for one in _BASE58 for other in _BASE58)


def base64url(data: bytes) -> str:
    """Return `data` in base64url without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def read_base64url(text: str) -> bytes:
    """Return the octets of `text`; ValueError for padding, another alphabet or stray last bits."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as fault:
        raise ValueError("The text is not base64url.") from fault
    if base64url(data) != text:
        raise ValueError("The text is not base64url in its one form.")
    return data


def read_base58(text: str) -> bytes:
    """Return the octets of a text in base58btc; ValueError for another letter. No two texts have the same octets."""
    number = 0
    try:
        for letter in text:
            number = number * 58 + _BASE58[letter]
    except KeyError as fault:
        raise ValueError("The text is not base58btc.") from fault
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def write_base58(data: bytes) -> str:
    """Return octets in base58btc, as the library `base58` does; five pairs of letters for each division."""
    number, pieces = int.from_bytes(data, "big"), []
    while number:
        number, rest = divmod(number, _TEN_LETTERS)
        for _ in range(5):
            rest, pair = divmod(rest, 3_364)
            pieces.append(_PAIRS[pair])
    pieces.reverse()
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + "".join(pieces).lstrip("1")


def write_multikey(material: PublicMaterial) -> str:
    """Return the `publicKeyMultibase` of a key; InvalidKey for RSA, which has none."""
    algorithm = algorithm_of(material)
    match material:
        case Ed25519PublicKey():
            body = material.public_bytes_raw()
        case ec.EllipticCurvePublicKey():
            body = material.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        case _:
            raise InvalidKey("An RSA key has no Multikey form.")
    return "z" + base58.b58encode(MULTIKEY_PREFIXES[algorithm] + body).decode("ascii")


def read_multikey(text: object) -> PublicMaterial:
    """Return the key of a `publicKeyMultibase`; InvalidKey when it is not one of a kind we know."""
    if not isinstance(text, str) or not text.startswith("z") or len(text) > _MULTIKEY_MOST:
        raise InvalidKey("publicKeyMultibase is not base58btc.")
    return _multikey(text)


@lru_cache(maxsize=256)
def _multikey(text: str) -> PublicMaterial:
    try:
        data = base58.b58decode(text[1:])
        for algorithm, prefix in MULTIKEY_PREFIXES.items():
            if data.startswith(prefix):
                return _from_point(algorithm, data[len(prefix) :])
    except ValueError as fault:
        raise InvalidKey("publicKeyMultibase is not a public key.") from fault
    raise InvalidKey("publicKeyMultibase is of a kind that is not supported.")


def _from_point(algorithm: Algorithm, body: bytes) -> PublicMaterial:
    if algorithm is Algorithm.EDDSA:
        return Ed25519PublicKey.from_public_bytes(body)
    curve = CURVES[algorithm]
    if len(body) != curve.size + 1:
        raise ValueError("The point is not in compressed form.")
    return ec.EllipticCurvePublicKey.from_encoded_point(curve.curve, body)


def write_jwk(material: PublicMaterial) -> dict[str, str]:
    """Return the required members of the public JWK, in the order RFC 7638 hashes them."""
    match material:
        case Ed25519PublicKey():
            return {"crv": "Ed25519", "kty": "OKP", "x": base64url(material.public_bytes_raw())}
        case ec.EllipticCurvePublicKey():
            curve, numbers = CURVES[algorithm_of(material)], material.public_numbers()
            x, y = (base64url(value.to_bytes(curve.size, "big")) for value in (numbers.x, numbers.y))
            return {"crv": curve.name, "kty": "EC", "x": x, "y": y}
        case _:
            number = material.public_numbers()
            return {"e": _integer(number.e), "kty": "RSA", "n": _integer(number.n)}


def read_jwk(jwk: Mapping[str, object]) -> PublicMaterial:
    """Return the key of a public JWK; InvalidKey for private members and for kinds we do not know."""
    if _PRIVATE_MEMBERS & jwk.keys():
        raise InvalidKey("The JWK has private members.")
    try:
        return _from_jwk(jwk)
    except ValueError as fault:
        raise InvalidKey("The JWK is not a public key.") from fault


def _from_jwk(jwk: Mapping[str, object]) -> PublicMaterial:
    match jwk.get("kty"), jwk.get("crv"):
        case "OKP", "Ed25519":
            return Ed25519PublicKey.from_public_bytes(_octets(jwk, "x"))
        case "EC", name:
            for curve in CURVES.values():
                if curve.name == name:
                    x, y = _octets(jwk, "x"), _octets(jwk, "y")
                    if len(x) != curve.size or len(y) != curve.size:
                        raise ValueError("A coordinate has the wrong length.")
                    point = int.from_bytes(x, "big"), int.from_bytes(y, "big")
                    return ec.EllipticCurvePublicNumbers(*point, curve.curve).public_key()
        case "RSA", None:
            e, n = (int.from_bytes(_octets(jwk, member), "big") for member in ("e", "n"))
            return rsa.RSAPublicNumbers(e, n).public_key()
    raise InvalidKey("The JWK is of a kind that is not supported.")


def _octets(jwk: Mapping[str, object], member: str) -> bytes:
    value = jwk.get(member)
    if not isinstance(value, str):
        raise InvalidKey(f"The JWK lacks its member {member}.")
    return read_base64url(value)


def _integer(number: int) -> str:
    return base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))
