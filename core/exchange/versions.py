"""Which version of a report comes next, of which nature, and what changed since the one before."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.errors import UsageError
from core.exchange.book.facts import DRAFT, FORMAL, NIL, REVISED
from core.exchange.cover import Cover
from core.exchange.difference import compare
from core.exchange.sides import LedgerSide, SubmissionSide
from core.jobs import Progress
from core.records import Ledger


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the clerk asks of a report: a draft or not, a nature or "" for the usual one, why, and the cover."""

    draft: bool
    nature: str
    reason: str
    cover: Cover


def next_version(
    ledger: Ledger,
    period: str,
    wanted: Wanted,
    fingerprint: str,
    totals: Mapping[str, Mapping[str, int]],
) -> tuple[int, str, Mapping[str, Any]]:
    """Version, nature, and the package before; unchanged data are the same version again."""
    s = ledger.tables.submission
    query = sa.select(s).where(s.c.period == period, s.c.nature != DRAFT).order_by(s.c.version)
    sent = [dict(r) for r in ledger.conn.execute(query).mappings()]
    if sent and not wanted.draft and _is_same(sent[-1], wanted, fingerprint):
        before = sent[-2] if len(sent) > 1 else {}
        return int(sent[-1]["version"]), str(sent[-1]["nature"]), before
    version = int(sent[-1]["version"]) + 1 if sent else 1
    previous = sent[-1] if sent else {}
    if wanted.draft:
        return version, DRAFT, previous
    empty = not any(totals[t]["count"] for t in ("asset", "progress"))
    if wanted.nature == NIL and not empty:
        raise UsageError("本期有数据，不能作零报告", next="请按正式上报，或核对期间。", code="not-nil")
    if wanted.nature:
        return version, wanted.nature, previous
    if empty:
        return version, NIL, previous
    return version, REVISED if sent else FORMAL, previous


def revision_since(
    ledger: Ledger, period: str, previous: Mapping[str, Any], progress: Progress
) -> dict[str, Any]:
    """What changed since the version before, for the 修订说明."""
    if not previous:
        return {"lines": [], "changes": [], "more": 0}
    before = SubmissionSide(ledger, int(previous["id"]))
    made = compare(before, LedgerSide(ledger, period), progress)
    changes = [[c.kind, c.label, c.name, c.field, c.before, c.after] for c in made.changes]
    return {"lines": made.lines(), "changes": changes, "more": made.more}


def _is_same(sent: Mapping[str, Any], wanted: Wanted, fingerprint: str) -> bool:
    told = json.loads(sent["manifest"] or "{}")
    same_cover = told.get("cover") == dataclasses.asdict(wanted.cover) and told.get("reason") == wanted.reason
    nature = wanted.nature or sent["nature"]
    return bool(sent["fingerprint"] == fingerprint and nature == sent["nature"] and same_cover)
