"""figures: the declared summary tables of one period."""

from __future__ import annotations

import argparse
from datetime import date
from decimal import Decimal
from typing import Any

from core.cli.outcome import DONE, Add, Outcome
from core.errors import UsageError
from core.exchange.book.fields import mu_text
from core.records import Ledger
from core.standard.dates import parse_period, period_of
from core.standard.figures import SPAN_NAMES
from core.standard.numbers import format_scaled

UNITS = {"money": "元", "area": "㎡", "percent": "%"}
"""Units of the command's values, whatever a sheet shows."""
MU = "亩"


def register(add: Add) -> None:
    p = add("figures", "汇总表")
    p.add_argument("--period", default="", help="期间，如 2026Q3；省略为本季度")
    p.add_argument("--summary", default="", help="只出一张，如 domain_path")
    p.set_defaults(run=figures)


def _text(value: int | Decimal | None, kind: str, unit: str) -> str:
    """Money in 元, area in ㎡ (or 亩, where that is what is asked), “—” where there is nothing to divide by."""
    if value is None:
        return "—"
    if isinstance(value, Decimal) or kind == "count":
        return str(value)
    return mu_text(int(value)) if unit == MU else format_scaled(int(value), 2)


def figures(given: argparse.Namespace) -> Outcome:
    from core.figures.compute import summaries

    try:
        period = parse_period(given.period) if given.period else period_of(date.today())
    except ValueError as e:
        raise UsageError(str(e), next="例如 2026Q3。", code="period") from e
    with Ledger.open(given.data, readonly=True) as ledger:
        made = summaries(ledger, period)
    chosen = [t for t in made if given.summary in ("", t.declared.code)]
    if not chosen:
        raise UsageError(
            f"没有汇总表 {given.summary}",
            next="可用：" + "、".join(t.declared.code for t in made),
            code="summary",
        )
    tables: list[dict[str, Any]] = []
    lines: list[str] = []
    for t in chosen:
        columns = [
            {
                "code": c.measure.code,
                "span": c.span,
                "title": f"{c.measure.label}{SPAN_NAMES[c.span]}",
                "unit": c.measure.unit
                if c.measure.unit == MU
                else UNITS.get("percent" if c.span == "change" else c.measure.kind, c.measure.unit),
            }
            for c in t.declared.columns
        ]
        kinds = ["percent" if c.span == "change" else c.measure.kind for c in t.declared.columns]
        rows: list[dict[str, Any]] = []
        lines.append(f"{t.declared.label}（{period}，金额为元）")
        for r in t.rows:
            values = [
                _text(v, k, c.measure.unit)
                for v, k, c in zip(r.values, kinds, t.declared.columns, strict=True)
            ]
            rows.append({"labels": list(r.labels), "depth": r.depth, "values": values})
            shown = "，".join(
                f"{c.measure.label}{SPAN_NAMES[c.span]} {v}"
                for c, v in zip(t.declared.columns, values, strict=True)
            )
            lines.append(f"  {'　' * max(0, len(r.labels) - 1)}{r.labels[-1]}：{shown}")
        tables.append(
            {"summary": t.declared.code, "label": t.declared.label, "columns": columns, "rows": rows}
        )
    return Outcome(DONE, {"ok": True, "period": period, "tables": tables}, lines)
