"""The history page: every action, what it changed, and the ways back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from core.jobs import Progress
from core.standard.model import Field, Standard
from gui.icons import icon
from gui.reading import spelled
from gui.session import Session
from gui.tables.sheet import Sheet

if TYPE_CHECKING:
    from core.records import ChangeSet, HistoryLine, Ledger

_BATCHES = 500
_LINES = 3000
_KINDS = {"add": "新增", "set": "修改", "delete": "删除", "restore": "恢复", "aux": "说明与核对"}


class HistoryPage(QWidget):
    """jump_asked(table, uid, field); undo_asked(batch, label); told(text)."""

    jump_asked = Signal(str, str, str)
    undo_asked = Signal(int, str)
    told = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.record: tuple[str, str, str] | None = None
        self._is_stale = True
        self.title = QLabel("历史")
        self.title.setObjectName("title")
        self.note = QLabel("每一步操作都在这里，随时可以撤销；撤销本身也可以再恢复。")
        self.note.setObjectName("muted")
        self.everything = QPushButton("显示全部操作")
        self.everything.clicked.connect(lambda: self.show_record("", "", ""))
        self.undo = QPushButton(icon("undo"), "撤销这一步")
        self.undo.clicked.connect(self._on_undo)
        self.back = QPushButton(icon("undo"), "改回原值")
        self.back.setToolTip("把选中的这一格改回修改前的值")
        self.back.clicked.connect(self._on_back)
        top = QHBoxLayout()
        top.addWidget(self.title)
        top.addWidget(self.note)
        top.addStretch(1)
        for w in (self.everything, self.back, self.undo):
            top.addWidget(w)
        self.batches = Sheet(["时间", "经办人", "操作", "记录数", "情况"], (140, 90, 320, 70), numbers=[3])
        self.batches.itemSelectionChanged.connect(self._on_batch)
        self.lines = Sheet(["记录", "栏目", "改前", "改后", "怎么改的"], (190, 130, 180, 180), many=True)
        self.lines.opened.connect(self._on_line)
        self.lines.itemSelectionChanged.connect(self._refresh_buttons)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.addWidget(self.batches)
        self.splitter.addWidget(self.lines)
        self.splitter.setSizes([320, 260])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.addLayout(top)
        layout.addWidget(self.splitter, 1)
        self._all: list[_Told] = []
        self._found: list[dict[str, Any]] = []
        self._lines: list[tuple[HistoryLine, Field | None]] = []
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(150)
        self._later.timeout.connect(self._load)
        session.records_changed.connect(self._on_changed)
        self._refresh_buttons()

    # --- filling -----------------------------------------------------------------------------------------

    def show_record(self, table: str, uid: str, code: str) -> None:
        """Show the changes of one record or cell; everything with empty words."""
        self.record = (table, uid, code) if uid else None
        self._load()

    def refresh(self) -> None:
        """Read again (F5)."""
        self._load()

    def _on_changed(self, changes: object) -> None:
        self._is_stale = True
        if self.isVisible():
            self._later.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._later.start()

    def _load(self) -> None:
        self._is_stale = False
        record = self.record

        def work(ledger: Ledger, progress: Progress) -> Any:
            uid, code = (record[1], record[2]) if record else ("", "")
            lines = _told(ledger, ledger.history(uid, code, limit=_LINES)) if record else []
            title = ledger.name_of(record[0], uid) if record else ""
            return ledger.batches(limit=_BATCHES), lines, title

        self.session.read(work).succeeded.connect(self._on_loaded)

    def _on_loaded(self, found: Any) -> None:
        if found is None or not self.session.is_open:
            return
        batches, self._all, title = found
        if self.record is not None:
            table = self.session.standard.table(self.record[0])
            column = table.column(self.record[2]) if self.record[2] else None
            wanted = {told.line.batch for told in self._all}
            batches = [b for b in batches if b["id"] in wanted]
            self.title.setText(f"{title}　{column.label}" if column else title)
            self.note.setText("这一格的修改历史" if column else "这条记录的修改历史")
        else:
            self.title.setText("历史")
            self.note.setText("每一步操作都在这里，随时可以撤销；撤销本身也可以再恢复。")
        self.everything.setVisible(self.record is not None)
        self._found = list(batches)
        self.batches.blockSignals(True)
        self.batches.fill(
            [_action(b) for b in self._found],
            pale={n for n, b in enumerate(self._found) if b["undone"] or b["kind"] in ("undo", "redo")},
        )
        self.batches.blockSignals(False)
        if self.record is not None or not self._found:
            self._show_lines(self._all)
        else:
            self.batches.choose(0)
        self._refresh_buttons()

    def _on_batch(self) -> None:
        batch = self._batch()
        if batch is not None and self.record is not None:
            self._show_lines([told for told in self._all if told.line.batch == batch["id"]])
        elif batch is not None:
            number = int(batch["id"])

            def work(ledger: Ledger, progress: Progress) -> list[_Told]:
                return _told(ledger, ledger.history(batch=number, limit=_LINES))

            job = self.session.read(work, urgent=True)
            job.then(self, lambda told: self._on_told(number, told))
        self._refresh_buttons()

    def _on_told(self, number: int, told: list[_Told] | None) -> None:
        batch = self._batch()
        if told is not None and batch is not None and batch["id"] == number:
            self._show_lines(told)

    def _batch(self) -> dict[str, Any] | None:
        chosen = self.batches.chosen()
        return self._found[chosen[0]] if chosen else None

    def _show_lines(self, lines: list[_Told]) -> None:
        standard = self.session.standard
        self._lines = [(told.line, _field_of(standard, told.line)) for told in lines]
        rows = []
        for told, (line, field) in zip(lines, self._lines, strict=True):
            table = standard.tables.get(line.table)
            who = f"{table.label}　{told.name}" if table else told.name
            kind = _KINDS.get(line.kind, line.kind)
            rows.append((who, field.label if field else "", told.before, told.after, kind))
        self.lines.fill(rows)

    # --- deeds -------------------------------------------------------------------------------------------

    def _refresh_buttons(self) -> None:
        batch = self._batch()
        self.undo.setEnabled(
            batch is not None and not batch["undone"] and batch["kind"] not in ("undo", "redo")
        )
        line = self._line()
        self.back.setEnabled(line is not None and line[0].kind == "set" and line[1] is not None)

    def _line(self) -> tuple[HistoryLine, Field | None] | None:
        chosen = self.lines.chosen()
        return self._lines[chosen[0]] if len(chosen) == 1 else None

    def _on_undo(self) -> None:
        batch = self._batch()
        if batch is not None:
            self.undo_asked.emit(int(batch["id"]), str(batch["label"]))

    def _on_back(self) -> None:
        found = self._line()
        if found is None or found[1] is None:
            return
        line, field = found
        assert field is not None
        label = f"把{field.label}改回原值"

        def work(ledger: Ledger, why: str) -> ChangeSet:
            from core.records import histories

            return histories.put_back(ledger, line, why=why)

        job = self.session.act(label, work)
        job.then(self, lambda changes: self.told.emit(f"已{label}"))

    def _on_line(self, number: int) -> None:
        line, _ = self._lines[number]
        if line.table in self.session.standard.tables:
            self.jump_asked.emit(line.table, line.uid, line.field)


def _action(b: dict[str, Any]) -> tuple[str, str, str, str, str]:
    """An action as a row of the list."""
    source = f"（{b['source']}）" if b["source"] and b["source"] not in b["label"] else ""
    state = "已撤销" if b["undone"] else str(b["why"] or "")
    return (str(b["at"]), str(b["who"]), f"{b['label']}{source}", f"{b['rows']:,}", state)


@dataclass(frozen=True)
class _Told:
    """A line of the history as it is shown."""

    line: HistoryLine
    name: str
    before: str
    after: str


def _told(ledger: Ledger, lines: list[HistoryLine]) -> list[_Told]:
    """Names and values in words; in the worker."""
    names: dict[tuple[str, str], str] = {}
    for line in lines:
        key = (line.table, line.uid)
        if key not in names:
            names[key] = _record_name(ledger, line)
    return [
        _Told(
            line,
            names[line.table, line.uid],
            spelled(ledger, line.table, line.field, line.before),
            spelled(ledger, line.table, line.field, line.after),
        )
        for line in lines
    ]


def _record_name(ledger: Ledger, line: HistoryLine) -> str:
    if line.table not in ledger.standard.tables:
        return ""
    table = ledger.standard.tables[line.table]
    record = ledger.get(line.table, line.uid)
    if record is None:
        return ""
    parent = record.values.get(table.parent) if table.parent else None
    if parent:
        return ledger.name_of(table.fields[table.parent].ref, str(parent))
    return ledger.name_of(line.table, line.uid)


def _field_of(standard: Standard, line: HistoryLine) -> Field | None:
    table = standard.tables.get(line.table)
    return table.fields.get(line.field) if table else None
