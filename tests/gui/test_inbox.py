"""The municipal officer drops many packages: they are listed, and the sound ones come in by one click."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from core.errors import InputRefused
from core.exchange import inbox
from core.exchange.inbox import AGAIN, READY, REFUSED, Incoming
from core.exchange.receive import Received
from core.exchange.verdict import INVALID, VALID, Verdict
from gui.pages.intake import IntakePage
from gui.window import MainWindow
from tests.gui.conftest import Desk


def incoming(name: str, state: str, note: str = "") -> Incoming:
    said = {
        "unit": name,
        "region": "500110",
        "period": "2026Q3",
        "version": 1,
        "nature": "正式",
        "check_code": "a1b2c3d4e5f6",
        "rows": {"asset": 1234},
    }
    if state == REFUSED:
        return Incoming(Path(f"{name}.zip"), Verdict(False, INVALID, "broken", note), state, note)
    return Incoming(Path(f"{name}.zip"), Verdict(True, VALID, "valid", "", manifest=said), state, note)


def test_packages_that_come_together_are_listed_and_taken_in_together(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(qtbot, window)
    desk.open_new(tmp_path / "账套", [])
    listed = [
        incoming("甲区", READY),
        incoming("乙区", REFUSED, "文件已损坏。"),
        incoming("丙区", AGAIN, "重复。"),
        incoming("丁区", READY),
    ]
    taken: list[str] = []

    def take_in(ledger: Any, chosen: list[Incoming], **more: Any) -> list[tuple[Incoming, Any]]:
        taken.extend(str(each.said("unit")) for each in chosen)
        came = Received(chosen[0].verdict, added={"asset": 5}, changed={}, same={})
        return [(chosen[0], came), (chosen[1], InputRefused("已满", next="请稍后再试。", code="full"))]

    monkeypatch.setattr(inbox, "look", lambda ledger, paths, **more: listed)
    monkeypatch.setattr(inbox, "take_in", take_in)
    window.take_files([each.path for each in listed])
    desk.settle()
    page = window.stack.currentWidget()
    assert isinstance(page, IntakePage) and page.stack.currentWidget() is page.inbox
    view = page.inbox
    assert view.title.text() == "收到 4 个上报包" and view.take.text() == "装入选中的 2 个"
    words = [[view.table.item(r, c).text() for c in (1, 2, 3, 6, 7)] for r in (0, 1)]
    assert words[0] == ["綦江区", "甲区", "2026年第三季度", "1,234", "A1B2 C3D4 E5F6"]
    assert words[1][1] == "乙区.zip" and view.table.item(1, 0).text() == "—"
    view.table.selectRow(1)
    assert view.detail.text() == "不能装入：文件已损坏。"
    view.take.click()
    desk.settle()
    assert taken == ["甲区", "丁区"]
    assert view.title.text() == "已装入 1 个上报包"
    assert view.table.item(0, 8).text() == "已装入：新增 5 条，修改 0 条，无变化 0 条"
    assert view.table.item(3, 8).text() == "没有装入：已满。请稍后再试。"
