"""Badges are printed from the list of an evening: everybody's, for who may issue, and without a name in any address."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from sqlalchemy import select

from issuer.models import Journal
from issuer.nameplates import printing
from issuer.room import nameplates
from tests.issuer.preparing.evenings import drop
from tests.issuer.room.rooms import MILANO, Rooms

LIST = b"""Name,Email,Attended,Role
Zoe Rossi,zoe@example.org,yes,speaker
Ada Lovelace,ada@example.org,no,
Emmy Noether,,yes,
"""


def place(rooms: Rooms, body: bytes = LIST) -> str:
    return f"/room/{MILANO}/prepare/{drop(rooms, body)}"


def text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def test_everybody_on_the_list_has_a_badge_whether_they_came_or_not(both: Rooms) -> None:
    browser, here = both.browser(f"organizer@{MILANO}"), place(both)

    page, answer = browser.get(f"{here}/nameplates").text, browser.get(f"{here}/nameplates.pdf?sheet=l7160")

    said = text(answer.data)
    assert "3 badges" in page
    assert answer.content_type == "application/pdf"
    assert said.index("Ada") < said.index("Emmy") < said.index("Zoe")
    assert "speaker" in said
    assert "Python Milano" in said


def test_badges_come_as_on_the_list_where_that_is_chosen(rooms: Rooms) -> None:
    answer = rooms.browser(f"organizer@{MILANO}").get(f"{place(rooms)}/nameplates.pdf?sheet=card&order=list")

    said = text(answer.data)
    assert said.index("Zoe") < said.index("Ada") < said.index("Emmy")


def test_the_page_of_a_list_leads_to_its_badges(rooms: Rooms) -> None:
    here = place(rooms)

    assert f'href="{here}/nameplates"' in rooms.browser(f"organizer@{MILANO}").get(here).text


def test_a_first_label_that_the_sheet_does_not_have_is_told_with_what_was_chosen(rooms: Rooms) -> None:
    answer = rooms.browser(f"organizer@{MILANO}").get(f"{place(rooms)}/nameplates.pdf?sheet=l7160&start=22")

    assert answer.status_code == 422
    assert "labels 1 to 21" in answer.text
    assert 'value="l7160" checked' in answer.text
    assert 'value="22"' in answer.text


@pytest.mark.parametrize("asked", ["sheet=x", "order=x", "sheet=a6&name=Ada"])
def test_what_nobody_can_choose_is_refused(rooms: Rooms, asked: str) -> None:
    assert rooms.browser(f"organizer@{MILANO}").get(f"{place(rooms)}/nameplates.pdf?{asked}").status_code == 422


def test_many_badges_come_in_several_files(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nameplates, "MOST", 2)
    browser, here = rooms.browser(f"organizer@{MILANO}"), place(rooms)

    page = browser.get(f"{here}/nameplates").text
    parts = [browser.get(f"{here}/nameplates.pdf?sheet=card&part={part}") for part in (1, 2, 3)]

    assert "Download badges 1 to 2" in page
    assert "Download badges 3 to 3" in page
    assert [answer.status_code for answer in parts] == [200, 200, 404]
    assert "Zoe" in text(parts[1].data)
    assert printing.MOST == 1_000


def test_an_empty_list_says_that_there_is_nobody(rooms: Rooms) -> None:
    browser, here = rooms.browser(f"organizer@{MILANO}"), place(rooms, b"Name,Email\n,ada@example.org\n")

    assert "nobody on this list" in browser.get(f"{here}/nameplates").text
    assert browser.get(f"{here}/nameplates.pdf").status_code == 404


def test_the_poster_leads_to_a_page_that_is_there(rooms: Rooms) -> None:
    browser = rooms.browser(f"organizer@{MILANO}")

    with pikepdf.open(BytesIO(browser.get(f"{place(rooms)}/poster.pdf").data)) as pdf:
        assert len(pdf.pages) == 1
    answer = rooms.browser().get(f"/issuers/{MILANO}", headers={"Accept": "text/html"})

    assert answer.status_code == 200
    assert "Python Milano" in answer.text


def test_it_is_written_down_without_a_name(rooms: Rooms) -> None:
    browser, here = rooms.browser(f"organizer@{MILANO}"), place(rooms)

    browser.get(f"{here}/nameplates.pdf?sheet=card")
    browser.get(f"{here}/poster.pdf")

    with rooms.office.database.reading() as session:
        lines = list(session.scalars(select(Journal).order_by(Journal.id)))
    said = [(line.action, line.subject) for line in lines][-2:]
    assert said == [("badges.made", here.rpartition("/")[2]), ("poster.made", here.rpartition("/")[2])]
    assert not [line for line in lines if "Lovelace" in repr(vars(line))]


def test_in_italian_everything_is_italian(rooms: Rooms) -> None:
    browser, here = rooms.browser(f"organizer@{MILANO}"), place(rooms)

    assert "3 cartellini" in browser.get(f"{here}/nameplates?lang=it").text
