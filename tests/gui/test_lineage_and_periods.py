"""Split, merge, renumber, deleted records, views, attachments and periods, as a clerk does them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QDialog

from gui.dialogs import messages
from gui.dialogs.attachments import AttachmentsDialog, shrunk
from gui.dialogs.lineage import Numbering, SplitDialog, describe_merger
from gui.dialogs.periods import PeriodsDialog
from gui.pages.record_menu import RecordMenu
from tests.gui.conftest import Desk


def names(desk: Desk) -> list[str]:
    found = desk.ask(lambda ledger: [n for (n,) in ledger.select("asset", ["name"], order=["name"])])
    assert isinstance(found, list)
    return sorted(found)


def menu_of(desk: Desk) -> RecordMenu:
    return desk.records().menu


def yes(monkeypatch: pytest.MonkeyPatch, asked: list[str]) -> None:
    def ask(parent: object, text: str, verb: str, more: str = "", *, danger: bool = False) -> bool:
        asked.append(f"{text} {more}")
        return True

    monkeypatch.setattr(messages, "ask", ask)


# --- lineage -----------------------------------------------------------------------------------------


def test_the_last_part_takes_what_remains(desk: Desk) -> None:
    uid = desk.records().model.uid_at(0)
    whole = desk.ask(lambda ledger: ledger.get("asset", uid))
    dialog = SplitDialog(desk.window, desk.session.standard.tables["asset"], whole)  # type: ignore[arg-type]
    cost = next(c for c, f in enumerate(dialog.fields, 1) if f.code == "cost")
    dialog.count.setValue(3)
    dialog.table.item(0, cost).setText("20")
    dialog.table.item(1, cost).setText("1.5")
    assert dialog.table.item(2, cost).text() == "64.68"
    assert [p.get("cost") for p in dialog.parts()] == [20_0000_00, 1_5000_00, None]
    dialog.table.item(0, cost).setText("20000")
    assert not dialog.do.isEnabled() and "合计超过了原来的 86.18" in dialog.note.text()
    dialog.table.item(0, cost).setText("二十")
    assert not dialog.do.isEnabled() and "第 1 宗账面原值" in dialog.note.text()
    dialog.count.setValue(2)
    dialog.count.setValue(4)
    assert dialog.table.item(1, cost).text() == "", "a row that was the rest is free again"
    dialog.deleteLater()


def test_an_asset_is_split_and_the_split_undone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    menu, before = menu_of(desk), names(desk)
    uid = desk.records().model.uid_at(0)
    whole = desk.ask(lambda ledger: ledger.get("asset", uid).values["name"])
    monkeypatch.setattr(SplitDialog, "exec", lambda self: QDialog.DialogCode.Accepted)
    menu.split(uid)
    desk.settle()
    assert names(desk) == sorted([*(n for n in before if n != whole), f"{whole}（1）", f"{whole}（2）"])
    total = desk.ask(lambda ledger: ledger.totals("asset")["cost"])
    desk.window.deeds.undo()
    desk.settle()
    assert names(desk) == before and desk.ask(lambda ledger: ledger.totals("asset")["cost"]) == total


def test_selected_assets_are_merged_after_a_look(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    yes(monkeypatch, asked)
    page = desk.records()
    page.view.selectAll()
    page.menu.merge()
    desk.settle()
    assert len(names(desk)) == 1 and "合并成一宗" in asked[0]
    assert "盘活路径" in asked[0], "what differs is named"
    assert desk.ask(lambda ledger: ledger.totals("asset")["cost"]) == 45153300_00


def test_a_merger_is_described_by_sums_and_by_what_differs(desk: Desk) -> None:
    table = desk.session.standard.tables["asset"]
    text = describe_merger(table, [{"cost": 100, "path": "10"}, {"cost": 200, "path": "20"}])
    assert "账面原值 0.0003" in text and "不一致" in text and "盘活路径" in text


def test_assets_are_renumbered_in_the_order_of_the_list(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "gui.dialogs.lineage.ask_numbering", lambda parent, count, sample: Numbering("500110-S-2026-", 7, 5)
    )
    page = desk.records()
    shown = [page.model.uid_at(n) for n in range(4)]
    page.menu.renumber()
    desk.settle()
    found = desk.ask(lambda ledger: [ledger.value("asset", u, "asset_no") for u in shown])
    assert found == [f"500110-S-2026-0000{n}" for n in (7, 8, 9)] + ["500110-S-2026-00010"]


# --- what is shown -----------------------------------------------------------------------------------


def test_deleted_records_are_shown_and_come_back(desk: Desk) -> None:
    page, before = desk.records(), names(desk)
    uid = page.model.uid_at(0)
    desk.session.change("删除", lambda edit: edit.delete("asset", uid))
    desk.settle()
    page.views.choose("deleted")
    desk.settle()
    assert [page.model.uid_at(n) for n in range(page.model.rowCount())] == [uid]
    texts = [a.text() for a in page.menu.menu_for(page.model.index(0, 0)).actions()]
    assert "恢复选中的记录" in texts and not any(t.startswith("粘贴") for t in texts)
    page.view.selectAll()
    page.menu.bring_back()
    desk.settle()
    assert names(desk) == before and page.model.rowCount() == 0


def test_a_view_keeps_filter_search_and_columns(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    page = desk.records()
    page.search.setText("办公")
    desk.settle()
    monkeypatch.setattr(messages, "ask_text", lambda *a: "办公用房")
    page.views.save()
    desk.settle()
    page.clear_filters()
    desk.settle()
    assert page.model.rowCount() == 4
    page.views._fill()
    next(a for a in page.views._menu.actions() if a.text() == "办公用房").trigger()
    desk.settle()
    assert page.model.rowCount() == 1 and page.views.text() == "办公用房"
    asked: list[str] = []
    yes(monkeypatch, asked)
    page.views.delete()
    desk.settle()
    assert page.model.rowCount() == 4 and page.views.text() == "全部记录"


# --- attachments ---------------------------------------------------------------------------------------


def test_files_are_added_and_taken_away(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "权证 1.pdf").write_bytes(b"%PDF-1.4 x")
    uid = desk.records().model.uid_at(0)
    dialog = AttachmentsDialog(desk.session, "asset", uid, "原粮站仓库", desk.window)
    dialog.kind.setCurrentText("权证")
    dialog.take([tmp_path / "权证 1.pdf"])
    desk.settle()
    assert [dialog.table.item(0, c).text() for c in (0, 1)] == ["权证 1.pdf", "权证"]
    asked: list[str] = []
    yes(monkeypatch, asked)
    dialog.table.selectRow(0)
    dialog.remove.click()
    desk.settle()
    assert dialog.table.rowCount() == 0 and "权证 1.pdf" in asked[0]
    desk.window.deeds.undo()
    desk.settle()
    from core.records import attachments

    assert desk.ask(lambda ledger: [a.name for a in attachments.listed(ledger, uid)]) == ["权证 1.pdf"]
    dialog.deleteLater()


def test_large_photographs_become_smaller_and_other_files_stay(tmp_path: Path) -> None:
    image = QImage(3000, 1500, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    for y in range(0, 1500, 3):
        for x in range(0, 3000, 7):
            image.setPixel(x, y, (x * y) & 0xFFFFFF)
    assert QImageWriter(str(tmp_path / "照片.jpg"), QByteArray(b"jpg")).write(image)
    small = QImage.fromData(shrunk(tmp_path / "照片.jpg") or b"")
    assert (small.width(), small.height()) == (2000, 1000)
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    assert shrunk(tmp_path / "a.pdf") is None


# --- periods -----------------------------------------------------------------------------------------


def test_a_period_is_locked_and_reopened_with_a_reason(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog = PeriodsDialog(desk.session, desk.window)
    desk.settle()
    assert dialog.table.item(0, 0).text() == "2026年第三季度（当前）"
    dialog.buttons["锁定"].click()
    desk.settle()
    assert dialog.table.item(0, 1).text() == "已锁定"
    assert not dialog.buttons["锁定"].isEnabled() and dialog.buttons["解锁"].isEnabled()
    monkeypatch.setattr(messages, "ask_text", lambda *a: "金额填错")
    dialog.buttons["解锁"].click()
    desk.settle()
    assert [dialog.table.item(0, c).text() for c in (1, 3)] == ["草稿", "金额填错"]
    dialog.deleteLater()


def test_a_period_with_errors_is_not_marked_as_checked(desk: Desk, no_dialogs: list[str]) -> None:
    dialog = PeriodsDialog(desk.session, desk.window)
    desk.settle()
    dialog.buttons["标为已审核"].click()
    desk.settle()
    assert len(no_dialogs) == 1 and "不能标为已审核" in no_dialogs[0]
    assert dialog.table.item(0, 1).text() == "草稿"
    no_dialogs.clear()
    dialog.deleteLater()


def test_the_next_period_begins_and_becomes_the_current_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.dialogs.periods.ask_period", lambda parent, there: "2026Q4")
    dialog = PeriodsDialog(desk.session, desk.window)
    desk.settle()
    dialog.begin.click()
    desk.settle()
    assert desk.session.state.period == "2026Q4"
    assert "2026年第四季度（当前）" in [
        dialog.table.item(n, 0).text() for n in range(dialog.table.rowCount())
    ]
    dialog.deleteLater()
