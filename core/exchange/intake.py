"""Bring a foreign file in: propose a plan, look at it, apply the same plan."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.errors import InputRefused
from core.excel import child
from core.excel.grid import Book, Grid
from core.excel.rows import digest_of
from core.exchange import continued
from core.exchange.applying import ImportResult, apply
from core.exchange.columns import Vocabulary
from core.exchange.compare import found_rows
from core.exchange.matching import match
from core.exchange.plan import NEW, Answers, Doubt, Plan
from core.exchange.repeated import join_across_sheets, leave_out_older, leave_out_repeated
from core.exchange.returned import listed_rows
from core.exchange.tabulate import tabulate
from core.jobs import Progress, without_collector
from core.records import Ledger
from core.standard.model import Standard

__all__ = ["ImportResult", "Plan", "apply", "plan_book", "propose", "vocabulary"]

TEMPLATE_FORMAT = "panhuo-template/1"
"""What the _meta sheet of a blank template says of itself."""
META, META_FIRST = "_meta", "格式"
"""The hidden sheet of a workbook that this program has written, and what stands in its first cell."""


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
    ledger: Ledger | None = None,
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
    ledger: Ledger | None = None,
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
    with without_collector():
        return _planned(book, path, standard, ledger, sheet, given, progress)


def _planned(
    book: Book,
    path: Path,
    standard: Standard,
    ledger: Ledger | None,
    sheet: str | None,
    given: Answers,
    progress: Progress,
    *,
    as_own: bool = True,
) -> Plan:
    plan = Plan(path.name, path, book.sha256, book.kind, book.encoding, answers=given)
    own, original = own_rows(book) if as_own else {}, given
    if own and ledger is not None:
        given = _answers_for_own(own, standard)
        plan.answers = given
        plan.own = True
        known = {str(t["sheet"]) for t in given.tables}
        chosen = [g for g in book.sheets if g.name in known and sheet in (None, g.name)]
    else:
        own = {}
        blanks = template_tables(book, standard)
        given.tables += [
            {"sheet": name, "table": table, "own": True}
            for name, table in blanks.items()
            if not any(t.get("sheet") in (None, name) for t in given.tables)
        ]
        chosen = (
            [g for g in book.sheets if g.name in blanks]
            if blanks and not sheet
            else _chosen(book, plan, sheet)
        )
    given.remembered = _remembered(ledger)
    words = vocabulary(standard)
    for i, grid in enumerate(chosen):
        progress.step(i, len(chosen), f"正在识别工作表“{grid.name}”" if grid.name else "正在识别表格")
        found = tabulate(grid, words, given, len(plan.tables))
        if not found.tables:
            before = plan.tables[-1] if plan.tables and not own else None
            below = continued.with_header_of(before, grid, standard) if before else None
            if below is not None:
                found = tabulate(below, words, given, len(plan.tables))
            plan.doubts += continued.told(grid, before if found.tables else None)
        plan.tables += found.tables
        plan.records += found.records
        plan.doubts += found.doubts
        plan.skipped += found.skipped
    if not plan.tables:
        raise InputRefused(
            "没有找到可以识别的表格（没有认出表头）。",
            next="请确认表中有一行写着“资产名称”“坐落”“账面原值”这类列名，下面是一宗资产一行。",
            code="no-table",
        )
    if own:
        _recognise(plan, own, {g.name: g for g in chosen})
    else:
        repeats = leave_out_repeated(plan)
        leave_out_older(plan)
        join_across_sheets(plan, standard, repeats)
    progress.step(len(chosen), len(chosen), "正在与账套比对")
    match(plan, standard, ledger)
    if plan.own and all(r.state == NEW for r in plan.records):
        # Exported elsewhere: here it is a ledger like any other.
        return _planned(book, path, standard, ledger, sheet, original, progress, as_own=False)
    return plan


def own_rows(book: Book) -> dict[str, dict[int, str]]:
    """sheet → row → digest, as the _meta sheet of this program's own workbook lists them; {} for other files."""
    if not any(g.name == META and g.text(1, 1) == META_FIRST for g in book.sheets):
        return {}
    try:
        return listed_rows(book)
    except InputRefused:
        return {}


def template_tables(book: Book, standard: Standard) -> dict[str, str]:
    """sheet → table, as the _meta sheet of this program's blank template lists them; {} for other files."""
    meta = next((g for g in book.sheets if g.name == META and g.text(1, 2) == TEMPLATE_FORMAT), None)
    if meta is None:
        return {}
    names = {g.name for g in book.sheets}
    listed = {meta.text(row, 1): meta.text(row, 2) for row in sorted(meta.rows)[1:]}
    return {name: table for name, table in listed.items() if name in names and table in standard.tables}


def _recognise(plan: Plan, own: dict[str, dict[int, str]], grids: dict[str, Grid]) -> None:
    """A row of our own workbook whose digest is listed was not edited, wherever it stands now."""
    texts = {sheet: found_rows(grid) for sheet, grid in grids.items()}
    for r in plan.records:
        r.unedited = digest_of(texts[r.sheet].get(r.row, [])).hex() in set(own[r.sheet].values())


def _answers_for_own(own: dict[str, dict[int, str]], standard: Standard) -> Answers:
    """Each list of our own workbook belongs to the table that the standard declares for it."""
    tables = {s.name: s.table for s in standard.sheets if s.table}
    return Answers(
        [{"sheet": name, "table": tables[name], "own": True} for name in own if name in tables], private=True
    )


def _remembered(ledger: Ledger | None) -> dict[str, dict[str, Any]]:
    """Answers given before, by layout."""
    if ledger is None:
        return {}
    t = ledger.tables.mapping
    return {str(k): json.loads(v) for k, v in ledger.conn.execute(sa.select(t.c.layout, t.c.answers)) if v}


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
