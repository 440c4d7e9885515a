"""The record form beside the list, generated from the standard: groups, labels, editors, marks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.jobs import Progress
from core.standard.model import Field, TableDef
from core.standard.types import Value, show
from gui import theme
from gui.forms.choices import context_for
from gui.forms.choosing import ChoiceEditor
from gui.forms.editors import Editor, editor_for
from gui.forms.lines import LongEditor, say
from gui.session import Session

if TYPE_CHECKING:
    from core.records import ChangeSet, Ledger
    from core.records.compile import States


class RecordForm(QWidget):
    """All fields of one record.

    edited(field, value, shown): the clerk entered a value. Fields without meaning for the record are
    left out unless something is written in them; required ones have a star.
    """

    edited = Signal(object, object, str)

    def __init__(self, session: Session, table: TableDef, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.table = session, table
        self.uid = ""
        self._values: Mapping[str, Value] = {}
        self._names: dict[str, str] = {}
        self._states: States | None = None
        self._rows: dict[str, tuple[QLabel, Editor]] = {}
        self._headings: dict[str, QLabel] = {}
        self.title = QLabel()
        self.title.setObjectName("heading")
        self.title.setWordWrap(True)
        self._search = QLineEdit()
        self._search.setPlaceholderText("查找字段")
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(lambda text: self._arrange())
        self._only = QCheckBox("只看必填")
        self._only.toggled.connect(lambda on: self._arrange())
        top = QHBoxLayout()
        top.addWidget(self._search, 1)
        top.addWidget(self._only)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 4, 4)
        layout.addWidget(self.title)
        layout.addLayout(top)
        layout.addWidget(self._area, 1)
        self._build()
        self.show_record("")
        session.records_changed.connect(self._on_changed)
        session.findings_changed.connect(self._mark)

    def _build(self) -> None:
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(0, 0, 8, 8)
        grid.setVerticalSpacing(5)
        grid.setHorizontalSpacing(8)
        grid.setColumnStretch(1, 1)
        groups: dict[str, list[Field]] = {}
        for field in self.table.fields.values():
            groups.setdefault(field.group, []).append(field)
        ordered = [g for g in ("", *self.table.groups) if g in groups]
        n = 0
        for group in ordered:
            heading = QLabel(self.table.groups.get(group, "所属"))
            heading.setObjectName("heading")
            heading.setContentsMargins(0, 8, 0, 0)
            grid.addWidget(heading, n, 0, 1, 2)
            self._headings[group] = heading
            n += 1
            for field in groups[group]:
                self._add_row(grid, n, field)
                n += 1
        grid.setRowStretch(n, 1)
        self._area.setWidget(body)

    def _add_row(self, grid: QGridLayout, n: int, field: Field) -> None:
        label = QLabel()
        label.setWordWrap(True)
        label.setFixedWidth(104)
        label.setToolTip(field.help)
        label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        label.setContentsMargins(0, 5, 0, 0)
        editor = editor_for(self, field, context_for(self.session, self.table.code, ""))
        editor.setToolTip(field.help)
        editor.setProperty("field", field.code)
        editor.installEventFilter(self)
        editor.committed.connect(lambda f=field: self._commit(f))
        if isinstance(editor, LongEditor):
            editor.setFixedHeight(editor.fontMetrics().height() * 3 + 14)
        if field.auto:
            editor.setEnabled(False)
        grid.addWidget(label, n, 0)
        grid.addWidget(editor, n, 1)
        self._rows[field.code] = (label, editor)

    # --- one record --------------------------------------------------------------------------------------

    def show_record(self, uid: str) -> None:
        """Show a record; "" shows that none is chosen."""
        self.uid = uid
        self._area.setVisible(bool(uid))
        self._search.setVisible(bool(uid))
        self._only.setVisible(bool(uid))
        if not uid:
            self.title.setText(f"在列表里选一行，这里显示这条{self.table.label}的全部字段。")
            return
        context = context_for(self.session, self.table.code, uid)
        for _, editor in self._rows.values():
            if hasattr(editor, "context"):
                editor.context = context
        self._read()

    def _read(self) -> None:
        uid, table = self.uid, self.table.code

        def work(ledger: Ledger, progress: Progress) -> Any:
            return read_record(ledger, table, uid)

        self.session.read(work, urgent=True).then(self, lambda found: self._on_record(uid, found))

    def _on_record(self, uid: str, found: Any) -> None:
        if uid != self.uid or found is None:
            return
        self._values, self._names, self._states, name = found
        self.title.setText(name)
        for code, (_, editor) in self._rows.items():
            if editor.hasFocus() and editor.property("touched"):
                continue
            field = self.table.fields[code]
            value = self._values.get(code)
            shown = self._names.get(code, "") if field.type == "ref" else show(value, field)
            editor.blockSignals(True)
            editor.load(value, shown)
            editor.blockSignals(False)
        self._restrict()
        self._arrange()
        self._mark()

    def _restrict(self) -> None:
        if self._states is None:
            return
        for code, allowed in self._states.options.items():
            editor = self._rows[code][1]
            if hasattr(editor, "restrict"):
                editor.restrict(allowed)

    def _arrange(self) -> None:
        """Hide what does not apply, star what is required."""
        if self._states is None:
            return
        wanted = self._search.text().strip()
        seen: set[str] = set()
        for code, (label, editor) in self._rows.items():
            field = self.table.fields[code]
            required = code in self._states.required
            filled = self._values.get(code) is not None
            visible = (code in self._states.applies or filled) and wanted in field.label + field.title
            visible = visible and (required or not self._only.isChecked()) and (not field.auto or filled)
            star = f" <span style='color:{theme.WORD_COLOURS[theme.ERROR]}'>*</span>" if required else ""
            name = self.table_label(field)
            label.setText(f"{name}{star}")
            label.setVisible(visible)
            editor.setVisible(visible)
            if visible:
                seen.add(field.group)
        for group, heading in self._headings.items():
            heading.setVisible(group in seen)

    def table_label(self, field: Field) -> str:
        """The label in the form; the link of a child is called after its parent."""
        if field.type == "ref" and field.label == "所属记录":
            return self.session.standard.tables[field.ref].label
        return field.title

    def _mark(self) -> None:
        if not self.uid:
            return
        for code, (label, editor) in self._rows.items():
            mark = self.session.marks.at(self.table.code, self.uid, code)
            colour = theme.CELL_COLOURS[mark.severity] if mark else ""
            editor.setStyleSheet(f"background: {colour};" if colour else "")
            help_text = self.table.fields[code].help
            tip = f"{mark.text}\n原文：{mark.raw}" if mark and mark.raw else mark.text if mark else help_text
            editor.setToolTip(tip)
            label.setToolTip(tip)

    def _on_changed(self, changes: ChangeSet | None) -> None:
        if self.uid and self.isVisible():
            self._read()

    # --- entering ------------------------------------------------------------------------------------------

    def _commit(self, field: Field) -> bool:
        editor = self._rows[field.code][1]
        if isinstance(editor, ChoiceEditor):
            editor.settle()
        try:
            value, shown = editor.result()
        except ValueError as reason:
            editor.set_bad(True)
            say(editor, str(reason))
            return False
        editor.set_bad(False)
        editor.setProperty("touched", False)
        if value != self._values.get(field.code):
            self._values = {**self._values, field.code: value}
            self.edited.emit(field, value, shown)
        return True

    def focus_field(self, code: str) -> None:
        """Show a field and put the caret there."""
        if code in self._rows:
            label, editor = self._rows[code]
            label.show()
            editor.show()
            self._area.ensureWidgetVisible(editor)
            editor.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        code = watched.property("field")
        if isinstance(code, str) and code in self._rows:
            field, editor = self.table.fields[code], self._rows[code][1]
            if event.type() == QEvent.Type.FocusOut:
                self._commit(field)
            elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                if event.key() == Qt.Key.Key_Escape and editor.property("touched"):
                    value = self._values.get(code)
                    editor.load(
                        value, self._names.get(code, "") if field.type == "ref" else show(value, field)
                    )
                    editor.setProperty("touched", False)
                    return True
                is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
                if is_enter and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
                    if self._commit(field):
                        editor.focusNextChild()
                    return True
                if event.text():
                    editor.setProperty("touched", True)
        return super().eventFilter(watched, event)


def read_record(ledger: Ledger, table: str, uid: str) -> Any:
    """Values, names of references, what applies, and the name of one record; in the worker."""
    from core.records.compile import states

    record = ledger.get(table, uid)
    if record is None:
        return None
    fields = ledger.standard.tables[table].fields
    names = {
        code: ledger.name_of(fields[code].ref, str(value))
        for code, value in record.values.items()
        if fields[code].type == "ref" and value
    }
    return record.values, names, states(ledger, table, uid), ledger.name_of(table, uid)
