"""Pictures baked as 2.0 and 1.0 had it are read; two faces of one award are told from two awards."""

from __future__ import annotations

from typing import Any

import pytest
from openbadgeslib.keys import KeyFactory, KeyType
from openbadgeslib.ob2 import Assertion, IdentityObject, OB2Signer, Verification

from badges.baking import KEYWORD, KEYWORD_2, unbake_png, unbake_svg
from tests.verifier.backpack import ASSERTION, BADGE, KEY, SITE, Elder, compact, elder, hosted, key_document, signable
from tests.verifier.pictures import pdf
from tests.verifier.published import EMAIL, credential, in_order, put, sign, to_bytes, token
from tests.verifier.test_carriers import PNG, chunk, text, with_chunks
from verifier.ob2.faces import is_same_award

TOKEN = compact(signable())
JSON = to_bytes(hosted())
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>x</title></svg>'


def drawn(inside: bytes = b"", verify: str = "") -> bytes:
    """An SVG baked as OB 2.0 has it."""
    body = b"<![CDATA[" + inside + b"]]>" if inside else b""
    attribute = f' verify="{verify}"'.encode() if verify else b""
    return (
        b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org">'
        b"<openbadges:assertion" + attribute + b">" + body + b"</openbadges:assertion></svg>"
    )


GOOD = {
    "iTXt, JSON": with_chunks(text(KEYWORD_2, JSON)),
    "iTXt, JWS": with_chunks(text(KEYWORD_2, TOKEN)),
    "iTXt, address": with_chunks(text(KEYWORD_2, ASSERTION.encode())),
    "tEXt, address": with_chunks(chunk(b"tEXt", KEYWORD_2 + b"\0" + ASSERTION.encode())),
    "tEXt, JWS": with_chunks(chunk(b"tEXt", KEYWORD_2 + b"\0" + TOKEN)),
    "tEXt, JSON": with_chunks(chunk(b"tEXt", KEYWORD_2 + b"\0" + JSON), at_end=True),
    "SVG, address and JSON": drawn(JSON, ASSERTION),
    "SVG, escaped": drawn(JSON.replace(b"/", b"\\/"), ASSERTION),
    "SVG, JSON": drawn(JSON),
    "SVG, JWS": drawn(verify=TOKEN.decode()),
    "SVG, address": drawn(verify=ASSERTION),
}


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD.keys())
def test_a_badge_is_found_in_every_picture(data: bytes) -> None:
    report = elder().verify(data)

    assert report.verdict == "valid"
    assert report.format in ("png", "svg")


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD.keys())
def test_what_was_taken_back_is_revoked_in_every_picture(data: bytes) -> None:
    world = elder()
    world.gone[ASSERTION] = b"Gone."
    world.publish(f"{SITE}/revoked", put(revoked_list(), "revokedAssertions/0", signable()["id"]))

    assert world.verdict(data) == "revoked"


def revoked_list() -> dict[str, Any]:
    return {
        "@context": "https://w3id.org/openbadges/v2", "type": "RevocationList", "id": f"{SITE}/revoked",
        "issuer": f"{SITE}/issuer", "revokedAssertions": ["urn:x:y"],
    }  # fmt: skip


def test_an_address_in_a_picture_comes_out_as_it_is() -> None:
    assert unbake_png(GOOD["tEXt, address"]) == [ASSERTION.encode()]
    assert unbake_svg(GOOD["SVG, address"]) == [ASSERTION.encode()]
    assert unbake_svg(GOOD["SVG, address and JSON"]) == [JSON]


TWO = {
    "an address that is not of the body": drawn(JSON, ASSERTION[:-1]),
    "a token beside the body": drawn(JSON, TOKEN.decode()),
    "two chunks": with_chunks(text(KEYWORD_2, JSON), text(KEYWORD_2, to_bytes(hosted(badge=f"{SITE}/badges/6")))),
    "two kinds of chunks": with_chunks(text(KEYWORD_2, TOKEN), chunk(b"tEXt", KEYWORD_2 + b"\0" + ASSERTION.encode())),
    "two generations": with_chunks(text(KEYWORD_2, JSON), text(KEYWORD, to_bytes(sign(credential())))),
}


@pytest.mark.parametrize("data", TWO.values(), ids=TWO.keys())
def test_a_picture_with_two_badges_is_ambiguous(data: bytes) -> None:
    assert elder().verdict(data) == "ambiguous"


PRESENTED = {
    "type": ["VerifiablePresentation"], "@context": ["https://www.w3.org/ns/credentials/v2"],
    "verifiableCredential": [sign(credential(name="Another"))],
}  # fmt: skip
ENVELOPED = {
    "type": "EnvelopedVerifiableCredential", "@context": "https://www.w3.org/ns/credentials/v2",
    "id": f"data:application/vc+jwt,{token(credential()).decode()}",
}  # fmt: skip
ATTACHED = {
    "a badge of 2.0": JSON, "a badge of 2.0, in order": to_bytes({**hosted(), "type": ["Assertion"]}),
    "a badge of 1.0": to_bytes({"uid": "1", "recipient": {}, "badge": BADGE, "verify": {}}),
    "a presentation": to_bytes(PRESENTED), "an envelope": to_bytes(ENVELOPED),
}  # fmt: skip


@pytest.mark.parametrize("other", ATTACHED.values(), ids=ATTACHED.keys())
def test_a_paper_with_two_badges_is_ambiguous_whatever_they_are_called(other: bytes) -> None:
    signed = to_bytes(sign(credential()))

    assert in_order().verdict(pdf(("credential.json", signed), ("badge.json", other))) == "ambiguous"
    assert in_order().verdict(pdf(("credential.json", signed), ("badge.json", b'{"type":"Event"}'))) == "valid"


def test_a_paper_with_a_badge_of_2_0_stands() -> None:
    assert elder().verdict(pdf(("badge.json", JSON))) == "valid"


@pytest.mark.parametrize("suffix", ["svg", "png"])
def test_a_picture_of_another_maker_stands(suffix: str) -> None:
    private, public = KeyFactory(KeyType.RSA).generate_keypair()
    assertion = Assertion(IdentityObject.create(EMAIL, "s"), BADGE, Verification("SignedBadge", KEY))
    signer = OB2Signer(private)
    baked = signer.sign_into_svg(assertion, SVG) if suffix == "svg" else signer.sign_into_png(assertion, PNG)
    world = late()
    world.publish(KEY, key_document(publicKeyPem=public.decode()))

    report = world.verify(baked)

    assert (report.verdict, report.format) == ("valid", suffix)


def late() -> Elder:
    """A world long after: what another maker signs, it signs with the clock of this machine."""
    world = elder()
    world.now = world.now.replace(year=2100)
    return world


def faces(**changes: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """One award in the words of 3.0, which names its class of 2.0, and in the words of 2.0."""
    named = put(credential(), "credentialSubject/achievement/related", [{"id": BADGE, "type": ["Related"]}])
    identity = next(item for item in named["credentialSubject"]["identifier"] if item["identityType"] == "emailAddress")
    recipient = {"type": "email", "hashed": True, "identity": identity["identityHash"], "salt": identity["salt"]}
    return sign(named), hosted(
        recipient=recipient, issuedOn=named["awardedDate"], expires=named["validUntil"], **changes
    )


def test_two_faces_of_one_award_are_judged_by_the_newer_and_it_is_said() -> None:
    newer, older = faces()
    picture = with_chunks(text(KEYWORD_2, to_bytes(older)), text(KEYWORD, to_bytes(newer)))

    report = in_order().verify(picture)

    assert report.verdict == "valid"
    assert (report.credential or {})["id"] == credential()["id"]
    assert "also holds this award as Open Badges 2.0, which was not checked" in report.check("parse").sentence("en")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("badge", f"{SITE}/badges/6"),
        ("badge", {"id": BADGE, "name": "Doctor"}),
        ("recipient/identity", "sha256$" + "0" * 64),
        ("recipient/salt", "other"),
        ("recipient/hashed", False),
        ("recipient", "x"),
        ("issuedOn", "2026-10-15T00:00:01Z"),
        ("issuedOn", None),
        ("expires", "2099-01-01T00:00:00Z"),
        ("badge", {"id": BADGE, "description": "For a thesis."}),
        ("badge", {"id": BADGE, "schema:name": "Doctor"}),
        ("badge", {"id": BADGE, "issuer": {"id": f"{SITE}/issuer", "name": "Real University"}}),
        ("schema:expires", "2099-01-01T00:00:00Z"),
        ("@context", [hosted()["@context"], {"expires": None}]),
    ],
)
def test_faces_that_differ_are_two_awards(path: str, value: Any) -> None:
    newer, older = faces()
    changed = put(older, path, value)
    picture = with_chunks(text(KEYWORD_2, to_bytes(changed)), text(KEYWORD, to_bytes(newer)))

    assert is_same_award(newer, older)
    assert in_order().verdict(picture) == "ambiguous"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("expires", ...),
        ("evidence", ...),
        ("badge", {"id": BADGE, "name": credential()["credentialSubject"]["achievement"]["name"]}),
        ("badge", {"id": BADGE, "issuer": {"id": f"{SITE}/issuer", "name": "Python Milano"}}),
        ("badge", {"id": BADGE, "issuer": f"{SITE}/issuer"}),
    ],
)
def test_a_face_may_say_less_and_no_other(path: str, value: Any) -> None:
    newer, older = faces()

    assert is_same_award(newer, put(older, path, value))


def test_a_face_that_the_newer_one_does_not_name_is_another_award() -> None:
    _, older = faces()
    picture = with_chunks(text(KEYWORD_2, to_bytes(older)), text(KEYWORD, to_bytes(sign(credential()))))

    assert in_order().verdict(picture) == "ambiguous"


def test_a_face_is_no_help_to_a_forged_award() -> None:
    newer, older = faces()
    forged = put(newer, "credentialSubject/achievement/name", "Doctor")
    picture = with_chunks(text(KEYWORD_2, to_bytes(older)), text(KEYWORD, to_bytes(forged)))

    assert in_order().verdict(picture) == "signature_invalid"


def test_an_address_that_is_gone_and_does_not_say_what_it_was_of_is_not_called_a_badge() -> None:
    world = elder()
    world.gone[ASSERTION] = b"Gone."

    assert world.verdict(ASSERTION.encode()) == "issuer_unresolvable"

    world.gone[ASSERTION] = to_bytes({"@context": hosted()["@context"], "type": "Assertion", "id": ASSERTION})

    assert world.verdict(ASSERTION.encode()) == "revoked"
