"""Editors that are typed into: lines, long text, dates; and what every editor may ask."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import field as data_field

from PySide6.QtCore import QDate, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QTextCursor
from PySide6.QtWidgets import (
    QCalendarWidget,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from core.standard.model import Field
from core.standard.types import Value, parse_shown, show
from gui import theme
from gui.icons import icon

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


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
        if event.key() in ENTER and event.modifiers() & Qt.KeyboardModifier.AltModifier:
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


def place_below(anchor: QWidget, popup: QWidget, width: int, height: int) -> None:
    """Show a popup below its editor, or above where the screen ends."""
    corner = anchor.mapToGlobal(QPoint(0, anchor.height()))
    area = anchor.screen().availableGeometry()
    x = min(corner.x(), area.right() - width)
    below = corner.y() + height <= area.bottom()
    y = corner.y() if below else anchor.mapToGlobal(QPoint(0, 0)).y() - height
    popup.setGeometry(x, max(y, area.top()), width, height)
    popup.show()
