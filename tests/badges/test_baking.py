from __future__ import annotations

import io
import json
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from badges.baking import KEYWORD, NAMESPACE, bake_png, bake_svg, unbake_png, unbake_svg
from badges.problem import OutOfRange, Unreadable
from badges.proof.jwt import encode
from keys.key import LocalSigner

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>B &amp; C</title><path d="M0 0h9"/></svg>'


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (9, 9), "#7a1f2b").save(file, "PNG")
    return file.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def with_chunk(picture: bytes, part: bytes) -> bytes:
    end = picture.rindex(b"IEND") - 4
    return picture[:end] + part + picture[end:]


texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=200)


@given(texts)
def test_what_is_baked_into_a_png_comes_out_again(text: str) -> None:
    data = json.dumps({"name": text}, ensure_ascii=False).encode()

    assert unbake_png(bake_png(png(), data)) == [data]


@given(texts)
def test_what_is_baked_into_an_svg_means_the_same_when_it_comes_out(text: str) -> None:
    data = json.dumps({"name": text + "]]>"}, ensure_ascii=False).encode()

    [back] = unbake_svg(bake_svg(SVG, data))

    assert json.loads(back) == json.loads(data)


def test_the_picture_itself_is_not_changed() -> None:
    baked = bake_png(png(), b"{}")

    assert Image.open(io.BytesIO(baked)).tobytes() == Image.open(io.BytesIO(png())).tobytes()
    assert baked[8 + 25 + 4 :][:4] == b"iTXt", "the chunk comes right after IHDR"


def test_baking_again_leaves_one_credential() -> None:
    assert unbake_png(bake_png(bake_png(png(), b'{"a":1}'), b'{"a":2}')) == [b'{"a":2}']
    assert unbake_svg(bake_svg(bake_svg(SVG, b'{"a":1}'), b'{"a":2}')) == [b'{"a":2}']


def test_a_token_is_carried_as_it_is(credential: dict[str, Any], signer: LocalSigner) -> None:
    token = encode(credential, signer).encode()

    svg = bake_svg(SVG, token)

    assert unbake_png(bake_png(png(), token)) == [token]
    assert unbake_svg(svg) == [token]
    [element] = etree.fromstring(svg).iter(f"{{{NAMESPACE}}}credential")
    assert element.get("verify") == token.decode()
    assert not element.text


def test_the_svg_element_stands_first_and_its_prefix_is_declared_on_the_root() -> None:
    root = etree.fromstring(bake_svg(SVG, b"{}"))

    assert root.nsmap["openbadges"] == NAMESPACE
    assert root[0].tag == f"{{{NAMESPACE}}}credential"
    assert [element.tag for element in root[1:]] == [element.tag for element in etree.fromstring(SVG)]


def test_every_chunk_is_read_wherever_it_stands() -> None:
    late = with_chunk(bake_png(png(), b"one"), chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0" + b"two"))
    old = with_chunk(late, chunk(b"tEXt", b"openbadges\0three"))
    packed = with_chunk(old, chunk(b"iTXt", KEYWORD + b"\0\1\0\0\0" + zlib.compress(b"four")))

    assert unbake_png(packed) == [b"one", b"two", b"three", b"four"]


def test_chunks_of_other_keywords_are_none_of_ours() -> None:
    assert unbake_png(with_chunk(png(), chunk(b"tEXt", b"Comment\0openbadgecredential"))) == []


def test_a_chunk_that_inflates_without_end_is_stopped() -> None:
    bomb = KEYWORD + b"\0\1\0\0\0" + zlib.compress(bytes(64 << 20))

    with pytest.raises(OutOfRange):
        unbake_png(with_chunk(png(), chunk(b"iTXt", bomb)))


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(png()[:-1], id="cut in the last chunk"),
        pytest.param(png()[:40], id="cut early"),
        pytest.param(png()[:8], id="no chunks"),
        pytest.param(png().replace(b"IHDR", b"IHDS"), id="a wrong checksum"),
        pytest.param(b"GIF89a" + png(), id="another kind of picture"),
        pytest.param(png()[:8] + b"\xff\xff\xff\xff" + png()[12:], id="a length past the end"),
    ],
)
def test_a_broken_png_is_unreadable(picture: bytes) -> None:
    with pytest.raises(Unreadable):
        unbake_png(picture)


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param(b"<svg", id="cut"),
        pytest.param(b"<html/>", id="not an svg"),
        pytest.param(b'<!DOCTYPE svg SYSTEM "http://127.0.0.1:9/x.dtd">' + SVG, id="a document type"),
        pytest.param(b'<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.replace(b"B", b"&a;"), id="an entity"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_a_broken_svg_is_unreadable(picture: bytes) -> None:
    with pytest.raises(Unreadable):
        unbake_svg(picture)


@given(st.binary(max_size=200))
def test_any_octets_after_the_signature_are_read_or_unreadable(data: bytes) -> None:
    try:
        unbake_png(png()[:8] + data)
    except (Unreadable, OutOfRange) as error:
        assert error.detail


def test_a_picture_without_a_head_is_refused_and_not_left_unbaked() -> None:
    headless = png()[:8] + chunk(b"I;DR", png()[16:29]) + png()[33:]

    with pytest.raises(Unreadable):
        bake_png(headless, b"{}")


def test_a_second_head_is_not_a_place_for_a_second_credential() -> None:
    assert unbake_png(bake_png(png()[:33] + png()[8:], b"{}")) == [b"{}"]


def test_a_picture_with_a_name_that_cannot_be_written_again_is_refused() -> None:
    with pytest.raises(Unreadable):
        bake_svg(SVG.replace(b"viewBox", b":viewBox"), b"{}")


def test_a_prefix_that_nobody_declared_is_not_declared_by_baking() -> None:
    stray = SVG.replace(b"</svg>", b'<openbadges:credential>{"a":1}</openbadges:credential></svg>')

    with pytest.raises(Unreadable):
        bake_svg(stray, b"{}")

    assert unbake_svg(bake_svg(SVG, b"{}")) == [b"{}"]
