"""What people paste is one credential, or one address, or it is said why it is neither."""

from __future__ import annotations

import base64
import io
import json
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from badges.baking import bake_png
from badges.problem import BadgeError
from tests.verifier.pictures import sheet, written
from tests.verifier.published import BASE, ID, NOW, World, credential, sign, to_bytes, token
from tests.verifier.test_web import JSON, client_of, desk
from verifier.cli import verify_command
from verifier.intake import Found, Lead, take_in
from verifier.layout import path_of
from verifier.links import on_page

SIGNED = to_bytes(sign(credential())).decode()
TOKEN = token(credential()).decode()
OTHER_TOKEN = token(credential(name="Another")).decode()
OTHER = to_bytes(sign(credential(name="Another"))).decode()
BASE64 = base64.b64encode(SIGNED.encode()).decode()
PICTURE = base64.b64encode(bake_png(written(sheet(size=(40, 40))), SIGNED.encode())).decode()


@pytest.fixture
def world(world: World) -> World:
    world.publish(ID, SIGNED.encode())
    return world


GOOD = {
    "JSON": SIGNED,
    "JSON laid out": json.dumps(json.loads(SIGNED), indent=2),
    "a token": TOKEN,
    "JSON in a fence": f"```json\n{SIGNED}\n```",
    "JSON in a fence among words": f"Here it is:\n\n```\n{SIGNED}\n```\nBye!",
    "a token in a fence": f"~~~\n{TOKEN}\n~~~",
    "JSON between backticks": f"`{SIGNED}`",
    "JSON in quotation marks": f"“{SIGNED}”",
    "JSON as a text in JSON": json.dumps(SIGNED),
    "JSON in a reply": "\n".join(f"> {line}" for line in json.dumps(json.loads(SIGNED), indent=1).splitlines()),
    "a token in quotation marks": f'"{TOKEN}"',
    "a token among words": f"Il mio attestato:\n{TOKEN}\nCiao",
    "an address": ID,
    "an address without its scheme": ID.removeprefix("https://"),
    "an address between brackets": f"<{ID}>",
    "an address in quotation marks": f"«{ID}»",
    "a message with an address": f"Ho ricevuto un attestato! {ID} #python 🎉",
    "a message that ends with an address": f"Guardate qui: ({ID}).",
    "a message with the same address twice": f"{ID}\n\nShared: {ID}#top",
    "a data address": f"data:application/vc+ld+json,{quote(SIGNED)}",
    "a data address in base64": f"data:application/vc;charset=utf-8;base64,{BASE64}",
    "a data address of a token": f"data:application/vc+jwt,{TOKEN}",
    "a data address of a picture": f"data:image/png;base64,{PICTURE}",
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_it_is_found_however_it_is_pasted(text: str, world: World) -> None:
    report = world.verify(text.encode())

    assert report.verdict == "valid"


def by_form(client: FlaskClient, text: str) -> str:
    return str(client.post("/verify", data={"text": text}, headers=JSON).get_json().get("verdict"))


def by_file(client: FlaskClient, text: str) -> str:
    handed = {"file": (io.BytesIO(text.encode()), "x")}
    return str(client.post("/verify", data=handed, headers=JSON).get_json().get("verdict"))


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD.keys())
def test_the_page_says_the_same_of_a_text_and_of_a_file(text: str, world: World) -> None:
    client = client_of(desk(world))

    assert (by_form(client, text), by_file(client, text)) == ("valid", "valid")


@pytest.mark.parametrize("name", ["JSON in a fence", "an address", "a message with an address", "a data address"])
def test_the_command_says_the_same(name: str, world: World, tmp_path) -> None:
    for url, document in world.documents.items():
        place = tmp_path / path_of(url)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(document)
    arguments = ["-", "--json", "--documents", str(tmp_path), "--now", NOW.isoformat()]

    result = CliRunner().invoke(verify_command(), arguments, input=GOOD[name].encode())

    assert json.loads(result.output)["verdict"] == "valid"


TWO = {
    "two addresses": f"{ID} and {BASE}/c/other",
    "two fences": f"```\n{SIGNED}\n```\n```\n{OTHER}\n```",
    "two tokens": f"{TOKEN}\n{OTHER_TOKEN}",
    "two tokens in a list": f"{OTHER_TOKEN}, {TOKEN}",
    "two tokens, one in brackets": f"({OTHER_TOKEN}) {TOKEN}",
    "two tokens, one in another spelling": f"{OTHER_TOKEN}= {TOKEN}",
    "a token and one in an address": f"{BASE}/c/other?token={OTHER_TOKEN} {TOKEN}",
    "an address and one that is too long": f"{BASE}/c/other?{'x' * 2_048} {ID}",
    "a fence and an address": f"{BASE}/c/other\n```\n{SIGNED}\n```",
    "a token and JSON among words": f"{TOKEN} and {OTHER}",
    "a token and an address": f"{TOKEN} {BASE}/c/other",
}


@pytest.mark.parametrize("text", TWO.values(), ids=TWO.keys())
def test_d1_two_different_things_in_a_text_are_ambiguous(text: str, world: World) -> None:
    assert world.verdict(text.encode()) == "ambiguous"
    assert by_form(client_of(desk(world)), text) == "ambiguous"
    assert world.asked == []


NONE = {
    "words": ("Ciao!", "unreadable"),
    "nothing": (" \n", "unreadable"),
    "two objects": (SIGNED + SIGNED, "unreadable"),
    "an offer": ("openid-credential-offer://?credential_offer=%7B%7D", "unreadable_offer"),
    "an offer on the web": ("https://wallet.example/?credential_offer_uri=https%3A%2F%2Fx.example", "unreadable_offer"),
    "an offer to present": ("openid4vp://?client_id=x", "unreadable_offer"),
    "a name of a file": ("file:///etc/passwd", "unreadable"),
    "a data address in a data address": (f"data:text/plain,data:text/plain,{quote(SIGNED)}", "unreadable"),
    "a broken data address": ("data:application/json;base64,e30=!", "unreadable"),
}


@pytest.mark.parametrize(("text", "words"), NONE.values(), ids=NONE.keys())
def test_what_holds_nothing_is_told_so(text: str, words: str, world: World) -> None:
    report = world.verify(text.encode())

    assert (report.verdict, report.check("parse").code) == ("unreadable", words)
    assert world.asked == []


@pytest.mark.parametrize("noise", ["\0", "\x01", "\x08", "\x0e", "\x1a", "\x7f"], ids=repr)
@pytest.mark.parametrize("held", [TOKEN, ID, f"```\n{SIGNED}\n```"], ids=["a token", "an address", "a fence"])
def test_in_octets_that_are_no_text_nothing_is_looked_for(held: str, noise: str, world: World) -> None:
    client = client_of(desk(world))
    for text in (f"{noise} {held}", f"{held}\n{noise}", f"{noise}\n{held}\n{noise}"):
        assert (world.verdict(text.encode()), by_form(client, f". {text} .")) == ("unreadable", "unreadable")
    assert world.asked == []
    for mark in "\t\n\x0b\x0c\r\x1b\x80\x85é€🎉":
        assert world.verdict(f"{mark} {held}\n{mark}".encode()) == "valid"


@pytest.mark.parametrize(
    "token_",
    [TOKEN + "=", TOKEN + ".x", TOKEN.replace(".", "+.", 1), f"\0{TOKEN}", f"\x1c{TOKEN}", f"{TOKEN},"],
    ids=["padded", "four segments", "another alphabet", "after a NUL", "after a separator", "before a comma"],
)
def test_a8_a_token_in_another_spelling_is_none_among_words_either(token_: str, world: World) -> None:
    assert world.verify(token_.encode()).outcome == "invalid"
    assert world.verify(f"Here: {token_} bye".encode()).outcome == "invalid"


def test_an_address_that_gives_nothing_is_no_verdict_on_a_credential(world: World) -> None:
    text = f"Guarda: {BASE}/c/none"

    assert world.verdict(text.encode()) == "issuer_unresolvable"
    assert client_of(desk(world)).post("/verify", data={"text": text}, headers=JSON).status_code == 422


def test_an_address_that_leads_to_another_is_not_followed(world: World) -> None:
    world.publish(f"{BASE}/c/other", ID.encode())

    assert world.verdict(f"{BASE}/c/other".encode()) == "unreadable"
    assert world.asked == [f"{BASE}/c/other"]


@given(st.text())
def test_any_words_are_taken_in_or_refused(text: str) -> None:
    try:
        found = take_in(text.encode("utf-8", "surrogatepass"))
    except BadgeError:
        return
    assert isinstance(found, Found | Lead)


@pytest.mark.parametrize(
    "mark", ["`", '"', "[", "(", "<", "> ", "```", "data:", "https://", "ey", "<!--", ";", "%", " "]
)
def test_a_text_made_to_be_slow_is_not(mark: str, world: World) -> None:
    assert world.verify((mark * 300_000).encode()[:900_000]).outcome == "invalid"


@pytest.mark.parametrize(
    ("link", "page", "whole"),
    [
        ("/c/x.json", f"{BASE}/c/x", f"{BASE}/c/x.json"),
        ("x.json", f"{BASE}/c/x", f"{BASE}/c/x.json"),
        (f"{BASE}/x", f"{BASE}/c/x", f"{BASE}/x"),
        (f"{BASE}/x", "HTTPS://BADGES.example/c", f"{BASE}/x"),
        ("https://other.example/x", f"{BASE}/c/x", ""),
        ("//other.example/x", f"{BASE}/c/x", ""),
        ("http://badges.example/x", f"{BASE}/c/x", ""),
        ("https://badges.example:8443/x", f"{BASE}/c/x", ""),
        ("https://badges.example@other.example/x", f"{BASE}/c/x", ""),
        ("javascript:alert(1)", f"{BASE}/c/x", ""),
        ("https://other.example/x", "", "https://other.example/x"),
        ("/c/x.json", "", ""),
        ("https://[", f"{BASE}/c/x", ""),
    ],
)
def test_a_page_speaks_for_its_own_origin(link: str, page: str, whole: str) -> None:
    assert on_page(link, page) == whole
