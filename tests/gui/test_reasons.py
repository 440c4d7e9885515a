"""What was locked or reported is changed in the window with a reason, and then goes on by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from core.records import Ledger, periods
from core.records.changes import DRAFT, SENT
from gui.dialogs import messages
from gui.pages.intake import IntakePage
from tests.gui.conftest import Desk

PERIOD = "2026Q3"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    told: list[str] = []

    def ask_text(parent: object, title: str, text: str, label: str, verb: str) -> str:
        told.append(f"{title}：{text}")
        return "据实更正"

    monkeypatch.setattr(messages, "ask_text", ask_text)
    return told


def progress_row(desk: Desk) -> str:
    """A progress row of the first asset."""
    uid = desk.ask(lambda ledger: next(u for (u,) in ledger.select("asset", ["uid"], order=["name"])))
    made: list[str] = []
    desk.session.change(
        "进展",
        lambda edit: made.append(edit.add("progress", {"asset": uid, "period": PERIOD, "stage": "10"})),
    )
    desk.settle()
    return made[-1]


def lock(desk: Desk) -> None:
    desk.ask(lambda ledger: periods.lock(ledger, PERIOD))


def report(desk: Desk) -> None:
    def work(ledger: Ledger) -> object:
        periods.lock(ledger, PERIOD)
        with ledger.edit("报出", kind="period") as edit:
            before, after = periods._row(ledger, PERIOD, SENT, "", edit.batch)
            edit.put_aux("period", PERIOD, after, before)
        return True

    desk.ask(work)


def state(desk: Desk) -> Any:
    return desk.ask(lambda ledger: periods.get(ledger, PERIOD).state)


def stage(desk: Desk, uid: str) -> object:
    return desk.ask(lambda ledger: ledger.value("progress", uid, "stage"))


def ledger_file(path: Path, remark: str) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.title = "进展"
    sheet.append(["资产名称", "期间", "进度状态", "本期盘活额（元）", "本期工作情况"])
    sheet.append(["原粮站仓库", "2026年第三季度", "", 1000, remark])
    book.save(path)
    return path


def test_an_edit_of_a_locked_period_unlocks_it_with_a_reason_and_goes_on(
    desk: Desk, asked: list[str]
) -> None:
    uid = progress_row(desk)
    lock(desk)
    desk.session.change("改", lambda edit: edit.set("progress", uid, {"stage": "20"}))
    desk.settle()
    assert len(asked) == 1 and "已锁定" in asked[0]
    assert stage(desk, uid) == "20" and state(desk) == DRAFT
    whys = desk.ask(lambda ledger: [b["why"] for b in ledger.batches(limit=2)])
    assert whys == ["据实更正", "据实更正"], "unlocking and the change both say why"


def test_an_edit_of_a_reported_period_stays_reported_and_keeps_the_reason(
    desk: Desk, asked: list[str]
) -> None:
    uid = progress_row(desk)
    report(desk)
    desk.session.change("改", lambda edit: edit.set("progress", uid, {"stage": "20"}))
    desk.settle()
    assert len(asked) == 1 and "已经报出" in asked[0]
    assert stage(desk, uid) == "20" and state(desk) == SENT
    last = desk.ask(lambda ledger: ledger.batches(limit=1)[0])
    assert last["why"] == "据实更正" and last["kind"] == "adjust"


def test_without_a_reason_nothing_changes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    uid = progress_row(desk)
    lock(desk)
    monkeypatch.setattr(messages, "ask_text", lambda *a: "")
    desk.session.change("改", lambda edit: edit.set("progress", uid, {"stage": "20"}))
    desk.settle()
    assert stage(desk, uid) == "10" and state(desk) == "locked"
    assert "没有修改" in desk.window.status.message.text()


@pytest.mark.parametrize("close", [lock, report])
def test_an_import_into_a_closed_period_asks_once_and_goes_on(
    desk: Desk, asked: list[str], tmp_path: Path, close: Any
) -> None:
    progress_row(desk)
    close(desk)
    desk.window.take_files([ledger_file(tmp_path / "进展.xlsx", "已完成评估，拟公开招租")])
    desk.settle()
    page = desk.window.stack.currentWidget()
    assert isinstance(page, IntakePage) and page.plan is not None
    assert any(r.table == "progress" for r in page.plan.records), page.plan.counts()
    page._on_apply()
    desk.settle()
    assert len(asked) == 1
    assert page.stack.currentWidget() is page.summary
    last = desk.ask(lambda ledger: ledger.batches(limit=1)[0])
    assert last["kind"] == "import" and last["why"] == "据实更正"
    notes = desk.ask(lambda ledger: [note for (note,) in ledger.select("progress", ["work_note"])])
    assert "已完成评估，拟公开招租" in notes
