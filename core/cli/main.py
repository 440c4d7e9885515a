"""Parse the command line, run one verb, print what people or programs read."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path

from core import paths
from core.cli.outcome import Outcome
from core.cli.words import Parser, speak_chinese
from core.errors import AppError
from core.jobs import Cancelled
from core.storage import files

MODULES = (
    "core.cli.ledger_verbs",
    "core.cli.period_verbs",
    "core.cli.safety_verbs",
    "core.cli.intake_verbs",
    "core.cli.audit_verbs",
    "core.cli.figures_verbs",
    "core.cli.package_verbs",
    "core.cli.forms_verbs",
    "core.cli.standard_verbs",
    "core.cli.demo",
)
"""Each has `register(add)`, where add(name, help) gives the verb's parser."""


def parser() -> argparse.ArgumentParser:
    """All verbs with their options."""
    speak_chinese()
    common = Parser(add_help=False)
    common.add_argument("--data", type=Path, metavar="文件夹", help="账套文件夹（省略时用当前文件夹）")
    common.add_argument("--json", action="store_true", help="最后一行输出一个 JSON 对象")
    common.add_argument("--yes", action="store_true", help="不提问")
    common.add_argument("--as", dest="operator", default="", metavar="姓名", help="经办人")
    top = Parser(prog="panhuo", description="盘活台账：导入、审核、上报闲置低效国有资产台账。")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="命令", parser_class=Parser)

    def add(name: str, text: str) -> argparse.ArgumentParser:
        return verbs.add_parser(name, help=text, description=text, parents=[common])

    for module in MODULES:
        import_module(module).register(add)
    return top


def run(argv: Sequence[str]) -> tuple[Outcome, bool]:
    """Run one command line; problems become outcomes, bugs stay exceptions."""
    wants_json = "--json" in argv
    try:
        given = parser().parse_args(argv)
        if given.data is None:
            given.data = Path.cwd()
        outcome: Outcome = given.run(given)
        return outcome, wants_json
    except AppError as e:
        return Outcome.refusal(e), wants_json
    except OSError as e:
        if not files.is_of_surroundings(e):
            raise
        return Outcome.refusal(files.explained(e, "命令没有完成")), wants_json
    except Cancelled:
        return Outcome(
            4, {"ok": False, "reason": "已取消", "code": "cancelled", "next": ""}, ["已取消，没有改动。"]
        ), wants_json


def _bug(error: Exception) -> Outcome:
    """A bug: its traceback goes to a file, never to the clerk."""
    log = paths.settings_home() / "错误.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as f:
            f.write(f"{datetime.now().isoformat(' ', 'seconds')}\n{traceback.format_exc()}\n")
        told = f"详情已写入 {log}"
    except OSError:
        told = "详情没有写成"
    reason = f"程序内部出错（{type(error).__name__}），{told}"
    data = {"ok": False, "reason": reason, "code": "bug", "next": "请把这个文件和用到的台账发给维护人员。"}
    return Outcome(1, data, [f"{reason}。", "下一步：请把这个文件和用到的台账发给维护人员。"])


def _tidying_up(failed: sys.UnraisableHookArgs) -> None:
    """A temporary file that a failing disk does not let go at the end harms nobody, and is no traceback."""
    if not isinstance(failed.exc_value, OSError):
        sys.__unraisablehook__(failed)


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of `panhuo`; returns the exit code of DESIGN §4."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if argv is None:
        sys.unraisablehook = _tidying_up
        if sys.stdout is None:  # started by something that closed it; nobody reads
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if words[:1] == ["read-table"]:
        from core.excel.child import main as read_table

        return read_table(words[1:])
    if words[:1] == ["--self-test"]:
        from core.cli.selftest import main as self_test

        return self_test(words[1:])
    try:
        outcome, wants_json = run(words)
    except KeyboardInterrupt:
        return 4
    except Exception as e:
        outcome = _bug(e)
        wants_json = "--json" in words
    out = sys.stderr if outcome.exit not in (0, 10) else sys.stdout
    try:
        for line in outcome.lines:
            print(line, file=out)
        if wants_json:
            print(json.dumps(outcome.data, ensure_ascii=False))
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read us has seen enough, as `| head` does
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    except OSError as e:  # the output goes to a file on a full disk
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        refused = files.explained(e, "结果没有全部写出")
        with contextlib.suppress(OSError):
            print(f"{refused.reason}\n下一步：{refused.next}", file=sys.stderr)
        return refused.exit_code
    return outcome.exit
