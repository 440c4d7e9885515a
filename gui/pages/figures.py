"""The 汇总 page: the declared summary tables of a period, to read and to copy into Excel."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.jobs import Progress
from core.standard.dates import period_name
from core.standard.figures import CHANGE, COUNT, SummaryColumn, figures_of
from core.standard.numbers import AREA_UNITS, MONEY_UNITS, in_unit
from gui.dialogs.ledgers import last_quarter, periods_around
from gui.icons import icon
from gui.session import Session
from gui.tables.copying import copy_cells

if TYPE_CHECKING:
    from core.figures.compute import SummaryTable
    from core.records import Ledger

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_UNITS = MONEY_UNITS | AREA_UNITS


class FiguresPage(QWidget):
    """told(text)."""

    told = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._is_stale = True
        title = QLabel("汇总")
        title.setObjectName("title")
        self.summary = QComboBox()
        self.summary.setMinimumWidth(220)
        self.summary.activated.connect(lambda n: self._load())
        self.period = QComboBox()
        for code in periods_around(date.today()):
            self.period.addItem(period_name(code), code)
        self.period.activated.connect(lambda n: self._load())
        self.copy = QPushButton(icon("table"), "复制到 Excel")
        self.copy.setToolTip("复制选中的格；没有选中时复制整张表")
        self.copy.clicked.connect(self.copy_cells)
        top = QHBoxLayout()
        top.addWidget(title)
        top.addSpacing(12)
        top.addWidget(self.summary)
        top.addWidget(self.period)
        top.addStretch(1)
        top.addWidget(self.copy)
        self.table = QTableWidget()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.verticalHeader().hide()
        self.table.setAlternatingRowColors(True)
        self.table.setWordWrap(True)
        self.note = QLabel()
        self.note.setObjectName("muted")
        self.note.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.note)
        QShortcut(
            QKeySequence.StandardKey.Copy,
            self.table,
            self.copy_cells,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )
        session.opened.connect(self._on_opened)
        session.records_changed.connect(self._on_changed)
        if session.is_open:
            self._on_opened()

    def refresh(self) -> None:
        """Compute again (F5)."""
        self._load()

    def _on_opened(self) -> None:
        self.summary.clear()
        for declared in figures_of(self.session.standard).summaries.values():
            self.summary.addItem(declared.label, declared.code)
        chosen = self.session.state.period or last_quarter(date.today())
        self.period.setCurrentIndex(max(0, self.period.findData(chosen)))
        self._on_changed(None)

    def _on_changed(self, changes: object) -> None:
        self._is_stale = True
        if self.isVisible():
            self._load()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self._load()

    def _load(self) -> None:
        if not self.session.is_open or self.summary.currentIndex() < 0:
            return
        self._is_stale = False
        code, period = str(self.summary.currentData()), str(self.period.currentData())

        def work(ledger: Ledger, progress: Progress) -> Any:
            from core.figures.compute import summary

            return summary(ledger, code, period)

        self.session.read(work, "正在汇总").succeeded.connect(self._show)

    def _show(self, made: SummaryTable) -> None:
        columns = made.declared.columns
        heads = ["分组", *(c.title.replace("（", "\n（", 1) for c in columns)]
        self.table.clear()
        self.table.setColumnCount(len(heads))
        self.table.setRowCount(len(made.rows))
        self.table.setHorizontalHeaderLabels(heads)
        bold = QFont(self.table.font())
        bold.setBold(True)
        for n, row in enumerate(made.rows):
            name = QTableWidgetItem("　" * max(0, row.depth - 1) + row.labels[-1])
            cells = [name, *(_number(v, c) for v, c in zip(row.values, columns, strict=True))]
            for m, cell in enumerate(cells):
                if row.depth < len(made.declared.rows):
                    cell.setFont(bold)
                self.table.setItem(n, m, cell)
        self.table.setColumnWidth(0, 220)
        for m, column in enumerate(columns, 1):
            width = 96 if column.measure.kind == COUNT else 118
            self.table.setColumnWidth(m, max(width, 15 * len(column.title.partition("（")[2]) + 24))
        words = "合计由明细按分、0.01 ㎡ 加总后再折算取整；占比四舍五入，分母为零记“—”。"
        self.note.setText(f"{made.declared.note}。{words}" if made.declared.note else words)

    def copy_cells(self) -> None:
        """Put the selected cells, or the whole table with its heads, on the clipboard."""
        lines = copy_cells(self.table, everything=len(self.table.selectedIndexes()) < 2)
        self.told.emit(f"已复制 {lines} 行")


def _number(value: int | Decimal | None, column: SummaryColumn) -> QTableWidgetItem:
    item = QTableWidgetItem(_text(value, column))
    item.setTextAlignment(_RIGHT)
    return item


def _text(value: int | Decimal | None, column: SummaryColumn) -> str:
    """A figure in its display unit; “—” where there is none."""
    if value is None:
        return "—"
    if isinstance(value, Decimal) or column.span == CHANGE:
        return str(value)
    unit = column.measure.unit
    return f"{in_unit(value, unit, _UNITS):,.2f}" if unit in _UNITS else f"{value:,}"
