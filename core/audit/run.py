"""Carry out the audit: everything on demand, and around one record after each edit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.audit import sets, store
from core.audit.history import HISTORY
from core.audit.plan import ROW_KINDS
from core.audit.rules import rules_in_force
from core.audit.scan import Auditor, Found, auditor
from core.audit.sets import SETS, Room
from core.audit.wording import params_of
from core.findings import ERROR, EXPLAIN, HINT, Finding
from core.jobs import Progress
from core.records import periods
from core.records.changes import Change, ChangeSet
from core.records.compile import now
from core.records.operands import Context
from core.standard.dates import period_of
from core.standard.model import Rule
from core.standard.nodes import Hop

if TYPE_CHECKING:
    from core.records import Ledger

_KINDS = {**SETS, **HISTORY}

BULK = 500
"""Changed records of one action above which everything is checked at once."""


class CheckResult:
    """What a check found. Words are made when they are asked for."""

    def __init__(self, ledger: Ledger, found: Sequence[Found]) -> None:
        self._ledger = ledger
        self._found = found

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, worst first."""
        return tuple(store.worded(self._ledger, self._found))

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Open findings by severity, and how many are explained."""
        counts = Counter(f.severity for f in self.findings if not f.explained)
        counts["explained"] = sum(1 for f in self.findings if f.explained)
        return {k: counts[k] for k in (ERROR, EXPLAIN, HINT, "explained")}

    @property
    def total(self) -> int:
        return len(self._found)


def current_period(ledger: Ledger) -> str:
    """The period being reported: the one set in the 账套, or the quarter of today."""
    return ledger.meta("period") or period_of(date.today())


def check(
    ledger: Ledger,
    *,
    rules: Sequence[str] | None = None,
    uids: Sequence[str] | None = None,
    period: str = "",
    progress: Progress | None = None,
) -> CheckResult:
    """Carry out the rules (None: all in force) and store what they find.

    With `uids` only the rules of rows and `unique` are asked, for those records. A cancelled
    check leaves what was stored before.
    """
    progress = progress or Progress()
    known = rules_in_force(ledger)
    wanted = known if rules is None else {k: r for k, r in known.items() if k in rules}
    context = now(period or current_period(ledger))
    run = _Run(ledger, auditor(ledger, wanted), context, progress)
    if uids is not None:
        found: list[Found] = []
        spots: list[Spot] = []
        for uid in uids:
            if table := ledger.find(uid):
                run.around(table, uid, None, spots, found)
        found = list(dict.fromkeys(found))
        if not ledger.readonly:
            store.replace_around(ledger, spots, found)
        return CheckResult(ledger, found)
    found = list(run.everything(wanted.values()))
    progress.step(1, 1, "记录审核结果")
    if not ledger.readonly:
        store.write_all(ledger, None if rules is None else list(rules), found)
    return CheckResult(ledger, found)


def review(ledger: Ledger, period: str) -> list[Finding]:
    """Mark a period 已审核, unless an audit of everything finds something in the way, which is returned."""
    blocking = [f for f in check(ledger, period=period).findings if f.blocks]
    if not blocking:
        periods.review(ledger, period)
    return blocking


def recheck(ledger: Ledger, table: str, uid: str) -> list[Finding]:
    """Review after one edit: the rules of the record, and of those that speak of it.

    Updates what is stored and returns the findings of the record itself.
    """
    run = _review(ledger)
    spots, found = list[Spot](), list[Found]()
    run.around(table, uid, None, spots, found)
    _keep(ledger, spots, found)
    return store.findings(ledger, table=table, uids=[uid]) if not ledger.readonly else []


def recheck_changes(ledger: Ledger, changes: ChangeSet | Iterable[Change]) -> set[tuple[str, str]]:
    """Review after any action: what its changes touch; returns the (table, uid) looked at.

    Knowing which fields changed, it asks only the rules of other records that speak of them.
    After an import of many rows one scan of everything is cheaper than a review of each.
    """
    listed = list(changes.changes if isinstance(changes, ChangeSet) else changes)
    records = [c for c in listed if c.table in ledger.standard.tables]
    if len(records) > BULK:
        return _recheck_many(ledger, records)
    run = _review(ledger)
    spots, found = list[Spot](), list[Found]()
    for each in records:
        run.around(each.table, each.uid, each, spots, found)
    for each in listed:
        row = each.after or each.before
        if each.kind == "aux" and each.table == "origin" and row.get("table") in ledger.standard.tables:
            run.doubts(str(row["table"]), str(row["uid"]), spots, found)
    _keep(ledger, spots, found)
    return {(table, uid) for table, uids, _ in spots for uid in uids}


def _recheck_many(ledger: Ledger, records: Sequence[Change]) -> set[tuple[str, str]]:
    before = set(store.subjects(ledger))
    check(ledger)
    return before | set(store.subjects(ledger)) | {(c.table, c.uid) for c in records}


Spot = tuple[str, set[str], frozenset[str]]
"""A table, some of its records, and the rules that were asked there."""


def _review(ledger: Ledger) -> _Run:
    rules = rules_in_force(ledger)
    return _Run(ledger, auditor(ledger, rules), now(current_period(ledger)), Progress())


def _keep(ledger: Ledger, spots: list[Spot], found: list[Found]) -> None:
    if not ledger.readonly:
        store.replace_around(ledger, spots, found)


@dataclass(frozen=True, slots=True)
class _Run:
    ledger: Ledger
    auditor: Auditor
    context: Context
    progress: Progress

    def everything(self, rules: Iterable[Rule]) -> Iterator[Found]:
        listed = list(rules)
        tables = list(self.ledger.standard.tables)
        for number, table in enumerate(tables):
            self.progress.step(number, len(tables), f"审核{self.ledger.standard.tables[table].label}")
            yield from self.auditor.scan(self.ledger.conn, table, self.context, self.progress)
        others = [r for r in listed if r.kind not in ROW_KINDS]
        for number, rule in enumerate(others):
            self.progress.step(number, len(others), f"审核{rule.label}")
            yield from _KINDS[rule.kind](self._room(rule))

    def _room(self, rule: Rule) -> Room:
        return Room(self.ledger, self.auditor, self.context, rule)

    def around(
        self, table: str, uid: str, change: Change | None, spots: list[Spot], found: list[Found]
    ) -> None:
        """The record, the records that speak of it, its doubts, and those it may be the double of."""
        for other, hops, key in dict.fromkeys(self._concerned(table, uid, change)):
            touched, hits = self.auditor.reached(self.ledger.conn, other, hops, key, self.context)
            if not hops:
                touched.add(key)
            spots.append((other, touched, self.auditor.plan(other).rules))
            found += hits
        self.doubts(table, uid, spots, found)
        for rule in self.auditor.rules.values():
            if rule.kind == "unique" and rule.table == table:
                before = _known_key(self.ledger, rule, uid)
                touched, hits = sets.unique_around(self._room(rule), uid, before)
                spots.append((table, touched, frozenset([rule.id])))
                found += hits

    def doubts(self, table: str, uid: str, spots: list[Spot], found: list[Found]) -> None:
        """The doubts with which a record was read."""
        for rule in self.auditor.rules.values():
            if rule.kind == "origin":
                spots.append((table, {uid}, frozenset([rule.id])))
                found += sets.origin(self._room(rule), table, [uid])

    def _concerned(
        self, table: str, uid: str, change: Change | None
    ) -> Iterator[tuple[str, tuple[Hop, ...], str]]:
        """(table, refs, uid): rows of the table whose refs lead to the uid; () is the row itself."""
        yield table, (), uid
        changed = set(change.after) | set(change.before) if change and change.kind == "set" else None
        links: dict[str, set[str]] = {}
        for other in self.ledger.standard.tables:
            for relation in self.auditor.plan(other).relations:
                if relation.other != table or (changed is not None and not changed & relation.fields):
                    continue
                if not relation.link:
                    yield other, relation.hops, uid
                    continue
                if relation.link not in links:
                    links[relation.link] = self._owners(table, uid, relation.link, change)
                for owner in links[relation.link]:
                    yield other, relation.hops, owner

    def _owners(self, table: str, uid: str, link: str, change: Change | None) -> set[str]:
        owners = {self.ledger.value(table, uid, link)}
        if change is not None:
            owners |= {change.before.get(link), change.after.get(link)}
        return {str(o) for o in owners if o}


def _known_key(ledger: Ledger, rule: Rule, uid: str) -> list[Any]:
    """The values by which the record was found doubled before; the old doubles may be single now."""
    t = ledger.tables.finding
    query = sa.select(t.c.params).where(t.c.uid == uid, t.c.rule == rule.id)
    stored = ledger.conn.execute(query).scalar()
    return list(params_of(stored).get("key", [])) if stored else []
