"""Codes that stand in no column of their own: implied by a finer list, or by the words of another column."""

from __future__ import annotations

import dataclasses
import re

from core.excel import choices, readings
from core.excel.bodies import Row
from core.excel.grid import letter, text_of
from core.excel.words import half
from core.exchange.plan import Doubt, PlannedTable
from core.exchange.sight import Sight
from core.standard.model import CodeItem, Field, TableDef
from core.standard.types import Value


def imply_codes(
    sight: Sight,
    definition: TableDef,
    planned: PlannedTable,
    rows: list[Row],
    values: list[dict[str, Value]],
    doubts: list[list[Doubt]],
) -> None:
    """A wording that names an entry of a finer list (公开招租) implies the coarser code (完善经营)."""
    mapped = {m.code: c for c, m in planned.columns.items() if m.code}
    for f in definition.fields.values():
        if f.type != "code" or f.codes is None:
            continue
        finer = [
            g
            for g in definition.fields.values()
            if g.type == "code"
            and g.codes is not None
            and g is not f
            and any(f.code in item.extra for item in g.codes.items.values())
        ]
        if not finer:
            continue
        if f.code in mapped:
            _explain_unknown(f, finer, set(mapped), values, doubts)
        said = [g for g in finer if g.code in mapped]
        for g in said:
            _by_finer(f, g, values, doubts, letter(mapped[g.code]))
        prose = [
            mapped[g.code]
            for g in definition.fields.values()
            if g.multiline and g.group == f.group and g.code in mapped
        ]
        if f.code not in mapped and not any(m.tick for m in planned.columns.values()):
            for c in [*(mapped[g.code] for g in said), *prose]:
                _by_wording(sight, f, finer, c, rows, values, doubts)


def _explain_unknown(
    f: Field, finer: list[Field], mapped: set[str], values: list[dict[str, Value]], doubts: list[list[Doubt]]
) -> None:
    """公开招租 in the column of paths: no path, but an entry of the finer list that belongs to one."""
    for row, told in zip(values, doubts, strict=True):
        for at, d in enumerate(told):
            if d.field != f.code or d.code != "unknown-code":
                continue
            for g in finer:
                value, items = _belongs(d.raw, f, g)
                if not value:
                    continue
                row[f.code] = value
                told[at] = dataclasses.replace(d, code="implied", text=_implied_text(d.raw, f, value))
                if len(items) == 1 and g.code not in mapped:
                    row[g.code] = items[0].code


def _belongs(text: str, f: Field, g: Field) -> tuple[str, list[CodeItem]]:
    """(the code of `f` to which what a text names in the finer list belongs, what it names)."""
    assert g.codes is not None
    items, _ = choices.match(text, g.codes)
    implied = {str(item.extra.get(f.code, "")) for item in items} - {""}
    return (implied.pop() if len(implied) == 1 else ""), items


def _implied_text(raw: str, f: Field, value: str) -> str:
    assert f.codes is not None
    name = f.codes.name_of(value)
    return f"“{raw.strip()[:40]}”属于“{name}”，{f.label}按“{name}”读取。请核对后确认。"


def _by_finer(
    f: Field, g: Field, values: list[dict[str, Value]], doubts: list[list[Doubt]], column: str
) -> None:
    """The code that stands in the finer column belongs to one of the coarser list: the standard says to which."""
    assert f.codes is not None and g.codes is not None
    for row, told in zip(values, doubts, strict=True):
        code = row.get(g.code)
        if code is None or row.get(f.code) is not None:
            continue
        item = g.codes.items[str(code)]
        value = str(item.extra.get(f.code, ""))
        if not value or any(d.field == f.code for d in told):
            continue
        row[f.code] = value
        told[:] = [d for d in told if d.field != g.code or not _says_both(d, f, g, item)]
        for d in [d for d in told if d.field == g.code]:
            text = _implied_text(d.raw, f, value)
            told.append(dataclasses.replace(d, column=column, field=f.code, code="implied", text=text))


def _by_wording(
    sight: Sight,
    f: Field,
    finer: list[Field],
    c: int,
    rows: list[Row],
    values: list[dict[str, Value]],
    doubts: list[list[Doubt]],
) -> None:
    """No column holds the code, but the words of another (处置意见: 拟公开转让) name it: read with a doubt, unless it is the name itself."""
    assert f.codes is not None
    meant: dict[str, str] = {}
    for r, row, told in zip(rows, values, doubts, strict=True):
        raw = text_of(sight.grid.raw(*(sight.fill.anchor(r.number, c) or (r.number, c)))).strip()
        if not raw or readings.is_placeholder(raw) or row.get(f.code) is not None:
            continue
        if raw not in meant:
            named = {i.code for i in choices.match(raw, f.codes)[0]}
            named |= {_belongs(raw, f, g)[0] for g in finer} - {""}
            meant[raw] = named.pop() if len(named) == 1 else ""
        if meant[raw]:
            row[f.code] = meant[raw]
            if half(raw) == half(f.codes.name_of(meant[raw])):
                continue
            text = _implied_text(raw, f, meant[raw])
            told.append(Doubt(sight.grid.name, r.number, letter(c), f.code, "implied", raw[:200], text))


def _says_both(d: Doubt, f: Field, g: Field, item: CodeItem) -> bool:
    """调剂使用-部门内调剂: the entry of the finer list behind the code that it belongs to is no free wording."""
    assert f.codes is not None and g.codes is not None
    parts = [p for p in re.split(r"[-—–/:：（）()·\s]+", d.raw) if p]
    if d.code != "free-wording" or len(parts) != 2:
        return False
    coarse, fine = choices.match(parts[0], f.codes), choices.match(parts[1], g.codes)
    belongs = [str(item.extra.get(f.code, ""))]
    return coarse[1] and fine[1] and [i.code for i in coarse[0]] == belongs and fine[0] == [item]
