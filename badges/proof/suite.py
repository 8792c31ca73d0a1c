"""What every Data Integrity cryptosuite does: hash a document with its proof options, sign the hash, verify it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol

import base58

from badges.problem import SignatureInvalid
from badges.times import stamp
from keys.encoding import read_base58
from keys.key import Algorithm, Signer, VerificationKey

Json = Mapping[str, Any]

DATA_INTEGRITY: Final = "DataIntegrityProof"
VALUE_MOST: Final = 200
"""Letters of a `proofValue` that is one signature."""


class Suite(Protocol):
    """A cryptosuite whose proofs can be verified: Data Integrity 1.0, section 3."""

    @property
    def name(self) -> str:
        """The identifier by which a proof names the suite: its `cryptosuite`, or its `type` if it has none."""

    @property
    def kind(self) -> Mapping[str, str]:
        """The members by which a proof is known to be of this suite."""

    @property
    def algorithms(self) -> frozenset[Algorithm]:
        """The algorithms whose keys this suite accepts."""

    @property
    def remark(self) -> str:
        """What to tell, in English, whoever meets a proof of this suite; mostly nothing."""

    def check(self, document: Json, proof: Json, key: VerificationKey) -> None:
        """Raise SignatureInvalid unless `proof` was made over `document` with `key`."""


class SigningSuite(Suite, Protocol):
    """A cryptosuite that signs one hash of the whole document."""

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


def options_of(proof: Json) -> dict[str, Any]:
    """Return the proof without its `proofValue`: what of it is signed."""
    return {name: value for name, value in proof.items() if name != "proofValue"}


def sign(suite: SigningSuite, credential: Json, signer: Signer, created: datetime) -> dict[str, Any]:
    """Return `credential` with a list of one proof by `signer`: the same bytes each time (Data Integrity 1.0, 4.2).

    ValueError for a signer whose proof `verify` would never take.
    """
    if signer.algorithm not in suite.algorithms:
        raise ValueError(f"A {signer.algorithm} key cannot make a proof of {suite.name}.")
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
    document = unsecured(credential)
    if previous:
        document["proof"] = [dict(item) for item in previous]
    suite.check(document, proof, key)


def read_proof_value(text: object) -> bytes:
    """Return the octets of a base58btc `proofValue` in its one form; SignatureInvalid for any other."""
    if not isinstance(text, str) or not text.startswith("z") or len(text) > VALUE_MOST:
        raise SignatureInvalid("proofValue is not multibase base58btc.")
    try:
        return read_base58(text[1:])
    except ValueError as fault:
        raise SignatureInvalid("proofValue is not multibase base58btc.") from fault
