"""A hosted badge is what its issuer's site says today; whoever hands it in is believed for nothing but the address."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verifier.backpack import (
    ASSERTION,
    BADGE,
    EMAIL,
    ISSUER,
    KEY,
    SITE,
    V1,
    V2,
    Elder,
    badge_class,
    compact,
    elder,
    hosted,
    issuer,
)
from tests.verifier.published import NOW, put, to_bytes
from tests.verifier.test_totality import VALUES, check_report
from verifier.ob2.difference import differences
from verifier.policy import Policy
from verifier.verdict import Outcome, Verdict

EVIL = "https://evil.example"


@dataclass(frozen=True)
class Case:
    """How to bring a verdict about, and a twin one change away."""

    verdict: Verdict
    make: Callable[[Elder], Any]
    twin: Callable[[Elder], Any]
    twin_verdict: Verdict = Verdict.VALID


def good(_world: Elder) -> Any:
    return hosted()


def on_site(**changes: Any) -> Callable[[Elder], Any]:
    """The site and the copy that is handed in say the same, which is other than usual."""

    def make(world: Elder) -> Any:
        made = {name: value for name, value in hosted(**changes).items() if value is not ...}
        world.publish(ASSERTION, made)
        return made

    return make


def handed_in(**changes: Any) -> Callable[[Elder], Any]:
    return lambda _world: hosted(**changes)


def by(**changes: Any) -> Callable[[Elder], Any]:
    """The issuer's profile says something else."""

    def make(world: Elder) -> Any:
        world.publish(ISSUER, issuer(**changes))
        return hosted()

    return make


def elsewhere(**scope: Any) -> Callable[[Elder], Any]:
    """A badge on another site, under a class of the issuer, whose profile has this `verification`."""

    def make(world: Elder) -> Any:
        made = hosted(id=f"{EVIL}/people/mallory/1")
        world.publish(made["id"], made)
        world.publish(ISSUER, issuer(**({"verification": scope} if scope else {})))
        return made

    return make


def gone(body: Any) -> Callable[[Elder], Any]:
    def make(world: Elder) -> Any:
        del world.documents[ASSERTION]
        world.gone[ASSERTION] = body if isinstance(body, bytes) else to_bytes(body)
        return hosted()

    return make


def without(url: str) -> Callable[[Elder], Any]:
    def make(world: Elder) -> Any:
        del world.documents[url]
        return hosted()

    return make


def found_at(url: str, document: Any) -> Callable[[Elder], Any]:
    def make(world: Elder) -> Any:
        world.publish(url, document)
        return hosted()

    return make


def asked_about(person: str) -> Callable[[Elder], Any]:
    def make(world: Elder) -> Any:
        world.policy = Policy(recipient=person)
        return hosted()

    return make


def at(moment: Any) -> Callable[[Elder], Any]:
    def make(world: Elder) -> Any:
        world.now = moment
        return hosted()

    return make


def insecure(_world: Elder) -> Any:
    return hosted(id=ASSERTION.replace("https:", "http:"))


OTHER = hosted()["recipient"] | {"identity": "sha256$" + "0" * 64}
REST = {"@context": V2, "type": "Assertion", "id": ASSERTION, "revoked": True}
"""What is handed in of a badge that the issuer had revoked, and shows again."""
CASES = {
    "valid": Case(Verdict.VALID, good, handed_in(issuedOn="2026-10-02T12:00:00Z"), Verdict.SIGNATURE_INVALID),
    "differs: recipient": Case(Verdict.SIGNATURE_INVALID, handed_in(recipient=OTHER), on_site(recipient=OTHER)),
    "differs: badge": Case(
        Verdict.SIGNATURE_INVALID, handed_in(badge=f"{SITE}/badges/6"), handed_in(badge={"id": BADGE})
    ),
    "differs: a longer term": Case(
        Verdict.SIGNATURE_INVALID,
        handed_in(expires="2038-10-01T12:00:00Z"),
        handed_in(expires="2028-10-01T14:00:00+02:00"),
    ),
    "differs: the name of the badge": Case(
        Verdict.SIGNATURE_INVALID, handed_in(badge=badge_class(name="Doctor")), handed_in(badge=badge_class())
    ),
    "differs: the issuer": Case(
        Verdict.SIGNATURE_INVALID,
        handed_in(badge=badge_class(issuer=issuer(name="University"))),
        handed_in(badge=badge_class(issuer=issuer())),
    ),
    "differs: evidence": Case(
        Verdict.SIGNATURE_INVALID, handed_in(evidence=[f"{EVIL}/w"]), handed_in(evidence=[{"id": f"{SITE}/made/123"}])
    ),
    "differs: signed there": Case(
        Verdict.SIGNATURE_INVALID, found_at(ASSERTION, hosted(verification={"type": "signed"})), good
    ),
    "another id there": Case(Verdict.SIGNATURE_INVALID, found_at(ASSERTION, hosted(id=f"{SITE}/x")), good),
    "another id there, revoked": Case(
        Verdict.SIGNATURE_INVALID,
        found_at(ASSERTION, hosted(id=f"{SITE}/x", revoked=True)),
        found_at(ASSERTION, hosted(revoked=True)),
        Verdict.REVOKED,
    ),
    "signed there, and not said": Case(
        Verdict.SIGNATURE_INVALID,
        lambda world: (world.publish(ASSERTION, hosted(verification={"type": "signed"})), REST)[1],
        lambda _world: REST,
    ),
    "an issuer without an e-mail address": Case(Verdict.MALFORMED, by(email=None), by(email="a@b.example")),
    "a word spelt otherwise": Case(
        Verdict.MALFORMED, handed_in(**{"sec:expiration": "2038-01-01T00:00:00Z"}), handed_in(expiration="2038")
    ),
    "a word of the class spelt otherwise": Case(
        Verdict.MALFORMED, handed_in(badge={"id": BADGE, "schema:name": "Doctor"}), handed_in(badge={"id": BADGE})
    ),
    "a word of the issuer spelt out": Case(
        Verdict.MALFORMED,
        handed_in(badge=[{"id": BADGE, "issuer": {"id": ISSUER, "http://schema.org/name": "University"}}]),
        handed_in(badge={"id": BADGE, "issuer": {"id": ISSUER, "extensions:name": "University"}}),
    ),
    "words of its own, deeper": Case(
        Verdict.MALFORMED,
        handed_in(badge={"@context": {"name": None, "title": "schema:name"}, "id": BADGE, "title": "Doctor"}),
        handed_in(badge={"@context": V2, "id": BADGE, "title": "Doctor"}),
    ),
    "gone": Case(Verdict.REVOKED, gone(b""), good),
    "gone, with a reason": Case(Verdict.REVOKED, gone({"id": ASSERTION, "revocationReason": "Error."}), good),
    "revoked": Case(Verdict.REVOKED, on_site(revoked=True), on_site(revoked=False)),
    "nothing left but that": Case(
        Verdict.REVOKED,
        on_site(revoked=True, recipient=..., badge=..., issuedOn=..., verification=...),
        on_site(revoked=False, recipient=..., badge=..., issuedOn=..., verification=...),
        Verdict.MALFORMED,
    ),
    "no assertion": Case(Verdict.ISSUER_UNRESOLVABLE, without(ASSERTION), good),
    "no badge class": Case(Verdict.ISSUER_UNRESOLVABLE, without(BADGE), good),
    "no issuer": Case(Verdict.ISSUER_UNRESOLVABLE, without(ISSUER), good),
    "over http": Case(Verdict.ISSUER_UNRESOLVABLE, insecure, good),
    "a page": Case(Verdict.ISSUER_UNRESOLVABLE, found_at(ASSERTION, b"<html>"), good),
    "an issuer of another id": Case(Verdict.ISSUER_UNRESOLVABLE, by(id=f"{SITE}/x"), by(name="Another name")),
    "elsewhere": Case(
        Verdict.KEY_NOT_CONTROLLED_BY_ISSUER, elsewhere(), elsewhere(allowedOrigins=["elder.example", "evil.example"])
    ),
    "not on the origins": Case(
        Verdict.KEY_NOT_CONTROLLED_BY_ISSUER, by(verification={"allowedOrigins": "badges.elder.example"}),
        by(verification={"allowedOrigins": "elder.example"}),
    ),
    "another tenant's": Case(
        Verdict.KEY_NOT_CONTROLLED_BY_ISSUER, elsewhere(startsWith=f"{EVIL}/people/ada/"),
        elsewhere(startsWith=[f"{EVIL}/people/ada/", f"{EVIL}/people/mallory/"]),
    ),
    "both must hold": Case(
        Verdict.KEY_NOT_CONTROLLED_BY_ISSUER,
        elsewhere(startsWith=f"{EVIL}/people/", allowedOrigins="elder.example"),
        elsewhere(startsWith=f"{EVIL}/people/", allowedOrigins="evil.example"),
    ),
    "a prefix of a name": Case(
        Verdict.KEY_NOT_CONTROLLED_BY_ISSUER, elsewhere(startsWith="https://evil.exam"), elsewhere(startsWith=EVIL)
    ),
    "a class elsewhere": Case(
        Verdict.KEY_NOT_CONTROLLED_BY_ISSUER,
        lambda world: (world.publish(f"{EVIL}/b", badge_class(id=f"{EVIL}/b")), on_site(badge=f"{EVIL}/b")(world))[1],
        lambda world: (world.publish(f"{SITE}/b", badge_class(id=f"{SITE}/b")), on_site(badge=f"{SITE}/b")(world))[1],
    ),
    "expired": Case(Verdict.EXPIRED, on_site(expires="2026-11-19T12:00:00Z"), on_site(expires="2026-11-21T12:00:00Z")),
    "not yet": Case(
        Verdict.NOT_YET_VALID, on_site(issuedOn="2026-11-21T12:00:00Z"), on_site(issuedOn="2026-11-20T10:45:00Z")
    ),
    "somebody else's": Case(Verdict.RECIPIENT_MISMATCH, asked_about("bob@example.org"), asked_about("Ada@Example.org")),
    "malformed": Case(Verdict.MALFORMED, on_site(issuedOn="yesterday"), on_site(issuedOn="2026-11-19T00:00Z")),
    "a class without criteria": Case(Verdict.MALFORMED, found_at(BADGE, badge_class(criteria=None)), good),
    "a context of one's own": Case(
        Verdict.UNSUPPORTED_CONTEXT, handed_in(**{"@context": [V2, {"revoked": None}]}), handed_in(**{"@context": [V2]})
    ),
    "both worlds": Case(
        Verdict.MALFORMED, handed_in(type=["Assertion", "VerifiableCredential"]), handed_in(type=["Assertion"])
    ),
    "both contexts": Case(
        Verdict.MALFORMED, handed_in(**{"@context": [V2, "https://www.w3.org/ns/credentials/v2"]}), good
    ),
}  # fmt: skip


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


def test_what_is_told_is_what_the_site_says() -> None:
    world = elder()
    world.publish(ASSERTION, hosted(narrative="Printed a gear."))

    report = world.verify(hosted(evidence=None))

    told = report.credential or {}
    assert told["narrative"] == "Printed a gear."
    assert told["evidence"] == hosted()["evidence"]
    assert told["badge"]["name"] == "3-D Printmaster"
    assert told["badge"]["issuer"]["name"] == "Officina del Po"
    assert (report.issuer.id, report.issuer.name, report.issuer.trust) == (ISSUER, "Officina del Po", "unknown")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", f"{SITE}/x"),
        ("recipient", OTHER),
        ("issuedOn", "2026-10-01T12:00:01Z"),
        ("expires", "2028-10-01T12:00:01Z"),
        ("evidence", [f"{SITE}/made/123", f"{SITE}/made/124"]),
        ("narrative", "Printed a gear."),
        ("verification", {"type": "signed"}),
        ("badge/id", f"{SITE}/badges/6"),
        ("badge/name", "Doctor"),
        ("badge/description", "For nothing."),
        ("badge/criteria", f"{SITE}/criteria"),
        ("badge/tags", ["printing"]),
        ("badge/image", f"{SITE}/other.png"),
        ("badge/issuer/id", f"{EVIL}/issuer"),
        ("badge/issuer/name", "University"),
        ("badge/issuer/url", EVIL),
        ("badge/issuer/email", "x@evil.example"),
        ("badge/issuer/description", "The best."),
        ("badge/issuer/image", f"{EVIL}/logo.png"),
    ],
)
def test_whatever_is_shown_and_differs_is_named(path: str, value: Any) -> None:
    whole = hosted(badge=badge_class(issuer=issuer()))

    assert differences(whole, whole) == []
    assert differences(put(whole, path, value), whole) == [path]


def test_nothing_is_told_of_a_badge_that_is_not_what_the_site_says() -> None:
    report = elder().verify(hosted(recipient=OTHER))

    assert (report.credential, report.issuer.id) == (None, None)
    assert report.check("proof").sentence("en") == "This is not what the issuer’s site says."
    assert "recipient" in report.check("proof").note


def test_an_issuer_is_known_by_its_address() -> None:
    world = elder()
    world.policy = replace(world.policy, known_issuers={ISSUER: "Officina del Po, Torino"})

    assert world.verify(hosted()).issuer.trust == "known"
    assert world.verify(hosted()).check("issuer").values["name"] == "Officina del Po, Torino"


def test_a_reason_for_taking_it_back_is_told() -> None:
    world = elder()
    made = gone({"id": ASSERTION, "revoked": True, "revocationReason": "Awarded by mistake."})(world)

    report = world.verify(made)

    assert report.check("status").sentence("en") == (
        "The issuer’s site says that it was revoked, with the reason: Awarded by mistake."
    )
    assert report.check("proof").code == "not_reached"


def test_three_documents_are_asked_for_and_each_once() -> None:
    world = elder()

    world.verify(hosted())

    assert world.asked == [ASSERTION, BADGE, ISSUER]


def test_an_address_alone_is_enough() -> None:
    bare = {"@context": V2, "type": "Assertion", "id": ASSERTION, "verification": {"type": "hosted"}}

    assert elder().verdict(bare) == "valid"


def test_a_badge_over_http_is_never_asked_for() -> None:
    world = elder()

    report = world.verify(insecure(world))

    assert world.asked == []
    assert "only https is asked" in report.check("key").note


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/assertions/123",
        "https://2130706433/assertions/123",
        "https://ada:secret@elder.example/assertions/123",
        "https://elder.example\\@evil.example/",
        "https://ELDER.example/assertions/123",
        "file:///etc/passwd",
        "urn:uuid:0f8b7f34-9c2b-4f6c-9a24-3f4a4a1f7b11",
    ],
)
def test_e4_an_address_that_could_be_read_in_two_ways_is_never_asked(url: str) -> None:
    world = elder()
    world.publish(url, hosted(id=url))

    report = world.verify(hosted(id=url))

    assert report.verdict == "issuer_unresolvable"
    assert world.asked == []


@pytest.mark.parametrize("path", ["/../mallory/1", "/./1", "/%2e%2e/mallory/1", "/..;/mallory/1", "/..;a=b/m/1"])
def test_a_path_that_climbs_out_of_a_scope_is_no_address(path: str) -> None:
    world = elder()
    made = hosted(id=f"{EVIL}/people/ada{path}")
    world.publish(made["id"], made)
    world.publish(ISSUER, issuer(verification={"startsWith": f"{EVIL}/people/ada/"}))

    assert world.verdict(made) == "issuer_unresolvable"


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_hosted_badge_of_before_2_0_is_judged_by_the_same_rules(version: str) -> None:
    world = elder()
    made = {
        "uid": "x1", "recipient": hosted()["recipient"], "badge": BADGE, "issuedOn": 1_790_000_000,
        "verify": {"type": "hosted", "url": ASSERTION},
    }  # fmt: skip
    if version == "1.1":
        made = {"@context": V1, "type": "Assertion", "id": ASSERTION, **made}
    plain = {"@context", "type", "id", "email", "publicKey", "revocationList"}
    world.publish(ASSERTION, made)
    world.publish(BADGE, {name: value for name, value in badge_class().items() if name not in plain})
    world.publish(ISSUER, {name: value for name, value in issuer().items() if name not in plain})

    assert world.verdict(made) == "valid"
    assert world.verdict(put(made, "issuedOn", 1_790_000_001)) == "signature_invalid"


@pytest.mark.parametrize("context", [V1, None], ids=["1.1", "1.0"])
def test_what_says_in_the_words_of_two_versions_how_to_verify_it_is_malformed(context: str | None) -> None:
    world, both = elder(), {"verification": {"type": "SignedBadge", "creator": KEY}}
    made = {
        "@context": context, "type": "Assertion", "id": ASSERTION, "uid": "x1", "recipient": hosted()["recipient"],
        "badge": BADGE, "issuedOn": hosted()["issuedOn"], "verify": {"type": "hosted", "url": ASSERTION},
    }  # fmt: skip
    world.publish(ASSERTION, made)

    assert world.verdict(made) == "valid"
    assert world.verdict({**made, **both}) == "malformed"
    assert world.verdict(compact({**made, **both})) == "malformed"
    world.publish(ASSERTION, {**made, **both})
    assert world.verdict(made) == "malformed"


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"verify": {"type": "signed", "url": f"{SITE}/key.pem"}}, "unsupported_proof"),
        ({"recipient": "sha256$" + "0" * 64, "salt": "x"}, "unsupported_context"),
    ],
    ids=["signed 1.0", "0.5"],
)
def test_what_is_older_and_has_no_plain_rules_is_not_judged(changes: dict[str, Any], verdict: str) -> None:
    made = {"uid": "x1", "recipient": hosted()["recipient"], "badge": BADGE, "issuedOn": 1, **changes}

    report = elder().verify(made)

    assert (report.verdict, report.outcome) == (verdict, Outcome.INDETERMINATE)


def test_endorsements_are_told_and_not_followed() -> None:
    world = elder()
    world.publish(BADGE, badge_class(endorsement=f"{EVIL}/endorsement"))

    report = world.verify(hosted())

    assert report.check("endorsement").code == "endorsement_not_checked"
    assert f"{EVIL}/endorsement" not in world.asked
    assert elder().verify(hosted()).check("endorsement").code == "endorsement_none"


PEOPLE = [
    ({"type": "email", "hashed": False, "identity": EMAIL}, EMAIL, True),
    ({"type": "email", "hashed": False, "identity": EMAIL}, "bob@example.org", False),
    ({"type": "email", "hashed": False, "identity": "Ada@Example.org"}, "ada@EXAMPLE.org", True),
    ({"type": "url", "hashed": False, "identity": "https://ada.example/Ada"}, "https://ada.example/ada", False),
    ({"type": "url", "hashed": False, "identity": "https://ada.example/"}, "https://ada.example/", True),
    ({"type": "url", "hashed": False, "identity": "https://ada.example/"}, EMAIL, None),
    ({"type": "telephone", "hashed": False, "identity": "+39011123456"}, "+39011123456", True),
    ({"type": "email", "hashed": True, "identity": "md5$0a2f3aa3f2fa9d71b5b3b1d7f1b1b3f9"}, EMAIL, False),
]


@pytest.mark.parametrize(("recipient", "asked", "belongs"), PEOPLE)
def test_a_recipient_is_compared_as_it_is_told(recipient: dict[str, Any], asked: str, belongs: bool | None) -> None:
    world = elder()
    made = on_site(recipient=recipient)(world)
    world.policy = Policy(recipient=asked)

    check = world.verify(made).check("recipient")

    assert check.code == {True: "recipient", False: "recipient_mismatch", None: "recipient_untold"}[belongs]


def test_a_plain_address_without_salt_is_hashed_as_it_is() -> None:
    import hashlib

    world = elder()
    world.policy = Policy(recipient=EMAIL)
    digest = hashlib.md5(EMAIL.encode(), usedforsecurity=False).hexdigest().upper()
    made = on_site(recipient={"type": "email", "hashed": True, "identity": f"md5${digest}"})(world)

    assert world.verify(made).check("recipient").code == "recipient"


def test_clocks_may_differ_by_minutes() -> None:
    world = elder()
    world.now = NOW
    made = on_site(expires=(NOW - timedelta(minutes=4)).isoformat())(world)

    assert world.verdict(made) == "valid"


@settings(max_examples=150, deadline=None)
@given(document=VALUES | st.dictionaries(st.sampled_from(sorted(hosted())), VALUES).map(lambda more: hosted(**more)))
def test_any_json_makes_a_report_and_is_valid_only_as_the_site_has_it(document: Any) -> None:
    world = elder()

    report = world.verify(document)

    check_report(report)
    assert all(check.code != "internal" for check in report.checks)
    assert report.outcome != "valid" or (report.credential or {})["recipient"] == hosted()["recipient"]


@settings(max_examples=150, deadline=None)
@given(
    url=st.sampled_from([ASSERTION, BADGE, ISSUER]),
    name=st.sampled_from(sorted({*hosted(), *badge_class(), *issuer()})),
    value=VALUES,
)
def test_any_answer_of_the_site_makes_a_report(url: str, name: str, value: Any) -> None:
    world = elder()
    world.publish(url, {**json.loads(world.documents[url]), name: value})

    report = world.verify(hosted())

    check_report(report)
    assert all(check.code != "internal" for check in report.checks)


@pytest.mark.parametrize("language", ["it", "en"])
def test_nobody_is_told_that_a_hosted_badge_is_signed(language: str) -> None:
    signed, unsigned = {"it": ("firmat", "non è firmato"), "en": ("signed", "not signed")}[language]
    for case in CASES.values():
        world = elder()
        report = world.verify(case.make(world))
        told = " ".join(check.sentence(language) for check in report.checks)
        assert signed not in told.lower().replace(unsigned, "")
