"""Values of expressions as SQL: texts and codes as they are, numbers and dates with their least and greatest."""

from __future__ import annotations

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from core.records import intervals
from core.records.intervals import Column, Part, Span, Truth, all_of, as_sql, point
from core.records.reach import Reach
from core.standard.attributes import attribute_value
from core.standard.dates import period_bounds
from core.standard.grammar import ExpressionError
from core.standard.model import CodeItem, CodeList, Standard
from core.standard.nodes import (
    Aggregate,
    Arith,
    Attr,
    Call,
    Const,
    First,
    Lookup,
    Node,
    Option,
    Path,
)
from core.storage.tables import Tables

HOLIDAYS = "holiday"
"""The code list whose entries are days that differ from the week; `kind` is 休 (free) or 班 (worked)."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an expression asks of the moment: the day and the period reported; "" is unknown."""

    today: str = ""
    period: str = ""

    def values(self) -> dict[str, str | None]:
        """Values of the bound parameters."""
        first, last = period_bounds(self.period) if self.period else (None, None)
        return {
            "today": self.today or None,
            "this_period": self.period or None,
            "period_start": first,
            "period_end": last,
        }


class Operands(Reach):
    """Translates the values of an expression over one table; conditions inside them are the Translator's."""

    def __init__(
        self,
        standard: Standard,
        tables: Tables,
        table: str,
        context: Context,
        *,
        joins: bool = False,
    ) -> None:
        super().__init__(standard, tables, table, joins=joins)
        self.context = context
        self.option: CodeItem | None = None

    def true(self, node: Node) -> Truth:
        """Certainly true."""
        return self.asks(node, True, True)

    def false(self, node: Node) -> Truth:
        """Certainly false."""
        return self.asks(node, False, True)

    @abstractmethod
    def asks(self, node: Node, positive: bool, certain: bool) -> Truth:
        """A condition as SQL: is it true (positive) or false, for every (certain) or some date."""

    def _among(self, subject: Part, values: Iterable[str], positive: bool) -> Truth:
        listed = sorted(set(values))
        if isinstance(subject, str):
            return (subject in listed) == positive
        assert isinstance(subject, sa.ColumnElement)
        if not listed:
            return False if positive else subject.is_not(None)
        if len(listed) == 1:
            return subject == listed[0] if positive else subject != listed[0]
        return subject.in_(listed) if positive else subject.not_in(listed)

    # --- attributes of codes -----------------------------------------------------------

    def _attribute(self, node: Attr | Option) -> Iterator[tuple[str, Const]]:
        codes: CodeList | None = node.subject.kind.codes if isinstance(node, Attr) else node.codes
        for code in codes.items if codes else ():
            const = attribute_value(codes, code, node.attr)  # type: ignore[arg-type]
            if const is not None:
                yield code, const

    def _codes(self, node: Attr, wanted: Callable[[Const], bool]) -> list[str]:
        return [code for code, const in self._attribute(node) if wanted(const)]

    def _of_option(self, node: Option) -> Any:
        if self.option is None:
            raise ExpressionError("option 只能用在 options 里")
        if not node.attr:
            return self.option.code
        const = attribute_value(node.codes, self.option.code, node.attr)
        return None if const is None else const.value

    def _case(self, node: Attr, value: Callable[[Const], Any]) -> Column:
        """CASE over the code list, entries with the same attribute asked together."""
        groups: dict[Any, list[str]] = defaultdict(list)
        for code, const in self._attribute(node):
            groups[value(const)].append(code)
        column = self.column(node.subject)
        whens = [(as_sql(self._among(column, codes, True)), sa.literal(v)) for v, codes in groups.items()]
        return sa.case(*whens) if whens else sa.null()

    # --- values --------------------------------------------------------------------------

    def scalar(self, node: Node) -> Part:
        """Text, code, ref, period or bool as one value; a number or date by its lower bound."""
        match node:
            case Path() | First():
                return self.column(node)
            case Const():
                return int(node.value) if isinstance(node.value, bool) else str(node.value)
            case Option():
                found = self._of_option(node)
                return sa.null() if found is None else found
            case Attr():
                return self._case(node, lambda c: c.value)
            case Call(name="this_period"):
                return self._moment("this_period")
            case Call(name="substr"):
                start, length = (int(str(a.value)) for a in node.args[1:] if isinstance(a, Const))
                return sa.func.substr(self.scalar(node.args[0]), start, length)
            case Call(name="coalesce") if node.kind.name not in ("number", "date"):
                return sa.func.coalesce(*(self.scalar(a) for a in node.args))
            case Call(name="matches" | "uscc_ok" | "orgcode_ok" | "parcel_ok" | "phone_ok"):
                return getattr(sa.func, node.name)(*(self.scalar(a) for a in node.args), type_=sa.Integer)
            case Lookup() if node.kind.name not in ("number",):
                return self._lookup(node, lambda c: str(c.value))
        if node.kind.name == "bool":
            return sa.case((as_sql(self.true(node)), 1), (as_sql(self.false(node)), 0))
        return self.span(node).lo

    def _lookup(self, node: Lookup, value: Callable[[Const], Any]) -> Column:
        whens = []
        for keys, const in node.rows:
            each = [
                True if key == "*" else self._among(self.scalar(subject), [key], True)
                for key, subject in zip(keys, node.subjects, strict=True)
            ]
            whens.append((as_sql(all_of(list(each))), sa.literal(value(const))))
        return sa.case(*whens)

    def span(self, node: Node) -> Span:
        """A number or date with its least and greatest value; other values as a point."""
        if node.kind.name == "number":
            return self._number(node)
        if node.kind.name == "date":
            return self._date(node)
        return point(self.scalar(node))

    def _number(self, node: Node) -> Span:
        scale = node.kind.scale
        match node:
            case Const():
                return point(_scaled(node, scale), scale)
            case Path() | First():
                return point(self.column(node), scale)
            case Attr():
                return point(self._case(node, lambda c: _scaled(c, scale)), scale)
            case Lookup():
                return point(self._lookup(node, lambda c: _scaled(c, scale)), scale)
            case Arith():
                return self._arith(node)
            case Aggregate():
                return self._sum(node)
            case Call():
                return self._computed(node)
        raise AssertionError(node)

    def _arith(self, node: Arith) -> Span:
        a, b = self.span(node.left), self.span(node.right)
        if node.op != "*":
            scale = max(a.scale, b.scale)
            a, b = a.to_scale(scale), b.to_scale(scale)
            back = Span(b.hi, b.lo, scale) if node.op == "-" and not b.exact else b
            deed: Callable[[Any, Any], Any] = (lambda x, y: x + y) if node.op == "+" else (lambda x, y: x - y)
            lo = deed(a.lo, back.lo)
            return Span(lo, lo if a.exact and b.exact else deed(a.hi, back.hi), scale)
        return intervals.product(a, b)

    def _computed(self, node: Call) -> Span:
        name, args = node.name, node.args
        match name:
            case "abs":
                return intervals.magnitude(self.span(args[0]))
            case "number":
                return self.span(args[0])
            case "min" | "max":
                values = [self.span(a) for a in args]
                return intervals.least(values) if name == "min" else intervals.greatest(values)
            case "coalesce":
                return self._coalesce(node)
            case "length":
                return point(sa.func.length(self.scalar(args[0])))
            case "year":
                text = self.span(args[0]).lo if args[0].kind.name == "date" else self.scalar(args[0])
                return point(sa.cast(sa.func.substr(text, 1, 4), sa.Integer))
        first, last = (self.span(a) for a in args)
        count = _SPANS.get(name, self._workdays)
        lo = count(first.hi, last.lo)
        return Span(lo, lo if first.exact and last.exact else count(first.lo, last.hi))

    def _coalesce(self, node: Call) -> Span:
        values = [self.span(a).to_scale(node.kind.scale) for a in node.args]
        lo = sa.func.coalesce(*(v.lo for v in values))
        exact = all(v.exact for v in values)
        return Span(lo, lo if exact else sa.func.coalesce(*(v.hi for v in values)), node.kind.scale)

    def _workdays(self, first: Part, last: Part) -> Part:
        days = self.standard.codes.get(HOLIDAYS)
        entries = [f"+{i.code}" if _worked(i) else i.code for i in days.items.values()] if days else []
        return sa.func.workdays_between(first, last, " ".join(entries), type_=sa.Integer)

    def _date(self, node: Node) -> Span:
        match node:
            case Const():
                return point(str(node.value))
            case Call(name="today"):
                return point(self._moment("today"))
            case Call(name="period_start" | "period_end") if not node.args:
                return point(self._moment(node.name))
            case Call(name="period_start" | "period_end"):
                return self._period_day(node.args[0], node.name)
            case Call(name="min" | "max" | "coalesce"):
                return self._computed(node)
            case Attr():
                return intervals.days_of(self._case(node, lambda c: c.value))
        return intervals.days_of(self.scalar(node))

    def _period_day(self, node: Node, name: str = "period_end") -> Span:
        if isinstance(node, Const):
            first, last = period_bounds(str(node.value))
            return point(first if name == "period_start" else last)
        value = self.scalar(node)
        assert isinstance(value, sa.ColumnElement)
        return point(intervals.period_start(value) if name == "period_start" else intervals.period_end(value))

    def _moment(self, name: str) -> Column:
        return sa.bindparam(name, self.context.values()[name], type_=sa.Text)

    # --- sums over children ------------------------------------------------------------

    def _sum(self, node: Aggregate) -> Span:
        with self.inside(node) as (child, link):
            value: Part = 1 if node.value is None else self.span(node.value).lo
            sure = self.asks(node.where, True, True) if node.where else True
            maybe = self.asks(node.where, True, False) if node.where else True

            def total(part: Column, where: Truth) -> Column:
                query = sa.select(sa.func.coalesce(sa.func.sum(part), 0)).select_from(child)
                return query.where(link, as_sql(where)).correlate(*self.outer()).scalar_subquery()

            if _same(sure, maybe):
                whole = sa.func.coalesce(sa.func.sum(value), 0) if node.value else sa.func.count()
                query = sa.select(whole).select_from(child).where(link, as_sql(sure))
                return point(query.correlate(*self.outer()).scalar_subquery(), node.kind.scale)
            # A child that may count lowers the sum when it is negative and raises it when positive.
            doubtful = sa.literal(value) if isinstance(value, int) else value
            low = total(sa.case((as_sql(sure), doubtful), (doubtful < 0, doubtful), else_=0), maybe)
            high = total(sa.case((as_sql(sure), doubtful), (doubtful > 0, doubtful), else_=0), maybe)
            return Span(low, high, node.kind.scale)


_SPANS: dict[str, Callable[[Any, Any], Any]] = {
    "days_between": lambda first, last: intervals.day_number(last) - intervals.day_number(first),
    "months_between": intervals.month_count,
}


def _scaled(const: Const, scale: int) -> int:
    assert isinstance(const.value, Fraction)
    return int(const.value * 10**scale)


def _same(one: Truth, other: Truth) -> bool:
    """Whether certainty makes no difference, as without dates in the condition."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return one.compare(other)


def _worked(item: CodeItem) -> bool:
    return item.extra.get("kind") == "班"
