"""The import page: choose files, look at the plan, correct it, import as one undoable batch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.errors import AppError
from core.exchange.sources import sources
from core.jobs import Progress
from gui.dialogs import files, messages
from gui.dialogs.undoing import undo_batch
from gui.pages.inbox import InboxView
from gui.pages.intake_ends import ChoosingView, SummaryView
from gui.pages.preview import PreviewView
from gui.session import Session
from gui.tables.plan_lists import Listing, listing

if TYPE_CHECKING:
    from core.exchange.annotate import Annotated
    from core.exchange.plan import Plan
    from core.records import Ledger

PACKAGE = "package"
"""Code of the refusal of a file that is a package of ours."""


class IntakePage(QWidget):
    """told(text); go_asked(key)."""

    told = Signal(str)
    go_asked = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.waiting: list[Path] = []
        self.path: Path | None = None
        self._book: list[Any] = []
        self.stack = QStackedWidget()
        self.choosing = ChoosingView()
        self.choosing.chosen.connect(self.take_files)
        self.stack.addWidget(self.choosing)
        self.preview = PreviewView(session)
        self.preview.answered.connect(self._propose)
        self.preview.apply_asked.connect(self._on_apply)
        self.preview.back_asked.connect(self.restart)
        self.stack.addWidget(self.preview)
        self.inbox = InboxView(session)
        self.inbox.told.connect(self.told)
        self.inbox.left.connect(self.restart)
        self.inbox.audit_asked.connect(lambda: self.go_asked.emit("audit"))
        self.inbox.taken.connect(lambda: session.tell_changed(None))
        self.stack.addWidget(self.inbox)
        self.summary = SummaryView()
        self.summary.go_asked.connect(self.go_asked)
        self.summary.again_asked.connect(self.restart)
        self.summary.undo_asked.connect(self._on_undo)
        self.summary.mark_asked.connect(self._on_mark)
        self.stack.addWidget(self.summary)
        session.records_changed.connect(self._on_records_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    @property
    def plan(self) -> Plan | None:
        """What would be imported, of the file that is looked at."""
        return self.preview.listing.plan if self.preview.listing else None

    def _focus(self, widget: QWidget) -> None:
        """Let the keys go on where the work goes on."""
        if self.isVisible():
            widget.setFocus(Qt.FocusReason.TabFocusReason)

    # --- choosing ----------------------------------------------------------------------------------------

    def restart(self) -> None:
        """Begin with another file."""
        if self.waiting:
            self._begin(self.waiting.pop(0))
            return
        self.path, self.preview.listing = None, None
        self._book.clear()
        self.stack.setCurrentWidget(self.choosing)

    def take_files(self, paths: Sequence[Path]) -> None:
        """Preview these files one after the other; packages are listed together."""
        found = sources(paths)
        packages = [p for p in found.files if p.suffix.lower() == ".zip"]
        if not found.files:
            self.told.emit("没有可以导入的文件")
        elif packages:
            self.waiting = [p for p in found.files if p not in packages]
            self._take_packages(packages)
        else:
            self.waiting = found.files[1:]
            self._begin(found.files[0])

    def _take_packages(self, packages: Sequence[Path]) -> None:
        self.stack.setCurrentWidget(self.inbox)
        self.inbox.look_at(packages, len(self.waiting))

    def _begin(self, path: Path) -> None:
        self.path = path
        self.preview.begin()
        self._book = []
        self._propose()

    def _propose(self) -> None:
        path, answers, book = self.path, self.preview.given(), self._book
        assert path is not None

        def work(ledger: Ledger, progress: Progress) -> Listing:
            from core.excel import child
            from core.exchange.amending import names_of_units
            from core.exchange.intake import plan_book

            if not book:
                progress.step(0, 0, f"正在读取 {path.name}")
                book.append(child.read(path, progress))
            plan = plan_book(
                book[0], path, ledger.standard, ledger=ledger, answers=answers, progress=progress
            )
            return listing(plan, names_of_units(plan, ledger), ledger.standard, book[0])

        job = self.session.run(work, f"正在读取 {path.name}", handled=True)
        job.succeeded.connect(self._on_plan)
        job.failed.connect(self._on_refused)

    def _on_refused(self, error: Exception) -> None:
        if isinstance(error, AppError) and error.code == PACKAGE and self.path is not None:
            self._take_packages([self.path])
        elif isinstance(error, AppError):
            if messages.show_error(self, error):
                self._propose()
            elif self.plan is None:
                self.restart()
            else:
                self.preview.take_back()

    # --- the plan ----------------------------------------------------------------------------------------

    def _on_plan(self, made: Listing | None) -> None:
        if made is None:
            return
        self.preview.show_plan(made, len(self.waiting))
        if self.stack.currentWidget() is not self.preview:
            self.stack.setCurrentWidget(self.preview)
            self._focus(self.preview.show_first())

    # --- importing ---------------------------------------------------------------------------------------

    def _on_apply(self) -> None:
        plan = self.plan
        if plan is None:
            return
        open_questions = plan.counts()["conflict"]
        if open_questions and not messages.ask(
            self,
            f"有 {open_questions} 行还没有决定是不是同一条，这些行不会导入",
            "导入其余的",
            "可以在「记录」页右键逐行决定。",
        ):
            return

        def work(ledger: Ledger, progress: Progress, why: str) -> Any:
            from core.exchange.intake import apply

            return apply(ledger, plan, why=why, progress=progress)

        job = self.session.write(work, f"正在导入 {plan.file}")
        job.succeeded.connect(self._on_applied)

    def _on_applied(self, result: Any) -> None:
        if result is None or self.plan is None:
            return
        self.summary.show_result(self.plan, result, len(self.waiting))
        self.stack.setCurrentWidget(self.summary)
        self._focus(self.summary.first)
        self.session.tell_changed(None)
        self.told.emit(f"已导入 {self.plan.file}")

    def _on_mark(self) -> None:
        """Write a copy of the clerk's file with what was not read and what the audit finds."""
        plan, source = self.plan, self.path
        if plan is None or source is None:
            return
        proposed = str(source.with_name(f"{source.stem}_错误说明.xlsx"))
        target = files.save_file(self, "标好问题的文件另存为", proposed, "Excel 文件 (*.xlsx)")
        if target is None:
            return

        def work(ledger: Ledger, progress: Progress) -> Annotated:
            from core.audit import check
            from core.exchange.annotate import annotate, remarks_of

            remarks = remarks_of(plan, check(ledger, progress=progress).findings)
            return annotate(source, remarks, target, plan=plan, progress=progress)

        job = self.session.run(work, f"正在标注 {source.name}")
        job.then(self, self._on_marked)

    def _on_marked(self, made: Annotated | None) -> None:
        if made is None:
            return
        self.told.emit(f"已标注 {made.rows:,} 行，写在 {made.path.name}")
        more = "有问题的格标黄，行末写明问题。改好保存后再导入这个文件，只更新改过的格。"
        if messages.ask(
            self, f"已把问题标在 {made.path.name}（{made.rows:,} 行）", "打开文件夹", more, otherwise="关闭"
        ):
            files.show_folder(made.path)

    def _on_undo(self, batch: int) -> None:
        name = self.path.name if self.path else ""
        told = f"已撤销导入 {name}"
        undo_batch(self, self.session, batch, f"导入 {name}", lambda result: self.told.emit(told))

    def _on_records_changed(self, changes: object) -> None:
        """The import may have been undone, or redone, by a key or in the history."""
        batch = self.summary.batch
        if self.stack.currentWidget() is not self.summary or not batch:
            return

        def work(ledger: Ledger, progress: Progress) -> bool:
            return any(each["id"] == batch and each["undone"] for each in ledger.batches())

        self.session.read(work).then(self, lambda found: self.summary.show_undone(bool(found)))
