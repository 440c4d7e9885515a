"""Blocks of cells on the clipboard."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTableView

from gui.tables.cells import to_html, to_tsv


def put_block(text: str, html: str) -> None:
    """Put a block on the clipboard as Excel does: tab-separated text, and a table that keeps long codes."""
    data = QMimeData()
    data.setText(text)
    data.setHtml(html)
    QGuiApplication.clipboard().setMimeData(data)


def copy_cells(view: QTableView, *, everything: bool = False) -> int:
    """Copy the selected cells of a list, or all of them with the heads; returns the number of lines.

    What stands on the right is a number.
    """
    model = view.model()
    if everything:
        places = {(r, c) for r in range(model.rowCount()) for c in range(model.columnCount())}
    else:
        places = {(i.row(), i.column()) for i in view.selectedIndexes()}
    if not places:
        return 0
    right = int(Qt.AlignmentFlag.AlignRight)
    columns = sorted({c for _, c in places})
    numbers: set[int] = set()

    def text(row: int, column: int) -> str:
        index = model.index(row, column)
        shown = str(index.data() or "") if (row, column) in places else ""
        if not int(index.data(Qt.ItemDataRole.TextAlignmentRole) or 0) & right:
            return shown
        numbers.add(column)
        return shown.replace(",", "")

    block = [[text(row, c) for c in columns] for row in sorted({r for r, _ in places})]
    if everything:
        heads = (model.headerData(c, Qt.Orientation.Horizontal) for c in columns)
        block.insert(0, [str(head or "").replace("\n", "") for head in heads])
    put_block(to_tsv(block), to_html(block, [c in numbers for c in columns]))
    return len(block)
