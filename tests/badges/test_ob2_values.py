"""What Open Badges 2.0 asks of each object is asked of it, and every fault is told with its place."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from badges.datatypes import is_email, is_identity_hash, is_iri, is_picture, is_url, read_moment
from badges.ob1 import upgraded
from badges.ob2 import ASSERTION, BADGE_CLASS, PROFILE, check_key, check_revocation_list
from badges.ob2 import read_assertion as assertion_of
from badges.ob2 import read_badge as badge_of
from badges.ob2 import read_profile as profile_of
from badges.problem import BadgeError, Malformed, UnsupportedContext, UnsupportedProof
from badges.vocabulary import V1, V2
from tests.verifier.backpack import (
    ASSERTION as URL,
)
from tests.verifier.backpack import (
    BADGE,
    ISSUER,
    KEY,
    badge_class,
    hosted,
    issuer,
    key_document,
    revocation_list,
    signable,
)
from tests.verifier.published import put

PNG = "data:image/png;base64,iVBORw0KGgo="


def fault_of(read: Any, document: dict[str, Any]) -> str:
    with pytest.raises(BadgeError) as found:
        read(document)
    return found.value.detail


def test_an_assertion_is_read_with_what_it_says() -> None:
    found = assertion_of(signable())

    assert (found.badge, found.creator, found.hosted) == (BADGE, KEY, False)
    assert found.issued == datetime(2026, 10, 1, 12, tzinfo=UTC)
    assert assertion_of(hosted()).hosted


@pytest.mark.parametrize("name", ["id", "recipient", "badge", "verification", "issuedOn"])
def test_an_assertion_has_what_is_required(name: str) -> None:
    assert fault_of(assertion_of, put(hosted(), name, ...)) == f"{name} is missing."
    assert ASSERTION[name].required


@pytest.mark.parametrize("name", ["id", "issuer", "name", "description", "image", "criteria"])
def test_a_badge_class_has_what_is_required(name: str) -> None:
    assert fault_of(badge_of, put(badge_class(), name, ...)) == f"badge/{name} is missing."
    assert BADGE_CLASS[name].required


@pytest.mark.parametrize("name", ["id", "name", "url", "email"])
def test_an_issuer_has_what_is_required(name: str) -> None:
    assert fault_of(profile_of, put(issuer(), name, ...)) == f"issuer/{name} is missing."
    assert PROFILE[name].required


@pytest.mark.parametrize("name", ["id", "owner", "publicKeyPem"])
def test_a_key_has_what_is_required(name: str) -> None:
    check_key(key_document())
    assert fault_of(check_key, put(key_document(), name, ...)) == f"key/{name} is missing."


def test_a_list_of_revoked_assertions_says_which() -> None:
    check_revocation_list(revocation_list())
    detail = fault_of(check_revocation_list, put(revocation_list(), "revokedAssertions", ...))

    assert detail == "revocationList/revokedAssertions is missing."


FAULTS = [
    (assertion_of, hosted, "id", "assertions/123", "id is not a full identifier"),
    (assertion_of, hosted, "issuedOn", "2026-10-01T12:00:00", "issuedOn is not a date and time with a zone"),
    (assertion_of, hosted, "issuedOn", 1_790_000_000, "issuedOn is not a date and time with a zone"),
    (assertion_of, hosted, "expires", "2026-02-30T00:00:00Z", "expires is not a date and time with a zone"),
    (assertion_of, hosted, "expires", "2026-09-30T12:00:00Z", "expires is before issuedOn"),
    (assertion_of, hosted, "recipient/hashed", "true", "recipient/hashed is not true or false"),
    (assertion_of, hosted, "recipient/hashed", False, "recipient/identity is a hash where none is said to be"),
    (assertion_of, hosted, "recipient/identity", "ada@example.org", "recipient/identity is a hash where none"),
    (assertion_of, hosted, "recipient/type", "name", "recipient/type is not a kind of identity"),
    (assertion_of, hosted, "recipient", "sha256$00", "recipient is not an object"),
    (assertion_of, hosted, "recipient/salt", 5, "recipient/salt is not a text"),
    (assertion_of, hosted, "verification/type", "blockchain", "verification/type is not one of"),
    (assertion_of, hosted, "verification/type", ["hosted", "signed"], "verification/type is not one of"),
    (assertion_of, hosted, "badge", [BADGE], "badge is a list"),
    (assertion_of, hosted, "badge", {"name": "x"}, "badge/id is missing"),
    (assertion_of, hosted, "image", PNG, "image is not an http(s) address"),
    (assertion_of, hosted, "evidence", [{"id": "x"}], "evidence/0/id is not a full identifier"),
    (assertion_of, hosted, "revoked", "yes", "revoked is not true or false"),
    (assertion_of, hosted, "type", "BadgeClass", "type is not Assertion"),
    (assertion_of, hosted, "@context", ..., "does not name the context of Open Badges 2.0"),
    (badge_of, badge_class, "criteria", "Be good.", "badge/criteria is not a full identifier"),
    (badge_of, badge_class, "criteria", {"type": "Criteria"}, "badge/criteria has neither an address nor a narrative"),
    (badge_of, badge_class, "image", "data:image/gif;base64,AAAA", "badge/image is not the address of a picture"),
    (badge_of, badge_class, "alignment", {"targetName": "x"}, "badge/alignment/targetUrl is missing"),
    (badge_of, badge_class, "tags", [1], "badge/tags/0 is not a text"),
    (profile_of, issuer, "email", "nobody", "issuer/email is not an e-mail address"),
    (profile_of, issuer, "url", "elder.example", "issuer/url is not an http(s) address"),
    (profile_of, issuer, "verification", {"startsWith": "elder"}, "issuer/verification/startsWith is not an http(s)"),
    (profile_of, issuer, "publicKey", "key", "issuer/publicKey is not a full identifier"),
    (profile_of, issuer, "type", "Person", "issuer/type is not Issuer or Profile"),
]  # fmt: skip


@pytest.mark.parametrize(("read", "make", "path", "value", "detail"), FAULTS, ids=[f"{f[2]}={f[3]}" for f in FAULTS])
def test_what_is_not_as_it_must_be_is_told_with_its_place(
    read: Any, make: Any, path: str, value: Any, detail: str
) -> None:
    read(make())

    assert detail in fault_of(read, put(make(), path, value))


def test_all_faults_are_told_at_once() -> None:
    detail = fault_of(badge_of, put(put(badge_class(), "name", ""), "image", 5))

    assert detail == "badge/name is not a text; badge/image is not the address of a picture, or a PNG or SVG as data."


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("type", ["Assertion", "obi:Extra"]),
        ("verification/type", ["HostedBadge"]),
        ("evidence", []),
        ("expires", None),
        ("issuedOn", "2026-10-01T12:00Z"),
        ("issuedOn", "2026-10-01T14:00:00.5+0200"),
        ("evidence", [{"id": "https://elder.example/w", "narrative": "Printed."}, "https://elder.example/v"]),
        ("@context", [V2, "https://w3id.org/openbadges/extensions/recipientProfile/context.json"]),
        ("extensions:recipientProfile", {"@context": "https://x.example/c", "type": ["Extension"], "name": "Ada"}),
        ("example:foo", "bar"),
        ("@language", "it"),
        ("badge", {"id": BADGE, "type": "BadgeClass", "name": "Another spelling"}),
    ],
)
def test_what_the_specification_leaves_free_is_free(path: str, value: Any) -> None:
    assert assertion_of(put(hosted(), path, value)).id == URL


@pytest.mark.parametrize(
    "name",
    ["https://w3id.org/security#expiration", "sec:expiration", "obi:revoked", "schema:name", "@id", "@type", "@graph"],
)
@pytest.mark.parametrize("inside", [False, True])
def test_a_word_has_one_spelling(name: str, inside: bool) -> None:
    changed = hosted()
    (changed["recipient"] if inside else changed)[name] = "2026-10-02T00:00:00Z"

    assert f"{name} is a " in fault_of(assertion_of, changed)


@pytest.mark.parametrize(
    "context",
    [
        [V2, {"until": "https://w3id.org/security#expiration"}],
        [V2, "https://evil.example/context.json"],
        [V2, "https://w3id.org/openbadges/extensions/applyLinkExtension/context.json"],
        "https://evil.example/context.json",
    ],
)
def test_a_context_that_may_change_the_words_is_not_known(context: Any) -> None:
    with pytest.raises(UnsupportedContext):
        assertion_of(hosted(**{"@context": context}))


def test_a_context_inside_is_refused() -> None:
    changed = put(hosted(), "recipient/@context", {"hashed": None})

    assert fault_of(assertion_of, changed) == "recipient has a context of its own."


@pytest.mark.parametrize(
    ("test", "good", "bad"),
    [
        (is_url, "https://a.example/x?y#z", "https:///x"),
        (is_url, "http://a.example", "ftp://a.example/"),
        (is_iri, "urn:uuid:0f8b7f34-9c2b-4f6c-9a24-3f4a4a1f7b11", "0f8b7f34"),
        (is_email, "ada@example.org", "ada@@example.org"),
        (is_picture, "data:image/svg+xml,%3Csvg/%3E", "data:text/html;base64,AAAA"),
        (is_picture, PNG, "javascript:alert(1)"),
        (is_identity_hash, "md5$" + "0" * 32, "sha256$" + "0" * 32),
        (is_identity_hash, "sha256$" + "aB" * 32, "sha1$" + "0" * 40),
    ],
)
def test_datatypes_tell_what_is_theirs(test: Any, good: str, bad: str) -> None:
    assert test(good)
    assert not test(bad)
    assert not test(None)


@pytest.mark.parametrize(
    "text", ["2026-10-01T12:00:00", "2026-10-01", "2026-13-01T12:00:00Z", "9999-12-31T23:59:59-01:00"]
)
def test_a_time_without_zone_or_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="date and time"):
        read_moment(text)


def older(version: str, **changes: Any) -> dict[str, Any]:
    """An assertion of Open Badges 1.0 or 1.1, as issuers hosted them."""
    made = {
        "uid": "abc123", "recipient": hosted()["recipient"], "badge": BADGE, "issuedOn": 1_790_000_000,
        "verify": {"type": "hosted", "url": URL}, **changes,
    }  # fmt: skip
    return {"@context": V1, "type": "Assertion", "id": URL, **made} if version == "1.1" else made


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_hosted_assertion_of_before_is_read_in_the_words_of_2(version: str) -> None:
    found = assertion_of(upgraded(older(version), "Assertion"))

    assert (found.id, found.hosted) == (URL, True)
    assert found.issued == datetime.fromtimestamp(1_790_000_000, UTC)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2015-03-04", datetime(2015, 3, 4, tzinfo=UTC)),
        ("1425427200", datetime(2015, 3, 4, tzinfo=UTC)),
        ("2015-03-04T10:00:00", datetime(2015, 3, 4, 10, tzinfo=UTC)),
    ],
)
def test_times_of_before_are_read_as_everybody_read_them(said: str, meant: datetime) -> None:
    assert assertion_of(upgraded(older("1.1", issuedOn=said), "Assertion")).issued == meant


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"verify": {"type": "signed", "url": KEY}}, UnsupportedProof),
        ({"recipient": "sha256$" + "0" * 64}, UnsupportedContext),
        ({"badge": {"name": "x"}}, UnsupportedContext),
        ({"verify": "hosted"}, Malformed),
        ({"id": "https://elder.example/another"}, Malformed),
    ],
    ids=["signed", "0.5 by its recipient", "0.5 by its badge", "no address", "two addresses"],
)
def test_what_has_no_plain_rules_is_not_guessed(changes: dict[str, Any], kind: type[BadgeError]) -> None:
    with pytest.raises(kind):
        upgraded(older("1.0", **changes), "Assertion")


def test_a_class_and_an_issuer_of_before_are_read_too() -> None:
    badge = {name: value for name, value in badge_class().items() if name not in ("@context", "type", "id")}
    badge["alignment"] = [{"name": "Safety", "url": "https://x.example/", "description": "First."}]
    profile = {"name": "Officina", "url": "https://elder.example"}

    read = badge_of(upgraded(badge, "BadgeClass", BADGE))

    assert read.json["alignment"][0]["targetName"] == "Safety"
    assert profile_of(upgraded(profile, "Issuer", ISSUER), email=False).id == ISSUER
    with pytest.raises(Malformed, match="issuer/email is missing"):
        profile_of(upgraded(profile, "Issuer", ISSUER))


def test_verify_is_verification_by_the_context_itself(shared: Path) -> None:
    context = json.loads((shared / "vectors/contexts/openbadges-v2.json").read_text())["@context"]
    renamed = {("verify" if name == "verification" else name): value for name, value in hosted().items()}

    assert context["verify"] == "verification"
    assert assertion_of(upgraded(renamed, "Assertion")).hosted
    assert "verify is said beside verification" in fault_of(assertion_of, {**hosted(), "verify": {"type": "signed"}})


def test_every_prefix_of_the_context_is_known_as_one(shared: Path) -> None:
    context = json.loads((shared / "vectors/contexts/openbadges-v2.json").read_text())["@context"]
    prefixes = {name for name, value in context.items() if isinstance(value, str) and value.endswith(("#", "/"))}

    for prefix in prefixes - {"extensions", "xsd"}:
        assert "is not spelt by its name" in fault_of(assertion_of, {**hosted(), f"{prefix}:x": 1})
        assert "is not spelt by its name" in fault_of(assertion_of, {**hosted(), f"{context[prefix]}x": 1})


def test_every_word_of_the_context_that_is_read_is_a_word_of_it(shared: Path) -> None:
    context = json.loads((shared / "vectors/contexts/openbadges-v2.json").read_text())["@context"]

    assert {*ASSERTION, *BADGE_CLASS, *PROFILE} - {"@language"} <= context.keys()
