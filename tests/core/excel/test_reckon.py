"""What formulas of a form come to, as Excel works them out; what is beyond that is not guessed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from openpyxl import Workbook

from core.excel.parts import Package
from core.excel.reckon import Reckoner, plain
from core.excel.refill import SheetEdit


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> SheetEdit:
    """A1:A4 are 10, 2.5, words and blank; B holds formulas that speak of them and of each other."""
    path = tmp_path_factory.mktemp("算式") / "表.xlsx"
    book = Workbook()
    s = book.active
    for row in (
        [10, "=A1-A2"],
        [2.5, "=SUBTOTAL(9,A1:A2)"],
        ["无", "=B1+B2*2"],
        [None, "=B5"],
        [None, "=B4"],
    ):
        s.append(row)
    book.save(path)
    return SheetEdit(Package(path), "Sheet")


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("A1-A2", "7.5"),
        ("-A1+A2*2%", "-9.95"),
        ("SUM(A1:A4,100,A2*2)", "117.5"),
        ("SUM(A1:A3)-(A1+A2)", "0"),
        ("$A$1/4", "2.5"),
        ("A4+1", "1"),
        ("ROUND(A1/3,2)", "3.33"),
        ("ROUND(-A2,0)", "-3"),
        ("B3", "32.5"),
        ("SUBTOTAL(109,A1:B2)", "20"),
        ("SUM(B1:B3)", "52.5"),
    ],
)
def test_formulas_come_to_what_excel_says(sheet: SheetEdit, formula: str, wanted: str) -> None:
    put(sheet, formula)
    value = Reckoner(sheet).value(9, "A")
    assert value is not None and plain(value) == wanted


@pytest.mark.parametrize(
    "formula",
    [
        "A3+1",
        "A1/A4",
        'IF(A1>1,"大",0)',
        "SUM(表2!A1:A2)",
        "B4",
        "A1:A2",
        "2^3",
        "SUBTOTAL(1,A1:A2)",
        "SUM(A:A)",
        "(",
    ],
)
def test_what_is_beyond_it_stays_unknown(sheet: SheetEdit, formula: str) -> None:
    put(sheet, formula)
    assert Reckoner(sheet).value(9, "A") is None


def test_endless_fractions_are_kept_to_the_digits_of_a_cell() -> None:
    assert plain(Fraction(1, 3)) == "0.333333333333333"


def put(sheet: SheetEdit, formula: str) -> None:
    """Write a formula into A9."""
    from core.excel.parts import Node

    sheet.rows[9] = Node("row", {"r": "9"}, [Node("c", {"r": "A9"}, [Node("f", {}, [formula])])])
