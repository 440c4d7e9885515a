"""A short list of texts: sorted by a click on its heads, copied so that Excel keeps codes as text."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from decimal import Decimal

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QTableWidget, QTableWidgetItem, QWidget

from gui import theme
from gui.icons import icon
from gui.tables.cells import to_html, to_tsv
from gui.tables.copying import put_block

_NUMBER = re.compile(r"-?\d[\d,]*(\.\d+)?")
_PLACE = Qt.ItemDataRole.UserRole
_WRAPPED = 500
"""Up to this many rows are as high as their words need; for more it would take too long."""


class Sheet(QTableWidget):
    """Rows of texts that are looked at, not edited.

    Rows are known by their number in what `fill` was given, whatever order they are shown in.
    opened(number): a row was double-clicked, or Enter was pressed on it. `numbers` are the columns that hold numbers;
    `wrapped`: long words are broken into lines.
    """

    opened = Signal(int)

    def __init__(
        self,
        heads: Sequence[str],
        widths: Sequence[int],
        parent: QWidget | None = None,
        *,
        numbers: Sequence[int] = (),
        many: bool = False,
        wrapped: bool = False,
    ) -> None:
        super().__init__(0, len(heads), parent)
        self._numbers = frozenset(numbers)
        self.setHorizontalHeaderLabels(list(heads))
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        mode = QTableWidget.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if many else mode.SingleSelection)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(25)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setSortIndicatorClearable(True)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(wrapped)
        self._wrap = QTimer(self)
        self._wrap.setSingleShot(True)
        self._wrap.setInterval(0)
        self._wrap.timeout.connect(self._on_wrap)
        if wrapped:
            self.horizontalHeader().sectionResized.connect(lambda *a: self._wrap.start())
            self.horizontalHeader().sortIndicatorChanged.connect(lambda *a: self._wrap.start())
            self.model().rowsInserted.connect(lambda *a: self._wrap.start())
        for c, width in enumerate(widths):
            self.setColumnWidth(c, width)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)
        self.itemActivated.connect(lambda item: self.opened.emit(self._place(item.row())))

    def _on_wrap(self) -> None:
        if self.rowCount() <= _WRAPPED:
            self.resizeRowsToContents()

    def fill(
        self,
        rows: Sequence[Sequence[str]],
        *,
        pale: Collection[int] = (),
        struck: Collection[tuple[int, int]] = (),
    ) -> None:
        """Show these rows, some of them pale, some cells struck through; the order that the clerk chose stays."""
        self.setSortingEnabled(False)
        self.clearSelection()
        self.setRowCount(len(rows))
        for n, row in enumerate(rows):
            for c, text in enumerate(row):
                item = _Cell(text)
                item.setToolTip(text)
                item.setData(_PLACE, n)
                if (n, c) in struck:
                    font = item.font()
                    font.setStrikeOut(True)
                    item.setFont(font)
                if n in pale:
                    item.setForeground(QBrush(QColor(theme.MUTED)))
                if c in self._numbers:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(n, c, item)
        self.setSortingEnabled(True)

    def chosen(self) -> list[int]:
        """The numbers of the selected rows, from top to bottom."""
        return [self._place(row) for row in sorted(i.row() for i in self.selectionModel().selectedRows())]

    def choose(self, number: int) -> None:
        """Select a row."""
        for row in range(self.rowCount()):
            if self._place(row) == number:
                self.selectRow(row)
                return

    def cell(self, number: int, column: int) -> QTableWidgetItem | None:
        """The cell of a row."""
        rows = (row for row in range(self.rowCount()) if self._place(row) == number)
        return self.item(next(rows, -1), column)

    # --- ticks in the first column ---------------------------------------------------------------------------

    def offer(self, numbers: Collection[int]) -> None:
        """Let these rows be ticked; the others show a dash."""
        for row in range(self.rowCount()):
            box = self.item(row, 0)
            if box is not None and self._place(row) in numbers:
                box.setFlags(box.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                box.setCheckState(Qt.CheckState.Unchecked)
            elif box is not None:
                box.setText("—")

    def tick(self, on: bool, only: Collection[int] | None = None) -> None:
        """Tick the rows that can be ticked, all or `only` these; or none."""
        for row in range(self.rowCount()):
            box = self.item(row, 0)
            if box is not None and box.data(Qt.ItemDataRole.CheckStateRole) is not None:
                wanted = on and (only is None or self._place(row) in only)
                box.setCheckState(Qt.CheckState.Checked if wanted else Qt.CheckState.Unchecked)

    def ticked(self) -> list[int]:
        """The numbers of the ticked rows."""
        rows = range(self.rowCount())
        boxes = ((row, self.item(row, 0)) for row in rows)
        return [self._place(r) for r, b in boxes if b is not None and b.checkState() == Qt.CheckState.Checked]

    def _place(self, row: int) -> int:
        item = self.item(row, 0)
        return int(item.data(_PLACE)) if item is not None else -1

    # --- copying -------------------------------------------------------------------------------------------

    def copy(self, *, everything: bool = False) -> None:
        """Put the selected rows, or all of them with the heads, on the clipboard."""
        columns = [c for c in range(self.columnCount()) if not self.isColumnHidden(c)]
        rows = sorted(i.row() for i in self.selectionModel().selectedRows())
        block = [
            [self._text(n, c) for c in columns] for n in (range(self.rowCount()) if everything else rows)
        ]
        if everything:
            heads = [self.horizontalHeaderItem(c) for c in columns]
            block.insert(0, [head.text() if head is not None else "" for head in heads])
        if not block:
            return
        put_block(to_tsv(block), to_html(block, [c in self._numbers for c in columns]))

    def _text(self, row: int, column: int) -> str:
        item = self.item(row, column)
        text = item.text() if item is not None else ""
        return text.replace(",", "") if column in self._numbers else text

    def _on_menu(self, spot: QPoint) -> None:
        menu = QMenu(self)
        copy = menu.addAction(icon("file"), "复制选中的行\tCtrl+C", self.copy)
        copy.setEnabled(bool(self.chosen()))
        menu.addAction("复制整张表", lambda: self.copy(everything=True)).setEnabled(self.rowCount() > 0)
        menu.exec(self.viewport().mapToGlobal(spot))
        menu.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)


class _Cell(QTableWidgetItem):
    """Sorts numbers by size, and texts as Chinese lists are."""

    def __lt__(self, other: QTableWidgetItem) -> bool:
        return rank(self.text()) < rank(other.text())


def rank(text: str) -> tuple[int, Decimal, bytes]:
    """Where a text stands in a sorted list: numbers by size, then texts as Chinese lists are, then blanks."""
    if _NUMBER.fullmatch(text):
        return (0, Decimal(text.replace(",", "")), b"")
    return (1 if text else 2, Decimal(0), text.encode("gb18030", "replace"))
