"""What the keys of the grid do to records: copy, paste, clear, fill, insert, delete; each one undo step."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.jobs import Progress
from core.standard.types import Value
from gui.dialogs import messages
from gui.dialogs.refusals import ask_about_refusals
from gui.session import Session
from gui.tables.cells import (
    CellEdit,
    PastePlan,
    Row,
    block_of,
    find_words,
    from_tsv,
    plain_number,
    plan_fill,
    plan_paste,
    plan_replace,
    to_html,
    to_tsv,
    write_cells,
    write_plan,
)
from gui.tables.columns import GridColumn
from gui.tables.copying import put_block
from gui.tables.model import RecordModel
from gui.tables.view import GridView

if TYPE_CHECKING:
    from core.records import Ledger
    from core.records.edit import Edit

MOST_CELLS = 200_000
"""Larger blocks are refused: they are a mistake more often than a wish."""
MOST_COPIED = 1_000_000
"""What is only copied may be more: a whole list for a workbook of one's own."""
_STEP = 2000
COPIED_AT_ONCE = 20_000
"""Cells that are copied without the worker, if the list has them."""


class GridDeeds(QObject):
    """Carries out what a grid asks for. told(text): something for the status bar."""

    told = Signal(str)

    def __init__(self, session: Session, view: GridView, model: RecordModel) -> None:
        super().__init__(view)
        self.session, self.view, self.model = session, view, model
        self.given: dict[str, Value] = {}
        """Values that a new record of this list starts with, as the path of the list."""
        model.cells_edited.connect(self.write)
        model.refused.connect(self.told)
        view.copy_asked.connect(self.copy)
        view.cut_asked.connect(lambda: self.copy(then=self.clear))
        view.paste_asked.connect(self.paste)
        view.clear_asked.connect(self.clear)
        view.fill_down_asked.connect(self.fill_down)
        view.fill_all_asked.connect(self.fill_all)
        view.insert_asked.connect(self.insert)
        view.delete_asked.connect(self.delete)
        view.end_reached.connect(self.insert)

    @property
    def table(self) -> str:
        return self.model.table

    # --- cells ---------------------------------------------------------------------------------------

    def write(self, edits: Sequence[CellEdit], label: str) -> None:
        """Write cells that the list already shows."""
        made, table = list(edits), self.table
        job = self.session.change(label, lambda edit: write_cells(edit, table, made))
        job.failed.connect(lambda error: self.session.records_changed.emit(None))

    def _columns(self, left: int, right: int) -> list[GridColumn]:
        """The columns between two logical ones, in the order seen."""
        header = self.view.horizontalHeader()
        a, b = sorted((header.visualIndex(left), header.visualIndex(right)))
        shown = [header.logicalIndex(n) for n in range(a, b + 1)]
        return [self.model.columns[n] for n in shown if not self.view.isColumnHidden(n)]

    def _is_too_large(self, rows: int, columns: int, most: int = MOST_CELLS) -> bool:
        if rows * columns <= most:
            return False
        messages.inform(self.view, f"选中了 {rows * columns:,} 个单元格，太多了", "请分几次操作。")
        return True

    def copy(self, then: Callable[[], None] | None = None) -> None:
        """Put the selected block on the clipboard as Excel does."""
        span = self.view.span()
        if span is None:
            return
        top, left, bottom, last = span
        columns = self._columns(left, last)
        if self._is_too_large(bottom - top + 1, len(columns), MOST_COPIED):
            return
        ids, table, right = self.model.ids[top : bottom + 1], self.table, [c.right for c in columns]
        if len(ids) * len(columns) <= COPIED_AT_ONCE and all(
            rows := [self.model.row(top + n) for n in range(len(ids))]
        ):
            # At once: the next key may paste it.
            numbers = [self.model.columns.index(c) for c in columns]
            block = [
                [plain_number(r.texts[n], c) for n, c in zip(numbers, columns, strict=True)]
                for r in rows
                if r
            ]
            self._on_copied(len(ids), (to_tsv(block), to_html(block, right)), then)
            return

        def work(ledger: Ledger, progress: Progress) -> tuple[str, str]:
            block: list[list[str]] = []
            for start in range(0, len(ids), _STEP):
                progress.step(start, len(ids), "正在复制")
                block += block_of(ledger, table, ids[start : start + _STEP], columns)
            return to_tsv(block), to_html(block, right)

        job = self.session.run(work, "正在复制")
        job.then(self, lambda made: self._on_copied(len(ids), made, then))

    def _on_copied(self, count: int, made: tuple[str, str] | None, then: Callable[[], None] | None) -> None:
        if made is None:
            return
        put_block(*made)
        self.told.emit(f"已复制 {count:,} 行")
        if then is not None:
            then()

    def paste(self, text: str) -> None:
        """Paste a block at the current cell; one value fills the whole selection."""
        span = self.view.span()
        if not text or span is None or self.model.is_closed:
            return
        block = from_tsv(text)
        top, left, bottom, right = span
        height, width = len(block), max(len(line) for line in block)
        rows, cols = bottom - top + 1, len(self._columns(left, right))
        if height == 1 and width == 1 and rows * cols > 1:
            block = [[block[0][0]] * cols for _ in range(rows)]
        elif rows > height and rows % height == 0 and cols in (1, width):
            block = block * (rows // height)
        last = len(self.model.columns) - 1
        columns = self._columns(left, self.view.horizontalHeader().logicalIndex(last))[
            : max(len(line) for line in block)
        ]
        if self._is_too_large(len(block), len(columns)):
            return
        self._take_block(block, columns, top, "粘贴")

    def _take_block(self, block: list[list[str]], columns: list[GridColumn], top: int, verb: str) -> None:
        ids, table = self.model.ids[top : top + len(block)], self.table
        job = self.session.run(
            lambda ledger, progress: plan_paste(ledger, table, ids, columns, block, top), f"正在{verb}"
        )
        job.then(self, lambda plan: self._on_plan(plan, verb))

    def _on_plan(self, plan: PastePlan | None, verb: str) -> None:
        if plan is None:
            return
        if plan.refused and not ask_about_refusals(self.view, plan, verb):
            self.told.emit(f"已放弃{verb}")
            return
        if not plan.count:
            self.told.emit("没有可以写入的内容")
            return
        self.model.show_edits(plan.edits)
        job = self.session.change(
            f"{verb} {plan.count:,} 个单元格", write_plan(plan, self.table, dict(self.given))
        )
        job.then(self, lambda changes: self.told.emit(f"已{verb} {plan.count:,} 个单元格"))

    def clear(self) -> None:
        """Clear the selected cells."""
        self._for_selection("", "清除")

    def fill_all(self, text: str) -> None:
        """Write the same text into every selected cell; without one, that of the current cell."""
        if not text:
            here = self.view.currentIndex()
            row = self.model.row(here.row()) if here.isValid() else None
            blocks = self.view.blocks()
            if row is None or sum((b[2] - b[0] + 1) * (b[3] - b[1] + 1) for b in blocks) < 2:
                return
            text = row.texts[here.column()]
        self._for_selection(text, "填充")

    def fill_down(self) -> None:
        """Copy the top row of each selected block into the rows below; a single cell takes the one above."""
        blocks = self.view.blocks() if not self.model.is_closed else []
        edits: list[tuple[int, int, CellEdit]] = []
        for top, left, bottom, right in blocks:
            source = top if bottom > top else top - 1
            first = self.model.row(source)
            if first is None:
                continue
            for n in range(source + 1, bottom + 1):
                row = self.model.row(n)
                for c in range(left, right + 1):
                    column = self.model.columns[c]
                    if row is not None and column.editable and not self.view.isColumnHidden(c):
                        edits.append((n, c, CellEdit(row.uid, column, first.values[c], first.texts[c])))
        if edits:
            made = [e for _, _, e in edits]
            self.model.show_edits(made)
            self.write(made, f"向下填充 {len(made):,} 个单元格")

    def find_next(self, words: str) -> None:
        """Go to the next cell that holds these words, and from the end on from the top."""
        here, ids, columns, table = self.view.currentIndex(), self.model.ids, self.model.columns, self.table

        def work(ledger: Ledger, progress: Progress) -> tuple[int, int] | None:
            return find_words(ledger, table, ids, columns, words, (here.row(), here.column()), progress)

        def show(found: tuple[int, int] | None) -> None:
            if found is None or ids is not self.model.ids:
                self.told.emit(f"没有找到“{words}”")
            else:
                self.view.go(*found)

        if words and ids:
            self.session.run(work, f"正在查找“{words}”").then(self, show)

    def replace(self, column: GridColumn, words: str, by: str) -> None:
        """Replace words in one column for every row of the list, as one step."""
        if self.model.is_closed:
            return
        ids, table = self.model.ids, self.table

        def work(ledger: Ledger, progress: Progress) -> PastePlan:
            return plan_replace(ledger, table, ids, column, words, by)

        job = self.session.run(work, "正在查找")
        job.then(self, lambda plan: self._on_plan(plan, "替换"))

    def _for_selection(self, text: str, verb: str) -> None:
        if self.model.is_closed:
            return
        blocks = self.view.blocks()
        if len(blocks) == 1:
            top, left, bottom, right = blocks[0]
            columns = [c for c in self._columns(left, right) if c.editable]
            if columns and not self._is_too_large(bottom - top + 1, len(columns)):
                self._take_each([(n, columns) for n in range(top, bottom + 1)], text, verb)
            return
        cells = [
            (n, [c for c in self._columns(left, right) if c.editable])
            for top, left, bottom, right in blocks
            for n in range(top, bottom + 1)
        ]
        if not self._is_too_large(len(cells), max((len(c) for _, c in cells), default=0)):
            self._take_each(cells, text, verb)

    def _take_each(self, cells: list[tuple[int, list[GridColumn]]], text: str, verb: str) -> None:
        ids, table = self.model.ids, self.table
        wanted = [(n, ids[n], columns) for n, columns in cells]

        def work(ledger: Ledger, progress: Progress) -> PastePlan:
            return plan_fill(ledger, table, wanted, text)

        job = self.session.run(work, f"正在{verb}")
        job.then(self, lambda plan: self._on_plan(plan, verb))

    # --- rows ------------------------------------------------------------------------------------------

    def insert(self) -> None:
        """Add an empty record and go to it."""
        if self.model.is_closed:
            return
        table, given = self.table, dict(self.given)
        label = f"新增{self.session.standard.tables[table].label}"
        made: list[str] = []

        def fill(edit: Edit) -> None:
            made.append(edit.add(table, given))

        job = self.session.change(label, fill)
        job.then(self, lambda changes: self.show_record(made[-1]) if made else None)

    def delete(self) -> None:
        """Delete the records of the selected rows after a question that names them."""
        rows = sorted({n for b in self.view.blocks() for n in range(b[0], b[2] + 1)})
        if not rows or self.model.is_closed:
            return
        ids, table = array("q", (self.model.ids[n] for n in rows)), self.table
        name_field = self.session.standard.tables[table].name_field
        job = self.session.read(lambda ledger, progress: ledger.page(table, ids, ["uid", name_field]))
        job.succeeded.connect(self._on_delete)

    def _on_delete(self, found: list[tuple[str, Value]] | None) -> None:
        if not found:
            return
        table = self.session.standard.tables[self.table]
        names = "、".join(f"「{name or '未命名'}」" for _, name in found[:5]) + (
            f" 等 {len(found)} 条" if len(found) > 5 else ""
        )
        children = "、".join(t.label for t in self.session.standard.children(self.table))
        more = f"它们的{children}会一起删除。" if children else ""
        verb = f"删除 {len(found)} 条{table.label}"
        if not messages.ask(
            self.view,
            f"{verb}：{names}",
            verb,
            f"{more}删除后可以用 Ctrl+Z 撤销，也可以从“已删除的”里恢复。",
            danger=True,
        ):
            return
        code = self.table

        def fill(edit: Edit) -> None:
            for uid, _ in found:
                edit.delete(code, uid)

        self.session.change(verb, fill)

    def show_record(self, uid: str, code: str = "") -> None:
        """Go to the row of a record, and to a column of it; says so when the list does not hold it."""
        table, columns = self.table, [c.code for c in self.model.columns]
        job = self.session.read(
            lambda ledger, progress: r.id if (r := ledger.get(table, uid)) else 0, urgent=False
        )
        job.then(self, lambda id_: self._on_found(id_, code or (columns[0] if columns else "")))

    def _on_found(self, id_: int | None, code: str) -> None:
        number = self.model.number_of(id_) if id_ else -1
        if number < 0:
            self.told.emit("这条记录不在当前列表里")
            return
        column = max(self.model.column_number(code), 0)
        self.view.go(number, column)
        self.view.setFocus()


def rows_of(model: RecordModel, numbers: Sequence[int]) -> list[Row]:
    """The rows that are here already."""
    return [r for n in numbers if (r := model.row(n)) is not None]
