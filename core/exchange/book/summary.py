"""Summary sheets as figures.toml declares them, and a chart of the three paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from core.excel.rows import NUMBER, Column
from core.excel.workbook import CellValue, Chart, Line, Sheet
from core.exchange.book.facts import Facts
from core.exchange.book.fields import mu_text
from core.exchange.book.frame import body_line, header, table_sheet
from core.exchange.content import Content
from core.figures.compute import Computation, SummaryTable
from core.standard.figures import AREA, CHANGE, COUNT, MONEY, SummaryColumn
from core.standard.kernel import PATHS
from core.standard.model import Sheet as Declaration

_PLACES = {"元": 2, "万元": 6, "亿元": 10, "㎡": 2, "公顷": 6}
_CHARTED = ("revived", "recovered")
_CHART_ROWS = 20
_ROUNDING = "合计由明细按“元”“㎡”加总后再折算、取整，不由已取整的列相加；占比四舍五入，分母为零的记“—”。"


def summary_sheet(content: Content, facts: Facts, declared: Declaration, made: Computation) -> Sheet:
    """One declared summary: outer groups in bold above their inner ones, the total last."""
    table = made.summary(str(declared.options["summary"]))
    columns = _columns(table)
    *rows, total = table.rows
    body = [_values(table, r.labels, r.values, r.depth) for r in rows]
    depth = len(table.declared.rows)
    strong = {i for i, r in enumerate(rows) if r.depth < depth}
    note = table.declared.note.rstrip("。") + "；" if table.declared.note else ""
    sheet = table_sheet(
        facts,
        name=declared.name,
        number=str(declared.options.get("number", "")),
        title=table.declared.label,
        unit="万元、㎡、宗",
        columns=columns,
        body=body,
        total=_values(table, total.labels, total.values, 0),
        notes=(f"说明：{note}{_ROUNDING}",),
        strong=strong,
    )
    return _with_chart(content, sheet, table)


def _columns(table: SummaryTable) -> list[Column]:
    made = [
        Column(g.label, width=25 if i == 0 else 18, wrap=True, align="left")
        for i, g in enumerate(table.declared.rows)
    ]
    for place, c in enumerate(table.declared.columns):
        shown = [_shown(c, r.values[place]) for r in table.rows]
        width = max([11, *(len(_text(c, v)) + 2 for v in shown)])
        made.append(Column(_title(c), kind=NUMBER, width=width, number_format=_format(c)))
    return made


def _title(column: SummaryColumn) -> str:
    return column.title.replace("（", "\n（")


def _format(column: SummaryColumn) -> str:
    if column.span == CHANGE or column.measure.kind not in (COUNT, MONEY, AREA):
        return "0.0"
    return "#,##0" if column.measure.kind == COUNT else "#,##0.00"


def _text(column: SummaryColumn, value: CellValue) -> str:
    if isinstance(value, Decimal | int):
        return f"{value:,.2f}" if _format(column) == "#,##0.00" else f"{value:,}"
    return str(value or "")


def _shown(column: SummaryColumn, value: int | Decimal | None) -> CellValue:
    """A figure in its display unit, exact; — where there is none."""
    if value is None:
        return "—"
    if isinstance(value, Decimal) or column.span == CHANGE or column.measure.kind == COUNT:
        return value
    if column.measure.unit == "亩":
        return Decimal(mu_text(value))
    return Decimal(value).scaleb(-_PLACES[column.measure.unit])


def _values(
    table: SummaryTable, labels: Sequence[str], values: Sequence[int | Decimal | None], depth: int
) -> list[CellValue]:
    """Each label in its own column; an outer line says 小计 in the next one."""
    wide = len(table.declared.rows)
    names: list[CellValue] = list(labels) + [None] * (wide - len(labels))
    if depth and depth < wide:
        names[depth] = "小计"
    return names + [_shown(c, v) for c, v in zip(table.declared.columns, values, strict=True)]


# --- chart ----------------------------------------------------------------------


def _with_chart(content: Content, sheet: Sheet, table: SummaryTable) -> Sheet:
    """The paths side by side, where the summary splits by path and has amounts."""
    groups = [g.field for g in table.declared.rows]
    places = [
        i
        for code in _CHARTED
        for i, c in enumerate(table.declared.columns)
        if c.measure.code == code and c.span == "now"
    ]
    codes = content.standard.tables["asset"].fields["path"].codes
    if "path" not in groups or len(places) != len(_CHARTED) or codes is None:
        return sheet
    deep = groups.index("path")
    columns = [
        Column("盘活路径", width=sheet.widths[0]),
        *(Column(_title(table.declared.columns[i]), kind=NUMBER, number_format="#,##0.00") for i in places),
    ]
    sums = {path: [0] * len(places) for path in PATHS}
    for r in table.rows:
        if r.depth == deep + 1 and r.key[deep] in sums:
            sums[r.key[deep]] = [
                s + int(r.values[i] or 0) for s, i in zip(sums[r.key[deep]], places, strict=True)
            ]
    if not any(map(any, sums.values())):
        return sheet
    body = [[Decimal(s).scaleb(-6) for s in found] for found in sums.values()]
    widths = list(sheet.widths)
    for i, shown in enumerate(zip(*body, strict=True), 1):
        widths[i] = max([widths[i], *(len(f"{v:,.2f}") + 2 for v in shown)])
    lines = [header(columns, widths[: len(columns)])]
    lines += [
        body_line(columns, [codes.name_of(path), *values]) for path, values in zip(sums, body, strict=True)
    ]
    first = sheet.rows + 2  # one empty line, then the small table
    last = first + len(PATHS)
    chart = Chart(
        title="各路径本期盘活额与回收资金（万元）",
        anchor=f"E{first}",
        labels=(first + 1, last, 1, 1),
        series=tuple((first, last, 2 + i, 2 + i) for i in range(len(places))),
    )
    tail = (*sheet.tail, Line((), 12), *lines)
    return replace(
        sheet, widths=tuple(widths), tail=tail, charts=(chart,), rows_below=_CHART_ROWS - len(PATHS)
    )
