"""demo: the main job on the shipped sample, with an account of what happened."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from core import paths
from core.cli.audit_verbs import summary_line
from core.cli.outcome import DONE, FINDINGS, Add, Outcome
from core.cli.package_verbs import totals_in_yuan
from core.records import Ledger
from core.standard import load_default
from core.standard.dates import period_of
from core.standard.numbers import format_scaled

MESSY, COMPLETE = "杂乱台账（样例）.xlsx", "完整台账（样例）.xlsx"
_SHOWN = 12


def register(add: Add) -> None:
    p = add("demo", "用自带样例走一遍：导入、审核、上报、校验")
    p.add_argument("--out", type=Path, help="放上报包的文件夹（省略时用临时文件夹）")
    p.set_defaults(run=demo)


def yuan(fen: int) -> str:
    return format_scaled(fen, 2, grouped=True)


def sample(name: str) -> Path:
    """A sample ledger that comes with the program."""
    return paths.resources() / "sample" / name


@contextmanager
def _working(out: Path) -> Iterator[Path]:
    """A 账套 for the demonstration, gone afterwards: only the package stays."""
    with paths.workroom() as place:
        yield place / "演示账套"


def demo(given: argparse.Namespace) -> Outcome:
    from core.audit import check
    from core.exchange.cover import Cover
    from core.exchange.export import export_package
    from core.exchange.intake import apply, propose
    from core.exchange.verify import verify

    out = given.out or Path(tempfile.mkdtemp(prefix="panhuo-"))
    out.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    period = period_of(date.today())
    with (
        _working(out) as place,
        Ledger.create(
            place, load_default(), region="500110", unit_name="綦江区样例", operator="演示"
        ) as ledger,
    ):
        plan = propose(sample(MESSY), ledger.standard, ledger=ledger)
        came = apply(ledger, plan)
        sums = ledger.totals("asset")
        lines += [
            "一、导入",
            f"  文件：{MESSY}",
            f"  读到 {came.rows_read} 宗资产，跳过 {len(plan.skipped)} 行（标题、小计、合计、表尾）。",
            f"  账面原值合计 {yuan(sums['cost'])} 元，账面净值合计 {yuan(sums['net'])} 元。",
            f"  存疑 {len(plan.all_doubts)} 处，没有一处悄悄写入：",
            *(f"    · {d.cell}：{d.text}" for d in plan.all_doubts[:_SHOWN]),
        ]
        found = check(ledger, period=period)
        lines += ["二、审核", f"  {summary_line(dict(found.counts))}。"]
        seen: dict[str, int] = {}
        first: dict[str, str] = {}
        for f in found.findings:
            seen[f.rule] = seen.get(f.rule, 0) + 1
            first.setdefault(f.rule, f.text)
        lines += [f"    · {rule}（{n} 处）{first[rule]}" for rule, n in list(seen.items())[:_SHOWN]]
        cover = Cover(unit="綦江区样例", region="500110", filler="演示", report_date=date.today().isoformat())
        made = export_package(ledger, period=period, target=out, draft=True, cover=cover)
        proof = verify(made.path)
        print_ = ledger.fingerprint()
    totals = totals_in_yuan(made.totals)
    lines += [
        "三、上报包",
        f"  还有问题没有处理，所以生成的是草稿：{made.path}",
        f"  期间 {made.period}，校验码 {made.check_code}",
        "  行数：" + "、".join(f"{load_default().tables[t].label} {n}" for t, n in made.rows.items() if n),
        "四、校验",
        f"  {proof.reason}",
    ]
    data = {
        "ok": proof.verdict != "invalid",
        "rows_read": came.rows_read,
        "doubts": len(plan.all_doubts),
        "counts": dict(found.counts),
        "path": str(made.path),
        "check_code": made.check_code,
        "fingerprint": print_,
        "rows": dict(made.rows),
        "totals": totals,
        "verdict": proof.verdict,
    }
    return Outcome(FINDINGS if found.findings else DONE, data, lines)
