"""What to know of proofs that stand: what of them was not counted, which suite is an old draft's, for whom they are.

Nobody here expects a `domain` or a `challenge`: they tell the one for whom a proof was made, and it stands over the
same document whoever looks at it (Data Integrity 1.0, 2.1). So they are told, and refuse nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from badges.proof import SUITES
from badges.proof.ecdsa_sd import ECDSA_SD_2023
from verifier.proofs import Signature, proofs_of, suite_name
from verifier.verdict import plain

_AUDIENCE: Final = ("domain", "challenge")
_LONGEST: Final = 60


def sentence_code(signatures: Sequence[Signature]) -> str:
    """Return the code of the sentence for proofs that stand: another one where only a part is shown."""
    return "proof_partial" if is_partial(signatures) else "proof"


def is_partial(signatures: Sequence[Signature]) -> bool:
    """Tell whether a holder may have left out of the document what its issuer had said."""
    return any(signature.name == ECDSA_SD_2023.name for signature in signatures)


def remarks(credential: Mapping[str, Any], signatures: Sequence[Signature]) -> str:
    """Return what whoever relies on the proofs of `credential` might want to know, in English; mostly nothing."""
    return " ".join(dict.fromkeys((*_uncounted(credential), *_of_the_counted(signatures))))


def _uncounted(credential: Mapping[str, Any]) -> Iterator[str]:
    for proof in proofs_of(credential):
        if suite_name(proof) is None:
            name = proof.get("cryptosuite", proof.get("type"))
            yield f"A proof of {plain(str(name), _LONGEST)} is not known here, and was not counted."


def _of_the_counted(signatures: Sequence[Signature]) -> Iterator[str]:
    for signature in signatures:
        if signature.proof is None:
            continue
        if SUITES[signature.name].remark:
            yield SUITES[signature.name].remark
        for member in _AUDIENCE:
            if member in signature.proof:
                shown = plain(str(signature.proof[member]), _LONGEST)
                yield f"A proof was made for the {member} {shown}, which nobody here had asked for."
