"""The model of a list: how its cells look, why they are coloured, and what is entered into them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from html import escape
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont

from core.standard.types import Value, parse_shown, show
from gui import theme
from gui.marks import Mark
from gui.tables.cells import CellEdit
from gui.tables.row_pages import PAGE, Index, RowPages

WAITING = "…"


@lru_cache(maxsize=16)
def _brush(colour: str) -> QBrush:
    return QBrush(QColor(colour))


@lru_cache(maxsize=2)
def _struck() -> QFont:
    font = QFont()
    font.setFamilies(theme.FAMILIES)
    font.setStrikeOut(True)
    return font


class RecordModel(RowPages):
    """Rows of one record table, as the grid shows and edits them.

    cells_edited(list of CellEdit, label): the clerk entered values that are to be written.
    refused(text): what was entered cannot be taken.
    """

    cells_edited = Signal(object, str)
    refused = Signal(str)

    # --- finding things ----------------------------------------------------------------------------------

    def uid_at(self, number: int) -> str:
        """The uid of a row; "" while its page is on the way."""
        row = self.row(number)
        return row.uid if row else ""

    def number_of(self, id_: int) -> int:
        """The row number of an id, -1 when the list does not hold it."""
        try:
            return self.ids.index(id_)
        except ValueError:
            return -1

    def column_number(self, code: str) -> int:
        """The number of a column, -1 when it is not shown."""
        return next(
            (n for n, c in enumerate(self.columns) if c.code == code or (c.pick and c.pick.code == code)), -1
        )

    def mark_at(self, index: Index) -> Mark | None:
        """Why a cell is coloured."""
        row = self.row(index.row())
        if row is None:
            return None
        column = self.columns[index.column()]
        found = self.session.marks.at(self.table, row.uid, column.code)
        if found is None and column.pick is not None:
            found = self.session.marks.at(self.table, row.uid, column.pick.code)
        return found

    @property
    def is_closed(self) -> bool:
        """Whether nothing can be written here."""
        return self.session.state.readonly or self.wanted.is_looked_at

    # --- editing -------------------------------------------------------------------------------------------

    def show_edits(self, edits: Iterable[CellEdit]) -> None:
        """Paint what was entered before the database has it."""
        by_uid: dict[str, list[CellEdit]] = {}
        for each in edits:
            by_uid.setdefault(each.uid, []).append(each)
        for page, cached in self._pages.items():
            for position, id_ in enumerate(self.ids[page * PAGE : (page + 1) * PAGE]):
                row = cached.get(id_)
                if row is None or row.uid not in by_uid:
                    continue
                values, texts = list(row.values), list(row.texts)
                for each in by_uid[row.uid]:
                    n = self.column_number(each.column.code)
                    if n >= 0:
                        values[n], texts[n] = each.value, each.shown
                cached[id_] = replace(row, values=tuple(values), texts=tuple(texts))
                self._row_changed(page * PAGE + position)

    def enter(self, index: Index, value: Value, shown: str) -> bool:
        """Take an understood value for one cell."""
        row = self.row(index.row())
        if row is None:
            return False
        column = self.columns[index.column()]
        mark = self.mark_at(index)
        if row.values[index.column()] == value and not (mark and mark.severity == theme.DOUBT):
            return True
        edits = [CellEdit(row.uid, column, value, shown)]
        self.show_edits(edits)
        self.cells_edited.emit(edits, f"修改{column.label}")
        return True

    # --- Qt ------------------------------------------------------------------------------------------

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            row = self.row(index.row())
            if row is None:
                return WAITING
            text = row.texts[index.column()]
            if not text:
                mark = self.mark_at(index)
                return mark.raw if mark and mark.raw else ""
            return text.replace("\n", "⏎") if "\n" in text else text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = (
                Qt.AlignmentFlag.AlignRight
                if self.columns[index.column()].right
                else Qt.AlignmentFlag.AlignLeft
            )
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.BackgroundRole:
            mark = self.mark_at(index)
            return _brush(theme.CELL_COLOURS[mark.severity]) if mark else None
        if role == Qt.ItemDataRole.FontRole:
            row = self.row(index.row())
            if row is None or row.texts[index.column()]:
                return None
            mark = self.mark_at(index)
            return _struck() if mark and mark.raw else None
        if role == Qt.ItemDataRole.ForegroundRole:
            row = self.row(index.row())
            if row is None or not row.texts[index.column()]:
                return _brush(theme.MUTED)
            return None if self.columns[index.column()].editable else _brush("#5b6670")
        if role == Qt.ItemDataRole.EditRole:
            row = self.row(index.row())
            return row.texts[index.column()] if row else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(index)
        return None

    def _tooltip(self, index: Index) -> str | None:
        row = self.row(index.row())
        if row is None:
            return None
        text = row.texts[index.column()]
        mark = self.mark_at(index)
        if mark is None:
            return text if len(text) > 16 else None
        lines = [escape(mark.text).replace("\n", "<br>")]
        if mark.raw:
            lines.append(f"原文：<s>{escape(mark.raw)}</s>　现值：{escape(text) or '（空）'}")
            lines.append("请录入正确的值；现值无误的，右键选择「确认此值」。")
        return "<br>".join(lines)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Text typed into a cell whose kind needs no choice from other records."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        column = self.columns[index.column()]
        if column.writes.type == "ref":
            return False
        try:
            stored = parse_shown(str(value), column.writes)
        except ValueError as reason:
            self.refused.emit(str(reason))
            return False
        return self.enter(index, stored, show(stored, column.writes))

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        editable = self.columns[index.column()].editable and not self.is_closed
        # Asked for whole columns by Qt: never a reason to fetch a page.
        if editable and index.row() // PAGE in self._pages:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Vertical:
            if role == Qt.ItemDataRole.DisplayRole and self.names_in_header:
                row = self.row(section)
                return f"{section + 1}　{row.name}" if row else str(section + 1)
            if role == Qt.ItemDataRole.DisplayRole:
                return section + 1
            if role == Qt.ItemDataRole.TextAlignmentRole and self.names_in_header:
                return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            return None
        if not 0 <= section < len(self.columns):
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.help
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None
