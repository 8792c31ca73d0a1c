"""A book of prints is one sound PDF: every page as it was, what pages share once, and memory that stays flat."""

from __future__ import annotations

import io
import re
import subprocess
import tracemalloc
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name

from issuer.archive import batch_awards
from issuer.batch import reserve
from issuer.certificate.press.printed import WHOLE, Plate
from issuer.event import CertificateFacts
from issuer.prints.book.bind import bind
from issuer.prints.book.leaf import UnfitForBook, _Copy
from issuer.prints.print import Print
from issuer.prints.printing import print_award
from issuer.work.issuing import sign_batch
from tests.conftest import NOW
from tests.issuer.engine.builders import make_event, people

AT = datetime(2026, 11, 20, 10, 42, 8, tzinfo=UTC)
SHARED = zlib.compress(bytes(range(256)) * 400)


def sheet(number, pages=1, looped=False):
    """Return a small PDF: a text of its own, a picture that all have, a link, a tag and an attachment."""
    pdf = pikepdf.new()
    picture = pdf.make_stream(
        SHARED, Type=Name.XObject, Subtype=Name.Image, Width=320, Height=320, ColorSpace=Name.DeviceGray,
        BitsPerComponent=8, Filter=Name.FlateDecode,
    )  # fmt: skip
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Helvetica")))
    for _ in range(pages):
        page = pdf.add_blank_page(page_size=(300, 200))
        page.obj.Resources = Dictionary(Font=Dictionary({"/F 1": font}), XObject=Dictionary(I=picture))
        drawn = b"q 50 0 0 50 200 20 cm /I Do Q BT /F#201 20 Tf 20 100 Td (Number %d \\(12 0 R\\)) Tj ET" % number
        page.obj.Contents = Array([pdf.make_stream(b"q Q"), pdf.make_stream(drawn)])
        link = Dictionary(
            Type=Name.Annot, Subtype=Name.Link, Rect=Array([1, 2, 3, 4]), StructParent=0, P=page.obj,
            A=Dictionary(S=Name.URI, URI=f"https://badges.example.org/c/{number}?(12 0 R)"),
        )  # fmt: skip
        page.obj.Annots = Array([pdf.make_indirect(link)])
    if looped:
        font.Loop = picture
        picture.Loop = font
    pdf.attachments["credential.json"] = b"{}"
    out = io.BytesIO()
    pdf.save(out, static_id=True)
    return out.getvalue()


def whole(body):
    return Print(WHOLE, body)


def book(count, first=0):
    return b"".join(
        bind(((f"Person {n}", whole(sheet(n))) for n in range(first, first + count)), "Ev\0ening", "en", AT)
    )


def checked(qpdf, body, tmp_path):
    path = tmp_path / "book.pdf"
    path.write_bytes(body)
    done = subprocess.run([qpdf, "--check", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.tool
@pytest.mark.parametrize("count", [1, 2, 63, 64, 65, 200])
def test_a_book_of_any_length_is_sound(count, tool, tmp_path):
    body = book(count)

    checked(tool("qpdf"), body, tmp_path)
    with pikepdf.open(io.BytesIO(body)) as opened:
        assert [page.label for page in opened.pages] == [f"Person {n}" for n in range(count)]
        with opened.open_outline() as outline:
            assert [item.title for item in outline.root] == [f"Person {n}" for n in range(count)]
            targets = [item.destination[0].objgen for item in outline.root]
        assert targets == [page.obj.objgen for page in opened.pages]
        assert str(opened.docinfo.Title) == "Ev ening"


def test_what_pages_share_is_there_once_and_what_a_press_does_not_need_is_not():
    one, many = book(1), book(50)

    assert many.count(SHARED) == 1
    assert len(many) - len(one) < 49 * 1_200
    with pikepdf.open(io.BytesIO(many)) as opened:
        assert not opened.attachments
        assert {"/StructTreeRoot", "/Names", "/AF", "/Metadata"}.isdisjoint(opened.Root.keys())
        assert [str(page.Annots[0].A.URI) for page in opened.pages] == [
            f"https://badges.example.org/c/{n}?(12 0 R)" for n in range(50)
        ]
        assert "/P" not in opened.pages[3].Annots[0]


def raster(body, page):
    return pypdfium2.PdfDocument(body)[page].render(scale=1).to_pil().tobytes()


def test_every_page_looks_and_reads_as_its_print_did():
    made = book(5)

    for number in range(5):
        assert raster(made, number) == raster(sheet(number), 0)
        text = pypdfium2.PdfDocument(made)[number].get_textpage().get_text_bounded()
        assert text.strip() == f"Number {number} (12 0 R)"


@pytest.mark.tool
def test_real_certificates_are_bound_as_they_are_printed(office, tool, tmp_path):
    reserved = reserve(office, make_event(), people(3), now=NOW)
    sign_batch(office, reserved.batch_id, now=NOW)
    prints = [print_award(office, award) for award in batch_awards(office, reserved.batch_id)]

    made = b"".join(bind(((f"P{n}", one) for n, one in enumerate(prints)), "Evening", "it", AT))

    checked(tool("qpdf"), made, tmp_path)
    for number, one in enumerate(prints):
        assert raster(made, number) == raster(one.pdf(), 0)
    assert len(made) < sum(one.length for one in prints) * 0.8, "Typefaces differ, drawings do not."
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert opened.Root.OutputIntents[0].DestOutputProfile.read_bytes()
    assert made.count(b"/Type/XRef") == 1


def test_what_a_plate_shares_is_read_once_and_bound_as_if_it_were_read_every_time(office, monkeypatch):
    event = replace(make_event(), certificate=CertificateFacts(design="classic"))
    reserved = reserve(office, event, people(4), now=NOW)
    sign_batch(office, reserved.batch_id, now=NOW)
    prints = [print_award(office, award) for award in batch_awards(office, reserved.batch_id)]
    shared = [one for one in prints if one.plate.prefix]
    read = []
    body = _Copy._body
    monkeypatch.setattr(_Copy, "_body", lambda copy, item: read.append(item.objgen) or body(copy, item))

    parted = b"".join(bind(((f"P{n}", one) for n, one in enumerate(shared)), "t", "it", AT))
    few = len(read)
    alone = b"".join(bind(((f"P{n}", whole(one.pdf())) for n, one in enumerate(shared)), "t", "it", AT))

    assert len(shared) > 1
    assert parted == alone
    assert few < (len(read) - few) * 0.7


def test_prints_that_share_a_plate_are_bound_like_others():
    body = sheet(7)
    parted = Print(Plate(body[:500], sha256(body[:500]).hexdigest()), body[500:])

    assert b"".join(bind([("A", parted)], "t", "en", AT)) == b"".join(bind([("A", whole(body))], "t", "en", AT))


def test_the_same_prints_make_the_same_book():
    assert book(3) == book(3)
    assert re.findall(rb"/ID\[<\w+>", book(3)) != re.findall(rb"/ID\[<\w+>", book(3, first=1))


@pytest.mark.parametrize("body", [sheet(1, pages=2), sheet(1, looped=True)], ids=["two pages", "a circle"])
def test_what_is_no_certificate_is_refused(body):
    with pytest.raises(UnfitForBook):
        list(bind([("A", whole(body))], "t", "en", AT))


def test_memory_does_not_grow_with_the_pages():
    bodies = [whole(sheet(number)) for number in range(10)]

    def peak(count):
        tracemalloc.start()
        for _ in bind(((f"Person {n}", bodies[n % 10]) for n in range(count)), "t", "en", AT):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(70)
    assert peak(800) - peak(200) < 600 * 100, "A hundred bytes a page: where its objects stand, and no more."
