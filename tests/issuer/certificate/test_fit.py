"""Names shrink, then take two lines, and never break where a name is one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.certificate.design import DESIGNS
from issuer.certificate.fit import MM, fit_name, reads_from_the_right
from issuer.certificate.measure import width

CLASSIC = DESIGNS["classic"]
LETTERS = st.characters(codec="utf-8", categories=("Lu", "Ll", "Lo"))
NAMES = st.lists(st.text(LETTERS, min_size=1, max_size=30), min_size=1, max_size=12).map(" ".join)


def fitted(name, column=225.0, design=CLASSIC):
    return fit_name(name, design.name, design.name_size, column, design.scales)


def lines(fit):
    return ["".join(segment.text for segment in line) for line in fit.lines]


def test_a_common_name_has_the_full_size_and_one_line():
    assert (lines(fitted("Maria-Grazia Dell’Orto")), fitted("Ada Lovelace").size) == (["Maria-Grazia Dell’Orto"], 47)


def test_a_longer_name_shrinks_by_steps_before_it_takes_two_lines():
    sizes = [fitted("Ada " * count).size / 47 for count in range(5, 14) if len(lines(fitted("Ada " * count))) == 1]

    assert min(sizes) >= 0.6 - 1e-9
    assert all(round((1 - size) / 0.04, 6) == round((1 - size) / 0.04) for size in sizes)


@pytest.mark.parametrize(
    ("name", "second"),
    [
        pytest.param("Giovanni Battista Alessandro Bartolomeo De Luca", "De Luca", id="De Luca"),
        pytest.param("Wilhelmina Alexandra Johanna Maria van der Berg", "van der Berg", id="van der Berg"),
        pytest.param("Maria Antonietta Guglielmina Ludovica di Savoia", "di Savoia", id="di Savoia"),
    ],
)
def test_a_break_never_falls_inside_a_particle_and_its_name(name, second):
    for column in range(40, 120, 5):
        fit = lines(fitted(name, column=float(column)))
        assert len(fit) <= 2
        if len(fit) == 2:
            assert second in fit[0] or second in fit[1]


@settings(max_examples=60, deadline=None)
@given(name=NAMES, column=st.sampled_from([121.0, 177.0, 225.0]), design=st.sampled_from(list(DESIGNS.values())))
def test_no_name_is_wider_than_its_column_or_higher_than_two_lines(name, column, design):
    fit = fit_name(name, design.name, design.name_size, column, design.scales)

    assert len(fit.lines) <= 2
    assert " ".join(lines(fit)) == name or "".join(lines(fit)) == name
    for line in fit.lines:
        assert sum(width(part.text, design.name) * part.scale for part in line) * fit.size <= column * MM + 0.01


@pytest.mark.parametrize(
    ("name", "right"),
    [("أحمد", True), ("דוד", True), ("Ahmed أحمد", False), ("王小明", False), ("(أحمد)", True), ("123", False)],
)
def test_a_name_reads_from_where_its_first_letter_does(name, right):
    assert reads_from_the_right(name) is right
