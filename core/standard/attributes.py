"""The kinds of fields, of the attributes of codes, and of constants."""

from __future__ import annotations

from fractions import Fraction

from core.standard.grammar import ExpressionError
from core.standard.model import CodeItem, CodeList, Field, TableDef
from core.standard.nodes import BOOL, DATE, PERIOD, TEXT, WHOLE, Const, Dim, Kind
from core.standard.numbers import AREA_UNITS, MONEY_UNITS

AREA_TOTAL = "area_total"
AREAS = {"land": "area_land", "building": "area_building"}
"""What an asset class calls its area (`area` in its code list) → the field that holds it."""


def derived_field(table: TableDef, code: str) -> Field | None:
    """A value that follows from other fields: 总面积 is 建筑面积 or 土地面积 by the asset class."""
    wanted = ("asset_class", "area_building", "area_land")
    if code == AREA_TOTAL and all(f in table.fields for f in wanted):
        return Field(
            table.code, AREA_TOTAL, "总面积", "area", -1, unit=table.fields["area_building"].unit or "㎡"
        )
    return None


def area_fields(assets: TableDef) -> dict[str, str]:
    """Asset class → the field that is its 总面积; classes without an area are left out."""
    codes = assets.fields["asset_class"].codes
    said = {code: str(item.extra.get("area", "")) for code, item in codes.items.items()} if codes else {}
    return {code: AREAS[area] for code, area in said.items() if area in AREAS}


def kind_of(field: Field) -> Kind:
    """The kind of value that a field holds."""
    match field.type:
        case "money":
            return Kind("number", dim=(1, 0), scale=2)
        case "area":
            return Kind("number", dim=(0, 1), scale=2)
        case "decimal":
            return Kind("number", dim=(0, 0), scale=field.scale)
        case "integer":
            return WHOLE
        case "date":
            return DATE
        case "period":
            return PERIOD
        case "bool":
            return BOOL
        case "code" | "codes":
            return Kind(field.type, codes=field.codes)
        case "ref":
            return Kind("ref", ref=field.ref)
    return TEXT


# --- attributes of codes -------------------------------------------------------------


def attribute(item: CodeItem, attr: str) -> object:
    """The value of an entry's attribute, None when the entry has none."""
    if attr in ("valid_from", "valid_to", "name", "code"):
        return getattr(item, attr) or None
    return item.extra.get(attr)


def attribute_kind(codes: CodeList, attr: str) -> Kind:
    """The kind of an attribute, told by the entries that have it."""
    if attr in ("valid_from", "valid_to"):
        return DATE
    if attr in ("name", "code"):
        return TEXT
    kinds = {_plain_kind(v) for i in codes.items.values() if (v := i.extra.get(attr)) is not None}
    if not kinds:
        raise ExpressionError(f"代码表 {codes.code} 的条目没有属性 {attr}")
    if len(kinds) > 1:
        raise ExpressionError(f"代码表 {codes.code} 的属性 {attr} 在各条目里类型不一")
    kind = kinds.pop()
    if kind != "number":
        return Kind(kind)
    values = (number(v) for i in codes.items.values() if (v := i.extra.get(attr)) is not None)
    return Kind(kind, scale=max(v.kind.scale for v in values))


def _plain_kind(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    return "list" if isinstance(value, list | tuple) else "text"


def attribute_value(codes: CodeList, code: str, attr: str) -> Const | None:
    """An entry's attribute as a constant; a missing bool is False, missing text "", a missing list ()."""
    item = codes.items[code]
    value = attribute(item, attr)
    kind = attribute_kind(codes, attr)
    if value is None:
        missing: dict[str, Const] = {
            "bool": Const(BOOL, False),
            "text": Const(TEXT, ""),
            "list": Const(Kind("list"), ()),
        }
        return missing.get(kind.name)
    if kind.name == "bool":
        return Const(BOOL, bool(value))
    if kind.name == "number":
        return number(value)
    if kind.name == "list":
        assert isinstance(value, list | tuple)
        return Const(kind, tuple(str(v) for v in value))
    return Const(kind, str(value))


def number(value: object, unit: str = "") -> Const:
    """A constant number, in 元 or ㎡ when its unit is one of money or area."""
    exact = Fraction(repr(value)) if isinstance(value, float) else Fraction(str(value))
    dim: Dim | None = None
    if unit in MONEY_UNITS:
        exact, dim = exact * MONEY_UNITS[unit] / 100, (1, 0)
    elif unit in AREA_UNITS:
        exact, dim = exact * AREA_UNITS[unit] / 100, (0, 1)
    elif unit.startswith("元/㎡"):
        dim = (1, -1)
    return Const(Kind("number", dim=dim, scale=_decimals(exact)), exact)


def _decimals(value: Fraction) -> int:
    for scale in range(13):
        if (value * 10**scale).denominator == 1:
            return scale
    raise ExpressionError(f"常数 {value} 小数位过多")
