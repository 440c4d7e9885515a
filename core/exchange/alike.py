"""Rows that no number tells apart: what two of them say alike, and which rows of one import may be the same asset."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from core.excel.grid import letter
from core.exchange.columns import target_field
from core.exchange.plan import NEW, Doubt, Plan, PlannedRecord
from core.exchange.units import key_of
from core.standard.model import TableDef
from core.standard.types import Value

NEAREST = 20
"""With so many of one name a row is compared; whole estates are called 房屋."""

Facts = Mapping[str, Value]


def facts_of(definition: TableDef, values: Mapping[str, Value]) -> Facts:
    """What a row says, numbers of papers in one spelling, without the blanks."""
    made: dict[str, Value] = {}
    for code, value in values.items():
        column = definition.column(code) if value is not None else None
        if column is not None:
            made[code] = key_of(value) if target_field(column).type in ("id", "cert") else value
    return made


def differing(one: Facts, other: Facts) -> list[str]:
    """Columns that both fill, and differently."""
    return [c for c, v in one.items() if c in other and other[c] != v]


def weigh(one: Facts, other: Facts) -> tuple[int, int]:
    """(columns that say the same, columns that contradict)."""
    apart = len(differing(one, other))
    return len(one.keys() & other.keys()) - apart, apart


def place_of(plan: Plan, r: PlannedRecord, code: str = "") -> str:
    """Where the clerk finds a row, or one field of it: 工作表“甲” D5."""
    at = _column(plan, r, code)
    row = f"{at}{r.row}" if at else f"第 {r.row} 行"
    return f"工作表“{r.sheet}”{' ' if at else ''}{row}" if r.sheet else row


def _column(plan: Plan, r: PlannedRecord, code: str) -> str:
    """The letter of the column that a field of a row came from."""
    columns = plan.tables[r.index].columns if r.index < len(plan.tables) else {}
    return next((letter(c) for c, m in columns.items() if code and m.code == code), "")


def tell_keys(plan: Plan, records: Sequence[PlannedRecord], code: str, label: str) -> None:
    """Rows of one import with the same number are all kept, and each is told where the others stand."""
    for same in _grouped(records, lambda r: key_of(r.values.get(code))):
        for r in same:
            others = "、".join(place_of(plan, o, code) for o in same[:6] if o is not r)
            value = str(r.values[code])
            text = f"{label}“{value}”与{others}相同，各按一条记录处理。请核对是否重复登记。"
            r.question = "duplicate-key"
            at = _column(plan, r, code)
            r.doubts.append(Doubt(r.sheet, r.row, at, code, "duplicate-key", value, text))


def ask_within(
    plan: Plan, definition: TableDef, records: Sequence[PlannedRecord], hop: str, areas: Sequence[str]
) -> None:
    """New rows of one name and unit: asked where their areas are equal, or none is given and nothing differs."""
    new = [r for r in records if r.state == NEW and not r.left_out and not r.question]
    label = "、".join(["名称", *(["单位"] if hop else [])])

    def named(r: PlannedRecord) -> str:
        name = key_of(r.values.get(definition.name_field))
        return f"{name}|{r.values.get(hop) or ''}" if name else ""

    for group in _grouped(new, named):
        by_area: dict[tuple[Value, ...], tuple[PlannedRecord, Facts]] = {}
        bare: list[tuple[PlannedRecord, Facts]] = []
        for r in group:
            said = facts_of(definition, r.values | r.shown)
            measured = tuple(r.values.get(a) for a in areas)
            if any(measured):
                first = by_area.setdefault(measured, (r, said))
                near, alike = [first], f"{label}和面积"
            else:
                near, alike = bare[:NEAREST], label
                bare.append((r, said))
            for other, its in near:
                apart = differing(said, its)
                if other is r or not set(apart).isdisjoint(definition.match) or (apart and not any(measured)):
                    continue
                text = f"{alike}与{place_of(plan, other)}相同，各按一条记录处理。请核对是否重复登记。"
                r.question = "alike-rows"
                r.doubts.append(Doubt(r.sheet, r.row, "", "", "alike-rows", r.name, text))
                break


def _grouped(
    records: Sequence[PlannedRecord], key: Callable[[PlannedRecord], str]
) -> list[list[PlannedRecord]]:
    """Groups of two and more that share a key."""
    keys = [key(r) for r in records]
    times = Counter(keys)
    if max(times.values(), default=0) < 2:
        return []
    groups: dict[str, list[PlannedRecord]] = defaultdict(list)
    for k, r in zip(keys, records, strict=True):
        if k and times[k] > 1:
            groups[k].append(r)
    return list(groups.values())
