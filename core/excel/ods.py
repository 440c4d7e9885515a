"""Read .ods: values, merged ranges, hidden rows and sheets straight from content.xml."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from core.errors import InputRefused
from core.excel import markup
from core.excel.grid import Cell, Grid, Raw
from core.excel.stored import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, too_many
from core.excel.zips import SafeZip, damaged


def read(path: Path, *, report: Callable[[str], None]) -> list[Grid]:
    """All sheets in order."""
    with SafeZip(path) as z:
        manifest = z.find("META-INF/manifest.xml")
        if manifest and b"encryption-data" in z.read(manifest):
            raise InputRefused(
                "文件有打开密码，无法读取。",
                next="请输入密码打开后，去掉密码另存一份再导入。",
                code="password",
            )
        part = z.find("content.xml")
        if part is None:
            raise damaged()
        report("正在读取表格")
        reader = _Reader()
        if styles := z.find("styles.xml"):
            markup.parse(z.chunks(styles), reader.start, reader.end, reader.data)
        markup.parse(z.chunks(part), reader.start, reader.end, reader.data)
        return reader.grids


class _Reader:
    """Expat handlers for content.xml."""

    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self.hidden_styles: set[str] = set()
        self.formats: dict[str, str] = {}
        self.style_formats: dict[str, str] = {}
        self.column_styles: list[str] = []
        self.number_style = ""
        self.number_code = ""
        self.style = ""
        self.grid: Grid | None = None
        self.row = 0
        self.column = 0
        self.row_repeat = 1
        self.line: list[Raw] = []
        self.row_hidden = False
        self.cell: dict[str, str] | None = None
        self.covered = False
        self.text: list[str] = []
        self.in_text = 0
        self.skip = 0
        self.slots = 0

    def start(self, tag: str, a: dict[str, str]) -> None:
        get = markup.local
        if tag in ("date-style", "number-style", "percentage-style", "currency-style"):
            self.number_style, self.number_code = get(a, "name"), ""
        elif self.number_style and tag in ("year", "month", "day", "number", "text"):
            self._format_part(tag, a)
        elif tag == "style":
            self.style = get(a, "name")
            data = get(a, "data-style-name")
            if data:
                self.style_formats[self.style] = data
        elif tag == "table-properties" and get(a, "display") == "false":
            self.hidden_styles.add(self.style)
        elif tag == "table":
            style = get(a, "style-name")
            self.grid = Grid(get(a, "name"), visible="hidden" if style in self.hidden_styles else "visible")
            self.grids.append(self.grid)
            self.row = 0
            self.column_styles = []
        elif tag == "table-column" and self.grid is not None:
            count = _count(get(a, "number-columns-repeated"))
            first = len(self.column_styles) + 1
            if get(a, "visibility") in ("collapse", "filter"):
                self.grid.hidden_cols.update(range(first, min(first + count, MAX_COLUMNS)))
            self.column_styles += [get(a, "default-cell-style-name")] * min(
                count, MAX_COLUMNS - len(self.column_styles)
            )
        elif tag == "table-row" and self.grid is not None:
            self.row += 1
            self.column = 0
            self.line = []
            self.row_repeat = _count(get(a, "number-rows-repeated"))
            self.row_hidden = get(a, "visibility") in ("collapse", "filter")
        elif tag in ("table-cell", "covered-table-cell") and self.grid is not None:
            self.cell = a
            self.covered = tag == "covered-table-cell"
            self.text = []
        elif tag in ("annotation", "shapes"):
            self.skip += 1
        elif tag == "p" and self.cell is not None and not self.skip:
            if self.text:
                self.text.append("\n")
            self.in_text += 1
        elif tag == "s" and self.in_text:
            self.text.append(" " * _count(get(a, "c")))
        elif tag == "tab" and self.in_text:
            self.text.append("\t")
        elif tag == "line-break" and self.in_text:
            self.text.append("\n")

    def _format_part(self, tag: str, a: dict[str, str]) -> None:
        long = markup.local(a, "style") == "long"
        if tag == "year":
            self.number_code += "yyyy"
        elif tag == "month":
            self.number_code += "mm" if long else "m"
        elif tag == "day":
            self.number_code += "dd" if long else "d"
        elif tag == "number":
            digits = _count(markup.local(a, "min-integer-digits") or "1")
            places = markup.local(a, "decimal-places")
            self.number_code += "0" * max(1, digits)
            if places.isdigit() and int(places):
                self.number_code += "." + "0" * min(int(places), 10)
            factor = markup.local(a, "display-factor")
            if factor:
                self.number_code += "," * (len(factor.split(".")[0]) // 3)

    def end(self, tag: str) -> None:
        if tag in ("date-style", "number-style", "percentage-style", "currency-style"):
            self.formats[self.number_style] = self.number_code + ("%" if tag == "percentage-style" else "")
            self.number_style = ""
        elif tag in ("annotation", "shapes"):
            self.skip -= 1
        elif tag == "p" and self.in_text:
            self.in_text -= 1
        elif tag in ("table-cell", "covered-table-cell") and self.cell is not None:
            self._close_cell()
        elif tag == "table-row" and self.grid is not None:
            self._close_row()
        elif tag == "table":
            self.grid = None

    def data(self, text: str) -> None:
        if self.in_text and not self.skip:
            self.text.append(text)
        elif self.number_style and text.strip():
            self.number_code += '"' + text.strip().replace('"', "") + '"'

    def _close_cell(self) -> None:
        a = self.cell or {}
        self.cell = None
        assert self.grid is not None
        repeat = _count(markup.local(a, "number-columns-repeated"))
        raw = None if self.covered else self._raw(a)
        if raw is not None:
            if self.column + repeat > MAX_COLUMNS:
                repeat = max(0, MAX_COLUMNS - self.column)
            self.line += [None] * (self.column - len(self.line))
            self.line += [raw] * repeat
        down, across = (
            _count(markup.local(a, "number-rows-spanned")),
            _count(markup.local(a, "number-columns-spanned")),
        )
        if (down > 1 or across > 1) and not self.covered:
            self.grid.merges.append((self.row, self.column + 1, self.row + down - 1, self.column + across))
        self.column += repeat

    def _raw(self, a: dict[str, str]) -> Raw:
        get = markup.local
        kind = get(a, "value-type")
        text = "".join(self.text)
        if get(a, "formula") and not kind and not text:
            return Cell("u", get(a, "formula").removeprefix("of:="))
        if re.fullmatch(r"#(?:DIV/0!|N/A|VALUE!|REF!|NAME\?|NUM!|NULL!)|Err:\d+", text):
            return Cell("e", text)
        if kind in ("float", "currency", "percentage"):
            try:
                given = float(get(a, "value"))
            except ValueError:
                return text or None
            number: int | float = int(given) if given.is_integer() and abs(given) < 1e15 else given
            code = self._code(a)
            if kind == "percentage":
                return Cell("n", number, "0.00%")
            from core.excel.formats import is_special

            return Cell("n", number, code) if code and is_special(code) else number
        if kind == "date":
            day = get(a, "date-value")[:10]
            return Cell("d", day, self._code(a)) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) else text or None
        if kind == "time":
            return Cell("t", text)
        if kind == "boolean":
            return get(a, "boolean-value") == "true"
        return text or None

    def _code(self, a: dict[str, str]) -> str:
        style = markup.local(a, "style-name")
        if not style and self.column < len(self.column_styles):
            style = self.column_styles[self.column]
        return self.formats.get(self.style_formats.get(style, ""), "")

    def _close_row(self) -> None:
        assert self.grid is not None
        last = self.row + self.row_repeat - 1
        filled = any(raw is not None for raw in self.line)
        if last <= MAX_ROWS and filled:
            for r in range(self.row, last + 1):
                self.slots += len(self.line)
                if self.slots > MAX_CELLS:
                    raise too_many()
                self.grid.rows[r] = list(self.line)
                if self.row_hidden:
                    self.grid.hidden_rows.add(r)
        self.row = last


def _count(text: str) -> int:
    return int(text) if text.isdigit() and 0 < int(text) < 10**8 else 1
