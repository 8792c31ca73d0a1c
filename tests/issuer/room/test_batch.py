"""The page of a batch: told by the tables, paused and stopped, and what there is to take away from it."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from zipfile import ZipFile

import pikepdf
import pytest

from issuer.models import Credential, CredentialVersion
from issuer.work import jobs
from tests.issuer.preparing.evenings import drop
from tests.issuer.room.rooms import MILANO, Browser, Rooms
from tests.issuer.room.test_issue import FORM, count, issued, prepared, work


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each row be a piece of work of its own."""
    monkeypatch.setattr(jobs.plan_issue, "__defaults__", (1,))


@pytest.mark.usefixtures("small_pieces")
def test_progress_is_told_by_the_tables(both: Rooms) -> None:
    browser, batch = begun(both, chunks=1)

    told = browser.get(f"{batch}/progress").text

    assert 'aria-valuenow="1"' in told
    assert "1 of 3" in told
    assert "<html" not in told


@pytest.mark.usefixtures("small_pieces")
def test_what_is_paused_waits_and_goes_on(both: Rooms) -> None:
    browser, batch = begun(both, chunks=1)

    browser.submit(f"{batch}/pause")
    work(both)
    paused = browser.get(batch).text
    browser.submit(f"{batch}/resume")
    work(both)

    assert "Paused" in paused
    assert "1 of 3" in paused
    assert "3 certificates issued" in browser.get(batch).text


@pytest.mark.usefixtures("small_pieces")
def test_what_is_stopped_stays_as_it_is(both: Rooms) -> None:
    browser, batch = begun(both, chunks=2)

    browser.submit(f"{batch}/stop")
    work(both)
    browser.submit(f"{batch}/resume")
    work(both)

    assert "Stopped: 2 issued" in browser.get(batch).text


def begun(rooms: Rooms, chunks: int) -> tuple[Browser, str]:
    """Return the browser of an organizer and the address of a batch of which some pieces are done."""
    browser, here = prepared(rooms)
    batch = browser.submit(f"{here}/issue").location
    work(rooms, chunks=chunks)
    return browser, batch


def test_somebody_else_at_another_desk_sees_the_same(both: Rooms) -> None:
    _, batch = issued(both)

    assert "3 certificates issued" in both.browser(f"viewer@{MILANO}").get(batch).text


def test_a_viewer_looks_and_stops_nothing(rooms: Rooms) -> None:
    _, batch = begun(rooms, chunks=0)
    viewer = rooms.browser(f"viewer@{MILANO}")

    page = viewer.get(batch).text

    assert f'action="{batch}/stop"' not in page
    assert viewer.submit(f"{batch}/stop").status_code == 403


def test_without_a_script_the_page_loads_itself_anew_while_there_is_progress(rooms: Rooms) -> None:
    browser, batch = begun(rooms, chunks=0)

    open_page = browser.get(batch).text
    work(rooms)

    assert '<noscript><meta http-equiv="refresh"' in open_page
    assert "http-equiv" not in browser.get(batch).text


def test_a_zip_holds_a_certificate_for_each(rooms: Rooms) -> None:
    browser, batch = issued(rooms)

    with ZipFile(BytesIO(browser.get(f"{batch}/certificates.zip").data)) as archive:
        names = archive.namelist()
        first = archive.read(names[0])

    assert [name.partition(" - ")[0] for name in names] == ["Ada Lovelace", "Grace Hopper", "Alan Turing", "index.csv"]
    assert first.startswith(b"%PDF")


def test_one_pdf_holds_a_page_for_each(rooms: Rooms) -> None:
    browser, batch = issued(rooms)

    with pikepdf.open(BytesIO(browser.get(f"{batch}/certificates.pdf").data)) as opened:
        assert len(opened.pages) == 3


def test_no_cell_of_the_table_is_a_formula(rooms: Rooms) -> None:
    browser = rooms.browser(f"organizer@{MILANO}")
    here = f"/room/{MILANO}/prepare/{drop(rooms, EVIL.encode())}"
    browser.submit(f"{here}/event", FORM)
    batch = browser.submit(f"{here}/issue").location
    work(rooms)

    answer = browser.get(f"{batch}/certificates.csv")

    rows = list(csv.DictReader(StringIO(answer.text)))
    assert len(rows) == count(rooms, Credential) > 0
    assert [cell for row in rows for cell in row.values() if cell[:1] in tuple("=+-@\t\r")] == []
    assert rows[0]["url"].startswith("https://badges.example/c/")


EVIL = 'Name,Email\n"=HYPERLINK(""http://evil.example"",""x"")",a@example.org\n@SUM(1),b@example.org\n'


def test_nothing_is_said_to_be_sent_and_everybody_has_a_link(rooms: Rooms) -> None:
    browser, batch = issued(rooms)

    page = browser.get(batch).text

    assert "No e-mail went out." in page
    assert page.count('<td><a href="https://badges.example/c/') == 3
    assert "Ada Lovelace: https://badges.example/c/" in page


def test_a_list_is_issued_again_for_those_alone_who_have_none(rooms: Rooms) -> None:
    issued(rooms)
    browser = rooms.browser(f"organizer@{MILANO}")
    here = f"/room/{MILANO}/prepare/{drop(rooms)}"
    browser.submit(f"{here}/event", FORM)

    batch = browser.submit(f"{here}/issue").location
    work(rooms)

    assert "3 people had theirs already, and get no other." in browser.get(batch).text
    assert count(rooms, Credential) == count(rooms, CredentialVersion) == 3


def test_the_front_leads_back_to_the_batch(rooms: Rooms) -> None:
    browser, batch = begun(rooms, chunks=0)

    assert f'href="{batch}"' in browser.get(f"/room/{MILANO}").text
