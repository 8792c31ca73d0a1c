"""Suites that sign the whole document at once: a canonical form, a hash by the key, one signature.

Clauses: Data Integrity EdDSA Cryptosuites 1.0, sections 3.2 and 3.3, and Data Integrity ECDSA Cryptosuites 1.0,
sections 3.2 and 3.3, which say the same of other keys.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import rfc8785

from badges.jsonld import canonize, canonize_anew
from badges.kept import Kept
from badges.problem import Malformed, SignatureInvalid
from badges.proof.suite import DATA_INTEGRITY, Json, options_of, proof_options, read_proof_value
from keys.key import Algorithm, VerificationKey

HASHES: Final[Mapping[Algorithm, str]] = {
    Algorithm.EDDSA: "sha256",
    Algorithm.ES256: "sha256",
    Algorithm.ES384: "sha384",
}
"""The hash that goes with a key, inside the canonical form as well: the curve decides, never the message."""

_STOOD: Final[Kept[bool]] = Kept(most=1_024, weight=1_024)

Form = Callable[[Json, Json, str], tuple[bytes, bytes]]
"""Makes canonical octets of document and proof options, in the hash's name; returns those of the options first."""


@dataclass(frozen=True)
class WholeSuite:
    """One row of the table of suites: its name, its canonical form, the algorithms of its keys."""

    name: str
    form: Form
    algorithms: frozenset[Algorithm]
    own_type: bool = False
    remark: str = ""

    @property
    def kind(self) -> Mapping[str, str]:
        """The members by which a proof is known to be of this suite."""
        return {"type": self.name} if self.own_type else {"type": DATA_INTEGRITY, "cryptosuite": self.name}

    def options(self, credential: Json, key_id: str, created: datetime) -> dict[str, Any]:
        """Return the proof options; those over JSON emit the document's context, those over RDF are read in it."""
        options = proof_options(self.kind, key_id, created)
        return {**options, "@context": credential["@context"]} if self.form is jcs else options

    def hash_data(self, credential: Json, proof: Json, algorithm: Algorithm) -> bytes:
        """Return the hash of the proof options, then that of the document: 64 octets, or 96 with P-384."""
        name = HASHES[algorithm]
        return b"".join(hashlib.new(name, octets).digest() for octets in self.form(credential, proof, name))

    def check(self, document: Json, proof: Json, key: VerificationKey) -> None:
        """Raise SignatureInvalid unless `proof` was made over `document` with `key`."""
        signature = read_proof_value(proof.get("proofValue"))
        if not _stands(key, signature, self.hash_data(document, options_of(proof), key.algorithm)):
            raise SignatureInvalid("The signature does not verify over this document.")


def _stands(key: VerificationKey, signature: bytes, data: bytes) -> bool:
    """Verify; those that stood last are remembered by all they depend on, for a list comes with every credential."""
    known = (key.algorithm, key.spki(), signature, data)
    if _STOOD.get(known) is None:
        if not key.verify(signature, data):
            return False
        _STOOD.put(known, True, 1)
    return True


def rdfc(credential: Json, proof: Json, hash_name: str) -> tuple[bytes, bytes]:
    """Return canonical N-Quads of the proof options, which are read in the document's context, and the document."""
    return rdfc_options(credential, proof, hash_name), canonize(credential, hash_name)


def rdfc_options(credential: Json, proof: Json, hash_name: str) -> bytes:
    """Return canonical N-Quads of the proof options alone, read in the document's context."""
    _check_context(credential, proof)
    return canonize({**proof, "@context": credential.get("@context")}, hash_name)


def rdfc_anew(credential: Json, proof: Json, hash_name: str) -> tuple[bytes, bytes]:
    """Return the same octets as `rdfc`, each by the long way: what shorter ways are compared with."""
    _check_context(credential, proof)
    options = {**proof, "@context": credential.get("@context")}
    return canonize_anew(options, hash_name), canonize_anew(credential, hash_name)


def jcs(credential: Json, proof: Json, _hash_name: str) -> tuple[bytes, bytes]:
    """Return RFC 8785 forms; a proof's context must be where the document's begins, and replaces it (3.3.2)."""
    _check_context(credential, proof)
    document = dict(credential)
    if "@context" in proof:
        document["@context"] = proof["@context"]
    try:
        return rfc8785.dumps(dict(proof)), rfc8785.dumps(document)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as fault:
        raise Malformed("The document has no canonical JSON form.") from fault


def _check_context(credential: Json, proof: Json) -> None:
    """Raise SignatureInvalid when a proof has a context that is not how the document's begins (3.3.2, step 4)."""
    if "@context" in proof:
        own, whole = _listed(proof["@context"]), _listed(credential.get("@context"))
        if whole[: len(own)] != own:
            raise SignatureInvalid("The proof's context is not the beginning of the document's.")


def _listed(context: object) -> list[object]:
    return context if isinstance(context, list) else [context]
