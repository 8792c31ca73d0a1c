"""Why a document does not stand, as RFC 9457 problem details and as the verdict that follows.

    BadgeError
    ├── Unreadable            neither JSON, nor a JWS, nor a picture that carries one
    ├── Ambiguous             one carrier, two different credentials
    ├── Malformed             read, but not a credential of the shape the specifications ask
    │   └── DataLoss          a term that no context defines: it would not be signed
    ├── Unsigned              no proof at all
    ├── SignatureInvalid      a proof that does not verify
    ├── ProofExpired          a proof past its own `expires`
    ├── KeyFault              the key cannot be trusted for this
    │   ├── UnknownKey        not in the issuer's document
    │   ├── KeyNotAuthorised  not under `assertionMethod`
    │   ├── KeyNotControlledByIssuer
    │   └── KeyRevoked
    ├── UnsupportedContext    a JSON-LD context that we do not hold
    ├── UnsupportedProof      only suites or algorithms that we do not know
    ├── TooComplex            a graph made to be slow
    ├── IssuerUnresolvable    the issuer's document could not be had
    └── StatusUnknown         the status list could not be had, read or trusted
        ├── StatusUntrusted   its issuer does not vouch for it
        │   ├── StatusOlder       a newer one was seen
        │   └── StatusTakenBack   an earlier one had revoked what this one does not
        ├── StatusTooShort
        └── StatusOutOfRange

`verdict` is the name INTERFACE gives to the outcome; `words` is the sentence of the check, where an error has one of
its own. Clauses: VCDM 2.0 section 7, Controlled Identifiers 1.0
section 3.5, Data Integrity 1.0 section 4.8, Bitstring Status List 1.0 section 3.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

MODEL = "https://www.w3.org/TR/vc-data-model#"
SECURITY = "https://w3id.org/security#"
STATUS = "https://www.w3.org/ns/credentials/status-list#"


@dataclass(frozen=True)
class Problem:
    """One RFC 9457 problem: a type URI, a title for its kind, a detail for this case."""

    type: str
    title: str
    detail: str

    def to_json(self) -> dict[str, str]:
        """Return the members of a problem document."""
        return {"type": self.type, "title": self.title, "detail": self.detail}


class BadgeError(Exception):
    """The root of this package's errors; `detail` says what was found, in English."""

    verdict: ClassVar[str] = "malformed"
    type: ClassVar[str] = MODEL + "MALFORMED_VALUE_ERROR"
    title: ClassVar[str] = "The credential is not well formed."
    words: ClassVar[str] = ""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def problem(self) -> Problem:
        """This error as problem details."""
        return Problem(self.type, self.title, self.detail)


class Unreadable(BadgeError):
    """Neither JSON, nor a JWS, nor a carrier of one."""

    verdict = "unreadable"
    type = MODEL + "PARSING_ERROR"
    title = "No credential could be read."


class Ambiguous(BadgeError):
    """One carrier holds two different credentials."""

    verdict = "ambiguous"
    type = MODEL + "PARSING_ERROR"
    title = "More than one credential was found."


class Malformed(BadgeError):
    """Read, but not of the shape that the specifications ask."""


class OutOfRange(Malformed):
    """A value beyond the range its specification allows."""

    type = MODEL + "RANGE_ERROR"
    title = "A value is out of range."


class DataLoss(Malformed):
    """A term or identifier that JSON-LD processing would silently drop (Data Integrity 1.0, 4.8)."""

    type = SECURITY + "DATA_LOSS_DETECTION_ERROR"
    title = "A term is not defined by any context."


class Unsigned(BadgeError):
    """No proof, or an empty list of proofs."""

    verdict = "unsigned"
    type = SECURITY + "PROOF_VERIFICATION_ERROR"
    title = "The credential carries no proof."


class SignatureInvalid(BadgeError):
    """A proof that does not verify over what was received."""

    verdict = "signature_invalid"
    type = SECURITY + "PROOF_VERIFICATION_ERROR"
    title = "The signature does not verify."


class ProofExpired(BadgeError):
    """A proof that is past its own `expires`."""

    verdict = "proof_expired"
    type = SECURITY + "PROOF_VERIFICATION_ERROR"
    title = "The proof has expired."


class KeyFault(BadgeError):
    """A key that cannot be trusted for this proof."""

    verdict = "unknown_key"
    type = SECURITY + "INVALID_VERIFICATION_METHOD"
    title = "The key cannot be trusted for this proof."


class UnknownKey(KeyFault):
    """The verification method is not in the issuer's document, or is no key we can read."""


class KeyNotAuthorised(KeyFault):
    """The verification method is not listed under `assertionMethod`."""

    verdict = "key_not_authorised"
    type = SECURITY + "INVALID_RELATIONSHIP_FOR_VERIFICATION_METHOD"


class KeyNotControlledByIssuer(KeyFault):
    """The key's controller is not the credential's issuer."""

    verdict = "key_not_controlled_by_issuer"


class KeyRevoked(KeyFault):
    """The verification method is revoked or expired."""

    verdict = "key_revoked"


class UnsupportedContext(BadgeError):
    """A JSON-LD context that is not among the pinned ones."""

    verdict = "unsupported_context"
    type = SECURITY + "PROOF_TRANSFORMATION_ERROR"
    title = "The credential uses a vocabulary that is not held here."


class UnsupportedProof(BadgeError):
    """Only proofs of a suite or an algorithm that we do not know."""

    verdict = "unsupported_proof"
    type = SECURITY + "PROOF_VERIFICATION_ERROR"
    title = "The kind of proof is not supported."


class TooComplex(BadgeError):
    """A graph whose canonical form would take too long (RDF Dataset Canonicalization 1.0, 7.1)."""

    verdict = "too_complex"
    type = SECURITY + "PROOF_TRANSFORMATION_ERROR"
    title = "The credential is too complex to be checked."


class IssuerUnresolvable(BadgeError):
    """The controlled identifier document of the issuer could not be had or is not conforming."""

    verdict = "issuer_unresolvable"
    type = SECURITY + "INVALID_CONTROLLED_IDENTIFIER_DOCUMENT"
    title = "The issuer's document could not be retrieved."


class StatusUnknown(BadgeError):
    """The status list could not be had."""

    verdict = "status_unknown"
    type = STATUS + "STATUS_RETRIEVAL_ERROR"
    title = "The status could not be looked up."


class StatusUntrusted(StatusUnknown):
    """The status list was had, and is not one that the issuer vouches for."""

    type = STATUS + "STATUS_VERIFICATION_ERROR"


class StatusOlder(StatusUntrusted):
    """The status list is older than one of the same address that was trusted before."""

    words = "status_older"


class StatusTakenBack(StatusUntrusted):
    """An earlier list had a revocation that this one does not have; a revocation is final."""

    words = "status_taken_back"


class StatusUndisclosed(StatusUnknown):
    """Only a part of the credential is shown, and no status: its holder may have left it out."""

    words = "status_undisclosed"


class StatusTooShort(StatusUnknown):
    """The status list is shorter than the herd it must hide in."""

    type = STATUS + "STATUS_LIST_LENGTH_ERROR"


class StatusOutOfRange(StatusUnknown):
    """The index lies beyond the end of the status list."""

    type = MODEL + "RANGE_ERROR"
