"""What people read of a 2.0 badge: what is published, no name where none is told, no signature where none is."""

from __future__ import annotations

import io
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from badges.translation import in_words_of_3
from templates import sentence
from tests.verifier.backpack import (
    ASSERTION,
    BADGE,
    EMAIL,
    ISSUER,
    SITE,
    Elder,
    Site,
    badge_class,
    compact,
    elder,
    hosted,
    signable,
)
from tests.verifier.published import to_bytes
from tests.verifier.test_ob2_pictures import GOOD
from tests.verifier.test_web import client_of, desk
from verifier.web.facts import Facts, facts
from verifier.web.wording import HOSTED

PLAIN = {"type": "email", "hashed": False, "identity": EMAIL}


def told(world: Elder, made: Any) -> Facts:
    report = world.verify(made)
    assert report.credential is not None
    return facts(report.credential)


def client(world: Elder) -> FlaskClient:
    return client_of(replace(desk(world), resolver=Site(world.documents, world.gone)))


def page(world: Elder, data: bytes, language: str = "en") -> str:
    answer = client(world).post(f"/verify?lang={language}", data={"file": (io.BytesIO(data), "badge")})
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def test_the_facts_are_those_of_the_site() -> None:
    world = elder()
    world.publish(BADGE, badge_class(criteria={"id": f"{SITE}/criteria", "narrative": "Passed."}))

    found = told(world, hosted())

    assert (found.title, found.criteria, found.criteria_url) == ("3-D Printmaster", "Passed.", f"{SITE}/criteria")
    assert found.description == "For passing the test of knowledge and safety."
    assert (found.issuer_id, found.issuer_name, found.issuer_url) == (ISSUER, "Officina del Po", SITE)
    assert (str(found.awarded), str(found.valid_until)) == ("2026-10-01 12:00:00+00:00", "2028-10-01 12:00:00+00:00")
    assert [link.url for link in found.evidence] == [f"{SITE}/made/123"]
    assert found.tags == ("printing", "safety")
    assert found.valid_from is None


@pytest.mark.parametrize(
    ("recipient", "name", "is_hashed"),
    [(PLAIN, EMAIL, False), (hosted()["recipient"], None, True)],
    ids=["plain", "hash"],
)
def test_a_recipient_is_told_only_if_the_badge_tells(
    recipient: dict[str, Any], name: str | None, is_hashed: bool
) -> None:
    found = told(elder(), compact(signable(recipient=recipient)))

    assert (found.recipient, found.hashed) == (name, is_hashed)


def test_what_an_extension_says_is_not_shown() -> None:
    extension = {"@context": "https://x.example/c", "type": ["Extension"], "name": "Mallory"}

    text = page(elder(), compact(signable(**{"extensions:recipientProfile": extension, "grade": "A+ with honours"})))

    assert "Mallory" not in text
    assert "honours" not in text
    assert "3-D Printmaster" in text


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_page_says_that_a_hash_is_no_name(language: str) -> None:
    said = sentence("page.report.hashed.text", language)

    assert said in page(elder(), to_bytes(hosted()), language)
    assert said not in page(elder(), compact(signable(recipient=PLAIN)), language)


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("code", sorted(HOSTED))
def test_each_sentence_for_hosted_badges_is_another(code: str, language: str) -> None:
    assert sentence(f"{code}.hosted", language) != sentence(code, language)


@pytest.mark.parametrize("language", ["it", "en"])
def test_a_hosted_badge_is_not_called_signed_and_a_signed_one_is(language: str) -> None:
    codes = ["page.headline.unfamiliar", "page.explained.unfamiliar", "page.meaning.proof", "page.report.picture.text"]

    site, token = (page(elder(), GOOD[name], language) for name in ("iTXt, JSON", "iTXt, JWS"))

    for code in codes:
        assert sentence(f"{code}.hosted", language) in site
        assert sentence(code, language) not in site
        assert sentence(code, language) in token


def test_what_the_site_does_not_confirm_is_not_shown() -> None:
    text = page(elder(), to_bytes(hosted(evidence="https://evil.example/work")))

    assert "This is not what the issuer’s site says." in text
    assert "3-D Printmaster" not in text
    assert sentence("page.report.nothing.text.hosted", "en") in text


def test_a_badge_that_was_taken_back_says_why() -> None:
    world = elder()
    world.gone[ASSERTION] = to_bytes({"revocationReason": "Awarded by <b>mistake</b>."})

    text = page(world, GOOD["tEXt, address"])

    assert "with the reason: Awarded by <b>mistake</b>." in text
    assert sentence("page.explained.revoked.hosted", "en") in text


def test_a_link_to_a_badge_that_was_taken_back_is_a_revoked_badge() -> None:
    world = elder()
    counter = desk(world)
    site = Site(world.documents, world.gone)
    world.gone[ASSERTION] = to_bytes({"@context": hosted()["@context"], "type": "Assertion", "id": ASSERTION})

    answer = client_of(replace(counter, resolver=site, sources=site)).post("/verify", data={"text": ASSERTION})

    assert sentence("page.explained.revoked.hosted", "en") in unescape(answer.get_data(as_text=True))


@pytest.mark.parametrize(
    "assertion", [{}, {"badge": []}, {"badge": {"issuer": 5, "criteria": 7}, "evidence": [7, None]}]
)
def test_what_is_missing_is_left_out(assertion: dict[str, Any]) -> None:
    found = facts(in_words_of_3(assertion))

    assert (found.title, found.recipient, found.evidence) == (None, None, ())
