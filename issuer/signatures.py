"""Many intents signed at once: each filled into the shape of its kind, its values linted, its signature checked.

The work goes in stages over a block of intents: a processor is quicker at one thing after the other than in turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from issuer.checked import CheckedSigner
from issuer.filled import FilledIn, NotOfShape
from issuer.intent import Intent
from issuer.shape import Shape
from keys.encoding import write_base58
from keys.key import Algorithm, Signer


def sign_in_bulk(
    intents: Sequence[Intent], shapes: Sequence[Shape | None], signers: Mapping[str, Signer]
) -> dict[int, bytes]:
    """Return the signed bytes of each intent by its place, but for those that are not certain in their shape.

    The same bytes as `issuer.signing.sign` gives. Raises what the signers raise: nothing is given away then.
    """
    filled: dict[str, dict[int, FilledIn]] = {
        key_id: {}
        for key_id, signer in signers.items()
        if signer.algorithm is Algorithm.EDDSA and signer.key_id == key_id
    }
    for place, (intent, shape) in enumerate(zip(intents, shapes, strict=True)):
        if shape is not None and intent.key_id in filled:
            with suppress(NotOfShape):
                filled[intent.key_id][place] = FilledIn(shape, intent)
    signed: dict[int, bytes] = {}
    for key_id, places in filled.items():
        signed |= zip(places, sign_filled(list(places.values()), signers[key_id]), strict=True)
    return signed


def sign_filled(filled: Sequence[FilledIn], signer: Signer) -> list[bytes]:
    """Return the signed bytes of what was linted in bulk, which is spent by it."""
    if not all(isinstance(each, FilledIn) for each in filled):
        raise TypeError("Only what was linted is signed.")
    spent = [each.spend() for each in filled]
    signatures = signatures_of([hash_data for hash_data, _ in spent], signer)
    return [
        b"".join((body, each.shape.proof[0], write_base58(signature).encode("ascii"), each.shape.proof[1]))
        for each, (_, body), signature in zip(filled, spent, signatures, strict=True)
    ]


def signatures_of(data: Sequence[bytes], signer: Signer) -> list[bytes]:
    """Return the signature over each of `data`; those of a checked signer are checked."""
    if isinstance(signer, CheckedSigner):
        return signer.sign_all(data)
    return [signer.sign(each) for each in data]
