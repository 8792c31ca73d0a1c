"""The pages as a browser has them: nothing refused, nothing from elsewhere, first screen, keys, print, no script."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from issuer import archive
from tests.browser.conftest import DESK, PHONE, Site, give_back

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

CONTRAST = Path(__file__).with_name("contrast.js")


def pages(site: Site) -> list[str]:
    instance = site.instance
    named = (instance.good, instance.corrected, instance.revoked, instance.merit)
    return ["/", "/verify", "/issuers/python-milano", *(f"/c/{token}" for token in named)]


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_no_page_complains_or_asks_elsewhere_or_needs_to_be_pushed_sideways(
    site: Site, viewport: dict[str, int]
) -> None:
    for path in pages(site):
        visit = site.visit(path, viewport=viewport)

        assert visit.complaints == []
        assert [url for url in visit.asked if not url.startswith(site.url)] == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        give_back()


def test_the_first_screen_of_a_phone_holds_what_a_visitor_wants(site: Site) -> None:
    visit = site.visit(f"/c/{site.instance.good}", viewport=PHONE)

    wanted = [".verdict strong", "h1", ".who .title", ".brief a", ".brief div:nth-child(2) dd", "a.button"]
    boxes = {name: visit.page.locator(name).first.bounding_box() for name in wanted}

    assert {name for name, box in boxes.items() if box is None or box["y"] + box["height"] > 664} == set()
    assert visit.page.locator("a.button:not(.plain)").count() == 1


def test_the_organization_s_colour_is_in_force(site: Site) -> None:
    visit = site.visit(f"/c/{site.instance.good}")

    colour = visit.page.locator("a.button").first.evaluate("it => getComputedStyle(it).backgroundColor")

    assert colour == "rgb(29, 58, 95)"


def test_a_file_dropped_in_is_verified_at_once(site: Site, tmp_path: Path) -> None:
    award = archive.award(site.instance.office, site.instance.good)
    assert award is not None
    (tmp_path / "badge.json").write_bytes(award.signed)
    visit = site.visit("/verify")

    visit.page.set_input_files("input[type=file]", tmp_path / "badge.json")
    visit.page.wait_for_selector(".verdict.valid")

    assert "Maria-Grazia Dell’Orto" in visit.page.inner_text("h1")
    assert visit.complaints == []


def test_without_javascript_everything_works(site: Site) -> None:
    visit = site.visit("/verify", java_script_enabled=False)

    visit.page.fill("textarea", f"{site.url}/c/{site.instance.revoked}")
    visit.page.click(".desk > button[type=submit]")
    visit.page.wait_for_selector(".verdict.invalid")
    visit.page.goto(f"{site.url}/c/{site.instance.good}")

    assert visit.page.locator("[data-copy]").is_hidden()
    visit.page.locator("summary").first.click()
    assert visit.page.locator(".checks details > div").first.is_visible()
    assert visit.page.locator("#second").is_hidden()


def test_a_click_copies_the_link(site: Site) -> None:
    visit = site.visit(f"/c/{site.instance.good}", permissions=["clipboard-read", "clipboard-write"])

    visit.page.click("[data-copy]")

    assert visit.page.evaluate("navigator.clipboard.readText()") == f"{site.url}/c/{site.instance.good}"
    assert visit.page.inner_text("[data-copy]") == "Copiato"


def test_every_thing_to_press_can_be_reached_with_the_keyboard_and_is_seen(site: Site) -> None:
    visit = site.visit(f"/c/{site.instance.good}")
    every = "[...document.querySelectorAll('a[href], button, summary, input, textarea')]"
    count = visit.page.evaluate(f"{every}.filter(it => it.checkVisibility()).length")

    reached = []
    for _ in range(count):
        visit.page.keyboard.press("Tab")
        reached.append(
            visit.page.evaluate(
                f"() => [{every}.indexOf(document.activeElement), "
                "getComputedStyle(document.activeElement).outlineStyle]"
            )
        )

    assert len({place for place, _ in reached} - {-1}) == count
    assert {style for _, style in reached} == {"solid"}


def test_every_picture_and_field_has_words(site: Site) -> None:
    for path in ("/", "/verify", f"/c/{site.instance.good}"):
        visit = site.visit(path)

        assert visit.page.locator("img:not([alt])").count() == 0
        assert visit.page.locator("h1").count() == 1
        unnamed = visit.page.evaluate(
            "[...document.querySelectorAll('input, textarea')].filter(it => !it.labels.length).length"
        )
        assert unnamed == 0
        give_back()


def test_text_that_is_computed_can_be_read(site: Site) -> None:
    for path in pages(site):
        visit = site.visit(path, reduced_motion="reduce")
        for scheme in ("light", "dark"):
            visit.page.emulate_media(color_scheme=scheme)
            assert visit.page.evaluate(CONTRAST.read_text()) == []
        give_back()


def test_a_printed_page_is_a_page_or_two_and_has_the_code(site: Site, tmp_path: Path) -> None:
    visit = site.visit(f"/c/{site.instance.good}")

    visit.page.pdf(path=tmp_path / "page.pdf", format="A4")
    visit.page.emulate_media(media="print")

    with pikepdf.open(tmp_path / "page.pdf") as printed:
        assert len(printed.pages) <= 2
    assert visit.page.locator(".code img").is_visible()
    assert visit.page.locator(".checks").first.is_visible()
    assert visit.page.locator("a.button").first.is_hidden()
