"""The list of cells that a paste cannot take, before anything is written."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.tables.cells import PastePlan

LISTED = 200


def ask_about_refusals(parent: QWidget, plan: PastePlan, verb: str) -> bool:
    """Show what cannot be taken; True when the rest is to be written."""
    return RefusalDialog(parent, plan, verb).exec() == QDialog.DialogCode.Accepted


class RefusalDialog(QDialog):
    """Row, column, text and reason of each refused cell."""

    def __init__(self, parent: QWidget, plan: PastePlan, verb: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"{verb}：有 {len(plan.refused):,} 个单元格不能写入")
        self.resize(720, 380)
        layout = QVBoxLayout(self)
        layout.addWidget(
            QLabel(
                f"可以写入 {plan.count:,} 个单元格；下面 {len(plan.refused):,} 个单元格保持原值，没有写入。"
            )
        )
        table = QTableWidget(min(len(plan.refused), LISTED), 4)
        table.setHorizontalHeaderLabels(["行", "列", "内容", "原因"])
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.verticalHeader().hide()
        for n, refusal in enumerate(plan.refused[:LISTED]):
            for c, text in enumerate((str(refusal.row), refusal.label, refusal.text, refusal.reason)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                table.setItem(n, c, item)
        for c, width in enumerate((50, 130, 150, 340)):
            table.setColumnWidth(c, width)
        table.horizontalHeader().setStretchLastSection(True)
        layout.addWidget(table)
        buttons = QDialogButtonBox()
        if plan.count:
            buttons.addButton(f"写入其余 {plan.count:,} 个", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
