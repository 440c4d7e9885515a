"""One decision for all cells of a column that were read from the same words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from core.standard.model import Field
from core.standard.types import Value
from gui.dialogs.buttons import verb_and_cancel
from gui.forms.choices import context_for
from gui.forms.editors import editor_for
from gui.session import Session
from gui.tables.cells import CellEdit, write_cells
from gui.tables.columns import GridColumn, grid_column
from gui.tables.doubts import confirm_cells

if TYPE_CHECKING:
    from core.records import Origin


def settle_alike(
    parent: QWidget, session: Session, table: str, cells: Sequence[Origin], told: Callable[[str], None]
) -> None:
    """Ask for one value, or a confirmation, for all these cells of one column, and write it as one step."""
    definition = session.standard.tables[table]
    source = definition.column(cells[0].field)
    if source is None:
        return
    column = grid_column(session.standard, definition, source)
    dialog = AlikeDialog(parent, session, table, column, cells)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    if not accepted:
        return
    count = len(cells)
    if dialog.is_confirmed:
        job = confirm_cells(session, [(table, o.uid, o.field) for o in cells])
        job.succeeded.connect(lambda changes: told(f"已确认 {count:,} 处{column.label}"))
        return
    edits = [CellEdit(o.uid, column, dialog.value, dialog.shown) for o in cells]
    job = session.change(f"修改 {count} 处{column.label}", lambda edit: write_cells(edit, table, edits))
    job.succeeded.connect(lambda changes: told(f"已把 {count:,} 处{column.label}改为“{dialog.shown}”"))


class AlikeDialog(QDialog):
    """Shows the words and how often they occur; `value` and `shown` are what was entered."""

    def __init__(
        self, parent: QWidget, session: Session, table: str, column: GridColumn, cells: Sequence[Origin]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("原文相同的一起处理")
        self.setMinimumWidth(460)
        self.value: Value = None
        self.shown = ""
        self.is_confirmed = False
        field: Field = column.writes
        text = QLabel(
            f"“{column.label}”一栏有 {len(cells):,} 处原文都是“{cells[0].raw}”，没有读准。统一改为："
        )
        text.setWordWrap(True)
        self.editor = editor_for(self, field, context_for(session, table, ""))
        self.editor.setMinimumHeight(28)
        self.note = QLabel()
        self.note.setObjectName("bad")
        self.note.setWordWrap(True)
        buttons, self.put = verb_and_cancel(self, f"改这 {len(cells):,} 处", self._on_put, enter=False)
        self.confirm = buttons.addButton("现值都无误", QDialogButtonBox.ButtonRole.ActionRole)
        self.confirm.setToolTip("核对原文后，现在的值（空也算）都不用改，不再标记")
        self.confirm.clicked.connect(self._on_confirm)
        self.confirm.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        for widget in (text, self.editor, self.note, buttons):
            layout.addWidget(widget)
        self.editor.setFocus()

    def _on_put(self) -> None:
        try:
            self.value, self.shown = self.editor.result()
        except ValueError as reason:
            self.editor.set_bad(True)
            self.note.setText(str(reason))
            return
        if self.value is None:
            self.note.setText("还没有填写要改成什么。现在的值都不用改的，点“现值都无误”。")
            return
        self.accept()

    def _on_confirm(self) -> None:
        self.is_confirmed = True
        self.accept()
