"""The second check of what strangers hand in: keys and lists lie elsewhere, and nobody is asked unbidden."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from keys.encoding import base64url
from keys.key import Algorithm, LocalSigner
from templates import sentence
from tests.browser.conftest import STRANGE, Prepare, Stranger, Visit, altered, strange_verifier
from tests.verifier.backpack import elder as elder_world
from tests.verifier.backpack import hosted
from tests.verifier.elder import elder, elder_token, jose_token
from tests.verifier.published import (
    DID,
    KEYS,
    STATUS_KEY,
    controller_document,
    credential,
    put,
    sign,
    signer,
    status_list,
    to_bytes,
    token,
)
from tests.verifier.suites import MAKERS, SELECTIVE, first_of_3_0
from tests.verifier.test_endorsements import ADA, BOB, endorsed
from tools.mutations.originals import manifold

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def published(stranger: Stranger, **changes: bytes) -> Prepare:
    """Let the browser reach the world's documents, with CORS; `changes` are other answers, by the end of an address."""

    def answer(route: Any) -> None:
        url = route.request.url
        body = next((body for end, body in changes.items() if url.endswith(end)), stranger.world.documents.get(url))
        if body is None:
            route.abort()
        else:
            headers = {"Access-Control-Allow-Origin": "*"}
            route.fulfill(status=200, headers=headers, content_type="application/json", body=body)

    return lambda page: page.route("https://badges.example/**", answer)


def agreed_to_ask(visit: Visit) -> tuple[str, list[str]]:
    assert visit.second()[0] == "asks"
    visit.page.click("#second button")
    visit.page.wait_for_selector("#second:not(.asks):not(.busy)")
    return visit.second()


SECURED = {
    "eddsa-rdfc-2022": lambda: to_bytes(sign(credential())),
    "eddsa-jcs-2022": lambda: to_bytes(sign(credential(), name="eddsa-jcs-2022")),
    "Ed25519Signature2020": lambda: to_bytes(
        sign(
            credential(**{"@context": [*credential()["@context"], "https://w3id.org/security/suites/ed25519-2020/v1"]}),
            name="Ed25519Signature2020",
        )
    ),
    "ecdsa-rdfc-2019, P-256": lambda: to_bytes(sign(credential(), signer(Algorithm.ES256), "ecdsa-rdfc-2019")),
    "ecdsa-rdfc-2019, P-384": lambda: to_bytes(sign(credential(), signer(Algorithm.ES384), "ecdsa-rdfc-2019")),
    "ecdsa-jcs-2019, P-256": lambda: to_bytes(sign(credential(), signer(Algorithm.ES256), "ecdsa-jcs-2019")),
    "ecdsa-jcs-2019, P-384": lambda: to_bytes(sign(credential(), signer(Algorithm.ES384), "ecdsa-jcs-2019")),
    "JWT, EdDSA": lambda: token(credential(), signer(Algorithm.EDDSA)),
    "JWT, ES256": lambda: token(credential(), signer(Algorithm.ES256)),
    "JWT, ES384": lambda: token(credential(), signer(Algorithm.ES384)),
    "JWT, RS256": lambda: token(credential(), signer(Algorithm.RS256)),
}


@pytest.mark.parametrize("secured", SECURED)
def test_every_way_of_signing_is_checked_in_the_browser(stranger: Stranger, secured: str) -> None:
    visit = stranger.hand_in(SECURED[secured](), published(stranger))
    asked_before = [url for url in visit.asked if "badges.example" in url]

    assert agreed_to_ask(visit) == ("agrees", [])
    assert asked_before == []
    assert visit.complaints == []
    assert visit.page.locator(".verdict.unfamiliar").count() == 1


@pytest.mark.parametrize("backwards", [False, True], ids=["as it was signed", "backwards"])
def test_of_several_names_events_and_hours_both_show_the_same_whatever_stands_first(
    stranger: Stranger, backwards: bool
) -> None:
    signed = sign(manifold())
    if backwards:
        for section in (signed["evidence"], *(signed["credentialSubject"][part] for part in ("identifier", "result"))):
            section.reverse()

    visit = stranger.hand_in(to_bytes(signed), published(stranger))

    assert "Ada Lovelace, Augusta Ada King" in visit.page.inner_text("main")
    assert visit.page.locator('[data-fact="event"], [data-fact="place"], [data-fact="hours"]').count() == 0
    assert agreed_to_ask(visit) == ("agrees", [])


def forged_key(name: str) -> bytes:
    """The issuer's document with another key in the place of one of its own."""
    document = controller_document()
    for method in document["verificationMethod"]:
        if method["id"] == name:
            method.pop("publicKeyJwk", None)
            method |= {"type": "Multikey", "publicKeyMultibase": STRANGE.public().multikey()}
    return to_bytes(document)


@pytest.mark.parametrize("secured", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019, P-384", "JWT, ES256"])
def test_another_key_in_the_issuer_s_document_is_noticed_for_each_of_them(stranger: Stranger, secured: str) -> None:
    data = SECURED[secured]()
    names = re.findall(rb"#key-2026-\w+", data) or [json.loads(_segment(data, 0))["kid"].partition(DID)[2].encode()]
    forged = {"did.json": forged_key(DID + names[0].decode())}

    found = agreed_to_ask(stranger.hand_in(data, published(stranger, **forged)))

    assert found == ("disagrees", ["signature"])


def _segment(data: bytes, place: int) -> bytes:
    text = data.split(b".")[place]
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


def test_a_list_that_the_issuer_signed_with_the_bit_set_is_believed_more_than_the_page(stranger: Stranger) -> None:
    index = int(credential()["credentialStatus"]["statusListIndex"])
    data = to_bytes(sign(credential()))
    lists = {"/status/1": to_bytes(status_list(index))}
    others = {"/status/1": to_bytes(status_list(index - 1, index + 1))}

    revoked = agreed_to_ask(stranger.hand_in(data, published(stranger, **lists)))
    standing = agreed_to_ask(stranger.hand_in(data, published(stranger, **others)))

    assert revoked == ("disagrees", ["revoked"])
    assert standing == ("agrees", [])


def not_its_own() -> dict[str, Any]:
    unsigned = {name: value for name, value in status_list().items() if name != "proof"}
    return sign({**unsigned, "issuer": "did:web:evil.example"}, LocalSigner(f"{DID}#status", STATUS_KEY))


YEAR_2025 = {"validFrom": "2025-01-01T00:00:00Z", "validUntil": "2026-01-01T00:00:00Z"}
SHORT = "uH4sIAAAAAAAAA2NgGAUAAAAA"
BAD_LISTS = [
    pytest.param(lambda: put(status_list(), "proof/0/proofValue", "z" + "2" * 88), id="signed by nobody"),
    pytest.param(lambda: status_list(put={"credentialSubject/statusPurpose": "suspension"}), id="of something else"),
    pytest.param(lambda: status_list(**YEAR_2025), id="past its end"),
    pytest.param(lambda: status_list(put={"credentialSubject/encodedList": SHORT}), id="cut short"),
    pytest.param(not_its_own, id="issued by somebody else"),
]


@pytest.mark.parametrize("listed", BAD_LISTS)
def test_a_list_that_cannot_be_trusted_is_objected_to(stranger: Stranger, listed: Callable[[], Any]) -> None:
    bad = {"/status/1": to_bytes(listed())}

    found = agreed_to_ask(stranger.hand_in(to_bytes(sign(credential())), published(stranger, **bad)))

    assert found == ("disagrees", ["list"])


def test_a_host_that_lets_nobody_read_it_is_said_and_nothing_is_claimed(stranger: Stranger) -> None:
    visit = stranger.hand_in(
        to_bytes(sign(credential())), lambda page: page.route("https://badges.example/**", lambda route: route.abort())
    )

    found = agreed_to_ask(visit)

    assert found == ("quietly", ["unreachable"])
    assert "badges.example" in visit.said()


def own_key(**changes: Any) -> dict[str, Any]:
    """A credential of an issuer who is nothing but a key, and who names no list."""
    did = f"did:key:{STRANGE.public().multikey()}"
    made = {name: value for name, value in credential(**changes).items() if name != "credentialStatus"}
    made["issuer"] = {**made["issuer"], "id": did, "name": "Politecnico di Milano"}
    return sign(made, LocalSigner(f"{did}#{STRANGE.public().multikey()}", STRANGE))


def test_a_key_that_is_its_own_document_needs_nobody_and_is_never_green(stranger: Stranger) -> None:
    visit = stranger.hand_in(to_bytes(own_key()))

    assert visit.second() == ("agrees", [])
    assert visit.said() == sentence("page.second.agrees_without_status", "it")
    assert visit.page.locator(".verdict.unfamiliar").count() == 1
    assert visit.page.locator(".valid, .checks .pass:not(.neutral)").count() == 0
    assert sentence("page.fact.claimed", "it") in visit.page.inner_text(".brief")


def test_a_broken_signature_is_broken_here_too(stranger: Stranger) -> None:
    broken = put(own_key(), "credentialSubject/achievement/name", "Dottorato di ricerca")

    visit = stranger.hand_in(to_bytes(broken))

    assert visit.page.locator(".verdict.invalid").count() == 1
    assert visit.second() == ("agrees", [])
    assert visit.said() == sentence("page.second.agrees_broken", "it")


def test_a_page_that_calls_a_sound_signature_broken_is_objected_to(stranger: Stranger) -> None:
    broken = put(own_key(), "credentialSubject/achievement/name", "Dottorato di ricerca")
    whole, part = (base64_of(to_bytes(document)) for document in (own_key(), broken))

    visit = stranger.hand_in(to_bytes(broken), altered(r"/verify", lambda text: text.replace(part, whole)))

    assert visit.second()[0] == "disagrees"


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({"validUntil": "2026-11-01T00:00:00Z"}, "scaduto"),
        ({"validFrom": "2026-12-01T00:00:00Z", "validUntil": "2028-01-01T00:00:00Z"}, "non ancora"),
    ],
    ids=["expired", "not yet valid"],
)
def test_dates_are_judged_by_the_clock_of_the_device(stranger: Stranger, change: dict[str, str], verdict: str) -> None:
    document = own_key(**change)
    agreeing = stranger.hand_in(to_bytes(document))
    claims = re.compile(r'"verdict": ?"\w+"')

    lying = stranger.hand_in(
        to_bytes(document), altered(r"/verify$", lambda text: claims.sub('"verdict":"valid"', text))
    )

    assert agreeing.second()[0] == "agrees"
    assert lying.second()[0] == "disagrees"


SPELLINGS = [
    pytest.param('"description":"Took', '"https://schema.org/description":"Took', id="a full address"),
    pytest.param('"validFrom"', '"termsOfUse":null,"validFrom"', id="null"),
    pytest.param('"credentialSubject":{', '"credentialSubject":{"@context":{"name":null},', id="a context inside"),
    pytest.param('"proof"', '"grade":"A+","proof"', id="a word that no context knows"),
]


@pytest.mark.parametrize(("before", "after"), SPELLINGS)
def test_another_spelling_of_what_was_signed_is_objected_to(stranger: Stranger, before: str, after: str) -> None:
    signed = to_bytes(own_key()).decode()
    assert before in signed
    one, other = (base64_of(text.encode()) for text in (signed, signed.replace(before, after, 1)))

    visit = stranger.hand_in(signed.encode(), altered(r"/verify$", lambda text: text.replace(one, other)))

    assert visit.second()[0] == "disagrees"


def test_the_report_s_page_with_another_name_is_objected_to(stranger: Stranger) -> None:
    data = to_bytes(own_key())

    visit = stranger.hand_in(data, altered(r"/verify$", lambda text: text.replace("Ada Lovelace", "Ada Byron")))

    assert visit.second() == ("disagrees", ["fact:recipient"])
    assert "Ada Byron" in visit.said()


def test_what_a_browser_cannot_check_is_said(stranger: Stranger) -> None:
    proof = own_key()
    derived = put(proof, "proof/0/cryptosuite", "ecdsa-sd-2023")
    before, after = base64_of(to_bytes(proof)), base64_of(to_bytes(derived))

    visit = stranger.hand_in(to_bytes(proof), altered(r"/verify$", lambda text: text.replace(before, after)))

    assert visit.second() == ("quietly", ["suite"])
    assert "ecdsa-sd-2023" in visit.said()


def test_only_the_hosts_that_are_named_may_be_asked(stranger: Stranger) -> None:
    visit = stranger.hand_in(to_bytes(sign(credential())), published(stranger))

    reached = visit.page.evaluate("fetch('https://elsewhere.example/').then(() => true, () => false)")

    assert reached is False
    assert any("elsewhere.example" in text and "Content Security Policy" in text for text in visit.complaints)


QUIET = "quietly"
FORMS = {
    "VCDM 1.1": (lambda: to_bytes(sign(elder())), "agrees"),
    "VCDM 1.1 under the oldest context": (lambda: to_bytes(sign(first_of_3_0(MAKERS[0]))), "agrees"),
    "a token of VC-JOSE-COSE": (jose_token, "agrees"),
    "a token of VCDM 1.1": (elder_token, QUIET),
    "a draft's name": (lambda: to_bytes(MAKERS[2].sign()), "agrees"),
    "selective disclosure": (lambda: to_bytes(SELECTIVE.sign()), QUIET),
    "with endorsements": (lambda: to_bytes(endorsed(ADA.endorses("Bravo!"), BOB.endorses("Ottimo."))), "agrees"),
    "two proofs": (lambda: to_bytes(two_proofs()), "agrees"),
    "a did:jwk": (lambda: to_bytes(of_did_jwk()), "agrees"),
}  # fmt: skip


def two_proofs() -> dict[str, Any]:
    one, other = sign(credential()), sign(credential(), signer(Algorithm.ES256), "ecdsa-rdfc-2019")
    return {**one, "proof": [*one["proof"], *other["proof"]]}


def of_did_jwk() -> dict[str, Any]:
    key = KEYS[Algorithm.ES256]
    did = f"did:jwk:{base64url(json.dumps(key.public().jwk()).encode())}"
    made = {name: value for name, value in credential().items() if name != "credentialStatus"}
    made["issuer"] = {**made["issuer"], "id": did}
    return sign(made, LocalSigner(f"{did}#0", key), "ecdsa-jcs-2019")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_that_our_server_reads_is_agreed_with_or_said_not_to_be_checked(
    stranger: Stranger, form: str
) -> None:
    make, expected = FORMS[form]
    visit = stranger.hand_in(make(), published(stranger))
    tone, codes = visit.second()
    if tone == "asks":
        tone, codes = agreed_to_ask(visit)

    assert visit.page.locator(".verdict.unfamiliar").count() == 1
    assert (tone, visit.complaints) == (expected, []), codes


def test_a_badge_of_2_0_is_said_to_be_checked_on_the_server_only(browsers: Any) -> None:
    with strange_verifier(elder_world().documents, {}) as (url, world):
        visit = Stranger(url, browsers, world).hand_in(to_bytes(hosted()))
        found, said = visit.second(), visit.said()

    assert visit.page.locator(".verdict.unfamiliar").count() == 1
    assert found == (QUIET, ["kind"])
    assert "Open Badges 2.0" in said
