"""Values as intervals in SQL: partial dates, sums that depend on them, and exact scaled numbers.

A date known only to its month stands for every day of it. A comparison is *certain* when it holds
for every value in both intervals and *possible* when it holds for some. `lo is hi` for what is
known exactly, so that ordinary columns give ordinary SQL.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

Column = sa.ColumnElement[Any]
Part = Any
"""SQL, or a constant (int, str) known when the expression is compiled."""

Truth = sa.ColumnElement[bool] | bool
"""A condition that is true, or is not (false and NULL alike); True and False when known beforehand."""

NEGATED = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


@dataclass(frozen=True, slots=True)
class Span:
    """The least and the greatest value; a number counts 10^-scale."""

    lo: Part
    hi: Part
    scale: int = 0

    @property
    def exact(self) -> bool:
        return self.lo is self.hi

    def to_scale(self, scale: int) -> Span:
        factor = 10 ** (scale - self.scale)
        return self if factor == 1 else self.mapped(lambda v: v * factor, scale)

    def mapped(self, deed: Callable[[Part], Part], scale: int | None = None) -> Span:
        lo = deed(self.lo)
        return Span(lo, lo if self.exact else deed(self.hi), self.scale if scale is None else scale)


def point(value: Part, scale: int = 0) -> Span:
    """A value known exactly."""
    return Span(value, value, scale)


# --- truth ---------------------------------------------------------------------------


def all_of(parts: list[Truth]) -> Truth:
    """and, with what is known beforehand left out."""
    if any(p is False for p in parts):
        return False
    rest = [p for p in parts if p is not True]
    return sa.and_(*rest) if rest else True  # type: ignore[arg-type]


def any_of(parts: list[Truth]) -> Truth:
    """or, with what is known beforehand left out."""
    if any(p is True for p in parts):
        return True
    rest = [p for p in parts if p is not False]
    return sa.or_(*rest) if rest else False  # type: ignore[arg-type]


def as_sql(truth: Truth) -> sa.ColumnElement[bool]:
    """A condition for a WHERE clause."""
    if isinstance(truth, bool):
        return sa.true() if truth else sa.false()
    return truth


# --- comparing -----------------------------------------------------------------------


def holds(op: str, left: Span, right: Span, *, certain: bool) -> Truth:
    """Whether `left op right` holds for every pair of values (certain) or for some (possible)."""
    scale = max(left.scale, right.scale)
    a, b = left.to_scale(scale), right.to_scale(scale)
    if op in ("==", "!="):
        if a.exact and b.exact:
            return _plain(op, a.lo, b.lo)
        if (op == "==") == certain:
            ends = ((a.lo, b.hi), (a.hi, b.lo))
            return (
                all_of([_plain("==", *e) for e in ends])
                if certain
                else any_of([_plain("!=", *e) for e in ends])
            )
        apart = [_plain("<", a.hi, b.lo), _plain(">", a.lo, b.hi)]
        if op == "!=":
            return any_of(apart)
        return all_of([_plain(">=", a.hi, b.lo), _plain("<=", a.lo, b.hi)])
    if op in (">", ">="):
        op, a, b = {">": "<", ">=": "<="}[op], b, a
    return _plain(op, a.hi if certain else a.lo, b.lo if certain else b.hi)


_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _plain(op: str, left: Part, right: Part) -> Truth:
    made: Truth = _OPERATORS[op](left, right)
    return made


def least(values: list[Span]) -> Span:
    """min of numbers or dates; NULL when one is NULL."""
    return _extreme(values, "<=")


def greatest(values: list[Span]) -> Span:
    """max of numbers or dates; NULL when one is NULL."""
    return _extreme(values, ">=")


def _extreme(values: list[Span], op: str) -> Span:
    scale = max(v.scale for v in values)
    made = values[0].to_scale(scale)
    for value in values[1:]:
        other = value.to_scale(scale)
        lo = _choose(op, made.lo, other.lo)
        made = Span(lo, lo if made.exact and other.exact else _choose(op, made.hi, other.hi), scale)
    return made


def _choose(op: str, left: Part, right: Part) -> Part:
    test = _plain(op, left, right)
    if isinstance(test, bool):
        return left if test else right
    back = _plain(NEGATED[op], left, right)
    return sa.case((test, _literal(left)), (as_sql(back), _literal(right)))


def product(a: Span, b: Span) -> Span:
    """a × b, of which at most one is uncertain; the other may be negative and turn the ends round."""
    scale = a.scale + b.scale
    if a.exact and b.exact:
        return point(a.lo * b.lo, scale)
    factor, other = (a.lo, b) if a.exact else (b.lo, a)
    ends = (other.lo * factor, other.hi * factor)
    if isinstance(factor, int):
        return Span(*(ends if factor >= 0 else ends[::-1]), scale)
    return Span(_choose("<=", *ends), _choose(">=", *ends), scale)


def magnitude(value: Span) -> Span:
    """abs."""
    if value.exact:
        return value.mapped(_abs)
    lo, hi = value.lo, value.hi
    low = sa.case((lo >= 0, lo), (hi <= 0, -hi), (sa.and_(lo < 0, hi > 0), 0))
    return Span(low, _choose(">=", _abs(lo), _abs(hi)), value.scale)


def _abs(value: Part) -> Part:
    return abs(value) if isinstance(value, int) else sa.func.abs(value)


def _literal(value: Part) -> Column:
    return value if isinstance(value, sa.ColumnElement) else sa.literal(value)


# --- dates ---------------------------------------------------------------------------


def days_of(text: Part) -> Span:
    """A stored date (2023, 2023-05, 2023-05-01) as the first and the last day it can be."""
    if isinstance(text, str):
        return point(text)
    length = sa.func.length(text)
    first = sa.case((length == 10, text), else_=sa.func.substr(text + "-01-01", 1, 10))
    last = sa.case(
        (length == 10, text),
        (length == 4, text + "-12-31"),
        else_=text + _month_end(text, sa.func.substr(text, 6)),
    )
    return Span(first, last)


def _month_end(text: Column, month: Column) -> Column:
    """-30 for the end of a month that is written 04, and so on."""
    year = sa.cast(sa.func.substr(text, 1, 4), sa.Integer)
    return sa.case(
        (month.in_(("04", "06", "09", "11")), "-30"),
        (month != "02", "-31"),
        (year // 400 * 400 == year, "-29"),
        (year // 100 * 100 == year, "-28"),
        (year // 4 * 4 == year, "-29"),
        else_="-28",
    )


def day_number(day: Part) -> Part:
    """Days since a fixed day, by whole-number arithmetic that every database knows."""
    if isinstance(day, str):
        year, month, date = (int(p) for p in day.split("-"))
        return _count(year, month, date)
    return _count(*(sa.cast(sa.func.substr(day, *p), sa.Integer) for p in ((1, 4), (6, 2), (9, 2))))


def _count(year: Any, month: Any, day: Any) -> Any:
    """Proleptic Gregorian day count; months are counted from March, so that leap days come last."""
    early = (14 - month) // 12
    y, m = year - early, month + 12 * early - 3
    return day + (153 * m + 2) // 5 + 365 * y + y // 4 - y // 100 + y // 400


def month_count(first: Part, last: Part) -> Part:
    """Full months from one day to another."""
    if isinstance(first, str) and isinstance(last, str):
        (y1, m1, d1), (y2, m2, d2) = (tuple(int(p) for p in t.split("-")) for t in (first, last))
        return (y2 - y1) * 12 + m2 - m1 - (1 if d2 < d1 else 0)
    ends = [_literal(e) for e in (first, last)]
    months = [
        sa.cast(sa.func.substr(e, 1, 4), sa.Integer) * 12 + sa.cast(sa.func.substr(e, 6, 2), sa.Integer)
        for e in ends
    ]
    short = sa.case((sa.func.substr(ends[1], 9, 2) < sa.func.substr(ends[0], 9, 2), 1), else_=0)
    return months[1] - months[0] - short


_STARTS = {"": "-01", "Q1": "-01", "Q2": "-04", "Q3": "-07", "Q4": "-10", "H1": "-01", "H2": "-07"}
_ENDS = {"": "-12", "Q1": "-03", "Q2": "-06", "Q3": "-09", "Q4": "-12", "H1": "-06", "H2": "-12"}
_MONTHS = {f"M{m:02d}": f"-{m:02d}" for m in range(1, 13)}


def period_start(period: Column) -> Column:
    """First day of a stored period."""
    tail = sa.case(_STARTS | _MONTHS, value=sa.func.substr(period, 5))
    return sa.func.substr(period, 1, 4) + tail + "-01"


def period_end(period: Column) -> Column:
    """Last day of a stored period."""
    tail = sa.case(_ENDS | _MONTHS, value=sa.func.substr(period, 5))
    month = sa.func.substr(period, 1, 4) + tail
    return month + _month_end(period, sa.func.substr(tail, 2))
