"""Puts the sheets of a package's workbook in order, as the standard declares them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from core.excel import workbook
from core.excel.streamed import Sink
from core.excel.workbook import BookResult, Sheet
from core.exchange.book import appendix, changes, front, hidden, notes, summary
from core.exchange.book.facts import Facts
from core.exchange.book.fields import target_of
from core.exchange.book.figures import key_figures, moved, unit_counts
from core.exchange.book.lists import ListSheet, columns_of
from core.exchange.content import Content
from core.figures.compute import computation
from core.standard.model import Sheet as Declaration
from core.standard.model import Standard

LISTS = ("list", "detail")
_ALWAYS = (("cover", "封面"), ("notes", "编报说明"))
_PURPOSE = {
    "cover": "报送单位、版本、主要指标、承诺与签字盖章",
    "notes": "范围、审核、变动、未报单位等情况的文字说明",
    "guide": "各表用途、指标解释、填报要求",
    "summary": "按口径声明的指标和分组汇总",
    "movement": "期初、增加、减少、调整、期末，宗数、面积、净值三套同时平",
    "audit": "基本性错误、核实性问题及其说明",
    "revision": "与上一版本的差异、原因",
    "codes": "本包用到的代码及名称",
}


@dataclass(slots=True)
class Book:
    """The planned workbook; `digests` fills while its rows are written or compared."""

    sheets: tuple[Sheet, ...]
    facts: Facts
    title: str
    digests: dict[str, bytearray] = field(default_factory=dict)

    def write(self, target: Path | Sink) -> BookResult:
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
    planner = _Planner(content, facts)
    shown = tuple(planner.sheets())
    meta = hidden.meta_sheet(content, facts, shown, book.digests)
    book.sheets = (*shown, planner.words, meta)
    return book


class _Planner:
    """Builds the declared sheets; lists first, since the guide counts their rows."""

    def __init__(self, content: Content, facts: Facts) -> None:
        self.content, self.facts = content, facts
        self.declared = declarations(content.standard)
        wanted = [d for d in self.declared if d.kind in LISTS]
        self.words, choices = hidden.dictionary(content.standard, used_codes(content.standard, wanted))
        made = {d.name: ListSheet(content, d, choices) for d in wanted}
        self.lists: Mapping[str, ListSheet] = {n: m for n, m in made.items() if m.is_shown}
        self.computation = computation(content.ledger, content.period)
        self.units = unit_counts(content)
        self.moved = moved(content, facts.opening)

    def sheets(self) -> list[Sheet]:
        # Summaries first: the sums by groups hold the sums of everything that the cover asks for.
        made = {d.name: self._sheet(d) for d in sorted(self._shown(), key=lambda d: d.kind != "summary")}
        return [made[d.name] for d in self._shown()]

    def _shown(self) -> list[Declaration]:
        return [d for d in self.declared if d.kind not in LISTS or d.name in self.lists]

    @cached_property
    def sums(self) -> Mapping[str, int]:
        return key_figures(self.content, self.computation)

    def _sheet(self, d: Declaration) -> Sheet:
        content, facts = self.content, self.facts
        if d.kind in LISTS:
            return self.lists[d.name].sheet(facts)
        if d.kind == "cover":
            return front.cover_sheet(content, facts, self.sums, self.units)
        if d.kind == "notes":
            return notes.notes_sheet(content, facts, self.sums, self.moved, self.units)
        if d.kind == "summary":
            return summary.summary_sheet(content, facts, d, self.computation)
        if d.kind == "movement":
            return changes.movement_sheet(content, facts, d, self.moved)
        if d.kind == "revision":
            return changes.revision_sheet(facts, d)
        if d.kind == "audit":
            return appendix.audit_sheet(content, facts, d)
        if d.kind == "codes":
            return appendix.codes_sheet(content, facts, d, [m.declared for m in self.lists.values()])
        return appendix.guide_sheet(content, facts, d, list(self._index()))

    def _index(self) -> list[tuple[str, str, str, str]]:
        """The table of contents."""
        made = []
        for d in self.declared:
            if d.kind in LISTS and d.name not in self.lists:
                continue
            table = self.content.standard.tables.get(d.table)
            purpose = str(d.options.get("title", "")) or _PURPOSE.get(d.kind, "")
            if d.kind in LISTS and table:
                purpose = f"{table.label}{'全部栏目' if d.kind == 'detail' else '清单'}，一行一条"
            count = str(self.lists[d.name].count) if d.name in self.lists else ""
            made.append((str(d.options.get("number", "")), d.name, purpose, count))
        return made


def declarations(standard: Standard) -> list[Declaration]:
    """The declared sheets; a cover and notes even when none are declared."""
    kinds = {s.kind for s in standard.sheets}
    lead = [Declaration(name, "", kind=kind) for kind, name in _ALWAYS if kind not in kinds]
    return [*lead, *standard.sheets]


def used_codes(standard: Standard, declared: list[Declaration]) -> list[str]:
    """Code lists with a drop-down in any of the lists."""
    found: dict[str, None] = {}
    for sheet in declared:
        for column in columns_of(standard, sheet):
            code_field = target_of(column)
            if code_field.codes is not None and code_field.type == "code":
                found[code_field.codes.code] = None
    return list(found)


def _utc(created_at: str) -> str:
    return created_at[:19].replace(" ", "T") + "Z" if created_at else "1980-01-01T00:00:00Z"
