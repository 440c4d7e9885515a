"""Bring a foreign file in: propose a plan, look at it, apply the same plan."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from core.errors import InputRefused
from core.excel import child
from core.excel.grid import Book, Grid
from core.exchange.columns import Vocabulary
from core.exchange.plan import Answers, Doubt, Plan
from core.exchange.tabulate import tabulate
from core.jobs import Progress
from core.standard.model import Standard


@lru_cache(maxsize=4)
def _vocabulary(key: str, standard: _Held) -> Vocabulary:
    return Vocabulary(standard.it)


class _Held:
    """A standard as a key: its hash says what it is."""

    def __init__(self, standard: Standard) -> None:
        self.it = standard

    def __hash__(self) -> int:
        return hash(self.it.hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.it.hash == self.it.hash


def vocabulary(standard: Standard) -> Vocabulary:
    """The names of a standard's columns, made once."""
    return _vocabulary(standard.hash, _Held(standard))


def propose(
    path: Path,
    standard: Standard,
    *,
    ledger: Any = None,
    sheet: str | None = None,
    answers: Answers | dict[str, Any] | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Say what an import would do; nothing is written."""
    progress = progress or Progress()
    path = Path(path)
    book = child.read(path, progress)
    return plan_book(book, path, standard, ledger=ledger, sheet=sheet, answers=answers, progress=progress)


def plan_book(
    book: Book,
    path: Path,
    standard: Standard,
    *,
    ledger: Any = None,
    sheet: str | None = None,
    answers: Answers | dict[str, Any] | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Plan a book that was read already (a changed answer needs no second reading)."""
    progress = progress or Progress()
    if book.kind == "package":
        raise InputRefused(
            "这是本程序的上报包。", next="请用“接收上报包”导入，或用 panhuo merge、verify。", code="package"
        )
    given = answers if isinstance(answers, Answers) else Answers.from_json(answers)
    plan = Plan(path.name, path, book.sha256, book.kind, book.encoding, answers=given)
    chosen = _chosen(book, plan, sheet)
    words = vocabulary(standard)
    for i, grid in enumerate(chosen):
        progress.step(i, len(chosen), f"正在识别工作表“{grid.name}”" if grid.name else "正在识别表格")
        found = tabulate(grid, words, given, len(plan.tables))
        plan.tables += found.tables
        plan.records += found.records
        plan.doubts += found.doubts
        plan.skipped += found.skipped
    if not plan.tables:
        raise InputRefused(
            "没有找到可以识别的表格（没有认出表头）。",
            next="请确认表中有一行写着“资产名称”“坐落”“账面原值”这类列名，或在导入页指定表头行。",
            code="no-table",
        )
    return plan


def _chosen(book: Book, plan: Plan, sheet: str | None) -> list[Grid]:
    """The sheets to look at: the named one, else the visible ones; hidden ones are told."""
    if sheet is not None:
        named = [g for g in book.sheets if g.name == sheet]
        if not named:
            raise InputRefused(
                f"没有工作表“{sheet}”。",
                next="文件里有：" + "、".join(g.name for g in book.sheets),
                code="no-sheet",
            )
        return named
    chosen = []
    for grid in book.sheets:
        if grid.visible != "visible" and grid.name not in plan.answers.hidden_sheets:
            plan.hidden_sheets.append(grid.name)
            if grid.rows:
                plan.doubts.append(
                    Doubt(
                        grid.name,
                        0,
                        "",
                        "",
                        "hidden-sheet",
                        "",
                        f"工作表“{grid.name}”是隐藏的（{len(grid.rows)} 行有内容），未导入。需要时请在导入页勾选。",
                    )
                )
            continue
        chosen.append(grid)
    return chosen
