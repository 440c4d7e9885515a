"""check and explain: what is wrong, and why it may stay."""

from __future__ import annotations

import argparse
from typing import Any

from core.cli.outcome import DONE, FINDINGS, Add, Outcome
from core.errors import UsageError
from core.findings import SEVERITY_NAMES, Finding
from core.records import Ledger

_SHOWN = 60


def register(add: Add) -> None:
    p = add("check", "审核")
    p.add_argument("--rule", default="", help="只查一条规则，如 B-012")
    p.add_argument("--period", default="", help="期间，如 2026Q3")
    p.set_defaults(run=check)
    p = add("explain", "对一条需说明的问题写说明")
    p.add_argument("rule")
    p.add_argument("uid")
    p.add_argument("text")
    p.set_defaults(run=explain)


def finding_data(f: Finding) -> dict[str, Any]:
    """A finding as DESIGN §4 prints it."""
    return {
        "rule": f.rule,
        "severity": f.severity,
        "severity_name": SEVERITY_NAMES[f.severity],
        "table": f.table,
        "uid": f.uid,
        "field": f.field,
        "text": f.text,
        "fix": f.fix,
        "clause": f.clause,
        "explained": f.explained,
        "explanation": f.explanation,
    }


def summary_line(counts: dict[str, int]) -> str:
    parts = [f"{name} {counts.get(key, 0)} 条" for key, name in SEVERITY_NAMES.items()]
    return "、".join(parts)


def check(given: argparse.Namespace) -> Outcome:
    from core.audit import check as run_check

    with Ledger.open(given.data, operator=given.operator) as ledger:
        if given.rule and given.rule not in ledger.standard.rules:
            raise UsageError(
                f"没有规则 {given.rule}", next="请用 panhuo check 查看全部规则编号。", code="no-rule"
            )
        result = run_check(ledger, rules=[given.rule] if given.rule else None, period=given.period)
        counts = dict(result.counts)
        data = {"ok": True, "counts": counts, "findings": [finding_data(f) for f in result.findings]}
        lines = [f"审核完成：{summary_line(counts)}。"]
        for f in result.findings[:_SHOWN]:
            name = ledger.name_of(f.table, f.uid) if f.table and f.uid else ""
            lines.append(f"[{SEVERITY_NAMES[f.severity]}] {f.rule} {name}：{f.text}{f.fix}")
        if len(result.findings) > _SHOWN:
            lines.append(f"……另有 {len(result.findings) - _SHOWN} 条，请用 --json 查看。")
    return Outcome(FINDINGS if data["findings"] else DONE, data, lines)


def explain(given: argparse.Namespace) -> Outcome:
    from core.audit import explain as write

    with Ledger.open(given.data, operator=given.operator) as ledger:
        write(ledger, given.rule, given.uid, given.text)
    return Outcome(DONE, {"ok": True, "rule": given.rule, "uid": given.uid}, ["说明已保存。"])
