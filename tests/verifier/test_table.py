"""A table that somebody opens in a spreadsheet runs nothing, whatever marks their country puts between cells."""

from __future__ import annotations

import csv
import io

import pytest

from verifier.table import harmless, table

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\0=1", " =1", "\u200b=1", "＝1+1", "＋1", "－1", "＠x"]


@pytest.mark.parametrize("text", FORMULAS, ids=repr)
def test_what_would_be_a_formula_is_text(text: str) -> None:
    assert harmless(text).startswith("'")
    assert harmless(text).replace("'", "") == text
    assert harmless(f"x{text.strip()}") == f"x{text.strip()}"


@pytest.mark.parametrize("mark", [";", "\t", "\n", "\r", "; ", ';"', ";\t'"], ids=repr)
@pytest.mark.parametrize("formula", ["=", "+", "-", "@", "＝"])
def test_what_would_be_a_formula_in_a_cell_of_its_own_is_text(mark: str, formula: str) -> None:
    assert harmless(f"Ada{mark}{formula}1+1") == f"Ada{mark}'{formula}1+1"
    assert harmless(f"Ada{mark}1{formula}1") == f"Ada{mark}1{formula}1"


def test_a_table_divided_at_semicolons_has_no_formula_in_any_cell() -> None:
    written = table(["a", "b"], [["Ada", 'x;=1+1;"-2"'], ["x, ;@y", None]]).decode()

    cells = [cell for line in written.splitlines() for cell in line.split(";")]
    assert [cell for cell in cells if cell.strip('" ').startswith(("=", "+", "-", "@"))] == []
    assert next(csv.reader(io.StringIO(written))) == ["a", "b"]
