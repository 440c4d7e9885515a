"""Undoing an older action: rows changed since are listed and decided one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.jobs import Progress
from gui.dialogs import messages
from gui.session import Session

if TYPE_CHECKING:
    from core.records import Kept, Ledger


def undo_batch(parent: QWidget, session: Session, batch: int, done: Callable[[Any], None]) -> None:
    """Undo one action of the history; ask about the rows that were changed since."""

    def on_undone(result: Any) -> None:
        done(result)
        if result is None or not result.kept:
            return
        dialog = KeptDialog(parent, session, result.label, result.kept)
        if dialog.exec() == QDialog.DialogCode.Accepted and dialog.chosen():
            _undo_these(session, batch, dialog.chosen(), done)

    session.undo(batch).succeeded.connect(on_undone)


def ask_and_undo(
    parent: QWidget, session: Session, batch: int, label: str, done: Callable[[Any], None]
) -> None:
    """The same after a question."""
    more = "之后又改过的记录先保持原样，随后由您逐条决定。撤销本身也可以再恢复。"
    if messages.ask(parent, f"撤销「{label}」？", "撤销", more):
        undo_batch(parent, session, batch, done)


def _undo_these(session: Session, batch: int, uids: frozenset[str], done: Callable[[Any], None]) -> None:
    def work(ledger: Ledger, progress: Progress) -> Any:
        ledger.redo()
        return ledger.undo(batch, decide=lambda kept: kept.uid in uids)

    job = session.run(work, "正在撤销", cancellable=False)
    job.succeeded.connect(lambda result: session.tell_changed(None))
    job.succeeded.connect(done)


class KeptDialog(QDialog):
    """The rows that undo left as they are; ticked ones are undone all the same."""

    def __init__(self, parent: QWidget, session: Session, label: str, kept: Sequence[Kept]) -> None:
        super().__init__(parent)
        self.setWindowTitle("撤销")
        self.resize(680, 380)
        self._kept = list(kept)
        text = QLabel(
            f"「{label}」已撤销。下面 {len(kept):,} 条后来又改过，保持了原样；"
            "要一并撤销的请勾选（后来的修改会丢掉）。"
        )
        text.setWordWrap(True)
        self.table = QTableWidget(len(kept), 4)
        self.table.setHorizontalHeaderLabels(["一并撤销", "记录", "栏目", "情况"])
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        for n, each in enumerate(self._kept):
            table = session.standard.tables.get(each.table)
            labels = [table.fields[f].label for f in each.fields if table and f in table.fields]
            box = QTableWidgetItem()
            box.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            box.setCheckState(Qt.CheckState.Unchecked)
            self.table.setItem(n, 0, box)
            name = f"{table.label if table else ''}　{each.name}".strip("　")
            for c, cell in enumerate((name, "、".join(labels), each.why), 1):
                item = QTableWidgetItem(cell)
                item.setToolTip(cell)
                self.table.setItem(n, c, item)
        for c, width in enumerate((80, 220, 180, 170)):
            self.table.setColumnWidth(c, width)
        buttons = QDialogButtonBox()
        buttons.addButton("撤销勾选的", QDialogButtonBox.ButtonRole.AcceptRole)
        keep = buttons.addButton("都保持原样", QDialogButtonBox.ButtonRole.RejectRole)
        keep.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addWidget(self.table)
        layout.addWidget(buttons)

    def chosen(self) -> frozenset[str]:
        """The uids that are to be undone all the same."""
        return frozenset(
            each.uid
            for n, each in enumerate(self._kept)
            if (item := self.table.item(n, 0)) is not None and item.checkState() == Qt.CheckState.Checked
        )
