"""axe finds nothing on any page, in any tone, on a phone and a desk, light and dark; keys reach everything."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import DESK, PHONE, Site, Stranger, Visit
from tests.verifier.published import ID, STATUS, credential, put, sign, status_list, to_bytes
from verifier.verdict import Verdict

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

OURS = ["/", "/verify", "/verify/batch", "/issuers/python-milano", "/nothing-here"]
AWARDS = ["good", "corrected", "revoked", "merit"]
RULES = {"resultTypes": ["violations"]}
OF_COLOURS = {**RULES, "runOnly": ["color-contrast", "link-in-text-block"]}
"""What the dark can change: its style sheet is other colours and nothing else."""
EVERY = "[...document.querySelectorAll('a[href], button, summary, input, textarea')]"


def violations(visit: Visit, axe: str) -> list[str]:
    """What axe finds, of the page as it is and with everything opened, in the light and in the dark."""
    found = []
    visit.page.evaluate(axe)
    for scheme, rules in (("light", RULES), ("dark", OF_COLOURS)):
        visit.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for opened in ("false", "true"):
            visit.page.evaluate(f"document.querySelectorAll('details').forEach((it) => {{ it.open = {opened}; }})")
            told = visit.page.evaluate("(rules) => axe.run(document, rules)", rules)["violations"]
            found += [f"{scheme}: {fault['id']}: {fault['nodes'][0]['html'][:120]}" for fault in told]
    return found


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("path", OURS)
def test_axe_finds_nothing_on_our_pages(site: Site, axe: str, path: str, viewport: dict[str, int]) -> None:
    assert violations(site.visit(path, viewport=viewport), axe) == []


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("kind", AWARDS)
def test_axe_finds_nothing_on_the_page_of_an_award(site: Site, axe: str, kind: str, viewport: dict[str, int]) -> None:
    visit = site.visit(f"/c/{getattr(site.instance, kind)}", viewport=viewport)
    visit.second()

    assert violations(visit, axe) == []


def _valid(_world: dict[str, bytes]) -> bytes:
    return to_bytes(sign(credential()))


def _revoked(world: dict[str, bytes]) -> bytes:
    world[STATUS] = to_bytes(status_list(int(credential()["credentialStatus"]["statusListIndex"])))
    return _valid(world)


def _superseded(world: dict[str, bytes]) -> bytes:
    world[ID] = to_bytes(sign(credential(validFrom="2026-11-10T00:00:00Z")))
    return _valid(world)


def _unknown_status(world: dict[str, bytes]) -> bytes:
    del world[STATUS]
    return _valid(world)


def _broken(_world: dict[str, bytes]) -> bytes:
    return to_bytes(put(sign(credential()), "name", "Altro"))


def _unreadable(_world: dict[str, bytes]) -> bytes:
    return b"hello"


TONES: dict[str, tuple[str, Callable[[dict[str, bytes]], bytes]]] = {
    "valid": ("valid", _valid),
    "revoked": ("invalid", _revoked),
    "superseded": ("invalid", _superseded),
    "cannot tell": ("indeterminate", _unknown_status),
    "broken": ("invalid", _broken),
    "unreadable": ("invalid", _unreadable),
}


def report(stranger: Stranger, kind: str, **options: Any) -> Visit:
    """Hand in what gets that answer; the world is as before when the report is there."""
    documents = stranger.world.documents
    kept = dict(documents)
    try:
        return stranger.hand_in(TONES[kind][1](documents), **options)
    finally:
        documents.clear()
        documents.update(kept)


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("kind", TONES)
def test_axe_finds_nothing_on_a_report_of_any_tone(
    acquainted: Stranger, axe: str, kind: str, viewport: dict[str, int]
) -> None:
    visit = report(acquainted, kind, viewport=viewport)

    assert visit.page.locator(f".verdict.{TONES[kind][0]}").count() == 1
    assert violations(visit, axe) == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_axe_finds_nothing_on_a_report_about_a_stranger_or_in_english(stranger: Stranger, axe: str) -> None:
    for locale in ("it-IT", "en-GB"):
        visit = report(stranger, "valid", viewport=PHONE, locale=locale)

        assert visit.page.locator(".verdict.unfamiliar").count() == 1
        assert violations(visit, axe) == []


def test_axe_finds_nothing_on_a_page_that_the_browser_disagrees_with(site: Site, axe: str) -> None:
    def lie(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("Dell’Orto", "Dell’Orso"))

    visit = site.visit(f"/c/{site.instance.good}", lambda page: page.route(re.compile(r"/c/\w+$"), lie))

    assert visit.second()[0] == "disagrees"
    assert violations(visit, axe) == []


def test_axe_would_find_something(site: Site, axe: str) -> None:
    visit = site.visit("/verify")
    visit.page.evaluate(
        "document.querySelector('textarea').closest('label').replaceWith(document.createElement('textarea'))"
    )

    assert any("label" in fault for fault in violations(visit, axe))


@pytest.mark.parametrize("page", ["/verify", "report"])
def test_every_thing_to_press_can_be_reached_with_the_keyboard_and_is_seen(
    site: Site, stranger: Stranger, page: str
) -> None:
    visit = site.visit(page) if page.startswith("/") else report(stranger, "valid")
    visible = f"{EVERY}.filter((it) => it.checkVisibility() && !it.matches('[data-stop]'))"
    count = visit.page.evaluate(f"{visible}.length")

    reached = []
    for _ in range(count):
        visit.page.keyboard.press("Tab")
        reached.append(
            visit.page.evaluate(
                f"() => {{ const it = document.activeElement; const box = it.closest('.drop, .photo') ?? it; "
                f"return [{visible}.indexOf(it), getComputedStyle(box).outlineStyle]; }}"
            )
        )

    assert len({place for place, _ in reached} - {-1}) == count
    assert {style for _, style in reached} == {"solid"}


def test_whoever_asked_for_less_motion_sees_none(site: Site) -> None:
    durations = (
        "[...document.querySelectorAll('*')].flatMap((it) => getComputedStyle(it).transitionDuration.split(', '))"
    )

    for motion in ("reduce", "no-preference"):
        visit = site.visit("/verify", reduced_motion=motion)
        seconds = {float(text.removesuffix("s")) for text in visit.page.evaluate(durations)}
        scrolling = visit.page.evaluate("getComputedStyle(document.documentElement).scrollBehavior")

        assert max(seconds) == (0 if motion == "reduce" else 0.12)
        assert scrolling == ("auto" if motion == "reduce" else "smooth")


def test_every_verdict_has_a_headline_an_explanation_and_where_nobody_knows_advice() -> None:
    from templates import LANGUAGES, sentence
    from verifier.web.view import ADVISED

    for language in LANGUAGES:
        for verdict in Verdict:
            assert sentence(f"page.headline.{verdict}", language)
            assert sentence(f"page.explained.{verdict}", language)
    assert {verdict.value for verdict in Verdict if verdict.outcome == "indeterminate"} <= ADVISED
