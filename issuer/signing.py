"""From an intent to its signed bytes: composed, linted, signed once, each signature checked before it is let go.

One function signs a chunk. Numbers of the steps are those of DESIGN, section 2.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from badges.problem import BadgeError
from badges.proof.eddsa import EDDSA_RDFC_2022
from badges.proof.suite import sign as sign_credential
from badges.strict import strict_json
from issuer.compose import compose
from issuer.intent import Intent
from issuer.lints import LintFault, ToBeSigned
from keys.key import Algorithm, Signer, VerificationKey


class NotAccepted(Exception):
    """Something that we signed does not stand: a fault of ours, or a key that is not the published one."""


@dataclass(frozen=True)
class SignedVersion:
    """The exact bytes of one version."""

    version_id: int
    data: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        """Return the hash by which an edited row is noticed."""
        return sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Waiting:
    """A version that cannot be signed as it is, and what the lints found."""

    version_id: int
    found: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class CheckedSigner:
    """A signer that gives no signature away which the published key does not verify (SECURITY, 3.5)."""

    signer: Signer
    published: VerificationKey

    @property
    def key_id(self) -> str:
        """The verification method's URL."""
        return self.signer.key_id

    @property
    def algorithm(self) -> Algorithm:
        """The algorithm of its signatures."""
        return self.signer.algorithm

    def public(self) -> VerificationKey:
        """Return the published key."""
        return self.published

    def sign(self, data: bytes) -> bytes:
        """Return a signature that verifies; raises NotAccepted."""
        signature = self.signer.sign(data)
        if not self.published.verify(signature, data):
            raise NotAccepted(f"The published key {self.key_id} does not verify what was signed with it.")
        return signature


def sign_chunk(intents: Sequence[Intent], signers: Mapping[str, Signer]) -> Iterator[SignedVersion | Waiting]:
    """Sign a chunk (steps 3 and 4): for each intent its signed bytes, or why it waits; the others go on.

    `signers` maps key ids to signers. Nothing is read or written: whatever makes signing faster goes in here.
    """
    for intent in intents:
        try:
            to_be_signed = ToBeSigned(compose(intent).to_json(), intent)
        except LintFault as fault:
            yield Waiting(intent.version_id, fault.found)
            continue
        try:
            yield SignedVersion(intent.version_id, sign(to_be_signed, signers[intent.key_id]))
        except BadgeError as fault:
            yield Waiting(intent.version_id, (("data_integrity_4_8_data_loss", fault.detail),))


def sign(to_be_signed: ToBeSigned, signer: Signer) -> bytes:
    """Return the signed bytes of what was linted, which is spent by it; `created` is the time of the intent."""
    if not isinstance(to_be_signed, ToBeSigned):
        raise TypeError("Only what was linted is signed.")
    credential = to_be_signed.spend()
    signed = sign_credential(EDDSA_RDFC_2022, credential, signer, to_be_signed.intent.valid_from)
    data = compact(signed)
    if strict_json(data) != signed:
        raise NotAccepted("The signed credential does not survive being written down.")
    return data


def compact(value: Mapping[str, Any]) -> bytes:
    """Return JSON as it is stored and served: compact, UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
