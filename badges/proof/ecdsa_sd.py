"""ecdsa-sd-2023: a credential of which its holder shows a part, with the issuer's signature over each statement.

Read only. The issuer's key signs the proof options, a key made for this one credential, and the statements that
must be shown; that other key signs each of the rest. What a proof value says of labels is the holder's word, so two
labels never meet: what was signed of one thing cannot be shown as two.
Clauses: Data Integrity ECDSA Cryptosuites 1.0, sections 3.4.8, 3.5.7, 3.5.8 and 3.6.7.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import base58
import pyoxigraph as ox

from badges.jsonld import canonize
from badges.problem import SignatureInvalid
from badges.proof.disclosure import Disclosure, read_derived
from badges.proof.suite import DATA_INTEGRITY, Json, options_of
from badges.proof.whole import rdfc_options
from keys.key import Algorithm, InvalidKey, VerificationKey


@dataclass(frozen=True)
class Statements:
    """The canonical N-Quads that are shown, under the labels they were signed with, one line each."""

    mandatory: tuple[bytes, ...]
    others: tuple[bytes, ...]


@dataclass(frozen=True)
class SelectiveSuite:
    """The suite; only what a holder derived is accepted, and only from P-256 keys."""

    name: str = "ecdsa-sd-2023"
    algorithms: frozenset[Algorithm] = frozenset({Algorithm.ES256})
    remark: str = ""

    @property
    def kind(self) -> Mapping[str, str]:
        """The members by which a proof is known to be of this suite."""
        return {"type": DATA_INTEGRITY, "cryptosuite": self.name}

    def check(self, document: Json, proof: Json, key: VerificationKey) -> None:
        """Raise SignatureInvalid unless issuer and ephemeral key signed all that `document` says (3.6.7)."""
        shown = read_derived(proof.get("proofValue"))
        statements = statements_of(document, shown)
        if len(shown.signatures) != len(statements.others):
            raise SignatureInvalid("There is not one signature for each statement that is shown by choice.")
        if not key.verify(shown.base_signature, base_data(document, proof, shown, statements)):
            raise SignatureInvalid("The issuer's signature does not verify over what must be shown.")
        ephemeral = _ephemeral_key(shown.public_key)
        for signature, line in zip(shown.signatures, statements.others, strict=True):
            if not ephemeral.verify(signature, line):
                raise SignatureInvalid("A statement that is shown was not signed.")


def base_data(document: Json, proof: Json, shown: Disclosure, statements: Statements) -> bytes:
    """Return what the issuer signed: hash of the options, the ephemeral key, hash of what must be shown (3.5.1)."""
    options = rdfc_options(document, options_of(proof), "sha256")
    return sha256(options).digest() + shown.public_key + sha256(b"".join(statements.mandatory)).digest()


def statements_of(document: Json, shown: Disclosure) -> Statements:
    """Return what `document` states, sorted, and split by the indexes of what must be shown (3.5.8).

    Raises SignatureInvalid for labels or indexes that are not those of this document, and whatever the canonical
    form refuses; its limits hold here too.
    """
    lines = sorted(_relabelled(canonize(document), shown.labels))
    if shown.mandatory and shown.mandatory[-1] >= len(lines):
        raise SignatureInvalid("The proof numbers a statement that is not there.")
    chosen = frozenset(shown.mandatory)
    mandatory = tuple(line for number, line in enumerate(lines) if number in chosen)
    return Statements(mandatory, tuple(line for number, line in enumerate(lines) if number not in chosen))


def _relabelled(canonical: bytes, labels: Sequence[str]) -> list[bytes]:
    """Give the blank nodes `c14n0`, `c14n1` … their signed labels; terms are replaced, never text inside a literal."""
    quads = list(ox.parse(canonical, format=ox.RdfFormat.N_QUADS))
    found = {term for quad in quads for term in quad if isinstance(term, ox.BlankNode)}
    if found != {ox.BlankNode(f"c14n{number}") for number in range(len(labels))}:
        raise SignatureInvalid("The proof's labels are not those of what is shown.")
    signed = {ox.BlankNode(f"c14n{number}"): ox.BlankNode(label) for number, label in enumerate(labels)}

    def renamed(term: Any) -> Any:
        return signed[term] if isinstance(term, ox.BlankNode) else term

    changed = (ox.Quad(*map(renamed, quad)) for quad in quads)
    text = ox.serialize(changed, format=ox.RdfFormat.N_QUADS) or b""
    return [line + b"\n" for line in text.split(b"\n") if line]


def _ephemeral_key(octets: bytes) -> VerificationKey:
    """Return the key that was made for this credential; of its 35 octets only a P-256 key can be read."""
    try:
        return VerificationKey.from_multikey("z" + base58.b58encode(octets).decode("ascii"))
    except InvalidKey as fault:
        raise SignatureInvalid("The proof's own key is no key that can be trusted.") from fault


ECDSA_SD_2023: Final = SelectiveSuite()
