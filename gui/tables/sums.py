"""Count and sums: of a list, below it; of what is selected in a grid, for the status bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.jobs import Progress
from core.standard.model import Field
from gui import theme
from gui.session import Session
from gui.tables.cells import add_up, show_sum
from gui.tables.columns import GridColumn
from gui.tables.model import RecordModel
from gui.tables.view import GridView

if TYPE_CHECKING:
    from core.records import Ledger

SUMMED_AT_ONCE = 100_000


class SelectionSums(QObject):
    """told(text): 计数 12　合计 1,234.56 万元; "" for a single cell."""

    told = Signal(str)

    def __init__(self, session: Session, view: GridView, model: RecordModel) -> None:
        super().__init__(view)
        self.session, self.view, self.model = session, view, model
        view.selection_settled.connect(self._on_selection)

    def _on_selection(self) -> None:
        blocks = self.view.blocks()
        cells = sum((b[2] - b[0] + 1) * (b[3] - b[1] + 1) for b in blocks)
        if cells < 2:
            self.told.emit("")
            return
        if cells > SUMMED_AT_ONCE or len(blocks) > 1:
            self.told.emit(f"选中 {cells:,} 格")
            return
        top, left, bottom, right = blocks[0]
        ids, columns, table = (
            self.model.ids[top : bottom + 1],
            self.model.columns[left : right + 1],
            self.model.table,
        )

        def work(ledger: Ledger, progress: Progress) -> tuple[int, dict[str, int]]:
            return add_up(ledger, table, ids, columns)

        self.session.read(work).then(self, lambda found: self._on_sum(found, columns))

    def _on_sum(self, found: tuple[int, dict[str, int]] | None, columns: list[GridColumn]) -> None:
        if found is None:
            return
        filled, sums = found
        parts = [f"计数 {filled:,}"]
        for column in columns:
            kind = column.field.type
            if kind in sums:
                parts.append(f"合计 {show_sum(sums.pop(kind), column.field)} {column.field.unit}".rstrip())
        self.told.emit("　".join(parts))


def totals_html(totals: Mapping[str, int], columns: Sequence[GridColumn], kind: str) -> str:
    """How many records a list holds, and what its columns of numbers come to."""
    parts = [f"合计 {totals.get('count', 0):,} {kind}"]
    for column in columns:
        field = column.field
        if isinstance(column.source, Field) and totals.get(field.code):
            parts.append(f"{field.label} <b>{show_sum(totals[field.code], field)}</b> {field.unit}")
    return theme.GAP.join(parts)
