"""The one registry of editors: a kind of value → the widget that types it, in cells and in forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import field as data_field
from datetime import date

from PySide6.QtCore import QDate, QModelIndex, QPoint, QRect, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent, QMouseEvent, QTextCursor
from PySide6.QtWidgets import (
    QApplication,
    QCalendarWidget,
    QCompleter,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QStyledItemDelegate,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from core.standard.model import Field
from core.standard.types import Value, parse_shown, show, squeeze
from gui import theme
from gui.icons import icon

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
SHOWN_CHOICES = 14


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: its stored value, its name, and other words that find it."""

    value: str
    name: str
    hints: tuple[str, ...] = ()


Ask = Callable[[str, Callable[[Sequence[Choice]], None]], None]
"""Asks for the choices that fit a text; they are handed to the callback, now or later."""


@dataclass(frozen=True)
class Context:
    """What an editor may ask: choices of other records, and which options the record allows."""

    ask: Callable[[Field, str, Callable[[Sequence[Choice]], None]], None] | None = None
    allowed: Callable[[Field, Callable[[frozenset[str]], None]], None] | None = None
    names: dict[str, str] = data_field(default_factory=dict)


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


def say(widget: QWidget, text: str) -> None:
    """Say beside an editor why its text cannot be taken."""
    QToolTip.showText(widget.mapToGlobal(QPoint(4, widget.height() + 2)), text, widget, QRect(), 6000)


class LineEditor(QLineEdit):
    """Types text, identifiers, amounts, areas, numbers and periods.

    committed(): the value was chosen with the mouse and can be taken at once.
    """

    committed = Signal()

    def __init__(self, parent: QWidget | None, field: Field, context: Context) -> None:
        super().__init__(parent)
        self.field = field
        self.context = context
        self._value: Value = None
        self._loaded = ""
        if field.type in ("money", "area", "decimal", "integer") and parent is not None:
            self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.textEdited.connect(lambda text: self.set_bad(False))

    def load(self, value: Value, shown: str) -> None:
        """Show a stored value."""
        self._value, self._loaded = value, shown
        self.setText(shown)
        self.setCursorPosition(0)
        self.set_bad(False)

    def result(self) -> tuple[Value, str]:
        """The value typed and how it is shown; ValueError with a Chinese reason."""
        if self.text() == self._loaded:
            return self._value, self._loaded
        value = parse_shown(self.text(), self.field)
        return value, show(value, self.field)

    def caret_to_end(self) -> None:
        """F2: go on writing behind what is there."""
        self.deselect()
        self.end(False)

    def set_bad(self, bad: bool) -> None:
        """Mark the editor as holding something that cannot be taken."""
        if bool(self.property("bad")) != bad:
            self.setProperty("bad", bad)
            theme.refresh(self)


class LongEditor(QPlainTextEdit):
    """Types long text; Enter commits as in Excel, Alt+Enter begins a line."""

    committed = Signal()

    def __init__(self, parent: QWidget | None, field: Field, context: Context) -> None:
        super().__init__(parent)
        self.field = field
        self._value: Value = None
        self._loaded = ""
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def load(self, value: Value, shown: str) -> None:
        self._value, self._loaded = value, shown
        self.setPlainText(shown)
        self.set_bad(False)

    def text(self) -> str:
        return self.toPlainText()

    def caret_to_end(self) -> None:
        self.moveCursor(QTextCursor.MoveOperation.End)

    def result(self) -> tuple[Value, str]:
        if self.text() == self._loaded:
            return self._value, self._loaded
        value = parse_shown(self.text(), self.field)
        return value, show(value, self.field)

    def set_bad(self, bad: bool) -> None:
        if bool(self.property("bad")) != bad:
            self.setProperty("bad", bad)
            theme.refresh(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _ENTER and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.insertPlainText("\n")
            return
        super().keyPressEvent(event)


class DateEditor(LineEditor):
    """Types a date as precise as it is known, or takes a day from a calendar."""

    def __init__(self, parent: QWidget | None, field: Field, context: Context) -> None:
        super().__init__(parent, field, context)
        self.setPlaceholderText("")
        self._action = QAction(icon("table-progress"), "选择日期", self)
        self._action.setIcon(icon("calendar", theme.MUTED))
        self._action.triggered.connect(self._on_calendar)
        self.addAction(self._action, QLineEdit.ActionPosition.TrailingPosition)
        self._popup: QFrame | None = None

    def _on_calendar(self) -> None:
        if self._popup is None:
            self._popup = QFrame(self, Qt.WindowType.Popup)
            self._popup.setFrameShape(QFrame.Shape.StyledPanel)
            layout = QVBoxLayout(self._popup)
            layout.setContentsMargins(1, 1, 1, 1)
            self._calendar = QCalendarWidget()
            self._calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
            self._calendar.clicked.connect(self._on_day)
            self._calendar.activated.connect(self._on_day)
            layout.addWidget(self._calendar)
        found = re.match(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?$", self.text())
        day = QDate(*(int(g or 1) for g in found.groups())) if found else QDate.currentDate()
        self._calendar.setSelectedDate(day)
        place_below(self, self._popup, 280, 230)
        self._calendar.setFocus()

    def _on_day(self, day: QDate) -> None:
        self.setText(day.toString("yyyy-MM-dd"))
        assert self._popup is not None
        self._popup.hide()
        self.committed.emit()


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
        if self.is_open() and event.key() in (*_ENTER, Qt.Key.Key_Tab):
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
        if event.key() in _ENTER:
            self.hide()
            return
        super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()


def place_below(anchor: QWidget, popup: QWidget, width: int, height: int) -> None:
    """Show a popup below its editor, or above where the screen ends."""
    corner = anchor.mapToGlobal(QPoint(0, anchor.height()))
    area = anchor.screen().availableGeometry()
    x = min(corner.x(), area.right() - width)
    below = corner.y() + height <= area.bottom()
    y = corner.y() if below else anchor.mapToGlobal(QPoint(0, 0)).y() - height
    popup.setGeometry(x, max(y, area.top()), width, height)
    popup.show()


Editor = LineEditor | LongEditor
Maker = Callable[[QWidget | None, Field, Context], Editor]

EDITORS: dict[str, Maker] = {
    "text": LineEditor,
    "id": LineEditor,
    "cert": LineEditor,
    "money": LineEditor,
    "area": LineEditor,
    "decimal": LineEditor,
    "integer": LineEditor,
    "date": DateEditor,
    "period": LineEditor,
    "bool": BoolEditor,
    "code": CodeEditor,
    "codes": CodesEditor,
    "ref": RefEditor,
}


def editor_for(parent: QWidget | None, field: Field, context: Context) -> Editor:
    """Make the editor of a field."""
    if field.multiline and field.type == "text":
        return LongEditor(parent, field, context)
    return EDITORS[field.type](parent, field, context)
