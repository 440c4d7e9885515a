"""Choosing which columns a list shows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.dialogs.buttons import verb_and_cancel
from gui.tables.columns import GridColumn


def choose_columns(
    parent: QWidget, label: str, offered: Sequence[GridColumn], now: Sequence[str]
) -> list[str] | None:
    """Ask for the columns; [] means the usual ones, None that the clerk cancelled."""
    dialog = ColumnDialog(parent, label, offered, now)
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return None
    return dialog.chosen


class ColumnDialog(QDialog):
    """Ticks, a search line, and order by dragging."""

    def __init__(
        self, parent: QWidget, label: str, offered: Sequence[GridColumn], now: Sequence[str]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{label}的栏目")
        self.resize(380, 520)
        self.chosen: list[str] = []
        by_code = {c.code: c for c in offered}
        order = [by_code[c] for c in now if c in by_code] + [c for c in offered if c.code not in now]
        self.search = QLineEdit()
        self.search.setPlaceholderText("查找栏目")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_search)
        self.list = QListWidget()
        self.list.setDragDropMode(QListWidget.DragDropMode.InternalMove)
        for column in order:
            item = QListWidgetItem(column.title, self.list)
            item.setData(Qt.ItemDataRole.UserRole, column.code)
            item.setToolTip(column.help)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if column.code in now else Qt.CheckState.Unchecked)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel("勾选要显示的栏目，可拖动调整先后。没有显示的栏目仍在「详细」里。"))
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        buttons, _ = verb_and_cancel(self, "显示这些栏目", self._on_accept)
        usual = buttons.addButton("恢复默认", QDialogButtonBox.ButtonRole.ResetRole)
        usual.clicked.connect(self._on_usual)
        layout.addWidget(buttons)

    def _on_search(self, text: str) -> None:
        for n in range(self.list.count()):
            self.list.item(n).setHidden(text not in self.list.item(n).text())

    def _on_accept(self) -> None:
        items = [self.list.item(n) for n in range(self.list.count())]
        self.chosen = [
            str(i.data(Qt.ItemDataRole.UserRole)) for i in items if i.checkState() == Qt.CheckState.Checked
        ]
        if self.chosen:
            self.accept()

    def _on_usual(self) -> None:
        self.chosen = []
        self.accept()
