"""Declared measures by declared groupings, from one 账套 seen as a report of one period.

Sums are whole 分 and whole 0.01 ㎡; what is derived (ratios, differences) comes from those sums,
rounded half up once, at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.figures.ratios import change_percent, percent
from core.records import lineage
from core.records.compile import compile_where, now
from core.standard.dates import period_bounds
from core.standard.figures import (
    CHANGE,
    CUM,
    LAST,
    NOW,
    ROOT,
    UNITS_DUE,
    YEAR,
    Figures,
    Grouping,
    Measure,
    Summary,
    figures_of,
)
from core.standard.model import Field, TableDef

if TYPE_CHECKING:
    from core.records import Ledger

Number = int | Decimal | None
Key = tuple[str, ...]
"""Values of the groupings from outer to inner; "" where a record has none."""

_ALWAYS_SHOWN = 12
"""Groups of a code list of at most so many entries are shown even when nothing falls into them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a summary: `depth` groupings are named, the others are summed over."""

    depth: int
    key: Key
    labels: tuple[str, ...]
    values: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class SummaryTable:
    """A computed summary; the last row is the total."""

    declared: Summary
    period: str
    rows: tuple[Row, ...]

    @property
    def total(self) -> Row:
        return self.rows[-1]


def summary(ledger: Ledger, code: str, period: str) -> SummaryTable:
    """Compute one declared summary for `period` (2026Q3, 2026M09 or 2026)."""
    return computation(ledger, period).summary(code)


def summaries(ledger: Ledger, period: str) -> list[SummaryTable]:
    """Every declared summary."""
    made = computation(ledger, period)
    return [made.summary(code) for code in made.figures.summaries]


def totals(ledger: Ledger, codes: Iterable[str], period: str) -> dict[str, Number]:
    """Measures over everything, by code."""
    made = computation(ledger, period)
    return {c: made.value(made.figures.measures[c], NOW, (), ()) for c in codes}


def computation(ledger: Ledger, period: str) -> Computation:
    """What several summaries of one period share: each sum is asked of the database once."""
    return Computation(ledger, figures_of(ledger.standard), period)


def year_to_date(period: str, there: Iterable[str]) -> list[str]:
    """Periods of the same kind from the first of the year up to `period`."""
    end = period_bounds(period)[1]
    mine = [p for p in there if p[:4] == period[:4] and len(p) == len(period) and p[4:5] == period[4:5]]
    return sorted(p for p in mine if period_bounds(p)[1] <= end)


def last_year(period: str) -> str:
    """2026Q3 → 2025Q3."""
    return f"{int(period[:4]) - 1:04d}{period[4:]}"


def _spans(span: str) -> tuple[str, ...]:
    return (NOW, LAST) if span == CHANGE else (span,)


SumsName = tuple[str, tuple[str, ...] | None, tuple[str, ...]]
"""Measure, periods (None: a table without them), groupings."""


class Computation:
    """Summaries and single figures of one period; holds the sums that it has made."""

    def __init__(self, ledger: Ledger, figures: Figures, period: str) -> None:
        self.ledger, self.figures, self.period = ledger, figures, period
        self.standard = ledger.standard
        self._sums: dict[SumsName, dict[Key, int]] = {}
        self._there: dict[str, frozenset[str]] = {}

    # --- tables ----------------------------------------------------------------------

    def summary(self, code: str) -> SummaryTable:
        declared = self.figures.summaries[code]
        rows = [
            Row(len(key), key, self._labels(declared.rows, key), self._values(declared, key))
            for key in self._keys(declared)
        ]
        total = Row(0, (), ("合计",), self._values(declared, ()))
        return SummaryTable(declared, self.period, (*rows, total))

    def _values(self, declared: Summary, key: Key) -> tuple[Number, ...]:
        return tuple(self.value(c.measure, c.span, declared.rows, key) for c in declared.columns)

    def _keys(self, declared: Summary) -> Iterator[Key]:
        """Every group to show, outer ones before their inner ones."""
        found: set[Key] = set()
        for column in declared.columns:
            for measure in self._bases(column.measure):
                for span in _spans(column.span) if measure.table != "asset" else (NOW,):
                    found |= set(self._base(measure, span, declared.rows))
        yield from self._walk(declared.rows, found, ())

    def _walk(self, groups: Sequence[Grouping], found: set[Key], before: Key) -> Iterator[Key]:
        depth = len(before)
        if depth == len(groups):
            return
        present = {k[depth] for k in found if len(k) > depth and k[:depth] == before}
        for value in self._ordered(groups[depth], present, before):
            yield (*before, value)
            yield from self._walk(groups, found, (*before, value))

    def _ordered(self, group: Grouping, present: set[str], before: Key) -> list[str]:
        names = group.names
        if names is None:
            return sorted(present, key=lambda v: (v == "", self._name(group, v), v))
        everything = len(names.items) <= _ALWAYS_SHOWN and (not before or before[-1] != "")
        listed = [c for c in names.items if everything or c in present]
        return [*listed, *sorted(present - set(names.items) - {""}), *([""] if "" in present else [])]

    def _labels(self, groups: Sequence[Grouping], key: Key) -> tuple[str, ...]:
        return tuple(self._name(g, v) for g, v in zip(groups, key, strict=False))

    def _name(self, group: Grouping, value: str) -> str:
        if not value:
            return "未填"
        if group.names is not None:
            return group.names.name_of(value)
        field = self.standard.tables[group.table].fields[group.field]
        return self.ledger.name_of(field.ref, value) if field.ref else value

    # --- values ------------------------------------------------------------------------

    def value(self, measure: Measure, span: str, groups: Sequence[Grouping], key: Key) -> Number:
        """One figure; None stands for “—”: nothing to divide by, or not known for that time."""
        if span == CHANGE:
            after, before = (self.value(measure, s, groups, key) for s in (NOW, LAST))
            return change_percent(int(after or 0), int(before or 0)) if before else None
        if measure.same_as:
            return self.value(self.figures.measures[measure.same_as], span, groups, key)
        if measure.part:
            part, whole = (
                self.value(self.figures.measures[c], self._span_of(c, span), groups, key)
                for c in (measure.part, measure.of)
            )
            return percent(int(part or 0), int(whole or 0), self._digits()) if whole is not None else None
        if measure.minus:
            first, *others = (
                self.value(self.figures.measures[c], self._span_of(c, span), groups, key)
                for c in measure.minus
            )
            return None if first is None else int(first) - sum(int(o or 0) for o in others)
        if self._is_unknown(measure, span):
            return None
        found = self._base(measure, span, groups)
        if not found and len(key) < len(groups):  # the inner groups do not reach its table
            found = self._base(measure, span, groups[: len(key)])
        return found.get(key, 0)

    def _is_unknown(self, measure: Measure, span: str) -> bool:
        """Last year of a table without periods; units and targets where no unit is registered as due."""
        if span == LAST and self._period_field(measure.table) is None:
            return True
        due = self.figures.measures.get(UNITS_DUE)
        is_register = due is not None and measure.table == due.table
        return is_register and self._periods(measure.table, span) == ()

    def _span_of(self, code: str, span: str) -> str:
        """The span of an operand: its own when it has one (a target of the year), else the asker's."""
        own = self.figures.measures[code].span
        return own if own == YEAR else span

    def _digits(self) -> int:
        found = self.standard.params.get("ratio_digits")
        return int(found.value) if found else 1

    def _bases(self, measure: Measure) -> Iterator[Measure]:
        if measure.table:
            yield measure
        for code in measure.needs:
            yield from self._bases(self.figures.measures[code])

    # --- sums ----------------------------------------------------------------------------

    def _base(self, measure: Measure, span: str, groups: Sequence[Grouping]) -> dict[Key, int]:
        """Sums of a measure by groups; groups that do not reach its table give nothing."""
        periods = self._periods(measure.table, span)
        if periods == ():
            return {}
        wanted = tuple(g.code for g in groups)
        name = (measure.code, periods, wanted)
        if name not in self._sums and (finer := self._finer(name)) is not None:
            self._sums[name] = {k: v for k, v in finer.items() if len(k) <= len(wanted)}
        if name not in self._sums:
            alike = self._alike(measure)
            for one, sums in zip(alike, self._query(alike, periods, groups), strict=True):
                self._sums[one.code, periods, wanted] = sums
        return self._sums[name]

    def _finer(self, name: SumsName) -> dict[Key, int] | None:
        """The sums of the same rows by these groups and more: they hold those of every prefix."""
        code, periods, groups = name
        for (c, p, g), sums in self._sums.items():
            if sums and (c, p, g[: len(groups)]) == (code, periods, groups):
                return sums
        return None

    def _alike(self, measure: Measure) -> list[Measure]:
        """The measures that one query can answer: sums over the same rows."""
        if self._is_told_apart(measure):
            return [measure]
        own = (m for m in self.figures.measures.values() if m.table == measure.table)
        same = (m for m in own if m.sum or (m.distinct and not self._is_told_apart(m)))
        return [m for m in same if m.where == measure.where]

    def _query(
        self, measures: Sequence[Measure], periods: tuple[str, ...] | None, groups: Sequence[Grouping]
    ) -> list[dict[Key, int]]:
        measure = measures[0]
        t = self.ledger.tables.record[measure.table]
        table = self.standard.tables[measure.table]
        source: Any = t
        conditions = [t.c.deleted == 0]
        if periods is not None:
            conditions.append(t.c.period.in_(periods))
        parent = None
        if table.parent:
            parent = self.ledger.tables.record[table.parent]
            source = t.join(parent, sa.and_(parent.c.uid == t.c[table.parent], parent.c.deleted == 0))
        keys = []
        for group in groups:
            column = self._group_column(group, table, t, parent)
            if column is None:
                return [{} for _ in measures]
            keys.append(column)
        for text in (self.figures.current.get(measure.table, ""), measure.where):
            if text:
                conditions.append(
                    compile_where(self.standard, self.ledger.tables, measure.table, text, now(self.period))
                )
        counted = [self._counted(m, table, t) for m in measures]
        query = sa.select(*keys, *counted).select_from(source).where(*conditions)
        if not self._is_told_apart(measure):
            query = query.group_by(*keys)
        rows = self.ledger.conn.execute(query).all()
        depth = len(groups)
        return [
            self._gather(m, groups, ((r[:depth], r[depth + i]) for r in rows)) for i, m in enumerate(measures)
        ]

    def _periods(self, table: str, span: str) -> tuple[str, ...] | None:
        """The periods that a span takes and the table has rows of; None for a table without periods."""
        if self._period_field(table) is None:
            return None
        if table not in self._there:
            t = self.ledger.tables.record[table]
            found = self.ledger.conn.execute(sa.select(t.c.period).where(t.c.deleted == 0).distinct())
            self._there[table] = frozenset(str(p) for p in found.scalars() if p)
        there = self._there[table]
        if span == CUM:
            return tuple(year_to_date(self.period, there))
        wanted = {YEAR: self.period[:4], LAST: last_year(self.period)}.get(span, self.period)
        return (wanted,) if wanted in there else ()

    def _period_field(self, table: str) -> Field | None:
        found = self.standard.tables[table].fields.get("period")
        return found if found is not None and found.type == "period" else None

    def _group_column(self, group: Grouping, table: TableDef, t: sa.Table, parent: sa.Table | None) -> Any:
        """The grouping's column as this table reaches it: its own, its parent's, or a ref to the same."""
        if group.table == table.code:
            return t.c[group.field]
        if group.table == table.parent and parent is not None:
            return parent.c[group.field]
        ref = self.standard.tables[group.table].fields[group.field].ref
        if ref:
            own = next((f.code for f in table.fields.values() if f.ref == ref), None)
            return t.c[own] if own else None
        return None

    def _counted(self, measure: Measure, table: TableDef, t: sa.Table) -> Any:
        if self._is_told_apart(measure):
            return t.c.uid if measure.distinct == ROOT else t.c[measure.distinct]
        if measure.sum == "1" or measure.distinct:
            return sa.func.count()
        from core.figures.measures import area_of

        value = area_of(self.standard, t) if measure.sum == "area_total()" else t.c[measure.sum]
        return sa.func.coalesce(sa.func.sum(value), 0)

    def _gather(
        self, measure: Measure, groups: Sequence[Grouping], rows: Iterable[tuple[Any, Any]]
    ) -> dict[Key, int]:
        """Sums by every prefix of the key, so that outer groups and the total count each record once."""
        sums: dict[Key, int] = {}
        seen: dict[Key, set[str]] = {}
        apart = self._is_told_apart(measure)
        roots = self._roots if measure.distinct == ROOT else {}
        for values, found in rows:
            for key in self._spread(groups, values):
                if apart:
                    seen.setdefault(key, set()).update(roots.get(str(found), (str(found),)))
                else:
                    sums[key] = sums.get(key, 0) + int(found or 0)
        return {k: len(v) for k, v in seen.items()} if apart else sums

    def _is_told_apart(self, measure: Measure) -> bool:
        """Whether records must be counted one by one; while nothing was split or merged, roots are the records."""
        return bool(measure.distinct) and (measure.distinct != ROOT or bool(self._roots))

    def _spread(self, groups: Sequence[Grouping], values: Sequence[Any]) -> set[Key]:
        """The groups a record falls into; a multiple choice falls into several of them."""
        keys: set[Key] = {()}
        level: list[Key] = [()]
        for group, value in zip(groups, values, strict=True):
            level = [(*k, v) for k in level for v in self._group_values(group, value)]
            keys |= set(level)
        return keys

    def _group_values(self, group: Grouping, value: Any) -> list[str]:
        field = self.standard.tables[group.table].fields[group.field]
        codes = str(value).split("|") if value is not None and field.type == "codes" else [str(value or "")]
        if not group.attribute or field.codes is None:
            return codes
        items = field.codes.items
        return list(
            dict.fromkeys(str(items[c].extra.get(group.attribute, "")) if c in items else "" for c in codes)
        )

    @cached_property
    def _roots(self) -> Mapping[str, set[str]]:
        return lineage.roots(self.ledger)
