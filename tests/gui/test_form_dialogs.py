"""A blank template out, the office's form filled, the difference in words: from the menu of the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication

from core.exchange import export
from core.exchange.export import export_package
from gui.dialogs import files, forms, messages
from gui.dialogs.filling import FillDialog
from gui.pages.mapping import MappingView
from tests.core.exchange import blank_forms, reporting
from tests.gui.conftest import Desk


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Texts that would have been shown."""
    found: list[str] = []

    def read(dialog: forms.TextDialog) -> int:
        dialog.copy_button.click()
        found.append(dialog.text.toPlainText())
        return 0

    monkeypatch.setattr(forms.TextDialog, "exec", read)
    monkeypatch.setattr(messages, "inform", lambda parent, text, more="": found.append(text))
    yield found


def text(view: MappingView, row: int, column: int) -> str:
    item = view.table.item(row, column)
    assert item is not None
    return item.text()


def menu(desk: Desk, text: str) -> None:
    actions = cast(list[QAction], desk.window.findChildren(QAction))
    next(a for a in actions if a.text().startswith(text)).trigger()
    desk.settle()


def test_a_blank_template_is_written(
    desk: Desk, tmp_path: Path, shown: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "save_file", lambda *a: tmp_path / "模板")
    menu(desk, "生成空白填报模板")
    assert shown == ["已生成：模板.xlsx"] and (tmp_path / "模板.xlsx").exists()


def test_the_offices_form_is_corrected_filled_and_kept(
    desk: Desk, tmp_path: Path, shown: list[str], monkeypatch: pytest.MonkeyPatch, no_dialogs: list[str]
) -> None:
    form = blank_forms.bare_header(tmp_path / "市局台账.xlsx")
    monkeypatch.setattr(files, "choose_file", lambda *a: form)
    monkeypatch.setattr(files, "save_file", lambda *a: tmp_path / "填好.xlsx")
    menu(desk, "按上级模板填报")
    dialog = desk.window.findChild(FillDialog)
    assert dialog is not None and dialog.isVisible() and not (tmp_path / "填好.xlsx").exists()
    view = dialog.tables.currentWidget()
    assert isinstance(view, MappingView)
    titles = {mapped.title: n for n, (_, mapped) in enumerate(view._columns)}
    assert text(view, titles["净值（元）"], 3) == "账面净值" and text(view, titles["净值（元）"], 4) == "元"
    orders = view._columns[titles["分管领导批示"]][0]
    view.choose(orders, 3, "note")
    desk.qtbot.wait(300)
    desk.settle()
    view = dialog.tables.currentWidget()
    assert isinstance(view, MappingView) and text(view, titles["分管领导批示"], 3) == "备注"
    view.rows.setText("99")
    desk.qtbot.keyClick(view.rows, Qt.Key.Key_Return)  # reads the form anew, and does not fill it
    desk.qtbot.wait(300)
    desk.settle()
    assert "第 99 行没有文字" in no_dialogs.pop() and not (tmp_path / "填好.xlsx").exists()
    dialog.make.click()
    desk.settle()
    assert (tmp_path / "填好.xlsx").exists()
    assert "已填 4 行" in shown[0] and "分管领导批示 ← 备注" in shown[0]
    assert "净值（元） ← 账面净值（元）" in shown[0]
    from core.exchange.fill import forms as kept

    assert desk.ask(kept) == {"市局台账": 1}


def test_a_blank_of_the_old_format_is_refused_before_a_target_is_asked(
    desk: Desk, tmp_path: Path, no_dialogs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "choose_file", lambda *a: tmp_path / "市局空表.et")
    menu(desk, "按上级模板填报")
    assert no_dialogs.pop() == "模板不是 .xlsx 格式，不能保持原样填写。"


def test_the_difference_is_shown_to_copy(
    desk: Desk, tmp_path: Path, shown: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "_checked", lambda ledger, period, progress: ())
    made = desk.ask(
        lambda ledger: export_package(ledger, period="2026Q3", target=tmp_path, cover=reporting.COVER)
    )
    assert isinstance(made, export.PackageSummary)
    monkeypatch.setattr(files, "choose_file", lambda *a: made.path)
    asked = iter(("账套现有数据", "另一个上报包", ""))
    monkeypatch.setattr(messages, "choose", lambda *a: next(asked))
    menu(desk, "比较上报包")
    assert "两者数据完全相同。" in shown[0] and "→ 账套现有数据" in shown[0]
    assert QGuiApplication.clipboard().text() == shown[0]
    menu(desk, "比较上报包")
    assert "V01 正式 → " in shown[1] and shown[1].count("2026年第三季度 V01 正式") == 2
    menu(desk, "比较上报包")
    assert len(shown) == 2, "nothing is compared when the question is cancelled"
