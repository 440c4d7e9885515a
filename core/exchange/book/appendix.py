"""审核情况表, 代码表, 目录与填报说明: what explains the package to its readers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from core.excel import styles
from core.excel.rows import NUMBER, Block, Column
from core.excel.workbook import Cell, CellValue, Line, Sheet
from core.exchange.book.facts import Facts
from core.exchange.book.fields import target_of
from core.exchange.book.frame import (
    draft_mark,
    empty_line,
    header,
    height_for,
    marked,
    order_line,
    signatures,
    top,
)
from core.exchange.book.lists import columns_of
from core.exchange.content import Content
from core.standard.figures import figures_of
from core.standard.model import HINT, SEVERITY_NAMES, CodeList, Standard
from core.standard.model import Sheet as Declaration

_LONG_LIST = 60


# --- 审核情况表 --------------------------------------------------------------------


def audit_sheet(content: Content, facts: Facts, declared: Declaration) -> Sheet:
    """错误 and 需说明 one by one with their explanations; 提示 counted by rule."""
    columns = (
        Column("序号", str, NUMBER, width=6, number_format="0", align="center"),
        Column("规则", width=9, align="center"),
        Column("级别", width=9, align="center"),
        Column("数据表", width=10, wrap=True),
        Column("对象", width=26, wrap=True),
        Column("审核情况", width=52, wrap=True),
        Column("状态", width=10, align="center"),
        Column("说明", width=40, wrap=True),
    )
    serious = [f for f in facts.findings if f.get("severity") != HINT]
    hints: dict[str, list[Any]] = {}
    for f in facts.findings:
        if f.get("severity") == HINT:
            hints.setdefault(str(f.get("rule")), []).append(f)
    tables = content.standard.tables

    def rows() -> Iterator[Sequence[Any]]:
        number = 0
        for f in serious:
            number += 1
            state = "已说明" if f.get("explained") else "未处理" if f["severity"] == "error" else "未说明"
            table = tables.get(str(f.get("table")))
            label = table.label if table else None
            severity = SEVERITY_NAMES.get(f["severity"], "")
            yield (
                number,
                f["rule"],
                severity,
                label,
                f.get("name"),
                f["text"],
                state,
                f.get("explanation") or None,
            )
        for rule, found in sorted(hints.items()):
            number += 1
            first = found[0]
            table = tables.get(str(first.get("table")))
            text = f"共 {len(found)} 条，例如：{first['text']}"
            yield (
                number,
                rule,
                SEVERITY_NAMES[HINT],
                table.label if table else None,
                None,
                text,
                "供参考",
                None,
            )

    count = len(serious) + len(hints)
    widths = tuple(c.width for c in columns)
    head = [
        *top(facts, str(declared.options.get("number", "")), "审核情况表", "", len(columns)),
        header(columns, widths),
        order_line(len(columns)),
    ]
    tail = [] if count else [empty_line(len(columns))]
    return marked(
        facts,
        Sheet(
            name=declared.name,
            widths=widths,
            head=tuple(head),
            block=Block(columns, rows, count, len(head) + 1),
            tail=(*tail, *signatures(facts, len(columns))),
            title_rows=(1, len(head)),
            freeze=f"A{len(head) + 1}",
            filter=f"A{len(head)}:H{len(head) + count}" if count else "",
        ),
    )


# --- 代码表 ------------------------------------------------------------------------


def codes_sheet(content: Content, facts: Facts, declared: Declaration, lists: Sequence[Declaration]) -> Sheet:
    """The code lists that the sheets use, as they were when this package was made."""
    used: dict[str, tuple[CodeList, list[tuple[str, str]]]] = {}
    for sheet in lists:
        for column in columns_of(content.standard, sheet):
            field = target_of(column)
            if field.codes is not None:
                used.setdefault(field.codes.code, (field.codes, []))[1].append((field.table, field.code))
    rows: list[Sequence[CellValue]] = []
    for codes, places in used.values():
        for code in _codes_to_show(content, codes, places):
            item = codes.items[code]
            span = "—".join(t for t in (item.valid_from, item.valid_to) if t)
            rows.append([codes.label, code, item.name, span or None, item.help or None])
    columns = (
        Column("代码表", width=22, wrap=True, align="left"),
        Column("代码", width=14, number_format="@", align="left"),
        Column("名称", width=36, wrap=True, align="left"),
        Column("有效期", width=22),
        Column("说明", width=40, wrap=True),
    )
    widths = tuple(c.width for c in columns)
    head = [*top(facts, "", "代码表", "", len(columns)), header(columns, widths)]
    return marked(
        facts,
        Sheet(
            name=declared.name,
            widths=widths,
            head=tuple(head),
            block=Block(columns, lambda: rows, len(rows), len(head) + 1),
            title_rows=(1, len(head)),
            freeze=f"A{len(head) + 1}",
            landscape=False,
        ),
    )


def _codes_to_show(content: Content, codes: CodeList, places: Sequence[tuple[str, str]]) -> list[str]:
    """All entries of a short list; of a long one those that are used."""
    if len(codes.items) <= _LONG_LIST:
        return list(codes.items)
    found: set[str] = set()
    for table, code in dict.fromkeys(places):
        t = content.ledger.tables.record[table]
        for value in content.ledger.conn.execute(
            sa.select(t.c[code]).where(t.c.deleted == 0).distinct()
        ).scalars():
            found.update(str(value or "").split("|"))
    return [c for c in codes.items if c in found]


# --- 目录与填报说明 ------------------------------------------------------------------

_GUIDE = (12.0, 26.0, 50.0, 14.0)


def guide_sheet(
    content: Content, facts: Facts, declared: Declaration, index: Sequence[tuple[str, str, str, str]]
) -> Sheet:
    """What each sheet is for, how figures are defined, how fields are filled in."""
    standard = content.standard
    lines = [
        Line((Cell(declared.name + draft_mark(facts), styles.TITLE, across=4),), 34),
        Line(
            (
                Cell(
                    f"口径：{standard.title}　制发：{standard.issuer}",
                    styles.MARGIN,
                    across=4,
                ),
            ),
            18,
        ),
    ]
    lines += _section("一、本包各表", ("表号", "工作表", "内容", "行数"), index)
    measures = figures_of(standard).measures.values()
    told = [
        (str(i), m.label, m.help or _definition(standard, m.table, m.sum, m.part), m.unit)
        for i, m in enumerate(measures, 1)
    ]
    lines += _section("二、指标解释", ("序号", "指标", "解释", "单位"), told)
    lines += _section("三、填报说明", ("数据表", "栏目", "填报要求", "单位"), list(_fields(standard)))
    return marked(
        facts, Sheet(name=declared.name, widths=_GUIDE, head=tuple(lines), landscape=False, title_rows=(1, 2))
    )


def _section(title: str, heads: Sequence[str], rows: Sequence[tuple[str, str, str, str]]) -> list[Line]:
    made = [Line((), 8), Line((Cell(title, styles.SECTION, across=4),), 24)]
    made.append(Line(tuple(Cell(h or None, styles.HEAD) for h in heads), 20))
    for row in rows:
        cells = tuple(
            Cell(t or None, styles.BODY.but(wrap=True, align="center" if i in (0, 3) else "left"))
            for i, t in enumerate(row)
        )
        made.append(Line(cells, height_for([(t, w) for t, w in zip(row, _GUIDE, strict=True) if t])))
    return made


def _definition(standard: Standard, table: str, summed: str, part: str) -> str:
    if part:
        return "两个指标之比，分母为零记“—”。"
    if table and summed == "1":
        return f"{standard.tables[table].label}的条数。"
    if table and summed in standard.tables[table].fields:
        return f"{standard.tables[table].label}“{standard.tables[table].fields[summed].label}”之和。"
    return "按口径文件计算。"


def _fields(standard: Standard) -> Iterator[tuple[str, str, str, str]]:
    """Fields with something to say: help, or that they must be filled."""
    for table in standard.tables.values():
        for f in table.fields.values():
            if not f.sheet or f.auto or f.code == table.parent or (not f.help and f.required is not True):
                continue
            told = ("必填。" if f.required is True else "") + f.help
            yield table.label, f.label, told, f.unit
