"""From typed nodes to SQLAlchemy: conditions with certainty, values as intervals.

A condition is asked in four ways: is it (true | false) for (every | some) date that a partial date
can be. What cannot be told, because an operand is empty, is neither true nor false, so that
"certainly false" finds nothing where a value is missing (Kleene's logic, as in SQL).
"""

from __future__ import annotations

from collections import defaultdict

import sqlalchemy as sa

from core.records import intervals
from core.records.intervals import Truth, all_of, any_of, as_sql, holds, point
from core.records.operands import Operands
from core.standard.nodes import (
    Aggregate,
    Attr,
    Bool,
    Call,
    Compare,
    Const,
    Member,
    Node,
    Not,
    Option,
)


class Translator(Operands):
    """Translates nodes over one table: conditions by their certainty, values as intervals."""

    # --- conditions ------------------------------------------------------------------

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

    def _exists(self, node: Aggregate, positive: bool, certain: bool) -> Truth:
        """Two-valued: a child for which the condition cannot be told does not count."""
        with self.inside(node) as (child, link):
            sure = certain if positive else not certain
            where = self.asks(node.where, True, sure) if node.where else True
            query = sa.select(sa.literal(1)).select_from(child).where(link, as_sql(where))
        found = query.correlate(*self.outer()).exists()
        return found if positive else sa.not_(found)


def _first_day(text: str) -> str:
    return (text + "-01-01")[:10]


def _last_day(text: str) -> str:
    return text + "-12-31"[len(text) - 4 :]
