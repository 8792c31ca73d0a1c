"""Both data models: the same badge stands in every form, and does not with one thing changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from badges.datamodel import CONTEXT_V1
from badges.model import CONTEXT_V2
from badges.times import stamp
from keys.key import Algorithm
from tests.verifier.elder import DATA_INTEGRITY, elder, elder_token, jose_token
from tests.verifier.published import DAY, NOW, World, credential, put, sign, signer, to_bytes, token
from verifier.web.facts import facts

OB_3_0_1 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"
ENDS = stamp(NOW + 700 * DAY)

FORMS: dict[str, Callable[[], Any]] = {
    "JSON of VCDM 2.0": lambda: sign(credential()),
    "JSON of VCDM 1.1": lambda: sign(elder()),
    "JSON of VCDM 1.1 with the suite of its day": lambda: sign(
        elder(**{"@context": [*elder()["@context"][:2], "https://w3id.org/security/suites/ed25519-2020/v1"]}),
        name="Ed25519Signature2020",
    ),
    **{f"OB 3.0 token of {name}": lambda name=name: token(credential(), signer(name)) for name in Algorithm},
    **{f"VCDM 1.1 token of {name}": lambda name=name: elder_token(None, signer(name)) for name in Algorithm},
    **{f"VC-JOSE-COSE token of {name}": lambda name=name: jose_token(None, signer(name)) for name in Algorithm},
}


@pytest.mark.parametrize("make", FORMS.values(), ids=FORMS.keys())
def test_the_same_badge_stands_in_every_form_and_says_the_same(make: Callable[[], Any], world: World) -> None:
    report = world.verify(make())

    assert report.verdict == "valid"
    assert report.credential is not None
    said = facts(report.credential)
    assert (said.recipient, said.title) == ("Ada Lovelace", "Attestato di partecipazione")
    assert (said.valid_from, said.valid_until) == (NOW - 30 * DAY, NOW + 700 * DAY)


@pytest.mark.parametrize("make", FORMS.values(), ids=FORMS.keys())
def test_in_every_form_it_ends_when_it_says(make: Callable[[], Any], world: World) -> None:
    data = make()
    world.now = NOW + 701 * DAY

    assert world.verdict(data) == "expired"


@pytest.mark.parametrize("make", FORMS.values(), ids=FORMS.keys())
def test_in_every_form_it_begins_when_it_says(make: Callable[[], Any], world: World) -> None:
    data = make()
    world.now = NOW - 31 * DAY

    assert world.verdict(data) == "not_yet_valid"


def without_status() -> dict[str, Any]:
    return sign({name: value for name, value in credential().items() if name != "credentialStatus"})


TWINS: dict[str, tuple[Any, str]] = {
    "nothing changed": (lambda: sign(elder()), "valid"),
    "no beginning": (lambda: sign(elder(issuanceDate=...)), "malformed"),
    "a beginning that is no time": (lambda: sign(elder(issuanceDate="2026-10-21")), "malformed"),
    "no end": (lambda: sign(elder(expirationDate=...)), "valid"),
    "an end that is no time": (lambda: sign(elder(expirationDate="2099-01-01T00:00:00")), "malformed"),
    "an end before the beginning": (lambda: sign(elder(expirationDate="2020-01-01T00:00:00Z")), "malformed"),
    "a beginning of VCDM 2.0": (lambda: sign(elder(validFrom=stamp(NOW - 30 * DAY))), "malformed"),
    "an end of VCDM 2.0": (lambda: sign(elder(validUntil=ENDS)), "malformed"),
    "a date that was set aside": (lambda: sign(elder(issued=stamp(NOW - 30 * DAY))), "malformed"),
    "a beginning of VCDM 1.1 in 2.0": (
        lambda: {**sign(credential()), "issuanceDate": stamp(NOW - 30 * DAY)}, "malformed"
    ),
    "an end of VCDM 1.1 in 2.0": (lambda: {**sign(credential()), "expirationDate": ENDS}, "malformed"),
    "both contexts": (
        lambda: {**sign(elder()), "@context": [CONTEXT_V1, CONTEXT_V2, OB_3_0_1]}, "unsupported_context"
    ),
    "contexts in another order": (
        lambda: {**sign(elder()), "@context": [elder()["@context"][1], CONTEXT_V1]}, "unsupported_context"
    ),
    "the other context": (
        lambda: {**sign(elder()), "@context": [CONTEXT_V2, *elder()["@context"][1:]]}, "malformed"
    ),
    "the context of VCDM 1.1 over dates of 2.0, which have the same meaning there and no effect": (
        lambda: {**without_status(), "@context": [CONTEXT_V1, credential()["@context"][1]]},
        "malformed",
    ),
    "an undefined term": (lambda: {**sign(elder()), "grade": "A+"}, "malformed"),
    "another name": (
        lambda: put(sign(elder()), "credentialSubject/identifier/0/identityHash", "Eve"), "signature_invalid"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "verdict"), TWINS.values(), ids=TWINS.keys())
def test_of_vcdm_1_1_one_thing_changed_changes_the_answer(make: Any, verdict: str, world: World) -> None:
    assert world.verdict(make()) == verdict


OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/"


@pytest.mark.parametrize("name", ["context-3.0.1", "context-3.0.2", "context-3.0.3", "context"])
def test_every_context_that_badges_of_vcdm_1_1_were_made_with_is_read(name: str, world: World) -> None:
    contexts = [CONTEXT_V1, f"{OPEN_BADGES}{name}.json", DATA_INTEGRITY]
    plain = put(elder(awardedDate=..., **{"@context": contexts}), "credentialSubject/achievement/inLanguage", ...)

    assert world.verdict(sign(plain)) == "valid"
    assert world.verdict({**sign(plain), "name": "Another"}) == "signature_invalid"


@pytest.mark.parametrize("name", ["context-3.0.9", "context-3.1.0", "context-3.0.1.json/x", "v2", "context-3.0.١"])
def test_a_context_that_only_looks_like_one_of_theirs_is_not_held(name: str, world: World) -> None:
    contexts = [CONTEXT_V1, f"{OPEN_BADGES}{name}.json", DATA_INTEGRITY]

    assert world.verdict({**sign(elder()), "@context": contexts}) == "unsupported_context"


REVOCATION_LIST = {"id": "https://badges.example/revoked", "type": "1EdTechRevocationList"}
WITH_EXTENSIONS = [*elder()["@context"], "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]


def test_in_vcdm_1_1_a_status_has_an_id(world: World) -> None:
    document = elder(**{"@context": WITH_EXTENSIONS}, credentialStatus=REVOCATION_LIST)

    report = world.verify(sign(document))
    nameless = world.verify(sign(put(document, "credentialStatus/id", ...)))

    assert report.check("shape").result == "pass"
    assert (nameless.verdict, nameless.check("shape").result) == ("malformed", "fail")


def test_a_text_that_says_its_language_is_refused_with_a_reason(world: World) -> None:
    tagged = credential(name={"@value": "Attestato", "@language": "it"})

    report = world.verify({**sign(credential()), "name": tagged["name"]})

    assert report.verdict == "malformed"
    assert "says its language" in report.problems[0].detail
    assert world.verdict(sign(credential(name="Attestato"))) == "valid"


def test_a_text_by_language_is_refused_though_the_schema_has_room_for_it(world: World) -> None:
    assert world.verdict({**sign(credential()), "name": {"it": "Attestato"}}) == "malformed"


@pytest.mark.parametrize("issuer", [credential()["issuer"], credential()["issuer"]["id"]], ids=["object", "address"])
def test_an_issuer_may_be_an_object_or_only_an_address(issuer: Any, world: World) -> None:
    report = world.verify(sign(credential(issuer=issuer)))

    assert (report.verdict, report.issuer.id) == ("valid", credential()["issuer"]["id"])


def test_the_letters_of_a_date_may_differ_but_not_its_time(world: World) -> None:
    assert world.verdict(sign(elder(issuanceDate="2026-10-21T12:42:00.000+02:00"))) == "valid"
    assert world.verdict(put(sign(elder()), "issuanceDate", "2026-10-21T12:42:00+02:00")) == "signature_invalid"


def test_what_is_told_of_a_token_is_the_credential_and_not_the_claims_of_the_token(world: World) -> None:
    for data in (token(credential()), jose_token()):
        assert world.verify(data).credential == credential()
    assert world.verify(elder_token()).credential == elder()


def test_a_badge_in_json_tells_what_was_signed(world: World) -> None:
    data = to_bytes(sign(elder()))

    assert world.verify(data).credential == json.loads(data)
