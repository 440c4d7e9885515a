"""Short lists: sorted by their heads, known by the number they were given, copied as Excel takes them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gui.tables.sheet import Sheet

ROWS = [("123456789012345678", "1,200.50", "朝天门"), ("0012", "99", ""), ("5001", "-3", "解放碑")]


@pytest.fixture
def sheet(qtbot: QtBot) -> Sheet:
    made = Sheet(["编号", "金额", "坐落"], (100, 80), numbers=[1], many=True)
    qtbot.addWidget(made)
    made.fill(ROWS)
    return made


def column(sheet: Sheet, c: int) -> list[str]:
    return [item.text() for n in range(sheet.rowCount()) if (item := sheet.item(n, c)) is not None]


def test_rows_stand_as_given_until_a_head_is_clicked(sheet: Sheet) -> None:
    assert column(sheet, 0) == [row[0] for row in ROWS]


def test_numbers_are_sorted_by_size_and_empty_cells_come_last(sheet: Sheet) -> None:
    sheet.sortItems(1)
    assert column(sheet, 1) == ["-3", "99", "1,200.50"]
    sheet.sortItems(2)
    assert column(sheet, 2) == ["朝天门", "解放碑", ""]


def test_a_row_is_known_by_its_number_in_any_order(sheet: Sheet) -> None:
    sheet.sortItems(1, Qt.SortOrder.DescendingOrder)
    sheet.choose(2)
    assert sheet.chosen() == [2]
    assert sheet.cell(2, 0).text() == "5001"


def test_the_order_chosen_stays_when_the_rows_are_read_again(sheet: Sheet) -> None:
    sheet.sortItems(1)
    sheet.fill([*ROWS, ("7", "100", "江北")])
    assert column(sheet, 1) == ["-3", "99", "100", "1,200.50"]


def test_copied_codes_stay_text_and_numbers_lose_their_separators(sheet: Sheet, qtbot: QtBot) -> None:
    sheet.choose(0)
    qtbot.keyClick(sheet, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    data = QGuiApplication.clipboard().mimeData()
    assert data.text() == "123456789012345678\t1200.50\t朝天门\r\n"
    assert "<td style=\"mso-number-format:'\\@'\">123456789012345678</td>" in data.html()
    assert "<td>1200.50</td>" in data.html()


def test_the_whole_list_is_copied_with_its_heads(sheet: Sheet) -> None:
    sheet.copy(everything=True)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "编号\t金额\t坐落" and len(lines) == 4
