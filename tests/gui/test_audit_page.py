"""The audit page and the panel beside a list: counts, search, one decision for cells of the same text."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from core.findings import EXPLAIN, Finding
from gui.dialogs import alike as alike_dialog
from gui.pages.audit import AuditPage
from gui.pages.intake import IntakePage
from gui.tables import findings as findings_table
from gui.tables.doubts import alike
from gui.window import MainWindow
from gui.wording import counted, doubts_as_findings, is_found
from tests.gui.conftest import Desk

EARLY = {"acquire_date": "2020-05", "idle_since": "2019-01"}


def audit_page(desk: Desk) -> AuditPage:
    desk.window.go("audit")
    desk.settle()
    page = desk.window.stack.currentWidget()
    assert isinstance(page, AuditPage)
    return page


@pytest.fixture
def two(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> Desk:
    desk = Desk(qtbot, window)
    desk.open_new(tmp_path / "账套", [{"name": "重庆路仓库", **EARLY}, {"name": "二号楼", **EARLY}])
    return desk


@pytest.fixture
def misspelt(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> Desk:
    """Five assets, three of them with the same word that no code list knows."""
    book = Workbook()
    sheet = book.active
    sheet.append(["资产名称", "盘活路径", "使用状况", "原值（元）"])
    for n, status in enumerate(("空关着", "闲置", "空关着", "空关着", "老样子"), 1):
        sheet.append([f"{n}号楼", "运营盘活", status, 100_000 + n])
    book.save(tmp_path / "台账.xlsx")
    desk = Desk(qtbot, window)
    desk.open_new(tmp_path / "账套", [])
    desk.window.take_files([tmp_path / "台账.xlsx"])
    desk.settle()
    page = desk.window.stack.currentWidget()
    assert isinstance(page, IntakePage)
    page._on_apply()
    desk.settle()
    return desk


def test_a_group_counts_what_is_open_and_tells_what_is_explained() -> None:
    def finding(explanation: str) -> Finding:
        return Finding(
            rule="X", severity=EXPLAIN, table="asset", uid="1", text="", explained=bool(explanation)
        )

    assert counted([finding(""), finding("")]) == "（2）"
    assert counted([finding(""), finding("写明了原因和依据。")]) == "（1，已说明 1）"


def test_heads_and_boxes_agree_when_some_are_explained(two: Desk) -> None:
    uid = next(f.uid for f in two.session.findings if f.rule == "H-010")
    one = next(f for f in two.session.findings if f.rule == "H-010" and f.uid == uid)
    two.session.explain([one], "接收移交时已经闲置，按移交清单登记。")
    two.settle()
    page = audit_page(two)
    page.explained.setChecked(True)
    two.qtbot.wait(120)
    two.settle()
    heads = [page.model.index(n, 0).data() for n, g in enumerate(page.model.groups) if g.severity == EXPLAIN]
    assert any(h.endswith("（1，已说明 1）") for h in heads), heads
    open_ones = sum(
        1 for g in page.model.groups for f in g.members if f.severity == EXPLAIN and not f.explained
    )
    assert page.boxes[EXPLAIN].text().endswith(f" {open_ones:,}")


@pytest.mark.parametrize(
    ("word", "found"), [("cqlck", True), ("重庆路", True), ("h-010", True), ("elh", False), ("zzz", False)]
)
def test_findings_are_found_by_words_and_by_initials_of_names(word: str, found: bool) -> None:
    assert is_found(word, ("重庆路仓库",), ("H-010", "闲置早于取得")) is found


def test_the_page_is_searched_by_initials(two: Desk) -> None:
    page = audit_page(two)
    page.search.setText("cqlck")
    two.qtbot.wait(120)
    two.settle()
    names = {page._names[f.table, f.uid][0] for g in page.model.groups for f in g.members}
    assert names == {"重庆路仓库"}


def test_cells_of_the_same_wrong_text_are_settled_by_one_decision(misspelt: Desk, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    doubts = [f for f in doubts_as_findings(misspelt.session.doubts) if "空关着" in f.text]
    assert len(doubts) == 3
    first = doubts[0]
    cells = alike(misspelt.session, first)
    assert {o.uid for o in cells} == {f.uid for f in doubts}
    page = audit_page(misspelt)
    page.deciding.show_findings([first])
    assert page.deciding.same.isVisible() and "3 处" in page.deciding.same.text()

    def answer(dialog: alike_dialog.AlikeDialog) -> int:
        dialog.editor.setText("没有这种状态")
        dialog.put.click()
        assert dialog.note.text() and not dialog.result(), "what cannot be taken is said in the dialog"
        dialog.editor.setText("闲置")
        dialog.put.click()
        return dialog.result()

    monkeypatch.setattr(alike_dialog.AlikeDialog, "exec", answer)
    page.deciding.same.click()
    misspelt.settle()
    assert not [f for f in doubts_as_findings(misspelt.session.doubts) if "空关着" in f.text]
    idle = {
        misspelt.ask(lambda ledger, u=uid: ledger.value(first.table, u, first.field))
        for uid in {f.uid for f in doubts}
    }
    assert len(idle) == 1 and None not in idle
    assert misspelt.session.state.undo_label.startswith("修改 3 处")
    assert len([f for f in doubts_as_findings(misspelt.session.doubts) if "老样子" in f.text]) == 1


def test_findings_are_sorted_by_a_head_and_copied_as_columns(two: Desk) -> None:
    page = audit_page(two)
    group = next(n for n, g in enumerate(page.model.groups) if g.members[0].rule == "H-010")
    for order, first in (
        (Qt.SortOrder.AscendingOrder, "二号楼"),
        (Qt.SortOrder.DescendingOrder, "重庆路仓库"),
    ):
        page.tree.header().setSortIndicator(1, order)
        two.qtbot.wait(120)
        two.settle()
        head = page.model.index(group, 0)
        assert page.model.index(0, 1, head).data() == first
    page.tree.setCurrentIndex(head)
    page.copy()
    two.settle()
    data = QGuiApplication.clipboard().mimeData()
    lines = [line.split("\t") for line in data.text().splitlines()]
    assert lines[0] == ["问题", "记录", "单位", "说明", "规则"]
    assert [line[1] for line in lines[1:]] == ["重庆路仓库", "二号楼"]
    assert all(line[4].startswith("H-010") for line in lines[1:])
    assert data.html().count("<tr>") == 3


def test_the_list_shows_only_the_records_of_one_rule(two: Desk) -> None:
    page = two.records()
    uid = page.model.uid_at(0)
    two.session.change("补填", lambda edit: edit.set("asset", uid, {"idle_since": "2021-01"}))
    two.settle()
    tree = page.findings.tree
    head = next(
        tree.topLevelItem(n)
        for n in range(tree.topLevelItemCount())
        if tree.topLevelItem(n).text(0).startswith("H-010")
    )
    page.findings.menu_for(head).actions()[0].trigger()
    two.settle()
    assert len(page.model.ids) == 1 and page.model.uid_at(0) != uid
    assert page.views.text().startswith("H-010")
    page.clear_filters()
    two.settle()
    assert len(page.model.ids) == 2


def test_opening_the_last_row_of_a_long_group_shows_more_of_it(
    two: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings_table, "SHOWN", 1)
    page = audit_page(two)
    jumped: list[object] = []
    page.jump_asked.connect(lambda *where: jumped.append(where))
    number = next(n for n, g in enumerate(page.model.groups) if len(g.members) == 2)
    head = page.model.index(number, 0)
    last = page.model.index(1, 0, head)
    assert page.model.is_more(last)
    page._on_opened(last)
    assert page.model.rowCount(head) == 2 and not jumped, "it was no finding when it was opened"
    page._on_opened(page.model.index(1, 0, head))
    assert len(jumped) == 1
