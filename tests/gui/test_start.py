"""How the program starts: the window is painted before anything slow is imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from gui import crash
from gui.dialogs import files
from gui.dialogs.ledgers import NewLedgerDialog
from gui.settings import RECENT, Settings
from gui.window import MainWindow
from tests.gui.conftest import Desk

ROOT = Path(__file__).resolve().parents[2]

FIRST_PAINT = """
import json, sys
from PySide6.QtCore import QTimer
from gui.app import make_application, make_window
app = make_application()
window = make_window()
def tell():
    print(json.dumps(sorted({m.split(".")[0] for m in sys.modules})))
    window.close()
    app.quit()
window.painted.connect(tell)
QTimer.singleShot(20000, app.quit)
window.show()
app.exec()
"""


def test_the_window_is_painted_before_sqlalchemy_and_openpyxl_are_imported(own_home: Path) -> None:
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"}
    told = subprocess.run(
        [sys.executable, "-c", FIRST_PAINT], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )
    loaded = set(json.loads(told.stdout.strip().splitlines()[-1]))
    assert not loaded & {"sqlalchemy", "openpyxl", "sqlite3", "pypinyin", "python_calamine"}


def test_everything_is_greyed_until_a_ledger_is_open(window: MainWindow) -> None:
    assert window.stack.currentWidget() is window.welcome
    assert all(not a.isEnabled() for a in window.menus.needs_ledger)


def test_the_municipal_office_reports_for_the_city_and_a_district_for_itself(qtbot: QtBot) -> None:
    dialog = NewLedgerDialog(None, "李敏")
    qtbot.addWidget(dialog)
    dialog.unit.setText("市盘活办")
    assert dialog.problem() == "请选择报送区域。" and dialog.region.findText("重庆市　500000") < 0
    dialog.role.setCurrentIndex(dialog.role.findData("city"))
    assert (dialog.chosen().region, dialog.problem()) == ("500000", "")
    assert dialog.name.text().endswith("_重庆市")


def test_mnemonics_are_unique_in_each_menu(desk: Desk) -> None:
    groups = [[a.text() for a in desk.window.menuBar().actions()]]
    groups += [[a.text() for a in menu.actions()] for menu in desk.window.findChildren(QMenu)]
    assert len(groups) > 7
    for texts in groups:
        keys = [t[t.index("&") + 1] for t in texts if "&" in t]
        assert len(keys) == len(set(keys)), texts


def test_every_page_of_a_new_ledger_opens(desk: Desk) -> None:
    keys = ["home", "audit", "import", "report", "history"]
    keys += [f"table:{code}" for code in desk.session.standard.tables]
    for key in keys:
        desk.window.go(key)
        desk.settle()
    assert desk.window.stack.count() == len(keys) + 1


def test_a_second_window_is_told_who_has_the_ledger(desk: Desk, monkeypatch, qtbot: QtBot) -> None:  # type: ignore[no-untyped-def]
    from gui.app import make_window
    from gui.dialogs import messages

    told = []
    monkeypatch.setattr(messages, "show_error", lambda parent, error: told.append(error) or False)
    other = make_window()
    qtbot.addWidget(other)
    other.show()
    assert desk.session.folder is not None
    other.opening.open(desk.session.folder)
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert told[0].code == "locked" and told[0].next
    assert other.stack.currentWidget() is other.welcome
    other.close()


def test_the_sample_is_made_once_and_opened_again(qtbot: QtBot, window: MainWindow) -> None:
    desk = Desk(qtbot, window)
    window.opening.sample()
    qtbot.waitUntil(lambda: desk.session.is_open, timeout=60_000)
    desk.settle()
    assert desk.session.state.counts["asset"] >= 10
    folder = desk.session.folder
    window.close_ledger()
    desk.settle()
    window.opening.sample()
    qtbot.waitUntil(lambda: desk.session.is_open, timeout=60_000)
    assert desk.session.folder == folder


def test_recent_ledgers_are_eight_at_most(tmp_path: Path) -> None:
    settings = Settings()
    for n in range(12):
        settings.enter(tmp_path / str(n))
    assert settings.recent() == [str(tmp_path / str(n)) for n in range(11, 11 - RECENT, -1)]


def test_diagnosis_holds_versions_and_logs_only(tmp_path: Path) -> None:
    import zipfile

    crash.log_to(tmp_path / "日志")
    crash.log.error("一次试验")
    crash.export_diagnosis(tmp_path / "诊断.zip")
    with zipfile.ZipFile(tmp_path / "诊断.zip") as archive:
        assert sorted(archive.namelist()) == ["日志/程序日志.txt", "版本.txt"]
        assert "一次试验" in archive.read("日志/程序日志.txt").decode("utf-8")


def test_control_s_makes_a_restore_point(desk: Desk) -> None:
    desk.window.deeds.save_point()
    desk.settle()
    assert desk.session.folder is not None
    assert list((desk.session.folder / "备份").glob("*还原点*"))
    assert "已保存" in desk.window.status.message.text()


def test_the_keys_go_to_the_page_that_is_shown_but_arrows_stay_in_the_navigation(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(files, "choose_files", lambda *a: asked.append(a) or [])
    window, tree = desk.window, desk.window.navigation.places
    window.activateWindow()
    desk.qtbot.waitUntil(window.isActiveWindow)
    window.go("import")
    page, focused = window.stack.currentWidget(), window.focusWidget()
    assert page is not None and focused is not None
    assert page.isAncestorOf(focused), "the button that chooses files"
    desk.qtbot.keyClick(focused, Qt.Key.Key_Return)
    assert len(asked) == 1, "Enter presses it"
    tree.setFocus()
    desk.qtbot.keyClick(tree, Qt.Key.Key_Up)
    desk.settle()
    assert window.stack.currentWidget() is not page and tree.hasFocus()
    desk.qtbot.keyClick(tree, Qt.Key.Key_Return)
    shown, focused = window.stack.currentWidget(), window.focusWidget()
    assert shown is not None and focused is not None and shown.isAncestorOf(focused)
