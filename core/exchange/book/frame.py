"""What every sheet has in common: 表号, title, 单位, 栏次, and the line for signatures."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import replace

from core.excel import styles
from core.excel.pages import fits
from core.excel.rows import Column
from core.excel.styles import Style
from core.excel.workbook import Cell, CellValue, Line, Sheet
from core.exchange.book.facts import Facts, day, spaced
from core.standard.widths import text_width

_LINE = 15.0
NOTHING = "本期无"


def lines_needed(text: str, width: float) -> int:
    """How many lines a wrapped text takes in a column of `width` characters."""
    room = max(2, int(width * 0.94 - 0.5))
    return sum(max(1, math.ceil(text_width(part) / room)) for part in text.split("\n"))


def height_for(texts: Sequence[tuple[str, float]], *, line: float = _LINE, least: int = 1) -> float:
    """The height of a row whose texts stand in columns of the given widths."""
    return line * max([least, *(lines_needed(t, w) for t, w in texts)]) + 4


def spread(style: Style, *values: CellValue) -> tuple[Cell, ...]:
    return tuple(Cell(v, style) for v in values)


def draft_mark(facts: Facts) -> str:
    return "（草稿，未经审核，不作上报依据）" if facts.is_draft else ""


def top(
    facts: Facts, number: str, title: str, unit: str, width: int, *, first: int = 1, last: int = 0
) -> list[Line]:
    """Title line, then 表号, period and unit, over the columns `first`..`last`: the first page."""
    last = last or width
    room = last - first + 1
    name = title + draft_mark(facts)
    lead = [Cell(None, across=first - 1)] if first > 1 else []
    if first > 1:
        left = [Cell(f"表号：{number}" if number else "", styles.MARGIN, across=first - 1)]
        third, middle = 0, max(1, room * 2 // 3)
    else:
        third = max(1, room // 3)
        left = [Cell(f"表号：{number}" if number else "", styles.MARGIN, across=third)]
        middle = max(1, room - 2 * third)
    second = [
        *left,
        Cell(f"{facts.cover.unit}　{facts.period_name}", styles.MARGIN.but(align="center"), across=middle),
    ]
    if room - third - middle > 0:
        second.append(
            Cell(f"单位：{unit}" if unit else "", styles.MARGIN_RIGHT, across=room - third - middle)
        )
    return [Line((*lead, Cell(name, styles.TITLE, across=room)), 32), Line(tuple(second), 18)]


def header(columns: Sequence[Column], widths: Sequence[float]) -> Line:
    """One line of column titles, high enough for all of them."""
    cells = tuple(Cell(c.title, styles.HEAD) for c in columns)
    return Line(cells, height_for([(c.title, w) for c, w in zip(columns, widths, strict=True)], least=2))


def order_line(count: int) -> Line:
    """栏次 1, 2, 3 …"""
    return Line(tuple(Cell(number, styles.ORDER) for number in range(1, count + 1)), 14)


def signatures(facts: Facts, width: int, *, first: int = 1, last: int = 0) -> list[Line]:
    """The last line of each sheet: who is responsible, and the code that ties paper to file."""
    c = facts.cover
    text = "　　".join(
        (
            f"单位负责人：{c.leader}",
            f"复核人：{c.reviewer}",
            f"填表人：{c.filler}",
            f"联系电话：{c.phone}",
            f"报出日期：{day(c.report_date)}",
            f"校验码：{spaced(facts.check_code).replace(' ', chr(0xA0))}",
        )
    )
    lead = [Cell(None, across=first - 1)] if first > 1 else []
    return [Line((*lead, Cell(text, styles.MARGIN.but(wrap=True), across=(last or width) - first + 1)), 32)]


def marked(facts: Facts, sheet: Sheet) -> Sheet:
    """The sheet with what stands in the page margins of every sheet."""
    header = "草　稿" if facts.is_draft else ""
    return replace(sheet, page_header=header, page_footer=f"校验码 {spaced(facts.check_code)}")


def empty_line(width: int) -> Line:
    return Line((Cell(NOTHING, styles.EMPTY_NOTE, across=width),), 24)


def table_sheet(
    facts: Facts,
    *,
    name: str,
    number: str,
    title: str,
    unit: str,
    columns: Sequence[Column],
    body: Sequence[Sequence[CellValue]],
    total: Sequence[CellValue] | None = None,
    notes: Sequence[str] = (),
    strong: Collection[int] = (),
) -> Sheet:
    """A small table whose lines are all known; `strong` are the lines of `body` in bold (subtotals)."""
    widths = tuple(c.width for c in columns)
    head = [*top(facts, number, title, unit, len(columns)), header(columns, widths), order_line(len(columns))]
    tail = [body_line(columns, v, strong=i in strong) for i, v in enumerate(body)]
    tail = tail or [empty_line(len(columns))]
    if total is not None and body:
        tail.append(body_line(columns, total, total=True))
    tail += [
        Line(
            (Cell(t, styles.MARGIN.but(wrap=True), across=len(columns)),),
            height_for([(t, sum(widths))], line=14),
        )
        for t in notes
    ]
    tail += signatures(facts, len(columns))
    return marked(
        facts,
        Sheet(
            name=name,
            widths=widths,
            head=tuple(head),
            tail=tuple(tail),
            title_rows=(1, len(head)),
            title_columns=1,
            freeze=f"B{len(head) + 1}",
            paper="A4" if fits(widths, "A4", True) else "A3",
        ),
    )


def body_line(
    columns: Sequence[Column], values: Sequence[CellValue], *, total: bool = False, strong: bool = False
) -> Line:
    """One line of a small table, each value in the look of its column."""
    cells = []
    for column, value in zip(columns, values, strict=True):
        is_number = isinstance(value, int) or (value is not None and not isinstance(value, str))
        base = styles.TOTAL if total else styles.BODY.but(bold=strong)
        align = column.align or ("right" if is_number else "left")
        if value == "—":
            align = "center"
        number_format = column.number_format if is_number else "General"
        if isinstance(value, int) and number_format == "#,##0.00":
            number_format = "#,##0"
        cells.append(
            Cell(
                value,
                base.but(
                    align=align,
                    wrap=column.wrap,
                    number_format=number_format,
                ),
            )
        )
    texts = [(str(v), c.width) for c, v in zip(columns, values, strict=True) if c.wrap and isinstance(v, str)]
    return Line(tuple(cells), height_for(texts) if texts else 18)
