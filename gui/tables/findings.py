"""The model of the audit page: groups, and in each its findings; made for many thousands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QColor, QFont

from core.findings import Finding
from gui import theme
from gui.icons import icon
from gui.wording import counted

Index = QModelIndex | QPersistentModelIndex
HEADS = ("问题", "记录", "单位", "说明")
_NONE = QModelIndex()


@dataclass(frozen=True)
class Group:
    """A heading with its findings."""

    label: str
    severity: str
    members: tuple[Finding, ...]


def row_of(f: Finding, names: Mapping[tuple[str, str], tuple[str, str]]) -> tuple[str, str, str, str]:
    """A finding in the columns of the page."""
    name, unit = names.get((f.table, f.uid), ("", ""))
    said = f"（已失效，请重写）{f.explanation}" if f.lapsed else f.explanation
    return (f.text.replace("\n", " "), name, unit, said)


class FindingsModel(QAbstractItemModel):
    """Two levels: groups and findings."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.groups: Sequence[Group] = ()
        self.names: Mapping[tuple[str, str], tuple[str, str]] = {}

    def fill(self, groups: Sequence[Group], names: Mapping[tuple[str, str], tuple[str, str]]) -> None:
        """Show these groups; `names` gives record and unit of (table, uid)."""
        self.beginResetModel()
        self.groups, self.names = groups, names
        self.endResetModel()

    def finding_at(self, index: Index) -> Finding | None:
        """The finding of a row; None for a heading."""
        group = index.internalId()
        if not index.isValid() or not group:
            return None
        return self.groups[group - 1].members[index.row()]

    def findings_at(self, indexes: Sequence[QModelIndex]) -> list[Finding]:
        """The findings of the rows; a heading stands for all of its own."""
        made: dict[int, Finding] = {}
        for index in indexes:
            found = self.finding_at(index)
            members = (found,) if found else self.groups[index.row()].members
            made.update((id(f), f) for f in members)
        return list(made.values())

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
        return len(self.groups[parent.row()].members)

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

    def _head(self, group: Group, column: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and column == 0:
            return f"{group.label}{counted(group.members)}"
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
