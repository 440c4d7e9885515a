"""Areas that say neither land nor building: the class of each row decides (房屋 · 土地 in one list)."""

from __future__ import annotations

import dataclasses
import itertools
import re
from fractions import Fraction

from core.excel.words import bare, half
from core.exchange.plan import Doubt, PlannedTable
from core.standard.attributes import AREAS, area_fields
from core.standard.model import Field, TableDef
from core.standard.numbers import AREA_UNITS, to_whole, unit_named
from core.standard.types import Value

_KIND = re.compile(r"[地宗占房建楼]")
"""A header with one of these says itself which area it is."""


def areas_by_class(
    definition: TableDef,
    planned: PlannedTable,
    values: list[dict[str, Value]],
    doubts: list[list[Doubt]],
) -> None:
    """Put 面积 (and 数量 in ㎡) where the class of the row has its area."""
    if "asset_class" not in definition.fields:
        return
    kinds: dict[Value, str] = {code: field for code, field in area_fields(definition).items()}
    mapped = {m.code for m in planned.columns.values()}
    undecided = [
        m.code
        for m in planned.columns.values()
        if m.code in AREAS.values() and not m.parts and not _KIND.search("".join(map(bare, m.header)))
    ]
    if len(mapped & set(AREAS.values())) == 1 and undecided:
        _move(undecided[0], kinds, values, doubts)
    for quantity, unit in _quantities(definition):
        if quantity.code in mapped and unit.code in mapped:
            _measured(quantity, unit, kinds, values)


def _move(
    code: str, kinds: dict[Value, str], values: list[dict[str, Value]], doubts: list[list[Doubt]]
) -> None:
    for row, told in zip(values, doubts, strict=True):
        wanted = kinds.get(row.get("asset_class"), code)
        if wanted == code:
            continue
        if code in row:
            row[wanted] = row.pop(code)
        told[:] = [dataclasses.replace(d, field=wanted) if d.field == code else d for d in told]


def _quantities(definition: TableDef) -> list[tuple[Field, Field]]:
    """数量 and the 计量单位 declared behind it."""
    pairs = itertools.pairwise(definition.fields.values())
    return [(a, b) for a, b in pairs if a.type == "decimal" and b.type == "text" and b.label == "计量单位"]


def _measured(quantity: Field, unit: Field, kinds: dict[Value, str], values: list[dict[str, Value]]) -> None:
    """1200 | ㎡ of a house is its area too."""
    units = {text: unit_named(half(str(text or ""))) for text in {row.get(unit.code) for row in values}}
    sizes = {text: AREA_UNITS[name] for text, name in units.items() if name in AREA_UNITS}
    for row in values if sizes else ():
        count, size, wanted = (
            row.get(quantity.code),
            sizes.get(row.get(unit.code)),
            kinds.get(row.get("asset_class")),
        )
        if isinstance(count, int) and size and wanted and wanted not in row:
            area = Fraction(count, 10**quantity.scale) * size
            row[wanted] = to_whole(area, exact=False, what=quantity.label)
