"""A signer whose signatures are checked before anybody sees them, by another library than the one that signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from keys.key import Algorithm, Signer, VerificationKey
from keys.second import all_stand


class NotAccepted(Exception):
    """Something that we signed does not stand: a fault of ours, or a key that is not the published one."""


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
        return self.sign_all([data])[0]

    def sign_all(self, data: Sequence[bytes]) -> list[bytes]:
        """Return a signature over each of `data`, once all of them verify; raises NotAccepted.

        All are made and then all are checked: a processor is quicker at one thing after the other than at both in turn.
        """
        made = [self.signer.sign(each) for each in data]
        if not all_stand(self.published, zip(made, data, strict=True)):
            raise NotAccepted(f"The published key {self.key_id} does not verify what was signed with it.")
        return made
