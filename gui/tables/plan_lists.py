"""What the import page lists of a plan, made ready in the worker: its columns, doubts, skipped rows, samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from itertools import zip_longest
from typing import TYPE_CHECKING

from core.standard.model import Field, Standard
from gui.tables.columns import GridColumn, grid_column
from gui.tables.plan import PlanColumn, read_text

if TYPE_CHECKING:
    from core.excel.grid import Book
    from core.exchange.plan import Plan

LISTED = 2000
"""Lines of a list; more are counted."""
Spot = tuple[int, str, str]
"""(record, -1 for a whole column; table; field) that a listed doubt speaks of."""


@dataclass(frozen=True)
class Listing:
    """A plan with what the page shows of it; `names` (uid → name) are those of the records it points to."""

    plan: Plan
    names: Mapping[str, str]
    columns: list[PlanColumn]
    doubts: list[list[str]]
    spots: list[Spot]
    skipped: list[list[str]]
    samples: list[dict[int, str]]
    """For each table of the plan."""


def listing(plan: Plan, names: Mapping[str, str], standard: Standard, book: Book) -> Listing:
    """Make ready what is shown of a plan."""
    doubts, spots = doubt_rows(plan, standard)
    return Listing(
        plan,
        names,
        plan_columns(plan, standard),
        doubts,
        spots,
        skipped_rows(plan),
        [samples(plan, standard, book, n) for n in range(len(plan.tables))],
    )


def plan_columns(plan: Plan, standard: Standard) -> list[PlanColumn]:
    """Every column that some table of the file fills; the same field of two tables is two columns."""
    made: dict[tuple[str, str], GridColumn] = {}
    for n, planned in enumerate(plan.tables):
        table = standard.table(planned.table)
        codes = [m.code for _, m in sorted(planned.columns.items()) if m.code]
        mapped = set(codes)
        codes += [c for c in planned.constants if c not in codes]
        codes += sorted({c for r in plan.records if r.index == n for c in (*r.values, *r.shown)} - set(codes))
        for code in codes:
            column = table.column(code)
            if code not in mapped and isinstance(column, Field) and column.ref:
                continue  # the unit is shown by its name; the record it points to says nothing
            if column is not None:
                made.setdefault((table.code, code), grid_column(standard, table, column))
    titles = Counter(c.title for c in made.values())
    return [
        (code, replace(c, title=f"{c.title}（{standard.table(code).label}）") if titles[c.title] > 1 else c)
        for (code, _), c in made.items()
    ]


def doubt_rows(plan: Plan, standard: Standard) -> tuple[list[list[str]], list[Spot]]:
    """单元格, 原文, 读作, 栏目, 说明 of the first doubts, and the place that each speaks of."""
    rows: list[list[str]] = []
    spots: list[Spot] = []
    for d in plan.doubts:
        spots.append((-1, "", d.field))
        rows.append([f"{d.sheet} {d.cell}".strip(), d.raw, "", _label(plan, standard, d.field), d.text])
    for number, record in enumerate(plan.records):
        if record.left_out or len(rows) >= LISTED:
            continue
        table = standard.table(record.table)
        for d in record.doubts:
            column = table.column(d.field) if d.field else None
            made = grid_column(standard, table, column) if column else None
            read = read_text(record, made) if made else ""
            read += f" {made.field.unit}" if made and read and made.field.unit else ""
            spots.append((number, record.table, d.field))
            cell = d.cell if d.column else f"第 {d.row} 行"
            rows.append([f"{d.sheet} {cell}".strip(), d.raw, read, made.label if made else "", d.text])
    return rows[:LISTED], spots[:LISTED]


def _label(plan: Plan, standard: Standard, code: str) -> str:
    for planned in plan.tables:
        column = standard.table(planned.table).column(code) if code else None
        if column is not None:
            return str(column.label)
    return ""


def skipped_rows(plan: Plan) -> list[list[str]]:
    """工作表, 行, 原因, 内容 of the rows that are no records; blank ones are counted."""
    rows = [
        [s.sheet, str(s.row), str(s.to_json()["reason"]), s.text] for s in plan.skipped if s.why != "blank"
    ]
    blank = sum(1 for s in plan.skipped if s.why == "blank")
    if blank:
        rows.append(["", "", "空行", f"共 {blank:,} 行"])
    return rows


def samples(plan: Plan, standard: Standard, book: Book, index: int) -> dict[int, str]:
    """The first filled cell of each column of one table: as it is written, and as it is read when that differs."""
    planned = plan.tables[index]
    table = standard.table(planned.table)
    grid = next((g for g in book.sheets if g.name == planned.sheet), None)
    # Header row 0 is a card form: its columns have no one place in the sheet.
    in_rows = grid is not None and planned.header_rows != [0]
    records = [r for r in plan.records if r.index == index][:200]
    rows = [r.row for r in records] or [n for n in (grid.rows if grid else ()) if n > planned.header_rows[-1]]
    made: dict[int, str] = {}
    for number, mapped in planned.columns.items():
        column = table.column(mapped.code) if mapped.code else None
        shown = grid_column(standard, table, column) if column is not None else None
        raws = [grid.text(n, number) if grid is not None and in_rows else "" for n in rows[:200]]
        reads = [read_text(r, shown) if shown is not None else r.extra.get(mapped.title, "") for r in records]
        pairs = list(zip_longest(raws, reads, fillvalue=""))
        # A cell that was read tells most; a merged one has its text in another row.
        raw, read = next((p for p in pairs if all(p)), None) or next((p for p in pairs if any(p)), ("", ""))
        unit = shown.field.unit if shown is not None and mapped.unit else ""
        if shown is not None and read and not in_rows:
            made[number] = f"{read} {shown.field.unit}".rstrip()  # how a card writes it is not kept
        elif shown is None or not records or not raw or (_same(raw, read) and mapped.unit == unit):
            made[number] = raw or read
        else:
            made[number] = f"{raw} → {read} {unit}".rstrip() if read else f"{raw} → （空）"
    return made


def _same(raw: str, read: str) -> bool:
    """Equal but for the marks of thousands and the zeros at the end."""
    a, b = raw.replace(",", ""), read.replace(",", "")
    if a == b:
        return True
    try:
        return Decimal(a) == Decimal(b)
    except InvalidOperation:
        return False
