"""The model of an import preview: one line a record, new values green, changed ones with what was there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont

from core.excel.grid import letter
from core.standard.types import Value, show
from gui import theme
from gui.tables.columns import GridColumn
from gui.tables.sheet import rank

if TYPE_CHECKING:
    from core.exchange.plan import Doubt, Plan, PlannedRecord, PlannedTable

Index = QModelIndex | QPersistentModelIndex
NAMES = {"new": "新增", "changed": "修改", "same": "无变化", "conflict": "需决定"}
_COLOURS = {
    "new": theme.GOOD,
    "changed": theme.ACCENT,
    "same": theme.MUTED,
    "conflict": theme.WORD_COLOURS["error"],
}
_ORDER = ("conflict", "changed", "new", "same")
LEAD = 2
"""导入 and 情况 stand before the columns of the file."""
PlanColumn = tuple[str, GridColumn]
"""A table of the standard, and a column of it."""


class PlanModel(QAbstractTableModel):
    """Columns: 导入 (a tick), 情况, then the columns of the file that are read; the place and the name head each row.

    left_out_changed(record): the clerk ticked or unticked a row.
    """

    left_out_changed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.records: list[PlannedRecord] = []
        self._given: Sequence[PlannedRecord] = ()
        self._cards: dict[int, PlannedTable] = {}
        self.columns: list[PlanColumn] = []
        self.names: Mapping[str, str] = {}
        self._sheets = False

    def fill(self, plan: Plan, columns: Sequence[PlanColumn], names: Mapping[str, str]) -> None:
        """Show the records of a plan in these columns; `names` (uid → name) are those of records pointed to."""
        self.beginResetModel()
        self._given = plan.records
        self._cards = {n: t for n, t in enumerate(plan.tables) if t.places}
        self.records, self.columns, self.names = list(plan.records), list(columns), names
        self._sheets = len({r.sheet for r in self.records}) > 1
        self.endResetModel()

    def row_of(self, number: int) -> int:
        """Where the record stands now that was given as this one."""
        return next(n for n, r in enumerate(self.records) if r is self._given[number])

    def doubt_of(self, record: PlannedRecord, column: GridColumn) -> Doubt | None:
        """The doubt on one cell."""
        return next((d for d in record.doubts if d.field == column.code), None)

    # --- Qt --------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.records)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else LEAD + len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical and section < len(self.records):
            return self._place(self.records[section], role)
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return ("导入", "情况")[section] if section < LEAD else self.columns[section - LEAD][1].title

    def _place(self, record: PlannedRecord, role: int) -> str | None:
        """Where a record stands and what it is called; this stays in sight when the columns are scrolled."""
        sheet = f"{record.sheet} " if self._sheets else ""
        card = self._cards.get(record.index)
        place = f"{record.row} 行"
        if card is not None:
            row, column = card.first_cell(record.row)
            place = f"{letter(column)}{row}"
        if role == Qt.ItemDataRole.DisplayRole:
            where = f"{sheet[:7]}… " if len(sheet) > 9 else sheet
            return f"{where}{place}  {record.name}"
        return f"{sheet}{place} {record.name}" if role == Qt.ItemDataRole.ToolTipRole else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.beginResetModel()
        self.records = list(self._given)
        if column >= 0:
            self.records.sort(
                key=lambda r: rank(self._text(r, column)), reverse=order == Qt.SortOrder.DescendingOrder
            )
        self.endResetModel()

    def _text(self, record: PlannedRecord, column: int) -> str:
        if column < LEAD:  # what is to be decided first, what stays as it is last
            return str(9 if record.left_out else _ORDER.index(record.state))
        return read_text(record, self.columns[column - LEAD][1])

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        record = self.records[index.row()]
        if index.column() < LEAD:
            return self._lead(record, index.column(), role)
        table, column = self.columns[index.column() - LEAD]
        if table != record.table:
            return None
        doubt = self.doubt_of(record, column)
        changed = column.code in record.after or (
            column.pick is not None and column.pick.code in record.after
        )
        if role == Qt.ItemDataRole.DisplayRole:
            text = read_text(record, column)
            if doubt is not None and not text:
                return doubt.raw
            if changed and record.state == "changed":
                before = self._before(record, column)
                return f"{before} → {text or '（清空）'}" if before else text
            return text
        if role == Qt.ItemDataRole.BackgroundRole:
            if doubt is not None:
                return QBrush(QColor(theme.CELL_COLOURS[theme.DOUBT]))
            if record.left_out:
                return None
            if record.state == "new" and read_text(record, column):
                return QBrush(QColor("#eefaf1"))
            if changed:
                return QBrush(QColor(theme.CHANGED))
        if role == Qt.ItemDataRole.ForegroundRole and (record.left_out or record.state == "same"):
            return QBrush(QColor("#9aa5b0"))
        if role == Qt.ItemDataRole.FontRole and doubt is not None and not read_text(record, column):
            font = QFont()
            font.setFamilies(theme.FAMILIES)
            font.setStrikeOut(True)
            return font
        if role == Qt.ItemDataRole.ToolTipRole and doubt is not None:
            return f"{escape(doubt.text)}<br>原文：<s>{escape(doubt.raw)}</s>"
        if role == Qt.ItemDataRole.TextAlignmentRole and column.right:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _before(self, record: PlannedRecord, column: GridColumn) -> str:
        pointer = column.pick or (column.field if column.field.type == "ref" else None)
        if pointer is not None:
            return self.names.get(str(record.before.get(pointer.code) or ""), "")
        value: Value = record.before.get(column.code)
        return show(value, column.field)

    def _lead(self, record: PlannedRecord, column: int, role: int) -> Any:
        if column == 0 and role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Unchecked if record.left_out else Qt.CheckState.Checked
        if role == Qt.ItemDataRole.DisplayRole:
            if column == 1:
                return "不导入" if record.left_out else NAMES.get(record.state, record.state)
            return None
        if role == Qt.ItemDataRole.ForegroundRole and column == 1:
            return QBrush(QColor(theme.MUTED if record.left_out else _COLOURS.get(record.state, theme.INK)))
        if role == Qt.ItemDataRole.ToolTipRole and record.question:
            return question_of(record)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or index.column():
            return False
        record = self.records[index.row()]
        record.left_out = Qt.CheckState(value) != Qt.CheckState.Checked
        self.dataChanged.emit(index, self.index(index.row(), self.columnCount() - 1))
        self.left_out_changed.emit(record)
        return True


def read_text(record: PlannedRecord, column: GridColumn) -> str:
    """What the file says for one column, as it would be stored."""
    if column.code in record.refs:
        return record.refs[column.code]
    if column.pick is not None and column.pick.code in record.refs:
        return record.refs[column.pick.code]
    value = record.values.get(column.code, record.shown.get(column.code))
    return str(value) if value is not None and column.field.type == "ref" else show(value, column.field)


def question_of(record: PlannedRecord) -> str:
    """What the clerk has to decide about a record, in words."""
    return next((d.text for d in record.doubts if d.code == record.question), "是不是同一条记录，请决定")
