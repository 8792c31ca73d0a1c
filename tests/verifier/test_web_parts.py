"""Small laws of the pages: who is one caller, which form is preferred, which colours can be read."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from verifier.links import as_link
from verifier.web.accept import preferred
from verifier.web.language import day, instant, span, speak
from verifier.web.limits import BURST, INTERVAL, Buckets, network
from verifier.web.markdown import LONGEST, inert, safe_link

SHEET = Path(__file__).parents[2] / "templates" / "static" / "site.css"
OFFERS = ("text/html", "application/vc", "application/ld+json", "application/json")


@pytest.mark.parametrize(
    ("accept", "given_"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        (None, "text/html"),
        ("", "text/html"),
        ("application/json", "application/json"),
        ("application/vc", "application/vc"),
        ('application/ld+json; profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
        ("application/*", "application/vc"),
        ("application/json, text/html", "text/html"),
        ("application/json, text/html;q=0.9", "application/json"),
        ("text/html;q=0, */*", "application/vc"),
        ("application/pdf", "text/html"),
        ("application/json;q=nonsense", "text/html"),
        ("APPLICATION/VC", "application/vc"),
    ],
)
def test_the_form_that_is_asked_for_is_given(accept: str | None, given_: str) -> None:
    assert preferred(accept, OFFERS) == given_


@given(st.text(max_size=80))
def test_no_accept_field_brings_it_down(accept: str) -> None:
    assert preferred(accept, OFFERS) in OFFERS


@pytest.mark.parametrize(
    ("address", "caller"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("2001:db8:1:2::", "2001:0db8:0001:0002"),
        ("fe80::1%eth0", "fe80:0000:0000:0000"),
        (None, "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_one_subscriber_is_one_caller(address: str | None, caller: str) -> None:
    assert network(address) == caller


def test_ten_at_once_then_one_every_two_seconds() -> None:
    buckets = Buckets()

    at_once = [buckets.take("203.0.113.9", 100.0) for _ in range(BURST + 1)]

    assert at_once == [0] * BURST + [int(INTERVAL)]
    assert buckets.take("203.0.113.10", 100.0) == 0
    assert buckets.take("203.0.113.9", 101.0) == 1
    assert [buckets.take("203.0.113.9", 102.0) for _ in range(2)] == [0, 2]


def test_thirty_a_minute_and_no_more() -> None:
    buckets = Buckets()

    taken = sum(buckets.take("203.0.113.9", 1_000 + tick / 10) == 0 for tick in range(600))

    assert taken == BURST + 29


def test_several_workers_share_one_count(tmp_path: Path) -> None:
    workers = [Buckets(tmp_path / "callers.sqlite3", burst=2) for _ in range(4)]

    assert [worker.take("203.0.113.9", 5.0) for worker in workers] == [0, 0, 2, 2]


def test_no_address_lies_in_the_shared_file(tmp_path: Path) -> None:
    Buckets(tmp_path / "callers.sqlite3").take("203.0.113.9", 5.0)

    assert b"203.0.113.9" not in (tmp_path / "callers.sqlite3").read_bytes()


@pytest.mark.parametrize(
    ("text", "link"),
    [
        (" https://a.example/c/x ", "https://a.example/c/x"),
        ("a.example/c/x", "https://a.example/c/x"),
        ("a.example:8443/c/x", "https://a.example:8443/c/x"),
        ("http://localhost:8000/c/x", "http://localhost:8000/c/x"),
        ('{"a": 1}', ""),
        ("eyJhbGciOiJFZERTQSJ9.eyJhIjoxfQ.c2ln", ""),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("https://a b/", ""),
        ("https://a.example/" + "x" * 3000, ""),
    ],
)
def test_an_address_is_known_when_it_is_seen(text: str, link: str) -> None:
    assert as_link(text) == link


@given(st.text())
def test_no_markdown_makes_anything_live(text: str) -> None:
    html = str(inert(text))

    assert not re.search(r"<(?!/?(p|br|em|strong|ul|ol|li|code|pre|blockquote|a|hr)\b)", html)
    assert not re.search(r"<[^>]*\s(on\w+|style|src)\s*=", html)


def test_a_very_long_text_is_shown_as_it_was_written() -> None:
    assert str(inert("**a**" * LONGEST)).startswith("<p>**a**")


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//a.example", 'https://a.example/"x', None, 7]
)
def test_only_web_addresses_are_followed(address: object) -> None:
    assert safe_link(address) is None


# The colours of the pages


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def colours(scheme: str) -> dict[str, str]:
    sheet = SHEET.read_text("utf-8")
    blocks = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[0]))
    return found if scheme == "light" else found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[1]))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "paper"), ("ink", "sheet"), ("quiet", "paper"), ("quiet", "sheet"), ("accent", "paper"),
        ("accent", "sheet"), ("on-accent", "accent"), ("invalid", "sheet"), ("invalid", "paper"),
        *((tone, f"{tone}-wash") for tone in ("valid", "unfamiliar", "indeterminate", "invalid")),
        *(("ink", f"{tone}-wash") for tone in ("valid", "unfamiliar", "indeterminate", "invalid")),
    ],
)  # fmt: skip
def test_text_can_be_read(scheme: str, text: str, ground: str) -> None:
    found = colours(scheme)

    assert contrast(found[text], found[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("tone", ["valid", "unfamiliar", "indeterminate", "invalid", "edge"])
def test_shapes_and_borders_can_be_seen(scheme: str, tone: str) -> None:
    found = colours(scheme)

    assert contrast(found[tone], found["paper"]) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_practice_bar_can_be_read(scheme: str) -> None:
    assert contrast(colours(scheme)["practice"], "#ffffff") >= 4.5


def test_times_are_said_as_people_say_them() -> None:
    evening = datetime(2026, 10, 15, 16, 30, tzinfo=UTC)
    night = datetime(2026, 10, 16, 0, 30, tzinfo=UTC)
    later = datetime(2026, 10, 17, 19, 0, tzinfo=UTC)
    with Flask("x").test_request_context():
        speak("it")
        said = [
            span(evening, night, "Europe/Rome"),
            span(evening, later, "Europe/Rome"),
            instant(evening, "Europe/Rome"),
        ]

    assert [text.replace("\u00a0", " ") for text in said] == [
        "15 ottobre 2026",
        "15–17 ottobre 2026",
        "15 ottobre 2026, 18:30 CEST",
    ]


@pytest.mark.parametrize(
    ("moment", "zone", "said"),
    [
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), "Europe/Rome", "31 December 9999"),
        (datetime(1, 1, 1, tzinfo=UTC), "America/New_York", "1 January 1"),
        (datetime(9999, 12, 31, 22, 59, 59, tzinfo=UTC), "Europe/Rome", "31 December 9999"),
    ],
)
def test_the_last_and_the_first_day_of_all_are_said_as_well(moment: datetime, zone: str, said: str) -> None:
    with Flask("x").test_request_context():
        speak("en")

        assert day(moment, zone).replace("\u00a0", " ") == said
        assert instant(moment, zone).replace("\u00a0", " ").startswith(said)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.org/x", True),
        ("HTTPS://example.org/x", True),
        ("mailto:ada@example.org", True),
        ("/c/aaaa", False),
        ("//example.org/x", False),
        ("verify?url=x", False),
        ("#top", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
    ],
)
def test_a_link_of_a_stranger_says_where_it_leads_or_is_none(address: str, kept: bool) -> None:
    assert ("href=" in str(inert(f"[x]({address})"))) is kept


def test_a_full_disk_keeps_nobody_from_verifying_and_each_process_counts_by_itself(tmp_path: Path) -> None:
    buckets = Buckets(tmp_path / "callers.sqlite3", burst=2)
    assert buckets.take("192.0.2.1", 0.0) == 0
    pages = buckets._store.execute("PRAGMA page_count").fetchone()[0]
    buckets._store.execute("CREATE TABLE ballast (octets BLOB)")
    buckets._store.execute(f"PRAGMA max_page_count = {pages + 1}")
    buckets._store.execute(
        "CREATE TRIGGER full BEFORE INSERT ON caller BEGIN INSERT INTO ballast VALUES (zeroblob(65536)); END"
    )

    taken = [buckets.take("192.0.2.2", 0.0) for _ in range(3)]

    assert taken[:2] == [0, 0]
    assert taken[2] > 0
    buckets._store.execute("DROP TRIGGER full")
    assert buckets.take("192.0.2.2", 0.0) == 0
