"""The main job in the window: import, look at the plan, correct, explain, export, verify, undo."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core import paths
from gui.dialogs import files, messages
from gui.pages.audit import AuditPage
from gui.pages.history import HistoryPage
from gui.pages.intake import IntakePage
from gui.pages.report import ReportPage
from gui.window import MainWindow
from tests.gui.conftest import Desk

COMPLETE = paths.resources() / "sample" / "完整台账（样例）.xlsx"
MESSY = paths.resources() / "sample" / "杂乱台账（样例）.xlsx"
COVER = {
    "leader": "王局长",
    "deputy": "李副局长",
    "reviewer": "赵会计",
    "phone": "023-48662345",
    "address": "綦江区古南街道河西路 1 号",
    "postcode": "401420",
}


@pytest.fixture
def empty(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> Desk:
    desk = Desk(qtbot, window)
    desk.open_new(tmp_path / "账套", [])
    return desk


def intake(desk: Desk, path: Path) -> IntakePage:
    desk.window.take_files([path])
    desk.settle()
    page = desk.window.stack.currentWidget()
    assert isinstance(page, IntakePage)
    return page


def test_import_shows_a_plan_before_it_writes(empty: Desk) -> None:
    page = intake(empty, MESSY)
    assert page.stack.currentWidget() is page.preview
    assert "新增" in page.preview.counts.text() and "待核对" in page.preview.counts.text()
    assert page.preview.doubts.rowCount() > 0
    assert empty.session.state.counts["asset"] == 0, "nothing is written yet"


def test_rows_can_be_left_out_the_file_comes_back_marked_and_the_import_is_undone_as_one(
    empty: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = intake(empty, MESSY)
    total = page.preview.model.rowCount()
    first = page.preview.model.index(0, 0)
    page.preview.model.setData(first, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    page._on_apply()
    empty.settle()
    assert empty.session.state.counts["asset"] == total - 1
    assert page.stack.currentWidget() is page.summary
    marked, shown = tmp_path / "标好.xlsx", list[Path]()
    monkeypatch.setattr(messages, "ask", lambda *a, **k: True)
    monkeypatch.setattr(files, "save_file", lambda *a, **k: marked)
    monkeypatch.setattr(files, "show_folder", shown.append)
    page.summary.mark.click()
    empty.settle()
    sheets = openpyxl.load_workbook(marked).worksheets
    cells = [str(c.value) for ws in sheets for row in ws.iter_rows() for c in row if c.value]
    assert "错误说明" in cells and shown == [marked]
    page.summary.undo.click()
    empty.settle()
    assert empty.session.state.counts["asset"] == 0
    assert page.summary.title.text() == "已撤销本次导入"


def test_a_changed_mapping_is_planned_again(empty: Desk) -> None:
    page = intake(empty, MESSY)
    page.preview.tabs.setCurrentWidget(page.preview.mapping)
    view = page.preview.mapping.widget(0)
    assert view is not None and page.plan is not None
    number = next(n for n, m in sorted(page.plan.tables[0].columns.items()) if m.code == "net")
    view.choose(number, 3, "appraisal")  # type: ignore[attr-defined]
    empty.qtbot.wait(300)
    empty.settle()
    assert page.plan.tables[0].columns[number].code == "appraisal"


def test_a_doubt_leads_to_its_row(empty: Desk) -> None:
    page = intake(empty, MESSY)
    assert page.preview.listing is not None
    spots = page.preview.listing.spots
    n = next(i for i, (number, *_) in enumerate(spots) if number >= 0)
    page.preview._on_doubt(n)
    assert page.preview.tabs.currentWidget() is page.preview.records
    assert page.preview.records.currentIndex().row() == spots[n][0]


def test_a_doubtful_cell_is_marked_until_it_is_confirmed(empty: Desk) -> None:
    page = intake(empty, MESSY)
    page._on_apply()
    empty.settle()
    before = empty.session.doubt_count
    assert before > 0
    table, uid, field = next(
        (t, u, o.field)
        for t, by in empty.session.doubts.items()
        for u, os in by.items()
        for o in os
        if o.field
    )
    records = empty.records(f"table:{table}")
    records.jump(uid, field)
    empty.settle()
    index = records.view.currentIndex()
    assert records.model.data(index, Qt.ItemDataRole.BackgroundRole) is not None
    assert "原文" in records.model.data(index, Qt.ItemDataRole.ToolTipRole)
    records.confirm(table, uid, field)
    empty.settle()
    assert empty.session.doubt_count == before - 1


def test_from_the_clerks_file_to_a_verified_package(empty: Desk, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    page = intake(empty, COMPLETE)
    page._on_apply()
    empty.settle()
    empty.window.go("audit")
    empty.settle()
    audit = empty.window.stack.currentWidget()
    assert isinstance(audit, AuditPage)
    wanted = [f for f in empty.session.findings if f.blocks]
    assert all(f.severity == "explain" for f in wanted), [f.text for f in wanted if f.severity == "error"]
    if wanted:
        empty.session.explain(wanted, "样例资料由区里统一核对，数字与账簿一致。")
        empty.settle()
    empty.window.go("report")
    empty.settle()
    report = empty.window.stack.currentWidget()
    assert isinstance(report, ReportPage)
    assert not report.make.isEnabled(), "the cover is not filled in yet"
    for name, text in COVER.items():
        report.cover.editors[name].setText(text)
    report.cover.secret.setChecked(True)
    empty.settle()
    assert report.make.isEnabled(), [h.text for h in report.hindrances.found]
    out = tmp_path / "上报"
    report.place.setText(str(out))
    report.make.click()
    empty.settle()
    made = list(out.glob("*.zip"))
    assert len(made) == 1 and "正式" in made[0].name
    assert report.done.isVisible() and report.done.code in report.done.text.text()
    assert empty.session.state.period_state == "已报出 V01"
    report.verify.check(made[0])
    empty.settle()
    assert "完好" in report.verify.verdict.text()


def test_what_blocks_is_listed_and_leads_to_the_cell(empty: Desk) -> None:
    page = intake(empty, MESSY)
    page._on_apply()
    empty.settle()
    empty.window.go("report")
    empty.settle()
    report = empty.window.stack.currentWidget()
    assert isinstance(report, ReportPage)
    assert not report.make.isEnabled() and report.draft.isEnabled()
    kinds = {h.kind for h in report.hindrances.found}
    assert {"error", "origin", "cover"} <= kinds
    report.hindrances.opened.emit(next(h for h in report.hindrances.found if "邮编" in h.text))
    assert report.focusWidget() is report.cover.editors["postcode"]
    tree = report.hindrances.tree
    errors = tree.topLevelItem(0)
    assert errors is not None and errors.text(0).startswith("错误")
    tree.setCurrentItem(errors)
    assert not report.hindrances.lead.isEnabled(), "a kind has no place of its own"
    tree.setCurrentItem(errors.child(0))
    empty.qtbot.keyClick(tree, Qt.Key.Key_Return)
    empty.settle()
    first = next(h for h in report.hindrances.found if h.kind == "error")
    records = empty.window.stack.currentWidget()
    assert records is empty.window._pages[f"table:{first.table}"]


def test_a_draft_may_hold_open_findings(empty: Desk, tmp_path: Path) -> None:
    page = intake(empty, MESSY)
    page._on_apply()
    empty.settle()
    empty.window.go("report")
    empty.settle()
    report = empty.window.stack.currentWidget()
    assert isinstance(report, ReportPage)
    report.place.setText(str(tmp_path))
    report.draft.click()
    empty.settle()
    assert [p for p in tmp_path.glob("*.zip") if "草稿" in p.name]


def test_explanations_are_written_in_a_batch_and_lapse_when_a_number_changes(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    desk = Desk(qtbot, window)
    early = {"acquire_date": "2020-05", "idle_since": "2019-01"}
    desk.open_new(tmp_path / "账套", [{"name": "一号楼", **early}, {"name": "二号楼", **early}])
    desk.window.go("audit")
    desk.settle()
    audit = desk.window.stack.currentWidget()
    assert isinstance(audit, AuditPage)
    audit.show_kind("explain")
    qtbot.wait(120)
    desk.settle()
    number = next(n for n, g in enumerate(audit.model.groups) if g.members[0].rule == "H-010")
    audit.tree.setCurrentIndex(audit.model.index(number, 0))
    deciding = audit.deciding
    assert len(audit.chosen()) == 2 and deciding.write.text() == "写入 2 条说明"
    deciding.box.setPlainText("太短")
    deciding.write.click()
    desk.settle()
    assert deciding.box.property("bad") is True
    assert "不足" in deciding.note.text() and deciding.note.isVisible(), "told beside the words"
    deciding.box.setPlainText("接收移交时已经闲置，按移交清单登记。")
    assert not deciding.note.isVisible()
    deciding.write.click()
    desk.settle()

    def explained() -> list[str]:
        return [f.uid for f in desk.session.findings if f.rule == "H-010" and f.explained]

    assert len(explained()) == 2
    assert desk.session.state.undo_label.startswith("说明")
    uid = explained()[0]
    desk.session.change("改日期", lambda edit: edit.set("asset", uid, {"idle_since": "2018-01"}))
    desk.settle()
    assert len(explained()) == 1, "the one whose date changed has lapsed"


def test_history_undoes_an_older_step_and_asks_about_later_changes(empty: Desk, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    page = intake(empty, MESSY)
    page._on_apply()
    empty.settle()
    records = empty.records()
    uid = records.model.uid_at(0)
    empty.session.change("修改备注", lambda edit: edit.set("asset", uid, {"note": "后来改的"}))
    empty.settle()
    empty.window.go("history")
    empty.settle()
    history = empty.window.stack.currentWidget()
    assert isinstance(history, HistoryPage)
    row = next(n for n, b in enumerate(history._found) if b["kind"] == "import")
    asked = []
    told: dict[str, str] = {}

    class Answer:
        def __init__(self, parent, session, label, kept, later):  # type: ignore[no-untyped-def]
            asked.extend(kept)
            told.update(later)

        def exec(self):  # type: ignore[no-untyped-def]
            from PySide6.QtWidgets import QDialog

            return QDialog.DialogCode.Accepted

        def chosen(self) -> frozenset[str]:
            return frozenset()

    monkeypatch.setattr("gui.dialogs.undoing.KeptDialog", Answer)
    history.batches.selectRow(row)
    history.undo.click()
    empty.settle()
    assert uid in [k.uid for k in asked]
    assert told[uid].endswith("→ 后来改的")
    left = empty.ask(lambda ledger: [u for (u,) in ledger.select("asset", ["uid"])])
    assert left == [uid], "the row that was changed since stays"
