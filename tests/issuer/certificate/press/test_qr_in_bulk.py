"""Codes in bulk are the codes that segno makes, drawn with the operators that WeasyPrint writes for them."""

from __future__ import annotations

import random
import string
from base64 import b64encode

import pydyf
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from weasyprint import HTML

from issuer.certificate.illustrations import _code
from issuer.certificate.press.qr import symbols as room
from issuer.certificate.press.qr.family import Family, family_of
from issuer.certificate.press.qr.symbols import Symbol, symbols
from issuer.tokens import new_token

PREFIX = "https://attestato.example/c/"
OURS = Family(PREFIX, 26)
PRINTED = "".join(map(chr, range(0x21, 0x7F)))
TOKENS = string.ascii_lowercase + "234567"


def theirs(url):
    return segno.make(url, error="m", micro=False, boost_error=False)


def rows_of(symbol, grid):
    return [
        bytes(symbol.modules >> row * grid.stride + column & 1 for column in range(grid.side))
        for row in range(grid.side)
    ]


def assert_equal(url):
    made, code = symbols(family_of(url)), theirs(url)
    symbol = made.symbol(url)
    assert (rows_of(symbol, made.grid), symbol.mask) == ([bytes(row) for row in code.matrix], code.mask)


def test_five_hundred_codes_are_segnos_module_by_module():
    chance = random.Random(4)

    for _ in range(500):
        assert_equal(PREFIX + "".join(chance.choices(TOKENS, k=26)))


@given(letters=st.text(PRINTED.replace("/", ""), min_size=26, max_size=26))
def test_any_printed_letters_make_segnos_code(letters):
    assert_equal(PREFIX + letters)


@pytest.mark.parametrize("length", [1, 19, 40, 60, 80, 105, 121, 150, 180, 199], ids=lambda length: f"{length} letters")
def test_codes_of_every_size_are_segnos(length):
    chance = random.Random(length)

    for _ in range(4):
        assert_equal("h" * length + "/" + "".join(chance.choices(TOKENS, k=5)))


@settings(max_examples=20)
@given(letters=st.text(PRINTED.replace("/", ""), min_size=1, max_size=3))
def test_letters_that_repeat_make_segnos_code(letters):
    assert_equal(PREFIX + (letters * 26)[:26])


def drawn(url):
    """Return the content stream of a sheet with nothing but the code of `url`, as the sheets show it."""
    page = (
        "<style>@page{size:60mm;margin:0}img{position:absolute;left:7mm;top:9mm;width:25mm}</style>"
        f'<img alt=code src="data:image/svg+xml;base64,{b64encode(_code(url)).decode()}">'
    )
    streams = []

    def keep(document, pdf):
        streams.extend(item for item in pdf.objects if type(item).__name__ == "Stream")

    HTML(string=page).write_pdf(finisher=keep, pdf_variant="pdf/a-3a", pdf_tags=True)
    page_streams = [b"\n".join(pydyf._to_bytes(item) for item in stream.stream) for stream in streams]
    return max(page_streams, key=len)


def test_the_drawing_is_weasyprints_for_the_picture_on_our_sheets():
    chance = random.Random(7)
    parts = set()

    for _ in range(12):
        url = PREFIX + "".join(chance.choices(TOKENS, k=26))
        before, found, after = drawn(url).partition(symbols(OURS).operators(url))
        assert found
        parts.add((before, after))

    assert len(parts) == 1, "What stands around the path is the same for every code."
    assert parts.pop()[1].startswith(b"\nB\nQ\n"), "The path is painted at once: it was found to its end."


def test_the_drawing_of_another_address_is_not_found():
    one, other = (PREFIX + new_token() for _ in range(2))

    assert symbols(OURS).operators(other) not in drawn(one)


@pytest.mark.parametrize(
    "url",
    [
        PREFIX + "a" * 25,
        PREFIX + "a" * 27,
        PREFIX.replace("attestato", "attestati") + "a" * 26,
        PREFIX + "à" + "a" * 25,
        PREFIX + "a" * 25 + " ",
        PREFIX + "a" * 25 + "\n",
        "",
    ],
    ids=["shorter", "longer", "another host", "accented", "space", "line feed", "empty"],
)
def test_an_address_of_another_family_is_refused(url):
    assert symbols(OURS).symbol(url) is None
    assert symbols(OURS).operators(url) is None


@pytest.mark.parametrize(
    "family",
    [
        Family("HTTPS://ATTESTATO.EXAMPLE/C/", 26),
        Family("12345", 5),
        Family("https://attestato.example/ü/", 26),
        Family("点", 4),
        Family(PREFIX, 0),
        Family(PREFIX, 190),
        Family("https://attestato.example/" + "c" * 4000, 26),
    ],
    ids=["alphanumeric", "numeric", "latin", "kanji", "nothing varies", "large", "too large"],
)
def test_a_family_that_segno_may_write_otherwise_is_refused(family):
    assert symbols(family) is None


def test_a_family_is_trusted_only_while_segno_agrees(monkeypatch):
    family = Family("https://another.example/c/", 26)
    assert room.symbols.__wrapped__(family) is not None

    monkeypatch.setattr(room, "make", lambda url: segno.make(url, error="m", micro=False, boost_error=False, mask=5))

    assert room.symbols.__wrapped__(family) is None


def test_an_address_is_of_the_family_that_ends_with_its_last_slash():
    assert family_of(PREFIX + "abc") == Family(PREFIX, 3)
    assert symbols(OURS).symbol(PREFIX + "b" * 26) != Symbol(0, 0)
