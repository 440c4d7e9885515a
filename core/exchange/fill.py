"""按上级模板填报: the office's own blank workbook, filled below its headers and otherwise untouched."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.errors import InputRefused, SurroundingsError, UsageError
from core.excel import child
from core.excel.grid import Grid, column_number
from core.excel.parts import Package
from core.excel.refill import NUMBER, Put, SheetEdit
from core.excel.rows import clean, readable
from core.excel.words import half
from core.exchange.blanks import Blank, blanks_of
from core.exchange.compare import found_text
from core.exchange.filled import Filled, Form
from core.exchange.intake import _remembered, vocabulary
from core.exchange.plan import Answers, PlannedTable
from core.exchange.tabulate import tabulate
from core.exchange.values import Writer, base_condition
from core.exchange.whole import whole_file
from core.jobs import Progress
from core.records import Ledger

FORM = "form"
"""Key under which a kept mapping names the form it was made for."""


def read_form(
    ledger: Ledger,
    template: Path,
    *,
    answers: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> Form:
    """Which tables a blank workbook has and what each column would be filled with; nothing is written."""
    form = _Fill(ledger, template, template, "", "", answers, "", progress or Progress())
    grids = form.grids()
    found = Filled(template, [])
    form.blanks(grids, found)
    return Form(form.read, found.left_out)


def fill(
    ledger: Ledger,
    template: Path,
    target: Path,
    *,
    path: str = "",
    where: str = "",
    answers: Mapping[str, Any] | None = None,
    keep: str = "",
    progress: Progress | None = None,
) -> Filled:
    """Write a filled copy of `template` to `target`, completely or not at all.

    `path` and `where` narrow the records; `answers` are decisions as `import --map` takes them;
    `keep`: the name under which the mapping is kept as a form of the 账套.
    """
    return _Fill(ledger, template, target, path, where, answers, keep, progress or Progress()).run()


class _Fill:
    def __init__(
        self,
        ledger: Ledger,
        template: Path,
        target: Path,
        path: str,
        where: str,
        answers: Mapping[str, Any] | None,
        keep: str,
        progress: Progress,
    ) -> None:
        self.ledger, self.template, self.target = ledger, template, target
        self.path, self.where, self.keep, self.progress = path, where, keep, progress
        self.answers = Answers.from_json(answers)
        self.answers.remembered = _remembered(ledger)
        self.written: dict[str, dict[tuple[int, str], Put]] = {}
        self.read: list[PlannedTable] = []
        """Every table of the form, also those that are not filled."""

    def run(self) -> Filled:
        if self.target.exists() and self.target.samefile(self.template):
            raise UsageError(
                "不能写回模板本身", next="请另取一个文件名，模板留待下次使用。", code="same-file"
            )
        grids = self.grids()
        if self.target.suffix.lower() != self.template.suffix.lower():
            raise UsageError(
                f"填好的文件应与模板同为 {self.template.suffix} 文件",
                next=f"请把输出文件名改为以 {self.template.suffix} 结尾。",
                code="suffix",
            )
        result = Filled(self.target, [])
        blanks = self.blanks(grids, result)
        if not blanks:
            why = "；".join(f"“{sheet}”{said}" for sheet, said in result.left_out)
            raise InputRefused(
                f"模板里没有找到可以填写的表格{f'（{why}）' if why else ''}。",
                next="请确认模板有一行写着“资产名称”“坐落”“账面原值”这类列名，或用 --map 指定表头行和各列。",
                code="no-table",
            )
        self.progress.step(1, 4, "填写")
        with Package(self.template) as package, whole_file(self.target, "填好的表没有写成") as part:
            touched: set[str] = set()
            by_sheet: dict[str, list[Blank]] = {}
            for blank in blanks:
                by_sheet.setdefault(blank.sheet, []).append(blank)
            for sheet, mine in by_sheet.items():
                touched |= self._sheet(SheetEdit(package, sheet), mine, result, grids)
            self.progress.step(2, 4, "写出")
            package.save(part, touched)
            self.progress.step(3, 4, "回读核对")
            self._prove(part)
        self._missed(result)
        if self.keep:
            self._keep(blanks)
        return result

    def grids(self) -> list[Grid]:
        """The sheets of the form."""
        self.progress.step(0, 4, "识别模板")
        book = child.read(self.template, self.progress)
        if book.kind != "xlsx":
            raise old_format()
        return book.sheets

    def blanks(self, grids: Sequence[Grid], result: Filled) -> list[Blank]:
        """The tables of the form that the standard can fill."""
        words = vocabulary(self.ledger.standard)
        found: list[Blank] = []
        unit = self.ledger.standard.tables["unit"]
        units = {half(n): n for (n,) in self.ledger.select("unit", [unit.name_field]) if n}
        for grid in grids:
            if grid.visible != "visible" and grid.name not in self.answers.hidden_sheets:
                continue
            if not grid.rows:
                continue
            read = tabulate(grid, words, self.answers, len(found))
            self.read += (t for t in read.tables if not _is_sign_off(t))
            mine = blanks_of(grid, [t for t in read.tables if not t.note], read.tables, words, units)
            found += [b for b in mine if not b.is_card]
            if any(b.is_card for b in mine):
                result.left_out.append((grid.name, "像是一宗资产填一张的卡片，不能逐行填写，原样保留"))
            if any(t.note and not _is_sign_off(t) for t in read.tables):
                result.left_out.append((grid.name, "没有认出一宗资产一行的清单，原样保留"))
        return found

    # --- one sheet ------------------------------------------------------------------------

    def _sheet(
        self, edit: SheetEdit, blanks: Sequence[Blank], result: Filled, grids: Sequence[Grid]
    ) -> set[str]:
        writer = Writer(self.ledger, edit, self.path, self.where, grids, self.progress)
        for blank in blanks:
            writer.plan(blank)
        edit.insert(writer.shift)
        for blank in blanks:
            result.tables.append(writer.write(blank))
        if edit.has_formulas:
            edit.forget_results()
            writer.results()
        for table in result.tables:
            if table.sheet == edit.name and table.rows:
                edit.reach(writer.shift.row(table.header_rows[-1]), table.last_row)
        self.written[edit.name] = writer.written
        return edit.finish()

    def _prove(self, part: Path) -> None:
        """Read the file back: every cell that was written is there as it was meant."""
        read = {g.name: g for g in child.read(part, self.progress).sheets}
        for sheet, cells in self.written.items():
            grid = read[sheet]
            for (row, column), put in cells.items():
                found = found_text(grid.raw(row, column_number(column)))
                if not _same(found, put):
                    raise SurroundingsError(
                        f"写出的表没有通过回读核对：“{sheet} {column}{row}”应为“{put.text}”，实为“{found}”",
                        next="请换一个模板副本重试；仍不行请把模板发给维护人员。",
                        code="not-proven",
                    )

    def _missed(self, result: Filled) -> None:
        """Tell of records that no table of the form asked for, and of those that several did."""
        same: dict[tuple[str, str], list[str]] = {}
        for t in result.tables:
            if t.rows:
                same.setdefault((t.table, t.condition), []).append(t.sheet)
        for sheets in same.values():
            if len(sheets) > 1:
                names = "、".join(f"“{n}”" for n in dict.fromkeys(sheets))
                result.notes.append(
                    f"{names}中有 {len(sheets)} 张表没有各自的范围，填的是同一批记录，请核对。"
                )
        for table in dict.fromkeys(t.table for t in result.tables):
            label = self.ledger.standard.tables[table].label
            mine = [t for t in result.tables if t.table == table and (t.rows or t.condition)]
            if not mine:
                result.notes.append(f"没有填入任何{label}，请看各表的说明。")
                continue
            conditions = [t.condition for t in mine]
            if "" in conditions or not all(conditions):
                continue
            whole = base_condition(self.ledger, table, self.path, self.where)
            placed = " or ".join(f"({c})" for c in conditions)
            rest = f"({whole}) and not ({placed})" if whole else f"not ({placed})"
            count = self.ledger.totals(table, where=rest)["count"]
            if count:
                result.notes.append(f"另有 {count} 条{label}不属于模板中任何一张表，没有填入。")

    def _keep(self, blanks: Sequence[Blank]) -> None:
        """Keep the mapping, so that the same form is known the next time."""
        t = self.ledger.tables.mapping
        at = datetime.now().isoformat(" ", "seconds")
        with self.ledger.transaction():
            for blank in blanks:
                planned = blank.planned
                answers = {
                    "table": planned.table,
                    "mapping": {m.title: m.code for m in planned.columns.values() if m.code and not m.tick},
                    "units": {m.title: m.unit for m in planned.columns.values() if m.unit},
                    FORM: self.keep,
                }
                for layout, said in planned.remembered(answers).items():
                    words = json.dumps(said, ensure_ascii=False)
                    self.ledger.conn.execute(sa.delete(t).where(t.c.layout == layout))
                    self.ledger.conn.execute(sa.insert(t), {"layout": layout, "answers": words, "at": at})


def old_format() -> InputRefused:
    """Why a blank of another format is not filled: it would have to be written anew."""
    return InputRefused(
        "模板不是 .xlsx 格式，不能保持原样填写。",
        next="请用 Excel 或 WPS 打开模板，另存为 .xlsx 后再填。",
        code="old-format",
    )


def forms(ledger: Ledger) -> dict[str, int]:
    """The kept forms of a 账套 by name, with the number of their tables."""
    t = ledger.tables.mapping
    found: dict[str, int] = {}
    for (answers,) in ledger.conn.execute(sa.select(t.c.answers)):
        name = json.loads(answers or "{}").get(FORM)
        if name:
            found[str(name)] = found.get(str(name), 0) + 1
    return found


def _is_sign_off(planned: PlannedTable) -> bool:
    """单位负责人： · 填表人： · 日期： side by side at the foot of a form look like a header."""
    return any(m.header[-1].rstrip().endswith(("：", ":")) for m in planned.columns.values())


def _same(found: str, put: Put) -> bool:
    """Whether a cell read back is what was put: numbers by value, texts as they are."""
    if put.kind == NUMBER:
        return found == readable(put.text)
    return found == clean(put.text).replace("\r\n", "\n")
