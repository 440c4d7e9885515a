"""One scan per table: every rule of rows as a bit of a few whole numbers.

Fetching 80 flags as 80 columns cost twice as much as packing them (perf.md §5). Rules of kind
required, options, unfit and dates follow from the fields' own declarations and join the scan;
fields under the same condition share a bit, and which of them it was is asked only of found rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.records.compile import Statement
from core.records.intervals import Truth, all_of, any_of, as_sql
from core.records.operands import Context
from core.records.query import current
from core.records.translate import Translator
from core.standard.attributes import AREA_TOTAL
from core.standard.expressions import field_of, placeholders
from core.standard.meaning import understand
from core.standard.model import ERROR, Field, Rule, Standard
from core.standard.nodes import Aggregate, Call, First, Hop, Node, Option, Path, operands, own, parts
from core.standard.setkinds import KINDS
from core.storage.tables import Tables

BITS = 60
"""Flags per whole number: below the 63 of a signed integer."""

ROW_KINDS = ("row", "required", "options", "unfit", "dates")


@dataclass(frozen=True, slots=True)
class Check:
    """What one bit means: a rule, and the fields that it may be about."""

    rule: Rule
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """How rules of a table speak of records of `other`: over `hops`, or as children by `link`."""

    hops: tuple[Hop, ...]
    other: str
    link: str
    fields: frozenset[str]


@dataclass(slots=True)
class TablePlan:
    """The scan of one table; statements are compiled when first wanted."""

    table: str
    checks: tuple[Check, ...]
    relations: tuple[Relation, ...]
    flags: tuple[sa.ColumnElement[Any], ...]
    source: sa.FromClause
    joined: sa.FromClause
    limits: tuple[sa.ColumnElement[bool], ...]
    """Which live rows are asked: not those that others have taken the place of."""
    tables: Tables
    dialect: sa.Dialect
    _statements: dict[tuple[Hop, ...] | None, Statement] = field(default_factory=dict)

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(c.rule.id for c in self.checks)

    def everything(self) -> Statement:
        """id and flags of every live row."""
        return self._statement(None)

    def reached(self, hops: tuple[Hop, ...]) -> Statement:
        """id, flags and uid of the live rows whose refs `hops` lead to :uid; () is the record itself."""
        return self._statement(hops)

    def _statement(self, hops: tuple[Hop, ...] | None) -> Statement:
        if hops not in self._statements:
            c = self.source.c
            columns = [c.id, *self.flags] if hops is None else [c.id, *self.flags, c.uid]
            query = sa.select(*columns).select_from(self.joined).where(c.deleted == 0, *self.limits)
            if hops is not None:
                query = query.where(self._leads(hops))
            self._statements[hops] = Statement(query, self.dialect)
        return self._statements[hops]

    def _leads(self, hops: tuple[Hop, ...]) -> sa.ColumnElement[bool]:
        wanted = sa.bindparam("uid", "", sa.Text)
        if not hops:
            return self.source.c.uid == wanted
        source = self.source
        found: sa.ColumnElement[bool] = sa.true()
        for place in reversed(range(len(hops))):
            below, source = source, self.source
            if place:
                source = self.tables.record[hops[place - 1].table].alias()
            column = source.c[hops[place].field]
            last = place == len(hops) - 1
            found = column == wanted if last else column.in_(sa.select(below.c.uid).where(found))
        return found


class Planner:
    """Makes the plan of a table from a standard and the rules in force."""

    def __init__(
        self, standard: Standard, tables: Tables, table: str, rules: Mapping[str, Rule], dialect: sa.Dialect
    ) -> None:
        self.standard = standard
        self.tables = tables
        self.table = standard.tables[table]
        self.rules = rules
        self.dialect = dialect
        self.translator = Translator(standard, tables, table, Context(), joins=True)
        self.source = self.translator.rows[0].source
        self._nodes: list[Node] = []

    def plan(self) -> TablePlan:
        checks: list[Check] = []
        conditions: list[sa.ColumnElement[bool]] = []
        for check, truth in self._checks():
            if truth is not False:
                checks.append(check)
                conditions.append(as_sql(truth))
        flags = []
        for start in range(0, len(conditions), BITS):
            packed: sa.ColumnElement[Any] | None = None
            for place, condition in enumerate(conditions[start : start + BITS]):
                bit = sa.case((condition, 1 << place), else_=0)
                packed = bit if packed is None else packed + bit
            assert packed is not None
            flags.append(packed.label(f"f{start // BITS}"))
        return TablePlan(
            self.table.code,
            tuple(checks),
            tuple(self._relations()),
            tuple(flags),
            self.source,
            self.translator.from_clause(),
            tuple(current(self.source, self.table)),
            self.tables,
            self.dialect,
        )

    def _checks(self) -> Iterator[tuple[Check, Truth]]:
        for rule in self.rules.values():
            if rule.kind == "row" and rule.table == self.table.code:
                yield Check(rule, (field_of(self.standard, rule),)), self._row(rule)
        yield from self._required()
        for rule in self.rules.values():
            if rule.table not in ("", self.table.code):
                continue
            if rule.kind == "options":
                yield from self._options(rule)
            elif rule.kind == "unfit":
                yield from self._unfit(rule)
            elif rule.kind == "dates":
                yield from self._dates(rule)

    def _understand(self, text: str) -> Node:
        node = understand(self.standard, self.table.code, text)
        self._nodes.append(node)
        return node

    def _row(self, rule: Rule) -> Truth:
        when = self.translator.true(self._understand(rule.when)) if rule.when else True
        if rule.must:
            return all_of([when, self.translator.false(self._understand(rule.must))])
        return all_of([when, self.translator.true(self._understand(rule.found))])

    # --- what the fields declare -----------------------------------------------------------

    def _fits(self, field: Field) -> Truth:
        """A field that is not certainly without meaning for the record."""
        if not field.applies:
            return True
        unfit = self.translator.false(self._understand(field.applies))
        if isinstance(unfit, bool):
            return not unfit
        return sa.case((unfit, 0), else_=1) == 1

    def _required(self) -> Iterator[tuple[Check, Truth]]:
        groups: dict[tuple[str, str, str], list[Field]] = defaultdict(list)
        speakers = self._speakers()
        for each in self.table.fields.values():
            if each.required and not each.auto and (rule := speakers.get(each.code)):
                groups[(rule, str(each.required), each.applies)].append(each)
        for (rule, text, _), fields in groups.items():
            needed = True if text == "True" else self.translator.true(self._understand(text))
            empty = any_of([self.source.c[f.code].is_(None) for f in fields])
            truth = all_of([needed, self._fits(fields[0]), empty])
            yield Check(self.rules[rule], tuple(f.code for f in fields)), truth

    def _speakers(self) -> dict[str, str]:
        """Field → the rule of kind required that speaks for it; the one without a table for the rest."""
        own = [r for r in self.rules.values() if r.kind == "required"]
        rest = next((r.id for r in own if not r.table), "")
        found = {code: rest for code in self.table.fields if rest}
        for rule in own:
            if rule.table == self.table.code:
                found |= {code: rule.id for code in rule.options.get("fields", self.table.fields)}
        return found

    def _unfit(self, rule: Rule) -> Iterator[tuple[Check, Truth]]:
        groups: dict[str, list[Field]] = defaultdict(list)
        for each in self.table.fields.values():
            if each.applies and not each.auto:
                groups[each.applies].append(each)
        for text, fields in groups.items():
            unfit = self.translator.false(self._understand(text))
            filled = any_of([holds_something(self.source, f) for f in fields])
            yield Check(rule, tuple(f.code for f in fields)), all_of([unfit, filled])

    def _options(self, rule: Rule) -> Iterator[tuple[Check, Truth]]:
        for each in self.table.fields.values():
            if each.options and each.codes and each.type == "code":
                node = understand(self.standard, self.table.code, each.options, option=each.code)
                self._nodes.append(node)
                yield Check(rule, (each.code,)), any_of(list(self._refused(each, node)))

    def _refused(self, field: Field, node: Node) -> Iterator[Truth]:
        """Options with the same attributes are refused by the same condition."""
        assert field.codes is not None
        attributes = sorted({n.attr for n in parts(node) if isinstance(n, Option)})
        groups: dict[str, list[str]] = defaultdict(list)
        for item in field.codes.items.values():
            key = repr([item.code if not a else item.extra.get(a) for a in attributes])
            groups[key].append(item.code)
        for codes in groups.values():
            self.translator.option = field.codes.items[codes[0]]
            refused = self.translator.false(node)
            self.translator.option = None
            yield all_of([self.source.c[field.code].in_(codes), refused])

    def _dates(self, rule: Rule) -> Iterator[tuple[Check, Truth]]:
        spared = set(rule.options.get("except", ()))
        until = sa.bindparam(str(rule.options["until"]), None, sa.Text)
        fields = [
            f.code
            for f in self.table.fields.values()
            if f.type == "date" and f"{self.table.code}.{f.code}" not in spared
        ]
        if fields:
            when = self.translator.true(self._understand(rule.when)) if rule.when else True
            # A partial date sorts before every day of it, so that "later" is certain.
            late = any_of([self.source.c[code] > until for code in fields])
            yield Check(rule, tuple(fields)), all_of([when, late])

    # --- what the rules speak of ---------------------------------------------------------------

    def _relations(self) -> Iterator[Relation]:
        found: dict[tuple[tuple[Hop, ...], str, str], set[str]] = defaultdict(set)
        for node in (n for top in self._nodes for n in own(top)):
            if isinstance(node, Path):
                steps = [h.field for h in node.hops[1:]] + [node.field.code]
                for place, hop in enumerate(node.hops):
                    found[(node.hops[: place + 1], hop.table, "")].add(steps[place])
            elif isinstance(node, First):
                found[((), node.table, node.by)].add(node.field.code)
            elif isinstance(node, Aggregate):
                spoken = {p.field.code for p in parts(node) if isinstance(p, Path) and not p.hops}
                found[(node.hops, node.table, node.by)] |= spoken | {node.by}
        for (hops, other, link), fields in found.items():
            if AREA_TOTAL in fields:
                fields |= {"asset_class", "area_building", "area_land"}
            yield Relation(hops, other, link, frozenset(fields))


def holds_something(source: sa.FromClause, field: Field) -> sa.ColumnElement[bool]:
    """A field with content; nought and 否 say as little as an empty cell where a field does not apply."""
    column = source.c[field.code]
    if field.type in ("money", "area", "decimal", "integer", "bool"):
        return column != 0
    return column.is_not(None)


def wants_filled(standard: Standard, rule: Rule) -> frozenset[str]:
    """The own fields that a rule asks to be filled; a missing one needs no second finding."""
    if not rule.must or rule.severity != ERROR:
        return frozenset()
    node = understand(standard, rule.table, rule.must)
    return frozenset(
        a.field.code
        for n in own(node)
        if isinstance(n, Call) and n.name == "filled"
        for a in n.args
        if isinstance(a, Path) and not a.hops
    )


@dataclass(frozen=True, slots=True)
class Spoken:
    """A value that a finding keeps: `weighs` when an explanation lapses with it."""

    key: str
    node: Node
    weighs: bool


def spoken_of(standard: Standard, rule: Rule) -> tuple[Spoken, ...]:
    """The operands of a rule (key = their text) and the placeholders of its words."""
    found: dict[str, Spoken] = {}
    if not rule.table:
        return ()
    for text in (rule.when, rule.must, rule.found):
        if text:
            for node in operands(understand(standard, rule.table, text)):
                found.setdefault(node.text, Spoken(node.text, node, True))
    says = KINDS[rule.kind].says if rule.kind in KINDS else ()
    for said in (*placeholders(rule.message), *placeholders(rule.fix)):
        if said not in says and not said.endswith(".label"):
            text = said[1:].strip() if said.startswith("=") else said
            value = understand(standard, rule.table, text, condition=False)
            found.setdefault(said, Spoken(said, value, rule.kind != "row"))
    return tuple(found.values())
