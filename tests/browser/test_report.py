"""The report as people have it: on a phone's first screen, on paper, shared, and without green for strangers."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pikepdf
import pytest

from templates import sentence
from tests.browser.conftest import DESK, PHONE, Site, Stranger
from tests.verifier.published import ID, STATUS, credential, put, sign, status_list, to_bytes

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def test_the_first_screen_of_a_phone_says_whether_who_what_by_whom_and_when(acquainted: Stranger) -> None:
    visit = acquainted.hand_in(to_bytes(sign(credential())), viewport=PHONE)

    wanted = [".verdict strong", "h1", ".who .title", ".who .event", "[data-fact=issuer]", "[data-fact=given]"]
    boxes = {name: visit.page.locator(name).first.bounding_box() for name in wanted}

    assert {name for name, box in boxes.items() if box is None or box["y"] + box["height"] > 664} == set()
    assert visit.page.locator(".verdict.valid").count() == 1
    assert visit.complaints == []


@pytest.mark.parametrize("revoked", [False, True], ids=["in force", "revoked"])
def test_the_same_badge_from_an_issuer_nobody_here_knows_is_nowhere_green(stranger: Stranger, revoked: bool) -> None:
    documents, kept = stranger.world.documents, dict(stranger.world.documents)
    if revoked:
        documents[STATUS] = to_bytes(status_list(int(credential()["credentialStatus"]["statusListIndex"])))
    try:
        visit = stranger.hand_in(to_bytes(sign(credential())), viewport=PHONE)
    finally:
        documents.update(kept)
    green = visit.page.evaluate(
        "getComputedStyle(document.documentElement).getPropertyValue('--valid').trim().slice(1).match(/../g)"
        ".map((pair) => parseInt(pair, 16)).join(', ')"
    )

    painted = visit.page.evaluate(
        "[...document.querySelectorAll('body *')].flatMap((it) => [getComputedStyle(it)])"
        ".flatMap((it) => [it.color, it.backgroundColor, it.borderLeftColor])"
    )

    assert f"rgb({green})" not in painted
    assert visit.page.locator(".verdict.invalid" if revoked else ".verdict.unfamiliar").count() == 1
    assert sentence("page.fact.claimed", "it") in visit.page.inner_text(".brief")


def test_each_check_says_what_it_means_when_it_is_opened_with_the_keyboard(acquainted: Stranger) -> None:
    visit = acquainted.hand_in(to_bytes(sign(credential())))
    proof = visit.page.locator("[data-check=proof]")
    hidden = proof.locator("details > div").is_visible()

    proof.locator("summary").focus()
    visit.page.keyboard.press("Enter")

    assert (hidden, proof.locator("details > div").is_visible()) == (False, True)
    assert sentence("page.meaning.proof", "it") in proof.inner_text()


def test_technical_notes_are_marked_as_english(acquainted: Stranger) -> None:
    visit = acquainted.hand_in(to_bytes(sign(credential())))

    notes = visit.page.locator("[data-check=key] [lang=en]")

    assert notes.text_content().startswith("did:web:")


@pytest.mark.parametrize("kind", ["valid", "revoked", "superseded", "broken", "unreadable"])
def test_a_printed_report_is_one_page_with_everything_that_a_record_needs(
    acquainted: Stranger, tmp_path: Path, kind: str, tool
) -> None:
    documents, kept = acquainted.world.documents, dict(acquainted.world.documents)
    signed = sign(credential())
    handed = {"broken": to_bytes(put(signed, "name", "Altro")), "unreadable": b"hello"}.get(kind, to_bytes(signed))
    if kind == "revoked":
        documents[STATUS] = to_bytes(status_list(int(signed["credentialStatus"]["statusListIndex"])))
    if kind == "superseded":
        documents[ID] = to_bytes(sign(credential(validFrom="2026-11-10T00:00:00Z")))
    try:
        visit = acquainted.hand_in(handed)
    finally:
        documents.clear()
        documents.update(kept)

    visit.page.pdf(path=tmp_path / "report.pdf", format="A4")

    with pikepdf.open(tmp_path / "report.pdf") as printed:
        assert len(printed.pages) == 1
    text = subprocess.run([tool("pdftotext"), tmp_path / "report.pdf", "-"], capture_output=True, text=True).stdout
    wanted = [visit.page.inner_text(".verdict strong, .verdict h1"), "20 novembre 2026", f"{acquainted.url}/verify"]
    if kind not in ("broken", "unreadable"):
        wanted += ["Ada Lovelace", "Attestato di partecipazione", "Python Milano", "16 ottobre 2026"]
    plain = " ".join(text.split())
    assert [said for said in wanted if " ".join(said.split()) not in plain] == []


def test_a_check_of_a_link_can_be_sent_on_and_one_of_a_file_cannot(site: Site) -> None:
    address = f"{site.url}/c/{site.instance.good}"
    visit = site.visit("/verify", permissions=["clipboard-read", "clipboard-write"])
    visit.page.fill("textarea", address)
    visit.page.click(".desk > button[type=submit]")
    visit.page.wait_for_selector(".report .verdict.valid")

    visit.page.click("[data-copy]")

    link = visit.page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{site.url}/verify?url=")
    visit.page.goto(link)
    assert visit.page.input_value("textarea") == address


def test_a_file_has_no_link_and_the_page_says_why(acquainted: Stranger) -> None:
    visit = acquainted.hand_in(to_bytes(sign(credential())))

    assert visit.page.locator("[data-copy], [data-share]").count() == 0
    assert sentence("page.report.share.file", "it") in visit.page.inner_text(".keep")
    assert visit.page.locator("[data-print]").is_visible()


def test_a_superseded_copy_leads_to_the_version_that_counts(acquainted: Stranger) -> None:
    documents = acquainted.world.documents
    documents[ID] = to_bytes(sign(credential(validFrom="2026-11-10T00:00:00Z")))
    try:
        visit = acquainted.hand_in(to_bytes(sign(credential())), viewport=DESK)
    finally:
        del documents[ID]

    assert visit.page.locator(f".notice a[href='{ID}']").is_visible()


def test_whoever_cannot_tell_says_what_the_visitor_can_do(acquainted: Stranger) -> None:
    documents = acquainted.world.documents
    kept = documents.pop(STATUS)
    try:
        visit = acquainted.hand_in(to_bytes(sign(credential())))
    finally:
        documents[STATUS] = kept

    assert visit.page.locator(".verdict.indeterminate").count() == 1
    assert sentence("page.advice.status_unknown", "it") in visit.page.inner_text("main")


def test_nothing_of_a_document_is_shown_before_its_signature_stands(acquainted: Stranger) -> None:
    broken = put(sign(credential()), "credentialSubject/achievement/name", "Dottorato di ricerca")

    visit = acquainted.hand_in(to_bytes(broken))

    shown = visit.page.inner_text("main")
    assert "Dottorato" not in shown
    assert "Ada Lovelace" not in shown
    assert visit.page.locator("[data-fact]").count() == 0
    assert json.loads(visit.page.text_content("#second-data"))["hosts"] == []
