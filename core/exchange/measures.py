"""In which unit the amounts and areas of a foreign table are written: header, note, section, or a guess that is told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from statistics import median

from core.excel.bodies import Row
from core.excel.counts import time_unit
from core.excel.grid import Raw
from core.excel.words import half, header_units, is_unit_note, units_in
from core.exchange.columns import FAMILY, target_field
from core.exchange.mapped import Mapped, pieces
from core.exchange.plan import PlannedTable
from core.exchange.sight import Sight, plain_number
from core.standard.model import TableDef
from core.standard.numbers import MONEY_UNITS, unit_named

LARGE = 50_000
"""From this median on, amounts without a unit are taken for 元."""
SMALL_LAND = 150
"""㎡; plots of a list are larger as a rule, and few have more 亩."""


def find_units(sight: Sight, definition: TableDef, planned: PlannedTable, rows: list[Row]) -> None:
    within = [s.text for s in sight.out.skipped if s.sheet == sight.grid.name and s.why == "note"]
    notes = [*sight.notes, *(t for _, _, t in sight.found.skipped), *within, sight.grid.name]
    # 单位：万元 may stand in the header's row; a column called 亩 with numbers below is a column.
    corner = [
        levels[0]
        for c, levels in sight.found.columns.items()
        if is_unit_note(levels[0]) and all(sight.grid.raw(r.number, c) is None for r in rows[:50])
    ]
    footers = [
        s.text
        for s in sight.out.skipped
        if s.sheet == sight.grid.name and s.why == "footer" and "单位" in s.text
    ]
    unsaid: dict[str, list[tuple[Mapped, float]]] = {}
    for c, m in planned.columns.items():
        column = definition.column(m.code) if m.code else None
        if m.role == "duplicate" and m.others:
            column = definition.column(m.others[0])
        if column is None or m.tick:
            continue
        for i, part in enumerate(m.parts):
            f = definition.fields[part.code]
            part.unit, part.unit_from = column_unit(f.type, part.header, [*notes, *corner])
            if f.type == "money" and not part.unit:
                split = [pieces(sight.grid.text(r.number, c)) for r in rows]
                amounts = _middle([p[i] if len(p) == len(m.parts) else None for p in split])
                unsaid.setdefault(f.group, []).append((part, amounts))
        if m.parts:
            continue
        kind = target_field(column).type
        if kind == "integer":
            m.unit = time_unit(m.header[-1])
        if kind not in ("money", "area") or m.unit_from == "answer":
            continue
        m.unit, m.unit_from = column_unit(kind, m.header, [*notes, *corner])
        if not m.unit:
            m.unit, m.unit_from = column_unit(kind, m.header, footers)
        if m.unit_from != "header" and any(section_unit(s, kind) for s in {r.section for r in rows}):
            m.unit, m.unit_from = m.unit if m.unit_from == "note" else "", "section"
        beside = planned.columns.get(c + 1)
        if m.unit_from == "section" and all(section_unit(r.section, kind) for r in rows):
            continue
        if not m.unit and not (beside is not None and beside.role == "unit"):
            raws = [sight.grid.raw(r.number, c) for r in rows]
            if kind == "money":
                unsaid.setdefault(target_field(column).group, []).append((m, _middle(raws)))
            else:
                _by_smallness(sight, column.code, m, raws)
    for group, columns in unsaid.items():
        _by_size(sight, columns, _largest(sight, definition, planned, rows, group))


@lru_cache(maxsize=4096)
def section_unit(section: tuple[str, ...], kind: str) -> str:
    """The unit that the rows below 二、土地（单位：亩、万元） are written in; "" when it does not say."""
    for text in reversed(section):
        units = [u for u in header_units(text) if u in FAMILY[kind]]
        if len(units) == 1:
            return units[0]
    return ""


def _middle(raws: Sequence[Raw]) -> float:
    """The median of the amounts above nothing; 0 when there are none."""
    numbers = [n for raw in raws if (n := plain_number(raw)) is not None and n > 0]
    return median(numbers) if numbers else 0.0


def _largest(sight: Sight, definition: TableDef, planned: PlannedTable, rows: list[Row], group: str) -> float:
    """元: the median of the largest column of one kind (原值, 折旧, 净值) whose unit is stated; 0 when there is none."""
    found = [0.0]
    for c, m in planned.columns.items():
        column = definition.column(m.code) if m.code and m.unit in MONEY_UNITS else None
        if column is not None and target_field(column).group == group:
            yuan = float(MONEY_UNITS[m.unit] / MONEY_UNITS["元"])
            found.append(yuan * _middle([sight.grid.raw(r.number, c) for r in rows]))
    return max(found)


def _by_size(sight: Sight, columns: list[tuple[Mapped, float]], stated: float) -> None:
    """Nobody states the unit: 元 when the amounts are large, else 万元 with a doubt on each cell.

    `columns` are of one kind. Small ones beside large ones in 元 are in 元 too where they would be larger
    than those in 万元: what is left of a cost is no more than the cost. `stated` is such a large one, in 元.
    """
    largest = max([stated, *(middle for _, middle in columns if middle >= LARGE)])
    for m, middle in columns:
        if not middle:
            continue
        beside = 0 < largest < middle * 10_000
        m.unit, m.unit_from = ("元" if middle >= LARGE or beside else "万元"), "size"
        text = f"“{m.title}”没有写单位，金额较小，按“万元”读取。请逐格核对，或指定单位后重新读取。"
        if middle >= LARGE:
            text = f"“{m.title}”没有写单位，金额较大，按“元”读取。请核对。"
        elif beside:
            text = f"“{m.title}”没有写单位，与同表金额较大的列一样按“元”读取。请核对。"
        sight.tell(m.column, m.code or m.others[0], "unit-guessed", m.title, text)


def _by_smallness(sight: Sight, code: str, m: Mapped, raws: Sequence[Raw]) -> None:
    """Nobody states the unit of a land area, and the numbers are as small as 亩 would be: ㎡ with a doubt on each."""
    numbers = [n for raw in raws if (n := plain_number(raw)) is not None and n > 0]
    if "地" not in m.title or not numbers or median(numbers) >= SMALL_LAND:
        return
    m.unit, m.unit_from = "㎡", "size"
    text = f"“{m.title}”没有写单位，按“㎡”读取；数都不大，可能是亩。请逐格核对，或指定单位后重新读取。"
    sight.tell(m.column, code, "unit-guessed", m.title, text)


def column_unit(kind: str, levels: Sequence[str], notes: Sequence[str]) -> tuple[str, str]:
    """(unit, where it stands) of a money or area column; ("", "") when nobody says."""
    family = FAMILY.get(kind)
    if family is None:
        return "", ""
    for text in reversed(levels):
        own = unit_named(half(text).strip("()（）"))
        units = [own] if own in family else [u for u in header_units(text) if u in family]
        if len(units) == 1:
            return units[0], "header"
    found: list[str] = []
    for text in notes:
        found += [u for u in _note_units(text) if u in family and u not in found]
    if len(found) == 1:
        return found[0], "note"
    return "", ""


def _note_units(text: str) -> Sequence[str]:
    if is_unit_note(text):
        return units_in(text)
    return header_units(text) if re.search(r"单位[:：]?", half(text)) or "（" in text or "(" in text else ()
