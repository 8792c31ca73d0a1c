from __future__ import annotations

import io

import pytest
from lxml import etree
from PIL import Image

from issuer.art.badge import badge_png, badge_svg
from issuer.art.practice import GREY, stamped

BADGE = badge_svg("Type hints, senza paura", "Python Milano", "#7a1f2b", "serata", "")
WIDE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><path fill="#ff0000" d="M0 0h200v100H0z"/></svg>'


def colours(svg: bytes) -> set[tuple[int, ...]]:
    picture = Image.open(io.BytesIO(badge_png(svg, 200))).convert("RGBA")
    return {colour for _, colour in picture.getcolors(200 * 200) or []}


@pytest.mark.parametrize("word", ["PROVA", "PRACTICE"])
def test_a_stamped_picture_has_the_band_and_the_word_over_what_it_was(word: str) -> None:
    grey = (*bytes.fromhex(GREY[1:]), 255)

    assert grey not in colours(BADGE)
    assert grey in colours(stamped(BADGE, word))
    assert (255, 255, 255, 255) in colours(stamped(BADGE, word))


def test_the_title_stays_for_those_who_listen_and_nothing_is_text_that_needs_a_font() -> None:
    root = etree.fromstring(stamped(BADGE, "PROVA"))

    assert [element.text for element in root.iter("{*}title")] == ["Type hints, senza paura · Python Milano"]
    assert not list(root.iter("{*}text"))


def test_a_picture_of_another_shape_is_fitted_into_the_square() -> None:
    picture = Image.open(io.BytesIO(badge_png(stamped(WIDE, "PROVA"), 200))).convert("RGBA")

    assert picture.getpixel((100, 60)) == (255, 0, 0, 255)
    assert picture.getpixel((100, 20))[3] == 0
