"""VC-JWT: the credential is the payload, its claims repeat it, and the key decides the algorithm.

Clauses: OB 3.0 section 8.2 (JSON Web Token Proof Format), VC-JOSE-COSE 1.0 section 3.1.1, RFC 7515, RFC 7519.
Small differences between the two specifications are allowed as both ask: `typ` is left out when we sign, and may
be `JWT` or `vc+jwt` when we read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from jwt.api_jws import PyJWS
from jwt.exceptions import PyJWTError

from badges.document import Document
from badges.problem import Malformed, SignatureInvalid, UnsupportedProof
from badges.times import read_stamp
from keys.encoding import base64url
from keys.key import Algorithm, Signer, VerificationKey

TYPES: Final = frozenset({"JWT", "vc+jwt", "vc+ld+json+jwt", "vc+ld+jwt"})
_HEADER: Final = frozenset({"alg", "kid", "jwk", "typ", "cty"})
"""Members a header may have; `crit`, `jku`, `x5u` and their like are refused, and nothing of them is followed."""
_ALGORITHMS: Final = frozenset(Algorithm)
_JWS: Final = PyJWS(algorithms=[str(algorithm) for algorithm in Algorithm])
"""PyJWT verifies; what it is lenient about (duplicate members, odd base64url, weak keys) was refused before."""


def encode(credential: Mapping[str, Any], signer: Signer) -> str:
    """Return the compact JWS of a credential that has no proof; the same bytes each time."""
    claims = {**credential, **registered_claims(credential)}
    header = {"alg": str(signer.algorithm), "kid": signer.key_id}
    text = ".".join(base64url(_compact(part)) for part in (header, claims))
    return f"{text}.{base64url(signer.sign(text.encode('ascii')))}"


def registered_claims(credential: Mapping[str, Any]) -> dict[str, Any]:
    """Return `iss`, `jti`, `sub`, `nbf` and `exp` as OB 3.0, 8.2.4.1 derives them from a credential."""
    claims: dict[str, Any] = {"iss": _id_of(credential.get("issuer")), "jti": credential.get("id")}
    claims["sub"] = _id_of(credential.get("credentialSubject"))
    for claim, members in (("nbf", ("validFrom", "issuanceDate")), ("exp", ("validUntil", "expirationDate"))):
        for member in members:
            if member in credential:
                claims[claim] = _numeric(read_stamp(credential[member], member))
    return {name: value for name, value in claims.items() if value is not None}


def check_header(document: Document) -> None:
    """Raise unless the header asks for something we may do: Malformed, or UnsupportedProof for its algorithm."""
    header = document.header or {}
    extra = sorted(header.keys() - _HEADER)
    if extra:
        raise Malformed(f"The token's header has the member {extra[0][:40]!r}, which is not allowed.")
    algorithm, kind = header.get("alg"), header.get("typ")
    if not isinstance(algorithm, str) or algorithm.lower() == "none" or algorithm.startswith("HS"):
        raise SignatureInvalid("The token is not signed with a public key.")
    if algorithm not in _ALGORITHMS:
        raise UnsupportedProof(f"The algorithm {algorithm[:20]!r} is not supported.")
    if kind is not None and kind not in TYPES:
        raise Malformed(f"The token is of the type {str(kind)[:40]!r}, which is no credential.")


def verify(document: Document, key: VerificationKey) -> None:
    """Raise SignatureInvalid unless the JWS was made by `key` with the algorithm that the key is for."""
    if (document.header or {}).get("alg") != key.algorithm:
        raise SignatureInvalid(f"The token does not use {key.algorithm}, which its key is for.")
    token = document.signing_input + b"." + base64url(document.signature).encode("ascii")
    try:
        _JWS.decode_complete(token, key.material, algorithms=[key.algorithm])
    except (PyJWTError, ValueError) as fault:
        raise SignatureInvalid("The signature does not verify over this token.") from fault


def check_claims(document: Document) -> None:
    """Raise Malformed where a registered claim says other than the credential (OB 3.0, 8.2.4.1).

    A claim that is not there says nothing, but `iss` and `nbf`, which OB 3.0 requires beside `typ: JWT`, may be
    left out of a token in VC-JOSE-COSE form.
    """
    credential = document.credential
    if "vc" in credential or "vp" in credential:
        raise Malformed("The token holds a vc or vp claim, which VCDM 2.0 tokens must not have.")
    for claim, expected in registered_claims(credential).items():
        found = credential.get(claim, expected)
        if type(found) is bool or found != expected:
            raise Malformed(f"The claim {claim} does not say what the credential says.")
    for claim in ("sub", "nbf", "exp"):
        if claim in credential and claim not in registered_claims(credential):
            raise Malformed(f"The claim {claim} has no counterpart in the credential.")


def _id_of(member: object) -> object:
    return member.get("id") if isinstance(member, Mapping) else member


def _numeric(moment: datetime) -> int:
    return int(moment.timestamp())


def _compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
