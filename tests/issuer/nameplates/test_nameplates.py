"""Name badges are printed whole: where labels lie, as large as names fit, and nothing over anything else."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from issuer.art.colour import contrast
from issuer.certificate.fit import MM
from issuer.nameplates import colours
from issuer.nameplates.badge import Badge, Evening, Order, ordered
from issuer.nameplates.names import GIVEN, fitted, parted
from issuer.nameplates.poster import community, poster_pdf
from issuer.nameplates.printing import MOST, Wanted, badges_pdf
from issuer.nameplates.sheets import PAGE, SHEETS, Sheet

EVENING = Evening("Python Milano", "Serata Python: type hints", "#0f3d4c", "seed", "it")
DIFFICULT = (
    "Ada Lovelace", "Maximiliana Wolfeschlegelsteinhausenbergerdorff", "José María Álvarez de las Casas y Fernández",
    "王小明", "محمد بن عبد الرحمن الفارسي", "עדי בן־דוד", "ณัฐพงศ์ ศรีสุวรรณรัตน์", "अनुराधा कृष्णमूर्ति", "Ng",
)  # fmt: skip


def pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


@pytest.fixture(params=SHEETS.values(), ids=lambda sheet: sheet.code)
def sheet(request: pytest.FixtureRequest) -> Sheet:
    return request.param  # type: ignore[no-any-return]


def test_labels_lie_on_the_page_and_not_on_one_another(sheet: Sheet) -> None:
    corners = [corner for place in range(sheet.places) for corner in sheet.at(place)]

    assert all(0 <= x <= PAGE[0] - sheet.width and 0 <= y <= PAGE[1] - sheet.height for x, y in corners)
    assert not [
        (one, other) for one in corners for other in corners
        if one != other and abs(one[0] - other[0]) < sheet.width - 0.01 and abs(one[1] - other[1]) < sheet.height - 0.01
    ]  # fmt: skip


def test_labels_lie_in_the_middle_of_the_page(sheet: Sheet) -> None:
    corners = [corner for place in range(sheet.places) for corner in sheet.at(place)]
    right, bottom = max(x for x, _ in corners) + sheet.width, max(y for _, y in corners) + sheet.height

    assert abs(PAGE[0] - right - sheet.left) < 0.1
    assert abs(PAGE[1] - bottom - sheet.top) < 0.1


def test_rules_to_cut_along_cross_no_label_but_at_its_corner(sheet: Sheet) -> None:
    inner = [(x + 2.1, y + 2.1) for place in range(sheet.places) for x, y in sheet.at(place)]
    wide, high = sheet.width - 4.2, sheet.height - 4.2

    marks = list(sheet.marks())

    assert marks
    assert not [
        (mark, (x, y)) for mark in marks for x, y in inner
        if mark[0] < x + wide and mark[0] + mark[2] > x and mark[1] < y + high and mark[1] + mark[3] > y
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "given", "family"),
    [
        ("Ada Lovelace", "Ada", "Lovelace"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Al Gore", "Al Gore", ""),
        ("Abd al-Rahman Farsi", "Abd al-Rahman", "Farsi"),
        ("عبد الرحمن الفارسي", "عبد الرحمن", "الفارسي"),
        ("J. R. R. Tolkien", "J. R. R.", "Tolkien"),
        ("Dr. Ada Lovelace", "Dr. Ada", "Lovelace"),
        ("Dr. van Beethoven", "Dr.", "van Beethoven"),
        ("田中 太郎", "田中 太郎", ""),
        ("Björk", "Björk", ""),
    ],
)
def test_a_name_is_parted_where_a_line_may_end(name: str, given: str, family: str) -> None:
    assert parted(name) == (given, family)


@pytest.mark.parametrize("name", DIFFICULT)
def test_a_name_fits_its_label(name: str, sheet: Sheet) -> None:
    wide, high = sheet.name(role=True)

    made = fitted(name, wide, high, sheet.largest)

    assert made.height <= high * MM
    assert made.family is None or made.family.size <= made.given.size
    assert made.rtl == (name[0] in "محע")


def test_a_short_name_is_larger_than_a_long_one_and_a_given_name_than_what_is_beneath() -> None:
    short, long = (fitted(name, 92.0, 17.0, 44.0) for name in ("Ada Lovelace", "Maximiliana-Theodora-Henrietta Ng"))

    assert short.given.size > long.given.size
    assert short.family is not None
    assert short.family.size < short.given.size
    assert GIVEN.weight == 600


@pytest.mark.parametrize("colour", ["#f2d13a", "#0f3d4c", "#00ffee", "#777777"])
def test_each_role_has_a_colour_of_its_own_that_white_can_be_read_on(colour: str) -> None:
    roles = ["speaker", "volunteer", "host", "press", "guest", "sponsor", "trainer", "staff"]

    found = colours.of_roles([*roles, "", "speaker"], colour)

    assert list(found) == sorted(roles)
    assert len(set(found.values())) == len(roles)
    assert min(contrast(one, "#ffffff") for one in found.values()) >= 4.5


def test_a_role_is_read_from_the_right_where_its_script_is() -> None:
    sheet = SHEETS["l7163"]
    document = pypdfium2.PdfDocument(badges_pdf([Badge("Ada", "متحدث")], EVENING, Wanted(sheet)))
    text = document[0].get_textpage()
    boxes = [text.get_charbox(at) for at in range(text.count_chars()) if text.get_text_range(at, 1) in "متحدث"]
    document.close()

    assert boxes
    assert min(box[0] for box in boxes) > (sheet.left + sheet.width / 2) * MM


def test_everybody_has_a_badge_and_a_folded_one_says_it_twice(sheet: Sheet) -> None:
    badges = [Badge(f"Ada{number} Lovelace", "Speaker") for number in range(sheet.places + 1)]

    printed = pages(badges_pdf(badges, EVENING, Wanted(sheet)))

    assert len(printed) == 2
    assert [printed[0].count(f"Ada{number}\r") for number in range(1, sheet.places)] == [1 + sheet.folded] * (
        sheet.places - 1
    )
    assert printed[1].count("Lovelace") == 1 + sheet.folded
    assert "Speaker" in printed[1]
    assert EVENING.event in printed[1]


def test_a_sheet_that_is_partly_used_is_used_up() -> None:
    sheet, badges = SHEETS["l7163"], [Badge("Ada Lovelace"), Badge("Emmy Noether")]

    printed = pages(badges_pdf(badges, EVENING, Wanted(sheet, start=14)))

    assert ["Ada" in page for page in printed] == [True, False]
    assert ["Emmy" in page for page in printed] == [False, True]


@pytest.mark.parametrize("start", [0, 15])
def test_a_label_that_the_sheet_does_not_have_is_refused(start: int) -> None:
    with pytest.raises(ValueError, match="label"):
        badges_pdf([Badge("Ada")], EVENING, Wanted(SHEETS["l7163"], start=start))


@pytest.mark.parametrize("many", [0, MOST + 1])
def test_a_file_holds_some_badges_and_no_more_than_it_may(many: int) -> None:
    with pytest.raises(ValueError, match="Badges"):
        badges_pdf([Badge("Ada")] * many, EVENING, Wanted(SHEETS["l7163"]))


def test_markup_in_a_name_or_role_is_text() -> None:
    [page] = pages(badges_pdf([Badge("<b>Ada</b> Lovelace", "<img src=x>")], EVENING, Wanted(SHEETS["card"])))

    assert "<b>Ada</b>" in page
    assert "<img src=x>" in page


def test_the_logo_is_printed_once_however_many_badges_show_it() -> None:
    with pikepdf.open(BytesIO(badges_pdf([Badge("Ada Lovelace")] * 20, EVENING, Wanted(SHEETS["l7160"])))) as pdf:
        pictures = [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"]

    assert len(pictures) == 2  # It, and how transparent it is.


def test_badges_go_by_name_whatever_its_accents_or_as_the_list_does() -> None:
    badges = [Badge("Zoe"), Badge("Évariste Galois"), Badge("emmy Noether")]

    assert [one.name for one in ordered(badges, Order.NAME)] == ["emmy Noether", "Évariste Galois", "Zoe"]
    assert list(ordered(badges, Order.LIST)) == badges


def test_the_poster_says_in_both_languages_where_its_code_leads() -> None:
    pdf = poster_pdf(EVENING, community("https://badges.example", "python-milano"))

    document = pypdfium2.PdfDocument(pdf)
    picture = document[0].render(scale=1.5).to_pil()
    [text] = pages(pdf)
    assert len(document) == 1
    document.close()

    assert [found.text for found in zxingcpp.read_barcodes(picture)] == ["https://badges.example/issuers/python-milano"]
    assert "badges.example/issuers/python-milano" in text
    assert text.index("Chi siamo") < text.index("Who we are")
