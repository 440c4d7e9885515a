"""Opens editors in cells; painting stays Qt's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from core.standard.model import Field
from gui.forms.choosing import ChoiceEditor, CodesEditor
from gui.forms.editors import Editor, editor_for
from gui.forms.lines import ENTER, Context, LongEditor, say
from gui.tables.model import RecordModel

_HINT = QAbstractItemDelegate.EndEditHint


class CellDelegate(QStyledItemDelegate):
    """Editors from the registry; a text that cannot be taken keeps its editor open and says why.

    moved(rows, columns): a key closed the editor and wants another cell. fill_asked(text): Ctrl+Enter.
    """

    moved = Signal(int, int)
    fill_asked = Signal(str)

    def __init__(self, model: RecordModel, context: Callable[[int], Context], parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._context = context

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        column = self._model.columns[index.column()]
        editor = editor_for(parent, self._editing_field(index), self._context(index.row()))
        editor.setToolTip(column.field.help)
        if isinstance(editor, ChoiceEditor | CodesEditor):
            editor.open_soon()
        editor.committed.connect(lambda: self._finish(editor, 0, 0))
        return editor

    def _editing_field(self, index: QModelIndex | QPersistentModelIndex) -> Field:
        return self._model.columns[index.column()].writes

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        row = self._model.row(index.row())
        if row is None:
            return
        made = cast(Editor, editor)
        made.load(row.values[index.column()], row.texts[index.column()])
        made.selectAll()

    def setModelData(
        self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        made = cast(Editor, editor)
        try:
            value, shown = made.result()
        except ValueError as reason:
            self._model.refused.emit(str(reason))
            return
        self._model.enter(index, value, shown)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        area: QRect = option.rect  # type: ignore[attr-defined]  # missing from the stubs
        if isinstance(editor, LongEditor):
            parent = editor.parentWidget()
            area.setSize(QSize(max(area.width(), 260), max(area.height() * 4, 100)))
            if parent is not None:
                area.moveRight(min(area.right(), parent.width() - 2))
                area.moveBottom(min(area.bottom(), parent.height() - 2))
        elif area.width() < 90:
            area.setWidth(90)
        editor.setGeometry(area)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(watched, QWidget):
            key, mods = cast(QKeyEvent, event).key(), cast(QKeyEvent, event).modifiers()
            if key in ENTER and not mods & Qt.KeyboardModifier.AltModifier:
                if mods & Qt.KeyboardModifier.ControlModifier:
                    return self._fill(watched)
                up = bool(mods & Qt.KeyboardModifier.ShiftModifier)
                return self._finish(watched, -1 if up else 1, 0)
            if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                return self._finish(watched, 0, -1 if key == Qt.Key.Key_Backtab else 1)
        return super().eventFilter(watched, event)

    def _finish(self, editor: QWidget, rows: int, columns: int) -> bool:
        """Commit, close and move on, or say why not."""
        made = cast(Editor, editor)
        if isinstance(made, ChoiceEditor):
            made.settle()
        try:
            made.result()
        except ValueError as reason:
            made.set_bad(True)
            say(editor, f"{reason}\n（按 Esc 放弃修改）")
            return True
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, _HINT.NoHint)
        if rows or columns:
            self.moved.emit(rows, columns)
        return True

    def _fill(self, editor: QWidget) -> bool:
        made = cast(Editor, editor)
        try:
            _, shown = made.result()
        except ValueError as reason:
            made.set_bad(True)
            say(editor, str(reason))
            return True
        self.closeEditor.emit(editor, _HINT.NoHint)
        self.fill_asked.emit(shown)
        return True
