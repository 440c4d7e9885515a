"""period, split, join, renumber: the periods of reporting, and assets that come from assets."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from core.cli.outcome import DONE, FINDINGS, Add, Outcome
from core.errors import UsageError
from core.records import Ledger, lineage, periods
from core.records.periods import Period
from core.standard.types import Value, parse, to_text

_DEEDS = ("list", "open", "review", "lock", "reopen", "close-year")


def register(add: Add) -> None:
    p = add("period", "期间：查看、开始、锁定、解锁、年度结转")
    p.add_argument("deed", choices=_DEEDS, metavar="|".join(_DEEDS))
    p.add_argument("period", nargs="?", default="", help="期间，如 2026Q3；年度结转写年份")
    p.add_argument("--why", default="", help="原因（解锁时必写）")
    p.add_argument("--zero", action="store_true", help="零报告：本期没有盘活事项")
    p.add_argument("--carry", metavar="期间", default="", help="开始时从这个期间结转未完成事项")
    p.set_defaults(run=period)

    p = add("split", "把一宗资产拆分成几宗")
    p.add_argument("uid")
    p.add_argument(
        "--part",
        action="append",
        default=[],
        metavar="字段=值,…",
        help="一宗的内容，如 name=一层,cost=600000,area_building=300（元、㎡）；每宗写一次",
    )
    p.add_argument("--rest", type=int, metavar="第几宗", help="这一宗取金额和面积的剩余")
    p.add_argument("--why", default="", help="原因")
    p.set_defaults(run=split)

    p = add("join", "把几宗资产合并成一宗")
    p.add_argument("uids", nargs="+", metavar="记录")
    p.add_argument("--with", dest="values", default="", metavar="字段=值,…", help="合并后另行填写的内容")
    p.add_argument("--why", default="", help="原因")
    p.set_defaults(run=join)

    p = add("renumber", "给资产重新编号")
    p.add_argument("--prefix", required=True, help="编号的前一部分，如 500103-S-2026-")
    p.add_argument("--start", type=int, default=1, help="起始流水号")
    p.add_argument("--digits", type=int, default=5, help="流水号位数")
    p.add_argument("--where", default="", help="只给符合条件的资产编号")
    p.set_defaults(run=renumber)


def _as_json(one: Period) -> dict[str, Any]:
    return {
        "period": one.period,
        "state": one.state,
        "state_name": one.state_name,
        "version": one.version,
        "zero": one.zero,
        "note": one.note,
        "changed_at": one.changed_at,
        "who": one.who,
        "opening": one.opening,
    }


def period(given: argparse.Namespace) -> Outcome:
    if given.deed == "list":
        with Ledger.open(given.data, readonly=True) as ledger:
            found = [_as_json(one) for one in periods.listed(ledger)]
        lines = [
            f"{p['period']}  {p['state_name']}{'  零报告' if p['zero'] else ''}  {p['note']}" for p in found
        ]
        return Outcome(DONE, {"ok": True, "periods": found}, lines or ["还没有期间。"])
    if not given.period:
        raise UsageError("没有写期间", next=f"例如 panhuo period {given.deed} 2026Q3。", code="period")
    with Ledger.open(given.data, operator=given.operator) as ledger:
        if given.deed == "close-year":
            return _close_year(ledger, given.period)
        wanted = periods.known(given.period)
        carried = 0
        if given.deed == "open":
            made = periods.open_period(ledger, wanted)
            if given.carry:
                carried = len(periods.carry_over(ledger, periods.known(given.carry), wanted).changes)
        elif given.deed == "review":
            return _review(ledger, wanted)
        elif given.deed == "lock":
            made = periods.lock(ledger, wanted, zero=given.zero, why=given.why)
        else:
            made = periods.reopen(ledger, wanted, why=given.why)
    data = {"ok": True, **_as_json(made), "carried": carried, "problems": []}
    lines = [f"{made.period} {made.state_name}", *([f"结转未完成事项 {carried} 条。"] if carried else [])]
    return Outcome(DONE, data, lines)


def _review(ledger: Ledger, wanted: str) -> Outcome:
    """已审核 only after an audit of everything finds nothing in the way."""
    from core.audit import review
    from core.cli.audit_verbs import finding_data

    blocking = review(ledger, wanted)
    if blocking:
        texts = [f.text for f in blocking]
        return Outcome(
            FINDINGS,
            {"ok": False, "period": wanted, "problems": [finding_data(f) for f in blocking]},
            [f"还有 {len(blocking)} 条须改正或说明，不能标为已审核。", *texts[:40]],
        )
    made = periods.get(ledger, wanted)
    return Outcome(DONE, {"ok": True, **_as_json(made), "problems": []}, [f"{made.period} {made.state_name}"])


def _close_year(ledger: Ledger, text: str) -> Outcome:
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise UsageError(f"“{text}”不是年份", next="例如 panhuo period close-year 2026。", code="year")
    made = periods.close_year(ledger, int(text))
    data = {
        "ok": True,
        "archived": list(made.archived),
        "opened": made.opened.period,
        "opening": made.opened.opening,
        "carried": made.carried,
        "problems": [],
    }
    lines = [
        f"{text}年度已结转，归档 {len(made.archived)} 个期间。",
        f"已开始 {made.opened.period}，期初取自最后一次报出的期末；结转未完成事项 {made.carried} 条。",
    ]
    return Outcome(DONE, data, lines)


def _values(ledger: Ledger, text: str) -> dict[str, Value]:
    """字段=值,字段=值 in canonical units → stored values."""
    table = ledger.standard.tables["asset"]
    made: dict[str, Value] = {}
    for piece in text.replace("，", ",").split(","):
        if not piece.strip():
            continue
        code, equals, value = piece.partition("=")
        field = table.fields.get(code.strip())
        if not equals or field is None:
            raise UsageError(
                f"看不懂“{piece}”", next="写成 字段=值，如 name=一层,cost=600000。", code="bad-value"
            )
        try:
            made[field.code] = parse(value, field)
        except ValueError as e:
            raise UsageError(str(e), next="请按提示改正后重试。", code="bad-value") from e
    return made


def _left(ledger: Ledger, left: Mapping[str, int]) -> dict[str, str]:
    fields = ledger.standard.tables["asset"].fields
    return {code: to_text(value, fields[code]) for code, value in left.items()}


def _divided(ledger: Ledger, made: lineage.Divided, told: str) -> Outcome:
    left = _left(ledger, made.left)
    fields = ledger.standard.tables["asset"].fields
    lines = [told, *(f"{fields[c].label}还差 {v}，请补填。" for c, v in left.items())]
    data = {"ok": True, "uids": list(made.uids), "left": left, "problems": []}
    return Outcome(FINDINGS if left else DONE, data, lines)


def split(given: argparse.Namespace) -> Outcome:
    with Ledger.open(given.data, operator=given.operator) as ledger:
        parts = [_values(ledger, text) for text in given.part]
        if given.rest is not None and not 1 <= given.rest <= len(parts):
            raise UsageError(f"没有第 {given.rest} 宗", next=f"--rest 写 1 到 {len(parts)}。", code="rest")
        rest = None if given.rest is None else given.rest - 1
        made = lineage.split(ledger, given.uid, parts, rest=rest, why=given.why)
        return _divided(ledger, made, f"已拆分为 {len(made.uids)} 宗：{'、'.join(made.uids)}")


def join(given: argparse.Namespace) -> Outcome:
    with Ledger.open(given.data, operator=given.operator) as ledger:
        made = lineage.merge(ledger, given.uids, _values(ledger, given.values), why=given.why)
        return _divided(ledger, made, f"已合并为 {made.uids[0]}")


def renumber(given: argparse.Namespace) -> Outcome:
    with Ledger.open(given.data, operator=given.operator) as ledger:
        uids = [row[0] for row in ledger.select("asset", ["uid"], where=given.where)]
        lineage.renumber(ledger, uids, prefix=given.prefix, start=given.start, digits=given.digits)
    return Outcome(DONE, {"ok": True, "count": len(uids), "problems": []}, [f"已重新编号 {len(uids)} 宗。"])
