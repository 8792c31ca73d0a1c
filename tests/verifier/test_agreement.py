"""We and Digital Bazaar's `@digitalbazaar/vc` say the same of a credential, but for differences with a reason."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import base58
import pytest

from badges.proof import SUITES
from badges.times import stamp
from keys.encoding import base64url
from keys.key import Algorithm, LocalSigner, PrivateKey
from tests.conftest import missing
from tests.verifier.published import DAY, DID, KEYS, NOW, controller_document, credential, in_order, put, sign
from tools.interop import digitalbazaar
from verifier.did import did_key_document

STRANGER = PrivateKey.generate(Algorithm.EDDSA)
STRANGER_DID = f"did:key:{STRANGER.public().multikey()}"
ALGORITHMS = {"eddsa-rdfc-2022": Algorithm.EDDSA, "ecdsa-rdfc-2019": Algorithm.ES256}
Change = Callable[[dict[str, Any]], dict[str, Any]]

LATER = "2027-06-01T00:00:00Z"
EARLIER = "2026-10-01T00:00:00Z"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"


def set_to(path: str, value: Any) -> Change:
    return lambda document: put(document, path, value)


def proof(member: str, value: Any) -> Change:
    return set_to(f"proof/0/{member}", value)


def add(path: str, value: Any) -> Change:
    def changed(document: dict[str, Any]) -> dict[str, Any]:
        place: Any = copy.deepcopy(document)
        whole = place
        for step in path.split("/"):
            place = place[step]
        place.append(value)
        return whole

    return changed


def renamed(old: str, new: str) -> Change:
    return lambda document: {new if name == old else name: value for name, value in document.items()}


def second_proof(document: dict[str, Any]) -> dict[str, Any]:
    value = document["proof"][0]["proofValue"]
    broken = {**document["proof"][0], "proofValue": value[:-4] + ("2222" if value[-4:] != "2222" else "3333")}
    return {**document, "proof": [*document["proof"], broken]}


def in_base64url(document: dict[str, Any]) -> dict[str, Any]:
    value = base58.b58decode(document["proof"][0]["proofValue"][1:])
    return put(document, "proof/0/proofValue", f"u{base64url(value)}")


def backwards(path: str) -> Change:
    def changed(document: dict[str, Any]) -> dict[str, Any]:
        whole = copy.deepcopy(document)
        place: Any = whole
        for step in path.split("/"):
            place = place[step]
        place.reverse()
        return whole

    return changed


AFTER: dict[str, Change] = {
    "nothing": lambda document: document,
    "the order of members": lambda document: dict(reversed(document.items())),
    "the order of a set": backwards("credentialSubject/achievement/tag"),
    "the proof alone, not in a list": lambda document: {**document, "proof": document["proof"][0]},
    "the name": set_to("name", "Laurea"),
    "a name by one letter": set_to("credentialSubject/identifier/0/identityHash", "Ada Lovelacf"),
    "a name in other octets": set_to("credentialSubject/identifier/0/identityHash", "Ada Lovela\u0063\u0327e"),
    "the id": set_to("id", "https://badges.example/c/other"),
    "the id, made relative": set_to("id", "c/other"),
    "the issuer's name": set_to("issuer/name", "Politecnico"),
    "the issuer": set_to("issuer/id", STRANGER_DID),
    "the issuer, without its profile": lambda document: {**document, "issuer": document["issuer"]["id"]},
    "a result": set_to("credentialSubject/result/0/value", "25"),
    "a truth": set_to("credentialSubject/identifier/0/hashed", True),
    "the criteria": set_to("credentialSubject/achievement/criteria/narrative", "None."),
    "the achievement's id": set_to("credentialSubject/achievement/id", "urn:x:other"),
    "the beginning": set_to("validFrom", EARLIER),
    "the beginning, in another zone": set_to("validFrom", "2026-10-21T12:42:00+02:00"),
    "the end": set_to("validUntil", "2030-01-01T00:00:00Z"),
    "no end": set_to("validUntil", ...),
    "no evidence": set_to("evidence", ...),
    "no status": set_to("credentialStatus", ...),
    "another place in the list": set_to("credentialStatus/statusListIndex", "7"),
    "one more of a set": add("credentialSubject/achievement/tag", "honours"),
    "one of a set twice": add("credentialSubject/achievement/tag", "python"),
    "more evidence": add("evidence", {"type": ["Evidence"], "name": "Honours"}),
    "evidence of a blank name": add("evidence", {"id": "urn:x:\u00a0", "type": ["Evidence"], "name": "Honours"}),
    "evidence named by a keyword": add("evidence", {"id": "@json", "type": ["Evidence"], "name": "Honours"}),
    "a term that is not defined": set_to("grade", "A+"),
    "a term that is not defined, further in": set_to("credentialSubject/grade", "A+"),
    "a type that is not defined": add("type", "Diploma"),
    "a type that is defined": add("type", "EndorsementCredential"),
    "a member that is null": set_to("description", None),
    "a list that is empty": set_to("credentialSubject/achievement/alignment", []),
    "a keyword for its alias": renamed("id", "@id"),
    "an address for its term": renamed("name", "https://schema.org/name"),
    "contexts in another order": backwards("@context"),
    "one context more": add("@context", DATA_INTEGRITY),
    "one context less": set_to("@context", ["https://www.w3.org/ns/credentials/v2"]),
    "a context that is not known": add("@context", "https://a.example/context"),
    "a context written inline": add("@context", {"grade": "https://schema.org/name"}),
    "no proof": set_to("proof", ...),
    "an empty list of proofs": set_to("proof", []),
    "a second proof that is broken": second_proof,
    "a proof value of nothing": proof("proofValue", ""),
    "no proof value": proof("proofValue", ...),
    "a proof value cut short": lambda document: put(
        document, "proof/0/proofValue", document["proof"][0]["proofValue"][:-1]),
    "a proof value in base64url": in_base64url,
    "a proof value of another": proof("proofValue", "z" + "3" * 87),
    "another time of signing": proof("created", EARLIER),
    "no time of signing": proof("created", ...),
    "a time of signing that is none": proof("created", "yesterday"),
    "an end of the proof": proof("expires", LATER),
    "another key of the issuer": proof("verificationMethod", f"{DID}#status"),
    "a key that is not there": proof("verificationMethod", f"{DID}#none"),
    "a stranger's key": proof("verificationMethod", f"{STRANGER_DID}#{STRANGER_DID[8:]}"),
    "no key": proof("verificationMethod", ...),
    "another purpose": proof("proofPurpose", "authentication"),
    "no purpose": proof("proofPurpose", ...),
    "a suite that is not known": proof("cryptosuite", "future-suite-2030"),
    "no suite": proof("cryptosuite", ...),
    "another type of proof": proof("type", "Ed25519Signature2020"),
    "an id of the proof": proof("id", "urn:x:proof"),
    "a domain of the proof": proof("domain", "a.example"),
    "a proof built on none": proof("previousProof", "urn:x:none"),
}  # fmt: skip
"""What is changed after a credential was signed."""

BEFORE: dict[str, Change] = {
    "letters of many scripts": set_to("name", 'Zażółć 漢字 \U0001f389 \u2028 "quoted" \\ back\nline\ttab'),
    "numbers": set_to("credentialSubject/achievement/creditsAvailable", 2.5),
    "a whole number": set_to("credentialSubject/achievement/creditsAvailable", 3),
    "evidence with ids": set_to("evidence", [{"id": f"urn:e:{n}", "type": ["Evidence"]} for n in range(5)]),
    "four alike": set_to("evidence", [{"type": ["Evidence"], "name": "x"} for _ in range(4)]),
    "an end that is past": set_to("validUntil", "2026-11-01T00:00:00Z"),
    "a beginning that is to come": set_to("validFrom", LATER),
    "a control character": set_to("name", "bell\u0007"),
    "no criteria": set_to("credentialSubject/achievement/criteria", ...),
    "no description": set_to("credentialSubject/achievement/description", ...),
    "nobody": lambda document: put(put(document, "credentialSubject/id", ...), "credentialSubject/identifier", ...),
    "an issuer without a profile": set_to("issuer", DID),
    "two subjects": lambda document: {**document, "credentialSubject": [document["credentialSubject"]] * 2},
    "a text with its language": set_to("name", {"@value": "Attestato", "@language": "it"}),
    "a type of no badge": set_to("type", ["VerifiableCredential"]),
}
"""What is odd before a credential is signed."""

DIFFERENCES = frozenset({
    "one of a set twice",
    "a member that is null",
    "a list that is empty",
    "a keyword for its alias",
    "an address for its term",
    "a context written inline",
    "a second proof that is broken",
    "a proof value in base64url",
    "no criteria",
    "no description",
    "nobody",
    "two subjects",
    "a text with its language",
    "a type of no badge",
    "a proof that has ended",
    "a proof built on one that is gone",
    "a key that was revoked",
})  # fmt: skip
"""What Digital Bazaar's library lets stand and we do not; `docs/verifying.md` says why."""


@dataclass(frozen=True)
class Case:
    """A credential, whose hand it is in, and what was changed."""

    hand: str
    suite: str
    change: str
    document: dict[str, Any]


KEY = {"eddsa-rdfc-2022": f"{DID}#ours-ed", "ecdsa-rdfc-2019": f"{DID}#ours-ec"}
"""The keys of the issuer that both can read, by suite."""
OTHERS = {
    f"{DID}#revoked": PrivateKey.generate(Algorithm.EDDSA),
    f"{DID}#unlisted": PrivateKey.generate(Algorithm.EDDSA),
}


def key_of(suite: str) -> PrivateKey:
    return KEYS[ALGORITHMS[suite]]


def documents() -> dict[str, Any]:
    """The issuer of the other tests, with two keys more, one that was revoked, and one that is not for assertions."""
    document = controller_document()
    keys = {KEY[suite]: key_of(suite) for suite in KEY} | OTHERS
    methods = [
        {"id": name, "type": "Multikey", "controller": DID, "publicKeyMultibase": key.public().multikey()}
        for name, key in keys.items()
    ]
    methods[2]["revoked"] = "2026-11-01T00:00:00Z"
    document["verificationMethod"] += methods
    document["assertionMethod"] += [method["id"] for method in methods if not method["id"].endswith("#unlisted")]
    return {DID: document, STRANGER_DID: did_key_document(STRANGER_DID)}


def ours(document: dict[str, Any], suite: str, name: str = "", **options: Any) -> dict[str, Any]:
    key = OTHERS.get(name) or key_of(suite)
    signer = LocalSigner(name or KEY[suite], key)
    if not options:
        return sign(document, signer, suite)
    proof = {**SUITES[suite].options(document, signer.key_id, NOW - 30 * DAY), **options}
    signature = key.sign(SUITES[suite].hash_data(document, proof, key.algorithm))
    return {**document, "proof": [{**proof, "proofValue": f"z{base58.b58encode(signature).decode()}"}]}


def theirs(drafts: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Credentials that Digital Bazaar's libraries sign, each by its suite."""
    made = digitalbazaar.ask("sign", documents(), [
        {"credential": document, "suite": suite, "key": digitalbazaar.key_pair(key_of(suite), KEY[suite], DID),
         "created": stamp(NOW - 30 * DAY)} for suite, document in drafts
    ])  # fmt: skip
    return [{**document, "proof": [document["proof"]]} for document in made]


def cases() -> Iterator[Case]:
    """Every change, of credentials of both hands and both suites."""
    plain = credential()
    hands = {"ours": [ours(plain, suite) for suite in KEY], "theirs": theirs([(suite, plain) for suite in KEY])}
    for hand, signed in hands.items():
        for suite, document in zip(KEY, signed, strict=True):
            for name, change in AFTER.items():
                yield Case(hand, suite, name, change(document))
    odd = [(suite, name, change(plain)) for suite in KEY for name, change in BEFORE.items()]
    for suite, name, document in odd:
        yield Case("ours", suite, name, ours(document, suite))
    for (suite, name, _), document in zip(odd, theirs([(suite, doc) for suite, _, doc in odd]), strict=True):
        yield Case("theirs", suite, name, document)
    for suite in KEY:
        yield Case("ours", suite, "a proof that has ended", ours(plain, suite, expires="2026-11-01T00:00:00Z"))
        yield Case("ours", suite, "a proof that will end", ours(plain, suite, expires=LATER))
        yield Case("ours", suite, "a proof built on one that is gone", ours(plain, suite, previousProof="urn:x:gone"))
    for name, change in (("revoked", "a key that was revoked"), ("unlisted", "a key that is not for assertions")):
        yield Case("ours", "eddsa-rdfc-2022", change, ours(plain, "eddsa-rdfc-2022", f"{DID}#{name}"))


@pytest.fixture(scope="module")
def answers() -> list[tuple[Case, str, bool, str]]:
    """Each case with our verdict, and what they say and why."""
    lacking = digitalbazaar.absent()
    if lacking:
        missing(lacking)
    there = in_order()
    there.publish(DID, documents()[DID])
    every = list(cases())
    said = digitalbazaar.ask("verify", documents(), [case.document for case in every], stamp(NOW))
    return [
        (case, there.verdict(case.document), answer["verified"], answer["reason"])
        for case, answer in zip(every, said, strict=True)
    ]


def test_both_say_the_same_but_for_differences_with_a_reason(answers: list[tuple[Case, str, bool, str]]) -> None:
    assert len(answers) >= 300

    for case, verdict, verified, reason in answers:
        told = (case.hand, case.suite, case.change, verdict, reason)
        assert verified == (verdict == "valid" or case.change in DIFFERENCES), told


def test_both_accept_and_both_refuse(answers: list[tuple[Case, str, bool, str]]) -> None:
    agreed = [verified for case, _, verified, _ in answers if case.change not in DIFFERENCES]

    assert sum(agreed) >= 30
    assert agreed.count(False) >= 100


def test_every_difference_is_there_and_told_to_readers(answers: list[tuple[Case, str, bool, str]]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "verifying.md").read_text(encoding="utf-8")

    found = {case.change for case, verdict, verified, _ in answers if (verdict == "valid") != verified}

    assert found == DIFFERENCES
    assert all(f"| {change} |" in page for change in DIFFERENCES)
