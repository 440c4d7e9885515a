"""The two ends of an import: choosing files, and what came in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui import theme
from gui.dialogs import files
from gui.icons import icon

if TYPE_CHECKING:
    from core.exchange.intake import ImportResult
    from core.exchange.plan import Plan


class ChoosingView(QWidget):
    """Drop files here, or choose them. chosen(paths)."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        title = QLabel("导入台账")
        title.setObjectName("title")
        text = QLabel(
            "手头的台账不用改格式：标题、合并表头、小计行、万元与元、亩与平方米都会自己认。"
            "导入前先给您看一遍怎么读的，没读准的会逐格标出来。"
        )
        text.setWordWrap(True)
        text.setObjectName("muted")
        self.drop = QFrame()
        self.drop.setObjectName("drop")
        self.drop.setMinimumHeight(190)
        hint = QLabel("把 Excel 或 WPS 文件拖到这里\n可以一次拖多个文件，或一个文件夹")
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        button = QPushButton(icon("folder", "#ffffff"), "选择文件")
        button.setObjectName("primary")
        button.clicked.connect(self._on_choose)
        kinds = QLabel("支持 xlsx、xls、et、xlsb、ods、csv、txt、网页表格，以及下级交来的上报包")
        kinds.setObjectName("muted")
        inside = QVBoxLayout(self.drop)
        inside.addStretch(1)
        inside.addWidget(hint)
        inside.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)
        inside.addWidget(kinds, 0, Qt.AlignmentFlag.AlignCenter)
        inside.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 14)
        layout.setSpacing(10)
        layout.addWidget(title)
        layout.addWidget(text)
        layout.addWidget(self.drop)
        layout.addStretch(1)

    def _on_choose(self) -> None:
        paths = files.choose_files(self, "选择要导入的台账")
        if paths:
            self.chosen.emit(paths)

    def _mark(self, over: bool) -> None:
        self.drop.setProperty("over", over)
        theme.refresh(self.drop)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(u.isLocalFile() for u in event.mimeData().urls()):
            event.acceptProposedAction()
            self._mark(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._mark(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._mark(False)
        paths = [Path(u.toLocalFile()) for u in event.mimeData().urls() if u.isLocalFile()]
        event.acceptProposedAction()
        if paths:
            self.chosen.emit(paths)


class SummaryView(QWidget):
    """go_asked(key); again_asked(); undo_asked(batch); mark_asked(): the clerk's file back with its problems."""

    go_asked = Signal(str)
    again_asked = Signal()
    undo_asked = Signal(int)
    mark_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.batch = 0
        self.first: QPushButton
        """Where the work goes on."""
        self.title = QLabel()
        self.title.setObjectName("title")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.check = QPushButton(icon("audit"), "查看没读准的和审核结果")
        self.check.clicked.connect(lambda: self.go_asked.emit("audit"))
        self.list = QPushButton(icon("table-asset"), "查看资产")
        self.list.clicked.connect(lambda: self.go_asked.emit("table:asset"))
        self.again = QPushButton(icon("import"), "再导入一个")
        self.again.clicked.connect(self.again_asked)
        self.undo = QPushButton(icon("undo"), "撤销本次导入")
        self.undo.clicked.connect(lambda: self.undo_asked.emit(self.batch))
        self.mark = QPushButton(icon("file"), "把问题标回原文件")
        self.mark.setToolTip("另存一份：有问题的格标黄，行末写明问题；改好后再导入，只更新改过的格")
        self.mark.clicked.connect(self.mark_asked)
        card = QFrame()
        card.setObjectName("card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(18, 16, 18, 16)
        inside.setSpacing(12)
        inside.addWidget(self.text)
        row = QHBoxLayout()
        for w in (self.check, self.list, self.mark, self.again, self.undo):
            row.addWidget(w)
        row.addStretch(1)
        inside.addLayout(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 14)
        layout.addWidget(self.title)
        layout.addWidget(card)
        layout.addStretch(1)

    def show_result(self, plan: Plan, result: ImportResult, waiting: int) -> None:
        """Say what came in."""
        self.batch = result.batch
        self.title.setText("导入完成")
        doubts = result.doubts
        lines = [
            f"<b>{plan.file}</b>",
            f"读入 {result.rows_read:,} 行：新增 <b>{result.added:,}</b> 条，"
            f"修改 <b>{result.changed:,}</b> 条，无变化 {result.same:,} 条。",
        ]
        left_out = sum(1 for r in plan.records if r.left_out)
        if left_out:
            lines.append(f"另有 {left_out:,} 行没有导入（取消勾选的，或还没有决定的）。")
        if doubts:
            told = f"有 {doubts:,} 处没读准，已在列表里标出原文，录入或确认之后才能上报。"
            lines.append(theme.coloured(theme.WORD_COLOURS[theme.DOUBT], told))
        self.text.setText("<br>".join(lines))
        self._offer(waiting)
        self.undo.setEnabled(result.batch > 0)

    def _offer(self, waiting: int) -> None:
        """What comes next stands out: the files that wait, or the look at what came in."""
        self.again.setText(f"导入下一个（还有 {waiting} 个）" if waiting else "再导入一个")
        self.first = self.again if waiting else self.check
        for button in (self.again, self.check):
            button.setObjectName("primary" if button is self.first else "")
            theme.refresh(button)
        self.check.setIcon(icon("audit", theme.INK if waiting else "#ffffff"))
        self.again.setIcon(icon("import", "#ffffff" if waiting else theme.INK))

    def show_undone(self, is_undone: bool) -> None:
        """Say whether the import was undone, here or elsewhere."""
        self.title.setText("已撤销本次导入" if is_undone else "导入完成")
        self.undo.setEnabled(self.batch > 0 and not is_undone)
