"""The privacy notice: public, in both languages, with the controller's name, and with nothing that is a page's own."""

from __future__ import annotations

import pytest

from tests.issuer.room.rooms import MILANO, NAMES, Rooms

PAGE = f"/issuers/{MILANO}/privacy"
SAID = {
    "name": NAMES[MILANO], "language": "it", "controller": "Python Milano <b>APS</b>",
    "contact": "privacy@milano.example", "notice": "Conserviamo tutto dieci anni.\r\n<script>alert(1)</script>",
}  # fmt: skip


def test_an_organization_that_said_nothing_is_its_own_controller(rooms: Rooms) -> None:
    page = rooms.browser().get(PAGE)

    assert page.status_code == 200
    assert f"The controller is {NAMES[MILANO]}." in page.text
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize(("language", "words"), [("it", "Titolare del trattamento"), ("en", "The controller is")])
def test_the_controller_is_named_in_both_languages(rooms: Rooms, language: str, words: str) -> None:
    rooms.browser(f"owner@{MILANO}").submit(f"/room/{MILANO}/profile", SAID)

    page = rooms.browser(language=language).get(PAGE).text

    assert words in page
    assert "Python Milano &lt;b&gt;APS&lt;/b&gt;" in page
    assert "privacy@milano.example" in page
    assert "Conserviamo tutto dieci anni." in page
    assert "<script>alert" not in page


def test_it_says_whether_the_e_mail_address_goes_into_credentials(rooms: Rooms) -> None:
    owner = rooms.browser(f"owner@{MILANO}")
    owner.submit(f"/room/{MILANO}/profile", SAID | {"sign_email": "1"})
    bound = rooms.browser().get(PAGE).text
    owner.submit(f"/room/{MILANO}/profile", SAID)
    bare = rooms.browser().get(PAGE).text

    assert "salted hash" in bound
    assert "salted hash" not in bare


def test_the_page_of_the_issuer_leads_there_also_before_anything_is_issued(rooms: Rooms) -> None:
    page = rooms.browser().get(f"/issuers/{MILANO}", headers={"Accept": "text/html"})

    assert page.status_code == 200
    assert PAGE in page.text


def test_there_is_none_of_an_issuer_that_is_not_there(rooms: Rooms) -> None:
    assert rooms.browser().get("/issuers/nobody-here/privacy").status_code == 404
