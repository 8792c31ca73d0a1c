"""A signed badge stands by a key that names its issuer and that its issuer names, and not by what a token says."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st
from openbadgeslib.keys import KeyFactory, KeyType
from openbadgeslib.ob2 import Assertion, IdentityObject, OB2Signer, Verification

from keys.encoding import base64url
from keys.key import Algorithm, PrivateKey
from tests.verifier.backpack import (
    BADGE,
    EMAIL,
    ISSUER,
    KEY,
    LIST,
    RSA,
    SIGNED,
    SITE,
    STRANGER,
    Elder,
    badge_class,
    compact,
    elder,
    issuer,
    key_document,
    revocation_list,
    signable,
)
from tests.verifier.published import KEYS, put, to_bytes
from tests.verifier.test_totality import VALUES, _paths, check_report
from verifier.policy import Policy
from verifier.verdict import Verdict

EVIL = "https://evil.example"
WEAK = PrivateKey(rsa.generate_private_key(65_537, 1024))  # Weak on purpose.


@dataclass(frozen=True)
class Case:
    """How to bring a verdict about, and a twin one change away."""

    verdict: Verdict
    make: Callable[[Elder], Any]
    twin: Callable[[Elder], Any]
    twin_verdict: Verdict = Verdict.VALID


def good(_world: Elder) -> Any:
    return compact(signable())


def signed(*, by: PrivateKey = RSA, **changes: Any) -> Callable[[Elder], Any]:
    return lambda _world: compact({k: v for k, v in signable(**changes).items() if v is not ...}, by)


def headed(**header: Any) -> Callable[[Elder], Any]:
    return lambda _world: compact(signable(), **header)


def under(url: str, document: Any, *, by: PrivateKey = RSA) -> Callable[[Elder], Any]:
    """The badge, signed by `by`, while `document` is at `url`."""

    def make(world: Elder) -> Any:
        world.publish(url, document)
        return compact(signable(), by)

    return make


def with_key(key: PrivateKey, **changes: Any) -> Callable[[Elder], Any]:
    return under(KEY, key_document(key, **changes), by=key)


def without(url: str) -> Callable[[Elder], Any]:
    def make(world: Elder) -> Any:
        del world.documents[url]
        return compact(signable())

    return make


def key_at(url: str, **changes: Any) -> Callable[[Elder], Any]:
    """The key at another address, which the issuer lists."""

    def make(world: Elder) -> Any:
        world.publish(url, key_document(id=url, **changes))
        world.publish(ISSUER, issuer(publicKey=url))
        return compact(signable(verification={"type": "signed", "creator": url}))

    return make


def taken_back(world: Elder) -> Any:
    world.gone[KEY] = b""
    return compact(signable())


def flipped(_world: Elder) -> Any:
    head, _, signature = compact(signable()).decode().split(".")
    other = put(signable(), "issuedOn", "2026-10-01T12:00:01Z")
    return f"{head}.{base64url(json.dumps(other).encode())}.{signature}".encode()


def unsigned(_world: Elder) -> Any:
    return signable()


def for_person(address: str) -> Callable[[Elder], Any]:
    def make(world: Elder) -> Any:
        world.policy = Policy(recipient=address)
        return compact(signable())

    return make


def two_keys(*, by: PrivateKey) -> Callable[[Elder], Any]:
    """Two keys are listed, and the badge does not say which one signed it."""

    def make(world: Elder) -> Any:
        world.publish(f"{SITE}/key2", key_document(STRANGER, id=f"{SITE}/key2"))
        world.publish(ISSUER, issuer(publicKey=[KEY, f"{SITE}/key2"]))
        return compact(signable(verification={"type": "SignedBadge"}), by)

    return make


REVOKED = {"id": SIGNED, "revocationReason": "Honor code violation."}
CASES = {
    "valid": Case(Verdict.VALID, good, flipped, Verdict.SIGNATURE_INVALID),
    "signed by a stranger": Case(Verdict.SIGNATURE_INVALID, signed(by=STRANGER), with_key(STRANGER)),
    "an ES256 key": Case(
        Verdict.VALID, with_key(KEYS[Algorithm.ES256]), signed(by=KEYS[Algorithm.ES256]), Verdict.SIGNATURE_INVALID
    ),
    "an Ed25519 key": Case(
        Verdict.VALID, with_key(KEYS[Algorithm.EDDSA]), signed(by=KEYS[Algorithm.EDDSA]), Verdict.SIGNATURE_INVALID
    ),
    "none": Case(Verdict.SIGNATURE_INVALID, headed(alg="none"), good),
    "HS256": Case(Verdict.SIGNATURE_INVALID, headed(alg="HS256"), good),
    "PS512": Case(Verdict.UNSUPPORTED_PROOF, headed(alg="PS512"), good),
    "a key in the header": Case(Verdict.MALFORMED, headed(jwk=STRANGER.public().jwk()), headed(typ="JWT")),
    "a key's address in the header": Case(Verdict.MALFORMED, headed(jku=f"{EVIL}/jwks"), headed(kid="whatever")),
    "critical": Case(Verdict.MALFORMED, headed(crit=["x"]), good),
    "not signed": Case(Verdict.UNSIGNED, unsigned, good),
    "a key of somebody else": Case(
        Verdict.KEY_NOT_CONTROLLED_BY_ISSUER, with_key(RSA, owner=f"{EVIL}/issuer"), with_key(RSA, owner={"id": ISSUER})
    ),
    "a key elsewhere": Case(Verdict.KEY_NOT_CONTROLLED_BY_ISSUER, key_at(f"{EVIL}/key"), key_at(f"{SITE}/keys/2")),
    "a key that is not listed": Case(
        Verdict.KEY_NOT_AUTHORISED,
        under(ISSUER, issuer(publicKey=f"{SITE}/key2")),
        under(ISSUER, issuer(publicKey=KEY)),
    ),
    "no key": Case(
        Verdict.UNKNOWN_KEY,
        lambda world: (world.publish(ISSUER, issuer(publicKey=[])), compact(signable(verification={"type": "signed"})))[
            1
        ],
        signed(verification={"type": "signed"}),
    ),
    "a weak key": Case(Verdict.UNKNOWN_KEY, with_key(WEAK), with_key(RSA)),
    "a key that is none": Case(Verdict.UNKNOWN_KEY, under(KEY, key_document(publicKeyPem="-----BEGIN")), good),
    "another key there": Case(Verdict.UNKNOWN_KEY, under(KEY, key_document(id=f"{SITE}/key2")), good),
    "a key taken back": Case(Verdict.KEY_REVOKED, taken_back, good),
    "a key that says so": Case(Verdict.KEY_REVOKED, with_key(RSA, revoked=True), with_key(RSA, revoked=False)),
    "no key document": Case(Verdict.ISSUER_UNRESOLVABLE, without(KEY), good),
    "a key in the profile": Case(
        Verdict.VALID,
        lambda world: (without(KEY)(world), under(ISSUER, issuer(publicKey=key_document()))(world))[1],
        lambda world: (without(KEY)(world), under(ISSUER, issuer(publicKey={"id": KEY}))(world))[1],
        Verdict.ISSUER_UNRESOLVABLE,
    ),
    "the second of two keys": Case(Verdict.VALID, two_keys(by=STRANGER), two_keys(by=WEAK), Verdict.SIGNATURE_INVALID),
    "no badge class": Case(Verdict.ISSUER_UNRESOLVABLE, without(BADGE), good),
    "no issuer": Case(Verdict.ISSUER_UNRESOLVABLE, without(ISSUER), good),
    "another issuer's class": Case(
        Verdict.KEY_NOT_AUTHORISED,
        lambda world: (
            world.publish(f"{EVIL}/i", issuer(id=f"{EVIL}/i", publicKey=[])),
            under(BADGE, badge_class(issuer=f"{EVIL}/i"))(world),
        )[1],
        under(BADGE, badge_class(issuer={"id": ISSUER, "type": "Profile"})),
    ),
    "revoked": Case(Verdict.REVOKED, under(LIST, revocation_list(SIGNED)), under(LIST, revocation_list(SIGNED + "0"))),
    "revoked with a reason": Case(Verdict.REVOKED, under(LIST, revocation_list("x:y", REVOKED)), good),
    "revoked by uid": Case(
        Verdict.REVOKED,
        lambda world: (under(LIST, revocation_list({"uid": "u1"}))(world), compact(signable(uid="u1")))[1],
        lambda world: (under(LIST, revocation_list({"uid": "u1"}))(world), compact(signable(uid="u2")))[1],
    ),
    "revoked, it says itself": Case(Verdict.REVOKED, signed(revoked=True), signed(revoked=False)),
    "no list to be had": Case(
        Verdict.STATUS_UNKNOWN,
        without(LIST),
        lambda world: (without(LIST)(world), under(ISSUER, issuer(revocationList=None))(world))[1],
    ),
    "a list over http": Case(
        Verdict.STATUS_UNKNOWN, under(ISSUER, issuer(revocationList=LIST.replace("https", "http"))), good
    ),
    "a list that answers over http": Case(
        Verdict.STATUS_UNKNOWN,
        lambda world: (
            world.publish(LIST.replace("https", "http"), revocation_list()),
            under(ISSUER, issuer(revocationList=LIST.replace("https", "http")))(world),
        )[1],
        good,
    ),
    "no way to verify": Case(
        Verdict.MALFORMED, lambda _world: signable(verification={"type": "blockchain"}), unsigned, Verdict.UNSIGNED
    ),
    "a list of somebody else": Case(
        Verdict.STATUS_UNKNOWN,
        under(LIST, revocation_list(issuer=f"{EVIL}/i")),
        under(LIST, revocation_list(issuer=None)),
    ),
    "a list of nothing": Case(Verdict.STATUS_UNKNOWN, under(LIST, revocation_list({"reason": "x"})), good),
    "a list that names nothing": Case(
        Verdict.STATUS_UNKNOWN, under(LIST, revocation_list({"id": None})), under(LIST, revocation_list({"id": "x:y"}))
    ),
    "a list that is none": Case(
        Verdict.STATUS_UNKNOWN,
        under(LIST, revocation_list(revokedAssertions=None)),
        under(LIST, revocation_list(revokedAssertions=[])),
    ),
    "revoked in other letters": Case(Verdict.REVOKED, under(LIST, revocation_list(SIGNED.upper())), good),
    "a list that is a page": Case(Verdict.STATUS_UNKNOWN, under(LIST, b"<html>"), good),
    "expired": Case(Verdict.EXPIRED, signed(expires="2026-11-01T00:00:00Z"), signed(expires=...)),
    "not yet": Case(
        Verdict.NOT_YET_VALID, signed(issuedOn="2027-01-01T00:00:00Z"), signed(issuedOn="2026-01-01T00:00:00Z")
    ),
    "somebody else's": Case(Verdict.RECIPIENT_MISMATCH, for_person("bob@example.org"), for_person(EMAIL)),
    "malformed": Case(Verdict.MALFORMED, signed(recipient=...), good),
    "both ways": Case(Verdict.MALFORMED, signed(verification={"type": ["signed", "hosted"]}), good),
    "a credential inside": Case(
        Verdict.MALFORMED, signed(vc={"@context": "https://www.w3.org/2018/credentials/v1"}), good
    ),
    "another vocabulary": Case(
        Verdict.UNSUPPORTED_CONTEXT, signed(**{"@context": ["https://w3id.org/openbadges/v2", f"{EVIL}/c"]}), good
    ),
    "a class of its own": Case(
        Verdict.VALID,
        signed(badge=badge_class(id="urn:uuid:5")),
        signed(badge="urn:uuid:5"),
        Verdict.ISSUER_UNRESOLVABLE,
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_verdict_has_a_badge_that_brings_it_about(case: Case) -> None:
    world = elder()
    made = case.make(world)

    report = world.verify(made)

    assert report.verdict is case.verdict
    check_report(report)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_its_twin_has_another(case: Case) -> None:
    world = elder()
    made = case.twin(world)

    assert world.verify(made).verdict is case.twin_verdict


def test_four_documents_are_asked_for_and_no_assertion() -> None:
    world = elder()

    report = world.verify(compact(signable()))

    assert world.asked == [BADGE, ISSUER, KEY, LIST]
    assert report.check("key").note == KEY


def test_the_class_and_issuer_told_are_the_published_ones() -> None:
    world = elder()
    held = badge_class(name="An older name", issuer=issuer(name="An older issuer"))

    report = world.verify(compact(signable(badge=held)))

    assert (report.credential or {})["badge"]["name"] == "3-D Printmaster"
    assert report.issuer.name == "Officina del Po"


@pytest.mark.parametrize("header", [{"jku": f"{EVIL}/jwks"}, {"x5u": f"{EVIL}/x"}, {"kid": "file:///etc/passwd"}])
def test_nobody_is_asked_for_what_a_header_says(header: dict[str, str]) -> None:
    world = elder()

    world.verify(compact(signable(), **header))

    assert not [url for url in world.asked if not url.startswith(SITE)]


def test_no_more_keys_are_tried_than_a_few() -> None:
    world = elder()
    names = [f"{SITE}/key{number}" for number in range(8)]
    for name in names:
        world.publish(name, key_document(STRANGER, id=name))
    world.publish(ISSUER, issuer(publicKey=[*names, KEY]))

    assert world.verdict(compact(signable(verification={"type": "signed"}))) == "signature_invalid"
    assert [url for url in world.asked if "key" in url] == names[:3]


@pytest.mark.parametrize(
    ("kind", "algorithm"), [(KeyType.RSA, "RS256"), (KeyType.ECC, "ES256"), (KeyType.ED25519, "EdDSA")]
)
def test_a_badge_of_another_maker_stands(kind: KeyType, algorithm: str) -> None:
    made = KeyFactory(kind)
    private, public = made.generate_keypair()
    assertion = Assertion(
        recipient=IdentityObject.create(EMAIL, "salty"), badge=BADGE,
        verification=Verification("SignedBadge", KEY), issued_on=datetime(2026, 10, 1, tzinfo=UTC),
    )  # fmt: skip
    world = elder()
    world.publish(KEY, key_document(publicKeyPem=public.decode()))
    world.policy = Policy(recipient=EMAIL)
    token = OB2Signer(private, algorithm).sign(assertion)

    report = world.verify(token.encode())

    assert report.verdict is Verdict.VALID
    assert report.check("proof").values == {"suite": algorithm}
    assert report.check("recipient").result == "pass"


@settings(max_examples=200, deadline=None)
@given(path=st.sampled_from(_paths(signable())), value=VALUES)
def test_no_member_can_be_changed_under_a_signature(path: str, value: Any) -> None:
    world = elder()
    changed = put(signable(), path, value)
    head, _, signature = compact(signable()).decode().split(".")
    token = f"{head}.{base64url(json.dumps(changed).encode())}.{signature}"

    report = world.verify(token.encode())

    check_report(report)
    assert report.outcome != "valid" or json.dumps(changed) == json.dumps(signable())


@settings(max_examples=200, deadline=None)
@given(place=st.integers(0, len(compact(signable())) - 1), letter=st.sampled_from(b"AZaz09-_.="))
def test_no_letter_of_a_token_can_be_changed(place: int, letter: int) -> None:
    token = bytearray(compact(signable()))
    token[place] = letter

    report = elder().verify(bytes(token))

    check_report(report)
    assert report.outcome != "valid" or bytes(token) == compact(signable())


@settings(max_examples=150, deadline=None)
@given(path=st.sampled_from(_paths(signable())), value=VALUES)
def test_whatever_an_issuer_signs_makes_a_report(path: str, value: Any) -> None:
    report = elder().verify(compact(put(signable(), path, value)))

    check_report(report)
    assert all(check.code != "internal" for check in report.checks)


@settings(max_examples=150, deadline=None)
@given(url=st.sampled_from([KEY, LIST, ISSUER, BADGE]), data=st.data(), value=VALUES)
def test_any_answer_of_the_site_makes_a_report(url: str, data: Any, value: Any) -> None:
    world = elder()
    document = json.loads(world.documents[url])
    world.documents[url] = to_bytes(put(document, data.draw(st.sampled_from(_paths(document))), value))

    report = world.verify(compact(signable()))

    check_report(report)
    assert all(check.code != "internal" for check in report.checks)
