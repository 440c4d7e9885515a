"""The tables of a blank form: which columns, what kind of row stands where, which records it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.excel import bodies, choices
from core.excel.bodies import Fill
from core.excel.grid import Grid, text_of
from core.excel.headers import Found, table_at
from core.excel.words import bare, half
from core.exchange.columns import Mapped, Vocabulary, target_field
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
_BEHIND = re.compile(r"[(][^()]*[)]$|[:：]$|(?:资产)?(?:清单|台账|明细表?|情况表|统计表|一览表|表)$")


@dataclass(slots=True)
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
    sections: dict[int, dict[str, str]] = field(default_factory=dict)
    """Row of a section heading → the codes that it decides."""
    owners: dict[int, str] = field(default_factory=dict)
    """Row of a section heading → an expression for the unit that it names."""
    ticks: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Column → (field, code) where the form asks for a mark."""
    notes: list[str] = field(default_factory=list)

    @property
    def sheet(self) -> str:
        return self.planned.sheet

    @property
    def header_end(self) -> int:
        return self.planned.header_rows[-1]


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
        found = table_at(grid, planned.header_rows, words.knows)
        definition = words.standard.tables[planned.table]
        blank = Blank(
            grid,
            planned,
            definition,
            _kinds(grid, found, planned, definition),
            next((s for s in starts if s > planned.header_rows[-1]), 0),
            codes_in(definition, [grid.name, planned.title]),
        )
        blank.owner = _owner(planned, definition)
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
        blank.ticks = _ticks(definition, planned)
        made.append(blank)
    return made


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
            roles[c] = bodies.SERIAL
        elif m.code == definition.name_field:
            roles[c] = bodies.NAME
        elif m.tick or (column is not None and target_field(column).type in NUMERIC):
            roles[c] = bodies.NUMBER
        else:
            roles[c] = bodies.TEXT
    if bodies.NAME not in roles.values():
        first = next((c for c, m in columns.items() if m.code and roles[c] == bodies.TEXT), 0)
        if first:
            roles[first] = bodies.NAME
    return roles


def codes_in(definition: TableDef, texts: Sequence[str]) -> dict[str, str]:
    """Field → code: entries whose whole name stands in a title, or that a sheet is named after."""
    found: dict[str, str] = {}
    for text in texts:
        t = half(text)
        whole: dict[str, str] = {}
        for f in _deciding(definition):
            assert f.codes is not None
            inside = [i for i in f.codes.items.values() if len(half(i.name)) >= 4 and half(i.name) in t]
            if len(inside) == 1:
                found.setdefault(f.code, inside[0].code)
            elif not inside and 2 <= len(t) <= 14:
                items, sure = choices.match(_core(t), f.codes)
                if sure and len(items) == 1:
                    whole[f.code] = items[0].code
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
    t, before = _NUMBERING.sub("", text), ""
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
