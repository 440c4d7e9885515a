"""From flags to findings: which rules were hit, by which rows, with which values."""

from __future__ import annotations

import hashlib
import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.audit.plan import BITS, Check, Planner, Spoken, TablePlan, holds_something, spoken_of, wants_filled
from core.jobs import Progress
from core.records.compile import Statement
from core.records.operands import Context
from core.records.translate import Translator
from core.standard.model import ERROR, Rule, Standard
from core.standard.nodes import First, Hop, Node, Path
from core.storage.tables import Tables

if TYPE_CHECKING:
    from core.records import Ledger

_SIZES = (8, 200)
"""Rows asked for at once: few after an edit, many after a scan."""

_STEP = 2000


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as it is stored: no words, only what they are made of."""

    rule: str
    table: str
    uid: str
    field: str
    params: str
    digest: str


def found(
    rule: Rule, table: str, uid: str, field: str, params: Mapping[str, Any], speaks: Iterable[str] = ()
) -> Found:
    """A finding with its digest over the values it speaks of (all, or those named)."""
    named = set(speaks)
    spoken = {k: v for k, v in params.items() if not named or k in named}
    text = json.dumps([rule.id, spoken], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    written = json.dumps(dict(params), ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    return Found(rule.id, table, uid, field, written, digest)


class Auditor:
    """Carries out the rules of rows; its statements are compiled once and kept for the next edit."""

    def __init__(
        self, standard: Standard, tables: Tables, dialect: sa.Dialect, rules: Mapping[str, Rule]
    ) -> None:
        self.standard = standard
        self.tables = tables
        self.dialect = dialect
        self.rules = dict(rules)
        self._plans: dict[str, TablePlan] = {}
        self._details: dict[str, tuple[tuple[Spoken, ...], _ById]] = {}
        self._values: dict[str, _ById] = {}
        self._filled = {r.id: wants_filled(standard, r) for r in rules.values() if r.kind == "row"}

    def plan(self, table: str) -> TablePlan:
        if table not in self._plans:
            planner = Planner(self.standard, self.tables, table, self.rules, self.dialect)
            self._plans[table] = planner.plan()
        return self._plans[table]

    # --- scanning -----------------------------------------------------------------------------

    def scan(self, conn: sa.Connection, table: str, context: Context, progress: Progress) -> Iterator[Found]:
        """Every live row of a table against every rule of rows."""
        plan = self.plan(table)
        if not plan.checks:
            return
        hits: list[array[int]] = [array("q") for _ in plan.checks]
        label = f"审核{self.standard.tables[table].label}"
        cursor = plan.everything().run(conn, context.values())
        done = 0
        while rows := cursor.fetchmany(_STEP):
            _collect(rows, hits)
            done += len(rows)
            progress.step(done, 0, label)
        yield from self._findings(conn, plan, hits, context)

    def reached(
        self, conn: sa.Connection, table: str, hops: tuple[Hop, ...], uid: str, context: Context
    ) -> tuple[set[str], list[Found]]:
        """The rows whose refs `hops` lead to `uid`, and what is found in them now."""
        plan = self.plan(table)
        if not plan.checks:
            return set(), []
        rows = plan.reached(hops).run(conn, {**context.values(), "uid": uid}).fetchall()
        hits: list[array[int]] = [array("q") for _ in plan.checks]
        _collect(rows, hits, behind=1)
        return {str(r[-1]) for r in rows}, list(self._findings(conn, plan, hits, context))

    # --- from bits to findings -------------------------------------------------------------------

    def _findings(
        self, conn: sa.Connection, plan: TablePlan, hits: Sequence[array[int]], context: Context
    ) -> Iterator[Found]:
        by_rule: dict[str, list[tuple[Check, array[int]]]] = defaultdict(list)
        told: dict[str, set[int]] = defaultdict(set)
        for check, ids in zip(plan.checks, hits, strict=True):
            if not ids:
                continue
            by_rule[check.rule.id].append((check, ids))
            for code in self._filled.get(check.rule.id, ()):
                told[code].update(ids)
            if check.rule.kind == "row" and check.rule.severity == ERROR:
                told[f"= {check.fields[0]}"].update(ids)
        for rule_id, groups in by_rule.items():
            rule = self.rules[rule_id]
            if rule.kind == "row":
                (check, ids) = groups[0]
                yield from self.speak(conn, rule, ids, check.fields[0], context)
            else:
                yield from self._fields(conn, plan, rule, groups, context, told)

    def speak(
        self, conn: sa.Connection, rule: Rule, ids: Sequence[int], field: str, context: Context
    ) -> Iterator[Found]:
        """A finding for each row, with the values that the rule speaks of."""
        for _, uid, params, weighs in self.details(conn, rule, ids, context):
            yield found(rule, rule.table, uid, field, params, weighs)

    def details(
        self, conn: sa.Connection, rule: Rule, ids: Sequence[int], context: Context
    ) -> Iterator[tuple[int, str, dict[str, Any], list[str]]]:
        """id, uid, the values that a rule speaks of, and the keys of those that weigh."""
        if rule.id not in self._details:
            self._details[rule.id] = self._detail(rule)
        spoken, statement = self._details[rule.id]
        weighs = [s.key for s in spoken if s.weighs]
        for row, uid, *values in statement.run(conn, ids, context.values()):
            yield row, uid, {s.key: v for s, v in zip(spoken, values, strict=True)}, weighs

    def _detail(self, rule: Rule) -> tuple[tuple[Spoken, ...], _ById]:
        translator = Translator(self.standard, self.tables, rule.table, Context(), joins=True)
        spoken = spoken_of(self.standard, rule)
        columns = [self._shown(translator, s.node).label(f"v{i}") for i, s in enumerate(spoken)]
        source = translator.rows[0].source
        query = sa.select(source.c.id, source.c.uid, *columns).select_from(translator.from_clause())
        return spoken, _ById(query, source, self.dialect)

    def _shown(self, translator: Translator, node: Node) -> sa.ColumnElement[Any]:
        """The stored value of an operand; a ref by the name of the record it leads to."""
        if isinstance(node, Path) and node.kind.name == "ref":
            named = self.standard.tables[node.kind.ref]
            hops = (*node.hops, Hop(node.field.code, node.kind.ref))
            node = Path(node.kind, node.up, hops, named.fields[named.name_field], node.text)
        if isinstance(node, Path | First):
            return translator.column(node)
        value = translator.span(node).lo if node.kind.name in ("number", "date") else translator.scalar(node)
        return value if isinstance(value, sa.ColumnElement) else sa.literal(value)

    # --- rules that follow from the fields ------------------------------------------------------------

    def _fields(
        self,
        conn: sa.Connection,
        plan: TablePlan,
        rule: Rule,
        groups: list[tuple[Check, array[int]]],
        context: Context,
        told: Mapping[str, set[int]],
    ) -> Iterator[Found]:
        """Which of the fields under a condition it was; what another rule has said is not said again."""
        fields = self.standard.tables[plan.table].fields
        codes = sorted({c for check, _ in groups for c in check.fields}, key=lambda c: fields[c].order)
        may: dict[int, set[str]] = defaultdict(set)
        for check, ids in groups:
            for row in ids:
                may[row].update(check.fields)
        until = context.values().get(str(rule.options.get("until", ""))) or ""
        extra = self._extra(conn, plan, rule, sorted(may), context)
        for row, uid, *values in self._field_values(conn, plan, rule, codes, sorted(may)):
            named = [(c, v) for c, v in zip(codes, values, strict=True) if c in may[row]]
            if rule.kind == "required":
                missing = [c for c, v in named if v is None and row not in told.get(c, ())]
                if missing:
                    yield found(rule, plan.table, uid, missing[0], {**extra.get(row, {}), "missing": missing})
            elif rule.kind == "unfit":
                filled = [c for c, v in named if v]
                yield found(rule, plan.table, uid, filled[0], {"fields": filled})
            elif rule.kind == "dates":
                for code, value in named:
                    if value is not None and str(value) > until:
                        params = {"label": code, "value": value, "until": until}
                        yield found(rule, plan.table, uid, code, params)
            else:
                for code, value in named:
                    if row not in told.get(f"= {code}", ()):
                        yield found(rule, plan.table, uid, code, {"label": code, "value": value})

    def _extra(
        self, conn: sa.Connection, plan: TablePlan, rule: Rule, ids: Sequence[int], context: Context
    ) -> dict[int, dict[str, Any]]:
        """Values that the words of a rule of one table speak of beside the missing fields."""
        if rule.table != plan.table or not spoken_of(self.standard, rule):
            return {}
        return {row: params for row, _, params, _ in self.details(conn, rule, ids, context)}

    def _field_values(
        self, conn: sa.Connection, plan: TablePlan, rule: Rule, codes: list[str], ids: Sequence[int]
    ) -> Iterator[tuple[Any, ...]]:
        key = f"{rule.id} {plan.table} {' '.join(codes)}"
        if key not in self._values:
            c, fields = plan.source.c, self.standard.tables[plan.table].fields
            columns: list[sa.ColumnElement[Any]] = [c[code] for code in codes]
            if rule.kind == "unfit":
                columns = [
                    sa.case((holds_something(plan.source, fields[code]), 1), else_=0) for code in codes
                ]
            query = sa.select(c.id, c.uid, *(v.label(f"v{i}") for i, v in enumerate(columns)))
            self._values[key] = _ById(query, plan.source, plan.dialect)
        yield from self._values[key].run(conn, ids, {})


def _collect(rows: Sequence[Any], hits: list[array[int]], *, behind: int = 0) -> None:
    """Sort the rows with a flag into the lists of their checks; `behind` columns follow the flags."""
    for row in rows:
        for word in range(1, len(row) - behind):
            flags = row[word]
            while flags:
                low = flags & -flags
                hits[(word - 1) * BITS + low.bit_length() - 1].append(row[0])
                flags ^= low


class _ById:
    """A SELECT of given rows, compiled for few and for many of them."""

    def __init__(self, query: sa.Select[Any], source: sa.FromClause, dialect: sa.Dialect) -> None:
        self._query, self._source, self._dialect = query, source, dialect
        self._statements: dict[int, Statement] = {}

    def _sized(self, size: int) -> Statement:
        if size not in self._statements:
            wanted = [sa.bindparam(f"i{n}", -1, sa.BigInteger) for n in range(size)]
            query = self._query.where(self._source.c.id.in_(wanted))
            self._statements[size] = Statement(query, self._dialect)
        return self._statements[size]

    def run(
        self, conn: sa.Connection, ids: Sequence[int], values: Mapping[str, Any]
    ) -> Iterator[tuple[Any, ...]]:
        size = _SIZES[0] if len(ids) <= _SIZES[0] else _SIZES[1]
        for start in range(0, len(ids), size):
            bound = {f"i{n}": row for n, row in enumerate(ids[start : start + size])}
            for n in range(len(bound), size):
                bound[f"i{n}"] = -1
            for row in self._sized(size).run(conn, {**values, **bound}).fetchall():
                yield tuple(row)


@lru_cache(maxsize=4)
def _kept(key: tuple[str, str, frozenset[str]]) -> list[Auditor]:
    return []


def auditor(ledger: Ledger, rules: Mapping[str, Rule]) -> Auditor:
    """The auditor of these rules; the same for every 账套 of the same standard."""
    key = (ledger.standard.hash, ledger.conn.dialect.name, frozenset(rules))
    place = _kept(key)
    if not place:
        place.append(Auditor(ledger.standard, ledger.tables, ledger.conn.dialect, rules))
    return place[0]
