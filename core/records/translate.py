"""From typed nodes to SQLAlchemy: conditions with certainty, values as intervals.

A condition is asked in four ways: is it (true | false) for (every | some) date that a partial date
can be. What cannot be told, because an operand is empty, is neither true nor false, so that
"certainly false" finds nothing where a value is missing (Kleene's logic, as in SQL).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from core.records import intervals
from core.records.intervals import Column, Part, Span, Truth, all_of, any_of, as_sql, holds, point
from core.records.reach import Reach
from core.standard.attributes import attribute_value
from core.standard.dates import period_bounds
from core.standard.grammar import ExpressionError
from core.standard.model import CodeItem, CodeList, Standard
from core.standard.nodes import (
    Aggregate,
    Arith,
    Attr,
    Bool,
    Call,
    Compare,
    Const,
    First,
    Lookup,
    Member,
    Node,
    Not,
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


class Translator(Reach):
    """Translates nodes over one table: conditions by their certainty, values as intervals."""

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

    # --- conditions ------------------------------------------------------------------

    def true(self, node: Node) -> Truth:
        """Certainly true."""
        return self.asks(node, True, True)

    def false(self, node: Node) -> Truth:
        """Certainly false."""
        return self.asks(node, False, True)

    def asks(self, node: Node, positive: bool, certain: bool) -> Truth:
        match node:
            case Bool():
                parts = [self.asks(p, positive, certain) for p in node.parts]
                return all_of(parts) if (node.op == "and") == positive else any_of(parts)
            case Not():
                return self.asks(node.part, not positive, certain)
            case Const():
                return bool(node.value) == positive
            case Compare():
                return self._compare(node, positive, certain)
            case Member():
                return self._member(node, positive, certain)
            case Aggregate():
                return self._exists(node, positive, certain)
            case Attr():
                chosen = self._codes(node, lambda c: c.value is True)
                return self._among(self.column(node.subject), chosen, positive)
            case Option():
                return bool(self._of_option(node)) == positive
            case Call(name="filled" | "empty"):
                return self._presence(node.args[0], positive == (node.name == "filled"))
            case Call(name="has"):
                return self._has(node, positive)
            case Call(name="valid"):
                return self._valid(node, positive, certain)
        value = self.scalar(node)
        assert isinstance(value, sa.ColumnElement)
        return value == (1 if positive else 0)

    def _compare(self, node: Compare, positive: bool, certain: bool) -> Truth:
        op = node.op if positive else intervals.NEGATED[node.op]
        left, right = node.left, node.right
        if left.kind.name in ("number", "date", "period"):
            if left.kind.name == "period" and op not in ("==", "!="):
                return holds(op, self._period_day(left), self._period_day(right), certain=certain)
            return holds(op, self.span(left), self.span(right), certain=certain)
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Attr) and isinstance(other, Const):
                chosen = [code for code, const in self._attribute(one) if const.value == other.value]
                return self._among(self.column(one.subject), chosen, op == "==")
        return holds(op, point(self.scalar(left)), point(self.scalar(right)), certain=certain)

    def _member(self, node: Member, positive: bool, certain: bool) -> Truth:
        if isinstance(node.items, Attr):
            return self._in_attribute(node.subject, node.items, positive)
        if isinstance(node.items, Option):
            listed = self._of_option(node.items)
            values = list(listed) if isinstance(listed, tuple) else []
        elif node.subject.kind.name in ("number", "date"):
            subject = self.span(node.subject)
            each = [
                holds("==" if positive else "!=", subject, self.span(i), certain=certain) for i in node.items
            ]
            return any_of(each) if positive else all_of(each)
        else:
            values = [str(i.value) for i in node.items]
        if isinstance(node.subject, Attr):
            chosen = self._codes(node.subject, lambda c: c.value in values)
            return self._among(self.column(node.subject.subject), chosen, positive)
        return self._among(self.scalar(node.subject), values, positive)

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

    def _in_attribute(self, subject: Node, items: Attr, positive: bool) -> Truth:
        """domain in code(asset_class).domains: entries with the same list are asked together."""
        value, holder = self.scalar(subject), self.column(items.subject)
        groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for code, const in self._attribute(items):
            assert isinstance(const.value, tuple)
            groups[const.value].append(code)
        return any_of(
            [
                all_of([self._among(holder, codes, True), self._among(value, listed, positive)])
                for listed, codes in groups.items()
            ]
        )

    def _presence(self, node: Node, wanted: bool) -> Truth:
        if isinstance(node, Attr):
            filled = {c for c, const in self._attribute(node) if const.value not in ("", False, ())}
            column = self.column(node.subject)
            if wanted:
                return self._among(column, filled, True)
            return any_of([column.is_(None), self._among(column, filled, False)])
        value = self.scalar(node)
        assert isinstance(value, sa.ColumnElement)
        return value.is_not(None) if wanted else value.is_(None)

    def _has(self, node: Call, positive: bool) -> Truth:
        subject = self.scalar(node.args[0])
        codes = [str(a.value) for a in node.args[1:] if isinstance(a, Const)]
        if node.args[0].kind.name == "code":
            return self._among(subject, codes, positive)
        assert isinstance(subject, sa.ColumnElement)
        framed = sa.literal("|") + subject + sa.literal("|")
        each: list[Truth] = []
        for code in codes:
            found = framed.contains(f"|{code}|", autoescape=True)
            each.append(found if positive else sa.not_(found))
        return any_of(each) if positive else all_of(each)

    def _valid(self, node: Call, positive: bool, certain: bool) -> Truth:
        listed, code, day = node.args[0].kind.codes, self.scalar(node.args[1]), self.span(node.args[2])
        assert listed is not None
        groups: dict[tuple[str, str], list[str]] = defaultdict(list)
        for item in listed.items.values():
            groups[(item.valid_from, item.valid_to)].append(item.code)
        found: list[Truth] = [] if positive else [self._among(code, listed.items, False)]
        for (first, last), codes in groups.items():
            bounds = [(">=", _first_day(first))] if first else []
            bounds += [("<=", _last_day(last))] if last else []
            each = [
                holds(op if positive else intervals.NEGATED[op], day, point(end), certain=certain)
                for op, end in bounds
            ]
            inside = all_of(each) if positive else any_of(each)
            found.append(all_of([self._among(code, codes, True), inside]))
        return any_of(found)

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

    def _exists(self, node: Aggregate, positive: bool, certain: bool) -> Truth:
        """Two-valued: a child for which the condition cannot be told does not count."""
        with self.inside(node) as (child, link):
            sure = certain if positive else not certain
            where = self.asks(node.where, True, sure) if node.where else True
            query = sa.select(sa.literal(1)).select_from(child).where(link, as_sql(where))
        found = query.correlate(*self.outer()).exists()
        return found if positive else sa.not_(found)

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


def _first_day(text: str) -> str:
    return (text + "-01-01")[:10]


def _last_day(text: str) -> str:
    return text + "-12-31"[len(text) - 4 :]
