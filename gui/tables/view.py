"""The grid: a table view with the keys and the mouse of Excel and WPS."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QWidget,
)

_TRIGGERS = QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.AnyKeyPressed
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class GridView(QTableView):
    """Keys that Qt's table lacks: Enter moves, Del clears, blocks are copied and pasted, and more.

    What changes records is only asked for: clear_asked(), cut_asked(), copy_asked(), paste_asked(text),
    fill_down_asked(), fill_all_asked(), insert_asked(), delete_asked(), today_asked();
    end_reached() when Tab leaves the last cell; selection_settled() a moment after the selection.
    """

    clear_asked = Signal()
    cut_asked = Signal()
    copy_asked = Signal()
    paste_asked = Signal(str)
    fill_down_asked = Signal()
    fill_all_asked = Signal(str)
    insert_asked = Signal()
    delete_asked = Signal()
    end_reached = Signal()
    selection_settled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.enter_moves_right = False
        self.setEditTriggers(_TRIGGERS)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(True)
        self.setTabKeyNavigation(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        rows = self.verticalHeader()
        rows.setSectionResizeMode(rows.ResizeMode.Fixed)
        rows.setDefaultSectionSize(max(self.fontMetrics().height() + 9, 25))
        rows.setMinimumWidth(40)
        rows.setTextElideMode(Qt.TextElideMode.ElideRight)
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(120)
        self._settle.timeout.connect(self.selection_settled)
        self._keys: dict[tuple[int, int], Callable[[], None]] = {}

    # --- selection -----------------------------------------------------------------------------------

    def blocks(self) -> list[tuple[int, int, int, int]]:
        """Selected rectangles as (top, left, bottom, right); the current cell when nothing is selected."""
        model = self.selectionModel()
        ranges: list[QItemSelectionRange] = list(model.selection()) if model else []  # type: ignore[call-overload]
        made = [(r.top(), r.left(), r.bottom(), r.right()) for r in ranges]
        if not made and self.currentIndex().isValid():
            i = self.currentIndex()
            made = [(i.row(), i.column(), i.row(), i.column())]
        return sorted(made)

    def span(self) -> tuple[int, int, int, int] | None:
        """The smallest rectangle around the selection."""
        blocks = self.blocks()
        if not blocks:
            return None
        return (
            min(b[0] for b in blocks),
            min(b[1] for b in blocks),
            max(b[2] for b in blocks),
            max(b[3] for b in blocks),
        )

    def select_block(self, top: int, left: int, bottom: int, right: int) -> None:
        """Select a rectangle."""
        model = self.model()
        if model is None or not model.rowCount():
            return
        bottom, right = min(bottom, model.rowCount() - 1), min(right, model.columnCount() - 1)
        chosen = QItemSelection(model.index(top, left), model.index(bottom, right))
        self.setCurrentIndex(model.index(top, left))
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def go(self, row: int, column: int) -> None:
        """Make a cell the current one and show it."""
        model = self.model()
        if model is None or not model.rowCount() or not model.columnCount():
            return
        index = model.index(
            max(0, min(row, model.rowCount() - 1)), max(0, min(column, model.columnCount() - 1))
        )
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def step(self, rows: int, columns: int) -> None:
        """Move by cells, staying inside."""
        here = self.currentIndex()
        if here.isValid():
            self.go(here.row() + rows, here.column() + columns)

    def is_editing(self) -> bool:
        return self.state() == QAbstractItemView.State.EditingState

    # --- keys --------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.is_editing():
            super().keyPressEvent(event)
            return
        if self._deed(event):
            event.accept()
            return
        if (
            event.text()
            and event.text().isprintable()
            and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            index = self.currentIndex()
            if index.isValid() and not index.flags() & Qt.ItemFlag.ItemIsEditable:
                event.accept()
                return
        super().keyPressEvent(event)

    def _deed(self, event: QKeyEvent) -> bool:
        """Do what the key means; False leaves it to Qt."""
        key, mods = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_asked.emit()
        elif event.matches(QKeySequence.StandardKey.Cut):
            self.cut_asked.emit()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste_asked.emit(QGuiApplication.clipboard().text())
        elif key in _ENTER and mods == control:
            self.fill_all_asked.emit("")
        elif key in _ENTER and mods in (Qt.KeyboardModifier.NoModifier, shift):
            back = -1 if mods == shift else 1
            self.step(0, back) if self.enter_moves_right else self.step(back, 0)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and mods == Qt.KeyboardModifier.NoModifier:
            self.clear_asked.emit()
        elif key == Qt.Key.Key_F2:
            self.edit_current()
        elif key == Qt.Key.Key_D and mods == control:
            self.fill_down_asked.emit()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal) and mods & control:
            self.insert_asked.emit()
        elif key == Qt.Key.Key_Minus and mods == control:
            self.delete_asked.emit()
        elif key == Qt.Key.Key_Semicolon and mods == control:
            self.fill_all_asked.emit(date.today().isoformat())
        elif key == Qt.Key.Key_Escape:
            self.select_block(*(self.currentIndex().row(), self.currentIndex().column()) * 2)
        elif key == Qt.Key.Key_Tab and mods == Qt.KeyboardModifier.NoModifier and self._is_at_end():
            self.end_reached.emit()
        elif key == Qt.Key.Key_Down and mods == Qt.KeyboardModifier.AltModifier:
            self.edit_current()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and mods == control:
            self.go(0 if key == Qt.Key.Key_Up else 1 << 30, self.currentIndex().column())
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and mods == control:
            self.go(self.currentIndex().row(), 0 if key == Qt.Key.Key_Left else 1 << 30)
        else:
            return False
        return True

    def _is_at_end(self) -> bool:
        here, model = self.currentIndex(), self.model()
        return (
            here.isValid() and here.row() == model.rowCount() - 1 and here.column() == model.columnCount() - 1
        )

    def edit_current(self) -> None:
        """Open the editor with the caret at the end (F2)."""
        index = self.currentIndex()
        if index.isValid() and index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)
            children: Iterable[QWidget] = self.viewport().findChildren(QWidget)
            for editor in children:
                to_end = getattr(editor, "caret_to_end", None)
                if to_end is not None and editor.isVisible():
                    to_end()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        # WORKAROUND Qt 6.8–6.12: an IME that commits without composing (full-width digits, handwriting,
        # voice) opens the editor and loses the text. Goes when qtbase passes the event on.
        direct = bool(event.commitString()) and not event.preeditString() and not self.is_editing()
        super().inputMethodEvent(event)
        if direct and self.is_editing():
            editor = self.viewport().findChild(QLineEdit) or self.viewport().findChild(QPlainTextEdit)
            if editor is not None:
                editor.selectAll()
                QApplication.sendEvent(editor, QInputMethodEvent(event))

    def move_on(self, rows: int, columns: int) -> None:
        """Go where the key that closed the editor leads: Enter down or right, Tab right and around."""
        if rows and self.enter_moves_right:
            rows, columns = 0, rows
        here, model = self.currentIndex(), self.model()
        last = model.columnCount() - 1
        if columns and not rows and here.isValid():
            if columns > 0 and here.column() == last:
                self.end_reached.emit() if self._is_at_end() else self.go(here.row() + 1, 0)
                return
            if columns < 0 and here.column() == 0 and here.row() > 0:
                self.go(here.row() - 1, last)
                return
        self.step(rows, columns)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        super().closeEditor(editor, hint)
        self.setFocus()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self._settle.start()

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        self._settle.start()
