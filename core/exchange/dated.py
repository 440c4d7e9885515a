"""Dates whose year, month and day stand in columns of their own, below one header or named alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from core.excel.grid import Raw, text_of
from core.exchange.mapped import Mapped
from core.standard.model import Field, TableDef

PART = "part"
"""Role of the columns that hold the month and the day of a date."""
_PART = re.compile(r"^(.*?)[(（]?([年月日])份?[)）]?$")
_UNITS = "年月日"


def date_parts(columns: Mapping[int, Mapped], definition: TableDef) -> dict[str, list[int]]:
    """Date field → its columns, the year first: the year is mapped to the field, the others to nothing."""
    found: dict[tuple[tuple[str, ...], str], dict[str, int]] = {}
    for c, m in columns.items():
        if part := _PART.match(m.header[-1].strip()):
            found.setdefault((m.header[:-1], part[1]), {}).setdefault(part[2], c)
    made: dict[str, list[int]] = {}
    for places in found.values():
        code = columns[places["年"]].code if "年" in places else ""
        f = definition.column(code) if code else None
        if not isinstance(f, Field) or f.type != "date":
            continue
        mine = [
            places[u] for u in _UNITS if u in places and (u == "年" or _is_free(columns[places[u]], code))
        ]
        if len(mine) > 1 and "月" in places:
            made[code] = mine
    return made


def _is_free(m: Mapped, code: str) -> bool:
    return m.role in ("", "duplicate", PART) and m.code in ("", code)


def joined(parts: Sequence[Sequence[Raw]]) -> list[Raw]:
    """The cells of year, month and day of each row as one text (2023年5月), for the reader of dates."""
    return [_one(row) for row in zip(*parts, strict=True)]


def _one(row: Sequence[Raw]) -> Raw:
    if all(raw is None for raw in row[1:]):
        return row[0]  # a year, or a whole date in the column of the year
    texts = ((text_of(raw).strip(), unit) for raw, unit in zip(row, _UNITS, strict=False))
    return "".join(t + unit if t.isdigit() else t for t, unit in texts)
