"""The clauses of PDF/A-3 (ISO 19005-3) that can be read off a file, and the credential inside it."""

from __future__ import annotations

import io
import subprocess

import pikepdf
import pytest

from issuer.certificate.layout import DESIGNS
from issuer.certificate.render import Rendered, render, render_batch

STANDARD_TYPES = {
    "/Document", "/Part", "/Art", "/Sect", "/Div", "/P", "/H1", "/H2", "/Span", "/Figure", "/Link", "/NonStruct",
}  # fmt: skip


@pytest.fixture(scope="module", params=DESIGNS)
def sheet(request, make):
    return make("diploma", name="Ada Жукова أحمد 王", practice=True, layout={"design": request.param})


@pytest.fixture(scope="module")
def opened(sheet):
    with pikepdf.open(io.BytesIO(next(iter(render([sheet]))))) as pdf:
        yield pdf


def xmp(pdf):
    return pdf.Root.Metadata.read_bytes().decode()


def test_the_file_declares_what_it_is(opened):
    assert 'pdfaid:part="3"' in xmp(opened)
    assert 'pdfaid:conformance="A"' in xmp(opened)
    assert opened.pdf_version == "1.7"
    assert "/Encrypt" not in opened.trailer
    assert len(opened.trailer.ID) == 2


def test_colour_is_defined_by_an_output_intent(opened):
    (intent,) = opened.Root.OutputIntents

    assert intent.S == "/GTS_PDFA1"
    assert intent.DestOutputProfile.N == 3
    assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"


def test_every_font_is_embedded_and_every_glyph_known_by_its_character(opened):
    fonts = [item for item in opened.objects
             if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"]  # fmt: skip
    composite = [font for font in fonts if font.Subtype == "/Type0"]

    assert composite
    assert all("/ToUnicode" in font for font in composite)
    for font in composite:
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert {"/FontFile2", "/FontFile3"} & set(descriptor.keys())
        assert font.DescendantFonts[0].Subtype != "/CIDFontType2" or font.DescendantFonts[0].CIDToGIDMap == "/Identity"
    assert {font.Subtype for font in fonts} <= {"/Type0", "/CIDFontType0", "/CIDFontType2"}


def test_nothing_runs_and_nothing_is_fetched(opened):
    forbidden = {"/JavaScript", "/JS", "/AA", "/OpenAction", "/Launch", "/RichMedia", "/XFA"}
    keys = {key for item in opened.objects if isinstance(item, pikepdf.Dictionary) for key in item}

    assert not forbidden & keys
    actions = {str(item.S) for item in opened.objects if isinstance(item, pikepdf.Dictionary) and "/URI" in item}
    assert actions <= {"/URI"}


def test_every_annotation_is_printed(opened):
    notes = list(opened.pages[0].get("/Annots", []))

    assert notes
    assert all(note.Subtype == "/Link" and int(note.F) & 4 for note in notes)
    assert {str(note.A.URI) for note in notes} == {"https://attestato.example/c/k3v7q2m5x8c4n6z1p9d0w2r7ta"}


def test_the_structure_is_tagged_with_standard_types_and_every_figure_is_described(opened):
    root = opened.Root
    elements = [item for item in opened.objects
                if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem"]  # fmt: skip

    assert root.MarkInfo.Marked
    assert root.StructTreeRoot.K[0].S == "/Document"
    assert {str(element.S) for element in elements} <= STANDARD_TYPES
    assert all(str(element.Alt) for element in elements if element.S == "/Figure")
    assert [str(element.S) for element in elements].count("/H1") == 1


def test_language_and_title_are_told_to_whoever_listens(opened):
    assert str(opened.Root.Lang) == "it"
    assert opened.Root.ViewerPreferences.DisplayDocTitle
    assert str(opened.docinfo.Title) == "Diploma – Ada Жукова أحمد 王"


def test_the_information_and_the_metadata_agree_and_come_from_the_signature(opened):
    info = opened.docinfo

    assert str(info.Author) == "Python Milano"
    assert str(info.CreationDate) == str(info.ModDate) == "D:20261016080000Z"
    assert "<xmp:CreateDate>2026-10-16T08:00:00Z</xmp:CreateDate>" in xmp(opened)
    assert f"<rdf:li>{info.Author}</rdf:li>" in xmp(opened)
    assert str(info.Title) in xmp(opened)


def test_the_signed_credential_is_inside_byte_for_byte(opened, sheet):
    (name, attached) = opened.Root.Names.EmbeddedFiles.Names
    (associated,) = opened.Root.AF

    assert str(name) == str(attached.UF) == "credential.json"
    assert attached.objgen == associated.objgen
    assert attached.AFRelationship == "/Source"
    assert attached.EF.F.Subtype == "/application/vc"
    assert attached.EF.F.read_bytes() == sheet.signed
    assert attached.EF.F.Params.Size == len(sheet.signed)


def test_the_same_certificate_is_the_same_file(sheet):
    first, second = render([sheet, sheet])
    (alone,) = render([sheet])

    assert first == second == alone


def test_a_batch_comes_back_whole_and_in_order(make):
    people = [make(name=f"Ada {index}") for index in range(5)]

    done = list(render_batch(people))

    assert [one.certificate.name for one in done] == [f"Ada {index}" for index in range(5)]
    assert all(isinstance(one, Rendered) and one.pdf and one.fault is None for one in done)


@pytest.mark.tool
def test_each_print_of_a_batch_carries_its_own_name_and_its_own_credential(make, text_of):
    people = [make(name=f"Ada {word}", url=f"https://attestato.example/c/{word}") for word in ("Uno", "Due", "Tre")]

    for one, pdf in zip(people, render(people), strict=True):
        text = text_of(pdf)
        assert one.name in text
        assert one.address in text
        assert not any(other.name in text for other in people if other is not one)
        with pikepdf.open(io.BytesIO(pdf)) as file:
            assert file.Root.AF[0].EF.F.read_bytes() == one.signed


@pytest.mark.tool
def test_the_structure_read_aloud_is_the_certificate(make, tool, tmp_path):
    path = tmp_path / "sheet.pdf"
    path.write_bytes(next(iter(render([make("merit")]))))

    out = subprocess.run([tool("pdfinfo"), "-struct-text", str(path)], capture_output=True, text=True, check=True)

    spoken = " ".join(out.stdout.split())
    assert spoken.index("Attestato di merito") < spoken.index("Maria-Grazia") < spoken.index("per la dimostrazione")
