"""The clerk's own file back: wrong cells marked, an 错误说明 column, and the identity of each record."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import openpyxl
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import column_index_from_string

from core.errors import SurroundingsError
from core.excel import child
from core.excel.grid import Book, Grid, cell_of, letter, text_of
from core.exchange.plan import Doubt, Plan
from core.jobs import Progress

COLUMN = "错误说明"
UID_COLUMN = "记录标识"
AUTHOR = "盘活台账"
"""Of the comments that are marks."""
_MARK = PatternFill("solid", fgColor="FFF2CC")
_HEAD = PatternFill("solid", fgColor="D9D9D9")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Told(Protocol):
    """Anything with a place and a text: a doubt of a plan, a finding brought back to its source cell."""

    @property
    def sheet(self) -> str: ...
    @property
    def row(self) -> int: ...
    @property
    def column(self) -> str: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark on a cell (column "" speaks of the whole row)."""

    sheet: str
    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Annotated:
    path: Path
    cells: int
    rows: int


def remarks_of(plan: Plan, findings: Iterable[Any] = ()) -> list[Remark]:
    """The doubts of a plan, and findings of the audit brought back to the cells they came from.

    Rows that the clerk left out have none, and a doubt is not told again by the finding that speaks of it.
    """
    records = [r for r in plan.records if not r.left_out]
    made = [Remark(d.sheet, d.row, d.column, d.text) for r in records for d in r.doubts]
    made += [Remark(d.sheet, d.row, d.column, d.text) for d in plan.doubts if d.row]
    columns = [{m.code: c for c, m in t.columns.items() if m.code} for t in plan.tables]
    by_uid = {r.uid: r for r in records}
    for f in findings:
        r = by_uid.get(f.uid)
        if r is None or f.explained or any(d.text == f.params.get("reason") for d in r.doubts):
            continue
        column = columns[r.index].get(f.field, 0)
        if places := plan.tables[r.index].places:
            row, column = places.get((r.row, column)) or (plan.tables[r.index].first_cell(r.row)[0], 0)
            made.append(Remark(r.sheet, row, letter(column), f"{r.name}：{f.text}"))
        else:
            made.append(Remark(r.sheet, r.row, letter(column), f.text))
    return made


def annotate(
    source: Path,
    remarks: Iterable[Remark | Doubt],
    target: Path,
    *,
    plan: Plan | None = None,
    progress: Progress | None = None,
) -> Annotated:
    """Write a copy of `source` to `target` (.xlsx) with every remark; the source stays as it is.

    An .xlsx keeps its look. Every other kind comes back as a new workbook with the same sheets,
    rows and columns. With a `plan`, each record's row carries its identity, so that the corrected
    file finds its records again.
    """
    progress = progress or Progress()
    told: dict[str, dict[int, list[Remark | Doubt]]] = defaultdict(lambda: defaultdict(list))
    for r in remarks:
        if r.row:
            told[r.sheet][r.row].append(r)
    book = child.read(source, progress)
    wb = _opened(source) if book.kind == "xlsx" else None
    if wb is None:
        wb = _copied(book)
    cells = rows = 0
    for ws in wb.worksheets:
        name = (
            ws.title
            if book.kind == "xlsx"
            else next((g.name for g in book.sheets if _title(g) == ws.title), "")
        )
        cells, rows = _mark(ws, told.get(name, {}), plan, name, cells, rows)
    _save(wb, target)
    for ws in wb.worksheets:
        ws._cells.clear()  # cells and sheet hold each other: a large file would stay in memory for long
    return Annotated(target, cells, rows)


def _opened(path: Path) -> Any:
    """The clerk's workbook itself; None when openpyxl cannot open what our reader could."""
    try:
        return openpyxl.load_workbook(path)
    except (ValueError, TypeError, KeyError, AttributeError, OSError):
        return None


def _title(grid: Grid) -> str:
    return re.sub(r"[\\/*?:\[\]]", "_", grid.name)[:31] or "Sheet1"


def _copied(book: Book) -> Any:
    """The values of a foreign file in a fresh workbook, at the same places."""
    wb = openpyxl.Workbook()
    wb.remove(wb.active)
    for grid in book.sheets:
        ws = wb.create_sheet(_title(grid))
        if grid.visible != "visible":
            ws.sheet_state = "hidden"
        for r, line in grid.rows.items():
            for c, raw in enumerate(line, 1):
                if raw is None:
                    continue
                cell = cell_of(raw)
                plain = cell.kind == "n" and not cell.format and abs(cell.value) < 1e15
                target = ws.cell(r, c)
                target.value = cell.value if plain else _ILLEGAL.sub("", text_of(raw))
                if not plain:
                    target.data_type = "s"
        for r1, c1, r2, c2 in grid.merges[:20_000]:
            ws.merge_cells(start_row=r1, start_column=c1, end_row=r2, end_column=c2)
    return wb


def _mark(
    ws: Any, told: dict[int, list[Remark | Doubt]], plan: Plan | None, name: str, cells: int, rows: int
) -> tuple[int, int]:
    tables = [(i, t) for i, t in enumerate(plan.tables) if t.sheet == name and not t.note] if plan else []
    if not told and not tables:
        return cells, rows
    _wipe(ws)
    width = max((cell.column for cell in ws._cells.values() if cell.value is not None), default=1)
    for _, t in tables:
        if not t.places:
            # In the first row of the header: below it, the group on the left would seem to reach over them.
            _head(ws, t.header_rows, width + 1, COLUMN)
            _head(ws, t.header_rows, width + 2, UID_COLUMN)
    ws.column_dimensions[openpyxl.utils.get_column_letter(width + 1)].width = 48
    for number, remarks in sorted(told.items()):
        texts = list(dict.fromkeys(r.text for r in remarks))
        note = ws.cell(number, width + 1)
        note.value = _ILLEGAL.sub("", "\n".join(texts))[:32_000]
        note.data_type = "s"
        note.alignment = Alignment(wrap_text=True, vertical="top")
        note.font = Font(name="宋体", color="C00000")
        rows += 1
        for r in remarks:
            if not r.column:
                continue
            cell = ws.cell(number, column_index_from_string(r.column))
            if isinstance(cell, MergedCell):
                continue
            cell.fill = _MARK
            cell.comment = Comment(r.text[:1000], AUTHOR, width=320, height=120)
            cells += 1
    if plan is not None:
        wanted = {i for i, t in tables if not t.places}
        for record in plan.records:
            if record.index in wanted and not record.left_out:
                cell = ws.cell(record.row, width + 2)
                if not isinstance(cell, MergedCell):
                    cell.value = record.uid
    ws.column_dimensions[openpyxl.utils.get_column_letter(width + 2)].hidden = True
    if len(tables) == 1 and not tables[0][1].places and not ws.auto_filter.ref:
        head = tables[0][1].header_rows[-1]
        ws.auto_filter.ref = f"A{head}:{openpyxl.utils.get_column_letter(width + 1)}{ws.max_row}"
    return cells, rows


def _wipe(ws: Any) -> None:
    """Take away the marks of an earlier time: what was mended since must not look wrong."""
    own = {cell.column for cell in ws._cells.values() if cell.value in (COLUMN, UID_COLUMN)}
    for cell in ws._cells.values():
        if cell.comment is not None and cell.comment.author == AUTHOR:
            cell.comment = None
            cell.fill = PatternFill()
        if cell.column in own and not isinstance(cell, MergedCell):
            cell.value = None


def _head(ws: Any, rows: list[int], column: int, text: str) -> None:
    cell = ws.cell(rows[0], column)
    if not isinstance(cell, MergedCell):
        cell.value = text
        cell.fill = _HEAD
        cell.font = Font(name="宋体", bold=True)


def _save(wb: Any, target: Path) -> None:
    """Completely or not at all: a temporary file beside the target, then renamed."""
    part = target.with_name(target.name + ".part")
    try:
        wb.save(part)
        os.replace(part, target)
    except PermissionError as e:
        part.unlink(missing_ok=True)
        raise SurroundingsError(
            f"写不了 {target.name}，可能正被 Excel 或 WPS 打开。",
            next="请关闭后重试，或换一个文件名。",
            code="busy",
        ) from e
    except OSError as e:
        part.unlink(missing_ok=True)
        raise SurroundingsError(
            f"写不了 {target.name}。", next="请检查磁盘空间和文件夹权限后重试。", code="unwritable"
        ) from e
