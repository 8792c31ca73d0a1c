"""A page of the web leads to the credential that it names as its own, on its own origin, and to no other."""

from __future__ import annotations

import pytest

from badges.baking import bake_png
from tests.verifier.pictures import sheet, written
from tests.verifier.published import BASE, ID, World, credential, sign, to_bytes

SIGNED = to_bytes(sign(credential()))
PAGE_AT = f"{BASE}/c/page"


@pytest.fixture
def world(world: World) -> World:
    world.publish(ID, SIGNED)
    world.publish(f"{BASE}/badge.png", bake_png(written(sheet(size=(9, 9))), SIGNED))
    return world


def page(*links: str, base: str = "", before: str = "<!DOCTYPE html>\n<html lang=it>") -> bytes:
    return f"{before}<head>{base}<title>A badge</title>{''.join(links)}</head><body><p>Ada</p></body></html>".encode()


def link(href: str = ID, kind: str = "application/vc", rel: str = "alternate") -> str:
    return f'<link rel="{rel}" type="{kind}" href="{href}">'


GOOD = {
    "a credential": page(link()),
    "a path": page(link(ID.removeprefix(BASE))),
    "a path against a base": page(link(ID.rpartition("/")[2]), base='<base href="/c/">'),
    "JSON-LD": page(link(kind='application/ld+json; profile="x"'.replace('"', "&quot;"))),
    "JSON": page(link(kind="Application/JSON")),
    "a baked picture": page(link(f"{BASE}/badge.png", "image/png")),
    "the relation by itself": page(f'<link href={ID} rel="nofollow credential">'),
    "the most telling of several": page(
        link(f"{BASE}/wp-json/posts/1", "application/json"), link(f"{BASE}/badge.png", "image/png"), link()
    ),
    "the same twice": page(link(), link(ID + "#x")),
    "in capitals": page(link().upper().replace(ID.upper(), ID)),
    "as XHTML": page(link(), before='<?xml version="1.0"?>\n<!-- x --><html xmlns="http://www.w3.org/1999/xhtml">'),
    "after a byte order mark": b"\xef\xbb\xbf" + page(link()),
    "without a head": f"<html>{link()}".encode(),
}


@pytest.mark.parametrize("html", GOOD.values(), ids=GOOD.keys())
def test_a_page_leads_to_its_credential(html: bytes, world: World) -> None:
    world.publish(PAGE_AT, html)

    report = world.verify(PAGE_AT.encode())

    assert (report.verdict, report.format) == ("valid", "html")
    assert report.check("parse").code == "read_from_link"


def test_a_page_that_was_saved_leads_to_its_credential_by_a_whole_address(world: World) -> None:
    assert world.verdict(page(link())) == "valid"
    assert world.verdict(page(link(ID.removeprefix(BASE)))) == "unreadable"


NONE = {
    "no link": page(),
    "a picture for social networks": page(f'<meta property="og:image" content="{BASE}/badge.png">'),
    "a link to be clicked": page() + f'<a href="{ID}" type="application/vc" rel="alternate" download>x</a>'.encode(),
    "another relation": page(link(rel="stylesheet")),
    "another kind": page(link(kind="application/rss+xml")),
    "a comment": page(f"<!-- {link()} -->"),
    "another origin": page(link("https://other.example/c/x")),
    "another scheme": page(link("http://badges.example/c/x")),
    "a base elsewhere": page(link("/c/x"), base='<base href="https://other.example/">'),
    "nothing in it": page(link("")),
    "beyond two thousand links": page(*['<link rel="icon" href="x">'] * 2_000, link()),
}


@pytest.mark.parametrize("html", NONE.values(), ids=NONE.keys())
def test_a_page_that_names_no_credential_of_its_own_leads_nowhere(html: bytes, world: World) -> None:
    world.publish(PAGE_AT, html)

    report = world.verify(PAGE_AT.encode())

    assert (report.verdict, report.check("parse").code) == ("unreadable", "unreadable_page")
    assert world.asked == [PAGE_AT]


def test_d1_a_page_that_names_two_credentials_is_ambiguous(world: World) -> None:
    world.publish(PAGE_AT, page(link(), link(f"{BASE}/c/other")))

    assert world.verdict(PAGE_AT.encode()) == "ambiguous"


def test_a_page_behind_a_page_is_the_last(world: World) -> None:
    world.publish(PAGE_AT, page(link(f"{BASE}/second")))
    world.publish(f"{BASE}/second", page(link(f"{BASE}/third")))
    world.publish(f"{BASE}/third", page(link()))

    assert world.verdict(f"{BASE}/second".encode()) == "valid"
    assert world.verdict(PAGE_AT.encode()) == "unreadable"


def test_a_page_that_names_itself_is_no_circle(world: World) -> None:
    world.publish(PAGE_AT, page(link(PAGE_AT)))

    assert world.verdict(PAGE_AT.encode()) == "unreadable"
