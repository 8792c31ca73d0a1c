"""Keys as JSON Web Keys: one at its own address, or in a set; and whose each of them is.

Clauses: RFC 7517; OB 3.0, 8.2 and its Implementation Guide (the issuer's key set at `/.well-known/jwks.json`, `iss`
where several issuers share one); OpenID Federation 1.0, 8.7.3 (`exp` and `revoked` of a key).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from badges.problem import IssuerUnresolvable, KeyFault, KeyNotControlledByIssuer, KeyRevoked, UnknownKey
from keys.key import Algorithm, InvalidKey, VerificationKey
from verifier.controllers import fetch_json
from verifier.origin import read_address
from verifier.resolver import Resolver
from verifier.verdict import plain

PLACE: Final = "/.well-known/jwks.json"
_NAMES: Final = {Algorithm.EDDSA: ("EdDSA", "Ed25519")}
"""Names of an algorithm in a JWK where there is more than one (RFC 9864 calls EdDSA by its curve)."""

Jwk = Mapping[str, Any]


def keys_of(issuer: str, resolver: Resolver, now: datetime) -> list[VerificationKey] | None:
    """Return the sound keys that the key set of an https issuer's host gives to it; None when no set can be had.

    A key with `iss` is that issuer's. One without belongs to whom the host belongs to: to an issuer that is the whole
    origin, and only while no key of the set names another. An issuer below the origin never has it, since any other
    tenant could have put it there.
    """
    address = read_address(issuer)
    if address is None or address.fragment is not None:
        return None
    try:
        found = fetch_json(address.origin + PLACE, resolver, issuer)
    except IssuerUnresolvable:
        return None
    jwks = _keys(found)
    shared = any("iss" in jwk for jwk in jwks)
    own = [jwk for jwk in jwks if jwk.get("iss", None if shared or not address.is_whole_origin else issuer) == issuer]
    return [key for key in (_sound_or_none(jwk, now) for jwk in own) if key is not None]


def key_at(found: Jwk, url: str, fragment: str | None, issuer: str, now: datetime) -> VerificationKey:
    """Return the key that `url` leads to: `found` itself, or the one of the set `found` whose `kid` is meant.

    Raises UnknownKey, KeyRevoked, or KeyNotControlledByIssuer for a key that names another issuer. That `issuer`
    vouches for the key is for the caller to check.
    """
    jwk = found
    if "keys" in found:
        named = [item for item in _keys(found) if item.get("kid") in (url, fragment) and item.get("kid") is not None]
        if not named or any(item != named[0] for item in named):
            raise UnknownKey(f"The key set does not hold one key named {plain(url)}.")
        jwk = named[0]
    if jwk.get("iss", issuer) != issuer:
        raise KeyNotControlledByIssuer(f"The key {plain(url)} is that of another issuer.")
    try:
        return _sound(jwk, now)
    except InvalidKey as fault:
        raise UnknownKey(f"The key {plain(url)} cannot be trusted. {fault}") from fault


def _keys(found: object) -> list[Jwk]:
    keys = found.get("keys") if isinstance(found, Mapping) else None
    return [item for item in keys if isinstance(item, Mapping)] if isinstance(keys, list) else []


def _sound_or_none(jwk: Jwk, now: datetime) -> VerificationKey | None:
    try:
        return _sound(jwk, now)
    except (InvalidKey, KeyFault):
        return None


def _sound(jwk: Jwk, now: datetime) -> VerificationKey:
    """Return the key if it is meant for signatures of its one algorithm, and not withdrawn."""
    if jwk.get("use", "sig") != "sig":
        raise InvalidKey("It is not meant for signatures.")
    operations = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise InvalidKey("It is not meant for verifying.")
    if "revoked" in jwk or ("exp" in jwk and not _is_later(jwk["exp"], now)):
        raise KeyRevoked("The key is marked as revoked or expired in its key set.")
    key = VerificationKey.from_jwk(jwk)
    if jwk.get("alg", key.algorithm) not in _NAMES.get(key.algorithm, (key.algorithm,)):
        raise InvalidKey("It is meant for another algorithm.")
    return key


def _is_later(value: object, now: datetime) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > now.timestamp()
