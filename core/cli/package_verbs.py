"""export and verify: the package that goes up, and the proof of one that came in."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from core.cli.outcome import FINDINGS, Add, Outcome
from core.errors import SurroundingsError, UsageError
from core.jobs import Progress
from core.records import Ledger
from core.standard.numbers import format_scaled


def register(add: Add) -> None:
    p = add("export", "生成上报包")
    p.add_argument("--period", required=True, help="期间，如 2026Q3")
    p.add_argument("--out", type=Path, required=True, help="放上报包的文件夹")
    p.add_argument("--draft", action="store_true", help="草稿：可以带着未处理的问题")
    p.add_argument("--cover", type=Path, help="封面数据（JSON 文件）；省略时用账套里记住的")
    p.add_argument("--nature", default="", help="正式、修订、补报、零报告；省略时自动判断")
    p.add_argument("--reason", default="", help="修订或补报的理由")
    p.set_defaults(run=export)
    p = add("verify", "校验上报包")
    p.add_argument("file", type=Path)
    p.add_argument("--against", type=Path, help="与这个原包逐格比较")
    p.set_defaults(run=verify)


def totals_in_yuan(totals: Any) -> dict[str, dict[str, str]]:
    """Control totals by table: counts as they are, 分 and 0.01 ㎡ with two decimals."""
    return {
        table: {k: str(v) if k == "count" else format_scaled(int(v), 2) for k, v in sums.items()}
        for table, sums in totals.items()
    }


def _cover(given: argparse.Namespace, ledger: Ledger) -> Any:
    from core.exchange import cover

    if given.cover is None:
        return cover.load(ledger)
    try:
        return cover.from_dict(json.loads(given.cover.read_text("utf-8-sig")))
    except (OSError, ValueError) as e:
        raise UsageError(
            f"读不出封面数据：{given.cover}", next="应为 UTF-8 的 JSON 文件。", code="cover"
        ) from e


def _folder(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise SurroundingsError(
            f"无法建立文件夹：{out}", next="请检查权限，或换一个位置。", code="readonly"
        ) from e


def export(given: argparse.Namespace) -> Outcome:
    from core.exchange.blocked import Blocked, as_json
    from core.exchange.export import export_package

    with Ledger.open(given.data, operator=given.operator) as ledger:
        _folder(given.out)
        try:
            made = export_package(
                ledger,
                period=given.period,
                target=given.out,
                draft=given.draft,
                cover=_cover(given, ledger),
                nature=given.nature,
                reason=given.reason,
                progress=Progress(),
            )
        except Blocked as e:
            outcome = Outcome.refusal(e)
            outcome.data |= {"counts": e.counts, "hindrances": as_json(e.hindrances)}
            outcome.lines += [f"· {h.text}" for h in e.hindrances[:40]]
            return outcome
    data = {
        "ok": True,
        "path": str(made.path),
        "package_id": made.package_id,
        "period": made.period,
        "version": made.version,
        "nature": made.nature,
        "check_code": made.check_code,
        "fingerprint": made.fingerprint,
        "rows": dict(made.rows),
        "totals": totals_in_yuan(made.totals),
    }
    lines = [f"已生成{made.nature}上报包：{made.path}", f"版本 V{made.version:02d}，校验码 {made.check_code}"]
    return Outcome(0, data, lines)


def verify(given: argparse.Namespace) -> Outcome:
    from core.exchange.verify import verify as prove

    verdict = prove(given.file, against=given.against)
    data = {
        "ok": verdict.ok,
        "verdict": verdict.verdict,
        "code": verdict.code,
        "reason": verdict.reason,
        "next": verdict.next,
        "differences": [
            {"sheet": d.sheet, "cell": d.cell, "expected": d.expected, "found": d.found}
            for d in verdict.differences
        ],
        "totals": totals_in_yuan(verdict.totals) if verdict.totals else {},
        "manifest": dict(verdict.manifest),
    }
    lines = [verdict.reason, *([f"下一步：{verdict.next}"] if verdict.next else [])]
    lines += [f"· {d.text()}" for d in verdict.differences[:40]]
    return Outcome(verdict.exit_code if verdict.exit_code else (0 if verdict.ok else FINDINGS), data, lines)
