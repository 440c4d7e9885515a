"""List and detail sheets as the standard declares them: one record a row, streamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from typing import Any

from core.excel import styles
from core.excel.pages import fits, page_plan
from core.excel.rows import NUMBER, Block, Column, column_letters
from core.excel.workbook import Cell, CellValue, Line, Sheet
from core.exchange.book.facts import Facts
from core.exchange.book.fields import NOT_APPLICABLE, excel_column, quantity_in_unit, target_of
from core.exchange.book.frame import empty_line, header, marked, order_line, signatures, top
from core.exchange.content import Content
from core.standard.model import Column as Declared
from core.standard.model import Field, Standard, TableDef
from core.standard.model import Sheet as Declaration
from core.standard.widths import text_width

NUMBER_COLUMN = Column("序号", str, NUMBER, width=6, number_format="0", align="center")

_UNITS = ("万元", "元", "亿元", "㎡", "亩")
_TITLE_COLUMNS = 3


def columns_of(standard: Standard, declared: Declaration) -> tuple[Declared, ...]:
    """The columns of a declared list: those named, all fields of its groups, or the list columns."""
    table = standard.tables[declared.table]
    if declared.columns:
        return tuple(c for code in declared.columns if (c := table.column(code)) is not None)
    if declared.kind == "detail":
        return _of_groups(table, declared.options.get("groups", table.groups))
    return tuple(c for c in table.list_columns if target_of(c).sheet)


def _of_groups(table: TableDef, groups: Sequence[str]) -> tuple[Declared, ...]:
    """What names the record, its unit, then every other field of the groups in order."""
    names = (table.name_field, *table.match)
    fields = [f for g in groups for f in table.fields.values() if f.group == g and f.sheet]
    named = [f for f in fields if f.code in names and f.list]
    shown = [c for c in table.list_columns if not isinstance(c, Field) and not c.to_child]
    return (*named, *(c for c in shown if target_of(c).sheet), *(f for f in fields if f not in named))


def widest(field: Field) -> float:
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
        self.columns = columns_of(content.standard, declared)
        self.order: list[str] = list(
            declared.options.get("order", self.table.match[:1] or [self.table.name_field])
        )
        self.totals, self.extremes = content.survey(
            self.table.code, declared.where, {c.code for c in self.columns}
        )
        self.count = self.totals["count"]
        made = (
            NUMBER_COLUMN,
            *(excel_column(c, content.names, choices, self.table.groups) for c in self.columns),
        )
        self.excel = tuple(replace(c, width=w) for c, w in zip(made, self._widths(made), strict=True))

    @property
    def is_shown(self) -> bool:
        return bool(self.count) or not self.declared.options.get("skip_empty")

    # --- rows ------------------------------------------------------------------

    def rows(self) -> Iterator[Sequence[Any]]:
        """Values with — where a field does not apply; empty stays empty, 0 stays 0."""
        codes = [c.code for c in self.columns]
        fields = [(i, c.applies) for i, c in enumerate(self.columns) if isinstance(c, Field) and c.applies]
        conditions = list(dict.fromkeys(text for _, text in fields))
        places = [(i, len(codes) + conditions.index(text)) for i, text in fields]
        found = self.content.marked(
            self.table.code, codes, conditions, where=self.declared.where, order=self.order
        )
        if not places:
            for number, row in enumerate(found, 1):
                yield (number, *row)
            return
        width = len(codes)
        known: dict[tuple[int, ...], list[int]] = {}  # few combinations of conditions occur
        for number, row in enumerate(found, 1):
            marks = row[width:]
            if marks not in known:
                known[marks] = [place for place, mark in places if row[mark]]
            values = [number, *row[:width]]
            for place in known[marks]:
                if values[place + 1] is None:
                    values[place + 1] = NOT_APPLICABLE
            yield values

    # --- the sheet ---------------------------------------------------------------

    def sheet(self, facts: Facts) -> Sheet:
        width = len(self.excel)
        widths = tuple(c.width for c in self.excel)
        kept = min(_TITLE_COLUMNS, width)
        paper = "A4" if fits(widths, "A4", True) else "A3"
        breaks = page_plan(widths, paper, True, kept).breaks
        span = {"first": kept + 1, "last": breaks[0]} if breaks else {}
        head = self._head(facts, span, breaks)
        tail = [self._total_line()] if self.count else [empty_line(width)]
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
                freeze=f"{column_letters(min(kept + 1, width))}{first}",
                filter=f"A{first - 1}:{column_letters(width)}{first - 1 + self.count}" if self.count else "",
                paper=paper,
            ),
        )

    def _head(self, facts: Facts, span: Mapping[str, int], breaks: Sequence[int]) -> list[Line]:
        title = str(self.declared.options.get("title", self.declared.name))
        units = "、".join(dict.fromkeys(u for c in self.columns if (u := target_of(c).unit) in _UNITS))
        number = str(self.declared.options.get("number", ""))
        width = len(self.excel)
        lines = top(facts, number, title, f"{units}、宗" if units else "", width, **span)
        if self.declared.kind == "detail":
            lines.append(self._group_line(breaks))
        return [*lines, header(self.excel, [c.width for c in self.excel]), order_line(width)]

    def _group_line(self, breaks: Sequence[int]) -> Line:
        """The groups of the fields above their titles; no cell reaches over the end of a page."""
        ends = (min(_TITLE_COLUMNS, len(self.excel)), *breaks)

        def part(place: int) -> tuple[str, int]:
            return self.excel[place].group, sum(place >= end for end in ends)

        cells = []
        for (label, _), places in groupby(range(len(self.excel)), key=part):
            cells.append(Cell(label or None, styles.HEAD, across=len(list(places))))
        return Line(tuple(cells), 20)

    def _total_line(self) -> Line:
        cells: list[Cell] = [Cell("合计", styles.TOTAL_CENTER)]
        for declared, column in zip(self.columns, self.excel[1:], strict=True):
            value: CellValue = None
            if isinstance(declared, Field) and declared.code in self.totals and is_summed(declared):
                value = quantity_in_unit(self.totals[declared.code], declared)
            cells.append(Cell(value, styles.TOTAL.but(align="right", number_format=column.number_format)))
        return Line(tuple(cells), 20)

    def _widths(self, columns: Sequence[Column]) -> Iterator[float]:
        """Declared widths, narrowed where text wraps and widened where a sum would not fit."""
        for declared, column in zip((None, *self.columns), columns, strict=True):
            width = column.width
            if column.wrap and declared:
                width = min(width, widest(target_of(declared)))
            if declared and column.kind == NUMBER:
                numbers = (*self.extremes.get(declared.code, ()), self.totals.get(declared.code, 0))
                shown = [len(_formatted(column.plain(n), column.number_format)) + 2 for n in numbers]
                unit = column.title.partition("\n")[2]
                width = max([8, text_width(unit), *shown])
            yield width


def is_summed(field: Field) -> bool:
    """Whether a sum of the column means something; prices per ㎡ and the like do not add up."""
    return field.type in ("money", "area") and "/" not in field.label


def _formatted(number: str, number_format: str) -> str:
    """About what a spreadsheet shows, to know its width."""
    return f"{Decimal(number):,.2f}" if "#,##0.00" in number_format else number
