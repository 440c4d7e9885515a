"""Sheets that say the same assets again: a whole ledger and its parts by unit in one file."""

from __future__ import annotations

import re
from collections import Counter

from core.excel.words import half
from core.exchange.columns import target_field
from core.exchange.plan import Doubt, Plan, PlannedRecord, Skipped
from core.standard.model import Standard, TableDef
from core.standard.types import Value

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_STAMP = re.compile(r"(?<!\d)((?:19|20)\d\d)[年./-]?(1[0-2]|0[1-9])(?:[./-]?[0-3]\d)?(?!\d)")
"""202403 · 2024.03 · 20240331"""
_QUARTER = re.compile(r"第?([1-4一二三四])季度?|q([1-4])", re.IGNORECASE)
_COPY = re.compile(r"[(（]\d+[)）]$|副本|备份|旧|原表|old|copy|bak", re.IGNORECASE)
"""Names of sheets that were kept beside the one in use."""
SHARE = 0.8
"""From this share of equal rows on, a sheet is a repetition of another."""


def leave_out_repeated(plan: Plan) -> set[tuple[str, str]]:
    """Leave out rows that an ampler sheet of the file holds already, and tell it; which sheet repeats which."""
    repeats: set[tuple[str, str]] = set()
    by_sheet: dict[str, list[PlannedRecord]] = {}
    for r in plan.records:
        by_sheet.setdefault(r.sheet, []).append(r)
    if len(by_sheet) < 2:
        return repeats
    kept: list[str] = []
    gone: set[int] = set()
    names = _names(by_sheet)
    for sheet in sorted(by_sheet, key=lambda s: (-len(by_sheet[s]), _is_copy(s))):
        records = by_sheet[sheet]
        for other in kept:
            if _strangers(names[sheet], names[other]):
                continue
            same = _same(records, by_sheet[other])
            if same and len(same) >= len(records) * SHARE:
                gone |= {id(r) for r in same}
                repeats.add((sheet, other))
                plan.skipped += [Skipped(sheet, r.row, "repeated", r.name) for r in same]
                plan.doubts.append(
                    Doubt(
                        sheet,
                        0,
                        "",
                        "",
                        "repeated-sheet",
                        "",
                        f"工作表“{sheet}”有 {len(same)} 行与工作表“{other}”完全相同，只按后者导入一次。请核对。",
                    )
                )
                break
        else:
            kept.append(sheet)
    if gone:
        plan.records = [r for r in plan.records if id(r) not in gone]
        plan.skipped.sort(key=lambda s: (s.sheet, s.row))
        for i, t in enumerate(plan.tables):
            t.rows = sum(1 for r in plan.records if r.index == i)
    return repeats


def _names(by_sheet: dict[str, list[PlannedRecord]]) -> dict[str, set[str]]:
    return {sheet: {half(r.name) for r in records} for sheet, records in by_sheet.items()}


def _strangers(one: set[str], other: set[str]) -> bool:
    """Sheets whose records all have names, and none of them in common, say nothing of each other."""
    return "" not in one and "" not in other and one.isdisjoint(other)


def _is_copy(sheet: str) -> bool:
    return _COPY.search(half(sheet)) is not None


def _moment(texts: tuple[str, ...]) -> tuple[int, int]:
    """(year, month) by the first text that says it; 0 for what nobody says."""
    years = ([int(y) for y in (*_YEAR.findall(t), *(y for y, _ in _STAMP.findall(t)))] for t in texts)
    return next((max(y) for y in years if y), 0), next((m for t in texts if (m := _month(t))), 0)


def _month(text: str) -> int:
    if m := _QUARTER.search(text):
        quarter = m[1] or m[2]
        return 3 * ("一二三四".find(quarter) + 1 or int(quarter))
    months = [*re.findall(r"(?<![\d.])(1[0-2]|0?[1-9])月", text), *(m for _, m in _STAMP.findall(text))]
    return max(map(int, months), default=0)


def leave_out_older(plan: Plan) -> None:
    """Of tables that list the same assets for two years or months (1月, 2月) only the latest one comes in."""
    if len(plan.tables) < 2:
        return
    by_table: dict[int, list[PlannedRecord]] = {}
    for r in plan.records:
        by_table.setdefault(r.index, []).append(r)
    several = Counter(plan.tables[i].sheet for i in by_table)
    said: dict[int, tuple[str, ...]] = {}
    for i in by_table:
        sheet, title = plan.tables[i].sheet, plan.tables[i].title
        # Of tables in one sheet their titles tell, of sheets their names: a title is often left as it was.
        said[i] = (title, sheet) if several[sheet] > 1 else (sheet, title)
    moments = {i: _moment((half(a), half(b))) for i, (a, b) in said.items()}
    older: set[int] = set()
    for i, moment in sorted(moments.items(), key=lambda m: m[1]):
        for other in (o for o, m in moments.items() if _before(moment, m)):
            pairs = _by_name(by_table[i], by_table[other])
            if len(pairs) < max(2, len(by_table[i]) * SHARE):
                continue
            older.add(i)
            sheet = plan.tables[i].sheet
            plan.skipped += [Skipped(sheet, r.row, "older", r.name) for r in by_table[i]]
            rest = len(by_table[i]) - len(pairs)
            more = f"“{said[i][0]}”里另有 {rest} 行，也没有导入。" if rest else ""
            text = f"“{said[i][0]}”和“{said[other][0]}”是同一批资产不同时候的表，只导入较晚的一张。{more}请核对。"
            plan.doubts.append(Doubt(sheet, 0, "", "", "older-sheet", "", text))
            break
    if older:
        plan.records = [r for r in plan.records if r.index not in older]
        plan.skipped.sort(key=lambda s: (s.sheet, s.row))
        for i, t in enumerate(plan.tables):
            t.rows = sum(1 for r in plan.records if r.index == i)


def _before(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """2023 before 2024, March before April of one year; a month and no month of one year are not compared."""
    if one[0] != other[0]:
        return 0 < one[0] < other[0]
    return 0 < one[1] < other[1]


def _by_name(
    one: list[PlannedRecord], other: list[PlannedRecord]
) -> list[tuple[PlannedRecord, PlannedRecord]]:
    """Records of two sheets with a name that no other record of their sheet has."""
    first = _unique([(half(r.name), r) for r in one])
    second = _unique([(half(r.name), r) for r in other])
    return [(first[v], second[v]) for v in first if v in second]


def join_across_sheets(plan: Plan, standard: Standard, repeats: set[tuple[str, str]]) -> None:
    """One asset told on two sheets (基本情况, 盘活情况) becomes one record; what they say differently is doubted.

    `repeats` names the sheets of which most rows were left out as repetitions: the others are changed ones.
    """
    by_sheet: dict[str, list[PlannedRecord]] = {}
    for r in plan.records:
        by_sheet.setdefault(r.sheet, []).append(r)
    gone: set[int] = set()
    sheets = sorted(by_sheet, key=_is_copy)
    names = _names(by_sheet)
    for i, later in enumerate(sheets):
        for earlier in sheets[:i]:
            if _strangers(names[earlier], names[later]):
                continue
            one = [r for r in by_sheet[earlier] if id(r) not in gone]
            other = [r for r in by_sheet[later] if id(r) not in gone]
            if not one or not other or one[0].table != other[0].table:
                continue
            copied = (later, earlier) in repeats or (earlier, later) in repeats
            for first, second in _pairs(one, other, standard.tables[one[0].table], copied):
                _join(first, second, standard.tables[first.table])
                gone.add(id(second))
                plan.skipped.append(Skipped(second.sheet, second.row, "joined", second.name))
    if gone:
        plan.records = [r for r in plan.records if id(r) not in gone]
        plan.skipped.sort(key=lambda s: (s.sheet, s.row))


def _pairs(
    one: list[PlannedRecord], other: list[PlannedRecord], definition: TableDef, copied: bool
) -> list[tuple[PlannedRecord, PlannedRecord]]:
    """Records of two sheets that are the same thing: by number and name, or all by name without contradiction.

    Two sheets with the same columns are one list where the names stand at the same places.
    """
    for key in definition.match:
        first = _unique([(r.values.get(key), r) for r in one])
        second = _unique([(r.values.get(key), r) for r in other])
        pairs = [(first[v], second[v]) for v in first if v in second]
        pairs = [(a, b) for a, b in pairs if not a.name or not b.name or half(a.name) == half(b.name)]
        if pairs:
            return pairs
    pairs = _by_name(one, other)
    if copied:
        return [(a, b) for a, b in pairs if not _elsewhere(a, b, definition)]
    if len(pairs) < 2 or len(pairs) < len(other) * SHARE:
        return []
    if _codes(other) - _codes(one):
        agreeing = sum(1 for a, b in pairs if not _contradictions(a, b))
    else:
        agreeing = sum(1 for a, b in pairs if _elsewhere(a, b, definition) is False)
    return pairs if agreeing >= len(pairs) * 0.9 else []


def _elsewhere(a: PlannedRecord, b: PlannedRecord, definition: TableDef) -> bool | None:
    """Whether two records of one name stand at different places (坐落, 单位, 权证号); None when nothing tells."""
    first, second = {**a.values, **a.shown}, {**b.values, **b.shown}
    places = {
        c
        for c in first.keys() & second.keys() - {definition.name_field}
        if (column := definition.column(c)) is not None
        and column.list
        and target_field(column).type in ("text", "id", "cert")
        and not target_field(column).multiline
        and first[c] is not None
        and second[c] is not None
    }
    return any(first[c] != second[c] for c in places) if places else None


def _unique(keyed: list[tuple[Value, PlannedRecord]]) -> dict[Value, PlannedRecord]:
    """Records by a key that no two of them share."""
    counts = Counter(k for k, _ in keyed)
    return {k: r for k, r in keyed if k and counts[k] == 1}


def _contradictions(a: PlannedRecord, b: PlannedRecord) -> list[str]:
    first, second = {**a.values, **a.shown}, {**b.values, **b.shown}
    return [c for c, v in second.items() if first.get(c) is not None and v is not None and first[c] != v]


def _join(first: PlannedRecord, second: PlannedRecord, definition: TableDef) -> None:
    """What the second sheet adds goes to the first one's record."""
    doubted = {d.field for d in first.doubts}
    for code in _contradictions(first, second):
        column = definition.column(code)
        label = column.label if column is not None else code
        text = f"{label}与工作表“{second.sheet}”第 {second.row} 行写的不同，按本表读取。请核对后改正或确认。"
        first.doubts.append(Doubt(first.sheet, first.row, "", code, "sheets-differ", "", text))
    for mine, theirs in ((first.values, second.values), (first.shown, second.shown)):
        for code, value in theirs.items():
            if mine.get(code) is None and code not in doubted:
                mine[code] = value
    for code, name in second.refs.items():
        first.refs.setdefault(code, name)
    for title, told in second.extra.items():
        first.extra.setdefault(title, told)
    told_of = {d.field for d in first.doubts}
    first.doubts += [
        d
        for d in second.doubts
        if d.field not in told_of and first.values.get(d.field) in (None, second.values.get(d.field))
    ]


def _facts(r: PlannedRecord, codes: set[str]) -> tuple[tuple[str, object], ...]:
    given = {**r.values, **r.shown}
    return tuple((c, given.get(c)) for c in sorted(codes))


def _codes(records: list[PlannedRecord]) -> set[str]:
    return {c for r in records for c, v in {**r.values, **r.shown}.items() if v is not None}


def _same(records: list[PlannedRecord], others: list[PlannedRecord]) -> list[PlannedRecord]:
    """The records that stand, one for one, among the others with the same facts."""
    if records[0].table != others[0].table:
        return []
    codes = _codes(records) & _codes(others)
    if len(codes) < 3:
        return []
    there = Counter(_facts(r, codes) for r in others)
    same = []
    for r in records:
        facts = _facts(r, codes)
        if sum(1 for _, v in facts if v is not None) >= 3 and there[facts] > 0:
            there[facts] -= 1
            same.append(r)
    return same
