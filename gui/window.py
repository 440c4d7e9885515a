"""The main window: navigation, pages, menus, and what happens between them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QMainWindow,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.errors import AppError
from gui import crash, navigation
from gui.deeds import Deeds
from gui.dialogs import files, messages
from gui.dialogs.helping import HelpWindow
from gui.dialogs.progress import ProgressWatcher
from gui.icons import icon
from gui.jobs import Job, Runner
from gui.menus import Menus
from gui.navigation import Navigation
from gui.opening import Opening
from gui.pages.making import new_page
from gui.pages.names import NameBook
from gui.pages.records import RecordsPage
from gui.pages.welcome import WelcomePage
from gui.session import Session
from gui.settings import Settings
from gui.statusbar import StatusBar

TITLE = "盘活台账"
SMALL_SCREEN = 1440


class MainWindow(QMainWindow):
    """painted(): the window has been seen for the first time; slow imports may begin."""

    painted = Signal()

    def __init__(self, runner: Runner, session: Session, settings: Settings) -> None:
        super().__init__()
        self.runner, self.session, self.settings = runner, session, settings
        self.names = NameBook(session, self)
        self._was_painted = False
        self._pages: dict[str, QWidget] = {}
        self._key = ""
        self.setWindowTitle(TITLE)
        self.setWindowIcon(icon("app"))
        self.setAcceptDrops(True)
        self.resize(1280, 720)
        self.setMinimumSize(960, 600)
        self.welcome = WelcomePage(settings)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.welcome)
        self.navigation = Navigation(session)
        self.navigation.chosen.connect(lambda key: self.go(key, focus=False))
        self.navigation.entered.connect(self.focus_page)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.navigation)
        self.splitter.addWidget(self.stack)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setCollapsible(0, False)
        self.splitter.setCollapsible(1, False)
        self.splitter.setHandleWidth(1)
        self.splitter.setSizes([192, 1084])
        self.banner = QLabel()
        self.banner.setWordWrap(True)
        self.banner.setStyleSheet("background: #fff6e0; padding: 6px 12px; border-bottom: 1px solid #ecd9a0;")
        self.banner.hide()
        central = QWidget()
        layout = QVBoxLayout(central)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.banner)
        layout.addWidget(self.splitter, 1)
        self.setCentralWidget(central)
        self.status = StatusBar(session)
        self.opening = Opening(self)
        self.deeds = Deeds(self)
        self.status.findings_asked.connect(lambda: self.go(navigation.AUDIT))
        self.setStatusBar(self.status)
        self.menus = Menus(self)
        self._wire()
        self._watcher = ProgressWatcher(runner, self)
        self._place()

    def _place(self) -> None:
        """Where the window was last; at first the whole of a small screen."""
        geometry = self.settings.program.value("window")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        elif self.screen().availableGeometry().width() <= SMALL_SCREEN:
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def _wire(self) -> None:
        self.welcome.create_asked.connect(self.opening.create)
        self.welcome.open_asked.connect(self.opening.choose)
        self.welcome.take_in_asked.connect(self.opening.take_in)
        self.welcome.sample_asked.connect(self.opening.sample)
        self.welcome.recent_asked.connect(lambda folder: self.opening.open(Path(folder)))
        self.session.opened.connect(self._on_opened)
        self.session.closed.connect(self.show_closed)
        self.session.state_changed.connect(self.menus.refresh)
        self.session.reason_asked.connect(self._on_reason)
        self.runner.job_failed.connect(self._on_job_failed)

    def set_enter_moves_right(self, on: bool) -> None:
        """Enter leads to the cell on the right, or to the one below."""
        self.settings.enter_moves_right = on
        for page in self._pages.values():
            if isinstance(page, RecordsPage):
                page.view.enter_moves_right = on

    # --- help ------------------------------------------------------------------------------------------

    _HELP_OF_PAGE = {  # noqa: RUF012
        navigation.IMPORT: "导入台账",
        navigation.AUDIT: "审核与说明",
        navigation.REPORT: "上报与校验",
        navigation.HISTORY: "备份与恢复",
    }

    def show_help(self, name: str = "") -> None:
        """Open the help at a page, or at the one that fits what is on the screen (F1)."""
        standard = self.session.standard if self.session.is_open else None
        fitting = "填写与快捷键" if isinstance(self.stack.currentWidget(), RecordsPage) else ""
        self._help = HelpWindow(standard, self)
        self._help.open_at(name or self._HELP_OF_PAGE.get(self._key, fitting or "快速上手"))

    # --- pages ---------------------------------------------------------------------------------------

    def go(self, key: str, *, focus: bool = True) -> None:
        """Show the page that a key of the navigation names, and let the keys go there."""
        if not self.session.is_open:
            self.stack.setCurrentWidget(self.welcome)
            return
        kind, _, rest = key.partition(":")
        table, _, path = rest.partition(":")
        name = key if kind not in ("table", "path") else f"table:{table}"
        page = self._pages.get(name) or self._make(name)
        self.stack.setCurrentWidget(page)
        self._key = key
        self.navigation.show_key(key)
        self.status.selection.setText("")
        if isinstance(page, RecordsPage):
            label = self.navigation._labels.get(key, "") if kind == "path" else ""
            page.open_path(path, label)
        if focus:
            self.focus_page()

    def focus_page(self) -> None:
        """Let the keys go to the page that is shown: to its list, or to the first thing that takes them."""
        page = self.stack.currentWidget()
        if isinstance(page, RecordsPage):
            page.view.setFocus()
            return
        child = page.nextInFocusChain() if page is not None else None
        while page is not None and child is not None and page.isAncestorOf(child):
            if child.isVisible() and child.isEnabled() and child.focusPolicy() & Qt.FocusPolicy.TabFocus:
                child.setFocus(Qt.FocusReason.TabFocusReason)
                return
            child = child.nextInFocusChain()

    def _make(self, name: str) -> QWidget:
        page = new_page(self, name)
        self._pages[name] = page
        self.stack.addWidget(page)
        return page

    def go_from_home(self, where: str) -> None:
        """Go where a button of the first page leads."""
        kind, _, path = where.partition(":")
        if kind == "path":
            self.go(f"path:asset:{path}")
        elif where in ("import", "report"):
            self.go(navigation.IMPORT if where == "import" else navigation.REPORT)
        else:
            self.go(navigation.AUDIT)
            page = self._pages[navigation.AUDIT]
            getattr(page, "show_kind", lambda kind: None)(where)

    def jump(self, table: str, uid: str, code: str) -> None:
        """Show a cell of a table."""
        name = f"table:{table}"
        page = self._pages.get(name) or self._make(name)
        assert isinstance(page, RecordsPage)
        if self.stack.currentWidget() is not page:
            if not page.model.is_loaded:
                page.model.rows_changed.connect(
                    lambda: page.jump(uid, code), Qt.ConnectionType.SingleShotConnection
                )
                self.go(name)
                return
            self.stack.setCurrentWidget(page)
            self._key = name
            self.navigation.show_key(name)
        page.jump(uid, code)

    def show_children(self, table: str, uid: str, name: str) -> None:
        """Show the records of another table that belong to one record."""
        self.go(f"table:{table}")
        page = self._pages[f"table:{table}"]
        if isinstance(page, RecordsPage):
            page.open_parent(uid, name)

    def show_history(self, table: str, uid: str, code: str) -> None:
        """Show the history of a record or of one cell."""
        self.go(navigation.HISTORY)
        page = self._pages[navigation.HISTORY]
        getattr(page, "show_record", lambda *a: None)(table, uid, code)

    # --- 账套 ------------------------------------------------------------------------------------------

    def drop_pages(self) -> None:
        """Take every page off the screen; they are made anew when they are asked for."""
        for page in self._pages.values():
            self.stack.removeWidget(page)
            page.deleteLater()
        self._pages.clear()

    def _on_opened(self) -> None:
        folder = self.session.folder
        assert folder is not None
        self.drop_pages()
        self.welcome.set_busy("")
        self.settings.enter(folder)
        crash.log_to(folder / "日志")
        self.setWindowTitle(f"{folder.name} - {TITLE}")
        self._warn(folder)
        self.go(navigation.HOME)
        self.menus.refresh()
        self.opening.done()

    def _warn(self, folder: Path) -> None:
        from core.storage.folder import warning

        text = warning(folder)
        if self.session.state.damage:
            text = f"{self.session.state.damage}。现在只能查看，不能修改；请用备份恢复。"
        elif self.session.state.readonly:
            text = "账套以只读方式打开，可以查看，不能修改。"
        self.banner.setText(text)
        self.banner.setVisible(bool(text))

    def show_closed(self) -> None:
        """Show the first page."""
        self.drop_pages()
        self.banner.hide()
        self.setWindowTitle(TITLE)
        self.welcome.set_busy("")
        self.welcome.refresh()
        self.stack.setCurrentWidget(self.welcome)
        self.menus.refresh()

    def is_idle(self) -> bool:
        """Say whether no 账套 is open and none is being opened."""
        return not self.session.is_open and not self.runner.is_busy

    def close_ledger(self) -> None:
        """Close the 账套 and show the first page."""
        self.session.close()

    def edit_info(self) -> None:
        """Change 填报单位, 经办人, 报送期间."""
        from gui.dialogs.ledgers import InfoDialog

        state = self.session.state
        dialog = InfoDialog(self, state.unit_name, state.operator, state.period)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.session.set_info(
                dialog.unit.text().strip(), dialog.operator.text().strip(), str(dialog.period.currentData())
            )

    def show_folder(self) -> None:
        """Open the folder of the 账套."""
        if self.session.folder is not None:
            files.show_folder(self.session.folder)

    def print_out(self) -> None:
        """Cover, lists, audit result or letter: preview, printer or PDF."""
        from gui.dialogs.printing import PrintDialog

        dialog = PrintDialog(self.session, self)
        dialog.exec()
        dialog.deleteLater()

    def show_periods(self) -> None:
        """The periods: lock, reopen, receipt, return, the turn of the year."""
        from gui.dialogs.periods import PeriodsDialog

        dialog = PeriodsDialog(self.session, self)
        dialog.told.connect(self.status.tell)
        dialog.exec()
        dialog.deleteLater()

    # --- deeds -----------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the page again."""
        page = self.stack.currentWidget()
        if hasattr(page, "refresh"):
            page.refresh()
        self.session.refresh_state()

    def verify_package(self) -> None:
        """Ask for a package and show whether it is whole."""
        self.go(navigation.REPORT)
        page = self._pages[navigation.REPORT]
        getattr(page, "ask_and_verify", lambda: None)()

    def about(self) -> None:
        """Versions and where the data is."""
        from gui.dialogs.about import show_about

        show_about(self, self.session)

    def _on_reason(self, error: AppError, proceed: Callable[[str], None]) -> None:
        if getattr(error, "periods", ()):
            more = f"{error.reason}。写明原因后先解锁，再接着做；解锁和修改都记入历史。"
            reason = messages.ask_text(self, "修改已锁定的数据", more, "解锁原因", "解锁并修改")
        else:
            reason = messages.ask_text(self, "修改已报数据", error.reason, "调整原因", "修改")
        if reason:
            proceed(reason)
        else:
            self.status.tell("没有修改")

    def _on_job_failed(self, job: Job, error: Exception) -> None:
        if isinstance(error, AppError):
            if messages.show_error(self, error):
                self.runner.retry(job)
        else:
            crash.report(error)

    # --- Qt --------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        can_take = self.session.is_open or not self.runner.is_busy
        if can_take and any(u.isLocalFile() for u in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        dropped = [Path(u.toLocalFile()) for u in event.mimeData().urls() if u.isLocalFile()]
        if dropped:
            event.acceptProposedAction()
            QTimer.singleShot(0, lambda: self.take_files(dropped))

    def take_files(self, dropped: list[Path]) -> None:
        """Open the import page with these files; nothing is imported without a preview."""
        if not self.session.is_open:
            self.opening.take_dropped(dropped)
            return
        self.go(navigation.IMPORT)
        getattr(self._pages[navigation.IMPORT], "take_files", lambda paths: None)(dropped)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, as it does in a dialog."""
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QPushButton):
            focused.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.settings.program.setValue("window", self.saveGeometry())
        event.accept()
        self.hide()
        self.session.close()
        self.runner.stop()
