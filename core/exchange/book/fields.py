"""Fields as columns of a sheet: exact text of a value, number format, width, drop-down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from core.excel.rows import DATE, NUMBER, TEXT, Column, decimal_text
from core.standard.model import Column as Declared
from core.standard.model import Field, Show
from core.standard.types import show

NOT_APPLICABLE = "—"
_WRAP_FROM = 16
_PLACES = {
    "money": {"分": 0, "元": 2, "千元": 5, "万元": 6, "百万元": 8, "千万元": 9, "亿元": 10},
    "area": {"㎡": 2, "公顷": 6, "万㎡": 6, "平方公里": 8},
}
_FORMATS = {
    "money": "#,##0.00",
    "area": "#,##0.00",
    "integer": "0",
    "id": "@",
    "cert": "@",
    "date": "yyyy-mm-dd",
}
_KINDS = {"money": NUMBER, "area": NUMBER, "decimal": NUMBER, "integer": NUMBER, "date": DATE}

Names = Callable[[Field], Mapping[str, str]]
"""Ref field → names of the records it leads to, by uid."""


def target_of(column: Declared) -> Field:
    """The field whose values a column holds."""
    return column.target if isinstance(column, Show) else column


def quantity_text(field: Field) -> Callable[[int], str]:
    """Whole 分 or 0.01 ㎡ → exact decimal text in the field's display unit."""
    unit = field.unit or ("元" if field.type == "money" else "㎡")
    if unit == "亩":
        return mu_text
    return partial(decimal_text, places=_PLACES[field.type][unit])


def quantity_in_unit(value: int, field: Field) -> Decimal:
    """A sum of 分 or 0.01 ㎡ in the display unit of its field, exact (亩: four places)."""
    return Decimal(quantity_text(field)(value))


def mu_text(value: int) -> str:
    """0.01 ㎡ → 亩, half up to four places (1 亩 = 2000/3 ㎡)."""
    whole = (abs(value) * 3 * 2 + 20) // 40
    return decimal_text(-whole if value < 0 else whole, 4)


def plain_of(field: Field, names: Names) -> Callable[[Any], str]:
    """Stored value (or —) → text of the cell; numbers take — by themselves."""
    if field.type in ("money", "area"):
        return quantity_text(field)
    if field.type == "decimal":
        return partial(decimal_text, places=field.scale)
    if field.type == "code" and field.codes:
        known = {c: i.name for c, i in field.codes.items.items()}
        return lambda v: known.get(v, v)
    if field.type == "ref":
        named = names(field)
        return lambda v: named.get(v, v if v == NOT_APPLICABLE else "")
    if field.type == "bool":
        return lambda v: v if v == NOT_APPLICABLE else show(v, field)
    if field.type in ("codes", "period"):
        return lambda v: show(v, field)
    return str


def excel_column(
    column: Declared,
    names: Names,
    choices: Mapping[str, str] | None = None,
    groups: Mapping[str, str] | None = None,
) -> Column:
    """The column of a sheet that shows a declared column."""
    field = target_of(column)
    kind = _KINDS.get(field.type, TEXT)
    number_format = _FORMATS.get(field.type, "General")
    if field.type == "decimal":
        number_format = "0." + "0" * field.scale if field.scale else "0"
    centred = field.type in ("code", "bool", "period", "date")
    width = max(column.width, 8)
    return Column(
        title="\n（".join(column.title.rsplit("（", 1)) if field.unit else column.title,
        plain=plain_of(field, names),
        kind=kind,
        width=width,
        number_format=number_format,
        align="right" if kind == NUMBER else "center" if centred else "left",
        wrap=kind == TEXT and (width >= _WRAP_FROM or field.multiline or centred),
        group=(groups or {}).get(field.group, ""),
        choices=(choices or {}).get(field.codes.code, "") if field.codes and field.type == "code" else "",
        required=field.required is True,
        note=field.help,
        code=column.code,
    )
