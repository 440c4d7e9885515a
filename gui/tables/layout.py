"""Which columns a grid shows, in which order and how wide; kept from one day to the next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from core.standard.model import TableDef
from gui.dialogs.columns import choose_columns
from gui.session import Session
from gui.settings import Settings
from gui.tables.columns import all_columns, chosen_columns, grid_column
from gui.tables.header import FilterHeader
from gui.tables.model import RecordModel
from gui.tables.view import GridView


class ColumnLayout(QObject):
    """changed(): other columns are shown."""

    changed = Signal()

    def __init__(
        self,
        session: Session,
        settings: Settings,
        table: TableDef,
        view: GridView,
        header: FilterHeader,
        model: RecordModel,
    ) -> None:
        super().__init__(view)
        self.session, self.settings, self.table = session, settings, table
        self.view, self.header, self.model = view, header, model
        self._keep = QTimer(self)
        self._keep.setSingleShot(True)
        self._keep.setInterval(400)
        self._keep.timeout.connect(self._keep_widths)
        header.sectionResized.connect(lambda *a: self._keep.start())
        header.sectionMoved.connect(lambda *a: self._keep_order())
        bar = view.horizontalScrollBar()
        bar.valueChanged.connect(lambda value: self._name_rows())
        bar.rangeChanged.connect(lambda low, high: self._name_rows())
        self._lay_widths()

    def ask(self) -> None:
        """Let the clerk choose the columns."""
        offered = all_columns(self.session.standard, self.table)
        chosen = choose_columns(self.view, self.table.label, offered, [c.code for c in self.model.columns])
        if chosen is not None:
            self.settings.set_columns(self.table.code, chosen)
            self.show(chosen)

    def show(self, codes: Sequence[str]) -> None:
        """Show these columns."""
        self.model.set_columns(chosen_columns(self.session.standard, self.table, list(codes)))
        self._lay_widths()
        self.changed.emit()

    def add(self, code: str) -> None:
        """Show a column from now on."""
        column = self.table.column(code)
        if self.model.column_number(code) < 0 and column is not None:
            made = grid_column(self.session.standard, self.table, column)
            self.show([*(c.code for c in self.model.columns), made.code])

    def _lay_widths(self) -> None:
        kept = self.settings.widths(self.table.code)
        self.header.blockSignals(True)
        for n, column in enumerate(self.model.columns):
            self.view.setColumnWidth(n, kept.get(column.code, column.width))
        self.header.blockSignals(False)
        self.view.updateGeometries()

    def _keep_widths(self) -> None:
        kept = self.settings.widths(self.table.code)
        kept.update({c.code: self.view.columnWidth(n) for n, c in enumerate(self.model.columns)})
        self.settings.set_widths(self.table.code, kept)

    def _keep_order(self) -> None:
        order = [self.header.logicalIndex(n) for n in range(self.header.count())]
        self.settings.set_columns(self.table.code, [self.model.columns[n].code for n in order])

    def _name_rows(self) -> None:
        """While the name is scrolled away, the row heads say it, as frozen columns would."""
        number = self.model.column_number(self.table.parent or self.table.name_field)
        edge = self.header.sectionPosition(number) + self.header.sectionSize(number) if number >= 0 else 0
        away = number < 0 or self.view.horizontalScrollBar().value() >= edge - 40
        heads = self.view.verticalHeader()
        width = min(210, self.view.width() // 4) if away else 40
        if heads.width() != width or self.model.names_in_header != away:
            self.model.put_names_in_header(away)
            heads.setFixedWidth(width)
            self.view.updateGeometries()
