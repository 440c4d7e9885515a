"""Editors that choose: one code, several codes, yes or no, another record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QModelIndex, QRect, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QCompleter,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from core.standard.model import Field
from core.standard.types import Value, squeeze
from gui import theme
from gui.forms.lines import ENTER, Choice, Context, LineEditor, place_below
from gui.icons import icon

SHOWN_CHOICES = 14


def initials(text: str) -> str:
    """Pinyin initials; the module is slow to import, and by now the worker has it."""
    from core.records.search import initials as of

    return of(text)


def find_choices(choices: Sequence[Choice], text: str) -> list[Choice]:
    """Choices that fit what was typed: by code, name, other words or pinyin initials, best first."""
    wanted = squeeze(text)
    if not wanted:
        return list(choices)
    ranked: list[tuple[int, int, Choice]] = []
    for n, choice in enumerate(choices):
        name = squeeze(choice.name)
        words = [squeeze(h) for h in choice.hints]
        if name == wanted or choice.value.lower() == wanted:
            rank = 0
        elif name.startswith(wanted) or choice.value.lower().startswith(wanted):
            rank = 1
        elif wanted.isascii() and initials(name).startswith(wanted):
            rank = 2
        elif (
            wanted in name
            or any(wanted in w for w in words)
            or (wanted.isascii() and wanted in initials(name))
        ):
            rank = 3
        else:
            continue
        ranked.append((rank, n, choice))
    return [choice for _, _, choice in sorted(ranked, key=lambda r: r[:2])]


def code_choices(field: Field) -> list[Choice]:
    """The entries of a field's code list that are in force."""
    assert field.codes is not None
    today = date.today().isoformat()
    return [
        Choice(i.code, i.name, i.synonyms)
        for i in field.codes.items.values()
        if not i.valid_to or i.valid_to >= today[: len(i.valid_to)]
    ]


class ChoiceEditor(LineEditor):
    """Chooses from a list: opens it at once, and typing a name, a code or pinyin initials finds in it."""

    def __init__(
        self, parent: QWidget | None, field: Field, context: Context, choices: Sequence[Choice]
    ) -> None:
        super().__init__(parent, field, context)
        self.choices = list(choices)
        self._allowed: frozenset[str] | None = None
        self._found: list[Choice] = []
        self._names = QStringListModel(self)
        self._completer: QCompleter | None = None
        self._typed = False
        self._drop = QAction(icon("drop", theme.MUTED), "展开", self)
        self._drop.triggered.connect(self.open_all)
        self.addAction(self._drop, QLineEdit.ActionPosition.TrailingPosition)
        self.textEdited.connect(self._on_typed)

    def load(self, value: Value, shown: str) -> None:
        super().load(value, shown)
        self._typed = False

    def caret_to_end(self) -> None:
        """What is typed next finds in the list, so it replaces the name that is there."""
        self.selectAll()

    def restrict(self, allowed: frozenset[str]) -> None:
        """Offer only these options."""
        self._allowed = allowed
        if self.is_open():
            self._find()

    def offered(self) -> list[Choice]:
        """What the list offers: the allowed options, and the one that is there."""
        if self._allowed is None:
            return self.choices
        return [c for c in self.choices if c.value in self._allowed or c.value == self._value]

    def result(self) -> tuple[Value, str]:
        text = self.text().strip()
        if text == self._loaded:
            return self._value, self._loaded
        if not text:
            return None, ""
        exact = [c for c in self.choices if squeeze(c.name) == squeeze(text)]
        if not exact:
            found = find_choices(self.offered(), text)
            exact = found if len(found) == 1 else []
        if exact:
            return exact[0].value, exact[0].name
        return super().result()

    # --- the list ----------------------------------------------------------------------------------------

    def is_open(self) -> bool:
        return self._completer is not None and self._completer.popup().isVisible()

    def open_all(self) -> None:
        """Open the whole list with the present value marked."""
        if not self.isVisible():
            return
        self._typed = False
        self.setFocus()
        self._find()

    def open_soon(self) -> None:
        """Open the list once the key that began the editing has arrived."""
        QTimer.singleShot(0, lambda: None if self.is_open() else self._find())

    def _on_typed(self, text: str) -> None:
        self._typed = True
        self._find()

    def _find(self) -> None:
        self.show_found(find_choices(self.offered(), self.text() if self._typed else ""))

    def show_found(self, found: Sequence[Choice]) -> None:
        """Show choices in the popup, the first or the present one marked."""
        if not self.isVisible():
            return
        self._found = list(found)
        self._names.setStringList([c.name for c in self._found])
        if self._completer is None:
            # Made only now, so that its event filter comes before the delegate's.
            self._completer = QCompleter(self._names, self)
            self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
            self._completer.setMaxVisibleItems(SHOWN_CHOICES)
            self._completer.setWidget(self)
            self._completer.popup().setItemDelegate(QStyledItemDelegate(self._completer.popup()))
            self._completer.popup().clicked.connect(lambda index: self._on_clicked(index.row()))
        popup = self._completer.popup()
        if not self._found:
            popup.hide()
            return
        width = max(self.width(), min(420, popup.sizeHintForColumn(0) + 40))
        self._completer.complete(QRect(0, 0, width, self.height()))
        # Nothing is marked while the cell is empty and nothing was typed: Enter then leaves it empty.
        here = next((n for n, c in enumerate(self._found) if c.value == self._value), -1)
        row = 0 if self._typed else here
        popup.setCurrentIndex(self._completer.completionModel().index(row, 0) if row >= 0 else QModelIndex())

    def settle(self) -> None:
        """Close the list and take what is marked in it."""
        if self._completer is not None and self.is_open():
            row = self._completer.popup().currentIndex().row()
            self._completer.popup().hide()
            if 0 <= row < len(self._found):
                self.take(self._found[row])

    def _on_clicked(self, row: int) -> None:
        assert self._completer is not None
        self._completer.popup().hide()
        if 0 <= row < len(self._found):
            self.take(self._found[row])
            self.committed.emit()

    def take(self, choice: Choice) -> None:
        """Take a choice as the value."""
        self._typed = False
        self._value, self._loaded = choice.value, choice.name
        self.setText(choice.name)
        self.set_bad(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.is_open() and event.key() in (*ENTER, Qt.Key.Key_Tab):
            self.settle()
            # The popup hands the key past the delegate's filter: send it once more, with the list closed.
            again = event.clone()
            QTimer.singleShot(0, lambda: QApplication.sendEvent(self, again))
            event.accept()
            return
        if event.key() == Qt.Key.Key_Down and not self.is_open():
            self.open_all()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if not self.is_open() and not self.isReadOnly():
            self.open_all()


class CodeEditor(ChoiceEditor):
    """Chooses one code; options that the record does not allow are not offered."""

    def __init__(self, parent: QWidget | None, field: Field, context: Context) -> None:
        super().__init__(parent, field, context, code_choices(field))
        if field.options and context.allowed is not None:
            context.allowed(field, self.restrict)


class BoolEditor(ChoiceEditor):
    """Chooses 是 or 否."""

    def __init__(self, parent: QWidget | None, field: Field, context: Context) -> None:
        super().__init__(parent, field, context, [Choice("1", "是", ("有",)), Choice("0", "否", ("无",))])

    def result(self) -> tuple[Value, str]:
        value, shown = super().result()
        return (int(value), shown) if value in ("0", "1") else (value, shown)


class RefEditor(ChoiceEditor):
    """Chooses another record by name; the candidates come from the ledger while typing."""

    def __init__(self, parent: QWidget | None, field: Field, context: Context) -> None:
        super().__init__(parent, field, context, [])

    def _find(self) -> None:
        if self.context.ask is not None:
            self.context.ask(self.field, self.text() if self._typed else "", self._on_answer)

    def _on_answer(self, found: Sequence[Choice]) -> None:
        try:
            self.choices = list(found)
            self.show_found(found)
        except RuntimeError:  # The editor was closed before the answer came.
            return

    def result(self) -> tuple[Value, str]:
        text = self.text().strip()
        if text == self._loaded:
            return self._value, self._loaded
        if not text:
            return None, ""
        exact = [c for c in self.choices if c.name == text] or (
            self.choices if len(self.choices) == 1 else []
        )
        if len(exact) != 1:
            raise ValueError(f"请从列表中选择{self.field.label}；列表里没有的，先添加那条记录")
        return exact[0].value, exact[0].name


class CodesEditor(LineEditor):
    """Chooses several codes: ticks in a list, or names separated by 、."""

    def __init__(self, parent: QWidget | None, field: Field, context: Context) -> None:
        super().__init__(parent, field, context)
        self._popup: _TickList | None = None
        action = QAction(icon("drop", theme.MUTED), "展开", self)
        action.triggered.connect(self.open_all)
        self.addAction(action, QLineEdit.ActionPosition.TrailingPosition)

    def open_soon(self) -> None:
        """Open the list unless the clerk began by typing."""
        before = self.text()
        QTimer.singleShot(0, lambda: self.open_all() if self.text() == before and self.isVisible() else None)

    def open_all(self) -> None:
        """Open the list of ticks."""
        if self._popup is None:
            self._popup = _TickList(self, code_choices(self.field))
            self._popup.ticked.connect(self.setText)
            self._popup.closed.connect(lambda: self.committed.emit())
        try:
            ticked = str(self.result()[0] or "").split("|")
        except ValueError:
            ticked = []
        self._popup.tick(ticked)
        place_below(self, self._popup, max(self.width(), 260), min(26 * (self._popup.list.count() + 1), 330))
        self._popup.list.setFocus()


class _TickList(QFrame):
    ticked = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget, choices: Sequence[Choice]) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.list = QListWidget(self)
        for choice in choices:
            item = QListWidgetItem(choice.name, self.list)
            item.setData(Qt.ItemDataRole.UserRole, choice.value)
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable
            )
            item.setCheckState(Qt.CheckState.Unchecked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(self.list)
        self.list.itemChanged.connect(lambda item: self.ticked.emit(self._text()))
        self.list.itemClicked.connect(self._on_clicked)
        self._state: dict[int, Qt.CheckState] = {}

    def tick(self, values: Sequence[str]) -> None:
        self.list.blockSignals(True)
        for n in range(self.list.count()):
            item = self.list.item(n)
            on = item.data(Qt.ItemDataRole.UserRole) in values
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
            self._state[n] = item.checkState()
        self.list.blockSignals(False)

    def _on_clicked(self, item: QListWidgetItem) -> None:
        """A click on the name ticks like a click on the box."""
        row = self.list.row(item)
        if item.checkState() == self._state.get(row):
            on = item.checkState() == Qt.CheckState.Checked
            item.setCheckState(Qt.CheckState.Unchecked if on else Qt.CheckState.Checked)
        self._state[row] = item.checkState()

    def _text(self) -> str:
        items = [self.list.item(n) for n in range(self.list.count())]
        return "、".join(i.text() for i in items if i.checkState() == Qt.CheckState.Checked)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER:
            self.hide()
            return
        super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()
