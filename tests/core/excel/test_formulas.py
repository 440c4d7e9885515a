"""References after rows were inserted: cells, ranges, whole rows, other sheets."""

from __future__ import annotations

import pytest

from core.excel.formulas import Insertion, RowShift, insertions, moved, range_of, shifted, single_rows

BEFORE_LAST = RowShift((Insertion(8, 5),))
BEHIND_SINGLE = RowShift((Insertion(7, 5, grows=6),))


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("SUM(F6:F8)", "SUM(F6:F13)"),
        ("SUM($F$6:$F$8)/2", "SUM($F$6:$F$13)/2"),
        ("F5+F6", "F5+F6"),
        ("F9*2", "F14*2"),
        ("SUM(6:8)", "SUM(6:13)"),
        ("SUM(F:F)", "SUM(F:F)"),
        ('IF(A9="F9:F10",1,2)', 'IF(A14="F9:F10",1,2)'),
        ("表2!F9+'表 1'!F9+F9", "表2!F9+'表 1'!F14+F14"),
        ("SUM(表1[金额])", "SUM(表1[金额])"),
    ],
)
def test_a_formula_follows_its_rows(formula: str, wanted: str) -> None:
    assert shifted(formula, BEFORE_LAST, "表 1", own=True) == wanted


def test_a_range_of_the_only_prepared_row_takes_the_new_rows_in() -> None:
    assert shifted("SUM(F6:F6)", BEHIND_SINGLE, "s", own=True) == "SUM(F6:F11)"
    assert shifted("SUM(F2:F6)", BEHIND_SINGLE, "s", own=True) == "SUM(F2:F11)"
    assert shifted("F6", BEHIND_SINGLE, "s", own=True) == "F6"


def test_formulas_of_other_sheets_move_only_where_they_speak_of_this_one() -> None:
    assert shifted("F9+闲置!F9", BEFORE_LAST, "闲置", own=False) == "F9+闲置!F14"


def test_lists_of_references_and_several_insertions() -> None:
    shift = insertions([Insertion(20, 3), Insertion(8, 5), Insertion(30, 0)])
    assert shift.references("A1:B7 C8:C25 D40") == "A1:B7 C13:C33 D48"
    assert not insertions([])


def test_a_copied_formula_reads_as_in_its_new_row() -> None:
    assert moved("G6-H6+$A$1", "I6", "I9") == "G9-H9+$A$1"


def test_rows_named_one_by_one_are_found() -> None:
    assert single_rows("F6+F7+SUM(F8:F9)+别表!F1", "s", own=True) == {6, 7}


@pytest.mark.parametrize(
    ("reference", "wanted"),
    [
        ("F6:F15", (("F", 6), ("F", 15))),
        ("$f$6", (("F", 6), ("F", 6))),
        ("表2!F6:F9", None),
        ("F:F", None),
        ("表1[金额]", None),
    ],
)
def test_ranges_of_the_own_sheet_are_known(reference: str, wanted: object) -> None:
    assert range_of(reference) == wanted
