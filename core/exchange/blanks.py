"""The tables of a blank form: which columns, what kind of row stands where, which records it asks for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from core.excel import bodies, choices, rowkinds
from core.excel.grid import Grid, text_of
from core.excel.headers import Found, table_at
from core.excel.merges import Fill
from core.excel.words import bare, half
from core.exchange.columns import Vocabulary, target_field
from core.exchange.filled import in_one_line
from core.exchange.mapped import Mapped
from core.exchange.plan import PlannedTable
from core.exchange.tabulate import NUMERIC
from core.standard.model import Field, Show, TableDef

DIVIDING = ("path", "domain", "asset_class")
"""Kernel fields; a title that names something else (存量资产) does not choose records."""
RECORD = "record"
NOTHING = "nothing"
_NUMBERING = re.compile(
    r"^(?:[(]?[一二三四五六七八九十\d]{1,3}[)]?[、.．]?|第[一二三四五六七八九十]+[类部分批项][:：、]?)"
)
_NUMBERED = re.compile(r"^[(]?[一二三四五六七八九十]{1,3}[)、.．]")
_TABLE_NUMBER = re.compile(r"^附?[件表][一二三四五六七八九十\d]{1,3}(?:[-—]\d+)?[、.．:：]?")
"""表一： · 附件2-1"""
_BEHIND = re.compile(r"[(][^()]*[)]$|[:：]$|(?:资产)?(?:清单|台账|明细表?|情况表|统计表|一览表|表)$")

_KIND = re.compile(r"类?(?:闲置|低效|存量|国有)*资产$|类$")
"""房屋类闲置资产 → 房屋."""


@dataclass
class Blank:
    """One table of a form that is to be filled."""

    grid: Grid
    planned: PlannedTable
    definition: TableDef
    kinds: dict[int, str]
    """Row → what its content is (total, footer, section, record …); rows without content are missing."""
    limit: int
    """The first row of the next table of the sheet; 0 when there is none."""
    codes: dict[str, str]
    """Fields whose value the sheet's name or title decides."""
    owner: str = ""
    """An expression for a sheet that is named after a unit."""
    opening: dict[str, str] = field(default_factory=dict)
    """The same of a heading right above the header (一、调剂使用一批): its first section."""
    sections: dict[int, dict[str, str]] = field(default_factory=dict)
    """Row of a section heading → the codes that it decides."""
    owners: dict[int, str] = field(default_factory=dict)
    """Row of a section heading → an expression for the unit that it names."""
    ticks: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Column → (field, code) where the form asks for a mark."""
    notes: list[str] = field(default_factory=list)
    labels: int = 0
    """Rows below the header that hold nothing but names of columns."""

    @property
    def sheet(self) -> str:
        return self.planned.sheet

    @property
    def last_column(self) -> int:
        return max(self.planned.columns)

    def has_content(self, row: int) -> bool:
        """Whether something stands in a row of the table; what lies beyond an empty column is beside it."""
        return any(c <= self.last_column + 1 for c, _ in self.grid.cells(row))

    @property
    def is_card(self) -> bool:
        """Whether the rows below the header are labels again: a form for one record, not a list."""
        return self.labels >= 2

    @cached_property
    def header_end(self) -> int:
        """The last row of the header, also where its cells are merged over rows without a text of their own."""
        rows = self.planned.header_rows
        reach = [m[2] for m in self.grid.merges if m[0] in rows and m[1] <= self.last_column]
        return max([rows[-1], *reach])


def blanks_of(
    grid: Grid,
    tables: Sequence[PlannedTable],
    others: Sequence[PlannedTable],
    words: Vocabulary,
    units: Mapping[str, str],
) -> list[Blank]:
    """The blanks of one sheet; `others` are all tables found there, also those that cannot be filled.

    `units`: bare name → name of the units that sections may be named after.
    """
    made: list[Blank] = []
    starts = sorted({t.header_rows[0] for t in others if t.header_rows and t.header_rows[0] > 0})
    for planned in tables:
        if not planned.header_rows or planned.header_rows[0] < 1:
            continue
        if any(b.planned.header_rows == planned.header_rows for b in made):
            made[-1].notes.append("右侧并排的另一块没有填写，请把并排的两块表改为上下排列。")
            continue
        for c in _beside(planned):
            del planned.columns[c]
        found = table_at(grid, planned.header_rows, words.knows)
        found.columns = {c: h for c, h in found.columns.items() if c in planned.columns}
        definition = words.standard.tables[planned.table]
        before = max((r for r in starts if r < planned.header_rows[0]), default=0)
        above = [half(t) for r, t in found.above if r > before]
        blank = Blank(
            grid,
            planned,
            definition,
            _kinds(grid, found, planned, definition),
            next((s for s in starts if s > planned.header_rows[-1]), 0),
            codes_in(definition, [grid.name, planned.title, *(t for t in above if _TABLE_NUMBER.match(t))]),
        )
        blank.owner = _owner(planned, definition)
        blank.labels = sum(
            1
            for row, kind in blank.kinds.items()
            if kind in (RECORD, "section")
            and all(words.knows(text_of(raw)) == 1 for _, raw in grid.cells(row))
        )
        for m in planned.columns.values():
            if m.code in words.generic[planned.table].get(bare(m.header[-1]), ()) and not m.asked:
                label = definition.fields[m.code].label
                blank.notes.append(f"“{in_one_line(m.title)}”没有写明是哪种面积，按“{label}”填写，请核对。")
        for row, kind in blank.kinds.items():
            if kind == "section":
                texts = [text_of(raw) for _, raw in grid.cells(row)]
                blank.sections[row] = codes_in(definition, texts)
                named = next((units[k] for t in texts if (k := _core(half(t))) in units), "")
                show = next(
                    (s for s in definition.shows.values() if not s.to_child and s.target.type == "text"), None
                )
                if named and show is not None:
                    blank.owners[row] = f"{show.via} == {named!r}"
        heading = above[-1] if above and len(above[-1]) <= 16 and _NUMBERED.match(above[-1]) else ""
        blank.opening = codes_in(definition, [heading]) if heading else {}
        if not any(blank.sections.values()):
            blank.codes = {**blank.opening, **blank.codes}
        blank.ticks = _ticks(definition, planned)
        made.append(blank)
    return made


def _beside(planned: PlannedTable) -> list[int]:
    """Columns beyond an empty one that say nothing of a record: a list of choices, a sum of its own."""
    columns = sorted(planned.columns)
    for a, b in itertools.pairwise(columns):
        beyond = [c for c in columns if c >= b]
        if b > a + 1 and not any(planned.columns[c].code or planned.columns[c].tick for c in beyond):
            return beyond
    return []


def _kinds(grid: Grid, found: Found, planned: PlannedTable, definition: TableDef) -> dict[int, str]:
    roles = _roles(planned.columns, definition)
    done = bodies.classify(grid, found, roles, Fill(grid, found))
    kinds = {row: why for row, why, _ in done.skipped}
    for one in done.rows:
        filled = [(c, raw) for c, raw in grid.cells(one.number) if found.first <= c <= found.last]
        texts = [text for _, raw in filled if isinstance(text := raw, str)]
        if len(texts) <= 2 and any(codes_in(definition, [t]) for t in texts):
            kinds[one.number] = "section"  # 一 | 调剂使用, where no numbered row tells what 一 is
        else:
            # A single text: the name of a unit, a heading, a note; the rows around it will tell.
            kinds[one.number] = "section" if len(filled) == len(texts) == 1 else RECORD
    for row, why in list(kinds.items()):
        if why == "empty-form" and _says_nothing(grid, row):
            kinds[row] = NOTHING
    return {row: why for row, why in kinds.items() if row > planned.header_rows[-1]}


def _says_nothing(grid: Grid, row: int) -> bool:
    """以下空白: words, and not only numbers and placeholders."""
    return any(re.search(r"[\u4e00-\u9fff]{2}", text_of(raw)) for _, raw in grid.cells(row))


def _roles(columns: dict[int, Mapped], definition: TableDef) -> dict[int, str]:
    roles: dict[int, str] = {}
    for c, m in columns.items():
        column = definition.column(m.code) if m.code else None
        if m.role == "serial":
            roles[c] = rowkinds.SERIAL
        elif m.code == definition.name_field:
            roles[c] = rowkinds.NAME
        elif m.tick or (column is not None and target_field(column).type in NUMERIC):
            roles[c] = rowkinds.NUMBER
        else:
            roles[c] = rowkinds.TEXT
    if rowkinds.NAME not in roles.values():
        first = next((c for c, m in columns.items() if m.code and roles[c] == rowkinds.TEXT), 0)
        if first:
            roles[first] = rowkinds.NAME
    return roles


def codes_in(definition: TableDef, texts: Sequence[str]) -> dict[str, str]:
    """Field → code: entries whose whole name stands in a title, or that a sheet is named after."""
    found: dict[str, str] = {}
    for text in texts:
        t = half(text)
        whole: dict[str, str] = {}
        named: dict[str, str] = {}
        for f in _deciding(definition):
            assert f.codes is not None
            inside = [i for i in f.codes.items.values() if len(half(i.name)) >= 4 and half(i.name) in t]
            if len(inside) == 1:
                found.setdefault(f.code, inside[0].code)
            elif not inside and 2 <= len(t) <= 16:
                for words in dict.fromkeys((_core(t), _KIND.sub("", _core(t)))):
                    items, sure = choices.match(words, f.codes) if words else ([], False)
                    if sure and len(items) == 1:
                        whole.setdefault(f.code, items[0].code)
                        if items[0].name == words:
                            named[f.code] = items[0].code
        if len(named) == 1:
            whole = named  # 土地 is a class of assets by name, and something else by likeness
        if len(whole) == 1:
            for code, value in whole.items():
                found.setdefault(code, value)
    return found


def _deciding(definition: TableDef) -> Iterator[Field]:
    """The fields by which forms are divided into sheets and sections."""
    for code in DIVIDING:
        f = definition.fields.get(code)
        if f is not None and f.type == "code" and f.codes:
            yield f


def _core(text: str) -> str:
    """一、调剂使用清单（12宗） → 调剂使用."""
    t, before = _NUMBERING.sub("", _TABLE_NUMBER.sub("", text)), ""
    while before != t:
        before, t = t, _BEHIND.sub("", t)
    return t or text


def _owner(planned: PlannedTable, definition: TableDef) -> str:
    for code, (text, place) in planned.constants.items():
        column = definition.column(code)
        if isinstance(column, Show) and not column.to_child and place == "工作表名称":
            return f"{column.via} == {text!r}"
    return ""


def _ticks(definition: TableDef, planned: PlannedTable) -> dict[int, tuple[str, str]]:
    """Columns named like the entries of one code list, with nothing else to say."""
    taken = {m.code for m in planned.columns.values() if m.code and not m.asked}
    free = {c: m for c, m in planned.columns.items() if m.role in ("", "duplicate")}
    best: dict[int, tuple[str, str]] = {}
    for f in definition.fields.values():
        if f.type != "code" or f.codes is None or f.code in taken or f.auto:
            continue
        found = {}
        for c, m in free.items():
            if m.code and (m.code != f.code or not m.asked):
                continue  # its group (盘活路径) names the field, its own words an entry
            items, sure = choices.match(bare(m.header[-1]), f.codes)
            if sure and len(items) == 1:
                found[c] = (f.code, items[0].code)
        if len({code for _, code in found.values()}) >= 2 and (
            len(found) > len(best) or (len(found) == len(best) and f.list)
        ):
            best = found
    return best


def condition_of(blank: Blank, codes: dict[str, str], owner: str = "") -> str:
    """The expression for the records that a part of a form asks for."""
    parts = [f"{code} == '{value}'" for code, value in {**blank.codes, **codes}.items()]
    parts += [o for o in (blank.owner, owner) if o]
    return " and ".join(parts)
