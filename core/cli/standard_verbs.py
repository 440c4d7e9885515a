"""standard check …: the 口径 as a thing to look at."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path

from core.cli.outcome import DONE, FINDINGS, Add, Outcome
from core.errors import InputRefused, StandardError, SurroundingsError
from core.records import Ledger
from core.records.adopting import Adoption, adopt, compare
from core.standard import Standard, load, load_default
from core.standard.manual import manual


def register(add: Add) -> None:
    p = add("standard", "口径：检查、比较、采用、填报说明")
    deeds = p.add_subparsers(dest="deed", required=True, metavar="做什么")
    check_parser = deeds.add_parser("check", help="检查一个口径文件夹")
    check_parser.add_argument("folder", type=Path)
    check_parser.add_argument("--json", action="store_true")
    check_parser.set_defaults(run=check)
    for name, text, run in (
        ("diff", "采用另一套口径会改变什么", diff),
        ("adopt", "采用另一套口径", adopt_standard),
    ):
        parser = deeds.add_parser(name, help=text)
        parser.add_argument("what", help="随附口径的编号@版本，或口径文件夹")
        parser.add_argument("--data", type=Path, metavar="文件夹", help="账套文件夹")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--yes", action="store_true", help="不提问")
        parser.set_defaults(run=run)
    manual_parser = deeds.add_parser("manual", help="写出填报说明（HTML）")
    manual_parser.add_argument("--standard", default="", help="口径，如 chongqing@2026.1；省略为随程序的口径")
    manual_parser.add_argument("--out", type=Path, required=True, help="写到哪个文件")
    manual_parser.add_argument("--json", action="store_true")
    manual_parser.set_defaults(run=write_manual)


def check(given: argparse.Namespace) -> Outcome:
    if not given.folder.is_dir():
        raise InputRefused(f"没有文件夹 {given.folder}", next="请检查路径。", code="missing")
    try:
        standard = load(given.folder)
    except StandardError as e:
        found = [{"file": e.file, "key": e.key, "text": e.reason}]
        return Outcome(
            FINDINGS,
            {"ok": False, "findings": found, "reason": e.reason, "code": e.code, "next": e.next},
            [e.reason],
        )
    counts = {
        "tables": len(standard.tables),
        "fields": sum(1 for _ in standard.all_fields()),
        "codes": len(standard.codes),
        "rules": len(standard.rules),
        "sheets": len(standard.sheets),
    }
    line = "口径无误：{tables} 张表、{fields} 个字段、{codes} 张代码表、{rules} 条规则、{sheets} 张工作表。".format(
        **counts
    )
    return Outcome(
        DONE, {"ok": True, "name": standard.name, "hash": standard.hash, "findings": [], **counts}, [line]
    )


def write_manual(given: argparse.Namespace) -> Outcome:
    standard = load_default(given.standard) if given.standard else load_default()
    try:
        given.out.write_text(manual(standard), encoding="utf-8")
    except OSError as e:
        raise SurroundingsError(
            f"无法写入 {given.out}", next="请检查文件夹是否存在、是否可写。", code="readonly"
        ) from e
    return Outcome(DONE, {"ok": True, "path": str(given.out)}, [f"已写出填报说明：{given.out}"])


def _named(what: str) -> Standard:
    """A standard by its folder or by id@version."""
    return load(Path(what)) if Path(what).is_dir() else load_default(what)


def _told(found: Adoption, *, done: bool) -> Outcome:
    data = {"ok": True, "adopted": done, **dataclasses.asdict(found)}
    lines = found.lines()
    return Outcome(DONE, data, [*lines, "已采用，之前的数据都在；换口径前已备份。"] if done else lines)


def diff(given: argparse.Namespace) -> Outcome:
    with Ledger.open(given.data or Path.cwd(), readonly=True) as ledger:
        return _told(compare(ledger, _named(given.what)), done=False)


def adopt_standard(given: argparse.Namespace) -> Outcome:
    return _told(adopt(given.data or Path.cwd(), _named(given.what), operator=given.operator), done=True)
