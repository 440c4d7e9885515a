"""One sheet of an .xlsx from its XML: every cell with its type, format and formula."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from core.excel import markup
from core.excel.grid import Cell, Grid, Raw, column_number
from core.excel.stored import (
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_ROWS,
    Style,
    iso_cell,
    number_raw,
    too_many,
    unescape,
)
from core.excel.zips import damaged

_REF = re.compile(r"^([A-Za-z]{1,3})(\d{1,7})$")


@dataclass
class Workbook:
    """The parts of the package that every sheet needs."""

    sheets: list[tuple[str, str, str]] = field(default_factory=list)
    """(name, visible, part)"""
    date1904: bool = False
    styles: list[Style] = field(default_factory=list)
    read_strings: Callable[[], list[str]] = list

    @cached_property
    def strings(self) -> list[str]:
        """The shared strings, read when a cell asks for one: in large sheets calamine gives the texts."""
        return self.read_strings()

    def style(self, index: str | None) -> Style | None:
        if not index or not index.isdigit():
            return self.styles[0] if index == "0" and self.styles else None
        i = int(index)
        return self.styles[i] if i < len(self.styles) else None


def sheet_of(name: str, chunks: Iterator[bytes], book: Workbook, budget: int) -> Grid:
    """One sheet from the pieces of its XML, of at most `budget` filled cells."""
    reader = _SheetReader(Grid(name), book, budget)
    markup.parse(chunks, reader.start, reader.end, reader.data)
    return reader.finish()


def sheet_from(name: str, xml: bytes, book: Workbook) -> Grid:
    """Some cells of a sheet from XML; what holds for whole rows is not told."""
    reader = _SheetReader(Grid(name), book, MAX_CELLS)
    reader.struck.clear()
    markup.parse([xml], reader.start, reader.end, reader.data)
    return reader.finish()


def tell_struck(grid: Grid, counts: Mapping[int, int]) -> None:
    """Tell of rows whose cells are all struck out; `counts`: such cells by row."""
    gone = [r for r, n in sorted(counts.items()) if n == sum(1 for _ in grid.cells(r)) > 1]
    if gone:
        shown = "、".join(map(str, gone[:10])) + ("……" if len(gone) > 10 else "")
        grid.notes.append(
            f"工作表“{grid.name}”第 {shown} 行（共 {len(gone)} 行）划了删除线，已照常读取。请核对是否应导入。"
        )


class _SheetReader:
    """Expat handlers that fill one grid."""

    def __init__(self, grid: Grid, book: Workbook, budget: int) -> None:
        self.grid = grid
        self.book = book
        self.budget = budget
        self.row = 0
        self.column = 0
        self.line: list[Raw] = []
        self.type = ""
        self.style: str | None = None
        self.value: str | None = None
        self.formula: str | None = None
        self.parts: list[str] = []
        self.taking = False
        self.phonetic = 0
        self.slots = 0
        self.dropped = 0
        self.struck = {str(i) for i, style in enumerate(book.styles) if style.struck}
        self.struck_out: Counter[int] = Counter()

    def start(self, tag: str, a: dict[str, str]) -> None:
        if tag == "c":
            self.type = a.get("t", "n")
            self.style = a.get("s")
            self.value = self.formula = None
            m = _REF.match(a.get("r", ""))
            if m:
                if int(m[2]) != self.row:
                    self._close_row()
                    self._open_row(int(m[2]))
                self.column = column_number(m[1].upper())
            else:
                self.column += 1
        elif tag in ("v", "f"):
            self.taking = True
            self.parts = []
        elif tag == "t":
            if self.phonetic == 0:
                self.taking = True
        elif tag == "is":
            self.parts = []
        elif tag == "row":
            given = a.get("r", "")
            self._open_row(int(given) if given.isdigit() and int(given) > 0 else self.row + 1)
            if a.get("hidden", "0").lower() in ("1", "true"):
                self.grid.hidden_rows.add(self.row)
        elif tag == "rPh":
            self.phonetic += 1
        elif tag == "mergeCell":
            self._merge(a.get("ref", ""))
        elif tag == "col" and a.get("hidden", "0").lower() in ("1", "true"):
            first, last = int(a.get("min", "0") or 0), int(a.get("max", "0") or 0)
            self.grid.hidden_cols.update(range(max(1, first), min(last, MAX_COLUMNS) + 1))

    def end(self, tag: str) -> None:
        if tag == "v":
            self.taking = False
            self.value = "".join(self.parts)
        elif tag == "f":
            self.taking = False
            self.formula = "".join(self.parts)
        elif tag == "t":
            self.taking = False
        elif tag == "is":
            self.value = "".join(self.parts)
        elif tag == "c":
            raw = self._raw()
            if raw is not None:
                self._keep(raw)
                if self.style in self.struck:
                    self.struck_out[self.row] += 1
        elif tag == "row":
            self._close_row()
        elif tag == "rPh":
            self.phonetic -= 1

    def data(self, text: str) -> None:
        if self.taking:
            self.parts.append(text)

    def finish(self) -> Grid:
        self._close_row()
        grid = self.grid
        if self.dropped:
            grid.notes.append(f"第 {MAX_COLUMNS} 列以后还有 {self.dropped} 个单元格，未读取")
        tell_struck(grid, self.struck_out)
        if any(a > b for a, b in zip(grid.rows, list(grid.rows)[1:], strict=False)):
            grid.rows = dict(sorted(grid.rows.items()))
        return grid

    def _open_row(self, number: int) -> None:
        self.row = number
        self.column = 0
        self.line = self.grid.rows.get(number, [])

    def _close_row(self) -> None:
        if self.line and self.row not in self.grid.rows:
            self.slots += len(self.line)
            if self.slots > self.budget:
                raise too_many()
            self.grid.rows[self.row] = self.line
        self.line = []

    def _keep(self, raw: Raw) -> None:
        if self.column > MAX_COLUMNS or self.row > MAX_ROWS or self.row < 1 or self.column < 1:
            self.dropped += 1
            return
        line = self.line
        gap = self.column - len(line)
        if gap > 1:
            line.extend([None] * (gap - 1))
        if gap >= 1:
            line.append(raw)
        else:
            line[self.column - 1] = raw

    def _merge(self, ref: str) -> None:
        first, _, last = ref.replace("$", "").partition(":")
        a, b = _REF.match(first), _REF.match(last or first)
        if a and b:
            r1, c1, r2, c2 = int(a[2]), column_number(a[1].upper()), int(b[2]), column_number(b[1].upper())
            if r2 >= r1 and c2 >= c1 and (r2 > r1 or c2 > c1):
                self.grid.merges.append((r1, c1, r2, c2))

    def _raw(self) -> Raw:
        value, kind = self.value, self.type
        if self.formula is not None and (value is None or (value == "" and kind != "str")):
            return _uncached(self.formula)
        if value is None:
            return None
        if kind == "s":
            i = int(value) if value.isdigit() else -1
            if not 0 <= i < len(self.book.strings):
                raise damaged("文件已损坏：共享字符串表与单元格对不上。")
            return self.book.strings[i] or None
        if kind in ("str", "inlineStr"):
            text = unescape(value)
            if text == "" or text.startswith("=DISPIMG("):
                return None
            return text
        if kind == "b":
            return value.strip() in ("1", "true", "TRUE")
        if kind == "e":
            return Cell("e", value)
        if kind == "d":
            return iso_cell(value)
        return number_raw(value.strip(), self.book.style(self.style), self.book.date1904)


def _uncached(formula: str) -> Raw:
    """A formula without a stored result; a bare text (="00123") is its own result."""
    m = re.fullmatch(r'\s*"((?:[^"]|"")*)"\s*', formula)
    if m:
        return m[1].replace('""', '"') or None
    return Cell("u", formula.strip())
