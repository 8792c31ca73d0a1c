"""What wallets hand out: a token in an envelope, or one credential in a presentation."""

from __future__ import annotations

from typing import Any

import pytest

from badges.model import CONTEXT_V2
from tests.verifier.elder import elder, elder_token, jose_token
from tests.verifier.published import World, credential, put, sign, to_bytes, token
from tests.verifier.test_web import client_of, desk


def envelope(data: bytes | None = None, kind: str = "application/vc+jwt", **changes: Any) -> dict[str, Any]:
    held = (jose_token() if data is None else data).decode()
    made = {"@context": CONTEXT_V2, "type": "EnvelopedVerifiableCredential", "id": f"data:{kind},{held}"}
    return {name: value for name, value in {**made, **changes}.items() if value is not ...}


def presentation(*held: Any, **changes: Any) -> dict[str, Any]:
    made = {"@context": [CONTEXT_V2], "type": ["VerifiablePresentation"], "verifiableCredential": list(held)}
    return {**made, **changes}


def test_an_envelope_is_opened_into_its_token(world: World) -> None:
    report = world.verify(envelope())

    assert (report.verdict, report.credential) == ("valid", credential())


@pytest.mark.parametrize("data", [token(credential()), elder_token()], ids=["OB 3.0", "VCDM 1.1"])
def test_the_token_in_an_envelope_is_judged_by_its_own_form(data: bytes, world: World) -> None:
    assert world.verdict(envelope(data)) == "valid"


ENVELOPES = {
    "a claim of its own": (envelope(name="Another"), "malformed"),
    "a proof of its own": (envelope(proof=sign(credential())["proof"]), "malformed"),
    "an issuer": (envelope(issuer="did:web:evil.example"), "malformed"),
    "no context": (envelope(**{"@context": ...}), "malformed"),
    "a context inline": (envelope(**{"@context": {"@vocab": "urn:x:"}}), "malformed"),
    "another context": (envelope(**{"@context": "https://elsewhere.example/v1"}), "malformed"),
    "a further type": (envelope(type=["EnvelopedVerifiableCredential", "AchievementCredential"]), "malformed"),
    "an address": (envelope(id="https://badges.example/c/x.jwt"), "malformed"),
    "no comma": (envelope(id="data:application/vc+jwt"), "malformed"),
    "no id": (envelope(id=...), "malformed"),
    "an id that is a number": (envelope(id=7), "malformed"),
    "base64": (envelope(kind="application/vc+jwt;base64"), "unsupported_proof"),
    "selective disclosure": (envelope(kind="application/vc+sd-jwt"), "unsupported_proof"),
    "a presentation": (envelope(kind="application/vp+jwt"), "unsupported_proof"),
    "plain text": (envelope(kind="text/plain"), "unsupported_proof"),
    "no token": (envelope(b"hello"), "malformed"),
    "JSON": (envelope(to_bytes(sign(credential()))), "malformed"),
    "a broken signature": (envelope(jose_token()[:-8] + b"AAAAAAAA"), "signature_invalid"),
    "contexts in a list": (envelope(**{"@context": [CONTEXT_V2]}), "valid"),
    "a type in a list": (envelope(type=["EnvelopedVerifiableCredential"]), "valid"),
    "the type of a draft": (envelope(kind="application/vc+ld+json+jwt"), "valid"),
    "the type of any token": (envelope(kind="application/jwt"), "valid"),
    "capitals": (envelope(kind="Application/VC+JWT"), "valid"),
}


@pytest.mark.parametrize(("document", "verdict"), ENVELOPES.values(), ids=ENVELOPES.keys())
def test_an_envelope_says_nothing_but_what_it_holds(document: Any, verdict: str, world: World) -> None:
    assert world.verdict(document) == verdict


def test_the_vc_api_opens_an_envelope_no_wider(world: World) -> None:
    client = client_of(desk(world))

    told = [
        client.post("/credentials/verify", json={"verifiableCredential": document}).json
        for document in (envelope(), envelope(name="Another"))
    ]

    assert [(answer["verified"], answer["verdict"]) for answer in told] == [(True, "valid"), (False, "malformed")]


HELD = {
    "JSON of VCDM 2.0": sign(credential()),
    "JSON of VCDM 1.1": sign(elder()),
    "an envelope": envelope(),
    "a token": token(credential()).decode(),
    "a token of VCDM 1.1": elder_token().decode(),
}


@pytest.mark.parametrize("held", HELD.values(), ids=HELD.keys())
@pytest.mark.parametrize("alone", [False, True])
def test_of_a_presentation_the_credential_is_judged_and_nobody_who_shows_it(
    held: Any, alone: bool, world: World
) -> None:
    document = presentation(held, holder="did:key:zEvil", proof={"type": "Nonsense"})

    report = world.verify(put(document, "verifiableCredential", held) if alone else document)

    assert (report.verdict, report.check("parse").code) == ("valid", "read_from_presentation")
    assert "not who presents it" in report.check("parse").sentence("en")


def test_a_credential_that_is_not_presented_is_not_said_to_be(world: World) -> None:
    assert world.verify(sign(credential())).check("parse").code == "read"


PRESENTATIONS = {
    "none": (presentation(), "malformed"),
    "none at all": ({"@context": [CONTEXT_V2], "type": "VerifiablePresentation"}, "malformed"),
    "two": (presentation(HELD["a token"], HELD["an envelope"]), "ambiguous"),
    "the same one twice": (presentation(sign(credential()), sign(credential())), "ambiguous"),
    "a credential at once": (presentation(sign(credential()), credentialSubject={}), "ambiguous"),
    "a presentation and a credential": (
        presentation(sign(credential()), type=["VerifiablePresentation", "VerifiableCredential"]), "ambiguous"
    ),
    "another presentation": (presentation(presentation(sign(credential()))), "malformed"),
    "a number": (presentation(7), "malformed"),
    "an address": (presentation("https://badges.example/c/x"), "malformed"),
    "one that was altered": (presentation({**sign(credential()), "name": "Another"}), "signature_invalid"),
    "one without a proof": (presentation(credential()), "unsigned"),
}  # fmt: skip


@pytest.mark.parametrize(("document", "verdict"), PRESENTATIONS.values(), ids=PRESENTATIONS.keys())
def test_a_presentation_holds_exactly_one_credential(document: Any, verdict: str, world: World) -> None:
    assert world.verdict(document) == verdict
