"""The import page: what a plan says is shown so that the clerk can judge it, and answers are not lost or guessed."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QTableWidget
from pytestqt.qtbot import QtBot

from core.exchange.intake import propose
from core.standard import load_default
from gui.dialogs import messages
from gui.pages.intake import IntakePage
from gui.pages.mapping import IMPORTING, MappingView
from gui.tables.plan import PlanModel
from gui.window import MainWindow
from tests.core.exchange.ledgers import LEDGERS
from tests.gui.conftest import Desk

LIST = {
    "清单": [
        ["序号", "资产名称", "坐落", "产权单位", "账面原值（元）", "取得时间", "说明情况"],
        [1, "老粮库", "河西路1号", "区商务委", "1,234,500", "2013年5月", "漏雨"],
        [2, "旧水厂", "河西路2号", "区水利局", "约20000", "2014.6", "停用"],
    ]
}


@pytest.fixture
def desk(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> Desk:
    made = Desk(qtbot, window)
    made.open_new(tmp_path / "账套", [])
    return made


def taken(desk: Desk, path: Path, sheets: dict[str, list[list[object]]]) -> IntakePage:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    desk.window.take_files([path])
    desk.settle()
    page = desk.window.stack.currentWidget()
    assert isinstance(page, IntakePage)
    return page


def mapping_of(desk: Desk, page: IntakePage) -> tuple[MappingView, QTableWidget]:
    page.preview.tabs.setCurrentWidget(page.preview.mapping)
    desk.settle()
    view = page.preview.mapping.currentWidget()
    assert isinstance(view, MappingView)
    table = view.findChild(QTableWidget)
    assert table is not None
    return view, table


def field_box(view: MappingView, row: int) -> QComboBox:
    box = view.open(row, 3)
    assert box is not None
    return box


def text(table: QTableWidget, row: int, column: int) -> str:
    item = table.item(row, column)
    assert item is not None
    return item.text()


def test_a_sample_is_what_the_file_says_and_how_it_was_read(desk: Desk, tmp_path: Path) -> None:
    _, table = mapping_of(desk, taken(desk, tmp_path / "台账.xlsx", LIST))
    samples = [text(table, n, 2) for n in range(table.rowCount())]
    assert samples[1] == "老粮库"
    assert samples[4] == "1,234,500 → 123.45 万元"
    assert samples[5] == "2013年5月 → 2013-05"
    assert samples[6] == "漏雨"


def test_a_table_left_out_shows_its_cells(desk: Desk, tmp_path: Path) -> None:
    units = {"单位情况表": [["单位名称", "单位地址", "联系人"], ["区商务委", "河西路1号", "张某"]]}
    page = taken(desk, tmp_path / "单位.xlsx", units)
    assert not page.plan.records and page.plan.doubts  # type: ignore[union-attr]
    _, table = mapping_of(desk, page)
    assert text(table, 0, 2) == "区商务委"


def test_words_that_name_no_field_do_not_stay_in_the_box(desk: Desk, tmp_path: Path) -> None:
    view, table = mapping_of(desk, taken(desk, tmp_path / "台账.xlsx", LIST))
    line = field_box(view, 1).lineEdit()
    assert line is not None and line.selectedText() == "资产名称", "what is typed replaces it"
    line.setText("不存在的栏目")
    desk.qtbot.keyClick(line, Qt.Key.Key_Return)
    desk.settle()
    assert text(table, 1, 3) == "资产名称"
    assert view.open(0, 4) is None, "a running number has no unit to choose"


@pytest.mark.parametrize("agreed", [True, False])
def test_a_field_changes_hands_only_when_the_clerk_says_so(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, agreed: bool
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        messages, "ask", lambda parent, question, *a, **k: bool(asked.append(question)) or agreed
    )
    page = taken(desk, tmp_path / "台账.xlsx", LIST)
    view, table = mapping_of(desk, page)
    box = field_box(view, 6)
    assert box.currentText() == text(table, 6, 3) == IMPORTING.left
    box.setCurrentIndex(box.findData("name"))
    box.activated.emit(box.currentIndex())
    desk.qtbot.wait(300)
    desk.settle()
    assert asked == ["“资产名称”已由 B 列“资产名称”填写，改用这一列？"]
    mapped = {c: m.code for c, m in page.plan.tables[0].columns.items()}  # type: ignore[union-attr]
    assert (mapped[2], mapped[7]) == (("", "name") if agreed else ("name", ""))
    table = mapping_of(desk, page)[1]
    assert text(table, 6, 3) == ("资产名称" if agreed else IMPORTING.left)
    assert table.currentRow() == 6, "the clerk stays where he was"


def test_a_row_says_where_it_stands_and_what_it_is_called(desk: Desk, tmp_path: Path) -> None:
    head = ["序号", "资产名称", "坐落", "账面原值（元）"]
    two = {"城区": [head, [1, "甲楼", "甲路1号", 10]], "乡镇": [head, [1, "乙楼", "乙路1号", 20]]}
    page = taken(desk, tmp_path / "台账.xlsx", two)
    heads = [page.preview.model.headerData(n, Qt.Orientation.Vertical) for n in range(2)]
    assert heads == ["城区 2 行  甲楼", "乡镇 2 行  乙楼"]


def test_a_doubt_shows_the_reading_with_its_unit(desk: Desk, tmp_path: Path) -> None:
    page = taken(desk, tmp_path / "台账.xlsx", LIST)
    row = next(
        n for n in range(page.preview.doubts.rowCount()) if text(page.preview.doubts, n, 1) == "约20000"
    )
    assert text(page.preview.doubts, row, 2) == "2.00 万元"


def test_a_header_row_that_cannot_be_one_leaves_the_plan_as_it_was(
    desk: Desk, tmp_path: Path, no_dialogs: list[str]
) -> None:
    page = taken(desk, tmp_path / "台账.xlsx", LIST)
    view, _ = mapping_of(desk, page)
    view.rows.setText("第三行")
    view.rows.editingFinished.emit()
    assert view.rows.text() == "1" and "行号" in view.note.text() and not view.given
    view.rows.setText("99")
    view.rows.editingFinished.emit()
    desk.qtbot.wait(300)
    desk.settle()
    assert no_dialogs == ["工作表“清单”第 99 行没有文字，不能当作表头。"]
    no_dialogs.clear()
    view, _ = mapping_of(desk, page)
    assert view.rows.text() == "1" and not view.given and page.plan.counts()["new"] == 2  # type: ignore[union-attr]


def test_the_lists_of_a_plan_are_sorted_and_copied(desk: Desk, tmp_path: Path) -> None:
    page = taken(desk, tmp_path / "台账.xlsx", LIST)
    model, view = page.preview.model, page.preview.records
    titles = [model.headerData(c, Qt.Orientation.Horizontal) for c in range(model.columnCount())]
    cost = titles.index("账面原值（万元）")
    view.sortByColumn(cost, Qt.SortOrder.AscendingOrder)
    assert [r.name for r in model.records] == ["旧水厂", "老粮库"]
    view.setCurrentIndex(model.index(1, cost))
    desk.qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().strip() == "123.45"
    model.records[0].left_out = True
    view.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert [r.name for r in model.records] == ["老粮库", "旧水厂"], "what is left out comes last"
    view.sortByColumn(cost, Qt.SortOrder.AscendingOrder)
    page.preview.doubts.sortItems(1, Qt.SortOrder.DescendingOrder)
    page.preview._on_doubt(next(n for n, (r, *_) in enumerate(page.preview.listing.spots) if r == 1))  # type: ignore[union-attr]
    assert view.currentIndex().row() == 0, "the row of the second record, wherever it stands now"


def test_a_card_is_named_by_its_first_cell(qapp: object, tmp_path: Path) -> None:
    path = LEDGERS["cards_side_by_side"](tmp_path).path
    model = PlanModel()
    model.fill(propose(path, load_default()), [], {})
    heads = [model.headerData(n, Qt.Orientation.Vertical) for n in range(model.rowCount())]
    assert heads[:2] == ["B2  老仓库1号", "B10  老仓库3号"] and "E2  老仓库2号" in heads


def test_another_unit_is_shown_with_the_one_before(desk: Desk, tmp_path: Path) -> None:
    head = ["资产编号", "资产名称", "坐落", "产权单位"]
    first = taken(desk, tmp_path / "一.xlsx", {"表": [head, ["A-1", "甲楼", "甲路1号", "区商务委"]]})
    first._on_apply()
    desk.settle()
    desk.window.deeds.undo()
    desk.settle()
    assert first.summary.title.text() == "已撤销本次导入" and not first.summary.undo.isEnabled()
    desk.window.deeds.redo()
    desk.settle()
    assert first.summary.title.text() == "导入完成" and first.summary.undo.isEnabled()
    page = taken(desk, tmp_path / "二.xlsx", {"表": [head, ["A-1", "甲楼", "甲路1号", "区水利局"]]})
    shown = {
        page.preview.model.headerData(c, Qt.Orientation.Horizontal): page.preview.model.data(
            page.preview.model.index(0, c)
        )
        for c in range(page.preview.model.columnCount())
    }
    assert shown["单位名称"] == "区商务委 → 区水利局"
