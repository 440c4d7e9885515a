"""Puts the sheets of a package's workbook in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from core.excel import workbook
from core.excel.workbook import BookResult, Sheet
from core.exchange.book import front, hidden, summary
from core.exchange.book.facts import Facts
from core.exchange.book.fields import target_of
from core.exchange.book.lists import ListSheet
from core.exchange.content import Content
from core.standard.model import Sheet as Declaration
from core.standard.model import Standard


@dataclass(slots=True)
class Book:
    """The planned workbook; `digests` fills while its rows are written or compared."""

    sheets: tuple[Sheet, ...]
    facts: Facts
    title: str
    digests: dict[str, bytearray] = field(default_factory=dict)

    def write(self, target: Path) -> BookResult:
        return workbook.write(
            self.sheets,
            target,
            title=self.title,
            stamp={"panhuo-package": self.facts.package_id, "panhuo-check-code": self.facts.check_code},
            modified=_utc(self.facts.created_at),
            digests=self.digests,
        )


def plan(content: Content, facts: Facts) -> Book:
    """All sheets of the workbook for people."""
    book = Book((), facts, f"{facts.cover.unit} {facts.period_name} 闲置低效国有资产盘活报送")
    declared = list_declarations(content.standard)
    words, choices = hidden.dictionary(content.standard, _used_codes(content.standard, declared))
    sums = summary.path_sums(content)
    lists = [
        made
        for d in declared
        if (made := ListSheet(content, d, choices)).count or not d.options.get("skip_empty")
    ]
    sheets = [s.sheet(facts) for s in lists]
    keys = {sheet.name: made.keys for sheet, made in zip(sheets, lists, strict=True)}
    shown = (
        front.cover_sheet(content, facts, sums["*"]),
        front.notes_sheet(content, facts, sums["*"]),
        summary.path_summary(content, facts, sums),
        *sheets,
    )
    book.sheets = (*shown, words, hidden.meta_sheet(content, facts, shown, keys, book.digests))
    return book


def list_declarations(standard: Standard) -> list[Declaration]:
    """The lists that the standard declares."""
    return [s for s in standard.sheets if s.kind == "list"]


def _used_codes(standard: Standard, declared: list[Declaration]) -> list[str]:
    found: dict[str, None] = {}
    for sheet in declared:
        table = standard.tables[sheet.table]
        for column in table.columns:
            field = target_of(column)
            if field.codes is not None and field.type == "code":
                found[field.codes.code] = None
    return list(found)


def _utc(created_at: str) -> str:
    return created_at[:19].replace(" ", "T") + "Z" if created_at else "1980-01-01T00:00:00Z"
