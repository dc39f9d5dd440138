"""CSV that spreadsheets open without running anything, and that programs read as it was."""

import csv
import io
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sendback_service.csv_text import harmless, line, major

_FORMULAS = [
    "=1+1",
    "+33 1 23",
    "-10%",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example","x")',
    "\t=1",
    "  =1",
    "\u00a0=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A",
    "−1",
]


def read(text: str) -> list[str]:
    (row,) = csv.reader(io.StringIO(text, newline=""), strict=True)
    return row


@pytest.mark.parametrize("formula", _FORMULAS)
def test_a_formula_is_text(formula: str) -> None:
    (cell,) = read(line([formula]))
    assert cell.replace("'", "", 1) == formula
    assert not re.match(r"[\s]*[=+\-@＝＋－＠−]", cell)


@pytest.mark.parametrize("before", ["a;", "a\t", "a\n", "a\r\n"])
def test_also_where_a_spreadsheet_takes_something_for_a_cells_end(before: str) -> None:
    assert harmless(f"{before}=1") == f"{before}'=1"


@pytest.mark.parametrize("text", ["Robe en lin", "#1001", "a=b", "12-34", "1, 2", "l'été", "“x”", "e@mail"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert read(line([text])) == [text]


def test_numbers_and_gaps_stand_bare() -> None:
    assert line([1, Decimal("-5.00"), "", None, "x"]) == '1,-5.00,,,"x"\r\n'
    assert [str(major(1099, currency)) for currency in ("EUR", "JPY", "KWD")] == ["10.99", "1099", "1.099"]
    assert str(major(0, "EUR")) == "0.00"


@given(st.lists(st.text(), min_size=2, max_size=5))
def test_any_text_comes_back_but_for_apostrophes(cells: list[str]) -> None:
    assert [cell.replace("'", "") for cell in read(line(cells))] == [cell.replace("'", "") for cell in cells]
