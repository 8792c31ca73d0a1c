"""Files made to be slow or large get an answer within the time of every verification, and leave no process behind."""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from badges.baking import KEYWORD, bake_png
from tests.verifier.pictures import chunk, code, pdf, png_of, sheet, written
from tests.verifier.published import ID, World, credential, sign, to_bytes
from verifier import child
from verifier.zygote import Zygote

SIGNED = to_bytes(sign(credential()))
MIB = 2**20


@pytest.fixture(params=["warm", "fresh"])
def children(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], set[str]]]:
    """What is at work for us, besides the warm process itself."""
    zygote = Zygote()
    if request.param == "warm":
        assert zygote.warm(20)
    else:
        monkeypatch.setattr(zygote, "begin", lambda _: None)
    monkeypatch.setattr(child, "ZYGOTE", zygote)
    before = _children(os.getpid())

    def found() -> set[str]:
        return (_children(os.getpid()) - before) | (_children(zygote.number) if zygote.number else set())

    yield found
    zygote.close()


def _children(number: int) -> set[str]:
    tasks = Path(f"/proc/{number}/task").iterdir()
    return {child for task in tasks for child in (task / "children").read_text().split()}


@cache
def zeros(mebibytes: int) -> bytes:
    """So many MiB of zeros as zlib packs them, without packing them all."""
    packer = zlib.compressobj(9)
    head = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * (mebibytes - 1) + b"\x03\x00" + struct.pack(">I", mebibytes * MIB % 65_521 << 16 | 1)


@cache
def text_bombs(count: int) -> bytes:
    each = chunk(b"zTXt", KEYWORD + b"\0\0" + zlib.compress(b"{" + b" " * 262_142 + b"}", 9))
    return png_of(4, 4, *[each] * count)


@cache
def different_text_bombs(count: int) -> bytes:
    made = (chunk(b"zTXt", KEYWORD + b"\0\0" + zlib.compress(b"%06d" % n + b" " * 262_136, 9)) for n in range(count))
    return png_of(4, 4, *made)


@cache
def scans(count: int) -> bytes:
    """A progressive JPEG with its last scan over and over: each goes over the whole picture."""
    drawn = written(Image.new("L", (5_000, 5_000), 200), "JPEG", progressive=True)
    last = drawn.rindex(b"\xff\xda")
    return drawn[:-2] + drawn[last:-2] * count + drawn[-2:]


@cache
def wide_jpeg() -> bytes:
    drawn = bytearray(written(sheet(), "JPEG"))
    place = drawn.index(b"\xff\xc0")
    drawn[place + 5 : place + 9] = b"\xff\xdc\xff\xdc"
    return bytes(drawn)


@cache
def wide_webp() -> bytes:
    drawn = bytearray(written(sheet(), "WEBP", lossless=True))
    place = drawn.index(b"VP8L") + 9
    drawn[place : place + 4] = struct.pack("<I", 16_383 | 16_383 << 14)
    return bytes(drawn)


@cache
def laughs() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE svg [<!ENTITY a0 "ha">{entities}]><svg xmlns="http://www.w3.org/2000/svg">&a9;</svg>'.encode()


def nested(levels: int) -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * levels + b"</g>" * levels + b"</svg>"


@cache
def attached_zeros(mebibytes: int) -> bytes:
    """A PDF with an attachment that is small, and inflates to so many MiB."""
    out = io.BytesIO()
    with pikepdf.new() as paper:
        paper.add_blank_page()
        paper.attachments["x.json"] = pikepdf.AttachedFileSpec(paper, b"x", filename="x.json")
        stream = paper.attachments["x.json"].obj["/EF"]["/F"]
        stream.write(zlib.compress(zeros(mebibytes), 9), filter=pikepdf.Array([pikepdf.Name("/FlateDecode")] * 2))
        paper.save(out, compress_streams=False)
    return out.getvalue()


@cache
def drawn_page(content: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as paper:
        page = paper.add_blank_page()
        page.Contents = paper.make_stream(b"x")
        page.Contents.write(content, filter=pikepdf.Name("/FlateDecode"))
        paper.save(out, compress_streams=False)
    return out.getvalue()


@cache
def busy_page() -> bytes:
    """A page that draws shapes over each other without end."""
    lines = b"".join(b"%d %d m %d %d l S\n" % (n % 612, n % 777, n * 7 % 612, n * 3 % 792) for n in range(60_000))
    return drawn_page(zlib.compress(lines * 15, 6))


@cache
def pages_in_a_circle() -> bytes:
    pair = b"2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj\n3 0 obj <</Type/Pages/Kids[2 0 R]/Count 1>> endobj"
    return circle(pair)


def circle(objects: bytes, trailer: bytes = b"") -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n"
        + objects
        + b"\ntrailer <</Root 1 0 R "
        + trailer
        + b">>\nstartxref\n9\n%%EOF"
    )


def actions(name: str) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(("credential.json", SIGNED)))) as paper:
        action = {"/JavaScript": {"/JS": pikepdf.String("app.launchURL('https://x.example')")}, "/Launch": {"/F": "x"}}
        paper.Root["/OpenAction"] = pikepdf.Dictionary({"/S": pikepdf.Name(name), **action[name]})
        paper.save(out)
    return out.getvalue()


GIVEN_UP = {"malformed", "unreadable", "too_complex"}
BOMBS = {
    "D2: a chunk of a gigabyte": (lambda: png_of(4, 4, chunk(b"zTXt", KEYWORD + b"\0\0" + zeros(1024))), {"malformed"}),
    "D2: the same chunk twenty thousand times": (lambda: text_bombs(20_000), GIVEN_UP),
    "D2: different chunks": (lambda: different_text_bombs(4_000), GIVEN_UP | {"ambiguous"}),
    "D3: a PNG of 50,000 by 50,000": (lambda: png_of(50_000, 50_000), {"malformed"}),
    "D3: a JPEG of 65,500 by 65,500": (wide_jpeg, {"malformed"}),
    "D3: a WebP of 16,384 by 16,384": (wide_webp, {"malformed", "unreadable"}),
    "D3: a PNG that inflates to a gigabyte": (
        lambda: png_of(5_000, 5_000, chunk(b"IDAT", zeros(1024))), GIVEN_UP
    ),
    "D3: a JPEG of a thousand scans": (lambda: scans(1_000), GIVEN_UP),
    "D3: a photograph without a code": (
        lambda: written(Image.effect_noise((5_000, 5_000), 60), "JPEG", quality=20), {"unreadable"}
    ),
    "D6: billion laughs": (laughs, {"unreadable"}),
    "D6: an external document type": (
        lambda: b'<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg xmlns="http://www.w3.org/2000/svg"/>', {"unreadable"}
    ),
    "D6: a hundred thousand levels": (lambda: nested(100_000), {"unreadable"}),
    "D7: an attachment of 256 MiB": (lambda: attached_zeros(256), GIVEN_UP),
    "D7: an attachment of 2 GiB": (lambda: attached_zeros(2_048), GIVEN_UP),
    "D7: pages in a circle": (pages_in_a_circle, GIVEN_UP),
    "D7: versions in a circle": (lambda: circle(b"2 0 obj <</Type/Pages/Kids[]>> endobj", b"/Prev 9"), GIVEN_UP),
    "D7: a page of 256 MiB": (lambda: drawn_page(zeros(256)), GIVEN_UP),
    "D7: a page that is never drawn": (busy_page, GIVEN_UP),
}  # fmt: skip


@pytest.mark.parametrize(("made", "verdicts"), BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_given_up_and_nothing_of_it_is_left(
    made: Callable[[], bytes], verdicts: set[str], children: Callable[[], set[str]], world: World
) -> None:
    bomb = made()

    report = world.verify(bomb)

    assert report.verdict in verdicts, report.check("parse")
    assert report.check("parse").code != "internal"
    assert children() == set()
    assert world.asked == []


@pytest.mark.parametrize("name", ["/JavaScript", "/Launch"])
def test_d7_what_a_pdf_would_do_when_it_is_opened_is_not_done(name: str, world: World) -> None:
    assert world.verdict(actions(name)) == "valid"
    assert not [url for url in world.asked if "x.example" in url]


def test_an_honest_picture_is_answered_after_all_of_them(children: Callable[[], set[str]], world: World) -> None:
    world.publish(ID, SIGNED)

    assert world.verdict(bake_png(written(sheet()), SIGNED)) == "valid"
    assert world.verdict(written(sheet(code()))) == "valid"
    assert children() == set()
