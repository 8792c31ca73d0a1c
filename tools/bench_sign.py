"""How fast credentials are signed on this machine, beside openbadgeslib and @digitalbazaar/vc on the same work.

Ours is what counts: from the intent to exact signed bytes, composed, linted, canonicalized anew, signed, each signature
checked with the published key, in chunks as in earnest. Theirs are given the finished document to sign, and nothing to
lint or check. CPU of one core; shapes are unknown at the start. Every 500th result passes our full verifier and theirs,
and what others sign of the same documents must be the same signatures.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from openbadgeslib.ob3 import OB3LdpVerifier, OB3Signer, OB3Verifier, add_data_integrity_proof

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from badges.claims import registered_claims
from badges.proof.eddsa import EDDSA_RDFC_2022_ANEW
from badges.times import stamp
from issuer.compose import compose
from issuer.intent import Intent
from issuer.lints import ToBeSigned
from issuer.signing import CheckedSigner, SignedVersion, sign, sign_chunk, token_chunk
from keys.key import Algorithm, LocalSigner, PrivateKey
from tools.conference import intents
from tools.interop import digitalbazaar
from tools.measured import Measured, Section, markdown
from tools.samples import DID, KEY, NOW, address_of, key_name, published
from verifier.policy import Policy
from verifier.resolver import MemoryResolver
from verifier.verdict import Verdict
from verifier.verify import verify

MANY: Final = 20_000
FEW: Final = 300
"""Credentials that others sign, and that go the long way."""
CHUNK: Final = 500
SAMPLED: Final = 500
GOAL: Final = 4_000.0
GOAL_BOTH: Final = 2_500.0
LIBRARY: Final = f"openbadgeslib {version('openbadgeslib')}"
LOCAL: Final = LocalSigner(key_name(DID), KEY)
P256: Final = LocalSigner(f"{DID}#token-2026", PrivateKey.generate(Algorithm.ES256))
SIGNER: Final = CheckedSigner(LOCAL, LOCAL.public())
CREATED: Final = next(intents(1)).valid_from
PEM: Final = KEY.material.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
PUBLIC: Final = KEY.public().material.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


@dataclass(frozen=True)
class Ours:
    """What we made, and the CPU seconds of it: credentials, tokens by EdDSA, tokens by ES256."""

    signed: Sequence[SignedVersion]
    tokens: Sequence[str]
    seconds: tuple[float, float, float]


def main() -> int:
    """Measure, and print a table."""
    print("\n".join(markdown([rows()])))
    return 0


def rows(many: int = MANY, few: int = FEW) -> Section:
    """Sign `many` credentials, have others sign `few` of them, look at the results, and return what was measured."""
    meant = list(intents(many))
    ours = sign_all(meant)
    check(ours)
    proof, eddsa, es256 = (seconds / many for seconds in ours.seconds)
    long_way = cpu(the_long_way, meant[:few])
    documents = [compose(intent).to_json() for intent in meant[:few]]
    by_library, token = openbadgeslib(documents, ours)
    others = {LIBRARY: 1 / by_library, **bazaar(documents, ours), "our own long way": 1 / long_way}
    return Section(f"Signing {many:,} varied credentials, CPU of one core", [
        Measured("signed credentials, eddsa-rdfc-2022", 1 / proof, "/s", GOAL, beside=others),
        Measured("with a JWT of each, EdDSA", 1 / (proof + eddsa), "/s", GOAL_BOTH,
                 beside={LIBRARY: 1 / (by_library + token)}),
        Measured("with a JWT of each, ES256", 1 / (proof + es256), "/s"),
        Measured("the JWT alone, EdDSA", 1 / eddsa, "/s", beside={LIBRARY: 1 / token}),
        Measured("the JWT alone, ES256", 1 / es256, "/s"),
    ])  # fmt: skip


def sign_all(meant: Sequence[Intent]) -> Ours:
    """Sign in chunks, as a batch does; then make the tokens of all, with either key."""
    the_long_way(meant[0])  # Contexts and schema are read.
    gc.freeze()  # As a worker does; and intents that wait here would not be in its memory.
    signed: list[SignedVersion] = []
    began = time.process_time()
    for start in range(0, len(meant), CHUNK):
        chunk = sign_chunk(meant[start : start + CHUNK], {LOCAL.key_id: SIGNER})
        signed += [answer for answer in chunk if isinstance(answer, SignedVersion)]
    took = time.process_time() - began
    if len(signed) != len(meant):
        raise SystemExit(f"Only {len(signed):,} of {len(meant):,} were signed.")
    tokens, eddsa = tokens_of(signed, SIGNER)
    _, es256 = tokens_of(signed, CheckedSigner(P256, P256.public()))
    return Ours(signed, tokens, (took, eddsa, es256))


def tokens_of(signed: Sequence[SignedVersion], signer: CheckedSigner) -> tuple[list[str], float]:
    """Return the tokens of all, and the seconds they took."""
    tokens: list[str] = []
    began = time.process_time()
    for start in range(0, len(signed), CHUNK):
        tokens += [each.token for each in token_chunk(signed[start : start + CHUNK], {LOCAL.key_id: signer})]
    return tokens, time.process_time() - began


def the_long_way(intent: Intent) -> bytes:
    """Sign one as it is defined: PyLD for each document, every lint, no shape, no skeleton."""
    return sign(ToBeSigned(compose(intent).to_json(), intent), SIGNER, EDDSA_RDFC_2022_ANEW)


def check(ours: Ours) -> None:
    """Let our full verifier and theirs look at a sample of all."""
    resolver = MemoryResolver(published())
    whole, token_reader = OB3LdpVerifier(pubkey_pem=PUBLIC), OB3Verifier(pubkey_pem=PUBLIC)
    for signed, token in list(zip(ours.signed, ours.tokens, strict=True))[::SAMPLED]:
        for data in (signed.data, token.encode("ascii")):
            report = verify(data, resolver, Policy(), NOW)
            if report.verdict is not Verdict.VALID:
                raise SystemExit(f"Our verifier says {report.verdict} of what we signed: {report.problems}")
        if whole.verify(signed.data).id != token_reader.verify(token).id:
            raise SystemExit("openbadgeslib does not read the same credential in both.")


def openbadgeslib(documents: Sequence[dict[str, Any]], ours: Ours) -> tuple[float, float]:
    """Return the seconds of openbadgeslib for a signature, at its quickest and without its checks, and for a token."""
    made: list[dict[str, Any]] = []
    signer = OB3Signer(PEM, algorithm="EdDSA")

    def sign_one(document: dict[str, Any]) -> str:
        made.append(add_data_integrity_proof(document, PEM, LOCAL.key_id, created=CREATED))
        return json.dumps(made[-1])

    seconds = cpu(sign_one, documents)
    compare(LIBRARY, made[-len(documents) :], ours)
    payloads = [{**document, **registered_claims(document)} for document in documents]
    return seconds, cpu(signer.sign_payload, payloads)


def bazaar(documents: Sequence[dict[str, Any]], ours: Ours) -> dict[str, float]:
    """Return how many a second Digital Bazaar's libraries sign, if they are there."""
    lacking = digitalbazaar.absent()
    if lacking:
        print(f"Without {lacking}, there is nothing to compare with.")
        return {}
    held = {address_of(url): json.loads(each) for url, each in published().items()}
    key = digitalbazaar.key_pair(KEY, LOCAL.key_id, DID)
    told = digitalbazaar.ask("issue", held, documents, stamp(CREATED), key=key, suite="eddsa-rdfc-2022")
    compare("Digital Bazaar's library", told["made"], ours)
    return {f"@digitalbazaar/vc {digitalbazaar.version()}": len(documents) / told["seconds"]}


def compare(who: str, made: Sequence[dict[str, Any]], ours: Ours) -> None:
    """See that the same documents, key and time gave the same signatures there."""
    for their, own in zip(made, ours.signed, strict=False):
        if their["proof"]["proofValue"] != json.loads(own.data)["proof"][0]["proofValue"]:
            raise SystemExit(f"{who} signs something else than we do.")


def cpu(work: Callable[[Any], object], items: Sequence[Any]) -> float:
    """Return the seconds of CPU that `work` takes for each item, once it is warm."""
    for item in items[:5]:
        work(item)
    began = time.process_time()
    for item in items:
        work(item)
    return (time.process_time() - began) / len(items)


if __name__ == "__main__":
    sys.exit(main())
