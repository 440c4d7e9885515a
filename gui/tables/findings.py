"""The model of the audit page: groups, and in each its findings; made for many thousands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QItemSelection,
    QItemSelectionRange,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QBrush, QColor, QFont

from core.findings import Finding
from gui import theme
from gui.icons import icon
from gui.wording import counted

Index = QModelIndex | QPersistentModelIndex
HEADS = ("问题", "记录", "单位", "说明")
_NONE = QModelIndex()


SHOWN = 500
"""Rows of an open group; so many more are shown when its last row is opened."""


@dataclass(frozen=True)
class Group:
    """A heading with its findings."""

    label: str
    severity: str
    members: tuple[Finding, ...]

    @cached_property
    def title(self) -> str:
        """The heading with how many there are."""
        return f"{self.label}{counted(self.members)}"


def row_of(f: Finding, names: Mapping[tuple[str, str], tuple[str, str]]) -> tuple[str, str, str, str]:
    """A finding in the columns of the page."""
    name, unit = names.get((f.table, f.uid), ("", ""))
    said = f"（已失效，请重写）{f.explanation}" if f.lapsed else f.explanation
    return (f.text.replace("\n", " "), name, unit, said)


class FindingsModel(QAbstractItemModel):
    """Two levels: groups and findings. A tree asks for each row of an open group, so a long one opens in parts."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.groups: Sequence[Group] = ()
        self.names: Mapping[tuple[str, str], tuple[str, str]] = {}
        self._shown: list[int] = []
        self._rows: list[int] = []

    def fill(self, groups: Sequence[Group], names: Mapping[tuple[str, str], tuple[str, str]]) -> None:
        """Show these groups; `names` gives record and unit of (table, uid)."""
        self.beginResetModel()
        self.groups, self.names = groups, names
        self._shown = [min(len(g.members), SHOWN) for g in groups]
        self._rows = [_rows_of(n, len(g.members)) for n, g in zip(self._shown, groups, strict=True)]
        self.endResetModel()

    def finding_at(self, index: Index) -> Finding | None:
        """The finding of a row; None for a heading and for the row that shows more."""
        group = index.internalId()
        if not index.isValid() or not group or index.row() >= self._shown[group - 1]:
            return None
        return self.groups[group - 1].members[index.row()]

    def findings_at(self, selection: QItemSelection) -> list[Finding]:
        """The findings of the rows; a heading stands for all of its own."""
        made: dict[int, Finding] = {}
        ranges: Sequence[QItemSelectionRange] = list(selection)  # type: ignore[call-overload]
        for each in ranges:
            if each.parent().isValid():
                number = each.parent().row()
                end = min(each.bottom() + 1, self._shown[number])
                made.update((id(f), f) for f in self.groups[number].members[each.top() : end])
            else:
                for group in self.groups[each.top() : each.bottom() + 1]:
                    made.update((id(f), f) for f in group.members)
        return list(made.values())

    def is_more(self, index: Index) -> bool:
        """Whether a row stands for the findings of its group that are not shown yet."""
        return bool(index.internalId()) and index.row() == self._shown[index.internalId() - 1]

    def show_more(self, index: Index) -> None:
        """Show more of the group that this row ends."""
        number, parent = index.internalId() - 1, index.parent()
        before, count = self._shown[number], len(self.groups[number].members)
        after = min(before + SHOWN, count)
        self.beginRemoveRows(parent, before, before)
        self._rows[number] = before
        self.endRemoveRows()
        rows = _rows_of(after, count)
        self.beginInsertRows(parent, before, rows - 1)
        self._shown[number], self._rows[number] = after, rows
        self.endInsertRows()

    # --- Qt --------------------------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = _NONE) -> QModelIndex:
        if not parent.isValid():
            return self.createIndex(row, column, 0) if row < len(self.groups) else QModelIndex()
        return self.createIndex(row, column, parent.row() + 1)

    def parent(self, index: Index = _NONE) -> QModelIndex:  # type: ignore[override]
        group = index.internalId() if index.isValid() else 0
        return self.createIndex(group - 1, 0, 0) if group else QModelIndex()

    def rowCount(self, parent: Index = _NONE) -> int:
        if not parent.isValid():
            return len(self.groups)
        if parent.internalId() or parent.column():
            return 0
        return self._rows[parent.row()]

    def columnCount(self, parent: Index = _NONE) -> int:
        return len(HEADS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADS[section] if section < len(HEADS) else None
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        f = self.finding_at(index)
        if f is None and index.internalId():
            return self._more(index, role)
        if f is None:
            return self._head(self.groups[index.row()], index.column(), role)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return row_of(f, self.names)[index.column()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return (
                icon(f.severity, theme.WORD_COLOURS[f.severity])
                if not self.groups[index.parent().row()].severity
                else None
            )
        if role == Qt.ItemDataRole.ForegroundRole and f.explained:
            return QBrush(QColor(theme.MUTED))
        return None

    def _more(self, index: Index, role: int) -> Any:
        number = index.internalId() - 1
        if role == Qt.ItemDataRole.DisplayRole and index.column() == 0:
            left = len(self.groups[number].members) - self._shown[number]
            return f"……还有 {left:,} 条，双击或按回车再显示一些；选中上面的标题就是选中这一组的全部"
        return QBrush(QColor(theme.MUTED)) if role == Qt.ItemDataRole.ForegroundRole else None

    def _head(self, group: Group, column: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and column == 0:
            return group.title
        if role == Qt.ItemDataRole.DecorationRole and column == 0 and group.severity:
            return icon(group.severity, theme.WORD_COLOURS[group.severity])
        if role == Qt.ItemDataRole.FontRole:
            font = QFont()
            font.setFamilies(theme.FAMILIES)
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ForegroundRole and group.severity:
            return QBrush(QColor(theme.WORD_COLOURS[group.severity]))
        return None


def _rows_of(shown: int, count: int) -> int:
    """The rows of an open group: its findings, and one for those that are not shown yet."""
    return shown + (shown < count)
