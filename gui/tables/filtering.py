"""The filters and the order of a list: a bar of what is filtered, and the popup of a header's arrow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from core.standard.model import TableDef
from core.standard.types import Value
from gui.session import Session
from gui.tables.cells import distinct
from gui.tables.columns import GridColumn, all_columns
from gui.tables.filters import Filter, describe, to_where
from gui.tables.header import FilterHeader, FilterPopup
from gui.tables.model import RecordModel


class FilterBar(QWidget):
    """Shows each filter with a way out of it; hidden while nothing is filtered.

    changed(): filters or order are others. dropped(code): the clerk took one back.
    clear_asked(): the clerk wants to see everything. `narrowed` tells path and search words.
    """

    changed = Signal()
    dropped = Signal(str)
    clear_asked = Signal()

    def __init__(
        self,
        session: Session,
        table: TableDef,
        model: RecordModel,
        header: FilterHeader,
        narrowed: Callable[[], tuple[str, str]],
    ) -> None:
        super().__init__()
        self.session, self.table, self.model, self.header = session, table, model, header
        self.filters: dict[str, Filter] = {}
        self.order: tuple[str, ...] = ()
        self.popup: FilterPopup | None = None
        self._narrowed = narrowed
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        header.filter_asked.connect(self.ask)

    @property
    def _columns(self) -> Mapping[str, GridColumn]:
        return {c.code: c for c in all_columns(self.session.standard, self.table)}

    def where(self) -> str:
        """All filters as an expression; ValueError with a Chinese reason when it grows too long."""
        return to_where(self.filters, self._columns)

    def show_filters(self) -> None:
        """Show what is filtered and sorted, here and in the header."""
        while self._row.count():
            item = self._row.takeAt(0)
            if item is not None and (w := item.widget()) is not None:
                w.deleteLater()
        codes = [c.code for c in self.model.columns]
        self.header.filtered = {codes.index(c) for c in self.filters if c in codes}
        self.header.order = {
            codes.index(c.lstrip("-")): c.startswith("-") for c in self.order if c.lstrip("-") in codes
        }
        self.header.viewport().update()
        self.setVisible(bool(self.filters))
        if not self.filters:
            return
        self._row.addWidget(QLabel("已筛选"))
        for code, f in self.filters.items():
            button = QPushButton(f"{f.text}　×")
            button.setToolTip("点击取消这项筛选")
            button.clicked.connect(lambda checked=False, c=code: self.drop(c))
            self._row.addWidget(button)
        everything = QPushButton("全部取消")
        everything.setObjectName("link")
        everything.clicked.connect(self.clear_asked)
        self._row.addWidget(everything)
        self._row.addStretch(1)

    def put(self, code: str, made: Filter) -> None:
        """Filter a column; `made` says itself what it is called."""
        self.filters[code] = made
        self.changed.emit()

    def put_value(self, column: GridColumn, value: Value, text: str) -> None:
        """Filter a column by one value."""
        made = Filter(values=() if value is None else (value,), blank=value is None)
        self.put(column.code, replace(made, text=f"{column.label}：{text or '空白'}"))

    def drop(self, code: str) -> None:
        """Take one filter back."""
        self.filters.pop(code, None)
        self.dropped.emit(code)
        self.changed.emit()

    # --- the popup ---------------------------------------------------------------------------------------

    def ask(self, section: int) -> None:
        """Open the popup of a column."""
        column = self.model.columns[section]
        popup = FilterPopup(self, column, self.filters.get(column.code), section in self.header.order)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.popup = popup
        popup.sorted.connect(lambda descending: self._sort(column, descending))
        popup.unsorted.connect(lambda: self._sort(None, False))
        popup.cleared.connect(popup.close)
        popup.cleared.connect(lambda: self.drop(column.code))
        popup.applied.connect(lambda f: self._take(column, f))
        popup.destroyed.connect(lambda: self._forget(popup))
        rect = self.header.arrow_rect(section)
        corner = self.header.viewport().mapToGlobal(QPoint(rect.left(), rect.bottom()))
        area = self.screen().availableGeometry()
        x, y = area.right() - popup.width(), area.bottom() - popup.height()
        popup.move(min(corner.x(), x), min(corner.y(), y))
        popup.show()
        self._fill(popup, column)

    def _fill(self, popup: FilterPopup, column: GridColumn) -> None:
        others = {c: f for c, f in self.filters.items() if c != column.code}
        where, table = to_where(others, self._columns), self.table.code
        path, search = self._narrowed()
        job = self.session.read(
            lambda ledger, progress: distinct(ledger, table, column, where, path, search),
            "正在读取",
            urgent=True,
        )
        job.then(
            self, lambda values: popup.fill(values) if values is not None and self.popup is popup else None
        )

    def _forget(self, popup: FilterPopup) -> None:
        if self.popup is popup:
            self.popup = None

    def _sort(self, column: GridColumn | None, descending: bool) -> None:
        if self.popup is not None:
            self.popup.close()
        self.order = () if column is None else (f"-{column.code}" if descending else column.code,)
        self.changed.emit()

    def _take(self, column: GridColumn, made: Filter) -> None:
        popup = self.popup
        if made.is_empty:
            self.filters.pop(column.code, None)
        else:
            candidate = replace(made, text="")
            try:
                candidate = replace(made, text=describe(made, column, popup.shown if popup else {}))
                to_where({**self.filters, column.code: candidate}, self._columns)
            except ValueError as reason:
                if popup is not None:
                    popup.note.setText(str(reason))
                return
            self.filters[column.code] = candidate
        if popup is not None:
            popup.close()
        self.changed.emit()
