"""Backups in the window: what would change, single records, the whole, and the check-up."""

from __future__ import annotations

from pathlib import Path

import pytest

from gui.dialogs import files, messages
from gui.dialogs.backups import BackupsDialog
from tests.gui.conftest import Desk


@pytest.fixture
def opened(desk: Desk) -> BackupsDialog:
    desk.window.deeds.save_point()
    desk.settle()
    uid = desk.ask(lambda ledger: next(u for (u,) in ledger.select("asset", ["uid"], order=["name"])))
    desk.session.change("改", lambda edit: edit.set("asset", str(uid), {"net": 100}))
    desk.session.change("增", lambda edit: edit.add("asset", {"name": "后来的"}))
    desk.settle()
    dialog = BackupsDialog(desk.session, desk.window)
    desk.qtbot.addWidget(dialog)
    dialog.show()
    desk.settle()
    row = next(n for n in range(dialog.list.count()) if "还原点" in dialog.list.item(n).text())
    dialog.list.setCurrentRow(row)
    desk.settle()
    return dialog


def test_a_backup_shows_row_by_row_what_it_would_change(opened: BackupsDialog) -> None:
    rows = {opened.table.item(n, 0).text(): opened.table.item(n, 3).text() for n in range(2)}
    assert rows.keys() == {"将消失", "将退回"}
    assert rows["将消失"] == "备份之后新增的，恢复后没有"
    assert rows["将退回"] == "账面净值：0.0001 万元 → 61.05 万元"
    assert "2 条" in opened.told.text()


def test_single_records_are_brought_back_as_one_step(desk: Desk, opened: BackupsDialog) -> None:
    row = next(n for n in range(opened.table.rowCount()) if "退回" in opened.table.item(n, 0).text())
    opened.table.selectRow(row)
    opened.rows.click()
    desk.settle()
    assert opened.table.rowCount() == 1, "only the added record differs now"
    assert desk.session.state.undo_label == "从备份找回记录"


def test_the_whole_is_restored_and_opened_again(desk: Desk, opened: BackupsDialog, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(messages, "ask", lambda *a, **k: True)
    opened.restore_asked.connect(desk.window.opening.restore)
    opened.whole.click()
    desk.settle()
    desk.qtbot.waitUntil(lambda: desk.session.is_open, timeout=20_000)
    desk.settle()
    assert desk.session.state.counts["asset"] == 4
    assert "已恢复" in desk.window.status.message.text()


def test_the_whole_goes_into_one_file_for_handing_over(
    desk: Desk, opened: BackupsDialog, tmp_path: Path, monkeypatch, no_dialogs: list[str]
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(files, "save_file", lambda *a, **k: tmp_path / "交接.zip")
    opened._on_out()
    desk.settle()
    assert (tmp_path / "交接.zip").stat().st_size > 1000
    assert no_dialogs == ["已备份成一个文件"]
    no_dialogs.clear()
