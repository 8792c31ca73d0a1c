"""The second check: the visitor's own browser looks at the same bytes, and is not talked out of what it finds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from issuer import archive
from templates import sentence
from tests.browser.conftest import STRANGE, Site, altered
from tests.conftest import NOW
from tests.verifier.published import DAY, status_list
from verifier.web.second import FACTS, OBJECTIONS, REASONS

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

CHECK = Path(__file__).parents[2] / "templates" / "static" / "check"


def other_name(text: str) -> str:
    return text.replace("Dell’Orto", "Dell’Orso").replace("Dell'Orto", "Dell'Orso")


def other_signature(text: str) -> str:
    return re.sub(r'("proofValue": ?"z)(.)', lambda found: found[1] + ("3" if found[2] == "2" else "2"), text, count=1)


def other_key(text: str) -> str:
    return re.sub(r'("publicKeyMultibase": ?")z6Mk\w+', rf"\g<1>{STRANGE.public().multikey()}", text)


def other_list(text: str) -> str:
    listed = json.loads(text)
    listed["credentialSubject"]["encodedList"] = status_list(*range(131_072))["credentialSubject"]["encodedList"]
    return json.dumps(listed)


def no_end(text: str) -> str:
    return re.sub(r'<dt>Valido fino al</dt><dd data-fact="until">[^<]+</dd>', "", text)


LIES = [
    pytest.param(r"/c/\w+\.json$", other_name, "signature", id="the JSON has another name"),
    pytest.param(r"/c/\w+\.json$", other_signature, "signature", id="the signature is another one"),
    pytest.param(r"/c/\w+\.json$", lambda text: text[:-40], "unreadable", id="the JSON is cut short"),
    pytest.param(r"/c/\w+$", other_name, "fact:recipient", id="the page has another name"),
    pytest.param(
        r"/c/\w+$",
        lambda text: text.replace(">15\u00a0ottobre", ">16\u00a0ottobre"),
        "fact:date",
        id="the page has another date",
    ),
    pytest.param(
        r"/c/\w+$",
        lambda text: text.replace(">Python Milano</a></dd>", ">Politecnico</a></dd>"),
        "fact:issuer",
        id="the page has another issuer",
    ),
    pytest.param(
        r"/c/\w+$",
        lambda text: text.replace("Presenza <em>registrata</em>", "Presenza non <em>registrata</em>"),
        "fact:criteria",
        id="the page has a word more in its prose",
    ),
    pytest.param(r"/c/\w+$", no_end, "missing:until", id="the page leaves out the end"),
    pytest.param(r"/did\.json$", other_key, "signature", id="the issuer has another key"),
    pytest.param(
        r"/did\.json$",
        lambda text: re.sub(r'"assertionMethod": ?\[[^\]]*\]', '"assertionMethod":[]', text),
        "key",
        id="the issuer no longer uses the key",
    ),
    pytest.param(
        r"/c/\w+\.json$",
        lambda text: text.replace("eddsa-rdfc-2022", "bbs-2023"),
        "other",
        id="the JSON: a suite that browsers do not check",
    ),
    pytest.param(r"/status/\d+$", other_list, "list", id="the list has other bits"),
]


@pytest.mark.parametrize("kind", ["good", "corrected", "revoked", "merit"])
def test_the_browser_agrees_with_a_page_as_it_is(site: Site, kind: str) -> None:
    visit = site.visit(f"/c/{getattr(site.instance, kind)}?lang=it")

    assert visit.second() == ("agrees", [])
    assert visit.said() == sentence("page.second.agrees", "it")
    assert visit.complaints == []
    assert [url for url in visit.asked if not url.startswith(site.url)] == []
    assert visit.page.locator("#second").get_attribute("role") == "status"


def test_the_browser_agrees_in_english_and_with_letters_of_every_kind(site: Site) -> None:
    visit = site.visit(f"/c/{site.instance.merit}?lang=en")

    assert visit.second()[0] == "agrees"
    assert "<img src=x onerror=alert(1)>" in visit.page.inner_text("h1")


@pytest.mark.parametrize(("pattern", "change", "said"), LIES)
def test_the_browser_objects_to_what_was_altered_on_its_way(
    site: Site, pattern: str, change: Callable[[str], str], said: str
) -> None:
    visit = site.visit(f"/c/{site.instance.good}", altered(pattern, change))

    tone, codes = visit.second()

    assert tone == "disagrees"
    assert said in codes
    assert visit.said().startswith(sentence("page.second.disagrees", "it"))
    assert visit.page.locator("#second").get_attribute("role") == "alert"
    assert visit.page.inner_text("[data-verdict] strong") == sentence("page.second.disputed", "it")
    assert visit.page.locator(".verdict.valid").count() == 0


def test_a_revoked_award_whose_page_says_that_it_stands_is_objected_to(site: Site) -> None:
    awards = [archive.award(site.instance.office, getattr(site.instance, kind)) for kind in ("good", "revoked")]
    good, revoked = (award.signed.decode() for award in awards if award)
    name = json.loads(revoked)["credentialSubject"]["identifier"][0]["identityHash"]
    visit = site.visit(
        f"/c/{site.instance.good}",
        lambda page: (
            altered(r"/c/\w+\.json$", lambda _: revoked)(page),
            altered(r"/c/\w+$", lambda text: text.replace("Maria-Grazia Dell’Orto", name.replace("<", "&lt;")))(page),
        ),
    )

    tone, codes = visit.second()

    assert json.loads(good)["id"] != json.loads(revoked)["id"]
    assert tone == "disagrees"
    assert {"revoked", "other"} <= set(codes)


def test_without_an_answer_nothing_is_claimed(site: Site) -> None:
    visit = site.visit(f"/c/{site.instance.good}", lambda page: page.route("**/status/*", lambda route: route.abort()))

    assert visit.second() == ("quietly", ["unreachable"])
    assert "localhost" in visit.said()
    assert visit.page.locator(".verdict.valid").count() == 1


def test_a_clock_that_is_far_off_is_said_and_not_judged_by(site: Site) -> None:
    visit = site.visit(
        f"/c/{site.instance.good}",
        lambda page: page.context.clock.set_fixed_time(NOW + 3_000 * DAY),
        fresh=True,
    )

    assert visit.second() == ("quietly", ["clock"])


# What holds for the modules themselves.


def test_every_word_that_the_modules_may_want_is_handed_to_them() -> None:
    text = "".join(path.read_text("utf-8") for path in CHECK.glob("*.js"))

    objections = set(re.findall(r'new Objection\(\s*"(\w+)"', text)) | set(re.findall(r'\? "(\w+)" : "expired"', text))
    reasons = set(re.findall(r'new Undone\(\s*"(\w+)"', text))

    assert objections | {"expired", "suspended", "revoked", "unlisted", "unset", "fact"} == set(OBJECTIONS)
    assert reasons == set(REASONS)


@pytest.mark.parametrize("page", ["parts", "report", "credential"])
def test_every_fact_that_a_page_marks_has_a_name_that_the_modules_know(page: str) -> None:
    text = (CHECK.parents[1] / "pages" / f"{page}.html").read_text("utf-8")

    names = set(re.findall(r'data-fact="(\w+)"', text)) | set(re.findall(r'(?:fact|row)\((?:"[\w.]+", )?"(\w+)"', text))

    assert names
    assert names <= set(FACTS)


def test_a_first_visit_is_light(site: Site) -> None:
    sizes: dict[str, int] = {}

    def weigh(page: Any) -> None:
        page.on("response", lambda answer: sizes.__setitem__(answer.url, int(answer.headers["content-length"])))

    site.visit("/verify", weigh, fresh=True).page.wait_for_load_state("networkidle")
    empty = {url: size for url, size in sizes.items() if "/fonts/" not in url}
    sizes.clear()
    site.visit(f"/c/{site.instance.good}", weigh, fresh=True).second()
    counted = ("/fonts/", "/vendor/", "/contexts/", ".png", "rosette.svg", "code.svg")
    award = {url: size for url, size in sizes.items() if not any(part in url for part in counted)}

    assert sum(empty.values()) < 50_000
    assert sum(award.values()) < 100_000
    assert not any("vendor" in url for url in empty)
