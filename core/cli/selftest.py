"""--self-test [FILE]: the program checks itself where it stands, and reports in JSON.

It works in a temporary folder whose name holds blanks and rare characters, as on an office PC. The window
adds steps of its own before these (gui/selftest.py).
"""

from __future__ import annotations

import json
import platform
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

from core import paths

FOLDER = "盘活 自检 䶮𠮷"
"""A blank, a character outside GBK, and one that takes two places in UTF-16."""

Step = tuple[str, Callable[[], str]]
"""What is checked, and the deed that checks it and tells what it saw."""


def main(arguments: Sequence[str]) -> int:
    """Run the self-test of the command; the report goes to FILE, or to stdout."""
    target = Path(arguments[0]).absolute() if arguments else None
    report, code = test()
    return finish(report, target, code)


def test(first: Callable[[Path], list[Step]] | None = None) -> tuple[dict[str, Any], int]:
    """Run every step, also after one that failed; `first` makes steps to begin with."""
    report: dict[str, Any] = {"ok": False, **_surroundings(), "steps": []}
    with _folder() as folder:
        report["folder"] = str(folder)
        steps = [*(first(folder) if first else []), *_Main(folder).steps()]
        for name, deed in steps:
            report["steps"].append(_run(name, deed))
    report["ok"] = all(step["ok"] for step in report["steps"])
    return report, 0 if report["ok"] else 1


def finish(report: dict[str, Any], target: Path | None, code: int) -> int:
    """Write the report; return the exit code."""
    text = json.dumps(report, ensure_ascii=False, indent=1)
    if target is not None:
        target.write_text(text + "\n", encoding="utf-8")
    elif sys.stdout is not None:
        print(text)
    return code


def _run(name: str, deed: Callable[[], str]) -> dict[str, Any]:
    began = time.monotonic()
    try:
        said, ok = deed(), True
    except Exception:  # whatever it is, it belongs into the report
        said, ok = traceback.format_exc(), False
    return {"step": name, "ok": ok, "seconds": round(time.monotonic() - began, 2), "said": said}


def _surroundings() -> dict[str, Any]:
    try:
        version = metadata.version("panhuo")
    except metadata.PackageNotFoundError:
        version = ""
    return {
        "version": version,
        "frozen": paths.is_frozen(),
        "portable": paths.is_portable(),
        "program": sys.executable,
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "at": time.strftime("%Y-%m-%d %H:%M:%S"),
    }


@contextmanager
def _folder() -> Iterator[Path]:
    with paths.workroom() as place:
        folder = place / FOLDER
        folder.mkdir()
        yield folder


@dataclass
class _Main:
    """The main job, step by step; a step that needs an earlier one fails with it."""

    folder: Path
    package: Path | None = None
    fingerprint: str = ""

    def steps(self) -> list[Step]:
        return [
            ("口径", self.standard),
            ("新建账套", self.create),
            ("拒收坏文件", self.refuse),
            ("导入样例（子进程）", self.bring_in),
            ("审核", self.check),
            ("生成上报包", self.export),
            ("校验上报包", self.verify),
            ("改动一个字节的上报包被发现", self.tamper),
            ("打印到 PDF（子进程）", self.print_out),
            ("撤销与恢复", self.undo),
            ("旧账套升级", self.grow),
        ]

    @property
    def place(self) -> Path:
        return self.folder / "账套"

    def standard(self) -> str:
        from core.standard import load_default

        found = load_default()
        return f"{found.name}，{len(found.tables)} 张表，{len(found.rules)} 条规则"

    def create(self) -> str:
        from core.records import Ledger
        from core.standard import load_default

        Ledger.create(
            self.place, load_default(), region="500110", unit_name="自检单位", operator="自检"
        ).close()
        return str(self.place)

    def refuse(self) -> str:
        from core.errors import InputRefused
        from core.excel import child

        broken = self.folder / "坏 文件.xlsx"
        broken.write_bytes(b"PK\x03\x04 this is no workbook")
        try:
            child.read(broken)
        except InputRefused as e:
            assert e.reason and e.next
            return f"{e.reason}{e.next}"
        raise AssertionError("坏文件没有被拒收")

    def bring_in(self) -> str:
        import shutil

        from core.exchange.intake import apply, propose
        from core.records import Ledger

        told = []
        with Ledger.open(self.place) as ledger:
            for source in sorted((paths.resources() / "sample").glob("*.xlsx")):
                copy = shutil.copy(source, self.folder)
                came = apply(ledger, propose(Path(copy), ledger.standard, ledger=ledger))
                assert came.rows_read > 0, source.name
                told.append(f"{source.name} {came.rows_read} 行")
            self.fingerprint = ledger.fingerprint()
        assert told, "没有样例文件"
        return "；".join(told)

    def check(self) -> str:
        from core.audit import check
        from core.records import Ledger

        with Ledger.open(self.place) as ledger:
            found = check(ledger)
            assert found.findings, "样例里有问题，却什么也没有发现"
            assert all(f.text for f in found.findings)
            return f"{dict(found.counts)}"

    def export(self) -> str:
        from core.exchange.cover import Cover
        from core.exchange.export import export_package
        from core.records import Ledger
        from core.standard.dates import period_of

        today = date.today()
        with Ledger.open(self.place) as ledger:
            made = export_package(
                ledger,
                period=period_of(today),
                target=self.folder,
                draft=True,
                cover=Cover(unit="自检单位", region="500110", filler="自检", report_date=today.isoformat()),
            )
        self.package = made.path
        return f"{made.path.name}，{made.path.stat().st_size} 字节，校验码 {made.check_code}"

    def verify(self) -> str:
        from core.exchange.verify import verify

        assert self.package, "没有上报包"
        found = verify(self.package)
        assert found.ok and found.verdict != "invalid", found.reason
        return found.reason

    def tamper(self) -> str:
        from core.exchange.verify import verify

        assert self.package, "没有上报包"
        raw = bytearray(self.package.read_bytes())
        raw[len(raw) // 2] ^= 1
        forged = self.folder / "改过的.zip"
        forged.write_bytes(raw)
        found = verify(forged)
        assert not found.ok, "没有发现改动"
        return found.reason

    def print_out(self) -> str:
        from core.exchange.paper import run_printing

        target = self.folder / "路径 清单.pdf"
        told = run_printing(self.place, "lists", target, draft=True)
        assert target.read_bytes().startswith(b"%PDF-"), "不是 PDF"
        assert told["pages"] > 0 and told["fonts"], f"没有页或没有字体：{told}"
        return f"{told['pages']} 页，{target.stat().st_size} 字节，字体 {'、'.join(told['fonts'])}"

    def undo(self) -> str:
        from core.records import Ledger

        with Ledger.open(self.place) as ledger:
            undone = 0
            while ledger.undo_label():
                ledger.undo()
                undone += 1
            emptied = ledger.fingerprint()
            while ledger.redo_label():
                ledger.redo()
            assert undone and emptied != self.fingerprint, "撤销没有效果"
            assert ledger.fingerprint() == self.fingerprint, "恢复后与撤销前不同"
        return f"撤销并恢复 {undone} 步，指纹 {self.fingerprint}"

    def grow(self) -> str:
        """Make the 账套 an older one, which lacks a table and a column, and open it."""
        from core.records import Ledger
        from core.storage import grow

        with Ledger.open(self.place) as ledger:
            column = _empty_column(ledger)
            ledger.conn.exec_driver_sql('DROP TABLE "return_item"')
            ledger.conn.exec_driver_sql(f'ALTER TABLE "asset" DROP COLUMN "{column}"')
            assert grow.missing(ledger.conn, ledger.tables)
        with Ledger.open(self.place) as ledger:
            assert not grow.missing(ledger.conn, ledger.tables), "没有补齐"
            assert ledger.fingerprint() == self.fingerprint, "升级后数据不同"
        return f"补回表 return_item 和列 asset.{column}，指纹不变"


def _empty_column(ledger: Any) -> str:
    """A column of the asset table without a value and without an index."""
    table = ledger.tables.record["asset"]
    indexed = {column.name for index in table.indexes for column in index.columns}
    for code in reversed([c.name for c in table.columns if c.name not in indexed]):
        count = ledger.conn.exec_driver_sql(f'SELECT count("{code}") FROM "asset"').scalar()
        if count == 0:
            return str(code)
    raise AssertionError("资产表没有空列")
