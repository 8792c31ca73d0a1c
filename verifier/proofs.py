"""What secures a credential: embedded proofs, or the token around it. Key identifiers are hints; the key decides.

Two steps for either form, so that a report can tell them apart: find the keys, then verify with them.
Clauses: Data Integrity 1.0 sections 4.4 and 4.5, VC-JOSE-COSE 1.0 section 3.1.1, OB 3.0 section 8.2.
At least one proof of the issuer must verify, and no proof of a suite that we know may be broken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from badges.document import Document
from badges.kept import Kept
from badges.problem import (
    BadgeError,
    DataLoss,
    KeyNotControlledByIssuer,
    Malformed,
    OutOfRange,
    ProofExpired,
    SignatureInvalid,
    UnknownKey,
    Unsigned,
    UnsupportedProof,
)
from badges.proof import SUITES, jwt, suite
from badges.times import read_stamp
from keys.key import InvalidKey, VerificationKey
from verifier.methods import check_controlled, may_be_of, published, retrieve
from verifier.policy import Policy
from verifier.purpose import check_purpose
from verifier.resolver import Resolver
from verifier.shape import issuer_of
from verifier.verdict import Verdict

PROOFS_MOST: Final = 8


@dataclass(frozen=True)
class Signature:
    """One signature, and the key it must have been made with; `proof` is None for a token."""

    key: VerificationKey
    name: str
    method: str
    proof: Mapping[str, Any] | None = field(default=None, repr=False)


def find_signatures(document: Document, resolver: Resolver, now: datetime) -> tuple[Signature, ...]:
    """Return every signature of a kind we know, each with its key; raises what is wrong with the worst of them."""
    if document.form == "jws":
        return (_token_signature(document, resolver, now), *_proofs_inside(document.credential, resolver, now))
    return _proof_signatures(document.credential, resolver, now)


def verify_signatures(
    document: Document,
    signatures: Sequence[Signature],
    policy: Policy,
    now: datetime,
    held: Kept[bool] | None = None,
) -> None:
    """Raise SignatureInvalid unless all stand, ProofExpired for one that is past its own end.

    `held` remembers that all of these signatures hold over these very octets, for what many credentials ask for. What
    a key may be used for, and whether a proof is past its end, is looked at each time.
    """
    issuer, keys = issuer_of(document.credential), [signature.key for signature in signatures]
    check_purpose(document.credential, issuer, keys, policy.purposes)
    seen = (document.data, *(key.spki() for key in keys)) if held is not None else ()
    if held is None or held.get(seen) is None:
        for signature in signatures:
            _check(document, signature)
        if held is not None:
            held.put(seen, True, len(document.data))
    expired = None
    for signature in signatures:
        if signature.proof is None:
            jwt.check_in_force(document, now, policy.skew)
        elif "expires" in signature.proof and read_stamp(signature.proof["expires"], "expires") <= now - policy.skew:
            expired = ProofExpired(f"The proof expired on {signature.proof['expires']}.")
    if expired is not None:
        raise expired


def _check(document: Document, signature: Signature) -> None:
    """Raise SignatureInvalid unless the signature holds over the document."""
    if signature.proof is None:
        jwt.verify(document, signature.key)
        return
    previous = _previous(document.credential, signature.proof)
    suite.verify(SUITES[signature.name], document.credential, signature.proof, signature.key, previous)


def _proof_signatures(credential: Mapping[str, Any], resolver: Resolver, now: datetime) -> tuple[Signature, ...]:
    issuer, known = issuer_of(credential), _known_proofs(credential)
    if not any(may_be_of(proof["verificationMethod"], issuer) for _, proof in known):
        check_controlled(known[0][1]["verificationMethod"], issuer)  # Nobody is asked for a stranger's key.
    found, faults = [], []
    for name, proof in known:
        try:
            method = proof["verificationMethod"]
            found.append(Signature(retrieve(method, issuer, resolver, now), name, str(method), proof))
        except BadgeError as fault:
            faults.append(fault)
    if faults:
        raise min(faults, key=lambda fault: Verdict(fault.verdict).rank)
    return tuple(found)


def _proofs_inside(credential: Mapping[str, Any], resolver: Resolver, now: datetime) -> tuple[Signature, ...]:
    """Return the proofs that a credential had before a token was put around it; none are needed, none may be broken."""
    try:
        return _proof_signatures(credential, resolver, now)
    except (Unsigned, UnsupportedProof):
        return ()


def proofs_of(credential: Mapping[str, Any]) -> list[Any]:
    """Return what stands under `proof`, as a list, without what is empty."""
    value = credential.get("proof")
    return [item for item in (value if isinstance(value, list) else [value]) if item not in (None, {}, [])]


def suite_name(proof: Mapping[str, Any]) -> str | None:
    """Return the name of the suite of a proof, None when we do not know it; SignatureInvalid without a type."""
    if proof.get("type") is None:
        raise SignatureInvalid("A proof does not say its type.")
    for name, known in SUITES.items():
        if all(proof.get(member) == value for member, value in known.kind.items()):
            return name
    return None


def _known_proofs(credential: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the proofs of suites that we know, by name; Unsigned when there is none, UnsupportedProof of others."""
    proofs = proofs_of(credential)
    if not proofs:
        raise Unsigned("The credential has no proof.")
    if len(proofs) > PROOFS_MOST:
        raise OutOfRange(f"The credential has more than {PROOFS_MOST} proofs.")
    known = []
    for proof in proofs:
        if not isinstance(proof, Mapping):
            raise Malformed("A proof is not an object.")
        name = suite_name(proof)
        if name is not None:
            _check_proof(proof)
            known.append((name, proof))
    if not known:
        raise UnsupportedProof("No proof is of a suite that is supported here.")
    return known


def _check_proof(proof: Mapping[str, Any]) -> None:
    """Data Integrity 1.0, section 4.4, steps 3 to 5.

    To a suite over RDF the full address of a term is the term: an `expires` in those letters would be overlooked.
    """
    if "verificationMethod" not in proof:
        raise SignatureInvalid("A proof names no verification method.")
    if proof.get("proofPurpose") != "assertionMethod":
        raise SignatureInvalid("A proof was not made for the purpose of asserting.")
    for member in ("created", "expires"):
        if member in proof:
            read_stamp(proof[member], f"proof/{member}")
    for member, value in proof.items():
        if ":" in member or (member.startswith("@") and member != "@context"):
            raise DataLoss(f"{member[:80]!r} is not a term of a proof's vocabulary.")
        if any(isinstance(inner, Mapping) for inner in (value if isinstance(value, list) else [value])):
            raise Malformed(f"{member[:80]!r} of a proof is not a text.")


def _previous(credential: Mapping[str, Any], proof: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the proofs that this one of a chain was made over (4.5, step 3)."""
    value = proof.get("previousProof", [])
    names = value if isinstance(value, list) else [value]
    if len(names) > PROOFS_MOST:  # One proof named thousands of times would be written out thousands of times.
        raise OutOfRange(f"A proof builds on more than {PROOFS_MOST} others.")
    found = []
    for name in names:
        matching = [item for item in proofs_of(credential) if isinstance(name, str) and item.get("id") == name]
        if len(matching) != 1:
            raise SignatureInvalid("A proof builds on another that is not there.")
        found.append(matching[0])
    return found


def _token_signature(document: Document, resolver: Resolver, now: datetime) -> Signature:
    """Find the key of a token: by `kid`; an embedded `jwk` is compared with what the issuer publishes, never used."""
    header, issuer = document.header or {}, issuer_of(document.credential)
    kid, shown = header.get("kid"), _embedded(header)
    if kid is not None:
        method = f"{issuer}{kid}" if isinstance(kid, str) and kid.startswith("#") else kid
        check_controlled(method, issuer)
        key = retrieve(method, issuer, resolver, now)
        if shown is not None and shown != key:
            raise KeyNotControlledByIssuer("The key in the token's header is not the one that it names.")
        return Signature(key, key.algorithm.value, str(method))
    if shown is None:
        raise UnknownKey("The token does not say which key it was signed with.")
    for key in published(issuer, resolver, now):
        if key == shown:
            return Signature(key, key.algorithm.value, issuer)
    raise KeyNotControlledByIssuer("The key in the token's header is none that its issuer publishes.")


def _embedded(header: Mapping[str, Any]) -> VerificationKey | None:
    if "jwk" not in header:
        return None
    if not isinstance(header["jwk"], Mapping):
        raise UnknownKey("The key in the token's header is not a JSON Web Key.")
    try:
        return VerificationKey.from_jwk(header["jwk"])
    except InvalidKey as fault:
        raise UnknownKey(f"The key in the token's header cannot be trusted. {fault}") from fault
