"""The hidden sheets: 字典 for drop-downs, _meta for proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from core.excel import styles
from core.excel.rows import DIGEST_SIZE, NUMBER, Block, Column, column_letters, digest_of
from core.excel.workbook import Cell, Line, Sheet, line_texts
from core.exchange.book.facts import Facts
from core.exchange.content import Content
from core.standard.model import Standard

DICTIONARY, META = "字典", "_meta"
META_FORMAT = "panhuo-workbook/1"
META_HEADER = ("工作表", "起始行", "各行摘要")
PER_LINE = 500
"""So many digests stand in one cell of _meta."""


def dictionary(standard: Standard, used: Sequence[str]) -> tuple[Sheet, dict[str, str]]:
    """One column a code list, and the range of each for drop-downs."""
    lists = [standard.codes[c] for c in used]
    head = Line(tuple(Cell(c.label, styles.HEAD) for c in lists))
    rows = list(zip_longest(*([i.name for i in c.items.values()] for c in lists)))
    columns = [Column(c.label, str) for c in lists]
    ranges = {
        c.code: f"{DICTIONARY}!${column_letters(i)}$2:${column_letters(i)}${len(c.items) + 1}"
        for i, c in enumerate(lists, 1)
    }
    words = Sheet(
        name=DICTIONARY,
        widths=tuple(20.0 for _ in lists),
        head=(head,),
        block=Block(columns, lambda: rows, len(rows), 2),
        hidden=True,
    )
    return words, ranges


def meta_sheet(
    content: Content, facts: Facts, sheets: Sequence[Sheet], digests: Mapping[str, bytearray]
) -> Sheet:
    """Ids, totals in 分, and a digest of every row of every sheet, many to a line."""
    lines = [Line((Cell(k), Cell(v))) for k, v in _pairs(content, facts)]
    lines.append(Line(tuple(Cell(t) for t in META_HEADER)))
    columns = (
        Column("工作表", str),
        Column("起始行", str, NUMBER, number_format="0"),
        Column("各行摘要", str),
    )

    def rows() -> Iterator[Sequence[Any]]:
        for sheet in sheets:
            known = _of_sheet(sheet, digests.get(sheet.name, b""))
            for first in range(0, sheet.rows, PER_LINE):
                part = known[first * DIGEST_SIZE : (first + PER_LINE) * DIGEST_SIZE]
                yield sheet.name, first + 1, part.hex()

    count = sum(-(-s.rows // PER_LINE) for s in sheets)
    return Sheet(
        name=META,
        widths=(16.0, 40.0, 80.0),
        head=tuple(lines),
        block=Block(columns, rows, count, len(lines) + 1),
        hidden=True,
    )


def _of_sheet(sheet: Sheet, block: bytes | bytearray) -> bytes:
    """Digests of all rows of a sheet, from its first to its last."""
    head = b"".join(digest_of(line_texts(line)) for line in sheet.head)
    tail = b"".join(digest_of(line_texts(line)) for line in sheet.tail)
    return head + bytes(block) + tail


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
