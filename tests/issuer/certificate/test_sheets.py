"""Every kind in every design, language and paper is one page that says what it should and hides nothing."""

from __future__ import annotations

import io
import logging
import subprocess
from itertools import combinations, product

import pikepdf
import pytest
import zxingcpp
from PIL import Image

from issuer.certificate.layout import DESIGNS, PAPERS, Signatory
from issuer.certificate.preview import png
from issuer.kinds import KINDS

MM = 72 / 25.4
URL = "https://attestato.example/c/k3v7q2m5x8c4n6z1p9d0w2r7ta"
LONG = "Maria Antonietta Guglielmina di Savoia-Carignano van der Berghe De Luca Fernández de Córdoba"
NAMES = {
    "long": LONG,
    "one word": "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewis",
    "200 letters": ("Ana " * 50).strip(),
    "200 letters, no space": "N" * 200,
    "short": "Li",
    "Greek": "Μαρία Παπαδοπούλου-Κωνσταντινίδη",
    "Cyrillic": "Владимир Александрович Жириновский",
    "Arabic": "أحمد عبد الرحمن محمد السيد الشريف",
    "Hebrew": "דוד בן־גוריון",
    "Chinese": "歐陽王小明",
    "Chinese, 60": "王小明" * 20,
    "Japanese": "山田 太郎",
    "Korean": "김민준",
    "Thai": "สมชาย ใจดี",
    "Devanagari": "प्रियंका शर्मा",
    "Vietnamese": "Nguyễn Thị Hồng Hạnh",
    "mixed": "李 Wei 明 Ahmed أحمد",
}


def outside(page, margin=8 * MM):
    """Return the words that reach into the margin of eight millimetres."""
    return [
        word
        for word in page.words
        if word.left < margin - 1 or word.right > page.width - margin + 1
        or word.top < margin - 1 or word.bottom > page.height - margin + 1
    ]  # fmt: skip


@pytest.mark.tool
def test_a_box_in_place_of_a_letter_would_be_noticed(make, printed, caplog):
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        printed(make(name="Ada \U00030000"))

    assert ".notdef" in caplog.text


def colliding(page):
    """Return the pairs of words whose middles, half as high as their boxes, lie over one another."""

    def band(word):
        quarter = (word.bottom - word.top) / 4
        return word.left + 0.4, word.top + quarter, word.right - 0.4, word.bottom - quarter

    pairs = combinations([(word, band(word)) for word in page.words], 2)
    return [
        (one.text, other.text)
        for (one, a), (other, b) in pairs
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


def code_box(pdf):
    """Return what the QR code says and where it is, in pixels of a picture of the sheet."""
    image = Image.open(io.BytesIO(png(pdf, 1600)))
    found = zxingcpp.read_barcodes(image)
    assert len(found) == 1, "There is one code on the sheet, and it can be read."
    place = found[0].position
    xs = [corner.x for corner in (place.top_left, place.top_right, place.bottom_left, place.bottom_right)]
    ys = [corner.y for corner in (place.top_left, place.top_right, place.bottom_left, place.bottom_right)]
    return found[0].text, (min(xs), min(ys), max(xs), max(ys)), image.width


CASES = list(product(KINDS, DESIGNS, ("it", "en"), PAPERS))


@pytest.mark.tool
@pytest.mark.parametrize(("kind", "design", "language", "paper"), CASES, ids="-".join)
def test_every_sheet_is_one_page_on_which_every_word_has_its_place(
    kind, design, language, paper, make, printed, seen, caplog
):
    one = make(kind, layout={"design": design, "language": language, "paper": paper})

    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        page = seen(printed(one))

    assert page.pages == 1
    assert len(page.words) > 15
    assert (page.width / MM, page.height / MM) == pytest.approx(
        (297, 210) if paper == "A4" else (279.4, 215.9), abs=0.2
    )
    assert outside(page) == []
    assert colliding(page) == []
    assert caplog.records == []


@pytest.mark.tool
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("design", DESIGNS)
def test_the_text_of_a_sheet_is_the_name_the_sentence_and_the_address(kind, design, make, printed, text_of):
    one = make(kind, layout={"design": design})

    text = text_of(printed(one))

    assert "Maria-Grazia Dell’Orto" in text
    assert " ".join(one.text.split()) in text
    assert one.address in text
    assert "Inquadra il codice per verificare" in text
    assert all(fact in text for fact in (one.reason, "Innocenza Rinaldi", "rilasciato il 16 ottobre 2026"))
    assert ("Non costituisce titolo di studio con valore legale." in text) == (kind == "diploma")


@pytest.mark.tool
@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_no_name_overflows_collides_or_shows_a_box(design, name, make, printed, seen, caplog):
    one = make("merit", name=name, layout={"design": design, "paper": "Letter"})

    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        page = seen(printed(one))

    assert outside(page) == []
    assert colliding(page) == []
    assert [record.getMessage() for record in caplog.records] == []


@pytest.mark.tool
@pytest.mark.parametrize("design", DESIGNS)
def test_long_texts_of_every_kind_stay_apart(design, make, printed, seen):
    people = tuple(
        Signatory(
            "Professor Maria-Vittoria Montefiori della Rovere", "Vicepresidente del consiglio direttivo nazionale"
        )
        for _ in range(3)
    )
    one = make(
        "merit",
        issuer="Associazione Culturale Nazionale degli Amici della Programmazione e dell’Informatica Libera di Milano",
        event="Giornate nazionali della programmazione e dell’informatica libera, edizione straordinaria " * 2,
        reason="per aver dimostrato, con pazienza e con esempi, che un programma chiaro è un atto di cortesia " * 4,
        place="Villaggio dei Ricercatori, Auditorium Vito Volterra, San Donato Milanese",
        url="https://certificati.associazione-culturale-amici-informatica.example/c/k3v7q2m5x8c4n6z1p9d0w2r7ta",
        layout={"design": design, "signatories": people},
    )

    page = seen(printed(one))

    assert page.pages == 1
    assert outside(page) == []
    assert colliding(page) == []


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("practice", [False, True], ids=["real", "practice"])
def test_the_code_on_the_picture_of_a_sheet_leads_to_its_page(design, practice, make, printed):
    one = make(practice=practice, layout={"design": design})

    text, (left, top, right, bottom), width = code_box(printed(one))

    assert text == URL
    side = (right - left) / width * 297
    assert 23 <= side <= 26
    assert (bottom - top) / width * 297 == pytest.approx(side, abs=0.6)


@pytest.mark.tool
@pytest.mark.parametrize("design", DESIGNS)
def test_no_word_stands_in_the_quiet_zone_of_the_code(design, make, printed, seen):
    pdf = printed(make("diploma", layout={"design": design}))

    _, (left, top, right, bottom), width = code_box(pdf)

    page = seen(pdf)
    scale, quiet = page.width / width, 1.5 * MM
    box = (left * scale - quiet, top * scale - quiet, right * scale + quiet, bottom * scale + 0.8 * MM)
    within = [
        w.text for w in page.words if w.left < box[2] and box[0] < w.right and w.top < box[3] and box[1] < w.bottom
    ]
    assert within == []


@pytest.mark.tool
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("design", DESIGNS)
def test_logo_and_signatures_have_their_place_and_are_described(design, kind, make, printed, seen, drawing):
    people = tuple(Signatory(f"Persona {index}", "Firma", drawing) for index in range(3))
    layout = {"design": design, "logo": drawing, "signatories": people, "paper": "Letter"}

    pdf = printed(make(kind, layout=layout))

    page = seen(pdf)
    assert (outside(page), colliding(page)) == ([], [])
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        figures = [
            item for item in opened.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
        ]
        described = {str(figure.Alt) for figure in figures}
    assert {"Logo di Python Milano", "Firma di Persona 0", "Firma di Persona 2"} <= described


@pytest.mark.tool
@pytest.mark.parametrize("design", DESIGNS)
def test_a_practice_print_says_so_in_words_and_across_the_sheet(design, make, printed, text_of):
    practice = printed(make(practice=True, layout={"design": design}))
    real = printed(make(practice=False, layout={"design": design}))

    assert "Stampa di prova" in text_of(practice)
    assert "Stampa di prova" not in text_of(real)
    pictures = [Image.open(io.BytesIO(png(pdf, 300))).convert("L") for pdf in (practice, real)]
    changed = sum(a != b for a, b in zip(*(picture.tobytes() for picture in pictures), strict=True))
    assert changed > 0.05 * pictures[0].width * pictures[0].height


@pytest.mark.tool
def test_qpdf_finds_no_fault(make, printed, tool, tmp_path):
    for design in DESIGNS:
        path = tmp_path / f"{design}.pdf"
        path.write_bytes(printed(make("diploma", name="أحمد Ж 王", practice=True, layout={"design": design})))

        checked = subprocess.run([tool("qpdf"), "--check", str(path)], capture_output=True, text=True, check=False)

        assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.tool
@pytest.mark.parametrize(
    "name",
    [
        "<img src=file:///etc/passwd>",
        "</style><script>alert(1)</script>",
        "{{7*7}}",
        "{0.__class__}",
        "${7*7}",
        "%s %(n)s",
    ],
)
@pytest.mark.parametrize("design", DESIGNS)
def test_a_name_that_looks_like_code_is_printed_as_it_is(design, name, make, printed, text_of):
    text = text_of(printed(make(name=name, layout={"design": design})))

    assert name.replace(" ", "") in text.replace(" ", "")
