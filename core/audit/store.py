"""Findings as they lie in the 账套: written whole or around one record, read back with their words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from core.audit.rules import all_rules
from core.audit.scan import Found
from core.audit.wording import fix_of, params_of, text_of
from core.findings import Finding
from core.standard.model import ERROR, EXPLAIN, HINT, Rule
from core.storage import engine

if TYPE_CHECKING:
    from core.records import Ledger

RANK = {ERROR: 0, EXPLAIN: 1, HINT: 2}
_COLUMNS = ("rule", "table", "uid", "field", "params", "digest")
_CHUNK = 400


def write_all(ledger: Ledger, rules: Iterable[str] | None, found: Sequence[Found]) -> None:
    """Make these the findings of the given rules (None: all), in one transaction.

    Only what differs is written: after one edit that is little, and on a stick the whole would take seconds.
    """
    t = ledger.tables.finding
    query = sa.select(t.c.id, *(t.c[c] for c in _COLUMNS))
    if rules is not None:
        query = query.where(t.c.rule.in_(list(rules)))
    wanted = dict.fromkeys(tuple(getattr(f, c) for c in _COLUMNS) for f in found)
    gone = []
    for number, *stored in ledger.conn.execute(query):
        # What is left in `wanted` at the end is new.
        if wanted.pop(tuple(stored), True) is not None:
            gone.append(int(number))
    if not gone and not wanted:
        return
    with ledger.transaction():
        for start in range(0, len(gone), _CHUNK):
            ledger.conn.execute(sa.delete(t).where(t.c.id.in_(gone[start : start + _CHUNK])))
        _insert(ledger, [Found(*row) for row in wanted])


def replace_around(
    ledger: Ledger, spots: Sequence[tuple[str, set[str], frozenset[str]]], found: Sequence[Found]
) -> bool:
    """Replace what is stored of some (table, uids, rules) by these; no write when nothing changed."""
    asked: dict[tuple[str, str], set[str]] = {}
    for table, uids, rules in spots:
        for uid in uids:
            asked.setdefault((table, uid), set()).update(rules)
    stored = [
        (row[0], Found(*row[1:]))
        for row in _stored(ledger, sorted({uid for _, uid in asked}))
        if row[1] in asked.get((row[2], row[3]), ())
    ]
    kept = {f for _, f in stored} & set(found)
    gone = [number for number, f in stored if f not in kept]
    new = [f for f in dict.fromkeys(found) if f not in kept]
    if not gone and not new:
        return False
    t = ledger.tables.finding
    with ledger.transaction():
        for start in range(0, len(gone), _CHUNK):
            ledger.conn.execute(sa.delete(t).where(t.c.id.in_(gone[start : start + _CHUNK])))
        _insert(ledger, new)
    return True


def _stored(ledger: Ledger, uids: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    t = ledger.tables.finding
    query = sa.select(t.c.id, *(t.c[c] for c in _COLUMNS))
    for part in _parts(uids):
        for row in ledger.conn.execute(query.where(t.c.uid.in_(part))):
            yield tuple(row)


def _parts(uids: Sequence[str]) -> Iterator[list[str]]:
    """Lists short enough for one statement."""
    listed = list(dict.fromkeys(uids))
    for start in range(0, len(listed), _CHUNK):
        yield listed[start : start + _CHUNK]


def _insert(ledger: Ledger, found: Sequence[Found]) -> None:
    if found:
        rows: list[tuple[object, ...]] = [
            (f.rule, f.table, f.uid, f.field, f.params, f.digest) for f in found
        ]
        engine.bulk_insert(ledger.conn, ledger.tables.finding, _COLUMNS, rows)


def subjects(ledger: Ledger) -> Iterator[tuple[str, str]]:
    """(table, uid) of everything that has a stored finding."""
    t = ledger.tables.finding
    rows = ledger.conn.execute(sa.select(t.c.table, t.c.uid).distinct())
    return ((str(table), str(uid)) for table, uid in rows)


def findings(
    ledger: Ledger,
    *,
    rules: Sequence[str] | None = None,
    table: str = "",
    uids: Sequence[str] | None = None,
    severity: str = "",
) -> list[Finding]:
    """Stored findings, worst first, each with its words and its explanation."""
    t = ledger.tables.finding
    query = sa.select(*(t.c[c] for c in _COLUMNS))
    if rules is not None:
        query = query.where(t.c.rule.in_(list(rules)))
    if table:
        query = query.where(t.c.table == table)
    query = query.order_by(t.c.id)
    asked = [query] if uids is None else [query.where(t.c.uid.in_(part)) for part in _parts(uids)]
    found = [Found(*row) for each in asked for row in ledger.conn.execute(each)]
    return [f for f in worded(ledger, found) if not severity or f.severity == severity]


def worded(ledger: Ledger, found: Sequence[Found]) -> list[Finding]:
    """Findings with words, whether they are explained, worst first."""
    rules = all_rules(ledger.standard)
    said = _explanations(ledger, {f.uid for f in found})
    made: list[Finding] = []
    # Sorting keeps the order of the rows within a rule.
    ordered = sorted(
        (f for f in found if f.rule in rules), key=lambda f: (RANK[rules[f.rule].severity], f.rule)
    )
    for rule_id, members in groupby(ordered, key=lambda f: f.rule):
        listed = list(members)
        digests = subject_digests(listed) if said else {}
        for f in listed:
            text, digest = said.get((rule_id, f.uid), ("", ""))
            made.append(_worded(ledger, rules[rule_id], f, text, bool(text) and digest == digests.get(f.uid)))
    return made


def _worded(ledger: Ledger, rule: Rule, f: Found, explanation: str, explained: bool) -> Finding:
    params = params_of(f.params)
    table = f.table or rule.table
    return Finding(
        rule=f.rule,
        severity=rule.severity,
        table=f.table,
        uid=f.uid,
        field=f.field,
        params=params,
        text=text_of(ledger.standard, rule, table, params),
        fix=fix_of(ledger.standard, rule, table, params),
        clause=rule.clause,
        label=rule.label,
        explained=explained,
        explanation=explanation,
        digest=f.digest,
    )


def subject_digests(found: Iterable[Found]) -> dict[str, str]:
    """uid → digest of all that one rule says of it; several findings are explained together."""
    by_uid: dict[str, list[str]] = {}
    for f in found:
        by_uid.setdefault(f.uid, []).append(f.digest)
    return {
        uid: digests[0]
        if len(digests) == 1
        else hashlib.blake2b("".join(sorted(digests)).encode(), digest_size=8).hexdigest()
        for uid, digests in by_uid.items()
    }


def _explanations(ledger: Ledger, uids: set[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """(rule, uid) → text and digest; of all records when so many are wanted."""
    t = ledger.tables.explanation
    query = sa.select(t.c.rule, t.c.uid, t.c.text, t.c.digest)
    if len(uids) <= _CHUNK:
        query = query.where(t.c.uid.in_(sorted(uids)))
    return {(r[0], r[1]): (r[2], r[3]) for r in ledger.conn.execute(query)}
