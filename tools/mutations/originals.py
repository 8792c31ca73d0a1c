"""Genuine credentials in every form that is read, and the world that vouches for them; the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from badges.document import parse
from badges.proof import SUITES, jwt, suite
from badges.status import BitString, status_list_credential
from keys.key import Algorithm, LocalSigner
from tests.badges import selective
from tests.verifier import backpack, elder, published
from tests.verifier.published import BASE, DAY, DID, NOW, put, to_bytes
from tests.verifier.suites import ED25519_2020, MANDATORY, shown_by_choice
from tools.mutations.keys import key
from verifier.did import did_web_url
from verifier.resolver import MemoryResolver

ENVELOPE: Final = {
    "@context": "https://www.w3.org/ns/credentials/v2", "type": "EnvelopedVerifiableCredential",
    "id": "data:application/vc+jwt,",
}  # fmt: skip


@dataclass(frozen=True)
class Original:
    """A genuine credential: its octets, `json` or `jwt`.

    `ordered` tells whether the order of lists is signed: to a signature over RDF it means nothing.
    """

    name: str
    data: bytes = field(repr=False)
    form: str = "json"
    ordered: bool = False

    @cached_property
    def credential(self) -> dict[str, Any]:
        """What is in it, proof and all."""
        return parse(self.data).credential


class Issuer:
    """An issuer whose keys come from `seed`, what it publishes, and a stranger who would like to be it."""

    def __init__(self, seed: str) -> None:
        self.keys = {algorithm: key(algorithm, f"{seed} issuer") for algorithm in Algorithm}
        self.status_key = key(Algorithm.EDDSA, f"{seed} status")
        self.strangers = {algorithm: key(algorithm, f"{seed} stranger") for algorithm in Algorithm}
        self.seed = seed

    def signer(self, algorithm: Algorithm) -> LocalSigner:
        """The issuer's signer of that algorithm."""
        return LocalSigner(f"{DID}#{algorithm.lower()}", self.keys[algorithm])

    @cached_property
    def documents(self) -> dict[str, bytes]:
        """What is published, by address: of this issuer, and of one whose badges are of Open Badges 2.0."""
        signed = status_list_credential(published.STATUS, DID, BitString(), NOW - DAY, NOW + 29 * DAY)
        by = LocalSigner(f"{DID}#status", self.status_key)
        found = {
            did_web_url(DID): self.controller(),
            published.STATUS: suite.sign(SUITES["eddsa-rdfc-2022"], signed, by, NOW - DAY),
        }
        elder = (
            backpack.issuer(), backpack.badge_class(), backpack.hosted(), backpack.revocation_list("urn:x:another"),
            backpack.key_document(self.keys[Algorithm.RS256]),
        )  # fmt: skip
        found |= {document["id"]: document for document in elder}
        return {url: to_bytes(document) for url, document in found.items()}

    def controller(self) -> dict[str, Any]:
        """The document with its keys."""
        methods: list[dict[str, Any]] = [
            {"id": f"{DID}#{algorithm.lower()}", "controller": DID, "type": "JsonWebKey",
             "publicKeyJwk": private.public().jwk()}
            for algorithm, private in self.keys.items() if algorithm is not Algorithm.EDDSA
        ]  # fmt: skip
        for name, private in (("eddsa", self.keys[Algorithm.EDDSA]), ("status", self.status_key)):
            multikey = private.public().multikey()
            methods.append({
                "id": f"{DID}#{name}", "controller": DID, "type": "Multikey", "publicKeyMultibase": multikey,
            })  # fmt: skip
        named = [method["id"] for method in methods]
        return {**published.controller_document(), "verificationMethod": methods, "assertionMethod": named}

    @property
    def resolver(self) -> MemoryResolver:
        """Whoever hands these documents over, and no other."""
        return MemoryResolver(self.documents)

    def sign(self, document: dict[str, Any], name: str, algorithm: Algorithm = Algorithm.EDDSA) -> dict[str, Any]:
        """`document` with a proof of the suite `name`."""
        return suite.sign(SUITES[name], document, self.signer(algorithm), NOW - 30 * DAY)


def rich(name: str, number: int) -> dict[str, Any]:
    """An unsigned badge of somebody, with two or more of everything that can be a list."""
    made = published.credential(id=f"{BASE}/c/{number:026d}", name=f"Attestato {number}")
    made = put(made, "credentialSubject/id", f"urn:uuid:6ba7b810-9dad-41d1-80b4-{number:012d}")
    made = put(made, "credentialSubject/identifier/0/identityHash", name)
    made = put(made, "credentialStatus/statusListIndex", str(1_000 + number))
    made = put(made, "credentialSubject/achievement/creditsAvailable", 2.5 + number)
    made = put(made, "credentialSubject/result/1", {
        "type": ["Result"], "resultDescription": f"{BASE}/achievements/x#mark", "value": f"{20 + number}",
    })  # fmt: skip
    made = put(made, "credentialSubject/achievement/resultDescription/1", {
        "id": f"{BASE}/achievements/x#mark", "type": ["ResultDescription"], "name": "Mark",
        "resultType": "GradePointAverage",
        "allowedValue": ["18", "24", "30"],
    })  # fmt: skip
    other = {
        "id": f"{BASE}/made/{number}",
        "type": ["Evidence"],
        "name": f"Work {number}",
        "narrative": "Made at home.",
    }
    return put(made, "evidence/1", other)


def manifold() -> dict[str, Any]:
    """Return an unsigned badge with several of everything of which a page shows one."""
    made = rich("Ada Lovelace", 3)
    name = {**made["credentialSubject"]["identifier"][0], "identityHash": "Augusta Ada King"}
    made = put(made, "credentialSubject/identifier/2", name)
    made = put(made, "credentialSubject/result/2", {**made["credentialSubject"]["result"][0], "value": "7"})
    event = {"type": ["Evidence"], "genre": "Event", "name": "Another evening", "description": "Torino"}
    return put(made, "evidence/2", event)


def of_json(issuer: Issuer) -> Iterator[Original]:
    """Yield genuine credentials in JSON: every suite, both data models, a wrapper, and a hosted badge of 2.0."""
    ada, eve = rich("Ada Lovelace", 1), rich("Grace Hopper", 2)
    for name, algorithm in (
        ("eddsa-rdfc-2022", Algorithm.EDDSA), ("ecdsa-rdfc-2019", Algorithm.ES256), ("ecdsa-rdfc-2019",
        Algorithm.ES384),
        ("eddsa-jcs-2022", Algorithm.EDDSA), ("ecdsa-jcs-2019", Algorithm.ES256), ("eddsa-2022", Algorithm.EDDSA),
    ):  # fmt: skip
        ordered = "jcs" in name
        for person, document in (("ada", ada), ("grace", eve)):
            signed = issuer.sign(document, name, algorithm)
            yield Original(f"{name} {algorithm} {person}", to_bytes(signed), ordered=ordered)
    old = {**ada, "@context": [*ada["@context"], ED25519_2020]}
    yield Original("Ed25519Signature2020", to_bytes(issuer.sign(old, "Ed25519Signature2020")))
    both = issuer.sign(ada, "eddsa-rdfc-2022")["proof"] + issuer.sign(ada, "ecdsa-rdfc-2019", Algorithm.ES256)["proof"]
    yield Original("two proofs", to_bytes({**ada, "proof": both}))
    yield Original("several", to_bytes(issuer.sign(manifold(), "eddsa-rdfc-2022")))
    yield Original("VCDM 1.1", to_bytes(issuer.sign(elder.elder(), "eddsa-rdfc-2022")))
    yield Original("an issuer's address", to_bytes(issuer.sign({**ada, "issuer": DID}, "eddsa-rdfc-2022")))
    shown = selective.issue(
        ada, MANDATORY, issuer.signer(Algorithm.ES256), NOW - 30 * DAY, ephemeral=key(Algorithm.ES256, issuer.seed)
    )
    yield Original("ecdsa-sd-2023", to_bytes(shown.derive(*shown_by_choice(ada))))
    wrapped = {"@context": ada["@context"][:1], "type": ["VerifiablePresentation"],
               "verifiableCredential": [issuer.sign(ada, "eddsa-rdfc-2022")]}  # fmt: skip
    yield Original("a presentation", to_bytes(wrapped))
    token = jwt.encode(ada, issuer.signer(Algorithm.ES256))
    yield Original("an envelope", to_bytes({**ENVELOPE, "id": ENVELOPE["id"] + token}), ordered=True)
    yield Original("hosted 2.0", to_bytes(backpack.hosted()), ordered=True)


def of_jwt(issuer: Issuer) -> Iterator[Original]:
    """Yield genuine tokens: every algorithm, three forms of claims, and Open Badges 2.0."""
    for algorithm in Algorithm:
        for person, number in (("Ada Lovelace", 1), ("Grace Hopper", 2)):
            token = jwt.encode(rich(person, number), issuer.signer(algorithm)).encode()
            yield Original(f"{algorithm} {person}", token, "jwt", ordered=True)
    for algorithm in (Algorithm.ES256, Algorithm.EDDSA):
        by = issuer.signer(algorithm)
        yield Original(f"VCDM 1.1 {algorithm}", elder.elder_token(None, by), "jwt", ordered=True)
        yield Original(f"JOSE {algorithm}", elder.jose_token(rich("Ada Lovelace", 1), by), "jwt", ordered=True)
    badge = backpack.compact(backpack.signable(), issuer.keys[Algorithm.RS256])
    yield Original("signed 2.0", badge, "jwt", ordered=True)
