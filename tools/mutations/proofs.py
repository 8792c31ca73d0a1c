"""Mutations of what secures a JSON credential: proofs of another, of a stranger, changed, doubled, broken."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any, Final

import base58

from badges.proof import SUITES, suite
from keys.encoding import base64url
from keys.key import Algorithm, LocalSigner
from tests.verifier.published import DID, NOW
from tools.mutations.members import mutated as mutated_members
from tools.mutations.originals import Issuer

Document = dict[str, Any]
Way = Callable[[Document, random.Random, Document, Issuer], None]
KINDS: Final = (
    ("eddsa-rdfc-2022", Algorithm.EDDSA), ("eddsa-jcs-2022", Algorithm.EDDSA), ("ecdsa-rdfc-2019", Algorithm.ES256),
    ("ecdsa-jcs-2019", Algorithm.ES256), ("ecdsa-rdfc-2019", Algorithm.ES384),
)  # fmt: skip
OPTIONS: Final[dict[str, tuple[Any, ...]]] = {
    "cryptosuite": (*SUITES, "bbs-2023", "EDDSA-RDFC-2022", "", None, ["eddsa-rdfc-2022"]),
    "type": ("DataIntegrityProof", "Ed25519Signature2020", "Ed25519Signature2018", "JsonWebSignature2020", [], None),
    "proofPurpose": ("authentication", "AssertionMethod", "keyAgreement", ["assertionMethod"], None),
    "verificationMethod": (
        f"{DID}#status", f"{DID}#none", DID, f"{DID}#", "#eddsa", f"{DID}?x#eddsa", f"{DID}#eddsa#es256",
        f"{DID}%23eddsa", {"id": f"{DID}#eddsa"}, "did:key:z6Mk", "https://evil.example/key", "file:///etc/passwd",
    ),
    "created": ("2026-10-21T10:42:01Z", "2026-10-21", None, "2099-01-01T00:00:00Z", 1),
    "expires": ("2099-01-01T00:00:00Z", "2020-01-01T00:00:00Z", None),
    "previousProof": ("urn:x:none", [], ["urn:x:none"]),
    "id": ("urn:x:proof", "", None),
    "domain": ("evil.example", ["evil.example"]),
    "challenge": ("x",),
    "nonce": ("uAAAA",),
    "@context": ("https://www.w3.org/ns/credentials/v2", [], ["https://evil.example/v1"], {"@vocab": "urn:x:"}),
    "proofValue": ("", "z", "u", "z1", None, ["z1"], {"@value": "z1"}, "z" + "1" * 87),
}  # fmt: skip


def proofs(document: Document) -> list[Any]:
    """Return what stands under `proof`, as a list that can be changed."""
    found = document.get("proof", [])
    document["proof"] = found if isinstance(found, list) else [found]
    return document["proof"]


def of_another(document: Document, dice: random.Random, donor: Document, _issuer: Issuer) -> None:
    """Take the proof of another genuine credential, in place of this one's, or beside it."""
    theirs = copy.deepcopy(proofs(donor))
    ours = proofs(document)
    document["proof"] = dice.choice((theirs, ours + theirs, theirs + ours))


def option_changed(document: Document, dice: random.Random, _donor: Document, _issuer: Issuer) -> None:
    """Change a member of a proof, add one, or take one away."""
    if not proofs(document):
        return
    proof = dice.choice(proofs(document))
    name = dice.choice(tuple(OPTIONS))
    if dice.random() < 0.2:
        proof.pop(name, None)
    else:
        proof[name] = copy.deepcopy(dice.choice(OPTIONS[name]))


def value_changed(document: Document, dice: random.Random, _donor: Document, _issuer: Issuer) -> None:
    """Write the value of a proof in another way, or change an octet of it."""
    if not proofs(document):
        return
    proof = dice.choice(proofs(document))
    text = str(proof.get("proofValue", ""))
    octets = base58.b58decode(text[1:]) if text.startswith("z") else b"x" * 64
    place = dice.randrange(len(octets))
    turned = octets[:place] + bytes([octets[place] ^ 1 << dice.randrange(8)]) + octets[place + 1 :]
    half = len(octets) // 2
    proof["proofValue"] = dice.choice((
        "u" + base64url(octets), "z" + base58.b58encode(turned).decode(), "z1" + text[1:], text + " ", text.lower(),
        "z" + base58.b58encode(octets + b"\0").decode(), "z" + base58.b58encode(octets[half:] + octets[:half]).decode(),
        "f" + octets.hex(), "m" + base64url(octets), text[:-1], text * 2, "z" + base58.b58encode(bytes(64)).decode(),
    ))  # fmt: skip


def doubled_or_gone(document: Document, dice: random.Random, _donor: Document, _issuer: Issuer) -> None:
    """Say a proof twice, put a broken one beside it, or take it away."""
    ours = proofs(document)
    broken = [{**proof, "proofValue": "z" + "3" * 87} for proof in ours]
    several = [ours * 2, broken + ours, ours + broken, [], [{}], {}, None, [None], [ours], "x", ours[:1], ours * 5]
    document["proof"] = dice.choice(several)
    if dice.random() < 0.1:
        del document["proof"]


def forged(document: Document, dice: random.Random, donor: Document, issuer: Issuer) -> None:
    """Put in the place of what was signed a changed credential, signed by a stranger as the issuer or as himself."""
    signed = by_stranger(document, dice, donor, issuer)
    document.clear()
    document.update(signed)


def seconded(document: Document, dice: random.Random, donor: Document, issuer: Issuer) -> None:
    """Put a stranger's proof over a changed credential beside the issuer's own."""
    both = [*proofs(document), *proofs(by_stranger(document, dice, donor, issuer))]
    document["proof"] = dice.sample(both, len(both))


def by_stranger(document: Document, dice: random.Random, donor: Document, issuer: Issuer) -> Document:
    """Return a changed copy of `document`, signed by a stranger; unsigned if it cannot be signed."""
    changed = mutated_members({name: value for name, value in document.items() if name != "proof"}, dice, donor)[1]
    name, algorithm = dice.choice(KINDS)
    key = issuer.strangers[algorithm]
    own = f"did:key:{key.public().multikey()}"
    methods = (f"{DID}#{algorithm.lower()}", f"{own}#{own[8:]}", own, f"{DID}#status", f"{DID}#{own[8:]}")
    try:
        return suite.sign(SUITES[name], changed, LocalSigner(dice.choice(methods), key), NOW)
    except Exception:  # noqa: BLE001  # What cannot be signed stays unsigned.
        return changed


WAYS: Final[tuple[Way, ...]] = (
    of_another,
    of_another,
    option_changed,
    value_changed,
    doubled_or_gone,
    forged,
    seconded,
)


def mutated(document: Document, dice: random.Random, donor: Document, issuer: Issuer) -> tuple[str, Document]:
    """Return the name of one way, and a copy of `document` mutated in it.

    Only of a document that has a proof a signature can be forged: a wrapper vouches for nothing.
    """
    changed = copy.deepcopy(document)
    way = dice.choice(WAYS)
    if way is forged and "proof" not in document:
        way = seconded
    way(changed, dice, copy.deepcopy(donor), issuer)
    return way.__name__, changed
