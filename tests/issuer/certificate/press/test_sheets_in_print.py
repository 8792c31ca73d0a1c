"""What the press prints of our own designs is what WeasyPrint prints: the same pixels, text and operators."""

from __future__ import annotations

import io
import re
import subprocess
from itertools import product

import pikepdf
import pypdfium2
import pytest

from issuer.certificate.layout import DESIGNS, Signatory
from issuer.certificate.plates import Plates
from issuer.certificate.press.batch import print_batch
from issuer.certificate.press.engine import Engine
from issuer.certificate.press.journal import Journal
from issuer.certificate.press.order import LATIN
from issuer.certificate.press.printed import Tier, join
from issuer.certificate.press.sheets import order
from issuer.certificate.whole import whole
from issuer.kinds import KINDS

NAMES = {
    "short": "Li",
    "kerned": "AVATAR To. We, office Waffle",
    "long": "Maria Antonietta Guglielmina di Savoia-Carignano van der Berghe De Luca",
    "beyond the fixed letters": "Nguyễn Thị Hồng Hạnh",
    "Arabic": "أحمد عبد الرحمن محمد",
    "scripts": "李 Wei 明 Ахмед",
    "Thai": "สมชาย ใจดี",
    "markup": '<b>&amp; "q" {{7*7}}',
}
URL = "https://attestato.example/c/"


@pytest.fixture(scope="module")
def engine():
    """An engine of our own, whose journal nobody else writes."""
    return Engine(Journal())


@pytest.fixture(scope="module")
def plates():
    return Plates()


def tokens(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [str(part) for part in pikepdf.parse_content_stream(opened.pages[0])], len(opened.pages)


def pixels(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return bytes(document[0].render(scale=100 / 72).buffer)


def text(pdf, tool):
    command = [tool("pdftotext"), "-layout", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout


def in_print(engine, one):
    made = engine.print(order(one))
    return join(made.plate.prefix, made.tail), made.tier


def assert_equal(mine, theirs, tool, tmp_path):
    assert tokens(mine) == tokens(theirs)
    assert pixels(mine) == pixels(theirs)
    assert text(mine, tool) == text(theirs, tool)
    path = tmp_path / "mine.pdf"
    path.write_bytes(mine)
    checked = subprocess.run([tool("qpdf"), "--check", str(path)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


CASES = [
    (design, tuple(KINDS)[at % 4], ("A4", "Letter", "Letter")[at % 3], ("it", "en")[at // 2 % 2], name)
    for at, (design, name) in enumerate(product(DESIGNS, NAMES))
    if at % 3 == 0
]  # fmt: skip


@pytest.mark.tool
@pytest.mark.parametrize(("design", "kind", "paper", "language", "name"), CASES, ids=[" ".join(case) for case in CASES])
def test_a_fast_print_is_what_weasyprint_prints(
    design, kind, paper, language, name, make, engine, plates, tool, tmp_path
):
    one = make(kind, name=NAMES[name], layout={"design": design, "paper": paper, "language": language})

    mine, tier = in_print(engine, one)

    assert tier <= Tier.ISLAND, engine.journal.reasons
    assert_equal(mine, whole(one, plates), tool, tmp_path)


@pytest.mark.tool
def test_a_sheet_whose_blocks_are_too_high_is_squeezed_as_far_as_ever(make, engine, plates, tool, tmp_path):
    signer = Signatory("Professor Maria-Vittoria Montefiori della Rovere", ("Vicepresidente nazionale " * 4).strip())
    reason = "per aver dimostrato, con pazienza e con esempi, che un programma chiaro è un atto di cortesia" * 4
    crowded = make(
        "merit",
        reason=reason,
        event="Giornate nazionali" + ", edizione straordinaria" * 5,
        layout={"signatories": (signer,) * 3},
    )

    mine, tier = in_print(engine, crowded)

    assert tier <= Tier.ISLAND, engine.journal.reasons
    assert_equal(mine, whole(crowded, plates), tool, tmp_path)


@pytest.mark.parametrize("signed", [0, 1], ids=["unsigned", "signed"])
@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("design", DESIGNS)
def test_every_kind_of_every_design_is_printed_the_fast_way(design, kind, language, signed, make, engine):
    signers = (Signatory("Innocenza Rinaldi", "Community lead"),)[:signed]
    one = make(kind, name="Persona Numero 13", layout={"design": design, "language": language, "signatories": signers})

    _, tier = in_print(engine, one)

    assert tier <= Tier.ISLAND, engine.journal.reasons


@pytest.mark.parametrize("name", ["soft\N{SOFT HYPHEN}hyphen", "Ada \U00030000"], ids=["soft hyphen", "no glyph"])
def test_a_name_that_the_press_does_not_vouch_for_goes_the_slow_way(name, make, engine, plates):
    one = make(name=name)

    mine, tier = in_print(engine, one)

    assert tier == Tier.SHARED
    assert mine == whole(one, plates)


def facts(pdf):
    """Return everything a file says of itself: information, XMP, attachment, structure, links, identifier."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        root, page = opened.Root, opened.pages[0]
        attached = root.Names.EmbeddedFiles.Names[1]
        links = [(str(link.A.URI), str(link.Contents), [float(at) for at in link.Rect]) for link in page.Annots]
        return {
            "info": {key: str(value) for key, value in opened.docinfo.items()},
            "xmp": root.Metadata.read_bytes(),
            "attached": (attached.EF.F.read_bytes(), {str(k): str(v) for k, v in attached.EF.F.Params.items()}),
            "type": (str(attached.EF.F.Subtype), str(attached.AFRelationship), len(root.AF)),
            "links": links,
            "identifier": bytes(opened.trailer.ID[0]),
            "language": str(root.Lang),
            "intent": len(root.OutputIntents),
            "tree": tree(root.StructTreeRoot.K[0]),
        }


def tree(element):
    if not isinstance(element, pikepdf.Dictionary):
        return int(element)
    kids = element.get("/K", [])
    return (str(element.get("/S", element.get("/Type"))), str(element.get("/Alt", "")), [tree(kid) for kid in kids])


@pytest.mark.parametrize("design", DESIGNS)
def test_the_file_says_of_itself_what_it_always_said(design, make, engine, plates):
    one = make("diploma", name="Zoë Łukasiewicz (王)", layout={"design": design})

    mine, tier = in_print(engine, one)

    assert tier <= Tier.ISLAND
    assert facts(mine) == facts(whole(one, plates))


def test_the_same_certificate_is_the_same_file_whoever_is_printed_before_or_beside_it(make):
    people = [make(name=name, url=f"{URL}{at:026}") for at, name in enumerate(NAMES.values())]

    batch = [printed.pdf() for printed in print_batch(people)]

    backwards = [printed.pdf() for printed in print_batch(reversed(people))]
    alone = [in_print(Engine(Journal()), one)[0] for one in people[::3]]
    assert batch == backwards[::-1]
    assert alone == batch[::3]


def test_the_shared_beginning_does_not_depend_on_who_was_first(make):
    first, second = (make(name=name) for name in ("Ada Lovelace", "Ahmed Šimůnek"))

    plates = {Engine(Journal()).print(order(one)).plate.sha256 for one in (first, second)}

    assert len(plates) == 1


def letters(pdf):
    """Return every letter that the fonts of a file can show, and the names of the fonts."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        fonts = list(opened.pages[0].Resources.Font.values())
        maps = b"".join(font.ToUnicode.read_bytes() for font in fonts).decode()
        known = "".join(bytes.fromhex(code).decode("utf-16-be") for code in re.findall(r"> <([0-9a-f]+)>", maps))
        return set(known), {str(font.BaseFont) for font in fonts}


@pytest.mark.parametrize("design", ["modern"])
def test_no_file_has_the_letters_of_another_recipient(design, make):
    layout = {"design": design}
    stranger = make(name="Nguyễn Ӝ 王小明 Ḽ", layout=layout)
    ada = make(name="Ada Lovelace", layout=layout)

    _, mine = print_batch([stranger, ada])

    known, fonts = letters(mine.pdf())
    said = "".join(run.text for run in ada.body) + "".join(ada.small_print) + "Inquadra il codice per verificare"
    assert mine.tier <= Tier.ISLAND
    assert known <= {*LATIN, *said, *ada.title, *ada.name, "\N{MIDDLE DOT}", "\uffff"}
    assert not any("CJK" in font for font in fonts)
    assert {"王", "ễ"} <= letters(next(iter(print_batch([stranger]))).pdf())[0]
