"""How each kind of value is parsed, written, shown, stored and put into a cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from core.standard import dates, identifiers
from core.standard.model import CodeItem, Field
from core.standard.numbers import (
    AREA_UNITS,
    MONEY_UNITS,
    format_scaled,
    in_unit,
    parse_quantity,
    read_number,
    to_whole,
)

Value = str | int | None
"""A stored value: text, a whole number, or None for 未填."""

Cell = str | int | Decimal | date | None

_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """Text as stored: NFC, no characters that XML forbids, blanks at the ends dropped."""
    t = unicodedata.normalize("NFC", _ILLEGAL.sub("", text)).replace("\r\n", "\n").replace("\r", "\n")
    return t.strip(" \t\n\u3000\xa0\u200b\ufeff")


@dataclass(frozen=True, slots=True)
class FieldType:
    """One kind of value.

    `parse(text, field)` reads what a person or a carrier wrote in canonical units (元, ㎡, codes
    or their names) and raises ValueError with a Chinese reason; `text(value, field)` is its exact
    inverse; `show(value, field)` is for people, in the display unit; `cell(value, field)` is the
    Excel value and number format.
    """

    name: str
    sql: str
    width: int
    align_right: bool
    parse: Callable[[str, Field], Value]
    text: Callable[[str | int, Field], str]
    show: Callable[[str | int, Field], str]
    cell: Callable[[str | int, Field], tuple[Cell, str]]
    example: str


def parse(text: str | None, field: Field) -> Value:
    """Text in canonical units → stored value; blank text is None."""
    if text is None or not clean_text(text):
        return None
    return TYPES[field.type].parse(text, field)


def parse_shown(text: str | None, field: Field) -> Value:
    """Text typed in the grid, in the field's display unit → stored value."""
    if text is None or not clean_text(text):
        return None
    if field.type in _UNITS and field.unit:
        return _bounded(parse_quantity(text, field.unit, _UNITS[field.type], exact=True), field)
    return TYPES[field.type].parse(text, field)


def to_text(value: Value, field: Field) -> str:
    """Stored value → canonical text ("" when 未填); `parse` reads it back exactly."""
    return "" if value is None else TYPES[field.type].text(value, field)


def show(value: Value, field: Field) -> str:
    """Stored value → what people read, in the display unit."""
    return "" if value is None else TYPES[field.type].show(value, field)


def cell(value: Value, field: Field) -> tuple[Cell, str]:
    """Stored value → (Excel value, number format); an empty cell for None."""
    return (None, "General") if value is None else TYPES[field.type].cell(value, field)


def example(field: Field) -> str:
    """A legal canonical text for the field."""
    if field.example:
        return field.example
    if field.codes:
        return next(iter(field.codes.items))
    return TYPES[field.type].example


# --- parsing ---------------------------------------------------------------


def _parse_text(text: str, field: Field) -> Value:
    t = clean_text(text)
    if len(t) > field.max:
        raise ValueError(f"{field.label}最多 {field.max} 字，现有 {len(t)} 字")
    return t


def _parse_id(text: str, field: Field) -> Value:
    t = identifiers.normalise_id(text)
    if len(t) > field.max:
        raise ValueError(f"{field.label}最多 {field.max} 位，现有 {len(t)} 位")
    return t or None


def _parse_cert(text: str, field: Field) -> Value:
    """Certificates keep their own brackets and case; only blanks and invisible marks go."""
    return re.sub(r"[\s\u200b-\u200f\u2060\ufeff]", "", clean_text(text)) or None


def _bounded(value: int, field: Field) -> int:
    """Refuse a number outside `min`..`most`, which are written in canonical units."""
    factor = {"money": 100, "area": 100, "decimal": 10**field.scale}.get(field.type, 1)
    if field.min and Fraction(value, factor) < Fraction(field.min):
        raise ValueError(f"{field.label}不能小于 {field.min}")
    if field.most and Fraction(value, factor) > Fraction(field.most):
        raise ValueError(f"{field.label}不能大于 {field.most}")
    if abs(value) >= 2**63:
        raise ValueError(f"{field.label}的数值过大")
    return value


def _parse_money(text: str, field: Field) -> Value:
    return _bounded(parse_quantity(text, "元", MONEY_UNITS, exact=True), field)


def _parse_area(text: str, field: Field) -> Value:
    return _bounded(parse_quantity(text, "㎡", AREA_UNITS, exact=True), field)


def _parse_decimal(text: str, field: Field) -> Value:
    number, word = read_number(text)
    if word not in ("", "%", field.unit):
        raise ValueError(f"“{text}”不是数字")
    scaled = number * 10**field.scale
    if scaled.denominator != 1:
        raise ValueError(f"{field.label}最多保留 {field.scale} 位小数")
    return _bounded(int(scaled), field)


def _parse_integer(text: str, field: Field) -> Value:
    number, word = read_number(text)
    if word and word != field.unit:
        raise ValueError(f"“{text}”不是整数")
    if number.denominator != 1:
        raise ValueError(f"{field.label}应为整数，不能写“{text}”")
    return _bounded(to_whole(number, exact=True, what=field.label), field)


def _parse_bool(text: str, field: Field) -> Value:
    t = unicodedata.normalize("NFKC", clean_text(text)).lower()
    if t in ("是", "有", "1", "true", "yes", "y", "√", "✓", "✔", "对", "已"):
        return 1
    if t in ("否", "无", "0", "false", "no", "n", "×", "✗", "x", "没有", "未"):
        return 0
    raise ValueError(f"“{text}”应填 是 或 否")


def find_code(text: str, field: Field) -> CodeItem | None:
    """The entry whose code, name or synonym is exactly the text (blanks and width aside)."""
    assert field.codes is not None
    t = squeeze(text)
    item = field.codes.items.get(clean_text(text))
    if item:
        return item
    for item in field.codes.items.values():
        if t == squeeze(item.name) or any(t == squeeze(s) for s in item.synonyms):
            return item
    head = re.match(r"^([0-9A-Za-z]+)[\s.、:：_-]+(.+)$", clean_text(text))
    if head and (item := field.codes.items.get(head[1])) and squeeze(head[2]) == squeeze(item.name):
        return item
    return None


def squeeze(text: str) -> str:
    """Text for comparing words: half-width, lower case, without blanks and dots."""
    return re.sub(r"[\s\u200b\ufeff·•]", "", unicodedata.normalize("NFKC", text)).lower()


def _parse_code(text: str, field: Field) -> Value:
    item = find_code(text, field)
    if item is None:
        assert field.codes is not None
        names = "、".join(i.name for i in list(field.codes.items.values())[:6])
        more = "……" if len(field.codes.items) > 6 else ""
        raise ValueError(f"“{clean_text(text)}”不在{field.codes.label}的选项里（{names}{more}）")
    return item.code


def _parse_codes(text: str, field: Field) -> Value:
    parts = [p for p in re.split(r"[|,，;；、\n/]+", text) if clean_text(p)]
    found = {str(_parse_code(p, field)) for p in parts}
    assert field.codes is not None
    return "|".join(c for c in field.codes.items if c in found) or None


def _parse_ref(text: str, field: Field) -> Value:
    t = clean_text(text)
    if not re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", t):
        raise ValueError(f"{field.label}应指向一条已有记录")
    return t


# --- showing ---------------------------------------------------------------

_UNITS: dict[str, dict[str, Fraction]] = {"money": MONEY_UNITS, "area": AREA_UNITS}


def _show_quantity(value: str | int, field: Field) -> str:
    units = _UNITS[field.type]
    unit = field.unit or next(iter(u for u in ("元", "㎡") if u in units))
    number = in_unit(int(value), unit, units)
    text = f"{number:,.6f}".rstrip("0") if number != number.quantize(Decimal("0.01")) else f"{number:,.2f}"
    return text


def _cell_quantity(value: str | int, field: Field) -> tuple[Cell, str]:
    units = _UNITS[field.type]
    return in_unit(int(value), field.unit or ("元" if field.type == "money" else "㎡"), units), "#,##0.00"


def _code_name(value: str | int, field: Field) -> str:
    return field.codes.name_of(str(value)) if field.codes else str(value)


def _codes_names(value: str | int, field: Field) -> str:
    return "、".join(_code_name(c, field) for c in str(value).split("|"))


def _cell_date(value: str | int, field: Field) -> tuple[Cell, str]:
    """A full date is a real Excel date; a partial one stays text, so that no day is invented."""
    t = str(value)
    if len(t) == 10 and t >= "1900-03-01":
        return date.fromisoformat(t), "yyyy-mm-dd"
    return t, "@"


def _as_str(value: str | int, field: Field) -> str:
    return str(value)


def _as_text_cell(value: str | int, field: Field) -> tuple[Cell, str]:
    return str(value), "@"


def _general(value: str | int, field: Field) -> tuple[Cell, str]:
    return str(value), "General"


def _two(value: str | int, field: Field) -> str:
    return format_scaled(int(value), 2)


def _scaled(value: str | int, field: Field) -> str:
    return format_scaled(int(value), field.scale)


TYPES: dict[str, FieldType] = {
    t.name: t
    for t in (
        FieldType("text", "TEXT", 18, False, _parse_text, _as_str, _as_str, _general, "示例"),
        FieldType("id", "TEXT", 20, False, _parse_id, _as_str, _as_str, _as_text_cell, "A001"),
        FieldType("cert", "TEXT", 26, False, _parse_cert, _as_str, _as_str, _as_text_cell, "（2024）第1号"),
        FieldType(
            "money", "INTEGER", 14, True, _parse_money, _two, _show_quantity, _cell_quantity, "1234.56"
        ),
        FieldType("area", "INTEGER", 12, True, _parse_area, _two, _show_quantity, _cell_quantity, "120.50"),
        FieldType(
            "decimal",
            "INTEGER",
            10,
            True,
            _parse_decimal,
            _scaled,
            _scaled,
            lambda v, f: (Decimal(int(v)).scaleb(-f.scale), "0." + "0" * f.scale if f.scale else "0"),
            "1",
        ),
        FieldType(
            "integer", "INTEGER", 8, True, _parse_integer, _as_str, _as_str, lambda v, f: (int(v), "0"), "1"
        ),
        FieldType(
            "date",
            "TEXT",
            12,
            False,
            lambda t, f: dates.parse_date(clean_text(t)),
            _as_str,
            _as_str,
            _cell_date,
            "2023-05-01",
        ),
        FieldType(
            "period",
            "TEXT",
            10,
            False,
            lambda t, f: dates.parse_period(clean_text(t)),
            _as_str,
            lambda v, f: dates.period_name(str(v)),
            _as_text_cell,
            "2026Q3",
        ),
        FieldType(
            "bool",
            "INTEGER",
            6,
            False,
            _parse_bool,
            lambda v, f: "是" if int(v) else "否",
            lambda v, f: "是" if int(v) else "否",
            lambda v, f: ("是" if int(v) else "否", "General"),
            "是",
        ),
        FieldType(
            "code",
            "TEXT",
            12,
            False,
            _parse_code,
            _as_str,
            _code_name,
            lambda v, f: (_code_name(v, f), "General"),
            "",
        ),
        FieldType(
            "codes",
            "TEXT",
            18,
            False,
            _parse_codes,
            _as_str,
            _codes_names,
            lambda v, f: (_codes_names(v, f), "General"),
            "",
        ),
        FieldType(
            "ref",
            "TEXT",
            18,
            False,
            _parse_ref,
            _as_str,
            _as_str,
            _general,
            "00000000-0000-0000-0000-000000000001",
        ),
    )
}
