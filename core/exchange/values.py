"""Records into the rows of a form: slots between header and footer, units, words of the form's own lists."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from core.errors import InputRefused
from core.excel.fitting import Fitting
from core.excel.formats import describe
from core.excel.formulas import Insertion, RowShift, insertions, single_rows
from core.excel.grid import Grid, column_number, letter
from core.excel.parts import is_place, place_of
from core.excel.reckon import Reckoner, plain
from core.excel.refill import DATE, NUMBER, TEXT, Put, SheetEdit, decimal_plain
from core.exchange.blanks import RECORD, Blank, condition_of
from core.exchange.columns import FAMILY
from core.exchange.filled import FilledTable
from core.exchange.slots import Slot, Total, find_slots
from core.exchange.sourcing import Source, Sourcing, exact_in, text_put
from core.jobs import Progress

if TYPE_CHECKING:
    from core.records import Ledger

MOST_ROWS = 50_000
"""So many rows of one part of a form are held as a tree; a form for people is far smaller."""


class Writer:
    """Fills the blanks of one sheet: `plan` each, insert, then `write` each."""

    def __init__(
        self,
        ledger: Ledger,
        edit: SheetEdit,
        path: str,
        where: str,
        grids: Sequence[Grid],
        progress: Progress,
    ) -> None:
        self.ledger, self.edit, self.path, self.where, self.progress = ledger, edit, path, where, progress
        self._fitting = Fitting(edit)
        self._sourcing = Sourcing(ledger, edit, grids)
        self.written: dict[tuple[int, str], Put] = {}
        self._slots: dict[int, list[Slot]] = {}
        self._totals: dict[int, list[Total]] = {}
        self._sources: dict[int, list[Source]] = {}
        self._tables: dict[int, FilledTable] = {}
        self._found: list[Insertion] = []
        self._covered: set[tuple[int, str]] = set()
        self._by_formula: dict[tuple[int, str], tuple[Put | None, Fraction | None]] = {}
        """Places of records that hold a formula → what the ledger says, what the formula comes to."""

    @property
    def shift(self) -> RowShift:
        return insertions(self._found)

    # --- planning ---------------------------------------------------------------------------

    def plan(self, blank: Blank) -> None:
        """Find the slots, fetch their records, and say which rows must be inserted."""
        table = FilledTable(blank.sheet, blank.definition.code, list(blank.planned.header_rows), [])
        key = id(blank)
        self._tables[key] = table
        self._sources[key] = self._sourcing.columns(blank, table)
        letters = [letter(c) for c in blank.planned.columns]
        slots, totals = find_slots(self.edit, blank, letters)
        self._slots[key], self._totals[key] = slots, totals
        table.notes += blank.notes
        if not slots:
            table.notes.append("没有找到可以填写的空行。")
        base = base_condition(self.ledger, blank.definition.code, self.path, self.where)
        conditions = []
        left: list[tuple[Any, ...]] = []
        for slot, after in zip(slots, [*slots[1:], None], strict=True):
            if not slot.continues:
                own = condition_of(blank, slot.codes, slot.owner)
                conditions.append(own)
                left = self._records(blank, self._sources[key], _and(base, own))
            here = len(slot.prepared) if after is not None and after.continues else len(left)
            slot.records, left = left[:here], left[here:]
            if len(slot.records) > MOST_ROWS:
                raise InputRefused(
                    f"要填的有 {len(slot.records):,} 行，超过 {MOST_ROWS:,} 行",
                    next="请分路径或按单位分几次填报（--path、--where）。",
                    code="too-many-rows",
                )
            self._make_room(slot)
        table.condition = "" if "" in conditions else " or ".join(f"({c})" for c in dict.fromkeys(conditions))
        self._single_references(blank, slots, table)

    def _records(self, blank: Blank, sources: list[Source], where: str) -> list[tuple[Any, ...]]:
        d = blank.definition
        codes = list(dict.fromkeys(s.code for s in sources if s.code)) or ["uid"]
        if any(s.extra for s in sources):
            codes.append("extra")
        order = [*(d.match[:1] or (d.name_field,)), "uid"]
        return list(self.ledger.select(d.code, codes, where=where, order=order))

    def _make_room(self, slot: Slot) -> None:
        need = len(slot.records) - len(slot.prepared)
        if need <= 0 or not (slot.bound or slot.framed):
            return
        slot.inserted = need
        if len(slot.prepared) >= 2:
            self._found.append(Insertion(slot.prepared[-1], need))
        elif slot.prepared:
            self._found.append(Insertion(slot.prepared[0] + 1, need, slot.prepared[0]))
        else:
            self._found.append(Insertion(slot.first, need))

    def _single_references(self, blank: Blank, slots: list[Slot], table: FilledTable) -> None:
        """Totals that name their rows one by one cannot take in new rows; tell it."""
        body = {r for s in slots if s.inserted for r in s.prepared}
        for row, holder in self.edit.rows.items():
            if not body or row in body or row <= blank.header_end:
                continue
            for cell in holder.nodes("c"):
                f = cell.first("f")
                if f is not None and single_rows(f.text, self.edit.name, own=True) & body:
                    table.notes.append(
                        f"{cell.attributes['r']} 的公式“={f.text}”逐行相加，不含新插入的行，请改为 SUM 后核对。"
                    )

    # --- writing --------------------------------------------------------------------------------

    def write(self, blank: Blank) -> FilledTable:
        """Put the records of a blank into its rows."""
        key, shift = id(blank), self.shift
        table, sources = self._tables[key], self._sources[key]
        self._narrow: dict[str, None] = {}
        self._partial: dict[str, tuple[int, str]] = {}
        codes = list(dict.fromkeys(s.code for s in sources if s.code)) or ["uid"]
        places = {code: i for i, code in enumerate(codes)}
        placed = [
            Source(s.column, s.code, s.write, s.field, s.unit, places.get(s.code, -1), s.extra)
            for s in sources
        ]
        self._pattern(blank, shift)
        self._take_apart(key, shift, {s.column for s in sources}, table)
        number = serial = 0
        restarts = _numbered_anew(blank, self._slots[key])
        used: list[tuple[Slot, int, int]] = []
        for slot in self._slots[key]:
            start = self._start(slot, shift)
            serial = 0 if restarts else serial
            self._rows(slot, start, shift, blank)
            self._covered = _covered(self.edit)
            for i, record in enumerate(slot.records):
                if not number % 500:
                    self.progress.step(number, 0, f"正在填写 {blank.sheet}，第 {number + 1:,} 行")
                number, serial = number + 1, serial + 1
                self._row(start + i, serial, record, placed, len(codes))
            if slot.records:
                used.append((slot, start, start + len(slot.records) - 1))
                table.inserted += slot.inserted
        table.rows = number
        if used:
            table.first_row, table.last_row = min(u[1] for u in used), max(u[2] for u in used)
        self._write_totals(key, placed, shift, table)
        for column, (count, text) in self._partial.items():
            title = next(c.title for c in table.columns if c.column == column)
            table.notes.append(
                f"“{title}”有 {count} 行只知道年份或月份，单元格的日期格式写不下，按文字填写（如“{text}”）。"
            )
        if self._narrow:
            columns = "、".join(self._narrow)
            table.notes.append(f"{columns} 列的列宽放不下金额或面积，可能显示为 ####，请拉宽后打印。")
        return table

    def _take_apart(self, key: int, shift: RowShift, columns: set[str], table: FilledTable) -> None:
        """Cells merged over several rows hold one value only: no record may lose its own in them."""
        gone: list[str] = []
        for slot in self._slots[key]:
            if slot.records:
                start = self._start(slot, shift)
                gone += self.edit.split(start, start + len(slot.records) - 1, columns)
        if gone:
            table.notes.append(f"{'、'.join(gone)} 原来上下合并，已取消合并，逐行填写。")

    def _start(self, slot: Slot, shift: RowShift) -> int:
        if slot.prepared:
            first = slot.prepared[0]
            moved = shift.row(first)
            if len(slot.prepared) == 1 or slot.prepared[-1] != first:
                return moved
        return shift.row(slot.first) - slot.inserted

    def _pattern(self, blank: Blank, shift: RowShift) -> None:
        """The row after which new rows are made: a prepared one, else the frame above, else the header."""
        slots = self._slots[id(blank)]
        prepared = [r for s in slots for r in s.prepared[:2]]
        self._model = shift.row(prepared[min(1, len(prepared) - 1)]) if prepared else 0
        self._styles: dict[str, int] = {}
        if self._model or not any(s.records for s in slots):
            return
        letters = [letter(c) for c in blank.planned.columns]
        framed = [
            r
            for r, why in blank.kinds.items()
            if why in ("example", RECORD) and self.edit.is_lined(shift.row(r), letters)
        ]
        if framed:
            self._model = shift.row(framed[-1])
            return
        header = shift.row(blank.header_end)
        made: dict[int, int] = {}
        for c in letters:
            style = self.edit.style(header, c)
            if style not in made:
                made[style] = self.edit.package.plain_style(style) if style else 0
            self._styles[c] = made[style]
        self.edit.touched.update(self.edit.package.related(self.edit.package.main, "styles"))

    def _rows(self, slot: Slot, start: int, shift: RowShift, blank: Blank) -> None:
        """Make the rows that the form does not have yet."""
        there = {shift.row(r) for r in slot.prepared}
        model = self._model
        if len(slot.prepared) >= 2:
            model = shift.row(slot.prepared[-2])
        elif slot.prepared:
            model = shift.row(slot.prepared[0])
        for row in range(start, start + len(slot.records)):
            if row not in there and model:
                self.edit.copy_row(model, row, blank.last_column)
            elif row not in there:
                self.edit.new_row(row, self._styles)

    def _row(self, row: int, number: int, record: tuple[Any, ...], sources: list[Source], width: int) -> None:
        extra: dict[str, str] = {}
        texts: dict[str, str] = {}
        for s in sources:
            if s.extra:
                if not extra and len(record) > width and record[width]:
                    extra = json.loads(record[width])
                put = text_put(extra.get(s.extra))
            elif s.code:
                value = record[s.place]
                put = None if value is None else s.write(value)
                if self.edit.formula(row, s.column):
                    self._by_formula[row, s.column] = (put, None)
            else:
                put = None if self.edit.formula(row, s.column) else Put(str(number), NUMBER)
            if put is not None and put.text != "" and (row, s.column) not in self._covered:
                if s.unit:
                    put = self._stored(row, s.column, put)
                self.edit.put(row, s.column, put)
                self.written[(row, s.column)] = put
                if put.kind == TEXT:
                    texts[s.column] = put.text
                elif put.kind == DATE and self._fitting.is_undated(row, s.column, put.text):
                    count, first = self._partial.get(s.column, (0, put.text))
                    self._partial[s.column] = (count + 1, first)
                elif put.kind == NUMBER and self._fitting.is_too_narrow(row, s.column, put.text):
                    self._narrow[s.column] = None
        self._fitting.fit_height(row, texts)

    def _stored(self, row: int, column: str, put: Put) -> Put:
        """What a cell must hold so that its format shows the amount: some formats show 万元 over 元."""
        scale = describe(self.edit.look(self.edit.style(row, column)).code).scale
        if scale == 1:
            return put
        with localcontext() as context:
            context.prec = 60
            number = Decimal(put.text) * Decimal(scale.denominator) / Decimal(scale.numerator)
        return Put(decimal_plain(number), NUMBER)

    def _write_totals(self, key: int, sources: list[Source], shift: RowShift, table: FilledTable) -> None:
        """Sums for total rows that hold no formula."""
        for total in self._totals[key]:
            row = shift.row(total.row)
            for s in sources:
                if s.field is None or s.field.type not in ("money", "area"):
                    continue
                if not self.edit.is_empty(row, s.column):
                    continue
                units = FAMILY[s.field.type]
                summed = sum(r[s.place] or 0 for slot in total.slots for r in slot.records)
                put = self._stored(row, s.column, Put(exact_in(summed, s.unit, units), NUMBER))
                if self._fitting.is_too_narrow(row, s.column, put.text):
                    self._narrow[s.column] = None
                self.edit.put(row, s.column, put)
                self.written[(row, s.column)] = put

    def results(self) -> None:
        """Stored results for formulas whose value is known, and a word where the ledger says another."""
        reckoner = Reckoner(self.edit)
        for row, holder in self.edit.rows.items():
            for cell in list(holder.nodes("c")):
                if cell.first("f") is None:
                    continue
                column, _ = place_of(cell.attributes["r"])
                place = (row, column)
                number = reckoner.value(row, column)
                own = self.written.get(place)
                if number is not None:
                    self.written[place] = Put(plain(number), NUMBER)
                if place in self.written:
                    self.edit.put(row, column, self.written[place])
                if place in self._by_formula:
                    self._by_formula[place] = (own, number)
        for table in self._tables.values():
            self._tell_formulas(table)

    def _tell_formulas(self, table: FilledTable) -> None:
        """Columns that the form works out by itself, where it comes to something else than the ledger holds."""
        for c in table.columns:
            here = {
                row: told
                for (row, column), told in self._by_formula.items()
                if column == c.column and table.first_row <= row <= table.last_row
            }
            other = [(row, own, n) for row, (own, n) in here.items() if n is not None and _other(own, n)]
            if other:
                row, own, number = other[0]
                said = own.text if own else "空"
                table.notes.append(
                    f"“{c.title}”由表中公式计算，有 {len(other)} 行与台账不同"
                    f"（{c.column}{row} 算得 {plain(number)}，台账为{said}），请核对算式用到的各栏。"
                )
            if any(n is None for _, n in here.values()):
                table.notes.append(f"“{c.title}”由表中公式计算，这里没有验算，打开后请与台账核对。")


def _other(own: Put | None, number: Fraction) -> bool:
    """Whether a formula comes to another number than the ledger holds; a blank is 0 to a formula."""
    return (Fraction(own.text) if own and own.kind == NUMBER else 0) != number


def _numbered_anew(blank: Blank, slots: Sequence[Slot]) -> bool:
    """Whether the form has printed 1 at the head of its later sections: each then counts for itself."""
    serials = [c for c, m in blank.planned.columns.items() if m.role == "serial"]
    return any(blank.grid.text(s.prepared[0], c) == "1" for s in slots[1:] if s.prepared for c in serials)


def _covered(edit: SheetEdit) -> set[tuple[int, str]]:
    """Places inside merged ranges other than their first."""
    found: set[tuple[int, str]] = set()
    for ref in edit.merges():
        head, _, tail = ref.partition(":")
        if not (is_place(head) and is_place(tail)):
            continue
        (a, top), (b, bottom) = place_of(head), place_of(tail)
        for row in range(top, min(bottom, top + 20_000) + 1):
            for c in range(column_number(a), column_number(b) + 1):
                if (row, letter(c)) != (top, a):
                    found.add((row, letter(c)))
    return found


def base_condition(ledger: Ledger, table: str, path: str, where: str) -> str:
    """Present records, of one path when asked, and what the clerk adds."""
    standard = ledger.standard
    d = standard.tables[table]
    found = standard.figures.get("current", {}).get(table, "")
    if path:
        if "path" in d.fields:
            found = _and(found, f"path == '{path}'")
        elif d.parent and "path" in standard.tables[d.parent].fields:
            found = _and(found, f"{d.parent}.path == '{path}'")
    return _and(found, where)


def _and(a: str, b: str) -> str:
    return f"({a}) and ({b})" if a and b else a or b
