"""Deleted records in a list: looked at, not edited, and brought back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from gui.dialogs import messages
from gui.pages.records import RecordsPage
from tests.gui.conftest import Desk


@pytest.fixture
def page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> RecordsPage:
    made = desk.records()
    monkeypatch.setattr(messages, "ask", lambda *a, **k: True)
    made.view.go(1, 0)
    made.remove.click()
    desk.settle()
    assert len(made.model.ids) == 3
    made.views.choose("deleted")
    desk.settle()
    assert len(made.model.ids) == 1
    return made


def test_deleted_records_cannot_be_edited(desk: Desk, page: RecordsPage) -> None:
    before = desk.ask(lambda ledger: ledger.fingerprint())
    number = page.model.column_number("name")
    index = page.model.index(0, number)
    assert not page.model.flags(index) & Qt.ItemFlag.ItemIsEditable
    page.view.go(0, number)
    page.deeds.paste("别的名字")
    page.deeds.clear()
    page.deeds.fill_down()
    page.deeds.insert()
    page.deeds.replace(page.model.columns[number], "老", "新")
    desk.settle()
    assert desk.ask(lambda ledger: ledger.fingerprint()) == before
    assert page.add.isHidden()


def test_the_button_brings_the_selected_records_back(desk: Desk, page: RecordsPage) -> None:
    assert page.remove.text() == "恢复"
    page.view.go(0, 0)
    page.remove.click()
    desk.settle()
    assert len(page.model.ids) == 0 and page.empty.text.text() == "没有已删除的记录。"
    page.empty.button.click()
    desk.settle()
    assert len(page.model.ids) == 4 and page.remove.text() == "删除" and page.add.isVisible()


def test_an_empty_list_says_why_it_is_empty_also_when_it_was_empty_before(desk: Desk) -> None:
    other = desk.records("table:demand")
    assert "还没有" in other.empty.text.text()
    other.views.choose("deleted")
    desk.settle()
    assert other.empty.text.text() == "没有已删除的记录。"
