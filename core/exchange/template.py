"""The blank template for units without the program: the standard's sheets with drop-downs and help."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from core.errors import UsageError
from core.excel import styles, workbook
from core.excel.pages import fits, page_plan
from core.excel.rows import NUMBER, Block, column_letters
from core.excel.workbook import Cell, Choice, Line, Sheet
from core.exchange.book.fields import excel_column, target_of
from core.exchange.book.frame import header, height_for, order_line
from core.exchange.book.hidden import DICTIONARY, META
from core.exchange.columns import importable
from core.exchange.intake import TEMPLATE_FORMAT
from core.exchange.whole import whole_file
from core.standard import types
from core.standard.model import Column, Field, Show, Standard, TableDef
from core.standard.model import Sheet as Declaration

PREPARED = 100
"""Rows drawn with lines; formats and drop-downs reach further."""
LAST_ROW = 5000
EXAMPLE = "示例"
GUIDE = "填报说明"
_YES_NO = '"是,否"'
_FIXED = re.compile(r"\b(\w+) == '([^']*)'")
_OPTION = re.compile(r"option\.(\w+) == (\w+)")
_EXAMPLE_STYLE = styles.BODY.but(color=styles.GREY, wrap=True)


@dataclass(frozen=True, slots=True)
class Template:
    """What was written: sheet → column titles in order."""

    path: Path
    sheets: Mapping[str, tuple[str, ...]]


def make_template(
    standard: Standard, target: Path, *, table: str = "", sheets: Sequence[str] = ()
) -> Template:
    """Write an empty workbook that units fill in and that intake reads back.

    Without a choice: the standard's lists of assets, one sheet a path. `table`: that table's own
    list; `sheets`: lists and details of the standard by name.
    """
    words = _Words()
    made = [_Blank(standard, d, words) for d in _declarations(standard, table, sheets)]
    blanks = [b.sheet() for b in made]
    book = [_guide(standard, made), *blanks, words.sheet(), _meta(made)]
    with whole_file(target, "模板没有写成") as part:
        workbook.write(
            book, part, title=f"{standard.title} 填报模板", stamp={"panhuo-template": standard.name}
        )
    return Template(target, {b.name: tuple(c.title for c in b.columns) for b in made})


def _declarations(standard: Standard, table: str, sheets: Sequence[str]) -> list[Declaration]:
    """The sheets of the standard that are wanted."""
    offered = [s for s in standard.sheets if s.kind in ("list", "detail")]
    if sheets:
        known = {s.name: s for s in offered}
        for name in sheets:
            if name not in known:
                raise UsageError(
                    f"口径里没有工作表“{name}”", next="可用：" + "、".join(known), code="no-sheet"
                )
        return [known[name] for name in sheets]
    if table:
        if table not in standard.tables:
            raise UsageError(
                f"口径里没有表 {table}", next="可用：" + "、".join(standard.tables), code="no-table"
            )
        label = standard.tables[table].label
        return [Declaration(label if label.endswith(("表", "单")) else f"{label}清单", table)]
    found = [s for s in offered if s.kind == "list" and s.table == "asset"]
    return found or [Declaration("资产清单", "asset")]


def declared_columns(table: TableDef, declared: Declaration) -> tuple[Column, ...]:
    """The columns of a declared sheet that people fill in."""
    groups: Sequence[str] = declared.options.get("groups", ())
    if declared.columns:
        wanted = [c for code in declared.columns if (c := table.column(code)) is not None]
    elif groups:
        lead = [c for c in table.list_columns if isinstance(c, Show)]
        fields = [f for group in groups for f in table.fields.values() if f.group == group]
        wanted = [*fields[:2], *lead, *fields[2:]]
    else:
        wanted = list(table.list_columns)
    mine = {c.code for c in importable(table)}
    return tuple(c for c in wanted if c.code in mine and target_of(c).sheet and not target_of(c).sensitive)


class _Words:
    """The drop-down lists of the hidden sheet, one column each."""

    def __init__(self) -> None:
        self._lists: dict[tuple[str, ...], str] = {}

    def range_of(self, label: str, names: Sequence[str]) -> str:
        """Where a drop-down finds its entries."""
        key = (label, *names)
        if key not in self._lists:
            letters = column_letters(len(self._lists) + 1)
            self._lists[key] = f"{DICTIONARY}!${letters}$2:${letters}${len(names) + 1}"
        return self._lists[key]

    def sheet(self) -> Sheet:
        lists = list(self._lists)
        lines = [Line(tuple(Cell(k[0], styles.HEAD) for k in lists))]
        for row in range(1, max(map(len, lists), default=1)):
            lines.append(Line(tuple(Cell(k[row] if row < len(k) else None) for k in lists)))
        return Sheet(name=DICTIONARY, widths=(20.0,) * len(lists), head=tuple(lines), hidden=True)


class _Blank:
    """One sheet to fill in."""

    def __init__(self, standard: Standard, declared: Declaration, words: _Words) -> None:
        self.name = declared.name
        self.table = standard.tables[declared.table]
        self.columns = declared_columns(self.table, declared)
        self.fixed = {
            code: value
            for code, value in _FIXED.findall(declared.where)
            if (f := self.table.fields.get(code)) is not None and f.codes and value in f.codes.items
        }
        """Fields whose value the sheet decides: the path of a path list."""
        self._words = words
        made = [excel_column(c, lambda table: {}, None, self.table.groups) for c in self.columns]
        self.excel = [
            replace(
                e, number_format="@" if target_of(c).type in ("id", "cert") else e.number_format, plain=str
            )
            for e, c in zip(made, self.columns, strict=True)
        ]
        self.number = replace(
            excel_column(_serial(self.table), lambda table: {}), title="序号", width=6, align="center"
        )

    def items(self, field: Field) -> list[str]:
        """The names that a code field offers on this sheet."""
        assert field.codes is not None
        found = list(field.codes.items.values())
        if field.code in self.fixed:
            found = [i for i in found if i.code == self.fixed[field.code]]
        for attribute, other in _OPTION.findall(field.options):
            if wanted := self.fixed.get(other):
                found = [i for i in found if i.extra.get(attribute) == wanted] or found
        return [i.name for i in found if not i.extra.get("replaced")]

    # --- the sheet ---------------------------------------------------------------------

    def sheet(self) -> Sheet:
        all_columns = [self.number, *self.excel]
        width = len(all_columns)
        widths = tuple(max(c.width, 8.0) if i else 6.0 for i, c in enumerate(all_columns))
        units = "、".join(
            dict.fromkeys(
                u for c in self.columns if (u := target_of(c).unit) and target_of(c).type in ("money", "area")
            )
        )
        titles = header(all_columns, widths)
        paper = "A4" if fits(widths, "A4", True) else "A3"
        kept = min(3, width)
        breaks = page_plan(widths, paper, True, kept).breaks
        # The title stands on the first page, right of the frozen columns.
        lead, room = (kept, breaks[0] - kept) if breaks else (0, width)
        empty = (Cell(None, across=lead),) if lead else ()
        by = Cell("填报单位（盖章）：", styles.MARGIN, across=lead or max(1, width // 2))
        unit_room = room if lead else width - by.across
        unit = Cell(f"单位：{units}" if units else "", styles.MARGIN_RIGHT, across=max(1, unit_room))
        head = [
            Line((*empty, Cell(self.name, styles.TITLE, across=room)), 32),
            Line((by, unit), 18),
            Line(tuple(self._heads(titles.cells)), titles.height),
            order_line(width),
            self._example(widths),
        ]
        first = len(head) + 1
        return Sheet(
            name=self.name,
            widths=widths,
            head=tuple(head),
            block=Block(all_columns, self._empty_rows, PREPARED, first),
            title_rows=(1, 4),
            title_columns=kept,
            freeze=f"{column_letters(min(4, width))}5",
            paper=paper,
            choices=tuple(self._choices(first)),
            column_formats=tuple(c.number_format if c.kind != NUMBER else "" for c in all_columns),
        )

    def _heads(self, titles: Sequence[Cell]) -> Iterator[Cell]:
        """Column titles: required ones shaded, each with its help as a note."""
        yield titles[0]
        for title, column in zip(titles[1:], self.columns, strict=True):
            required = target_of(column).required is True
            yield replace(
                title, style=styles.HEAD_REQUIRED if required else styles.HEAD, note=self.help_of(column)
            )

    def help_of(self, column: Column) -> str:
        """What a unit must know to fill in one column."""
        f = target_of(column)
        parts = [f.help.rstrip("。") + "。" if f.help else ""]
        if f.required is True:
            parts.append("必填。")
        elif f.required or f.applies:
            parts.append("按情形填写，不适用的不填。")
        parts.append(_how(f))
        if f.codes and f.type == "codes":
            parts.append("可选：" + "、".join(self.items(f)[:40]) + "。")
        return "".join(parts)

    def _example(self, widths: Sequence[float]) -> Line:
        """A row that shows how to fill in; its mark makes intake pass over it."""
        cells = [Cell(EXAMPLE, _EXAMPLE_STYLE.but(align="center"))]
        texts = []
        for column, made, width in zip(self.columns, self.excel, widths[1:], strict=True):
            value, number_format = self._example_value(column)
            style = _EXAMPLE_STYLE.but(align=made.align, number_format=number_format)
            cells.append(Cell(value, style))
            texts.append((str(value or ""), width))
        return Line(tuple(cells), height_for(texts))

    def _example_value(self, column: Column) -> tuple[types.Cell, str]:
        f = target_of(column)
        if f.type in ("code", "codes"):
            return self.items(f)[0], "@"
        if f.type == "ref":
            return f"（{f.label}名称）", "@"
        value, number_format = types.cell(types.parse(types.example(f), f), f)
        return (value, "yyyy-mm-dd") if isinstance(value, date) else (value, number_format)

    def _empty_rows(self) -> Iterator[Sequence[Any]]:
        for _ in range(PREPARED):
            yield (None,) * (len(self.columns) + 1)

    def _choices(self, first: int) -> Iterator[Choice]:
        for number, column in enumerate(self.columns, 2):
            f = target_of(column)
            letters = column_letters(number)
            cells = f"{letters}{first}:{letters}{LAST_ROW}"
            if f.type == "bool":
                yield Choice(cells, _YES_NO)
            elif f.codes and f.type == "code":
                names = self.items(f)
                yield Choice(cells, self._words.range_of(f.codes.label, names))


def _meta(blanks: Sequence[_Blank]) -> Sheet:
    """Which sheet is which table, so that intake need not guess."""
    pairs = [("格式", TEMPLATE_FORMAT), *((b.name, b.table.code) for b in blanks)]
    lines = tuple(Line((Cell(a), Cell(b))) for a, b in pairs)
    return Sheet(name=META, widths=(30.0, 30.0), head=lines, hidden=True)


def _serial(table: TableDef) -> Field:
    return Field(table=table.code, code="", label="序号", type="integer", order=0)


_HOW = {
    "id": "按文本填写，不要省略前面的 0。",
    "cert": "按证上原样填写。",
    "date": "写作 2024-05-01；只知道年月的写 2024-05，只知道年份的写 2024。",
    "bool": "填“是”或“否”。",
    "code": "从下拉列表中选择。",
    "codes": "可填几项，用“、”隔开。",
    "period": "写作 2026Q3（季）、2026M09（月）或 2026（年）。",
    "money": "以{unit}为单位，只填数字。",
    "area": "以{unit}为单位，只填数字。",
    "integer": "只填整数。",
    "decimal": "只填数字。",
}


def _how(field: Field) -> str:
    unit = field.unit or {"money": "元", "area": "㎡"}.get(field.type, "")
    return _HOW.get(field.type, "").format(unit=unit)


# --- the first sheet ---------------------------------------------------------------------

_GUIDE_WIDTH = 84.0


def _guide(standard: Standard, blanks: Sequence[_Blank]) -> Sheet:
    """How to fill in, and where to sign; one text a row, so that intake sees no table here."""
    lines = [Line((Cell(f"{standard.title}填报模板", styles.TITLE),), 40)]

    def say(text: str, style: styles.Style = styles.PARAGRAPH) -> None:
        lines.append(Line((Cell(text, style),), height_for([(text, _GUIDE_WIDTH * 0.87)], line=17)))

    say("一、怎样填", styles.SECTION)
    for text in (
        f"每行填一条，从“{EXAMPLE}”的下一行开始连续填写；“{EXAMPLE}”行不必删除，导入时自动略过。",
        "黄色表头为必填；鼠标停在表头上可看填报说明；带下拉列表的格请从列表中选择。",
        "金额、面积只填数字，单位写在表头里；没有的不填，不要写“无”“0”。不要改动表头、增减列、合并单元格。",
        f"行数不够可直接往下填，下拉列表到第 {LAST_ROW} 行。编号、证号、信用代码所在的列已设为文本，请勿改为数字。",
        f"本模板适用口径：{standard.name}。填好后存为 .xlsx，交汇总单位用“盘活台账”导入。",
    ):
        say("　　" + text)
    say("二、各表", styles.SECTION)
    for number, blank in enumerate(blanks, 1):
        required = [c.label for c in blank.columns if target_of(c).required is True]
        told = f"　　{number}. {blank.name}：共 {len(blank.columns)} 栏"
        say(told + (f"，必填：{'、'.join(required)}。" if required else "。"))
    say("三、签章", styles.SECTION)
    sign = styles.PARAGRAPH.but(vertical="center")
    for text in ("填报单位（盖章）", "单位负责人", "复核人", "填表人", "联系电话", "报出日期"):
        lines.append(Line((Cell(f"　　{text}：", sign),), 30))
    return Sheet(name=GUIDE, widths=(_GUIDE_WIDTH,), head=tuple(lines), landscape=False)
