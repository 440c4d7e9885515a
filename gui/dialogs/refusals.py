"""The list of cells that a paste cannot take, before anything is written."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from gui.dialogs.buttons import verb_and_cancel
from gui.tables.cells import PastePlan
from gui.tables.sheet import Sheet

_LISTED = 2000


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
                + (f"（列出前 {_LISTED:,} 个）" if len(plan.refused) > _LISTED else "")
            )
        )
        table = Sheet(["行", "列", "内容", "原因"], (50, 130, 150, 340), numbers=[0], many=True)
        table.fill([(str(r.row), r.label, r.text, r.reason) for r in plan.refused[:_LISTED]])
        layout.addWidget(table)
        buttons, do = verb_and_cancel(self, f"写入其余 {plan.count:,} 个")
        do.setVisible(plan.count > 0)
        layout.addWidget(buttons)
