"""An organization's colour stays its own and becomes legible."""

from __future__ import annotations

from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.art.colour import contrast, from_lch, readable, spread, tint, to_lch

COLOURS = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


@given(colour=COLOURS, paper=st.sampled_from(["#ffffff", "#fdfbf6", "#16151a"]))
def test_text_in_any_colour_becomes_legible(colour, paper):
    assert contrast(readable(colour, paper, 4.6), paper) >= 4.5


def test_a_colour_that_is_legible_stays_as_it_is():
    assert readable("#7a1f2b", "#fdfbf6") == "#7a1f2b"


@pytest.mark.parametrize("colour", ["#ffcc00", "#3fa9f5", "#8bc34a"])
def test_darkening_keeps_the_hue(colour):
    before, after = to_lch(colour)[2], to_lch(readable(colour, "#ffffff"))[2]

    assert abs((after - before + pi) % (2 * pi) - pi) < 0.12


@given(colour=COLOURS)
def test_a_colour_survives_the_way_there_and_back(colour):
    back = from_lch(to_lch(colour))

    assert all(abs(int(back[at : at + 2], 16) - int(colour[at : at + 2], 16)) <= 1 for at in (1, 3, 5))


@given(colour=COLOURS)
def test_what_glows_on_a_field_stands_out_from_it(colour):
    ground, *glow = spread(colour)

    assert all(contrast(one, ground) >= 2.5 for one in glow)


def test_a_tint_is_the_paper_with_a_little_of_the_colour():
    assert tint("#000000", "#ffffff", 0.1) == "#e6e6e6"


def test_black_on_white_has_the_greatest_contrast():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
