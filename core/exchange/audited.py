"""audit.json: the findings that go up, each with its explanation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from core.exchange.called import Called
from core.findings import Finding
from core.records import Ledger


def audit_of(ledger: Ledger, findings: Sequence[Finding], left_out: Collection[str]) -> dict[str, Any]:
    """Every finding with its explanation; `left_out` are uids of records that stay behind."""
    e = ledger.tables.explanation
    query = sa.select(e.c.rule, e.c.uid, e.c.text, e.c.who, e.c.at, e.c.digest)
    explained = {(r[0], r[1]): r for r in ledger.conn.execute(query)}
    called = Called(ledger)
    listed = []
    counts: dict[str, int] = {}
    for f in sorted(findings, key=lambda f: (f.rule, f.table, f.uid, f.field)):
        if f.uid in left_out:
            continue
        told = explained.get((f.rule, f.uid)) if f.explained else None
        counts[f.severity] = counts.get(f.severity, 0) + 1
        listed.append(
            {
                "rule": f.rule,
                "severity": f.severity,
                "table": f.table,
                "uid": f.uid,
                "field": f.field,
                "name": called.name(f.table, f.uid),
                "text": f.text,
                "explained": bool(f.explained),
                "explanation": told[2] if told else "",
                "who": told[3] if told else "",
                "at": told[4] if told else "",
                "digest": told[5] if told else "",
            }
        )
    return {"counts": dict(sorted(counts.items())), "findings": listed}
