"""Filters of a list as Excel has them, turned into the standard's expressions."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from core.standard.model import Field
from core.standard.numbers import AREA_UNITS, MONEY_UNITS, read_number
from core.standard.types import Value, parse_shown
from gui.tables.columns import GridColumn

LONGEST = 500
"""Characters of an expression that the grammar takes."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What one column lets through: chosen values, words, or bounds; `text` says it to people."""

    values: tuple[Value, ...] = ()
    blank: bool = False
    words: str = ""
    low: str = ""
    high: str = ""
    text: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.values or self.blank or self.words or self.low or self.high)


def to_where(filters: Mapping[str, Filter], columns: Mapping[str, GridColumn]) -> str:
    """All filters as one expression; ValueError with a Chinese reason when it grows too long."""
    parts = [
        _condition(f, columns[code]) for code, f in filters.items() if code in columns and not f.is_empty
    ]
    where = " and ".join(f"({p})" for p in parts) if len(parts) > 1 else "".join(parts)
    if len(where) > LONGEST:
        raise ValueError("勾选的内容太多，请少勾一些，或改用“包含文字”筛选")
    return where


def _condition(f: Filter, column: GridColumn) -> str:
    name = column.path
    made: list[str] = []
    if f.values:
        made.append(_one_of(name, f.values, column.field))
    if f.blank:
        made.append(f"empty({name})")
    chosen = " or ".join(made)
    bounds: list[str] = []
    if f.words:
        bounds.append(f"matches({name}, {_quoted('.*' + _literal(f.words) + '.*')})")
    if f.low:
        bounds.append(f"{name} >= {_bound(f.low, column.field)}")
    if f.high:
        bounds.append(f"{name} <= {_bound(f.high, column.field, last=True)}")
    if chosen and bounds:
        return f"({chosen}) and {' and '.join(bounds)}"
    return chosen or " and ".join(bounds)


def _one_of(name: str, values: tuple[Value, ...], field: Field) -> str:
    if field.type == "codes":
        return " or ".join(f"has({name}, {_quoted(str(v))})" for v in values)
    if field.type == "bool":
        return " or ".join(name if v else f"not {name}" for v in values)
    if field.type == "date":
        years = [f"{name} >= '{v}-01-01' and {name} <= '{v}-12-31'" for v in values]
        return " or ".join(years)
    literals = [_literal_of(v, field) for v in values]
    return f"{name} == {literals[0]}" if len(literals) == 1 else f"{name} in ({', '.join(literals)})"


def _literal_of(value: Value, field: Field) -> str:
    if field.type in ("money", "area"):
        return _decimal(Fraction(int(value or 0), 100))
    if field.type == "decimal":
        return _decimal(Fraction(int(value or 0), 10**field.scale))
    if field.type == "integer":
        return str(value)
    return _quoted(str(value))


def _bound(text: str, field: Field, *, last: bool = False) -> str:
    """A bound typed in the display unit, as a literal of the grammar (元, ㎡, whole days)."""
    if field.type == "date":
        return _quoted(_whole_day(str(parse_shown(text, field)), last))
    units = {"money": MONEY_UNITS, "area": AREA_UNITS}.get(field.type)
    if units is not None:
        number, _ = read_number(text)
        return _decimal(number * units[field.unit] / 100)
    if field.type in ("decimal", "integer"):
        return _decimal(read_number(text)[0])
    return _quoted(str(parse_shown(text, field)))


def _whole_day(date: str, last: bool) -> str:
    """The first or the last day of a date that may be a month or a year."""
    if len(date) == 4:
        return f"{date}-12-31" if last else f"{date}-01-01"
    if len(date) == 7:
        day = monthrange(int(date[:4]), int(date[5:]))[1] if last else 1
        return f"{date}-{day:02d}"
    return date


def _decimal(value: Fraction) -> str:
    whole = value.limit_denominator(10**6)
    if whole.denominator == 1:
        return str(whole.numerator)
    return f"{float(whole):.6f}".rstrip("0")


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"


def _literal(text: str) -> str:
    """Words as a regular expression that matches just them."""
    return "".join(c if c.isalnum() or c == " " else "\\" + c for c in text)


def describe(f: Filter, column: GridColumn, shown: Mapping[Value, str]) -> str:
    """A filter in words, for the line above the list."""
    if f.values or f.blank:
        names = [shown.get(v, str(v)) for v in f.values] + (["空白"] if f.blank else [])
        text = "、".join(names[:3]) + ("等" if len(names) > 3 else "")
        return f"{column.label}：{text}"
    if f.words:
        return f"{column.label} 包含“{f.words}”"
    unit = column.field.unit if column.field.type in ("money", "area") else ""
    low, high = f.low + unit if f.low else "", f.high + unit if f.high else ""
    if low and high:
        return f"{column.label}：{low} 至 {high}"
    return f"{column.label} ≥ {low}" if low else f"{column.label} ≤ {high}"


def is_range(column: GridColumn) -> bool:
    """Whether the popup offers bounds."""
    return column.field.type in ("money", "area", "decimal", "integer", "date", "period")


def is_word(column: GridColumn) -> bool:
    """Whether the popup offers words to contain."""
    return column.field.type in ("text", "id", "cert")
