"""The verifier's pages alone: no issuer, no database, no network, and an answer for whatever is handed in."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from badges.baking import bake_svg
from templates import sentence
from tests.verifier.published import (
    DID,
    EMAIL,
    ID,
    NOW,
    STATUS,
    World,
    credential,
    put,
    sign,
    status_list,
    to_bytes,
    token,
)
from verifier.deadline import TOTAL_SECONDS, left
from verifier.policy import Policy
from verifier.resolver import MemoryResolver
from verifier.verdict import Verdict
from verifier.web import health, site, verify
from verifier.web.facts import facts
from verifier.web.limits import Buckets
from verifier.web.static import static_url
from verifier.web.turnstile import Turnstile
from verifier.web.verify import Desk

ROOT = Path(__file__).parents[2]
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
JSON = {"Accept": "application/json"}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


def desk(world: World, known: dict[str, str] | None = None, burst: int = 10_000) -> Desk:
    return Desk(
        resolver=MemoryResolver(world.documents),
        sources=MemoryResolver(world.documents),
        policy=lambda recipient: Policy(known_issuers=known or {}, recipient=recipient),
        clock=lambda: NOW,
        buckets=Buckets(burst=burst),
        turnstile=Turnstile(),
        count=health.Numbers().verified,
    )


def client_of(counter: Desk, base_url: str = "https://badges.example") -> FlaskClient:
    app = site.new_app(base_url=base_url, practice=False, default_language="en")
    app.register_blueprint(verify.blueprint(counter))
    health.install(app, health.Numbers(), lambda: None)
    return app.test_client()


@pytest.fixture
def client(world: World) -> FlaskClient:
    """The pages of a verifier that knows nobody."""
    return client_of(desk(world))


@pytest.fixture
def acquainted(world: World) -> FlaskClient:
    """The pages of a verifier that knows the issuer of the tests."""
    return client_of(desk(world, {DID: "Python Milano"}))


def posted(client: FlaskClient, document: object, headers: dict[str, str] = HTML) -> str:
    data = document if isinstance(document, bytes) else to_bytes(document)
    answer = client.post("/verify", data={"file": (io.BytesIO(data), "badge.json")}, headers=headers)
    assert answer.status_code == 200
    return answer.text


def test_a_file_is_answered_with_who_what_and_when(acquainted: FlaskClient) -> None:
    page = posted(acquainted, sign(credential()))

    assert 'class="verdict valid"' in page
    assert all(
        said in page for said in ("Ada Lovelace", "Attestato di partecipazione", "Python Milano", "Serata Python")
    )


def test_a_valid_credential_of_an_unknown_issuer_is_not_green(client: FlaskClient) -> None:
    page = posted(client, sign(credential()))

    assert 'class="verdict unfamiliar"' in page
    assert 'class="verdict valid"' not in page
    assert "Claims to be" in page
    assert DID in page


def test_nothing_is_shown_of_what_does_not_verify(acquainted: FlaskClient) -> None:
    forged = put(sign(credential()), "credentialSubject/identifier/0/identityHash", "Mallory")

    page = posted(acquainted, forged)

    assert 'class="verdict invalid"' in page
    assert "Mallory" not in page
    assert "Attestato di partecipazione" not in page


def test_a_revoked_credential_says_so_and_still_says_whose_it_was(acquainted: FlaskClient, world: World) -> None:
    world.publish(STATUS, status_list(94_567))

    page = posted(acquainted, sign(credential()))

    assert 'class="verdict invalid"' in page
    assert "revoked" in page
    assert "Ada Lovelace" in page


def test_a_status_that_cannot_be_had_is_neither_green_nor_red(acquainted: FlaskClient, world: World) -> None:
    del world.documents[STATUS]

    assert 'class="verdict indeterminate"' in posted(acquainted, sign(credential()))


def test_a_picture_is_told_apart_from_its_signature(acquainted: FlaskClient) -> None:
    said = "The picture is not part of the signature"

    assert said in posted(acquainted, bake_svg(SVG, to_bytes(sign(credential()))))
    assert said not in posted(acquainted, sign(credential()))


@pytest.mark.parametrize("form", ["file", "text", "url", "link in the text"])
def test_every_way_in_gives_the_same_verdict(client: FlaskClient, world: World, form: str) -> None:
    signed = to_bytes(sign(credential()))
    world.publish(ID, signed)
    data = {
        "file": {"file": (io.BytesIO(signed), "x")},
        "text": {"text": signed.decode()},
        "url": {"url": ID},
        "link in the text": {"text": ID.removeprefix("https://")},
    }[form]

    told = client.post("/verify", data=data, headers=JSON).get_json()

    assert told["verdict"] == "valid"
    assert told["issuer"] == {"id": DID, "name": "Python Milano", "trust": "unknown", "listed": []}


def test_the_holder_can_be_asked_after(client: FlaskClient) -> None:
    signed = to_bytes(sign(credential())).decode()

    def verdict(email: str) -> str:
        told = client.post("/verify", data={"text": signed, "recipient": email}, headers=JSON).get_json()
        return str(told["verdict"])

    assert verdict(EMAIL) == "valid"
    assert verdict("mallory@example.org") == "recipient_mismatch"


def test_no_address_and_no_hash_of_one_is_on_the_page(acquainted: FlaskClient) -> None:
    page = posted(acquainted, sign(credential()))

    assert EMAIL not in page
    assert "sha256$" not in page


@pytest.mark.parametrize("name", ["../../x", "a\x00b", "x" * 300, "a.png%0d%0aSet-Cookie: a=b"], ids=repr)
def test_a_file_name_means_nothing(client: FlaskClient, name: str) -> None:
    answer = client.post("/verify", data={"file": (io.BytesIO(to_bytes(sign(credential()))), name)}, headers=JSON)

    assert answer.get_json()["verdict"] == "valid"
    assert answer.get_json()["source"] == "file"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("accept", [HTML, JSON], ids=["page", "program"])
def test_nothing_given_is_told_and_not_judged(client: FlaskClient, accept: dict[str, str]) -> None:
    answer = client.post("/verify", data={"text": "  "}, headers=accept)

    assert answer.status_code == 400
    assert "paste a link" in answer.text


def test_a_link_that_does_not_open_is_told_and_not_judged(client: FlaskClient) -> None:
    answer = client.post("/verify", data={"url": "https://nowhere.example/c/x"}, headers=JSON)

    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["title"] == "The link does not open"


def test_more_than_ten_megabytes_are_refused_before_they_are_read(client: FlaskClient) -> None:
    body = b"x" * (10 * 2**20 + 1)

    answer = client.post("/verify", data=body, content_type="multipart/form-data; boundary=b", headers=HTML)

    assert answer.status_code == 413
    assert "10 MB at the most" in answer.text.replace("\u00a0", " ")


def test_a_body_that_would_have_to_be_inflated_is_refused(client: FlaskClient) -> None:
    body = gzip.compress(to_bytes({"verifiableCredential": sign(credential())}))

    answer = client.post("/credentials/verify", data=body, headers={"Content-Encoding": "gzip"})

    assert answer.status_code == 415
    assert answer.mimetype == "application/problem+json"


def test_a_body_that_is_sent_in_chunks_is_bounded_too(client: FlaskClient) -> None:
    endless = io.BytesIO(b"x" * (10 * 2**20 + 1))

    answer = client.post(
        "/credentials/verify", input_stream=endless, environ_base={"wsgi.input_terminated": True}, headers=JSON
    )

    assert answer.status_code == 413


def test_no_page_leaves_a_name_in_the_logs(
    acquainted: FlaskClient, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    forged = put(sign(credential()), "credentialSubject/identifier/0/identityHash", "Mallory Doe")
    for document in (sign(credential()), forged):
        posted(acquainted, document)
        exchanged(acquainted, verifiableCredential=document)

    said = caplog.text + "".join(capfd.readouterr())

    assert not [word for word in ("Ada", "Mallory", EMAIL, ID, "sha256$") if word in said]


def test_who_asks_too_often_is_told_when_to_come_back(world: World) -> None:
    busy = client_of(desk(world, burst=2))
    statuses = [busy.post("/verify", data={"text": "x"}, headers=JSON) for _ in range(3)]

    assert [answer.status_code for answer in statuses] == [200, 200, 429]
    assert int(statuses[2].headers["Retry-After"]) >= 1
    assert busy.get("/verify").status_code == 200


def test_a_forwarded_address_that_anybody_can_write_does_not_evade_the_limit(world: World) -> None:
    busy = client_of(desk(world, burst=1))
    answers = [
        busy.post("/verify", data={"text": "x"}, headers={**JSON, "X-Forwarded-For": f"203.0.113.{n}"})
        for n in range(3)
    ]

    assert [answer.status_code for answer in answers] == [200, 429, 429]


def test_when_all_turns_are_taken_the_next_is_sent_away_politely(world: World) -> None:
    full = replace(desk(world), turnstile=Turnstile(together=1, patience=0.01))

    with full.turnstile.turn():
        answer = client_of(full).post("/verify", data={"text": "x"}, headers=JSON)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize("path", ["/verify", "/credentials/verify"])
@pytest.mark.parametrize(("together", "read"), [(1, False), (2, True)])
def test_a_body_is_read_by_whoever_has_a_turn(world: World, path: str, together: int, *, read: bool) -> None:
    one_taken = replace(desk(world), turnstile=Turnstile(together=together, patience=0.01))
    body = io.BytesIO(b"text=x")

    with one_taken.turnstile.turn():
        client_of(one_taken).post(
            path, input_stream=body, content_length=6, content_type="application/x-www-form-urlencoded"
        )

    assert (body.tell() > 0) is read


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_its_words_in_both_languages(verdict: Verdict) -> None:
    for language in ("it", "en"):
        assert sentence(f"page.explained.{verdict}", language).endswith(".")


NASTY = "<img src=x onerror=alert(1)>"


def test_html_of_strangers_is_inert(client: FlaskClient) -> None:
    document = credential()
    document = put(document, "credentialSubject/achievement/name", NASTY)
    document = put(
        document,
        "credentialSubject/achievement/criteria/narrative",
        f"[go](javascript:alert(1)) {NASTY} ![x](https://a.example/x)",
    )
    document = put(document, "issuer/name", "</title><script>alert(1)</script>")
    document = put(document, "evidence/0/name", '"><svg onload=alert(1)>')
    document = put(document, "credentialSubject/identifier/0/identityHash", "{{7*7}} ${7*7} %s")

    page = posted(client, sign(document))

    for live in ("<img", "<script>", 'href="javascript', "<svg onload"):
        assert live not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "{{7*7}} ${7*7} %s" in page


def test_markdown_keeps_what_is_harmless(client: FlaskClient) -> None:
    document = put(
        credential(), "credentialSubject/achievement/criteria/narrative", "**Bold** and [a page](https://a.example/)"
    )

    page = posted(client, sign(document))

    assert "<strong>Bold</strong>" in page
    assert '<a href="https://a.example/" rel="noopener noreferrer nofollow ugc">a page</a>' in page


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=9)


def json_of(names: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    return st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=5))


ANYTHING = json_of(st.text(max_size=5))
ALMOST = json_of(st.sampled_from(list(credential())) | st.text(max_size=5))
BYTES = st.binary(max_size=300) | st.text(max_size=200).map(str.encode) | ALMOST.map(to_bytes)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=BYTES)
def test_no_bytes_bring_the_verifier_down(client: FlaskClient, data: bytes) -> None:
    for headers in (HTML, JSON):
        handed = {"file": (io.BytesIO(data), "x")}
        assert client.post("/verify", data=handed, headers=headers).status_code < 500
        assert client.post("/credentials/verify", data=data, headers=headers).status_code < 500


@settings(max_examples=100, deadline=None)
@given(
    place=st.sampled_from(
        ["name", "issuer", "credentialSubject", "evidence", "validFrom", "awardedDate", "evidence/0/name"]
        + [f"credentialSubject/{rest}" for rest in ("result", "identifier", "achievement/tag", "achievement/criteria")]
    ),
    value=ANYTHING,
)
def test_a_credential_of_any_shape_can_be_shown(place: str, value: object) -> None:
    told = facts(put(credential(), place, value))

    assert isinstance(told.issuer_id, str)


# The W3C's API


def exchanged(client: FlaskClient, **body: object) -> dict[str, object]:
    answer = client.post("/credentials/verify", json=body)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    told = answer.get_json()
    assert isinstance(told, dict)
    return told


@pytest.mark.parametrize("text", ["https://badges.example/c/x", "badges.example/c/x", f"see {ID}", "{}", "", "a b"])
def test_the_api_of_the_w3c_takes_a_token_for_a_text_and_follows_nothing(text: str, world: World) -> None:
    asked: list[str] = []

    class Noting(MemoryResolver):
        def fetch(self, url: str) -> bytes:
            asked.append(url)
            return super().fetch(url)

    pages = client_of(replace(desk(world), resolver=Noting(world.documents)))
    link = pages.post("/credentials/verify", json={"verifiableCredential": text})

    assert (link.status_code, asked) == (400, [])
    token_ = pages.post("/credentials/verify", json={"verifiableCredential": token(credential()).decode()})
    assert token_.json["verdict"] == "valid"


def test_the_api_of_the_w3c_is_answered_in_its_terms(client: FlaskClient) -> None:
    told = exchanged(client, verifiableCredential=sign(credential()), options={})

    assert told["verified"] is True
    assert told["verdict"] == "valid"
    assert told["problemDetails"] == []
    assert told["credential"]["id"] == ID
    assert [proof["verified"] for proof in told["results"]["proof"]] == [True]
    assert told["results"]["credentialStatus"][0]["verified"] is True
    assert told["results"]["validFrom"]["verified"] is True


@pytest.mark.parametrize("envelope", [False, True], ids=["bare", "enveloped"])
def test_a_jwt_is_taken_bare_or_in_its_envelope(client: FlaskClient, envelope: bool) -> None:
    compact = token(credential()).decode()
    held = {"type": "EnvelopedVerifiableCredential", "id": f"data:application/vc+jwt,{compact}"}
    handed = {"@context": credential()["@context"][0], **held} if envelope else compact

    assert exchanged(client, verifiableCredential=handed)["verdict"] == "valid"


def test_an_altered_credential_is_not_verified(client: FlaskClient) -> None:
    told = exchanged(client, verifiableCredential=put(sign(credential()), "name", "Other"))

    assert told["verified"] is False
    assert told["verdict"] == "signature_invalid"
    assert told["problemDetails"][0]["type"] == "https://w3id.org/security#PROOF_VERIFICATION_ERROR"
    assert told["credential"] is None


def test_a_revoked_credential_is_verified_with_a_verdict_of_its_own(client: FlaskClient, world: World) -> None:
    world.publish(STATUS, status_list(94_567))

    told = exchanged(client, verifiableCredential=sign(credential()))

    assert (told["verified"], told["verdict"], told["outcome"]) == (True, "revoked", "invalid")
    assert told["results"]["credentialStatus"][0]["verified"] is False


def test_what_is_not_wanted_is_left_out(client: FlaskClient) -> None:
    options = {"returnResults": False, "returnProblemDetails": False, "returnCredential": False}

    told = exchanged(client, verifiableCredential=sign(credential()), options=options)

    assert {"results", "problemDetails", "credential"} & set(told) == set()


def test_options_that_are_null_are_no_options(client: FlaskClient) -> None:
    told = exchanged(client, verifiableCredential=sign(credential()), options=None)

    assert {"results", "problemDetails", "credential"} <= set(told)


@pytest.mark.parametrize(
    ("body", "type_"),
    [
        (b"", "https://www.w3.org/TR/vc-data-model#PARSING_ERROR"),
        (b'{"a":1,"a":2}', "https://www.w3.org/TR/vc-data-model#PARSING_ERROR"),
        (b"[]", "https://www.w3.org/TR/vc-data-model#PARSING_ERROR"),
        (b'{"verifiableCredential":{},"options":{"x":1}}', "https://www.w3.org/TR/vcalm#UNKNOWN_OPTION_PROVIDED"),
    ],
    ids=["empty", "twice", "list", "unknown option"],
)
def test_a_request_that_is_none_is_a_problem(client: FlaskClient, body: bytes, type_: str) -> None:
    answer = client.post("/credentials/verify", data=body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["type"] == type_


def test_a_script_of_any_page_may_ask(client: FlaskClient) -> None:
    answer = client.options("/credentials/verify", headers={"Origin": "https://a.example"})

    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]


# What every answer carries


@pytest.mark.parametrize("path", ["/verify", "/nowhere", "/healthz", "/credentials/nowhere", "/static/x/site.css"])
def test_every_answer_has_its_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "Set-Cookie" not in headers


def test_without_https_there_is_no_promise_of_it(world: World) -> None:
    plain = client_of(desk(world), base_url="http://localhost:8000")

    assert "Strict-Transport-Security" not in plain.get("/verify").headers


@pytest.mark.parametrize(("path", "form"), [("/nowhere", "text/html"), ("/credentials/x", "application/problem+json")])
def test_an_error_speaks_to_whom_it_concerns(client: FlaskClient, path: str, form: str) -> None:
    answer = client.get(path, headers=HTML)

    assert answer.status_code == 404
    assert answer.mimetype == form


def test_a_fault_of_ours_is_a_sentence_and_no_trace(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(_recipient: str | None) -> Policy:
        raise RuntimeError("secret of ada@example.org")

    answer = client_of(replace(desk(world), policy=broken)).post("/verify", data={"text": "x"}, headers=HTML)

    assert answer.status_code == 500
    assert "Our fault" in answer.text
    assert "secret" not in answer.text + capsys.readouterr().out


def test_static_files_are_kept_for_ever_under_their_hash_alone(client: FlaskClient) -> None:
    kept, other = client.get(static_url("site.css")), client.get("/static/000000000000/site.css")

    assert kept.cache_control.immutable
    assert kept.cache_control.max_age == 31_536_000
    assert not other.cache_control.immutable
    assert client.get(static_url("fonts/inter/LICENSE_FONT")).status_code == 404
    assert client.get(static_url("../__init__.py")).status_code == 404


def test_metrics_name_pages_and_verdicts_and_are_not_for_everybody(client: FlaskClient) -> None:
    client.post("/verify", data={"text": to_bytes(sign(credential())).decode()}, headers=HTML)

    text = client.get("/metrics").text

    assert 'attestato_http_answers_total{page="verify.check",status="200"} 1.0' in text
    assert not [word for word in ("Ada", "ada@", ID, "127.0.0.1") if word in text]
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404


def test_readiness_gives_its_reason(world: World) -> None:
    app = site.new_app(base_url="https://badges.example", practice=False, default_language="en")
    health.install(app, health.Numbers(), lambda: "database")

    answer = app.test_client().get("/readyz")

    assert answer.status_code == 503
    assert answer.get_json()["detail"] == "The database does not answer."


@pytest.mark.parametrize(
    ("query", "accept", "language"),
    [
        ("", "it-IT,it;q=0.9,en;q=0.8", "it"),
        ("", "en-US,en;q=0.5", "en"),
        ("", "de", "en"),
        ("", "fr;q=0.9, it;q=0.4", "it"),
        ("?lang=it", "en", "it"),
        ("?lang=xx", "it", "it"),
    ],
)
def test_the_page_speaks_as_its_reader_does(client: FlaskClient, query: str, accept: str, language: str) -> None:
    page = client.get(f"/verify{query}", headers={"Accept-Language": accept})

    assert f'<html lang="{language}">' in page.text
    assert "Accept-Language" in page.headers["Vary"]


def test_a_verifier_alone_loads_neither_a_database_nor_a_printer(tmp_path: Path) -> None:
    script = (
        "import sys; from wsgi import create_app; from issuer.settings import Settings; "
        f"data = {str(tmp_path / 'data')!r}; "
        "named = {'ROLES': 'verifier', 'DATA': data, 'WORKERS': '1'}; "
        "read = Settings.read({f'ATTESTATO_{name}': value for name, value in named.items()}); "
        "app = create_app(read); "
        "assert app.test_client().get('/verify').status_code == 200; "
        "assert app.test_client().get('/').status_code == 302; "
        "print(sorted(name for name in sys.modules if name in ('sqlalchemy', 'weasyprint', 'alembic', 'keys.store')))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
    assert not (tmp_path / "data").exists()


def test_an_answer_for_programs_is_the_promised_object(client: FlaskClient) -> None:
    told = json.loads(posted(client, sign(credential()), JSON))

    assert list(told) == [
        "source", "format", "verdict", "outcome", "checks", "problemDetails", "issuer", "credential", "endorsements"
    ]  # fmt: skip


def test_what_was_waited_for_a_turn_is_part_of_the_time_of_a_verification(world: World) -> None:
    left_over: list[float] = []

    def policy(recipient: str | None) -> Policy:
        left_over.append(left(60.0))
        return Policy(recipient=recipient)

    counter = replace(desk(world), turnstile=Turnstile(together=1, patience=20.0), policy=policy)
    client = client_of(counter)
    with counter.turnstile.turn():
        thread = threading.Thread(target=lambda: client.post("/verify", data={"text": "x"}, headers=JSON))
        thread.start()
        while not counter.turnstile.is_awaited():
            time.sleep(0.01)
        time.sleep(0.3)
    thread.join(20)
    client.post("/verify", data={"text": "x"}, headers=JSON)

    assert left_over[0] <= TOTAL_SECONDS - 0.3
    assert left_over[0] < left_over[1] <= TOTAL_SECONDS
