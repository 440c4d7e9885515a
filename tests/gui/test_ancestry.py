"""What an asset came from and what became of it, shown in the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from core.records import lineage
from gui.dialogs import ancestry
from tests.gui.conftest import Desk


@pytest.fixture
def split(desk: Desk) -> tuple[Desk, str, list[str]]:
    """The asset that was split, and its two parts, one of which is deleted since."""
    page = desk.records()
    whole = page.model.uid_at(0)
    parts = [{"name": "东楼"}, {"name": "西楼"}]
    desk.session.act("拆分", lambda ledger, why: lineage.split(ledger, whole, parts, rest=1).changes)
    desk.settle()
    found = desk.ask(lambda ledger: {n: u for n, u in ledger.select("asset", ["name", "uid"])})
    assert isinstance(found, dict)
    desk.session.change("删", lambda edit: edit.delete("asset", found["西楼"]))
    desk.settle()
    return desk, whole, [found["东楼"], found["西楼"]]


def test_parts_and_whole_lead_to_each_other(split: tuple[Desk, str, list[str]]) -> None:
    desk, whole, parts = split
    down = desk.ask(lambda ledger: ancestry.kin(ledger, whole))
    assert isinstance(down, list)
    assert [(uid, texts[0], texts[-1]) for uid, texts in down] == [(parts[0], "去向", "在册")]
    up = desk.ask(lambda ledger: ancestry.kin(ledger, parts[0]))
    assert isinstance(up, list)
    assert [(uid, texts[0]) for uid, texts in up] == [(whole, "来源")]
    assert "拆分" in up[0][1][-1]


def test_the_whole_is_shown_in_the_list_though_it_no_longer_counts(
    split: tuple[Desk, str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, whole, parts = split
    page = desk.records()
    assert len(page.model.ids) == 4, "three others and the part that is left"

    def answer(dialog: ancestry.AncestryDialog) -> int:
        desk.settle()
        assert dialog.table.rowCount() == 1
        dialog.table.opened.emit(0)
        dialog.table.choose(0)
        dialog.jump.click()
        return dialog.result()

    monkeypatch.setattr(ancestry.AncestryDialog, "exec", answer)
    page.menu.show_kin(parts[0], "东楼")
    desk.settle()
    assert page.views.kind == "every" and len(page.model.ids) == 6
    here = page.view.currentIndex()
    assert page.model.uid_at(here.row()) == whole
    assert not page.model.flags(here) & Qt.ItemFlag.ItemIsEditable


def test_an_asset_without_kin_says_so(desk: Desk) -> None:
    uid = desk.records().model.uid_at(0)
    dialog = ancestry.AncestryDialog(desk.session, uid, "原粮站仓库", desk.window)
    desk.qtbot.addWidget(dialog)
    desk.settle()
    assert dialog.table.rowCount() == 0 and "没有拆分过" in dialog.told.text()
    assert not dialog.jump.isEnabled()
