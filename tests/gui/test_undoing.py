"""Undo of an import after later edits: what was changed since, cell by cell, and a decision for each row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.dialogs import undoing
from gui.pages.history import HistoryPage
from gui.pages.intake import IntakePage
from gui.window import MainWindow
from tests.gui.conftest import Desk


@pytest.fixture
def imported(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> Desk:
    """Five imported assets; three were touched since."""
    book = Workbook()
    sheet = book.active
    sheet.append(["资产名称", "盘活路径", "账面原值（万元）", "坐落"])
    for n in range(1, 6):
        sheet.append([f"{n}号楼", "完善经营", n, f"古南街道{n}号"])
    book.save(tmp_path / "台账.xlsx")
    desk = Desk(qtbot, window)
    desk.open_new(tmp_path / "账套", [])
    desk.window.take_files([tmp_path / "台账.xlsx"])
    desk.settle()
    page = desk.window.stack.currentWidget()
    assert isinstance(page, IntakePage)
    page._on_apply()
    desk.settle()
    uids = uid_of(desk)
    desk.session.change("改", lambda edit: edit.set("asset", uids["1号楼"], {"cost": 2_000_000}))
    desk.session.change("改", lambda edit: edit.set("asset", uids["2号楼"], {"location": "三江街道"}))
    desk.session.change(
        "加",
        lambda edit: edit.add(
            "title", {"asset": uids["3号楼"], "cert_no": "渝（2026）綦江区不动产权第000000001号"}
        ),
    )
    desk.settle()
    return desk


def uid_of(desk: Desk) -> dict[str, str]:
    return desk.ask(lambda ledger: {name: uid for name, uid in ledger.select("asset", ["name", "uid"])})


def undo_import(desk: Desk) -> None:
    desk.window.go("history")
    desk.settle()
    page = desk.window.stack.currentWidget()
    assert isinstance(page, HistoryPage)
    page.batches.choose(next(n for n, b in enumerate(page._found) if b["kind"] == "import"))
    page.undo.click()
    desk.settle()


def words(dialog: undoing.KeptDialog) -> dict[str, str]:
    table = dialog.table
    return {table.item(n, 1).text(): table.item(n, 3).text() for n in range(table.rowCount())}


def test_each_touched_row_is_listed_with_its_values_and_decided(
    imported: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, str] = {}

    def answer(dialog: undoing.KeptDialog) -> Any:
        seen.update(words(dialog))
        assert dialog.table.ticked() == [], "keeping is what happens without a decision"
        row = next(n for n in range(dialog.table.rowCount()) if "1号楼" in dialog.table.item(n, 1).text())
        dialog.table.item(row, 0).setCheckState(Qt.CheckState.Checked)
        dialog.table.sortItems(1, Qt.SortOrder.DescendingOrder)
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(undoing.KeptDialog, "exec", answer)
    undo_import(imported)
    assert seen["资产　1号楼"] == "账面原值：1.00 万元 → 2.00 万元"
    assert seen["资产　2号楼"] == "坐落：古南街道2号 → 三江街道"
    assert seen["资产　3号楼"] == "新增权证渝（2026）綦江区不动产权第000000001号"
    assert len(seen) == 3, "rows that nobody touched are not asked about"
    assert set(uid_of(imported)) == {"2号楼", "3号楼"}, "the ticked one and the untouched ones are gone"


def test_all_are_ticked_at_once(imported: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(dialog: undoing.KeptDialog) -> Any:
        dialog.table.tick(True)
        assert len(dialog.table.ticked()) == 3
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(undoing.KeptDialog, "exec", answer)
    undo_import(imported)
    assert uid_of(imported) == {}


def test_who_cancels_changes_nothing(imported: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(dialog: undoing.KeptDialog) -> Any:
        dialog.reject()
        return dialog.result()

    monkeypatch.setattr(undoing.KeptDialog, "exec", answer)
    undo_import(imported)
    assert len(uid_of(imported)) == 5


def test_after_a_redo_the_window_offers_the_step_that_was_redone(desk: Desk) -> None:
    uid = next(iter(uid_of(desk).values()))
    for n in (1, 2):
        desk.session.change(f"第{n}步", lambda edit, n=n: edit.set("asset", uid, {"note": f"第{n}步"}))
        desk.settle()
    desk.window.deeds.undo()
    desk.settle()
    desk.window.deeds.undo()
    desk.settle()
    desk.window.deeds.redo()
    desk.settle()
    assert desk.session.state.undo_label == "第1步" and desk.session.state.redo_label == "第2步"
    assert "第1步" in desk.window.menus.undo_action.text() and "第2步" in desk.window.menus.redo_action.text()
