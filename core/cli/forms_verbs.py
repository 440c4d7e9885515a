"""template, fill, diff, print: blank forms out, the office's form filled, differences in words, paper."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from core.cli.answers import answers_of
from core.cli.outcome import DONE, FINDINGS, Add, Outcome
from core.errors import UsageError
from core.records import Ledger
from core.standard import Standard, load_default
from core.storage import folder

if TYPE_CHECKING:
    from core.exchange.difference import Comparison
    from core.exchange.filled import Filled

_SHOWN = 40


def register(add: Add) -> None:
    p = add("template", "生成空白填报模板（给没有本程序的单位）")
    p.add_argument("--out", type=Path, required=True, help="模板文件（.xlsx）")
    p.add_argument("--table", default="", help="只要一张数据表的清单，如 asset")
    p.add_argument("--sheet", action="append", default=[], help="口径里的工作表名，可写多次")
    p.set_defaults(run=template)
    p = add("fill", "按上级发来的空白表填报")
    p.add_argument("template", type=Path, help="上级的空白表（.xlsx）")
    p.add_argument("--out", type=Path, required=True, help="填好的文件")
    p.add_argument("--path", default="", help="只填一条路径，如 20")
    p.add_argument("--where", default="", help="再加一个条件（表达式）")
    p.add_argument("--map", type=Path, help="对表头行、列、单位的决定（JSON 文件）")
    p.add_argument("--keep", default="", metavar="名称", help="把这张表的对应关系留在账套里，下次自动认出")
    p.set_defaults(run=fill)
    p = add("diff", "两个上报包之间，或上报包与账套之间的差异")
    p.add_argument("before", type=Path, nargs="?", help="在前的上报包；省略时取账套最近一次报出的数据")
    p.add_argument("after", type=Path, nargs="?", help="在后的上报包；省略时取账套现有数据")
    p.add_argument("--period", default="", help="账套数据按哪个期间取；省略时与前者相同")
    p.set_defaults(run=diff)
    p = add("print", "打印为 PDF：封面、清单、审核情况、函等")
    p.add_argument("--what", required=True, help="cover、lists、audit、letter、notes、summary、movement、all")
    p.add_argument("--out", type=Path, required=True, help="PDF 文件")
    p.add_argument("--period", default="", help="期间；省略时取当前期间")
    p.add_argument("--draft", action="store_true", help="打印现有数据（草稿），不取已报出的版本")
    p.add_argument("--paper", default="", choices=("", "A4", "A3"), help="一律用这种纸；省略时由表宽决定")
    p.set_defaults(run=print_out)


def _standard(place: Path) -> Standard:
    """The standard of the 账套, or the shipped one where there is none."""
    if not folder.exists(place):
        return load_default()
    with Ledger.open(place, readonly=True) as ledger:
        return ledger.standard


# --- template ---------------------------------------------------------------------------


def template(given: argparse.Namespace) -> Outcome:
    from core.exchange.template import make_template

    if given.table and given.sheet:
        raise UsageError("--table 和 --sheet 只能用一个", next="请去掉其中一个。", code="usage")
    if given.out.suffix.lower() != ".xlsx":
        raise UsageError("模板应为 .xlsx 文件", next="请把文件名改为以 .xlsx 结尾。", code="suffix")
    made = make_template(_standard(given.data), given.out, table=given.table, sheets=given.sheet)
    data = {"ok": True, "path": str(made.path), "sheets": {n: list(c) for n, c in made.sheets.items()}}
    return Outcome(
        DONE, data, [f"已生成模板：{made.path}", *(f"· {n}：{len(c)} 栏" for n, c in made.sheets.items())]
    )


# --- fill -----------------------------------------------------------------------------------


def fill(given: argparse.Namespace) -> Outcome:
    from core.exchange.fill import fill as write

    answers = answers_of(given.map)
    with Ledger.open(given.data, operator=given.operator, readonly=not given.keep) as ledger:
        done = write(
            ledger,
            given.template,
            given.out,
            path=given.path,
            where=given.where,
            answers=answers,
            keep=given.keep,
        )
    doubtful = done.left_out or done.notes or any(t.notes or t.without_source for t in done.tables)
    return Outcome(FINDINGS if doubtful else DONE, {"ok": True, **done.to_json()}, _filled_lines(done))


def _filled_lines(done: Filled) -> list[str]:
    lines = [f"已填好：{done.path}，共 {done.rows} 行，已回读核对。"]
    for t in done.tables:
        lines.append(f"· {t.sheet}：{t.rows} 行" + (f"，插入 {t.inserted} 行" if t.inserted else ""))
        if t.without_source:
            lines.append(f"  没有数据来源、未填的列：{'、'.join(t.without_source)}")
        lines += [f"  {note}" for note in t.notes]
    lines += [f"· 未填：{sheet}（{why}）" for sheet, why in done.left_out]
    if any(t.notes for t in done.tables):
        lines.append("列对应不对的，用 --map 指定后重填。")
    return [*lines, *done.notes]


# --- diff -----------------------------------------------------------------------------------


def diff(given: argparse.Namespace) -> Outcome:
    from core.exchange.difference import difference

    if given.before is not None and given.after is not None:
        return _told(difference(given.before, given.after, period=given.period))
    with Ledger.open(given.data, readonly=True) as ledger:
        if given.before is not None:
            return _told(difference(given.before, ledger, period=given.period))
        return _told(_since_report(ledger, given.period))


def _since_report(ledger: Ledger, period: str) -> Comparison:
    """What has changed since the last report went up."""
    from core.audit.reported import reported
    from core.exchange.difference import compare
    from core.exchange.sides import LedgerSide, SubmissionSide

    found = [r for r in reported(ledger) if not period or r.period == period]
    if not found:
        raise UsageError(
            "账套还没有报出过，没有可比的数据", next="请写明要比较的上报包。", code="nothing-reported"
        )
    last = found[-1]
    return compare(SubmissionSide(ledger, last.id), LedgerSide(ledger, period or last.period))


def _told(made: Comparison) -> Outcome:
    data = {
        "ok": True,
        "same": made.is_same,
        "before": made.before,
        "after": made.after,
        "sentences": made.lines(),
        "text": made.text(),
        "counts": {code: dict(c) for code, c in made.counts.items() if sum(c.values())},
        "changes": [
            {
                "kind": c.kind,
                "table": c.table,
                "uid": c.uid,
                "name": c.name,
                "field": c.field,
                "before": c.before,
                "after": c.after,
            }
            for c in made.changes
        ],
        "more": made.more,
    }
    lines = [made.text()]
    for c in made.changes[:_SHOWN]:
        what = f"{c.field}：“{c.before}” → “{c.after}”" if c.field else ""
        lines.append(f"· {c.kind} {c.label} {c.name} {what}".rstrip())
    rest = len(made.changes) - _SHOWN + made.more
    if rest > 0:
        lines.append(f"……另有 {rest} 处。")
    return Outcome(DONE if made.is_same else FINDINGS, data, lines)


# --- print ----------------------------------------------------------------------------------


def print_out(given: argparse.Namespace) -> Outcome:
    from core.exchange.paper import run_printing

    if given.out.suffix.lower() != ".pdf":
        raise UsageError("输出应为 .pdf 文件", next="请把文件名改为以 .pdf 结尾。", code="suffix")
    told = run_printing(
        given.data.absolute(),
        given.what,
        given.out.absolute(),
        period=given.period,
        draft=given.draft,
        paper=given.paper,
    )
    lines = [f"已生成 {told['path']}，共 {told['pages']} 页，字体：{'、'.join(told['fonts'])}。"]
    if told.get("check_code"):
        lines.append(f"{told['state']}，校验码 {told['check_code']}")
    return Outcome(DONE, {"ok": True, **told}, lines)
