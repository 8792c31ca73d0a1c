from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.lookalike import skeleton


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("paypal", "p\u0430ypal", id="a Cyrillic a"),
        pytest.param("Python Milano", "Pyth\u043en Milan\u03bf", id="a Cyrillic and a Greek o"),
        pytest.param("Python Milano", "PYTHON  MILANO", id="capitals and spaces"),
        pytest.param("Google", "Goog1e", id="a digit for a letter"),
        pytest.param("Comune di Milano", "Cornune di Milano", id="two letters for one"),
        pytest.param("Universit\u00e0", "Universita\u0300", id="composed or not"),
    ],
)
def test_names_that_an_eye_takes_for_one_another_have_one_skeleton(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Python Milano", "Python Torino"), ("Roma", "Rome"), ("Università", "Universita"), ("東京", "京都")],
)
def test_names_that_differ_to_the_eye_have_two(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@given(st.text())
def test_every_name_has_a_skeleton_that_does_not_depend_on_spaces(name: str) -> None:
    assert skeleton(name) == skeleton(f" {name} ") == skeleton(" ".join(name))
