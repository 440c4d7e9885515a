"""How a page is made and wired to the window; the slow ones are imported when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from gui import navigation
from gui.pages.home import HomePage
from gui.pages.records import RecordsPage

if TYPE_CHECKING:
    from gui.window import MainWindow


def new_page(window: MainWindow, name: str) -> QWidget:
    """The page of a name of the navigation, wired to the window."""
    from gui.pages.audit import AuditPage
    from gui.pages.figures import FiguresPage
    from gui.pages.history import HistoryPage
    from gui.pages.intake import IntakePage
    from gui.pages.report import ReportPage

    if name == navigation.HOME:
        home = HomePage(window.session)
        home.go_asked.connect(window.go_from_home)
        return home
    if name == navigation.AUDIT:
        audit = AuditPage(window.session, window.names)
        audit.jump_asked.connect(window.jump)
        audit.told.connect(window.status.tell)
        return audit
    if name == navigation.IMPORT:
        intake = IntakePage(window.session)
        intake.told.connect(window.status.tell)
        intake.go_asked.connect(window.go)
        return intake
    if name == navigation.REPORT:
        report = ReportPage(window.session, window.settings)
        report.told.connect(window.status.tell)
        report.go_asked.connect(window.go)
        report.jump_asked.connect(window.jump)
        report.print_asked.connect(window.print_out)
        return report
    if name == navigation.FIGURES:
        figures = FiguresPage(window.session)
        figures.told.connect(window.status.tell)
        return figures
    if name == navigation.HISTORY:
        history = HistoryPage(window.session)
        history.jump_asked.connect(window.jump)
        history.undo_asked.connect(window.deeds.undo_batch)
        history.told.connect(window.status.tell)
        return history
    return _records_page(window, name.partition(":")[2])


def _records_page(window: MainWindow, table: str) -> RecordsPage:
    page = RecordsPage(window.session, window.settings, window.names, table)
    page.view.enter_moves_right = window.settings.enter_moves_right
    page.told.connect(window.status.tell)
    page.selection_told.connect(window.status.selection.setText)
    page.import_asked.connect(lambda: window.go(navigation.IMPORT))
    page.jump_asked.connect(window.jump)
    page.children_asked.connect(window.show_children)
    page.history_asked.connect(window.show_history)
    return page
