"""The same badge as it was written before 2024: VCDM 1.1, as JSON and as a token with a `vc` claim."""

from __future__ import annotations

from typing import Any

from badges.claims import registered_claims
from badges.datamodel import V1, V2
from badges.strict import compact
from keys.encoding import base64url
from keys.key import Algorithm, LocalSigner
from tests.verifier.published import credential, signer

DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"


def elder(**changes: Any) -> dict[str, Any]:
    """An unsigned badge of VCDM 1.1; it has no status, since lists were another kind of thing then."""
    renamed = {V2.since: V1.since, V2.until: V1.until}
    made = {renamed.get(name, name): value for name, value in credential().items() if name != "credentialStatus"}
    made["@context"] = [V1.context, made["@context"][1], DATA_INTEGRITY]
    return {name: value for name, value in {**made, **changes}.items() if value is not ...}


def written(header: dict[str, Any], payload: dict[str, Any], by: LocalSigner | None = None) -> bytes:
    """A token of exactly this header and payload; `...` takes a member away."""
    by = by or signer(Algorithm.ES256)
    header = {"alg": str(by.algorithm), "kid": by.key_id, **header}
    parts = [{name: value for name, value in part.items() if value is not ...} for part in (header, payload)]
    text = ".".join(base64url(compact(part)) for part in parts)
    return f"{text}.{base64url(by.sign(text.encode()))}".encode()


def elder_token(held: dict[str, Any] | None = None, by: LocalSigner | None = None, /, **claims: Any) -> bytes:
    """A token of VCDM 1.1: what is `held` in `vc`, and the claims of the whole badge, with changes."""
    payload = {**registered_claims(elder()), "vc": elder() if held is None else held, **claims}
    return written({"typ": "JWT"}, payload, by)


def jose_token(document: dict[str, Any] | None = None, by: LocalSigner | None = None, /, **claims: Any) -> bytes:
    """A token of VC-JOSE-COSE: the credential is the payload, and the claims are as given."""
    return written({"typ": "vc+jwt", "cty": "vc"}, {**(document or credential()), **claims}, by)
