"""Records into the rows of a form: slots between header and footer, units, words of the form's own lists."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from core.errors import InputRefused
from core.excel import cells
from core.excel.formulas import Insertion, RowShift, insertions, sheet_of, single_rows, summed_range
from core.excel.grid import Grid, column_number, letter, text_of
from core.excel.parts import is_place, place_of
from core.excel.refill import DATE, NUMBER, TEXT, Put, SheetEdit, decimal_plain
from core.excel.rows import decimal_text
from core.excel.words import bare
from core.exchange.blanks import NOTHING, RECORD, Blank, condition_of
from core.exchange.columns import FAMILY, target_field
from core.exchange.filled import FilledColumn, FilledTable
from core.jobs import Progress
from core.standard.model import Field
from core.standard.numbers import AREA_UNITS, MONEY_UNITS
from core.standard.types import Value, show

if TYPE_CHECKING:
    from core.records import Ledger

TICK = "√"
MOST_ROWS = 50_000
"""So many rows of one part of a form are held as a tree; a form for people is far smaller."""
_PASSED = ("numbering", "example", "repeated-header", "among")
_TOTALS = ("total", "subtotal", "unlabelled-total")
_USABLE = ("", "empty-form")


@dataclass(slots=True)
class Slot:
    """Rows of a form that take records: the prepared ones, and what bounds them below."""

    first: int
    prepared: list[int] = field(default_factory=list)
    bound: int = 0
    codes: dict[str, str] = field(default_factory=dict)
    records: list[tuple[Any, ...]] = field(default_factory=list)
    inserted: int = 0


@dataclass(slots=True)
class Total:
    """A total row, in old numbers, and the slots it adds up."""

    row: int
    slots: list[Slot]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the values of one column of a form come from."""

    column: str
    code: str
    write: Callable[[Any], Put | None]
    field: Field | None = None
    unit: str = ""
    place: int = -1
    extra: str = ""


def exact_in(value: int, unit: str, units: Mapping[str, Fraction]) -> str:
    """Whole 分 or 0.01 ㎡ in a unit, without any rounding (1 ㎡ is 0.0015 亩)."""
    ratio = Fraction(value) / units[unit]
    with localcontext() as context:
        context.prec = 60
        return decimal_plain(Decimal(ratio.numerator) / Decimal(ratio.denominator))


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
        self.grids = {g.name: g for g in grids}
        self.written: dict[tuple[int, str], Put] = {}
        self._slots: dict[int, list[Slot]] = {}
        self._totals: dict[int, list[Total]] = {}
        self._sources: dict[int, list[Source]] = {}
        self._tables: dict[int, FilledTable] = {}
        self._found: list[Insertion] = []
        self._covered: set[tuple[int, str]] = set()

    @property
    def shift(self) -> RowShift:
        return insertions(self._found)

    # --- planning ---------------------------------------------------------------------------

    def plan(self, blank: Blank) -> None:
        """Find the slots, fetch their records, and say which rows must be inserted."""
        table = FilledTable(
            blank.sheet, blank.definition.code, list(blank.planned.header_rows), [], notes=list(blank.notes)
        )
        key = id(blank)
        self._tables[key] = table
        self._sources[key] = self._source_columns(blank, table)
        letters = [letter(c) for c in blank.planned.columns]
        slots, totals = _Finder(self.edit, blank, letters).run()
        self._slots[key], self._totals[key] = slots, totals
        base = base_condition(self.ledger, blank.definition.code, self.path, self.where)
        conditions = []
        for slot in slots:
            own = condition_of(blank, slot.codes)
            conditions.append(own)
            slot.records = self._records(blank, self._sources[key], _and(base, own))
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
        if need <= 0 or not slot.bound:
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

    # --- columns -------------------------------------------------------------------------------

    def _source_columns(self, blank: Blank, table: FilledTable) -> list[Source]:
        d, made = blank.definition, []
        headers = {m.code: m.header for m in blank.planned.columns.values() if m.code}
        extras = self._extras(blank)
        for c, m in blank.planned.columns.items():
            place = letter(c)
            if m.role == "serial":
                made.append(Source(place, "", lambda v: None))
                continue
            if m.header and m.header[-1].endswith("列（无表头）"):
                continue
            if c in blank.ticks:
                code, value = blank.ticks[c]
                made.append(Source(place, code, _tick(value)))
                table.columns.append(FilledColumn(place, m.title, code, d.fields[code].label))
                continue
            code = m.code
            if m.role == "duplicate" and m.others and m.others[0] in headers:
                other = headers[m.others[0]]
                if other == m.header:
                    continue  # one header merged over two columns
                if bare(other[-1]) == bare(m.header[-1]):
                    code = m.others[0]  # 净值（元） beside 净值（万元）
            if m.role == "uid":
                made.append(Source(place, "uid", _text))
                continue
            column = d.column(code) if code and m.role != "private" else None
            if column is None:
                if bare(m.header[-1]) in extras:
                    title = extras[bare(m.header[-1])]
                    made.append(Source(place, "", _text, extra=title))
                    table.columns.append(FilledColumn(place, m.title, extra=title))
                else:
                    table.columns.append(FilledColumn(place, m.title))
                continue
            f = target_field(column)
            unit = self._unit(m.unit, f, m.title, table)
            made.append(Source(place, code, self._writer(f, unit, place, blank, m.title, table), f, unit))
            table.columns.append(FilledColumn(place, m.title, code, column.label, unit))
            if m.asked:
                table.notes.append(f"“{m.title}”按“{column.label}”填写，请核对；不对请用 --map 指定。")
        return made

    def _unit(self, told: str, f: Field, title: str, table: FilledTable) -> str:
        if f.type not in FAMILY:
            return ""
        if told in FAMILY[f.type]:
            return told
        unit = f.unit or {"money": "元", "area": "㎡"}[f.type]
        table.notes.append(f"“{title}”没有写单位，按“{unit}”填写，请核对。")
        return unit

    def _extras(self, blank: Blank) -> dict[str, str]:
        """Columns of imported ledgers that no field took: they may be what the form asks for."""
        free = {bare(m.header[-1]) for m in blank.planned.columns.values() if not m.code and not m.role}
        if not free:
            return {}
        found: dict[str, str] = {}
        for (extra,) in self.ledger.select(blank.definition.code, ["extra"]):
            for title in json.loads(extra) if extra else ():
                key = bare(title.split("／")[-1])
                if key in free:
                    found.setdefault(key, title)
        return found

    def _writer(
        self, f: Field, unit: str, place: str, blank: Blank, title: str, table: FilledTable
    ) -> Callable[[Any], Put | None]:
        if f.type in ("money", "area"):
            units = MONEY_UNITS if f.type == "money" else AREA_UNITS
            return lambda v: Put(exact_in(v, unit, units), NUMBER)
        if f.type == "decimal":
            return lambda v: Put(decimal_text(v, f.scale), NUMBER)
        if f.type == "integer":
            return lambda v: Put(str(v), NUMBER)
        if f.type == "date":
            return lambda v: Put(v, DATE)
        if f.type == "ref":
            other = self.ledger.standard.tables[f.ref]
            names = dict(self.ledger.select(f.ref, ["uid", other.name_field]))
            return lambda v: _text(names.get(v))
        if f.type in ("code", "bool"):
            return self._chooser(f, place, blank, title, table)
        return lambda v: _text(show(v, f))

    def _chooser(
        self, f: Field, place: str, blank: Blank, title: str, table: FilledTable
    ) -> Callable[[Any], Put | None]:
        """The form's own word for a code, where it has a drop-down list."""
        offered = self._offered(blank.header_end + 1, place)
        words: dict[Value, str] = {}
        if offered:
            read = cells.reader(f, "", list(offered))
            readings = [(word, read(word)) for word in offered]
            for word, reading in sorted(readings, key=lambda r: r[1].code != ""):
                if reading.value is not None:
                    words.setdefault(reading.value, word)
        missing: set[Value] = set()

        def write(value: Any) -> Put | None:
            if value in words:
                return Put(words[value])
            name = show(value, f)
            if offered and value not in missing:
                missing.add(value)
                table.notes.append(f"“{title}”的下拉选项里没有“{name}”，已照填，请核对。")
            return Put(name)

        return write

    def _offered(self, first: int, column: str) -> list[str]:
        """The entries of the drop-down list of a column."""
        source = next((s for r in range(first, first + 6) if (s := self.edit.choices(r, column))), "")
        if source.startswith('"'):
            return [t.strip() for t in source.strip('"').split(",") if t.strip()]
        for name in self.edit.package.tree(self.edit.package.main).all("definedName"):
            if name.attributes.get("name") == source:
                source = name.text
        sheet, rest = sheet_of(source)
        head, _, tail = rest.replace("$", "").partition(":")
        grid = self.grids.get(sheet or self.edit.name)
        if grid is None or not is_place(head) or not is_place(tail or head):
            return []
        (a, top), (b, bottom) = place_of(head), place_of(tail or head)
        texts = [
            grid.text(r, c)
            for r in range(top, min(bottom, top + 2000) + 1)
            for c in range(column_number(a), column_number(b) + 1)
        ]
        return [t for t in texts if t]

    # --- writing --------------------------------------------------------------------------------

    def write(self, blank: Blank) -> FilledTable:
        """Put the records of a blank into its rows."""
        key, shift = id(blank), self.shift
        table, sources = self._tables[key], self._sources[key]
        self._covered = _covered(self.edit)
        self._narrow: dict[str, None] = {}
        codes = list(dict.fromkeys(s.code for s in sources if s.code)) or ["uid"]
        places = {code: i for i, code in enumerate(codes)}
        placed = [
            Source(s.column, s.code, s.write, s.field, s.unit, places.get(s.code, -1), s.extra)
            for s in sources
        ]
        self._pattern(blank, shift)
        number = 0
        used: list[tuple[Slot, int, int]] = []
        for slot in self._slots[key]:
            start = self._start(slot, shift)
            self._rows(slot, start, shift, blank)
            for i, record in enumerate(slot.records):
                if not number % 500:
                    self.progress.step(number, 0, f"正在填写 {blank.sheet}，第 {number + 1:,} 行")
                number += 1
                self._row(start + i, number, record, placed, len(codes))
            if slot.records:
                used.append((slot, start, start + len(slot.records) - 1))
                table.inserted += slot.inserted
        table.rows = number
        if used:
            table.first_row, table.last_row = min(u[1] for u in used), max(u[2] for u in used)
        self._write_totals(key, placed, shift, table)
        if self._narrow:
            columns = "、".join(self._narrow)
            table.notes.append(f"{columns} 列的列宽放不下金额或面积，可能显示为 ####，请拉宽后打印。")
        return table

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
                self.edit.copy_row(model, row)
            elif row not in there:
                self.edit.new_row(row, self._styles)

    def _row(self, row: int, number: int, record: tuple[Any, ...], sources: list[Source], width: int) -> None:
        extra: dict[str, str] = {}
        texts: dict[str, str] = {}
        for s in sources:
            if s.extra:
                if not extra and len(record) > width and record[width]:
                    extra = json.loads(record[width])
                put = _text(extra.get(s.extra))
            elif s.code:
                value = record[s.place]
                put = None if value is None else s.write(value)
            else:
                put = None if self.edit.formula(row, s.column) else Put(str(number), NUMBER)
            if put is not None and put.text != "" and (row, s.column) not in self._covered:
                self.edit.put(row, s.column, put)
                self.written[(row, s.column)] = put
                if put.kind == TEXT:
                    texts[s.column] = put.text
                elif put.kind == NUMBER and self.edit.is_too_narrow(row, s.column, put.text):
                    self._narrow[s.column] = None
        self.edit.fit_height(row, texts)

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
                put = Put(exact_in(summed, s.unit, units), NUMBER)
                if self.edit.is_too_narrow(row, s.column, put.text):
                    self._narrow[s.column] = None
                self.edit.put(row, s.column, put)
                self.written[(row, s.column)] = put

    def results(self) -> None:
        """Stored results for formulas whose value is known: what was written, and plain sums of it."""
        for (row, column), put in list(self.written.items()):
            if self.edit.formula(row, column):
                self.edit.put(row, column, put)
        for row, holder in self.edit.rows.items():
            for cell in list(holder.nodes("c")):
                f = cell.first("f")
                found = summed_range(f.text) if f is not None else None
                if found is None:
                    continue
                column, first, last = found
                rows = range(first, last + 1)
                puts = [self.written.get((r, column)) for r in rows]
                known = all(
                    (p is not None and p.kind == NUMBER) or (p is None and self.edit.is_empty(r, column))
                    for r, p in zip(rows, puts, strict=True)
                )
                if known:
                    put = Put(decimal_plain(sum((Decimal(p.text) for p in puts if p), Decimal(0))), NUMBER)
                    own = place_of(cell.attributes["r"])[0]
                    self.edit.put(row, own, put)
                    self.written[(row, own)] = put


class _Finder:
    """Walks down from a header and tells slots, totals and the end of the table."""

    def __init__(self, edit: SheetEdit, blank: Blank, letters: list[str]) -> None:
        self.edit, self.blank, self.letters = edit, blank, letters
        self.slots: list[Slot] = []
        self.totals: list[Total] = []
        self.end = (blank.limit or edit.last_row + 1, bool(blank.limit))
        content = [r for r in blank.kinds if r not in (0,)]
        self.below = max([r for r in blank.grid.rows if r > blank.header_end] + content + [0])
        first = blank.header_end + 1
        self.lined = any(self._is_lined(r) for r in range(first, min(self.end[0], first + 40)))
        self.now: Slot | None = Slot(first)

    def _is_lined(self, row: int) -> bool:
        return self.edit.is_lined(row, self.letters)

    def _usable(self, row: int) -> bool:
        """A row that waits for a record: blank (or a mere number), and drawn like one."""
        if self.blank.kinds.get(row, "") not in _USABLE:
            return False
        if row not in self.blank.kinds and row in self.blank.grid.rows:
            return False
        if self.blank.kinds.get(row) == "empty-form" or not self.lined:
            return True
        return self._is_lined(row)

    def run(self) -> tuple[list[Slot], list[Total]]:
        last = self.end[0] if self.end[1] else max(self.below, self.edit.last_row) + 1
        row = self.blank.header_end + 1
        stop = False
        while row < last and not stop:
            stop = self._step(row, last)
            row += 1
        if self.now is not None:
            self._close(row - 1 if stop else last if self.end[1] else 0)
        return self._done()

    def _step(self, row: int, last: int) -> bool:
        """Take one row in; True at the end of the table."""
        kind = self.blank.kinds.get(row, "")
        now = self.now
        if kind in _USABLE and not (kind == "" and row in self.blank.grid.rows):
            if now is not None and self._usable(row) and (not now.prepared or now.prepared[-1] == row - 1):
                now.prepared.append(row)
            return False
        if kind in _TOTALS:
            self._total(row)
            return False
        if kind == "section" and (self.blank.sections.get(row) or self._usable(row + 1)):
            if now is not None and now.prepared:
                self._close(row)
            self.now = Slot(row + 1, codes=self.blank.sections.get(row, {}))
            return False
        if kind in _PASSED or kind == RECORD:
            if now is None or (kind in _PASSED and now.prepared):
                return True
            if kind == RECORD:
                self.blank.notes.append(f"第 {row} 行已有内容，保留不动，新行接在它下面。")
            now.first, now.prepared = row + 1, []
            return False
        return True

    def _total(self, row: int) -> None:
        now = self.now
        if now is not None and not now.prepared and self._usable(row + 1):
            now.first = row + 1
            self.totals.append(Total(row, []))
            return
        if now is not None:
            self._close(row)
        total = self.blank.kinds[row] == "total"
        mine = self.slots if total else self.slots[-1:]
        self.totals.append(Total(row, list(mine)))

    def _close(self, bound: int) -> None:
        assert self.now is not None
        now, self.now = self.now, None
        now.bound = bound
        if now.prepared and not self.lined and bound and len(now.prepared) > 1:
            now.prepared.pop()  # the empty line above the footer
        self.slots.append(now)

    def _done(self) -> tuple[list[Slot], list[Total]]:
        if any(s.codes for s in self.slots):
            self.slots = [s for s in self.slots if s.codes or s.prepared]
        for total in self.totals:
            if not total.slots:
                total.slots = list(self.slots)
        return self.slots, self.totals


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


def _text(value: Any) -> Put | None:
    text = text_of(value) if value is not None else ""
    return Put(text, TEXT) if text else None


def _tick(wanted: str) -> Callable[[Any], Put | None]:
    return lambda value: Put(TICK) if value == wanted else None


__all__ = ["NOTHING", "Writer", "base_condition"]
