"""The published limits of what can be handed in: what just fits is valid, one more of it is not."""

from __future__ import annotations

from typing import Any

import pytest

from badges.baking import KEYWORD, bake_svg
from keys.encoding import base64url
from tests.verifier.pictures import chunk, code, pdf, png_of, sheet, written
from tests.verifier.published import ID, World, credential, sign, to_bytes

MIB = 1_048_576
KIB = 1_024
SIGNED = to_bytes(sign(credential()))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><title>x</title></svg>'
CODE = sheet(code())


@pytest.fixture
def world(world: World) -> World:
    world.publish(ID, SIGNED)
    return world


def spaced(size: int) -> bytes:
    """The credential, with white space that makes it so long."""
    return SIGNED[:1] + b" " * (size - len(SIGNED)) + SIGNED[1:]


def baked(data: bytes, kind: bytes = b"iTXt") -> bytes:
    return png_of(4, 4, chunk(kind, KEYWORD + (b"\0" * 5 if kind == b"iTXt" else b"\0") + data))


def png_octets(size: int) -> bytes:
    filled = lambda much: png_of(4, 4, chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0" + SIGNED), chunk(b"prVt", bytes(much)))  # noqa: E731
    return filled(size - len(filled(0)))


def jpeg_octets(size: int) -> bytes:
    drawn = written(CODE, "JPEG")
    return drawn + bytes(size - len(drawn))


def webp_octets(size: int) -> bytes:
    drawn = written(CODE, "WEBP")
    return drawn + bytes(size - len(drawn))


def svg_octets(size: int) -> bytes:
    drawn = bake_svg(SVG, SIGNED)
    return drawn.replace(b"<title>x", b"<title>x" + b"x" * (size - len(drawn)))


def pdf_octets(size: int) -> bytes:
    paper = pdf(("credential.json", SIGNED))
    end = paper[paper.rindex(b"startxref") :]
    return paper + b" " * (size - len(paper) - len(end)) + end


def html_octets(size: int) -> bytes:
    page = f'<!doctype html><link rel="credential" href="{ID}"><p>'.encode()
    return page + b"x" * (size - len(page))


def deep(levels: int) -> bytes:
    """The credential with a member so deep that the whole is nested that deeply: unsigned, so never valid."""
    nested: Any = 1
    for _ in range(levels - 1):
        nested = [nested]
    return to_bytes({"a": nested})


LIMITS = {
    "PNG of 10 MiB": (png_octets, 10 * MIB),
    "JPEG of 10 MiB": (jpeg_octets, 10 * MIB),
    "WebP of 10 MiB": (webp_octets, 10 * MIB),
    "SVG of 2 MiB": (svg_octets, 2 * MIB),
    "PDF of 10 MiB": (pdf_octets, 10 * MIB),
    "page of the web of 2 MiB": (html_octets, 2 * MIB),
    "PDF of 50 pages": (lambda pages: pdf(("credential.json", SIGNED), pages=pages), 50),
    "baked PNG of 25 MP": (lambda side: png_of(side, 5_000, baked(SIGNED)[33:-12]), 5_000),
    "photograph of 25 MP": (lambda side: written(sheet(code(), size=(side, 5_000)), "JPEG"), 5_000),
    "screenshot of 25 MP": (lambda side: written(sheet(code(), size=(side, 5_000))), 5_000),
    "WebP of 25 MP": (lambda side: written(sheet(code(), size=(side, 5_000)), "WEBP", method=0), 5_000),
    "JSON of 256 KiB": (spaced, 256 * KIB),
    "credential of 256 KiB in a PNG": (lambda size: baked(spaced(size)), 256 * KIB),
    "credential of 256 KiB in an old chunk": (lambda size: baked(spaced(size), b"tEXt"), 256 * KIB),
    "credential of 256 KiB in an SVG": (lambda size: bake_svg(SVG, spaced(size)), 256 * KIB),
    "credential of 256 KiB in a PDF": (lambda size: pdf(("credential.json", spaced(size))), 256 * KIB),
}


@pytest.mark.parametrize(("made", "limit"), LIMITS.values(), ids=LIMITS.keys())
def test_what_just_fits_is_valid_and_one_more_is_out_of_range(made: Any, limit: int, world: World) -> None:
    assert world.verdict(made(limit)) == "valid"

    report = world.verify(made(limit + 1))

    assert report.verdict == "malformed"
    assert report.problems[0].type.endswith("#RANGE_ERROR")
    assert world.asked == []


def long_token(size: int) -> bytes:
    """A token so long, header, payload and signature together; no base64 has one letter more than fours."""
    made = (segments(b"x", b'{"a":"' + b"x" * (much * 3 // 4) + b'"}') for much in range(size - 100, 0, -1))
    fit = next(token for token in made if (size - len(token)) % 4 != 1)
    return fit + b"A" * (size - len(fit))


def segments(kid: bytes, payload: bytes) -> bytes:
    header = b'{"alg":"EdDSA","kid":"' + kid + b'"}'
    return f"{base64url(header)}.{base64url(payload)}.".encode()


def header_of(size: int) -> bytes:
    """A token whose header is so long as it is written."""
    empty = len(b'{"alg":"EdDSA","kid":""}')
    return segments(b"k" * (size * 3 // 4 - empty), b"{}")


READ = {
    "a token of 256 KiB": (long_token, 256 * KIB),
    "a header of 8 KiB": (header_of, 8 * KIB),
    "depth 64": (deep, 64),
    "5,000 values": (lambda count: to_bytes({"a": [0] * (count - 2)}), 5_000),
    "2^53-1": (lambda number: to_bytes({"a": number}), 2**53 - 1),
    "-2^53+1": (lambda number: to_bytes({"a": -number}), 2**53 - 1),
}


@pytest.mark.parametrize(("made", "limit"), READ.values(), ids=READ.keys())
def test_what_just_fits_is_read_and_one_more_is_out_of_range(made: Any, limit: int, world: World) -> None:
    fits, larger = world.verify(made(limit)), world.verify(made(limit + (4 if made is header_of else 1)))

    assert fits.check("parse").result == "pass"
    assert larger.check("parse").verdict == "malformed"
    assert larger.problems[0].type.endswith("#RANGE_ERROR")
