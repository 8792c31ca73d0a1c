"""The table of `make bench`: what a line says, and where the table is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import bench
from tools.measured import Measured, Section, markdown, times, told


@pytest.mark.parametrize(
    ("here", "goal", "at_most", "reached"),
    [(4_001, 4_000, False, True), (3_999, 4_000, False, False), (89, 90, True, True), (91, 90, True, False),
     (1, None, True, None)],
)  # fmt: skip
def test_a_goal_is_a_floor_or_a_ceiling(here: float, goal: float | None, at_most: bool, reached: bool | None) -> None:
    assert Measured("it", here, "", goal, at_most).reached is reached


def test_twice_as_good_is_twice_whichever_way_is_better() -> None:
    assert Measured("rate", 200, "/s", beside={"them": 100}).times("them") == 2
    assert Measured("time", 100, "ms", at_most=True, beside={"them": 200}).times("them") == 2


def test_a_line_tells_what_was_found_what_was_meant_and_what_others_make() -> None:
    section = Section("Signing", [Measured("credentials", 4_200, "/s", 4_000, beside={"them": 70})])

    line = list(markdown([section]))[-2]

    assert line == "| credentials | 4,200/s ✓ | ≥ 4,000/s | them 70.0/s (60 ×) |"


def test_a_goal_that_was_missed_is_marked_as_missed() -> None:
    line = list(markdown([Section("Storing", [Measured("rows", 91, "s", 90, at_most=True)])]))[-2]

    assert line == "| rows | 91.0 s ✗ | ≤ 90.0 s | – |"


def test_numbers_have_as_many_digits_as_they_deserve() -> None:
    assert [told(value, "ms") for value in (1234.5, 12.34, 1.234)] == ["1,234 ms", "12.3 ms", "1.23 ms"]
    assert [times(ratio) for ratio in (104.2, 2.61)] == ["104 ×", "2.6 ×"]


def test_the_table_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(f"before\n{bench.BEGIN}\nold\n{bench.END}\nafter\n", encoding="utf-8")

    bench.keep(page, ["new"])
    bench.keep(page, ["newer"])

    assert page.read_text(encoding="utf-8") == f"before\n{bench.BEGIN}\n\nnewer\n\n{bench.END}\nafter\n"


def test_a_page_without_a_place_for_it_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("words\n", encoding="utf-8")

    with pytest.raises(ValueError, match="no place"):
        bench.keep(page, ["table"])

    assert page.read_text(encoding="utf-8") == "words\n"


def test_the_page_of_benchmarks_names_every_part_and_has_a_place_for_the_table() -> None:
    text = bench.PAGE.read_text(encoding="utf-8")

    assert bench.BEGIN in text
    assert bench.END in text
    assert all(f"`{name}`" in text for name in bench.parts())


def test_a_part_that_nobody_knows_measures_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench.main(["sing"])

    assert "no such part: sing" in capsys.readouterr().err
