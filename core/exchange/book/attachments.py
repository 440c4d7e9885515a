"""附件清单.xlsx: what is attached to which record, under which name, with its checksum."""

from __future__ import annotations

from core.excel.rows import NUMBER, Column
from core.exchange.attached import attachments
from core.exchange.book.facts import Facts
from core.exchange.book.frame import table_sheet
from core.exchange.book.plan import Book
from core.exchange.content import Content
from core.exchange.package import ATTACHMENTS

_COLUMNS = (
    Column("序号", str, NUMBER, width=6, number_format="0", align="center"),
    Column("附件文件夹中的文件", width=36, wrap=True),
    Column("资产编号", width=22, wrap=True),
    Column("资产或记录名称", width=26, wrap=True),
    Column("类别", width=12, align="center", wrap=True),
    Column("原文件名", width=26, wrap=True),
    Column("大小\n（字节）", str, NUMBER, width=13, number_format="#,##0"),
    Column("校验和（SHA-256）", width=34, wrap=True),
)


def attachment_book(content: Content, facts: Facts) -> Book:
    """The list of attachments as a workbook of one sheet; 本期无 when nothing is attached."""
    listed = attachments(content.ledger, content.left_out())
    body = [
        (n, a.entry.removeprefix(ATTACHMENTS), a.label, a.name, a.kind, a.file, a.size, a.sha256)
        for n, a in enumerate(listed, 1)
    ]
    sheet = table_sheet(
        facts,
        name="附件清单",
        number="",
        title="附件清单",
        unit="",
        columns=_COLUMNS,
        body=body,
        notes=("本表随上报包附带，列出“附件”文件夹中的全部文件；校验和与包内 SHA256.txt 一致。",),
    )
    return Book((sheet,), facts, f"{facts.cover.unit} {facts.period_name} 附件清单")
