"""Tokens in bulk: the JWT of each credential that was signed, of its own bytes, without composing it again.

A signed credential is written in one form, its proof last. What stands before the proof is the payload of the token
but for the claims that repeat it; so it is taken as it is, and only the claims are written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from badges.claims import registered_claims
from badges.document import parse
from badges.proof.jwt import encode, header_of, signing_input, with_signature
from badges.proof.suite import unsecured
from badges.strict import compact
from issuer.signatures import signatures_of
from keys.key import Signer

_PROOF: Final = b',"proof":[{'
"""How a proof begins in a credential of ours. In a text its quotes would be escaped, so it stands nowhere else."""


def tokens_in_bulk(signed: Sequence[bytes], signers: Mapping[str, Signer]) -> list[str]:
    """Return the token of each signed credential; `signers` maps the key of its proof to who signs the token.

    The same as `token_one_by_one` gives for each. Raises what the signers raise: nothing is given away then.
    """
    payloads: dict[str, dict[int, bytes]] = {}
    for place, data in enumerate(signed):
        key_id, payload = _payload(data)
        payloads.setdefault(key_id, {})[place] = payload
    tokens = [""] * len(signed)
    for key_id, places in payloads.items():
        signer = signers[key_id]
        header = header_of(signer)
        texts = [signing_input(payload, header) for payload in places.values()]
        for place, text, signature in zip(places, texts, signatures_of(texts, signer), strict=True):
            tokens[place] = with_signature(text, signature)
    return tokens


def token_one_by_one(signed: bytes, signers: Mapping[str, Signer]) -> str:
    """Return the token of a signed credential by the long way: read, taken apart and written anew."""
    credential = parse(signed).credential
    return encode(unsecured(credential), signers[_key_id(credential["proof"])])


def _payload(data: bytes) -> tuple[str, bytes]:
    """Return whose proof a signed credential bears, and the payload of its token."""
    credential = json.loads(data)
    claims = compact(registered_claims(credential)).removeprefix(b"{")
    return _key_id(credential["proof"]), data[: data.rindex(_PROOF)] + b"," + claims


def _key_id(proof: Any) -> str:
    return str(proof[0]["verificationMethod"])
