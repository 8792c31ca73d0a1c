"""Group D: pictures and papers that carry a credential, two, or none; each opened in a child that can be killed."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from badges.baking import KEYWORD, KEYWORD_2, SIGNATURE, bake_png, bake_svg
from badges.problem import Unreadable
from tests.verifier.pictures import added_to, chunk, pdf, sheet, written
from tests.verifier.published import STATUS, World, credential, sign, status_list, to_bytes, token
from verifier import intake
from verifier.child import ChildFailed
from verifier.pdf import unbake_pdf

SIGNED = to_bytes(sign(credential()))
OTHER = to_bytes(sign(credential(name="Another")))
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><title>x</title></svg>'


PNG = written(sheet(size=(4, 4)))
ANIMATED = written(sheet(size=(4, 4)), save_all=True, append_images=[sheet(size=(4, 4), colour=9)])


def with_chunks(*chunks: bytes, at_end: bool = False) -> bytes:
    place = len(PNG) - 12 if at_end else 33
    return PNG[:place] + b"".join(chunks) + PNG[place:]


def text(keyword: bytes, data: bytes) -> bytes:
    return chunk(b"iTXt", keyword + b"\0\0\0\0\0" + data)


GOOD = {
    "PNG": (bake_png(PNG, SIGNED), "png"),
    "PNG with the chunk at its end": (with_chunks(text(KEYWORD, SIGNED), at_end=True), "png"),
    "PNG with something behind its end": (bake_png(PNG, SIGNED) + b"PK\3\4 an archive", "png"),
    "animated PNG": (bake_png(ANIMATED, SIGNED), "png"),
    "PNG with the same twice": (with_chunks(text(KEYWORD, SIGNED), text(KEYWORD, b" " + SIGNED)), "png"),
    "PNG with a token": (bake_png(PNG, token(credential())), "png"),
    "SVG": (bake_svg(SVG, SIGNED), "svg"),
    "SVG with a token": (bake_svg(SVG, token(credential())), "svg"),
    "PDF": (pdf(("credential.json", SIGNED)), "pdf"),
    "PDF with the same twice": (pdf(("credential.json", SIGNED), ("copy.json", SIGNED + b"\n")), "pdf"),
    "PDF with other attachments": (pdf(("credential.json", SIGNED), ("a.json", b'{"a":1}'), ("b.txt", b"x")), "pdf"),
    "PDF of somebody else": (pdf(("badge-export.json", SIGNED), associate=False), "pdf"),
    "PDF with a token": (pdf(("badge.jwt", token(credential()))), "pdf"),
    "JSON after a byte order mark": (b"\xef\xbb\xbf" + SIGNED, "json"),
    "pasted text": (b"\r\n\t " + SIGNED + b" \n\n", "json"),
    "a pasted token": (b"\n" + token(credential()) + b"\r\n", "jwt"),
}


@pytest.mark.parametrize(("data", "kind"), GOOD.values(), ids=GOOD.keys())
def test_a_credential_is_found_in_every_carrier(data: bytes, kind: str, world: World) -> None:
    report = world.verify(data)

    assert (report.verdict, report.format) == ("valid", kind)


@pytest.mark.parametrize(("data", "kind"), GOOD.values(), ids=GOOD.keys())
def test_d8_of_a_picture_or_paper_it_is_said_that_its_look_is_not_signed(data: bytes, kind: str, world: World) -> None:
    told = world.verify(data).check("parse").sentence("en")

    assert ("not part of the signature" in told) == (kind in {"png", "svg", "pdf"})


@pytest.mark.parametrize(("data", "kind"), GOOD.values(), ids=GOOD.keys())
def test_c1_what_is_revoked_is_revoked_in_every_carrier(data: bytes, kind: str, world: World) -> None:
    world.publish(STATUS, status_list(94_567))

    assert world.verdict(data) == "revoked"


def _for_another_system(name: str) -> bytes:
    """A PDF whose attached file is another one for readers on another system (ISO 32000-1, 7.11.3)."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(("credential.json", SIGNED)))) as document:
        spec = next(iter(document.attachments.values())).obj
        spec["/EF"][name] = document.make_stream(OTHER)
        document.save(out)
    return out.getvalue()


TWO = {
    **{f"a file for {name}": _for_another_system(name) for name in ("/DOS", "/Mac", "/Unix")},
    "a chunk behind the end": bake_png(PNG, SIGNED) + text(KEYWORD, OTHER),
    "a picture behind the picture": bake_png(PNG, SIGNED) + bake_png(PNG, OTHER),
    "two chunks": with_chunks(text(KEYWORD, SIGNED), text(KEYWORD, OTHER)),
    "an old chunk and a new one": with_chunks(text(KEYWORD_2, OTHER), text(KEYWORD, SIGNED)),
    "one of them broken": with_chunks(text(KEYWORD, SIGNED), text(KEYWORD, b"{")),
    "a token and its own credential": with_chunks(text(KEYWORD, SIGNED), text(KEYWORD, token(credential()))),
    "two attachments": pdf(("credential.json", SIGNED), ("b.json", OTHER)),
    "a swapped attachment": pdf(("credential.json", SIGNED), ("credential.json", OTHER)),
    "an element with a token and a body": bake_svg(SVG, SIGNED).replace(
        b"<openbadges:credential>", b'<openbadges:credential verify="' + token(credential(name="Another")) + b'">'
    ),
    "more than anybody compares": with_chunks(*(text(KEYWORD, b'{"a":%d}' % number) for number in range(5_000))),
    "two elements": bake_svg(SVG, SIGNED).replace(
        b"<title>", b'<b:assertion xmlns:b="http://openbadges.org">' + b"{}" + b"</b:assertion><title>"
    ),
}


@pytest.mark.parametrize("data", TWO.values(), ids=TWO.keys())
def test_d1_two_credentials_in_one_carrier_are_ambiguous(data: bytes, world: World) -> None:
    assert world.verdict(data) == "ambiguous"


def _wide() -> bytes:
    return SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)) + chunk(b"IEND", b"")


HOSTILE = {
    "D2: a compressed chunk of a gigabyte": with_chunks(
        chunk(b"zTXt", KEYWORD + b"\0\0" + zlib.compress(bytes(2**26), 9))
    ),
    "D3: 50,000 by 50,000 pixels": _wide(),
    "D4: a GIF": b"GIF89a" + bytes(64),
    "D4: a TIFF": b"II*\0" + bytes(64),
    "D4: EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "D4: a WebP that is none": b"RIFF\0\0\0\0WEBPVP8 ",
    "D4: a JPEG that is none": b"\xff\xd8\xff\xe0" + bytes(64),
    "D4: a BMP": b"BM" + bytes(64),
    "D4: an icon": b"\0\0\1\0" + bytes(64),
    "D4: a photograph of a telephone": b"\0\0\0\x18ftypheic" + bytes(64),
    "D4: FlashPix": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64),
    "D12: an archive": b"PK\3\4" + bytes(64),
    "D6: entities": b'<!DOCTYPE svg [<!ENTITY a "x">]>' + bake_svg(SVG, SIGNED).partition(b"?>")[2],
    "D6: a bare document type": b"<!DOCTYPE svg>" + bake_svg(SVG, SIGNED).partition(b"?>")[2],
    "a web page": b"<!doctype html><html><body>x</body></html>",
    "a PNG cut short": bake_png(PNG, SIGNED)[:-20],
    "a PNG with a wrong checksum": bake_png(PNG, SIGNED).replace(b"Ada", b"Eve"),
    "a PNG without a credential": PNG,
    "an SVG without a credential": SVG,
    "an SVG with a credential and more": bake_svg(SVG, SIGNED).replace(b"</openbadges:", b"<b/>{}</openbadges:"),
    "a PDF without a credential": pdf(("a.json", b'{"a":1}')),
    "D7: a locked PDF": pdf(("credential.json", SIGNED), encryption=pikepdf.Encryption(user="x", owner="y")),
    "D7: a PDF of 51 pages": pdf(("credential.json", SIGNED), pages=51),
    "D7: a PDF that is none": b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 1 0 R>>\nendobj\n"
    b"trailer<</Root 1 0 R/Prev 0>>",
    "an SVG that is too long": SVG.replace(b"x</title>", b"x" * 2_097_152 + b"</title>"),
    "a file that is too long": PNG + bytes(10_485_760),
}  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_file_without_one_readable_credential_is_invalid(data: bytes, world: World) -> None:
    report = world.verify(data)

    assert report.outcome == "invalid"
    assert report.credential is None
    assert world.asked == []


@pytest.mark.parametrize("name", ["credential.json", "x.json"])
def test_d7_an_attachment_that_inflates_without_end_is_not_waited_for(name: str, world: World) -> None:
    bomb = pdf((name, b'{"a":"' + b"x" * 2**26 + b'"}'), compress_streams=True, recompress_flate=True)

    report = world.verify(bomb)

    assert len(bomb) < 2**20
    assert report.verdict == ("malformed" if name == "credential.json" else "unreadable")


def test_d7_a_child_that_takes_too_long_is_no_verdict_on_the_credential(monkeypatch: Any, world: World) -> None:
    for reason in ("timeout", "memory", "crashed"):

        def exhausted(*_: Any, reason: str = reason, **__: Any) -> Any:
            raise ChildFailed(reason)

        monkeypatch.setattr(intake, "run", exhausted)
        assert world.verdict(bake_png(PNG, SIGNED)) == "too_complex"


@pytest.mark.parametrize("broken", ["7", "[7]", "(x)", "<< /Names 7 >>", "<< /Names [7] >>", "<< /Names [(x) 7] >>"])
def test_d7_a_tree_of_attachments_that_is_none_holds_nothing(broken: str) -> None:
    paper = pdf(("credential.json", SIGNED), associate=False)
    with pikepdf.open(io.BytesIO(paper)) as document:
        root, pages = document.Root.objgen[0], document.Root["/Pages"].objgen[0]
    catalogue = f"<< /Type /Catalog /Pages {pages} 0 R /Names << /EmbeddedFiles {broken} >> >>"

    with suppress(Unreadable):
        assert unbake_pdf(added_to(paper, (root, catalogue.encode()))) == []

    assert unbake_pdf(paper) == [SIGNED]


def test_d4_a_name_says_nothing(world: World, tmp_path: Path) -> None:
    path = tmp_path / "badge.svg"
    path.write_bytes(bake_png(PNG, SIGNED))

    assert world.verify(path.read_bytes()).format == "png"


FOREIGN = [data for name, data in HOSTILE.items() if name.startswith(("D4", "D12")) and "none" not in name]


@pytest.mark.parametrize("data", FOREIGN)
def test_d4_of_a_kind_of_file_that_is_not_opened_it_is_said_what_to_bring(data: bytes, world: World) -> None:
    check = world.verify(data).check("parse")

    assert check.code == "unreadable_format"
    assert "PNG, JPEG, WebP, SVG or PDF" in check.sentence("en")


def test_d4_a_picture_that_says_it_is_another_is_what_its_octets_are(world: World) -> None:
    assert world.verify(bake_svg(SVG, SIGNED)).format == "svg"
    assert world.verify(bake_png(PNG, SIGNED)).format == "png"
    assert world.verify(SIGNATURE + bake_svg(SVG, SIGNED)).verdict == "unreadable"


def test_d12_what_is_two_kinds_of_file_at_once_is_the_one_it_begins_as(world: World) -> None:
    page = b"<html><script>alert(1)</script>"

    assert world.verify(bake_png(PNG, SIGNED) + page).format == "png"
    assert world.verify(pdf(("credential.json", SIGNED)) + b"PK\3\4").format == "pdf"


BLANK = b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 612 792] /Contents %d 0 R >>"


def repainted(paper: bytes) -> bytes:
    """The paper with another name painted on its page, by somebody who added it at the end."""
    with pikepdf.open(io.BytesIO(paper)) as document:
        page, parent = document.pages[0].obj.objgen[0], document.pages[0].obj["/Parent"].objgen[0]
    content = b"<< /Length 27 >>\nstream\nBT (Eve instead of Ada) Tj ET\nendstream"
    return added_to(paper, (page, BLANK % (parent, 900)), (900, content))


def test_d9_pages_that_were_changed_after_the_credential_was_attached_are_told(world: World) -> None:
    paper = pdf(("credential.json", SIGNED))
    before, after = world.verify(paper), world.verify(repainted(paper))

    assert (before.check("parse").code, after.check("parse").code) == ("read_from_picture", "read_from_changed")
    assert "changed after" in after.check("parse").sentence("en")
    assert before.verdict == after.verdict == "valid"


def test_d9_an_addition_that_leaves_the_pages_alone_is_no_change(world: World) -> None:
    paper = added_to(pdf(("credential.json", SIGNED)), (900, b"<< /Title (Attestato) >>"))

    assert world.verify(paper).check("parse").code == "read_from_picture"


def test_d9_a_paper_that_is_laid_out_to_be_read_early_is_not_changed(world: World) -> None:
    paper = pdf(("credential.json", SIGNED), pages=3, linearize=True)

    assert paper.count(b"%%EOF") > 1
    assert world.verify(paper).check("parse").code == "read_from_picture"


def test_d9_a_credential_that_is_swapped_in_an_addition_is_the_one_that_is_judged_alone(world: World) -> None:
    paper = pdf(("credential.json", SIGNED))
    with pikepdf.open(io.BytesIO(paper)) as document:
        stream = next(iter(document.attachments.values())).obj["/EF"]["/F"].objgen[0]
    body = b"<< /Type /EmbeddedFile /Length %d >>\nstream\n%s\nendstream" % (len(OTHER), OTHER)

    report = world.verify(added_to(paper, (stream, body)))

    assert report.credential == sign(credential(name="Another"))


def test_names_in_a_pdf_that_are_no_text_hide_nothing(world: World) -> None:
    page = b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 9 9] /\xe8\xff (x) >>"
    paper = pdf(("credential.json", SIGNED))
    with pikepdf.open(io.BytesIO(paper)) as document:
        number, parent = document.pages[0].obj.objgen[0], document.pages[0].obj["/Parent"].objgen[0]

    assert world.verify(added_to(paper, (number, page % parent))).check("parse").code == "read_from_changed"
