"""An issuer and a holder of ecdsa-sd-2023, to make what the verifier is to read; W3C's vectors hold them to the letter.

Data Integrity ECDSA Cryptosuites 1.0: sections 3.4.10 to 3.4.17, 3.5.2, 3.5.5 and 3.6.1 to 3.6.5. In tests only: we
issue no such proof.
"""

from __future__ import annotations

import copy
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import base58
import cbor2
import pyoxigraph as ox
from pyld import jsonld

from badges.jsonld import canonize, to_nquads
from badges.proof.suite import proof_options
from keys.encoding import base64url, read_base64url
from keys.key import Algorithm, LocalSigner, PrivateKey

SKOLEM = "urn:bnid:"
KIND = {"type": "DataIntegrityProof", "cryptosuite": "ecdsa-sd-2023"}


@dataclass(frozen=True)
class Base:
    """A signed credential in its holder's hands."""

    document: dict[str, Any]
    options: dict[str, Any]
    lines: list[bytes]
    mandatory: list[int]
    signatures: dict[int, bytes]
    base_signature: bytes
    public_key: bytes
    hmac_key: bytes
    pointers: Sequence[str]

    def proof_value(self) -> str:
        """What the issuer hands to the holder, for nobody else."""
        parts = [self.base_signature, self.public_key, self.hmac_key, list(self.signatures.values()), self.pointers]
        return "u" + base64url(b"\xd9\x5d\x00" + cbor2.dumps(parts))

    def signed(self) -> dict[str, Any]:
        return {**self.document, "proof": {**self.options, "proofValue": self.proof_value()}}

    def disclose(self, *selective: str) -> tuple[dict[str, Any], list[Any]]:
        """The part that is shown, and the five things of its proof value."""
        shown = select(self.document, [*self.pointers, *selective])
        labels = hmac_labels(quads_of(skolemized(self.document)), self.hmac_key)
        quads = quads_of(select(skolemized(self.document), [*self.pointers, *selective]))
        lines = label(quads, labels)
        kept = [number for number, line in enumerate(self.lines) if line in lines]
        renamed = {int(new[4:]): read_base64url(labels[old][1:]) for old, new in canonical_names(quads).items()}
        signatures = [self.signatures[number] for number in kept if number not in self.mandatory]
        mandatory = [place for place, number in enumerate(kept) if number in self.mandatory]
        return shown, [self.base_signature, self.public_key, signatures, renamed, mandatory]

    def claim(self, shown: dict[str, Any], twins: Mapping[str, str], filler: bytes = b"x" * 64) -> list[Any]:
        """The five things of one who shows whatever he likes: what stands at a place of `twins` as what was signed
        at another; where nothing was signed, with `filler` for a signature."""
        labels = hmac_labels(quads_of(skolemized(self.document)), self.hmac_key)
        quads = quads_of(skolemized(shown))
        own = {f"b.{place}": labels[f"b.{twin}"] for place, twin in twins.items()}
        claimed = {name: own.get(name, labels.get(name, "")) for name in canonical_names(quads)}
        lines = sorted(label(quads, claimed))
        signed = {line: number for number, line in enumerate(self.lines)}
        mandatory = [place for place, line in enumerate(lines) if signed.get(line) in self.mandatory]
        signatures = [self.signatures.get(signed.get(line, -1), filler) for line in lines]
        kept = [signature for place, signature in enumerate(signatures) if place not in mandatory]
        names = canonical_names(quads)
        renamed = {int(new[4:]): read_base64url(claimed[old][1:]) for old, new in names.items()}
        return [self.base_signature, self.public_key, kept, renamed, mandatory]

    def derive(self, *selective: str) -> dict[str, Any]:
        """What the holder shows."""
        shown, parts = self.disclose(*selective)
        return with_proof(shown, self.options, parts)


def with_proof(shown: dict[str, Any], options: dict[str, Any], parts: Any) -> dict[str, Any]:
    """`shown` with a derived proof of those parts, or of those octets."""
    body = parts if isinstance(parts, bytes) else cbor2.dumps(parts)
    return {**shown, "proof": {**options, "proofValue": "u" + base64url(b"\xd9\x5d\x01" + body)}}


def issue(
    document: dict[str, Any],
    pointers: Sequence[str],
    signer: LocalSigner,
    created: datetime,
    *,
    ephemeral: PrivateKey | None = None,
    hmac_key: bytes = b"h" * 32,
    changes: Mapping[str, Any] | None = None,
) -> Base:
    """Sign `document`, of which what `pointers` point at must be shown; `changes` are made to the proof before."""
    own = ephemeral or PrivateKey.generate(Algorithm.ES256)
    changed = {**proof_options(KIND, signer.key_id, created), **(changes or {})}
    options = {name: value for name, value in changed.items() if value is not ...}
    skolem = skolemized(document)
    labels = hmac_labels(quads_of(skolem), hmac_key)
    lines = sorted(label(quads_of(skolem), labels))
    chosen = label(quads_of(select(skolem, pointers)), labels)
    mandatory = [number for number, line in enumerate(lines) if line in chosen]
    config = canonize({**options, "@context": document["@context"]})
    public_key = base58.b58decode(own.public().multikey()[1:])
    hashed = sha256(b"".join(lines[number] for number in mandatory)).digest()
    base_signature = signer.sign(sha256(config).digest() + public_key + hashed)
    signatures = {number: own.sign(line) for number, line in enumerate(lines) if number not in mandatory}
    return Base(document, options, lines, mandatory, signatures, base_signature, public_key, hmac_key, pointers)


def skolemized(document: dict[str, Any]) -> dict[str, Any]:
    """A copy in which every thing without an id has one, made of its place, that stands for its blank node."""
    changed = copy.deepcopy(document)
    waiting: list[tuple[str, Any]] = [("", changed)]
    while waiting:
        match waiting.pop():
            case place, dict() as members:
                members.setdefault("id", SKOLEM + place)
                waiting += [(f"{place}.{name}", inner) for name, inner in members.items() if name != "@context"]
            case place, list() as items:
                waiting += [(f"{place}.{number}", inner) for number, inner in enumerate(items)]
    return changed


def quads_of(skolem: dict[str, Any]) -> list[ox.Quad]:
    """The quads of a document, blank nodes in place of the ids that stand for them."""

    def blank(term: Any) -> Any:
        named = isinstance(term, ox.NamedNode) and term.value.startswith(SKOLEM)
        return ox.BlankNode("b" + term.value[len(SKOLEM) :]) if named else term

    return [ox.Quad(*map(blank, quad)) for quad in ox.parse(to_nquads(skolem), format=ox.RdfFormat.N_QUADS)]


def canonical_names(quads: list[ox.Quad]) -> dict[str, str]:
    """Which `c14n` name RDFC-1.0 gives to each blank node."""
    text = (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").decode()
    algorithm = jsonld.URDNA2015()
    algorithm.main(jsonld.JsonLdProcessor.parse_nquads(text), {"format": "application/n-quads"})
    issued = algorithm.canonical_issuer
    return {old.removeprefix("_:"): issued.get_id(old).removeprefix("_:") for old in issued.existing}


def hmac_labels(quads: list[ox.Quad], key: bytes) -> dict[str, str]:
    """The label that hides each blank node's canonical name."""
    return {
        old: "u" + base64url(hmac.digest(key, new.encode(), "sha256")) for old, new in canonical_names(quads).items()
    }


def label(quads: list[ox.Quad], labels: dict[str, str]) -> list[bytes]:
    """The lines of quads under those labels."""

    def renamed(term: Any) -> Any:
        return ox.BlankNode(labels[term.value]) if isinstance(term, ox.BlankNode) else term

    text = ox.serialize([ox.Quad(*map(renamed, quad)) for quad in quads], format=ox.RdfFormat.N_QUADS) or b""
    return [line + b"\n" for line in text.split(b"\n") if line]


def select(document: dict[str, Any], pointers: Sequence[str]) -> dict[str, Any]:
    """What `pointers` point at, with id and type of all that leads there."""
    chosen: dict[str, Any] = {"@context": document["@context"], **_named(document)}
    for pointer in pointers:
        source, target = document, chosen
        *steps, last = [int(step) if step.isdigit() else step for step in pointer.split("/")[1:]]
        for step in steps:
            inner = source[step]
            target = target.setdefault(step, {} if isinstance(inner, list) else _named(inner))
            source = inner
        target[last] = copy.deepcopy(source[last])
    return _dense(chosen, document)


def _named(members: dict[str, Any]) -> dict[str, Any]:
    return {name: members[name] for name in ("id", "type") if name in members}


def _dense(chosen: Any, source: Any) -> Any:
    """Sparse lists, held as their places, become lists again."""
    if isinstance(source, list) and isinstance(chosen, dict):
        return [_dense(chosen[place], source[place]) for place in sorted(chosen)]
    if isinstance(source, dict) and isinstance(chosen, dict):
        return {name: inner if name == "@context" else _dense(inner, source[name]) for name, inner in chosen.items()}
    return chosen
