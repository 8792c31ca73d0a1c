"""The award on somebody else's page: it says how things stand now, and gives nobody away."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from lxml import etree

from issuer.art.card import WIDTH, Words, card_svg
from tests.issuer.web.conftest import Instance

SEED = "a seed"


def title_of(svg: bytes) -> str:
    return str(etree.fromstring(svg).findtext("{http://www.w3.org/2000/svg}title"))


def test_a_card_and_a_frame_say_who_what_and_how_it_stands_now(client: FlaskClient, instance: Instance) -> None:
    card, frame = (client.get(f"/c/{instance.good}/{name}?lang=en") for name in ("card.svg", "embed"))

    for said in ("Maria-Grazia Dell’Orto", "Attestato di partecipazione", "Valid", "20\u00a0November\u00a02026"):
        assert said in title_of(card.data)
        assert said in frame.text
    assert f'href="https://badges.example/c/{instance.good}?lang=en"' in frame.text


def test_a_revocation_is_seen_in_both_at_once(client: FlaskClient, instance: Instance) -> None:
    card, frame = (client.get(f"/c/{instance.revoked}/{name}?lang=en") for name in ("card.svg", "embed"))

    assert "Revoked" in title_of(card.data)
    assert "Revoked" in frame.text
    assert "Valid" not in title_of(card.data)
    assert 'class="state invalid"' in frame.text


def test_both_speak_the_language_that_is_asked_for(client: FlaskClient, instance: Instance) -> None:
    assert "Valido" in title_of(client.get(f"/c/{instance.good}/card.svg?lang=it").data)
    assert "Valido" in client.get(f"/c/{instance.good}/embed?lang=it").text


def test_any_page_may_frame_the_frame_and_no_other_page_of_ours(client: FlaskClient, instance: Instance) -> None:
    frame, page = client.get(f"/c/{instance.good}/embed"), client.get(f"/c/{instance.good}")

    assert "frame-ancestors *" in frame.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in frame.headers
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("name", ["embed", "card.svg"])
def test_both_are_kept_for_a_minute_and_set_no_cookie(name: str, client: FlaskClient, instance: Instance) -> None:
    answer = client.get(f"/c/{instance.good}/{name}")
    again = client.get(f"/c/{instance.good}/{name}", headers={"If-None-Match": answer.headers["ETag"]})

    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "script" not in answer.text
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["embed", "card.svg"])
def test_what_is_nobodys_is_not_found(name: str, client: FlaskClient) -> None:
    assert client.get(f"/c/{'a' * 25}q/{name}").status_code == 404


def test_a_name_is_text_on_the_card() -> None:
    svg = card_svg(Words("valid", "<script>alert(1)</script>", "&", "Valid", "now"), SEED, "#7a1f2b")

    assert b"<script" not in svg
    assert "<script>alert(1)</script>" in title_of(svg)


@pytest.mark.parametrize("name", ["Ada", "Wilhelmina " * 12, "ﷺ" * 20, "李" * 60], ids=["short", "long", "wide", "Han"])
def test_no_line_runs_over_the_edge(name: str) -> None:
    svg = card_svg(Words("valid", name, name, "Valid", "as of now"), SEED, "#7a1f2b").decode()

    starts = [float(x) for x in re.findall(r'<path transform="translate\(([0-9.]+) (?:32|62|92)\)', svg)]
    assert max(starts) < WIDTH - 20


def test_the_page_offers_the_lines_to_copy(client: FlaskClient, instance: Instance) -> None:
    page = client.get(f"/c/{instance.good}").text

    assert f"&lt;iframe src=&#34;https://badges.example/c/{instance.good}/embed&#34;".replace("&#34;", '"') in page
    assert f"/c/{instance.good}/card.svg" in page
