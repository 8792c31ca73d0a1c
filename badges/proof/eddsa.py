"""Ed25519 over RDF or JSON canonical forms: eddsa-rdfc-2022, eddsa-jcs-2022 and their elder Ed25519Signature2020.

Clauses: Data Integrity EdDSA Cryptosuites 1.0, sections 3.2, 3.3 and appendix on Ed25519Signature2020.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import rfc8785

from badges.jsonld import canonize
from badges.problem import Malformed, SignatureInvalid
from badges.proof.suite import Json, proof_options
from keys.key import Algorithm

ED25519_2020: Final = "https://w3id.org/security/suites/ed25519-2020/v1"


@dataclass(frozen=True)
class EddsaRdfc:
    """eddsa-rdfc-2022 (3.2): canonical N-Quads of the proof options, then of the document."""

    name: str = "eddsa-rdfc-2022"
    algorithms: frozenset[Algorithm] = frozenset({Algorithm.EDDSA})

    def options(self, credential: Json, key_id: str, created: datetime) -> dict[str, Any]:  # noqa: ARG002
        """Return the proof options; the context they are read in is the document's and is not emitted."""
        return proof_options({"type": "DataIntegrityProof", "cryptosuite": self.name}, key_id, created)

    def hash_data(self, credential: Json, proof: Json, algorithm: Algorithm) -> bytes:  # noqa: ARG002
        """Return 64 octets: SHA-256 of the options, SHA-256 of the document."""
        return rdf_hash_data(credential, proof)


@dataclass(frozen=True)
class EddsaJcs:
    """eddsa-jcs-2022 (3.3): JSON Canonicalization Scheme (RFC 8785) instead of RDF."""

    name: str = "eddsa-jcs-2022"
    algorithms: frozenset[Algorithm] = frozenset({Algorithm.EDDSA})

    def options(self, credential: Json, key_id: str, created: datetime) -> dict[str, Any]:
        """Return the proof options with the document's context, which this suite emits."""
        options = proof_options({"type": "DataIntegrityProof", "cryptosuite": self.name}, key_id, created)
        return {**options, "@context": credential["@context"]}

    def hash_data(self, credential: Json, proof: Json, algorithm: Algorithm) -> bytes:  # noqa: ARG002
        """Return 64 octets; a proof's context must be where the document's begins, and replaces it (3.3.2)."""
        document = dict(credential)
        check_context(credential, proof)
        if "@context" in proof:
            document["@context"] = proof["@context"]
        try:
            return sha256(rfc8785.dumps(dict(proof))).digest() + sha256(rfc8785.dumps(document)).digest()
        except (rfc8785.CanonicalizationError, UnicodeEncodeError) as fault:
            raise Malformed("The document has no canonical JSON form.") from fault


@dataclass(frozen=True)
class Ed25519Signature2020:
    """Ed25519Signature2020: as eddsa-rdfc-2022, with a type and a context of its own; read, never issued."""

    name: str = "Ed25519Signature2020"
    algorithms: frozenset[Algorithm] = frozenset({Algorithm.EDDSA})

    def options(self, credential: Json, key_id: str, created: datetime) -> dict[str, Any]:  # noqa: ARG002
        """Return the proof options."""
        return proof_options({"type": self.name}, key_id, created)

    def hash_data(self, credential: Json, proof: Json, algorithm: Algorithm) -> bytes:  # noqa: ARG002
        """Return 64 octets: SHA-256 of the options, SHA-256 of the document."""
        return rdf_hash_data(credential, proof)


def rdf_hash_data(credential: Json, proof: Json) -> bytes:
    """Return SHA-256 of the proof options, read in the document's context, and of the document (3.2.4)."""
    check_context(credential, proof)
    options = {**proof, "@context": credential.get("@context")}
    return sha256(canonize(options)).digest() + sha256(canonize(credential)).digest()


def check_context(credential: Json, proof: Json) -> None:
    """Raise SignatureInvalid when a proof has a context that is not how the document's begins (3.3.2, step 4)."""
    if "@context" in proof:
        own, whole = _listed(proof["@context"]), _listed(credential.get("@context"))
        if whole[: len(own)] != own:
            raise SignatureInvalid("The proof's context is not the beginning of the document's.")


def _listed(context: object) -> list[object]:
    return context if isinstance(context, list) else [context]


EDDSA_RDFC_2022: Final = EddsaRdfc()
EDDSA_JCS_2022: Final = EddsaJcs()
ED25519_SIGNATURE_2020: Final = Ed25519Signature2020()
