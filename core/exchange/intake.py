"""Bring a foreign file in: propose a plan, look at it, apply the same plan."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.errors import InputRefused
from core.excel import child
from core.excel.grid import Book, Grid
from core.excel.rows import digest_of
from core.exchange.columns import Vocabulary
from core.exchange.compare import found_rows
from core.exchange.matching import made_uid, match
from core.exchange.plan import CHANGED, CONFLICT, NEW, SAME, Answers, Doubt, Plan, PlannedRecord
from core.exchange.repeated import join_across_sheets, leave_out_repeated
from core.exchange.returned import listed_rows
from core.exchange.tabulate import tabulate
from core.jobs import Progress
from core.records import Ledger
from core.records.edit import Edit
from core.standard.model import Standard
from core.standard.types import Value

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
    with _without_collector():
        return _planned(book, path, standard, ledger, sheet, given, progress)


@contextmanager
def _without_collector() -> Iterator[None]:
    """A million cells are made and none is garbage: the collector would only walk them (a fifth of the time)."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


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
    if own:
        _recognise(plan, own, {g.name: g for g in chosen})
    else:
        leave_out_repeated(plan)
        join_across_sheets(plan, standard)
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


# --- applying -------------------------------------------------------------------------------------


@dataclass(slots=True)
class ImportResult:
    """What an import did."""

    batch: int
    rows_read: int
    added: int
    changed: int
    same: int
    conflicts: int
    plan: Plan
    uids: list[str] = field(default_factory=list)
    doubts: int = 0
    """Cells that now stand in the ledger with an open doubt."""

    def to_json(self) -> dict[str, Any]:
        plan = self.plan
        return {
            "batch_id": self.batch,
            "rows_read": self.rows_read,
            "rows_added": self.added,
            "rows_changed": self.changed,
            "rows_same": self.same,
            "conflicts": self.conflicts,
            "skipped": [s.to_json() for s in plan.skipped],
            "findings": [d.to_json() for d in plan.all_doubts],
            "mapping": [{"sheet": t.sheet, "table": t.table, "mapping": t.mapping()} for t in plan.tables],
            "hidden_sheets": plan.hidden_sheets,
            "encoding": plan.encoding,
        }


def apply(ledger: Ledger, plan: Plan, *, progress: Progress | None = None) -> ImportResult:
    """Carry out a plan as one action that can be undone; doubts and sources go along."""
    with _without_collector():
        return _Applier(ledger, plan, progress or Progress()).run()


class _Applier:
    def __init__(self, ledger: Ledger, plan: Plan, progress: Progress) -> None:
        self.ledger = ledger
        self.plan = plan
        self.progress = progress
        self.records = [r for r in plan.records if not r.left_out]
        self.doubted = 0

    def run(self) -> ImportResult:
        new = [r for r in self.records if r.state == NEW]
        changed = [r for r in self.records if r.state == CHANGED]
        kept = [r for r in self.records if r.state in (SAME, CONFLICT)]
        settled = self._settled(kept)
        batch = 0
        if new or changed or settled:
            self.progress.step(0, 0, "正在备份账套")
            self.ledger.backup("导入前")
            with self.ledger.edit(f"导入 {self.plan.file}", kind="import", source=self.plan.file) as edit:
                batch = edit.batch
                self._units(edit)
                self._add(edit, new)
                self._change(edit, changed)
                for r, fields in settled:
                    for code in fields:
                        edit.confirm(r.table, r.uid, code)
                self._remember()
        return ImportResult(
            batch,
            len(self.records),
            len(new),
            len(changed) + len(settled),
            sum(1 for r in kept if r.state == SAME) - len(settled),
            sum(1 for r in kept if r.state == CONFLICT),
            self.plan,
            [r.uid for r in (*new, *changed)],
            self.doubted,
        )

    def _settled(self, records: list[PlannedRecord]) -> list[tuple[PlannedRecord, list[str]]]:
        """Unchanged records whose doubts the corrected file answers: it now reads the same value cleanly."""
        found = []
        for table in {r.table for r in records}:
            same = [r for r in records if r.table == table and r.state == SAME]
            doubts = self.ledger.origins(table) if same else {}
            for r in same:
                asked = {d.field for d in r.doubts}
                fields = [
                    o.field
                    for o in doubts.get(r.uid, ())
                    if o.field not in asked and {**r.values, **r.shown}.get(o.field) is not None
                ]
                if fields:
                    found.append((r, fields))
        return found

    def _units(self, edit: Edit) -> None:
        """Draft units first: records point to them."""
        tables = self.ledger.standard.tables
        for u in self.plan.units:
            if not u.rows and u.new:
                u.rows = sum(1 for r in self.records if u.uid in r.values.values())
            definition = tables[u.table]
            code = next((m for m in definition.match if m != definition.name_field), "")
            if u.new and u.rows:
                values: dict[str, Value] = {definition.name_field: u.name or None}
                if code and u.uscc:
                    values[code] = u.uscc
                edit.add(u.table, values, uid=u.uid)
            elif not u.new and code:
                edit.set(u.table, u.uid, {code: u.uscc})

    def _add(self, edit: Edit, records: list[PlannedRecord]) -> None:
        order = list(self.ledger.standard.tables)
        for table in sorted({r.table for r in records}, key=order.index):
            mine = [r for r in records if r.table == table]
            for start in range(0, len(mine), 2000):
                self.progress.step(start, len(mine), f"正在写入 {start:,}/{len(mine):,} 行")
                part = mine[start : start + 2000]
                edit.add_many(
                    table,
                    [
                        (r.uid, r.values, json.dumps(r.extra, ensure_ascii=False) if r.extra else "")
                        for r in part
                    ],
                )
            self._children(edit, table, mine)
            for r in mine:
                edit.source(table, r.uid, file=self.plan.file, sheet=r.sheet, row=r.row)
                for d in r.doubts:
                    if d.field:
                        self._doubt(edit, r, d)

    def _children(self, edit: Edit, table: str, records: list[PlannedRecord]) -> None:
        """The first child of each new record, from the columns that show it (权证号, 确权状态)."""
        hops: dict[str, dict[str, str]] = {}
        for s in self.ledger.standard.tables[table].shows.values():
            if s.to_child:
                hops.setdefault(s.hop, {})[s.code] = s.target.code
        for hop, shown in hops.items():
            rows: list[tuple[str, dict[str, Value], str]] = []
            for r in records:
                values: dict[str, Value] = {
                    target: r.shown[code] for code, target in shown.items() if r.shown.get(code) is not None
                }
                if values:
                    rows.append((made_uid(r.uid, hop), {table: r.uid, **values}, ""))
            if rows:
                edit.add_many(hop, rows)

    def _change(self, edit: Edit, records: list[PlannedRecord]) -> None:
        for i, r in enumerate(records):
            if i % 200 == 0:
                self.progress.step(i, len(records), f"正在修改 {i:,}/{len(records):,} 行")
            definition = self.ledger.standard.tables[r.table]
            own = {c: v for c, v in r.after.items() if c in definition.fields}
            if own:
                edit.set(r.table, r.uid, own)
            for code, value in r.after.items():
                if code in definition.shows:
                    edit.set_shown(r.table, r.uid, code, value)
            edit.source(r.table, r.uid, file=self.plan.file, sheet=r.sheet, row=r.row)
            for d in r.doubts:
                if d.field in r.after:
                    self._doubt(edit, r, d)

    def _doubt(self, edit: Edit, r: PlannedRecord, d: Doubt) -> None:
        self.doubted += 1
        edit.doubt(
            r.table,
            r.uid,
            d.field,
            file=self.plan.file,
            sheet=d.sheet,
            row=d.row,
            column=d.column,
            raw=d.raw,
            code=d.code,
            text=d.text,
        )

    def _remember(self) -> None:
        """Keep the mapping of each layout for the next file of its kind."""
        t = self.ledger.tables.mapping
        at = datetime.now().isoformat(" ", "seconds")
        for table in self.plan.tables:
            if table.note:
                continue
            answers = {
                "table": table.table,
                "mapping": {m.title: m.code for m in table.columns.values() if not m.tick and not m.role},
                "units": {
                    m.title: m.unit for m in table.columns.values() if m.unit and m.unit_from == "answer"
                },
                "blanks": {table.columns[c].title: b for c, b in table.blanks.items()},
            }
            self.ledger.conn.execute(sa.delete(t).where(t.c.layout == table.layout))
            self.ledger.conn.execute(
                sa.insert(t),
                {"layout": table.layout, "answers": json.dumps(answers, ensure_ascii=False), "at": at},
            )


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
