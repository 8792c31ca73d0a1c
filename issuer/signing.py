"""From an intent to its signed bytes: composed, linted, signed once, each signature checked before it is let go.

One function signs a chunk. Numbers of the steps are those of DESIGN, section 2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from badges.problem import BadgeError
from badges.proof.eddsa import EDDSA_RDFC_2022, EDDSA_RDFC_2022_ANEW
from badges.proof.suite import SigningSuite
from badges.proof.suite import sign as sign_credential
from badges.strict import compact as compact
from badges.strict import strict_json
from issuer.checked import CheckedSigner as CheckedSigner
from issuer.checked import NotAccepted as NotAccepted
from issuer.compose import compose
from issuer.intent import Intent
from issuer.jwts import token_one_by_one, tokens_in_bulk
from issuer.lints import LintFault, ToBeSigned
from issuer.shapes import Shapes
from issuer.signatures import sign_in_bulk
from keys.key import Signer

COMPARED: Final = 1_000
"""Each item of this number goes the long way as well, as do the first and the last."""
BLOCK: Final = 250
"""Items that are filled, then signed, then checked, before the first of them is given away."""
SHAPES: Final = Shapes()


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
class SignedToken:
    """The same award as a JWT, in the exact letters of its compact serialization."""

    version_id: int
    token: str = field(repr=False)


@dataclass(frozen=True)
class Waiting:
    """A version that cannot be signed as it is, and what the lints found."""

    version_id: int
    found: tuple[tuple[str, str], ...]


def sign_chunk(intents: Sequence[Intent], signers: Mapping[str, Signer]) -> Iterator[SignedVersion | Waiting]:
    """Sign a chunk (steps 3 and 4): for each intent its signed bytes, or why it waits; the others go on.

    `signers` maps key ids to signers. Nothing is read or written. Intents of one kind are filled into a shape; the
    first, the last and every 1,000th of the chunk also go the long way, and NotAccepted is raised if that gives others.
    """
    last, shapes = len(intents) - 1, SHAPES.of(intents)
    for start in range(0, len(intents), BLOCK):
        block = intents[start : start + BLOCK]
        signed = sign_in_bulk(block, shapes[start : start + BLOCK], signers)
        for place, intent in enumerate(block, start):
            signer, data = signers[intent.key_id], signed.get(place - start)
            answer = SignedVersion(intent.version_id, data) if data else _one_by_one(intent, signer)
            if place == last or place % COMPARED == 0:
                _compare(answer, _one_by_one(intent, signer, EDDSA_RDFC_2022_ANEW))
            yield answer


def token_chunk(signed: Sequence[SignedVersion], signers: Mapping[str, Signer]) -> Iterator[SignedToken]:
    """Make the JWT of each signed version, in order; nothing is read or written.

    `signers` maps the key that signed a version to whoever signs its token, with any algorithm. The first, the last and
    every 1,000th of the chunk are made the long way as well, and NotAccepted is raised if that gives others.
    """
    last = len(signed) - 1
    for start in range(0, len(signed), BLOCK):
        block = signed[start : start + BLOCK]
        tokens = tokens_in_bulk([version.data for version in block], signers)
        for place, (version, token) in enumerate(zip(block, tokens, strict=True), start):
            if place == last or place % COMPARED == 0:
                _compare(token, token_one_by_one(version.data, signers))
            yield SignedToken(version.version_id, token)


def _one_by_one(intent: Intent, signer: Signer, suite: SigningSuite = EDDSA_RDFC_2022) -> SignedVersion | Waiting:
    try:
        to_be_signed = ToBeSigned(compose(intent).to_json(), intent)
    except LintFault as fault:
        return Waiting(intent.version_id, fault.found)
    try:
        return SignedVersion(intent.version_id, sign(to_be_signed, signer, suite))
    except BadgeError as fault:
        return Waiting(intent.version_id, (("data_integrity_4_8_data_loss", fault.detail),))


def _compare(answer: object, the_long_way: object) -> None:
    if answer != the_long_way:
        raise NotAccepted("What was signed in bulk is not what the long way signs.")


def sign(to_be_signed: ToBeSigned, signer: Signer, suite: SigningSuite = EDDSA_RDFC_2022) -> bytes:
    """Return the signed bytes of what was linted, which is spent by it; `created` is the time of the intent.

    Raises NotAccepted for a signer of another key than the intent names.
    """
    if not isinstance(to_be_signed, ToBeSigned):
        raise TypeError("Only what was linted is signed.")
    if signer.key_id != to_be_signed.intent.key_id:
        raise NotAccepted("The signer's key is not the one that was promised.")
    credential = to_be_signed.spend()
    signed = sign_credential(suite, credential, signer, to_be_signed.intent.valid_from)
    data = compact(signed)
    if strict_json(data) != signed:
        raise NotAccepted("The signed credential does not survive being written down.")
    return data
