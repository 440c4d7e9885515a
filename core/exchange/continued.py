"""A sheet without a header that runs on with the list of the sheet before it."""

from __future__ import annotations

import dataclasses

from core.excel.grid import Grid, Raw
from core.exchange.columns import FAMILY, target_field
from core.exchange.plan import Doubt, PlannedTable
from core.exchange.sight import plain_number
from core.standard.model import Standard

HEADER = 0
"""The row above the first one of a sheet: where the header stands that is taken over."""


def with_header_of(before: PlannedTable, grid: Grid, standard: Standard) -> Grid | None:
    """The sheet below the header of `before`; None when its rows do not look like records of that list."""
    columns, definition = before.columns, standard.tables[before.table]
    if before.note or not columns or any(len(m.header) != 1 for m in columns.values()):
        return None
    lines = [line for line in grid.rows.values() if any(v is not None for v in line)]
    full = [line for line in lines if sum(1 for v in line if v is not None) >= max(3, len(columns) / 2)]
    if not full or len(full) < 0.5 * len(lines) or max(map(len, lines)) > max(columns):
        return None
    header: list[Raw] = [None] * max(columns)
    for c, m in columns.items():
        # What a note above the first sheet says of the unit holds here too.
        header[c - 1] = m.title + (f"（{m.unit}）" if m.unit and m.unit_from == "note" else "")
        column = definition.column(m.code) if m.code else None
        if column is None or target_field(column).type not in FAMILY:
            continue
        amounts = [line[c - 1] for line in full if len(line) >= c and line[c - 1] is not None]
        if any(plain_number(raw) is None for raw in amounts):
            return None
    return dataclasses.replace(grid, rows={HEADER: header, **grid.rows})


def told(grid: Grid, before: PlannedTable | None) -> list[Doubt]:
    """What the clerk is told of a sheet in which no header was found: whose header it got, or that it stays out."""
    if before is not None:
        text = f"工作表“{grid.name}”没有表头，按工作表“{before.sheet}”的续表、用它的表头读取。请核对。"
        return [Doubt(grid.name, 0, "", "", "continued-sheet", "", text)]
    if sum(1 for line in grid.rows.values() if sum(1 for v in line if v is not None) >= 3) < 2:
        return []
    text = f"工作表“{grid.name}”里没有认出表头，未导入。如果是清单，请在第一行写上列名，或指定表头行。"
    return [Doubt(grid.name, 0, "", "", "table-left-out", "", text)]
