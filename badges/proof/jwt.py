"""VC-JWT: the credential is in the payload, its claims repeat it, and the key decides the algorithm.

Clauses: OB 3.0 section 8.2 (JSON Web Token Proof Format), VCDM 1.1 section 6.3.1, VC-JOSE-COSE 1.0 section 3.1.1,
RFC 7515, RFC 7519. `typ` is left out when we sign, since the specifications ask for different ones; when we read it
may be of any of them, and says which form the claims have (`badges.claims`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from jwt.api_jws import PyJWS
from jwt.exceptions import PyJWTError

from badges import claims
from badges.claims import registered_claims
from badges.document import Document
from badges.problem import Malformed, ProofExpired, SignatureInvalid, UnsupportedProof
from badges.strict import compact
from badges.times import stamp
from keys.encoding import base64url
from keys.key import Algorithm, Signer, VerificationKey

TYPES: Final = frozenset({"jwt", "vc+jwt", "vc+ld+json+jwt", "vc+ld+jwt"})
"""What `typ` may be, as media types are compared."""
_CONTENTS: Final = frozenset({"vc", "vc+ld+json", "credential+ld+json", "ld+json", "json"})
"""What `cty` may be; above all no `JWT`, which would be a token in a token."""
_HEADER: Final = frozenset({"alg", "kid", "jwk", "typ", "cty"})
"""Members a header may have; `crit`, `jku`, `x5u` and their like are refused, and nothing of them is followed."""
_ALGORITHMS: Final = frozenset(Algorithm)
_JWS: Final = PyJWS(algorithms=[str(algorithm) for algorithm in Algorithm])
"""PyJWT verifies; what it is lenient about (duplicate members, odd base64url, weak keys) was refused before."""


def encode(credential: Mapping[str, Any], signer: Signer) -> str:
    """Return the compact JWS of a credential that has no proof; the same bytes each time."""
    text = signing_input(compact({**credential, **registered_claims(credential)}), header_of(signer))
    return with_signature(text, signer.sign(text))


def header_of(signer: Signer) -> str:
    """Return the first segment of every token that `signer` signs."""
    return base64url(compact({"alg": str(signer.algorithm), "kid": signer.key_id}))


def signing_input(payload: bytes, header: str) -> bytes:
    """Return what a signature covers (RFC 7515, 5.1)."""
    return f"{header}.{base64url(payload)}".encode("ascii")


def with_signature(text: bytes, signature: bytes) -> str:
    """Return the compact serialization of a signing input and its signature."""
    return f"{text.decode('ascii')}.{base64url(signature)}"


def check_header(document: Document) -> None:
    """Raise unless the header asks for something we may do: Malformed, or UnsupportedProof for its algorithm."""
    header = document.header or {}
    extra = sorted(header.keys() - _HEADER)
    if extra:
        raise Malformed(f"The token's header has the member {extra[0][:40]!r}, which is not allowed.")
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm.lower() == "none" or algorithm.startswith("HS"):
        raise SignatureInvalid("The token is not signed with a public key.")
    if algorithm not in _ALGORITHMS:
        raise UnsupportedProof(f"The algorithm {algorithm[:20]!r} is not supported.")
    for member, allowed in (("typ", TYPES), ("cty", _CONTENTS)):
        if member in header and claims.media_type(header, member) not in allowed:
            raise Malformed(f"The token's {member} is {str(header[member])[:40]!r}, which is no credential.")


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
    """Raise Malformed where the claims and the credential of a token do not agree (`badges.claims`)."""
    claims.check_claims(document.header or {}, document.claims or {}, document.credential)


def check_in_force(document: Document, now: datetime, skew: timedelta) -> None:
    """Raise ProofExpired for a token that is past its own end, SignatureInvalid before its own beginning.

    Only tokens of VC-JOSE-COSE have times of their own; in every other form they are those of the credential.
    """
    since, until = claims.own_times(document.header or {}, document.claims or {})
    if until is not None and until <= now - skew:
        raise ProofExpired(f"The token was good until {stamp(until)}.")
    if since is not None and since > now + skew:
        raise SignatureInvalid(f"The token is only good from {stamp(since)}.")
