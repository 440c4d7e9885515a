"""The check-up of the 账套: quick or line by line, what was found, and the ways out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.jobs import Progress
from gui import theme
from gui.dialogs import messages
from gui.icons import icon
from gui.session import Session
from gui.tables.sheet import Sheet

if TYPE_CHECKING:
    from core.records import Ledger
    from core.records.health import Report

_LEVELS = {"error": "错误", "hint": "提示"}


class CheckupDialog(QDialog):
    """jump_asked(table, uid): a record that a problem speaks of. restore_asked(): backups are wanted.

    accept_asked(): a file changed outside is to be taken as it is, once every line agrees.
    """

    jump_asked = Signal(str, str)
    restore_asked = Signal()
    accept_asked = Signal()

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self.report: Report | None = None
        self.setWindowTitle("检查账套")
        self.resize(780, 400)
        note = QLabel(
            "快速检查看文件是否完好、附件和备份是否齐全，几秒钟；"
            "全面检查还逐行核对每条记录和修改历史，数据多时要几分钟，可以取消。检查不改动任何数据。"
        )
        note.setWordWrap(True)
        note.setObjectName("muted")
        self.quick = QPushButton(icon("verify"), "快速检查")
        self.quick.clicked.connect(lambda: self.check(full=False))
        self.full = QPushButton(icon("verify"), "全面检查")
        self.full.clicked.connect(lambda: self.check(full=True))
        self.verdict = QLabel("还没有检查。")
        self.verdict.setWordWrap(True)
        top = QHBoxLayout()
        top.addWidget(self.quick)
        top.addWidget(self.full)
        top.addSpacing(10)
        top.addWidget(self.verdict, 1)
        self.table = Sheet(["程度", "发现的问题", "怎么办"], (56, 330), many=True)
        self.table.itemSelectionChanged.connect(self._refresh)
        self.table.opened.connect(lambda number: self._on_jump())
        self.jump = QPushButton(icon("jump"), "到这条记录")
        self.jump.clicked.connect(self._on_jump)
        self.take = QPushButton("按现在的内容使用")
        self.take.setToolTip("账套文件曾在本程序之外被改动；逐行核对无误后按现在的内容继续使用")
        self.take.clicked.connect(self._on_take)
        self.restore = QPushButton(icon("history"), "从备份恢复")
        self.restore.clicked.connect(self._on_restore)
        close = QPushButton("关闭")
        close.clicked.connect(self.reject)
        bottom = QHBoxLayout()
        bottom.addWidget(self.jump)
        bottom.addStretch(1)
        for button in (self.take, self.restore, close):
            bottom.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addWidget(note)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        layout.addLayout(bottom)
        self._refresh()

    def check(self, *, full: bool) -> None:
        """Look at the open 账套 in the worker."""

        def work(ledger: Ledger, progress: Progress) -> Report:
            from core.records import health

            return health.inspect(ledger, full=full, progress=progress)

        job = self.session.run(work, "正在全面检查" if full else "正在快速检查")
        job.succeeded.connect(self._on_checked)

    def _on_checked(self, report: Report | None) -> None:
        if report is None:
            return
        self.report = report
        kind = "全面检查" if report.full else "快速检查"
        errors = sum(1 for p in report.problems if p.level == "error")
        if errors:
            words = theme.coloured(theme.WORD_COLOURS[theme.ERROR], f"{kind}：发现 {errors:,} 处错误。")
        else:
            words = theme.coloured(theme.GOOD, f"{kind}：账套完好。")
        hints = len(report.problems) - errors
        self.verdict.setText(words + (f"另有 {hints:,} 条提示。" if hints else ""))
        self.table.fill([(_LEVELS.get(p.level, ""), p.text, messages.plain(p.next)) for p in report.problems])
        self._refresh()

    def _refresh(self) -> None:
        problems = self.report.problems if self.report else ()
        chosen = [problems[n] for n in self.table.chosen()]
        self.jump.setEnabled(len(chosen) == 1 and bool(chosen[0].uid))
        self.restore.setVisible(bool(self.session.state.damage) or any(p.level == "error" for p in problems))
        self.take.setVisible(bool(self.session.state.damage))

    def _on_jump(self) -> None:
        problems = self.report.problems if self.report else ()
        for number in self.table.chosen():
            if problems[number].uid:
                self.accept()
                self.jump_asked.emit(problems[number].table, problems[number].uid)
                return

    def _on_restore(self) -> None:
        self.accept()
        self.restore_asked.emit()

    def _on_take(self) -> None:
        self.accept()
        self.accept_asked.emit()
