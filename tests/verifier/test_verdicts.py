"""Every verdict has a document that produces it, and a twin, one change away, that does not."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import base58
import pytest
from PIL import Image

from badges.baking import KEYWORD, _chunk
from badges.proof import SUITES
from badges.proof.eddsa import EDDSA_RDFC_2022
from badges.times import stamp
from keys.key import Algorithm, LocalSigner, PrivateKey
from tests.verifier.published import (
    DAY,
    DID,
    EMAIL,
    ID,
    KEYS,
    NOW,
    STATUS,
    World,
    controller_document,
    credential,
    key_name,
    put,
    sign,
    signer,
    status_list,
    to_bytes,
    token,
)  # fmt: skip
from verifier.policy import Policy
from verifier.verdict import Outcome, Verdict

STRANGER = PrivateKey.generate(Algorithm.EDDSA)
STRANGER_DID = f"did:key:{STRANGER.public().multikey()}"
STRANGER_KEY = f"{STRANGER_DID}#{STRANGER.public().multikey()}"
KEY = key_name(Algorithm.EDDSA)
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
REVOCATION_LIST = {"id": "https://badges.example/revoked", "type": "1EdTechRevocationList"}
SERVICE = {"id": "https://badges.example/refresh", "type": "1EdTechCredentialRefresh"}


@dataclass(frozen=True)
class Case:
    """How to make a document of a verdict, and how to make its twin; either may change the world."""

    verdict: Verdict
    make: Callable[[World], Any]
    twin: Callable[[World], Any]
    twin_verdict: Verdict = Verdict.VALID


def good(_world: World) -> Any:
    return sign(credential())


def published(*changes: tuple[str, Any]) -> Callable[[World], Any]:
    """The genuine credential, under a document of the issuer with changes."""

    def make(world: World) -> Any:
        document = controller_document()
        for path, value in changes:
            document = put(document, path, value)
        world.publish(DID, document)
        return sign(credential())

    return make


def listed(*revoked: int, **changes: Any) -> Callable[[World], Any]:
    def make(world: World) -> Any:
        world.publish(STATUS, status_list(*revoked, **changes))
        return sign(credential())

    return make


def with_purpose(purpose: str, *marked: int) -> Callable[[World], Any]:
    def make(world: World) -> Any:
        world.publish(STATUS, status_list(*marked, put={"credentialSubject/statusPurpose": purpose}))
        return sign(put(credential(), "credentialStatus/statusPurpose", purpose))

    return make


def at(moment: Any) -> Callable[[World], Any]:
    def make(world: World) -> Any:
        world.now = moment
        return sign(credential())

    return make


def for_recipient(address: str) -> Callable[[World], Any]:
    def make(world: World) -> Any:
        world.policy = Policy(recipient=address)
        return sign(credential())

    return make


def current_version(name: str, valid_from: Any) -> Callable[[World], Any]:
    """The old version, revoked, while its address shows another of this `validFrom`."""

    def make(world: World) -> Any:
        world.publish(ID, sign(credential(name=name, validFrom=valid_from.strftime("%Y-%m-%dT%H:%M:%SZ"))))
        return sign(credential())

    return make


def in_plain_list(revoked: str) -> Callable[[World], Any]:
    """The credential with a status of 1EdTech's kind, whose list names one that is revoked."""

    def make(world: World) -> Any:
        listed = {"id": REVOCATION_LIST["id"], "issuer": DID, "revokedCredential": [{"id": revoked}]}
        world.publish(REVOCATION_LIST["id"], listed)
        return sign(put(put(credential(), "@context/2", EXTENSIONS), "credentialStatus", REVOCATION_LIST))

    return make


def refreshed(valid_from: Any) -> Callable[[World], Any]:
    """The credential with a refresh service that has another version, of this `validFrom`."""

    def make(world: World) -> Any:
        old = {**put(credential(), "@context/2", EXTENSIONS), "refreshService": SERVICE}
        world.publish(SERVICE["id"], sign({**old, "validFrom": stamp(valid_from)}))
        return sign(old)

    return make


def picture(*credentials: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (2, 2)).save(out, "PNG")
    baked = out.getvalue()
    for other in credentials:
        baked = baked[:33] + _chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0" + to_bytes(other)) + baked[33:]
    return baked


def without_issuer(world: World) -> Any:
    world.documents.clear()
    return sign(credential())


def expiring(moment: Any) -> Callable[[World], Any]:
    """A proof that says itself until when it is good; `expires` is signed like the rest of it."""

    def make(_world: World) -> Any:
        document = credential()
        options = SUITES["eddsa-rdfc-2022"].options(document, KEY, NOW - 30 * DAY) | {"expires": stamp(moment)}
        value = signer().sign(EDDSA_RDFC_2022.hash_data(document, options, Algorithm.EDDSA))
        return {**document, "proof": [{**options, "proofValue": "z" + base58.b58encode(value).decode()}]}

    return make


def clique(_world: World) -> Any:
    """Many pieces of evidence that say the same, so that only trying tells them apart."""
    return {**credential(evidence=[{"type": ["Evidence"], "name": "x"}] * 8), "proof": sign(credential())["proof"]}


def few(_world: World) -> Any:
    return sign(credential(evidence=[{"type": ["Evidence"], "name": "x"}, {"type": ["Evidence"], "name": "y"}]))


CASES = {
    "unreadable": Case(Verdict.UNREADABLE, lambda w: b"<html>hello</html>", good),
    "unreadable: nothing": Case(Verdict.UNREADABLE, lambda w: b"  \n", lambda w: b" \n" + to_bytes(good(w)) + b"\r\n"),
    "unreadable: a picture without": Case(
        Verdict.UNREADABLE,
        lambda w: picture(),
        lambda w: picture(good(w)),
    ),
    "ambiguous": Case(
        Verdict.AMBIGUOUS,
        lambda w: picture(good(w), sign(credential(name="Another"))),
        lambda w: picture(good(w), good(w)),
    ),
    "malformed": Case(Verdict.MALFORMED, lambda w: sign(credential(validFrom="2026-10-21")), good),
    "malformed: undefined term": Case(Verdict.MALFORMED, lambda w: {**good(w), "grade": "A+"}, good),
    "unsupported_context": Case(
        Verdict.UNSUPPORTED_CONTEXT, lambda w: put(good(w), "@context/2", "https://elsewhere.example/v1"), good
    ),
    "too_complex": Case(Verdict.TOO_COMPLEX, clique, few),
    "unsigned": Case(Verdict.UNSIGNED, lambda w: credential(), good),
    "unsupported_proof": Case(
        Verdict.UNSUPPORTED_PROOF, lambda w: put(good(w), "proof/0/cryptosuite", "bbs-2023"), good
    ),
    "issuer_unresolvable": Case(Verdict.ISSUER_UNRESOLVABLE, without_issuer, good),
    "issuer_unresolvable: of somebody else": Case(
        Verdict.ISSUER_UNRESOLVABLE, published(("id", "did:web:other.example")), published(("id", DID))
    ),
    "key_not_controlled_by_issuer": Case(
        Verdict.KEY_NOT_CONTROLLED_BY_ISSUER,
        lambda w: sign(credential(), LocalSigner(STRANGER_KEY, STRANGER)),
        lambda w: sign(credential(), LocalSigner(KEY, KEYS[Algorithm.EDDSA])),
    ),
    "key_not_controlled_by_issuer: in its document": Case(
        Verdict.KEY_NOT_CONTROLLED_BY_ISSUER,
        published(("verificationMethod/0/controller", "did:web:other.example")),
        published(("verificationMethod/0/controller", DID)),
    ),
    "unknown_key": Case(Verdict.UNKNOWN_KEY, published(("verificationMethod/0/id", f"{DID}#another")), published()),
    "key_not_authorised": Case(
        Verdict.KEY_NOT_AUTHORISED,
        published(("assertionMethod/0", ...), ("authentication", [KEY])),
        published(("authentication", [KEY])),
    ),
    "key_revoked": Case(
        Verdict.KEY_REVOKED,
        published(("verificationMethod/0/revoked", "2026-11-20T10:41:00Z")),
        published(("verificationMethod/0/revoked", "2026-11-20T10:43:00Z")),
    ),
    "key_revoked: expired": Case(
        Verdict.KEY_REVOKED,
        published(("verificationMethod/0/expires", "2026-11-20T10:42:00Z")),
        published(("verificationMethod/0/expires", "2026-11-21T10:42:00Z")),
    ),
    "signature_invalid": Case(
        Verdict.SIGNATURE_INVALID, lambda w: put(good(w), "credentialSubject/identifier/0/identityHash", "Eve"), good
    ),
    "signature_invalid: a key of the same name": Case(
        Verdict.SIGNATURE_INVALID, lambda w: sign(credential(), LocalSigner(KEY, STRANGER)), good
    ),
    "proof_expired": Case(Verdict.PROOF_EXPIRED, expiring(NOW - DAY), expiring(NOW + DAY)),
    "superseded": Case(Verdict.SUPERSEDED, current_version("New", NOW - DAY), current_version("Old", NOW - 31 * DAY)),
    "revoked": Case(Verdict.REVOKED, listed(94_567), listed(94_566, 94_568)),
    "suspended": Case(Verdict.SUSPENDED, with_purpose("suspension", 94_567), with_purpose("suspension", 7)),
    "not_yet_valid": Case(Verdict.NOT_YET_VALID, at(NOW - 31 * DAY), at(NOW)),
    "expired": Case(Verdict.EXPIRED, at(NOW + 701 * DAY), at(NOW)),
    "recipient_mismatch": Case(
        Verdict.RECIPIENT_MISMATCH, for_recipient("eve@example.org"), for_recipient(f" {EMAIL.title()} ")
    ),
    "status_unknown": Case(Verdict.STATUS_UNKNOWN, lambda w: (w.documents.pop(STATUS), good(w))[1], good),
    "status_unknown: a kind nobody knows": Case(
        Verdict.STATUS_UNKNOWN,
        lambda w: sign(credential(credentialStatus={"id": f"{STATUS}#1", "type": "JsonSchema"})),
        good,
    ),
    "revoked: in a list by its address": Case(Verdict.REVOKED, in_plain_list(ID), in_plain_list(f"{ID}x")),
    "superseded: by its refresh service": Case(Verdict.SUPERSEDED, refreshed(NOW - DAY), refreshed(NOW - 31 * DAY)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_document_produces_its_verdict_and_its_twin_does_not(case: Case, world: World) -> None:
    assert world.verdict(case.make(world)) == case.verdict


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_twin_stands(case: Case, world: World) -> None:
    assert world.verdict(case.twin(world)) == case.twin_verdict


def test_every_verdict_has_such_a_document() -> None:
    assert {case.verdict for case in CASES.values()} == set(Verdict) - {Verdict.VALID}


INDETERMINATE = {"unsupported_context", "unsupported_proof", "too_complex", "issuer_unresolvable", "status_unknown"}


@pytest.mark.parametrize("verdict", Verdict)
def test_the_outcome_of_a_verdict_is_the_one_that_was_promised(verdict: Verdict) -> None:
    promised = "valid" if verdict == "valid" else "indeterminate" if verdict in INDETERMINATE else "invalid"
    assert verdict.outcome is Outcome(promised)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_nothing_is_told_of_a_credential_whose_proof_has_not_passed(case: Case, world: World) -> None:
    report = world.verify(case.make(world))

    told = report.credential is not None
    assert told == (report.check("proof").result == "pass")
    assert (report.issuer.id is not None) == told


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize("language", ["it", "en"])
def test_every_report_can_be_said_in_both_languages(case: Case, language: str, world: World) -> None:
    report = world.verify(case.make(world))

    assert report.verdict.headline(language).endswith(".")
    assert all(check.sentence(language) for check in report.checks)


def test_a_token_is_judged_by_the_same_rules(world: World) -> None:
    world.publish(STATUS, status_list(94_567))

    assert world.verdict(token(credential())) == "revoked"


def test_a_newer_version_that_its_issuer_did_not_sign_supersedes_nothing(world: World) -> None:
    forged = {**sign(credential(name="New")), "validFrom": stamp(NOW - DAY)}
    world.publish(ID, forged)

    report = world.verify(sign(credential()))

    assert (report.verdict, report.check("supersession").code) == ("valid", "supersession_unclear")


@pytest.mark.parametrize(("minutes", "early", "late"), [(4, "valid", "valid"), (6, "not_yet_valid", "expired")])
def test_clocks_may_differ_by_five_minutes_at_either_end(minutes: int, early: str, late: str, world: World) -> None:
    apart = timedelta(minutes=minutes)

    assert world.verdict(sign(credential(validFrom=stamp(NOW + apart)))) == early
    assert world.verdict(sign(credential(validUntil=stamp(NOW - apart)))) == late


class TestPrecedence:
    """Of several verdicts the one is told that INTERFACE puts first."""

    def test_a_newer_version_is_told_before_the_revocation_of_the_old_one(self, world: World) -> None:
        data = current_version("New", NOW - DAY)(world)
        world.publish(STATUS, status_list(94_567))

        assert world.verdict(data) == "superseded"

    def test_a_revocation_is_told_before_an_expiry_and_a_wrong_recipient(self, world: World) -> None:
        world.publish(STATUS, status_list(94_567, validUntil="2099-01-01T00:00:00Z"))
        world.policy, world.now = Policy(recipient="eve@example.org"), NOW + 701 * DAY

        report = world.verify(sign(credential()))

        assert report.verdict == "revoked"
        found = [check.verdict for check in report.checks if check.verdict]
        assert found == ["revoked", "expired", "recipient_mismatch"]

    def test_an_expiry_is_told_before_a_status_that_nobody_knows(self, world: World) -> None:
        world.documents.pop(STATUS)
        world.now = NOW + 701 * DAY

        assert world.verdict(sign(credential())) == "expired"

    def test_a_fault_of_form_is_told_before_a_missing_signature(self, world: World) -> None:
        assert world.verdict(credential(grade="A+")) == "malformed"
