"""The 汇总 page shows what core computed; the help opens at what is on the screen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core import paths
from core.records import Ledger
from core.standard import load_default
from gui.dialogs.helping import MANUAL, PAGES, HelpWindow
from gui.jobs import Runner
from gui.pages.figures import FiguresPage
from gui.session import Session


def test_the_figures_page_shows_and_copies_a_summary(qtbot: QtBot, tmp_path: Path) -> None:
    with (
        Ledger.create(tmp_path / "账套", load_default(), region="500110", unit_name="甲") as ledger,
        ledger.edit("新增") as edit,
    ):
        edit.add(
            "asset", {"name": "甲楼", "domain": "SOE", "path": "20", "asset_class": "10", "net": 123_456_78}
        )
    runner = Runner()
    session = Session(runner)
    page = FiguresPage(session)
    qtbot.addWidget(page)
    page.show()
    try:
        with qtbot.waitSignal(session.opened, timeout=10_000):
            session.open(tmp_path / "账套")
        qtbot.waitUntil(lambda: page.table.rowCount() > 0, timeout=10_000)
        last = page.table.rowCount() - 1
        assert page.table.item(last, 0).text() == "合计"
        texts = [page.table.item(last, m).text() for m in range(page.table.columnCount())]
        assert "12.35" in texts and "—" in texts
        page.copy_cells()
        assert QApplication.clipboard().text().splitlines()[0].startswith("分组\t")
    finally:
        session.close()
        runner.stop()


def test_every_named_help_page_that_ships_opens(qtbot: QtBot) -> None:
    window = HelpWindow(load_default())
    qtbot.addWidget(window)
    shipped = [n for n in PAGES if (paths.resources() / "help" / f"{n}.html").is_file()]
    assert len(shipped) >= 6
    for name in [*shipped, MANUAL]:
        window.open_at(name)
        assert len(window.page.toPlainText()) > 100
