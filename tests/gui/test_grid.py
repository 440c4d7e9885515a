"""The keys of the grid: the acceptance table of the conventions that Excel and WPS taught."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.modeltest import ModelTester

from gui import crash
from gui.dialogs import messages
from gui.forms.choosing import ChoiceEditor, CodeEditor
from gui.pages.records import RecordsPage
from gui.tables import deeds
from tests.gui.conftest import Desk

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")

KEY = Qt.Key
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def editor(page: RecordsPage) -> QLineEdit:
    found = [w for w in page.view.viewport().findChildren(QLineEdit) if w.isVisible()]
    assert found, "no editor is open"
    return found[0]


def go(page: RecordsPage, row: int, code: str) -> int:
    number = page.model.column_number(code)
    assert number >= 0, code
    page.view.go(row, number)
    return number


def text(page: RecordsPage, row: int, code: str) -> str:
    found = page.model.row(row)
    assert found is not None
    return found.texts[page.model.column_number(code)]


def press(widget: QWidget, key: Qt.Key, mods: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, mods)


def write(widget: QWidget, words: str) -> None:
    """Commit text as an input method does; QTest knows ASCII keys only."""
    event = QInputMethodEvent()
    event.setCommitString(words)
    QApplication.sendEvent(widget, event)


def test_model_keeps_the_contract_of_qt(desk: Desk, qtmodeltester: ModelTester) -> None:
    page = desk.records()
    qtmodeltester.check(page.model)


def test_list_shows_ready_strings_in_display_units(desk: Desk) -> None:
    page = desk.records()
    assert text(page, 0, "net") == "32.60"
    assert text(page, 0, "path") == "调剂使用"
    assert page.count.text() == "4 宗"
    assert "账面净值" in page.totals.text()


def test_enter_moves_down_and_shift_enter_up(desk: Desk) -> None:
    page = desk.records()
    go(page, 0, "name")
    press(page.view, KEY.Key_Return)
    assert page.view.currentIndex().row() == 1
    press(page.view, KEY.Key_Return, SHIFT)
    assert page.view.currentIndex().row() == 0


def test_typing_replaces_and_enter_commits_and_moves_down(desk: Desk) -> None:
    page = desk.records()
    go(page, 1, "net")
    press(page.view, KEY.Key_7)
    assert editor(page).text() == "7"
    write(editor(page), ".5")
    press(editor(page), KEY.Key_Return)
    assert text(page, 1, "net") == "7.50"
    assert page.view.currentIndex().row() == 2
    desk.settle()
    assert text(page, 1, "net") == "7.50"
    assert desk.session.state.undo_label == "修改账面净值"


def test_f2_puts_the_caret_at_the_end(desk: Desk) -> None:
    page = desk.records()
    go(page, 0, "name")
    press(page.view, KEY.Key_F2)
    write(editor(page), "2号")
    assert editor(page).text() == "原粮站仓库2号"
    press(editor(page), KEY.Key_Escape)
    assert text(page, 0, "name") == "原粮站仓库"


def test_a_value_that_cannot_be_read_keeps_the_editor_open(desk: Desk) -> None:
    page = desk.records()
    go(page, 0, "net")
    press(page.view, KEY.Key_F2)
    box = editor(page)
    box.setText("约三万")
    press(box, KEY.Key_Return)
    assert editor(page) is box
    assert box.property("bad") is True
    press(box, KEY.Key_Escape)
    assert text(page, 0, "net") == "32.60"


def test_tab_in_the_editor_commits_and_goes_right(desk: Desk) -> None:
    page = desk.records()
    number = go(page, 0, "name")
    press(page.view, KEY.Key_F2)
    write(editor(page), "甲")
    press(editor(page), KEY.Key_Tab)
    assert text(page, 0, "name") == "原粮站仓库甲"
    assert page.view.currentIndex().column() == number + 1
    assert not page.view.is_editing()


def test_delete_clears_the_selected_cells_as_one_undo_step(desk: Desk) -> None:
    page = desk.records()
    cost, net = page.model.column_number("cost"), page.model.column_number("net")
    page.view.select_block(0, cost, 1, net)
    press(page.view, KEY.Key_Delete)
    desk.settle()
    assert text(page, 0, "cost") == text(page, 1, "net") == ""
    desk.window.deeds.undo()
    desk.settle()
    assert text(page, 0, "net") == "32.60"
    assert text(page, 1, "cost") == "412.55"


def test_copy_puts_a_block_on_the_clipboard_as_excel_does(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = desk.records()
    name = page.model.column_number("name")
    page.view.select_block(0, name, 1, name + 1)
    press(page.view, KEY.Key_C, CONTROL)
    clipboard = QGuiApplication.clipboard()
    assert clipboard.text() == "原粮站仓库\t\r\n老办公楼\t\r\n"
    assert "mso-number-format" in clipboard.mimeData().html(), "Excel must not make numbers of codes"
    at_once = clipboard.text(), clipboard.mimeData().html()
    clipboard.clear()
    monkeypatch.setattr(deeds, "COPIED_AT_ONCE", 0)
    monkeypatch.setattr(deeds, "_STEP", 1)
    page.deeds.copy()
    desk.settle()
    assert (clipboard.text(), clipboard.mimeData().html()) == at_once, "a large block is made by the worker"


def test_paste_fills_a_block_and_names_the_cells_it_cannot_take(desk: Desk, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    page = desk.records()
    shown = []

    def answer(parent, plan, verb):  # type: ignore[no-untyped-def]
        shown.extend(plan.refused)
        return True

    monkeypatch.setattr("gui.tables.deeds.ask_about_refusals", answer)
    go(page, 0, "cost")
    QGuiApplication.clipboard().setText('12.5\t10\n"1,300.25"\t暂无\n')
    press(page.view, KEY.Key_V, CONTROL)
    desk.settle()
    assert text(page, 0, "cost") == "12.50" and text(page, 0, "net") == "10.00"
    assert text(page, 1, "cost") == "1,300.25"
    assert text(page, 1, "net") == "198.30", "a refused cell keeps its value"
    assert [(r.row, r.label, r.text) for r in shown] == [(2, "账面净值", "暂无")]
    assert desk.session.state.undo_label == "粘贴 3 个单元格"


def test_paste_of_one_value_fills_the_selection(desk: Desk) -> None:
    page = desk.records()
    status = page.model.column_number("use_status")
    page.view.select_block(0, status, 3, status)
    QGuiApplication.clipboard().setText("出租")
    press(page.view, KEY.Key_V, CONTROL)
    desk.settle()
    assert {text(page, n, "use_status") for n in range(4)} == {"出租"}


def test_paste_below_the_last_row_adds_records(desk: Desk) -> None:
    page = desk.records()
    go(page, 3, "name")
    QGuiApplication.clipboard().setText("撤并小学甲\n新礼堂\n新车库\n")
    press(page.view, KEY.Key_V, CONTROL)
    desk.settle()
    assert [text(page, n, "name") for n in range(3, 6)] == ["撤并小学甲", "新礼堂", "新车库"]


def test_fill_down_copies_the_first_row(desk: Desk) -> None:
    page = desk.records()
    status = page.model.column_number("use_status")
    page.view.select_block(0, status, 3, status)
    press(page.view, KEY.Key_D, CONTROL)
    desk.settle()
    assert {text(page, n, "use_status") for n in range(4)} == {"闲置"}


def test_control_enter_writes_one_value_into_the_whole_selection(desk: Desk) -> None:
    page = desk.records()
    person = page.model.column_number("resp_person")
    page.view.select_block(0, person, 2, person)
    press(page.view, KEY.Key_F2)
    editor(page).setText("李雷")
    press(editor(page), KEY.Key_Return, CONTROL)
    desk.settle()
    assert [text(page, n, "resp_person") for n in range(4)] == ["李雷", "李雷", "李雷", ""]


def test_control_plus_adds_a_record_of_this_path(desk: Desk) -> None:
    page = desk.records("path:asset:30")
    press(page.view, KEY.Key_Plus, CONTROL)
    desk.settle()
    assert len(page.model.ids) == 2
    assert text(page, 1, "path") == "转让变现"
    assert page.view.currentIndex().row() == 1


def test_control_minus_asks_by_name_before_it_deletes(desk: Desk, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    page = desk.records()
    asked: list[str] = []

    def answer(parent, question, verb, more="", *, danger=False):  # type: ignore[no-untyped-def]
        asked.append(question)
        return True

    monkeypatch.setattr(messages, "ask", answer)
    go(page, 2, "name")
    press(page.view, KEY.Key_Minus, CONTROL)
    desk.settle()
    assert "商业裙楼" in asked[0]
    assert len(page.model.ids) == 3
    desk.window.deeds.undo()
    desk.settle()
    assert len(page.model.ids) == 4


def test_control_semicolon_writes_today(desk: Desk) -> None:
    from datetime import date

    page = desk.records()
    go(page, 0, "plan_end")
    press(page.view, KEY.Key_Semicolon, CONTROL)
    desk.settle()
    assert text(page, 0, "plan_end") == date.today().isoformat()


def test_undo_and_redo_by_key(desk: Desk) -> None:
    page = desk.records()
    go(page, 0, "net")
    press(page.view, KEY.Key_9)
    press(editor(page), KEY.Key_Return)
    desk.settle()
    desk.window.menus.undo_action.trigger()
    desk.settle()
    assert text(page, 0, "net") == "32.60"
    assert "修改账面净值" in desk.window.menus.redo_action.text()
    desk.window.menus.redo_action.trigger()
    desk.settle()
    assert text(page, 0, "net") == "9.00"


def test_a_choice_opens_its_list_and_takes_pinyin_initials(desk: Desk) -> None:
    page = desk.records()
    go(page, 2, "use_status")
    press(page.view, KEY.Key_F2)
    box = editor(page)
    assert isinstance(box, CodeEditor)
    desk.qtbot.waitUntil(box.is_open)
    write(box, "zy")
    assert [c.name for c in box._found][:1] == ["自用"]
    press(box, KEY.Key_Return)
    desk.settle()
    assert text(page, 2, "use_status") == "自用"
    assert page.view.currentIndex().row() == 3


def test_a_choice_offers_only_what_the_record_allows(desk: Desk) -> None:
    page = desk.records()
    go(page, 0, "method")
    press(page.view, KEY.Key_F2)
    box = editor(page)
    assert isinstance(box, ChoiceEditor)
    desk.qtbot.waitUntil(lambda: box._allowed is not None)
    codes = desk.session.standard.table("asset").fields["method"].codes
    assert codes is not None
    assert {codes.items[c.value].extra["path"] for c in box.offered()} == {"10"}
    press(box, KEY.Key_Escape)


def test_the_unit_of_an_asset_is_chosen_by_name(desk: Desk) -> None:
    desk.session.change("单位", lambda edit: edit.add("unit", {"name": "三江街道办事处"}))
    page = desk.records()
    go(page, 0, "owner_unit_name")
    press(page.view, KEY.Key_F2)
    box = editor(page)
    assert isinstance(box, ChoiceEditor)
    desk.qtbot.waitUntil(lambda: [c.name for c in box._found] == ["三江街道办事处"])
    write(box, "三江")
    desk.settle()
    press(box, KEY.Key_Return)
    desk.settle()
    assert text(page, 0, "owner_unit_name") == "三江街道办事处"


def test_an_ime_that_commits_directly_does_not_lose_its_text(desk: Desk) -> None:
    page = desk.records()
    go(page, 0, "name")
    page.view.setFocus()
    event = QInputMethodEvent()
    event.setCommitString("一号仓")
    QApplication.sendEvent(page.view, event)
    assert editor(page).text() == "一号仓"
    press(editor(page), KEY.Key_Return)
    assert text(page, 0, "name") == "一号仓"


def test_an_ime_that_composes_keeps_its_first_letter(desk: Desk) -> None:
    page = desk.records()
    go(page, 0, "name")
    page.view.setFocus()
    QApplication.sendEvent(page.view, QInputMethodEvent("y", []))
    box = editor(page)
    done = QInputMethodEvent("", [])
    done.setCommitString("一")
    QApplication.sendEvent(box, done)
    assert box.text() == "一"
    press(box, KEY.Key_Escape)


def test_selection_tells_count_and_sum(desk: Desk) -> None:
    page = desk.records()
    net = page.model.column_number("net")
    page.view.select_block(0, net, 1, net)
    desk.settle()
    assert desk.window.status.selection.text() == "计数 2　合计 230.90 万元"


def test_a_click_on_the_header_arrow_opens_the_filter(desk: Desk) -> None:
    page = desk.records()
    spot = page.header.arrow_rect(1).center()
    QTest.mouseClick(page.header.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(spot.x(), spot.y()))
    assert page.bar.popup is not None
    page.bar.popup.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_enter_goes_right_when_the_clerk_wants_it(desk: Desk) -> None:
    desk.window.menus.right_action.trigger()
    page = desk.records()
    number = go(page, 0, "name")
    press(page.view, KEY.Key_Return)
    assert (page.view.currentIndex().row(), page.view.currentIndex().column()) == (0, number + 1)


def test_the_next_cell_with_some_words_is_found_also_in_rows_that_were_not_read(desk: Desk) -> None:
    page = desk.records()
    number = go(page, 0, "name")
    found = []
    for _ in range(3):
        page.model._forget()
        page.deeds.find_next("楼")
        desk.settle()
        found.append((page.view.currentIndex().row(), page.view.currentIndex().column()))
    assert found == [(1, number), (2, number), (1, number)], "from the end on from the top"
    page.deeds.find_next("没有的字")
    desk.settle()
    assert "没有找到" in desk.window.status.message.toolTip()


def test_words_are_replaced_in_a_column_as_one_step(desk: Desk, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    page = desk.records()
    monkeypatch.setattr("gui.pages.records.ask_replacement", lambda *a: ("楼", "大楼"))
    go(page, 0, "name")
    page.replace_words()
    desk.settle()
    assert [text(page, n, "name") for n in range(4)] == ["原粮站仓库", "老办公大楼", "商业裙大楼", "撤并小学"]
    assert desk.session.state.undo_label == "替换 2 个单元格"


def test_filters_narrow_the_list_and_its_totals(desk: Desk) -> None:
    page = desk.records()
    page.bar.put_value(page.model.columns[page.model.column_number("path")], "10", "调剂使用")
    desk.settle()
    assert len(page.model.ids) == 1 and "1 宗" in page.totals.text()
    page.clear_filters()
    desk.settle()
    assert len(page.model.ids) == 4


def test_a_bug_in_a_job_shows_the_crash_dialog_and_no_traceback(desk: Desk, no_dialogs: list[str]) -> None:
    def bug(ledger, progress):  # type: ignore[no-untyped-def]
        raise ZeroDivisionError("内部错误")

    crash.install()
    desk.session.read(bug)
    desk.settle()
    assert no_dialogs == ["程序遇到问题"]
    no_dialogs.clear()


def test_what_was_reported_changes_only_with_a_reason(desk: Desk, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    uid = desk.records().model.uid_at(0)

    def report(ledger):  # type: ignore[no-untyped-def]
        with ledger.edit("进展") as edit:
            made = edit.add("progress", {"asset": uid, "period": "2026Q3", "method": "101"})
        with ledger.transaction():
            ledger.conn.execute(
                ledger.tables.period.insert(),
                {"period": "2026Q3", "state": "reported", "note": "", "changed_at": ""},
            )
        return made

    made = desk.ask(report)
    asked: list[str] = []
    monkeypatch.setattr(
        messages, "ask_text", lambda parent, title, text, label, verb: asked.append(text) or "核对后更正"
    )
    desk.session.change("改", lambda edit: edit.set("progress", made, {"revived": 100}))
    desk.settle()
    assert "已经报出" in asked[0]
    assert desk.ask(lambda ledger: ledger.value("progress", made, "revived")) == 100
    assert desk.ask(lambda ledger: ledger.batches()[0]["why"]) == "核对后更正"
