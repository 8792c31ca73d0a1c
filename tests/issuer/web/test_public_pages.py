"""Issuers, achievements, keys, status lists, and the pages around them."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from issuer import archive
from issuer.cli.serve import THREADS
from issuer.settings import Settings
from issuer.web.counter import why_not_ready
from keys.envelope import KeyEncryptionKey
from tests.issuer.web.conftest import Instance, instance_at
from verifier.web.turnstile import CROWD
from wsgi import create_app

PAGE = {"Accept": "text/html", "Accept-Language": "en"}


def addresses(instance: Instance) -> dict[str, str]:
    """Return every public address that the signed credential names, without the host."""
    award = archive.award(instance.office, instance.good)
    assert award is not None
    said = json.loads(award.signed)
    achievement = said["credentialSubject"]["achievement"]
    named = {
        "achievement": achievement["id"],
        "picture": achievement["image"]["id"],
        "status": said["credentialStatus"]["statusListCredential"],
    }
    return {name: address.removeprefix("https://badges.example") for name, address in named.items()} | {
        "profile": "/issuers/python-milano",
        "did": "/issuers/python-milano/did.json",
        "jwks": "/issuers/python-milano/jwks.json",
    }


@pytest.mark.parametrize("name", ["achievement", "picture", "status", "profile", "did", "jwks"])
def test_what_a_credential_names_is_there_for_everybody(client: FlaskClient, instance: Instance, name: str) -> None:
    answer = client.get(addresses(instance)[name], headers={"Accept": "application/json"})

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.cache_control.public
    assert answer.cache_control.max_age
    assert "Set-Cookie" not in answer.headers
    again = client.get(
        addresses(instance)[name],
        headers={"Accept": "application/json", "If-None-Match": answer.headers["ETag"]},
    )
    assert (again.status_code, again.data) == (304, b"")


def test_the_status_list_is_the_same_for_all_who_ask(client: FlaskClient, instance: Instance) -> None:
    path = addresses(instance)["status"]

    answers = [client.get(path, headers=headers) for headers in ({}, PAGE, {"Accept-Language": "it", "Cookie": "a=b"})]

    assert len({(answer.data, answer.headers["ETag"], answer.mimetype) for answer in answers}) == 1
    assert answers[0].cache_control.max_age <= 60


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize("path", ["/c/none.pdf", "/c/none.json", "/issuers/none"])
def test_no_cache_keeps_an_error_for_somebody_else(client: FlaskClient, path: str, accept: str) -> None:
    answer = client.get(path, headers={"Accept": accept})

    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-cache"
    assert {"Accept", "Accept-Language"} <= set(answer.vary)


def test_verifications_alone_never_take_every_thread() -> None:
    assert CROWD < THREADS


def test_each_key_has_an_address(client: FlaskClient, instance: Instance) -> None:
    listed = client.get("/issuers/python-milano/jwks.json").get_json()["keys"]

    for key in listed:
        kid = key["kid"].partition("#")[2]
        assert client.get(f"/issuers/python-milano/keys/{kid}").get_json() == key


@pytest.mark.parametrize("name", ["profile", "achievement"])
def test_people_get_a_page_and_programs_the_json(client: FlaskClient, instance: Instance, name: str) -> None:
    path = addresses(instance)[name]

    page, document = client.get(path, headers=PAGE), client.get(path, headers={"Accept": "application/ld+json"})

    assert page.mimetype == "text/html"
    assert document.mimetype == "application/ld+json"
    assert document.get_json()["name"] in page.text
    assert "Accept" in page.headers["Vary"]
    assert "Accept" in document.headers["Vary"]


def test_criteria_are_inert(client: FlaskClient, instance: Instance) -> None:
    text = client.get(addresses(instance)["achievement"], headers=PAGE).text

    assert "<em>registrata</em>" in text
    assert "<b>" not in text
    assert 'href="javascript' not in text


def test_a_picture_that_is_a_document_runs_nothing(client: FlaskClient, instance: Instance) -> None:
    answer = client.get(addresses(instance)["picture"])

    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize(
    "path",
    ["/issuers/nobody", "/issuers/nobody/did.json", "/achievements/x", "/achievements/" + "a" * 26, "/status/1",
     "/status/-1", "/issuers/python-milano/keys/x", "/issuers/..%2f", "/.git/config", "/accent/red.css",
     "/accent/7A1F2B.css", "/.env"],
)  # fmt: skip
def test_what_does_not_exist_is_not_there(client: FlaskClient, path: str) -> None:
    assert client.get(path, headers=PAGE).status_code == 404


def test_an_organization_s_colour_is_a_sheet_of_its_own(client: FlaskClient, instance: Instance) -> None:
    page = client.get(f"/c/{instance.good}", headers=PAGE).text

    assert '<link rel="stylesheet" href="/accent/1d3a5f.css">' in page
    assert "--accent:#1d3a5f" in client.get("/accent/1d3a5f.css").text


def test_the_front_page_lets_a_stranger_verify_at_once(client: FlaskClient) -> None:
    for language in ("it", "en"):
        text = client.get(f"/?lang={language}").text
        assert f'<html lang="{language}">' in text
        assert '<form class="desk" action="/verify' in text


def test_practice_is_said_on_every_page(tmp_path: Path, instance: Instance) -> None:
    practising = instance_at(tmp_path, "http://localhost:8000")
    pages = ("/", "/verify", "/nowhere", f"/c/{practising.good}", "/issuers/python-milano")

    said = ["This installation is for practice" in practising.client().get(f"{path}?lang=en").text for path in pages]
    public = [instance.client().get(f"{path}?lang=en").text for path in ("/", "/verify", f"/c/{instance.good}")]

    practising.office.close()
    assert said == [True] * len(pages)
    assert not [text for text in public if "for practice" in text]


def test_readiness_tells_that_the_tables_are_there(client: FlaskClient) -> None:
    assert client.get("/readyz").get_json() == {"status": "ready"}


def test_a_key_that_opens_nothing_is_a_reason_not_to_be_ready(tmp_path: Path) -> None:
    made = instance_at(tmp_path, "https://badges.example")
    settings = made.office.settings
    made.office.close()
    settings.kek_file.unlink()
    KeyEncryptionKey.load_or_create(settings.kek_file)
    other = create_app(Settings.read({"ATTESTATO_DATA": str(settings.data), "ATTESTATO_BASE_URL": settings.base_url}))

    answer = other.test_client().get("/readyz")

    assert why_not_ready(made.office) is None
    assert answer.status_code == 503
    assert "key" in answer.get_json()["detail"]


def test_several_workers_share_the_count_of_callers(tmp_path: Path) -> None:
    read = {"ATTESTATO_DATA": str(tmp_path / "data"), "ATTESTATO_WORKERS": "2", "ATTESTATO_ROLES": "verifier"}
    workers = [create_app(Settings.read(read)).test_client() for _ in range(2)]
    began = time.monotonic()

    answers = [workers[turn % 2].post("/verify", data={"text": "x"}).status_code for turn in range(14)]

    # Two seconds refill one: a slow machine may let a few more pass, never twice as many.
    passed = answers.count(200)
    assert 10 <= passed <= 11 + (time.monotonic() - began) / 2
    assert answers[0] == 200


@pytest.mark.parametrize(("proxies", "last"), [("0", 429), ("1", 200)])
def test_the_address_that_a_proxy_of_ours_adds_counts_and_no_other(tmp_path: Path, proxies: str, last: int) -> None:
    read = {"ATTESTATO_DATA": str(tmp_path / "data"), "ATTESTATO_PROXIES": proxies, "ATTESTATO_ROLES": "verifier"}
    client = create_app(Settings.read(read)).test_client()

    def ask(forwarded: str) -> int:
        return client.post("/verify", data={"text": "x"}, headers={"X-Forwarded-For": forwarded}).status_code

    written_by_the_caller = [ask(f"198.51.100.{n}, 203.0.113.1") for n in range(40)]

    assert 429 in written_by_the_caller
    assert ask("198.51.100.1, 203.0.113.2") == last
