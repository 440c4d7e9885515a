"""propose and import: what a foreign file holds, and bringing it in."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.cli.answers import answers_of
from core.cli.outcome import DONE, FINDINGS, Add, Outcome
from core.errors import InputRefused
from core.records import Ledger
from core.standard import load_default
from core.storage import folder

if TYPE_CHECKING:
    from core.exchange.plan import Plan

_SHOWN = 40
_UNANSWERED = 3


def register(add: Add) -> None:
    p = add("propose", "看看一个文件会怎样导入（不写入）")
    p.add_argument("file", type=Path)
    p.add_argument("--sheet", help="只看一张工作表")
    p.add_argument("--map", type=Path, help="对列、单位、表头行的决定（JSON 文件）")
    p.set_defaults(run=propose)
    p = add("import", "导入台账或上报包；可以一次给多个文件或文件夹")
    p.add_argument("file", type=Path, nargs="+")
    p.add_argument("--marked", type=Path, help="把存疑和错误标在文件副本上，放进这个文件夹")
    p.add_argument("--sheet", help="只导入一张工作表")
    p.add_argument("--map", type=Path, help="对列、单位、表头行的决定（JSON 文件）")
    p.add_argument("--dry-run", action="store_true", help="只看结果，不写入")
    p.set_defaults(run=import_file)


def propose(given: argparse.Namespace) -> Outcome:
    from core.exchange.intake import propose as make

    answers = answers_of(given.map)
    if folder.exists(given.data):
        with Ledger.open(given.data, readonly=True) as ledger:
            plan = make(given.file, ledger.standard, ledger=ledger, sheet=given.sheet, answers=answers)
            names = _column_names(ledger, plan)
    else:
        plan = make(given.file, load_default(), sheet=given.sheet, answers=answers)
        names = {}
    data = {"ok": True, **plan.to_json()}
    return Outcome(FINDINGS if plan.all_doubts else DONE, data, [] if given.json else plan_lines(plan, names))


def _column_names(ledger: Ledger, plan: Plan) -> dict[str, str]:
    names: dict[str, str] = {}
    for t in plan.tables:
        names |= {c.code: c.label for c in ledger.standard.tables[t.table].columns}
    return names


def plan_lines(plan: Plan, names: dict[str, str]) -> list[str]:
    """A plan in words."""
    lines = []
    for t in plan.tables:
        where = f"工作表“{t.sheet}”" if t.sheet else "文件"
        rows = "、".join(str(r) for r in t.header_rows)
        lines.append(f"{where}：表头在第 {rows} 行，{t.rows} 行数据{'（' + t.note + '）' if t.note else ''}")
        lines.append("  列对应：" + "，".join(f"{c}→{names.get(f, f)}" for c, f in t.mapping().items()))
    c = plan.counts()
    lines.append(
        f"新增 {c['new']}、修改 {c['changed']}、无变化 {c['same']}、需决定 {c['conflict']}；跳过 {c['skipped']} 行（标题、小计等）"
    )
    if plan.hidden_sheets:
        lines.append("隐藏的工作表未导入：" + "、".join(plan.hidden_sheets))
    doubts = plan.all_doubts
    if doubts:
        lines.append(f"存疑 {len(doubts)} 处：")
        lines += [f"· {d.sheet} {d.cell}：{d.text}" for d in doubts[:_SHOWN]]
        if len(doubts) > _SHOWN:
            lines.append(f"……另有 {len(doubts) - _SHOWN} 处。")
    return lines


def import_file(given: argparse.Namespace) -> Outcome:
    """One file gives its own JSON; several give one under `files`, each with its own outcome."""
    from core.exchange.sources import sources

    found = sources(given.file)
    if len(given.file) == 1 and not given.file[0].is_dir():
        with Ledger.open(given.data, operator=given.operator) as ledger:
            return _one(ledger, given, given.file[0])
    if not found.files:
        raise InputRefused("没有可以导入的文件", next="请选择 Excel、WPS 或 CSV 台账。", code="no-file")
    return _several(given, found.files, found.left_out)


def _one(ledger: Ledger, given: argparse.Namespace, file: Path) -> Outcome:
    from core.exchange.intake import apply
    from core.exchange.intake import propose as make

    try:
        plan = make(file, ledger.standard, ledger=ledger, sheet=given.sheet, answers=answers_of(given.map))
    except InputRefused as e:
        if e.code != "package":
            raise
        return _receive(ledger, file)
    lines = plan_lines(plan, _column_names(ledger, plan))
    code = FINDINGS if plan.all_doubts else DONE
    if given.dry_run:
        return Outcome(code, {"ok": True, "dry_run": True, **plan.to_json()}, lines)
    if not given.yes and not _agreed(lines):
        hint = "确认计划无误后加 --yes。"
        refusal = {"ok": False, "reason": "没有得到同意，未导入", "code": "not-confirmed", "next": hint}
        return Outcome(_UNANSWERED, {**plan.to_json(), **refusal}, [*lines, f"没有导入：{hint}"])
    result = apply(ledger, plan)
    data = {"ok": True, **result.to_json()}
    if given.marked:
        data["marked"] = _mark(ledger, plan, file, given.marked)
        lines.append(f"已把存疑和审核结果标在：{data['marked']}")
    counts = f"新增 {result.added} 条、修改 {result.changed} 条、无变化 {result.same} 条"
    lines.append(f"已导入：{counts}。操作编号 {result.batch}，可用 panhuo undo 撤销。")
    return Outcome(code, data, lines)


def _mark(ledger: Ledger, plan: Plan, file: Path, folder: Path) -> str:
    """The clerk's own file back: wrong cells marked and an 错误说明 column."""
    from core.audit import check
    from core.exchange.annotate import annotate, remarks_of

    folder.mkdir(parents=True, exist_ok=True)
    remarks = remarks_of(plan, check(ledger).findings)
    return str(annotate(file, remarks, folder / f"{file.stem}_错误说明.xlsx", plan=plan).path)


def _several(
    given: argparse.Namespace, files: Sequence[Path], left_out: Sequence[tuple[Path, str]]
) -> Outcome:
    """Each file by itself: one that is refused does not keep the others out."""
    lines: list[str] = []
    told: list[dict[str, Any]] = []
    codes: list[int] = []
    with Ledger.open(given.data, operator=given.operator) as ledger:
        for file in files:
            try:
                outcome = _one(ledger, given, file)
            except InputRefused as e:
                outcome = Outcome.refusal(e)
            told.append({"file": str(file), **outcome.data})
            codes.append(outcome.exit)
            lines += [f"—— {file.name}", *outcome.lines]
    lines += [f"—— {path.name}：跳过，{why}" for path, why in left_out]
    sums = {
        k: sum(int(t.get(k, 0)) for t in told)
        for k in ("rows_read", "rows_added", "rows_changed", "rows_same")
    }
    refused = sum(1 for t in told if not t["ok"])
    data = {
        "ok": refused < len(told),
        **sums,
        "refused": refused,
        "files": told,
        "left_out": [{"file": str(p), "why": why} for p, why in left_out],
    }
    lines.append(
        "共 {} 个文件：新增 {rows_added} 条、修改 {rows_changed} 条、无变化 {rows_same} 条。".format(
            len(told), **sums
        )
    )
    if refused:
        lines.append(f"其中 {refused} 个没有装入：")
        lines += [f"· {Path(t['file']).name}：{t['reason']}" for t in told if not t["ok"]]
    if refused == len(told):
        return Outcome(max(codes), data, lines)
    return Outcome(FINDINGS if any(codes) else DONE, data, lines)


def _agreed(lines: list[str]) -> bool:
    """Ask at a terminal; without one there is nobody to ask."""
    if not sys.stdin or not sys.stdin.isatty():
        return False
    print("\n".join(lines))
    return input("按以上计划导入？输入 y 确认：").strip().lower() in ("y", "yes", "是")


def _receive(ledger: Ledger, file: Path) -> Outcome:
    """A package of our own: its exact records come in as they are."""
    from core.exchange.receive import receive

    came = receive(ledger, file)
    counts = came.counts()
    data = {
        "ok": True,
        "batch_id": came.batch,
        "rows_read": sum(counts.values()),
        "rows_added": counts["added"],
        "rows_changed": counts["changed"],
        "rows_same": counts["same"],
        "skipped": [],
        "findings": [],
        "mapping": [],
        "explanations": came.explanations,
        "attachments": came.attachments,
        "verdict": came.verdict.verdict,
    }
    line = "已装入上报包：新增 {added} 条、修改 {changed} 条、无变化 {same} 条。".format(**counts)
    return Outcome(DONE, data, [came.verdict.reason, line])
