"""The hidden sheets: 字典 for drop-downs, _meta for proof."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any

from core.excel import styles
from core.excel.rows import DIGEST_SIZE, NUMBER, Block, Column, column_letters, digest_of
from core.excel.workbook import Cell, Line, Sheet, line_texts
from core.exchange.book.facts import Facts
from core.exchange.content import Content
from core.standard.model import Standard

DICTIONARY, META = "字典", "_meta"
META_FORMAT = "panhuo-workbook/1"
META_HEADER = ("工作表", "行号", "记录", "摘要")


def dictionary(standard: Standard, used: Sequence[str]) -> tuple[Sheet, dict[str, str]]:
    """One column a code list, and the range of each for drop-downs."""
    lists = [standard.codes[c] for c in used]
    height = max([len(c.items) for c in lists], default=0)
    lines = [Line(tuple(Cell(c.label, styles.HEAD) for c in lists))]
    names = [[i.name for i in c.items.values()] for c in lists]
    for row in range(height):
        lines.append(Line(tuple(Cell(n[row] if row < len(n) else None) for n in names)))
    ranges = {
        c.code: f"{DICTIONARY}!${column_letters(i)}$2:${column_letters(i)}${len(c.items) + 1}"
        for i, c in enumerate(lists, 1)
    }
    return Sheet(name=DICTIONARY, widths=tuple(20.0 for _ in lists), head=tuple(lines), hidden=True), ranges


def meta_sheet(
    content: Content,
    facts: Facts,
    sheets: Sequence[Sheet],
    keys: Mapping[str, Callable[[], Iterator[str]]],
    digests: Mapping[str, bytearray],
) -> Sheet:
    """Ids, totals in 分, and a digest of every row of every sheet; `keys` gives the uids of list rows."""
    lines = [Line((Cell(k), Cell(v))) for k, v in _pairs(content, facts)]
    lines.append(Line(tuple(Cell(t) for t in META_HEADER)))
    columns = (
        Column("工作表", str),
        Column("行号", str, NUMBER, number_format="0"),
        Column("记录", str),
        Column("摘要", str),
    )

    def rows() -> Iterator[Sequence[Any]]:
        for sheet in sheets:
            first, count = (sheet.block.first, sheet.block.count) if sheet.block else (0, 0)
            for number, line in sheet.frame_lines():
                yield sheet.name, number, None, digest_of(line_texts(line)).hex()
            if not count:
                continue
            known = digests[sheet.name]
            uids = keys[sheet.name]() if sheet.name in keys else repeat(None)
            for number, uid in zip(range(count), uids, strict=False):
                yield (
                    sheet.name,
                    first + number,
                    uid,
                    known[number * DIGEST_SIZE : (number + 1) * DIGEST_SIZE].hex(),
                )

    return Sheet(
        name=META,
        widths=(16.0, 40.0, 40.0, 20.0),
        head=tuple(lines),
        block=Block(columns, rows, sum(s.rows for s in sheets), len(lines) + 1),
        hidden=True,
    )


def _pairs(content: Content, facts: Facts) -> list[tuple[str, str]]:
    """Everything of the manifest that the sheets for people do not show."""
    pairs = [
        ("格式", META_FORMAT),
        ("排版", str(facts.layout)),
        ("软件", facts.program),
        ("包编号", facts.package_id),
        ("期间", facts.period),
        ("版本号", f"V{facts.version:02d}"),
        ("性质", facts.nature),
        ("口径", content.standard.name),
        ("口径哈希", content.standard.hash),
        ("校验码", facts.check_code),
        ("数据指纹", facts.fingerprint),
        ("生成时间", facts.created_at),
        ("经办人", facts.operator),
        ("上一版包编号", facts.previous_id),
        ("上一版校验码", facts.previous_code),
    ]
    for table, sums in facts.totals.items():
        pairs += [(f"{table}.{name}", str(value)) for name, value in sums.items()]
    return pairs
