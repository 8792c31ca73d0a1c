"""What every Data Integrity cryptosuite does: hash a document with its proof options, sign the hash, verify it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import base58

from badges.problem import SignatureInvalid
from badges.times import stamp
from keys.key import Algorithm, Signer, VerificationKey

Json = Mapping[str, Any]


class Suite(Protocol):
    """A cryptosuite: Data Integrity 1.0, section 3."""

    @property
    def name(self) -> str:
        """The identifier by which a proof names the suite: its `cryptosuite`, or its `type` if it has none."""

    @property
    def algorithms(self) -> frozenset[Algorithm]:
        """The algorithms whose keys this suite accepts."""

    def options(self, credential: Json, key_id: str, created: datetime) -> dict[str, Any]:
        """Return the proof without its `proofValue`, as it will be emitted."""

    def hash_data(self, credential: Json, proof: Json, algorithm: Algorithm) -> bytes:
        """Return what is signed: the hash of the proof options, then that of the document."""


def proof_options(kind: Mapping[str, str], key_id: str, created: datetime) -> dict[str, Any]:
    """Return the members every proof of ours has, `kind` first."""
    return {**kind, "created": stamp(created), "verificationMethod": key_id, "proofPurpose": "assertionMethod"}


def unsecured(credential: Json) -> dict[str, Any]:
    """Return the credential without its `proof`."""
    return {name: value for name, value in credential.items() if name != "proof"}


def sign(suite: Suite, credential: Json, signer: Signer, created: datetime) -> dict[str, Any]:
    """Return `credential` with a list of one proof by `signer`: the same bytes each time (Data Integrity 1.0, 4.2)."""
    document = unsecured(credential)
    options = suite.options(document, signer.key_id, created)
    signature = signer.sign(suite.hash_data(document, options, signer.algorithm))
    proof = {**options, "proofValue": "z" + base58.b58encode(signature).decode("ascii")}
    return {**document, "proof": [proof]}


def verify(suite: Suite, credential: Json, proof: Json, key: VerificationKey, previous: Sequence[Json] = ()) -> None:
    """Raise SignatureInvalid unless `proof` stands over `credential` (Data Integrity 1.0, 4.4).

    `previous` are the proofs, whole, that this one of a chain names by `previousProof` (4.3). The proof's members,
    the key's place and the issuer's right to it are the caller's to check; what the canonical form refuses is
    raised as it is.
    """
    if key.algorithm not in suite.algorithms:
        raise SignatureInvalid(f"A {key.algorithm} key cannot have made a proof of {suite.name}.")
    signature = read_proof_value(proof.get("proofValue"))
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    document = unsecured(credential)
    if previous:
        document["proof"] = [dict(item) for item in previous]
    if not key.verify(signature, suite.hash_data(document, options, key.algorithm)):
        raise SignatureInvalid("The signature does not verify over this document.")


def read_proof_value(text: object) -> bytes:
    """Return the octets of a base58btc `proofValue`; SignatureInvalid for any other form."""
    if not isinstance(text, str) or not text.startswith("z") or len(text) > 200:
        raise SignatureInvalid("proofValue is not multibase base58btc.")
    try:
        return base58.b58decode(text[1:])
    except ValueError as fault:
        raise SignatureInvalid("proofValue is not multibase base58btc.") from fault
