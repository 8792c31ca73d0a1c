"""The page behind the QR code, and the award in every format."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from io import BytesIO
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from PIL import Image

from badges.baking import unbake_png, unbake_svg
from issuer import archive
from issuer.web.page import social_words
from issuer.web.shelf import Shelf
from tests.issuer.web.conftest import NOTE, REASON, Instance
from verifier.verdict import CHECKS
from verifier.web.language import speak

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "it"}


def signed(instance: Instance, token: str) -> bytes:
    award = archive.award(instance.office, token)
    assert award is not None
    return award.signed


def page(client: FlaskClient, token: str, **query: str) -> str:
    answer = client.get(f"/c/{token}", headers=PAGE, query_string=query)
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    return answer.text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("", "text/html"),
        ("application/vc", "application/vc"),
        ("application/ld+json", "application/ld+json"),
        ('application/ld+json;profile="x"', "application/ld+json"),
        ("application/json", "application/json"),
        ("application/json, text/html;q=0.5", "application/json"),
        ("image/png", "text/html"),
    ],
)
def test_one_address_gives_the_page_or_the_signed_json(
    client: FlaskClient, instance: Instance, accept: str, given: str
) -> None:
    answer = client.get(f"/c/{instance.good}", headers={"Accept": accept})

    assert answer.mimetype == given
    assert "Accept" in answer.headers["Vary"]
    if given != "text/html":
        assert answer.data == signed(instance, instance.good)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_page_says_who_what_when_by_whom_and_that_it_stands(client: FlaskClient, instance: Instance) -> None:
    text = page(client, instance.good)

    assert 'class="verdict valid"' in text
    told = re.sub(r"<[^>]+>", "", text)
    for said in (
        "Valido",
        "Maria-Grazia Dell’Orto",
        "Attestato di partecipazione",
        "Serata Python: type hints",
        "Python Milano",
        "15 ottobre 2026, Milano",
        "2,5 ore",
        "Firmato da Python Milano, e da allora non è cambiato nulla.",
    ):
        assert said in told


def test_every_check_is_the_real_verifier_s(client: FlaskClient, instance: Instance) -> None:
    text = page(client, instance.good)

    names = re.findall(r'data-check="(\w+)"', text)

    assert sorted(names) == sorted(CHECKS)


def test_a_revoked_award_says_why_and_since_when(client: FlaskClient, instance: Instance) -> None:
    text = page(client, instance.revoked)

    assert 'class="verdict invalid"' in text
    assert "Revocato il 19 novembre 2026" in text
    assert REASON in text
    assert "linkedin.com" not in text


def test_a_corrected_award_stands_and_says_since_when(client: FlaskClient, instance: Instance) -> None:
    text = page(client, instance.corrected)

    assert 'class="verdict valid"' in text
    assert "João Coutinho" in text
    assert "Corretto il 20 novembre 2026" in text
    assert NOTE in text


def test_an_old_copy_leads_to_the_version_that_counts(client: FlaskClient, instance: Instance) -> None:
    answer = client.post("/verify", data={"text": instance.first_version.decode()}, headers=PAGE)

    assert 'class="verdict invalid"' in answer.text
    assert f'<a href="https://badges.example/c/{instance.corrected}">' in answer.text


def test_names_are_inert_whatever_they_are(client: FlaskClient, instance: Instance) -> None:
    text = page(client, instance.merit)

    assert "<script>alert" not in text
    assert "onerror=alert(1)&gt;" in text
    assert "<img src=x" not in text
    assert 'href="javascript' not in text


def test_no_address_of_a_person_is_on_the_page(client: FlaskClient, instance: Instance) -> None:
    text = page(client, instance.good)

    assert "maria@example.org" not in text
    assert "sha256$" not in text


def test_crawlers_may_read_a_page_and_are_asked_not_to_list_it(client: FlaskClient, instance: Instance) -> None:
    answer = client.get(f"/c/{instance.good}", headers=PAGE)

    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.text
    assert "Disallow: /c/" not in client.get("/robots.txt").text


def test_linkedin_is_given_every_field(client: FlaskClient, instance: Instance) -> None:
    link = re.search(r'href="(https://www\.linkedin\.com/profile/add[^"]+)"', page(client, instance.good))
    assert link is not None

    fields = parse_qs(urlsplit(link[1].replace("&amp;", "&")).query)

    assert fields == {
        "startTask": ["CERTIFICATION_NAME"],
        "name": ["Attestato di partecipazione"],
        "organizationName": ["Python Milano"],
        "issueYear": ["2026"],
        "issueMonth": ["10"],
        "expirationYear": ["2028"],
        "expirationMonth": ["10"],
        "certUrl": [f"https://badges.example/c/{instance.good}"],
        "certId": ["2026-17"],
    }


@pytest.mark.parametrize(
    ("accept", "language"), [("it", "it"), ("en-US,en;q=0.9,it;q=0.2", "it"), ("en", "en"), ("de", "it")]
)
def test_the_page_speaks_the_event_s_language_to_whoever_knows_it(
    client: FlaskClient, instance: Instance, accept: str, language: str
) -> None:
    answer = client.get(f"/c/{instance.good}", headers={"Accept-Language": accept})

    assert f'<html lang="{language}">' in answer.text


def test_the_page_can_be_asked_for_in_the_other_language(client: FlaskClient, instance: Instance) -> None:
    assert "Signed by Python Milano, and not altered since." in page(client, instance.good, lang="en")


def test_no_host_of_a_caller_reaches_the_page(client: FlaskClient, instance: Instance) -> None:
    headers = {**PAGE, "Host": "evil.example", "X-Forwarded-Host": "evil.example"}

    answer = client.get(f"/c/{instance.good}", headers=headers)

    assert "evil.example" not in answer.text
    assert f'content="https://badges.example/c/{instance.good}/og.png"' in answer.text


def test_nothing_is_loaded_from_elsewhere(client: FlaskClient, instance: Instance) -> None:
    text = page(client, instance.good)

    loaded = re.findall(r'<(?:link[^>]+(?:stylesheet|icon|preload)[^>]*|script|img)[^>]*?(?:href|src)="([^"]+)"', text)

    assert loaded
    assert [address for address in loaded if not address.startswith("/")] == []
    assert not re.search(r"<style|<script>|<[^>]*\s(?:style|on\w+)=", text)


# Files


@pytest.mark.parametrize(
    ("extension", "media_type", "kind"),
    [
        ("json", "application/vc", "inline"),
        ("jwt", "application/vc+jwt", "attachment"),
        ("pdf", "application/pdf", "inline"),
        ("png", "image/png", "inline"),
        ("svg", "image/svg+xml", "attachment"),
    ],
)
def test_every_format_is_served_as_what_it_is(
    client: FlaskClient, instance: Instance, extension: str, media_type: str, kind: str
) -> None:
    answer = client.get(f"/c/{instance.good}.{extension}")

    assert answer.status_code == 200
    assert answer.mimetype == media_type
    assert answer.headers["Content-Disposition"].startswith(
        f'{kind}; filename="attestato-di-partecipazione-maria-grazia-dell-orto.{extension}"'
    )
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.cache_control.max_age == 60
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    again = client.get(f"/c/{instance.good}.{extension}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_pictures_carry_the_signed_bytes(client: FlaskClient, instance: Instance) -> None:
    inside = signed(instance, instance.good)

    assert unbake_png(client.get(f"/c/{instance.good}.png").data) == [inside]
    assert unbake_svg(client.get(f"/c/{instance.good}.svg").data) == [inside]


@pytest.mark.parametrize("extension", ["json", "jwt", "pdf", "png", "svg"])
@pytest.mark.parametrize("state", ["good", "revoked", "corrected"])
def test_every_format_of_every_award_is_judged_alike(
    client: FlaskClient, instance: Instance, extension: str, state: str
) -> None:
    body = client.get(f"/c/{getattr(instance, state)}.{extension}").data

    told = client.post(
        "/verify", data={"file": (BytesIO(body), "x")}, headers={"Accept": "application/json"}
    ).get_json()

    assert told["verdict"] == ("revoked" if state == "revoked" else "valid")
    assert told["issuer"]["trust"] == "known"


@pytest.mark.parametrize(("path", "kind"), [("", "html"), ("/certificate.png", "png")], ids=["page", "picture"])
@pytest.mark.parametrize("state", ["good", "revoked"])
def test_a_saved_page_or_a_picture_of_the_certificate_leads_to_its_award(
    client: FlaskClient, instance: Instance, path: str, kind: str, state: str
) -> None:
    body = client.get(f"/c/{getattr(instance, state)}{path}", headers=PAGE).data

    told = client.post(
        "/verify", data={"file": (BytesIO(body), "x")}, headers={"Accept": "application/json"}
    ).get_json()

    assert (told["format"], told["verdict"]) == (kind, "valid" if state == "good" else "revoked")
    assert getattr(instance, state) in told["checks"][0]["detail"]


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "RS256"])
def test_the_jwt_comes_in_the_algorithm_that_is_asked_for(
    client: FlaskClient, instance: Instance, algorithm: str
) -> None:
    header = client.get(f"/c/{instance.good}.jwt?alg={algorithm}").data.split(b".")[0]

    assert json.loads(urlsafe_b64decode(header + b"=="))["alg"] == algorithm


def test_an_algorithm_that_we_do_not_make_is_a_problem(client: FlaskClient, instance: Instance) -> None:
    answer = client.get(f"/c/{instance.good}.jwt?alg=none")

    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "link", ["https://badges.example/c/{}", "badges.example/c/{}", "https://badges.example/c/{}.pdf"]
)
def test_our_own_links_are_answered_from_our_store(client: FlaskClient, instance: Instance, link: str) -> None:
    answer = client.post("/verify", data={"text": link.format(instance.good)}, headers={"Accept": "application/json"})

    assert answer.get_json()["verdict"] == "valid"


@pytest.mark.parametrize(
    "path",
    [
        "/c/x",
        "/c/" + "a" * 26,
        "/c/" + "A" * 26,
        "/c/" + "a" * 26 + ".pdf",
        "/c/{}.exe",
        "/c/{}/x",
        "/c/../wsgi.py",
        "/c/",
    ],
)
def test_what_is_no_award_is_not_there(client: FlaskClient, instance: Instance, path: str) -> None:
    assert client.get(path.format(instance.good)).status_code == 404


@pytest.mark.parametrize("link", ["http://[", "https://[::1", "http://v1.[/", "https://exa\u2100mple.com/c/x"])
def test_an_address_that_is_none_is_only_out_of_reach(client: FlaskClient, link: str) -> None:
    answer = client.post("/verify", data={"url": link}, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


@pytest.mark.parametrize("path", ["/c//{}", "//c/{}", "/c/{}//og.png"])
def test_no_address_leads_to_the_host_of_a_caller(client: FlaskClient, instance: Instance, path: str) -> None:
    answer = client.open(path=path.format(instance.good), base_url="http://evil.example")

    assert answer.status_code == 404
    assert "Location" not in answer.headers


@pytest.mark.parametrize(("state", "word"), [("good", "Certificato verificabile"), ("revoked", "Revocato")])
def test_the_picture_that_is_shared_says_when_an_award_is_revoked(instance: Instance, state: str, word: str) -> None:
    award = archive.award(instance.office, getattr(instance, state))
    assert award is not None

    with instance.app.test_request_context():
        speak("it")
        assert social_words(SimpleNamespace(office=instance.office), award).seal == word  # type: ignore[arg-type]


def test_the_pictures_of_the_page_are_pictures(client: FlaskClient, instance: Instance) -> None:
    shared = Image.open(BytesIO(client.get(f"/c/{instance.good}/og.png").data))
    printed = Image.open(BytesIO(client.get(f"/c/{instance.good}/certificate.png").data))

    assert (shared.format, shared.size) == ("PNG", (1200, 630))
    assert (printed.format, printed.size) == ("PNG", (1400, 990))
    assert client.get(f"/c/{instance.good}/rosette.svg").data.startswith(b"<svg")
    assert client.get(f"/c/{instance.good}/code.svg").mimetype == "image/svg+xml"


def test_a_picture_is_drawn_once(client: FlaskClient, instance: Instance) -> None:
    shelf = Shelf(instance.office.settings.data / "another")

    drawn = [shelf.get(lambda n=n: bytes([n]), b"same") for n in range(3)]  # type: ignore[misc]

    assert drawn == [b"\x00"] * 3
    assert shelf.get(lambda: b"other", b"not the same") == b"other"


@pytest.mark.parametrize("language", ["it", "en"])
def test_a_superseded_copy_leads_to_its_successor(instance: Instance, language: str) -> None:
    client = instance.client()
    address = f"https://badges.example/c/{instance.corrected}"

    page = client.post("/verify", data={"text": instance.first_version}, headers={"Accept-Language": language})
    answer = client.post("/verify", data={"text": instance.first_version}, headers={"Accept": "application/json"})

    assert answer.json["verdict"] == "superseded"
    assert f'<a href="{address}">'.encode() in page.data
    current = client.get(f"/c/{instance.corrected}.json").data
    assert b"<a href=" + f'"{address}"'.encode() not in client.post("/verify", data={"text": current}).data
