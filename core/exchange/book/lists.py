"""List sheets as the standard declares them: one record a row, streamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from core.excel import styles
from core.excel.rows import NUMBER, Block, Column, column_letters
from core.excel.workbook import Cell, CellValue, Line, Sheet, fits, page_plan
from core.exchange.book.facts import Facts
from core.exchange.book.fields import excel_column, quantity_in_unit, target_of
from core.exchange.book.frame import empty_line, header, marked, order_line, signatures, top
from core.exchange.content import Content
from core.standard.model import Column as Declared
from core.standard.model import Field
from core.standard.model import Sheet as Declaration

NUMBER_COLUMN = Column("序号", str, NUMBER, width=6, number_format="0", align="center")


_UNITS = ("万元", "元", "亿元", "㎡", "亩")


def _widest(field: Field) -> float:
    """Wider columns than these would not fit on a page; their texts wrap."""
    if field.multiline or field.max > 150:
        return 24
    if field.type == "text" and field.max <= 20:
        return 10
    return {"code": 10, "bool": 8, "period": 12, "date": 11}.get(field.type, 18)


class ListSheet:
    """One declared list with its rows in a fixed order."""

    def __init__(self, content: Content, declared: Declaration, choices: Mapping[str, str]) -> None:
        self.content, self.declared = content, declared
        self.table = content.standard.tables[declared.table]
        self.columns: tuple[Declared, ...] = tuple(
            c for code in declared.columns if (c := self.table.column(code)) is not None
        ) or tuple(c for c in self.table.list_columns if target_of(c).sheet)
        self.order: list[str] = list(
            declared.options.get("order", self.table.match[:1] or [self.table.name_field])
        )
        self.totals = content.totals(self.table.code, declared.where)
        self.count = self.totals["count"]
        made = (
            NUMBER_COLUMN,
            *(excel_column(c, content.names, choices, self.table.groups) for c in self.columns),
        )
        self.excel = tuple(replace(c, width=w) for c, w in zip(made, self._widths(made), strict=True))

    def rows(self) -> Iterator[Sequence[Any]]:
        codes = [c.code for c in self.columns]
        found = self.content.select(self.table.code, codes, where=self.declared.where, order=self.order)
        for number, row in enumerate(found, 1):
            yield (number, *row)

    def keys(self) -> Iterator[str]:
        """uids in the order of the rows."""
        for (uid,) in self.content.select(
            self.table.code, ["uid"], where=self.declared.where, order=self.order
        ):
            yield str(uid)

    def total_line(self) -> Line:
        cells: list[Cell] = [Cell("合计", styles.TOTAL_CENTER)]
        for declared, column in zip(self.columns, self.excel[1:], strict=True):
            value: CellValue = None
            if (
                isinstance(declared, Field)
                and declared.code in self.totals
                and declared.type in ("money", "area")
            ):
                value = quantity_in_unit(self.totals[declared.code], declared)
            cells.append(Cell(value, styles.TOTAL.but(align="right", number_format=column.number_format)))
        return Line(tuple(cells), 20)

    def sheet(self, facts: Facts) -> Sheet:
        width = len(self.excel)
        widths = tuple(c.width for c in self.excel)
        title = str(self.declared.options.get("title", self.declared.name))
        units = "、".join(dict.fromkeys(u for c in self.columns if (u := target_of(c).unit) in _UNITS))
        kept = min(3, width)
        paper = "A4" if fits(widths, "A4", True) else "A3"
        breaks = page_plan(widths, paper, True, kept).breaks
        span = {"first": kept + 1, "last": breaks[0]} if breaks else {}
        number = str(self.declared.options.get("number", ""))
        head = [
            *top(facts, number, title, f"{units}、宗" if units else "", width, **span),
            header(self.excel, widths),
            order_line(width),
        ]
        tail = [self.total_line()] if self.count else [empty_line(width)]
        first = len(head) + 1
        return marked(
            facts,
            Sheet(
                name=self.declared.name,
                widths=widths,
                head=tuple(head),
                block=Block(self.excel, self.rows, self.count, first),
                tail=(*tail, *signatures(facts, width, **span)),
                title_rows=(1, len(head)),
                title_columns=kept,
                freeze=f"{column_letters(min(4, width))}{first}",
                filter=f"A{first - 1}:{column_letters(width)}{first - 1 + self.count}" if self.count else "",
                paper=paper,
            ),
        )

    def _widths(self, columns: Sequence[Column]) -> Iterator[float]:
        """Declared widths, narrowed where text wraps and widened where a sum would not fit."""
        extremes = self.content.extremes(self.table.code, self.declared.where)
        for declared, column in zip((None, *self.columns), columns, strict=True):
            width = column.width
            if column.wrap and declared:
                width = min(width, _widest(target_of(declared)))
            if declared and column.kind == NUMBER:
                numbers = (*extremes.get(declared.code, ()), self.totals.get(declared.code, 0))
                width = max(
                    [8, *(len(_formatted(column.plain(n), column.number_format)) + 2 for n in numbers)]
                )
            yield width


def _formatted(number: str, number_format: str) -> str:
    """About what a spreadsheet shows, to know its width."""
    return f"{Decimal(number):,.2f}" if "#,##0.00" in number_format else number
