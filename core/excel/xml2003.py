"""Read XML Spreadsheet 2003, which older systems write under the name .xls."""

from __future__ import annotations

from core.errors import InputRefused
from core.excel import markup
from core.excel.formats import is_date, is_special
from core.excel.grid import Cell, Grid, Raw
from core.excel.stored import MAX_CELLS, MAX_COLUMNS, date_cell, too_many

_NAMED = {
    "Short Date": "yyyy/m/d",
    "Medium Date": "d-mmm-yy",
    "Long Date": "yyyy/m/d",
    "General Date": "yyyy/m/d h:mm",
}


def read(data: bytes) -> list[Grid]:
    """All worksheets in order."""
    reader = _Reader()
    markup.parse(iter([data]), reader.start, reader.end, reader.data)
    if not reader.grids:
        raise InputRefused(
            "这是 XML 文件，但不是表格。",
            next="请用 Excel 或 WPS 打开，另存为 .xlsx 后再导入。",
            code="not-a-table",
        )
    return reader.grids


class _Reader:
    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self.formats: dict[str, str] = {}
        self.style = ""
        self.row = 0
        self.column = 0
        self.span = 0
        self.kind = ""
        self.cell_style = ""
        self.text: list[str] = []
        self.taking = False
        self.formula = ""
        self.raw: Raw = None
        self.slots = 0

    @property
    def grid(self) -> Grid:
        return self.grids[-1]

    def start(self, tag: str, a: dict[str, str]) -> None:
        get = markup.local
        if tag == "Style":
            self.style = get(a, "ID")
        elif tag == "NumberFormat":
            code = get(a, "Format")
            self.formats[self.style] = _NAMED.get(code, code)
        elif tag == "Worksheet":
            self.grids.append(Grid(get(a, "Name")))
            self.row = 0
        elif tag == "Column" and self.grids and get(a, "Hidden") == "1":
            index = get(a, "Index")
            if index.isdigit():
                self.grid.hidden_cols.add(int(index))
        elif tag == "Row" and self.grids:
            index = get(a, "Index")
            self.row = int(index) if index.isdigit() else self.row + 1
            self.column = 0
            self.span = 0
            if get(a, "Hidden") == "1":
                self.grid.hidden_rows.add(self.row)
        elif tag == "Cell" and self.grids:
            index = get(a, "Index")
            self.column = int(index) if index.isdigit() else self.column + 1 + self.span
            across, down = get(a, "MergeAcross"), get(a, "MergeDown")
            self.span = int(across) if across.isdigit() else 0
            below = int(down) if down.isdigit() else 0
            if self.span or below:
                self.grid.merges.append((self.row, self.column, self.row + below, self.column + self.span))
            self.cell_style = get(a, "StyleID")
            self.formula = get(a, "Formula")
            self.raw = None
        elif tag == "Data" and self.grids:
            self.kind = get(a, "Type")
            self.text = []
            self.taking = True
        elif tag == "Visible" and self.grids:
            self.text = []
            self.taking = True

    def data(self, text: str) -> None:
        if self.taking:
            self.text.append(text)

    def end(self, tag: str) -> None:
        if tag == "Data":
            self.taking = False
            self.raw = self._value("".join(self.text))
        elif tag == "Visible" and self.taking:
            self.taking = False
            self.grid.visible = {"SheetHidden": "hidden", "SheetVeryHidden": "veryhidden"}.get(
                "".join(self.text), "visible"
            )
        elif tag == "Cell" and self.grids:
            raw = self.raw
            if raw is None and self.formula:
                raw = Cell("u", self.formula.lstrip("="))
            if raw is not None and 0 < self.column <= MAX_COLUMNS and self.row > 0:
                line = self.grid.rows.setdefault(self.row, [])
                self.slots += max(0, self.column - len(line))
                if self.slots > MAX_CELLS:
                    raise too_many()
                line.extend([None] * (self.column - len(line)))
                line[self.column - 1] = raw

    def _value(self, text: str) -> Raw:
        code = self.formats.get(self.cell_style, "")
        if self.kind == "Number":
            try:
                given = float(text)
            except ValueError:
                return text or None
            number: int | float = int(given) if given.is_integer() and abs(given) < 1e15 else given
            if code and is_date(code):
                return date_cell(number, code, False)
            return Cell("n", number, code) if code and is_special(code) else number
        if self.kind == "DateTime":
            return Cell("d", text[:10], code or "yyyy-mm-dd")
        if self.kind == "Boolean":
            return text.strip() == "1"
        if self.kind == "Error":
            return Cell("e", text)
        return text or None
