"""A workbook as plain data (sheets, lines, cells, a streamed block), and the file made from it."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.excel import rows, styles
from core.excel.pages import PADDING, page_plan
from core.excel.rows import DATE, NUMBER, Block, Column, Written, column_letters
from core.excel.streamed import Sink, write_rows
from core.excel.styles import Style

CellValue = str | int | Decimal | date | None

_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the frame; `across` and `down` merge it with its neighbours."""

    value: CellValue = None
    style: Style = styles.PLAIN
    across: int = 1
    down: int = 1
    note: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the frame, from column A on."""

    cells: tuple[Cell, ...] = ()
    height: float = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """A native bar chart over cells of its own sheet (rows and columns from 1)."""

    title: str
    anchor: str
    labels: tuple[int, int, int, int]
    """first row, last row, first column, last column"""
    series: tuple[tuple[int, int, int, int], ...]
    series_titles_in_first_row: bool = True
    axis: str = ""
    width: float = 16
    height: float = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """A drop-down over a range of cells: where it offers, and what it offers."""

    cells: str
    source: str
    strict: bool = True
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: lines of the head, at most one streamed block, lines of the tail."""

    name: str
    widths: tuple[float, ...]
    head: tuple[Line, ...] = ()
    block: Block | None = None
    tail: tuple[Line, ...] = ()
    title_rows: tuple[int, int] | None = None
    title_columns: int = 0
    freeze: str = ""
    filter: str = ""
    landscape: bool = True
    paper: str = "A4"
    hidden: bool = False
    page_header: str = ""
    page_footer: str = ""
    charts: tuple[Chart, ...] = ()
    choices: tuple[Choice, ...] = ()
    vertical_centre: bool = False
    fit_height: bool = False
    column_formats: tuple[str, ...] = ()
    """number formats of whole columns, for rows that people add; "" leaves a column alone"""
    rows_below: int = 0
    """rows under the last one that a chart takes"""

    @property
    def rows(self) -> int:
        return len(self.head) + (self.block.count if self.block else 0) + len(self.tail)

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """(row number, texts from column A on) of every row, as a reader finds them."""
        for number, line in enumerate(self.head, 1):
            yield number, line_texts(line)
        last = len(self.head)
        if self.block:
            for last, texts in enumerate(rows.texts(self.block), self.block.first):
                yield last, texts
        for number, line in enumerate(self.tail, last + 1):
            yield number, line_texts(line)


def line_texts(line: Line) -> list[str]:
    """The texts of a frame row; a merged cell holds its value in its first place."""
    texts: list[str] = []
    for cell in line.cells:
        texts.append(text_of(cell.value))
        texts.extend([""] * (cell.across - 1))
    return texts


def text_of(value: CellValue) -> str:
    """What a reader finds in a frame cell."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return rows.clean(value)
    return rows.number_text(float(value))


@dataclass(slots=True)
class BookResult:
    """What was written: per sheet with a block, its digests and changed cells."""

    blocks: dict[str, Written] = field(default_factory=dict)


def write(
    sheets: Sequence[Sheet],
    target: Path | Sink,
    *,
    title: str = "",
    stamp: Mapping[str, str] | None = None,
    names: Mapping[str, str] | None = None,
    modified: str = "1980-01-01T00:00:00Z",
    digests: dict[str, bytearray] | None = None,
) -> BookResult:
    """Write a workbook to a file or a sink: the frame by openpyxl, rows streamed while its zip is copied.

    `stamp` becomes custom document properties, `names` defined names. Blocks are written in the
    order of `sheets`; `digests` fills with the digests of each sheet's rows meanwhile, so that a
    last sheet can list them.
    """
    frame, parts = _frame(sheets, title, stamp or {}, names or {})
    result = BookResult()
    written = {part: Written() for part, (sheet, _) in parts.items() if sheet.block}
    if digests is not None:
        digests.update({parts[part][0].name: w.digests for part, w in written.items()})
    with zipfile.ZipFile(frame) as source:
        core = re.sub(
            rb"(<dcterms:\w+[^>]*>)[^<]*<",
            rb"\g<1>" + modified.encode() + b"<",
            source.read("docProps/core.xml"),
        )
        with packed(target) if isinstance(target, Path) else nullcontext(target) as out:
            blocks = {part: (sheet.block, numbers) for part, (sheet, numbers) in parts.items() if sheet.block}
            replaced = {"docProps/core.xml": core, **_as_excel_writes(source)}
            write_rows(source, out, blocks, replaced, written)
    for part, done in written.items():
        result.blocks[parts[part][0].name] = done
    return result


def packed(target: Path | Any) -> zipfile.ZipFile:
    """The zip of a workbook, into a file or anything that has `write` and `flush`."""
    return zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)


def _as_excel_writes(frame: zipfile.ZipFile) -> dict[str, bytes]:
    """Relations with relative targets and drawings with the usual prefix.

    Both are right as openpyxl writes them, but ExcelJS and its like know only Excel's own way.
    """
    made = {}
    for name in frame.namelist():
        if name.endswith(".rels"):
            folder = "/" + posixpath.dirname(posixpath.dirname(name))

            def nearer(found: re.Match[bytes], folder: str = folder) -> bytes:
                return b'Target="' + posixpath.relpath(found[1].decode(), folder).encode() + b'"'

            made[name] = re.sub(rb'Target="(/[^"]+)"', nearer, frame.read(name))
        elif re.fullmatch(r"xl/drawings/drawing\d+\.xml", name):
            prefixed = re.sub(rb"<(/?)(\w+)(?=[\s/>])", rb"<\1xdr:\2", frame.read(name))
            made[name] = prefixed.replace(b' xmlns="', b' xmlns:xdr="')
    return made


def _frame(
    sheets: Sequence[Sheet], title: str, stamp: Mapping[str, str], names: Mapping[str, str]
) -> tuple[io.BytesIO, dict[str, tuple[Sheet, list[int]]]]:
    """The workbook with everything but the blocks' rows, and where the blocks belong."""
    from openpyxl import Workbook
    from openpyxl.packaging.custom import StringProperty
    from openpyxl.workbook.defined_name import DefinedName

    book = Workbook()
    book.remove(book.active)
    look = styles.StyleBook(book)
    book.properties.creator = ""
    book.properties.title = title or None
    for key, value in stamp.items():
        book.custom_doc_props.append(StringProperty(name=key, value=value))
    parts: dict[str, tuple[Sheet, list[int]]] = {}
    for number, sheet in enumerate(sheets, 1):
        rows.require_room(sheet.rows)
        made = book.create_sheet(sheet.name)
        _Frame(sheet, made, look).build()
        numbers = [look.number(body_style(c)) for c in sheet.block.columns] if sheet.block else []
        parts[f"xl/worksheets/sheet{number}.xml"] = (sheet, numbers)
    for name, reference in names.items():
        book.defined_names[name] = DefinedName(name, attr_text=reference)
    book.active = next(i for i, s in enumerate(sheets) if not s.hidden)
    out = io.BytesIO()
    book.save(out)
    book.close()
    return out, parts


def body_style(column: Column) -> Style:
    """The look of a column's data cells."""
    align = column.align or {NUMBER: "right", DATE: "center"}.get(column.kind, "left")
    return styles.BODY.but(align=align, wrap=column.wrap, number_format=column.number_format)


class _Frame:
    """Named passes that build one openpyxl sheet."""

    def __init__(self, sheet: Sheet, made: Any, look: styles.StyleBook) -> None:
        self.sheet, self.made, self.look = sheet, made, look

    def build(self) -> None:
        self._columns()
        self._lines(self.sheet.head, 1)
        self._lines(
            self.sheet.tail, len(self.sheet.head) + (self.sheet.block.count if self.sheet.block else 0) + 1
        )
        if not self.sheet.hidden:
            self._page()
        self._choices()
        for chart in self.sheet.charts:
            self._chart(chart)
        if self.sheet.hidden:
            self.made.sheet_state = "hidden"
        self.made.sheet_view.showGridLines = False
        if self.sheet.freeze:
            self.made.freeze_panes = self.sheet.freeze
        if self.sheet.filter:
            self.made.auto_filter.ref = self.sheet.filter

    def _columns(self) -> None:
        for number, width in enumerate(self.sheet.widths, 1):
            self.made.column_dimensions[column_letters(number)].width = width + PADDING
        for number, wanted in enumerate(self.sheet.column_formats, 1):
            if wanted:
                self.made.column_dimensions[column_letters(number)].number_format = wanted

    def _lines(self, lines: Sequence[Line], first: int) -> None:
        for row, line in enumerate(lines, first):
            column = 1
            for cell in line.cells:
                self._cell(row, column, cell)
                column += cell.across
            if line.height:
                self.made.row_dimensions[row].height = line.height

    def _cell(self, row: int, column: int, cell: Cell) -> None:
        made = self.made.cell(row, column)
        value = rows.clean(cell.value) if isinstance(cell.value, str) else cell.value
        if isinstance(value, str):
            made.value = rows.protect(value)
            made.data_type = "s"  # text beginning with = stays text
        else:
            made.value = value
        self.look.apply(made, cell.style)
        if cell.note:
            self._note(made, cell.note)
        if cell.across > 1 or cell.down > 1:
            for r in range(row, row + cell.down):
                for c in range(column, column + cell.across):
                    if (r, c) != (row, column):
                        self.look.apply(self.made.cell(r, c), cell.style)
            # Not merge_cells: it makes each inner cell anew to work out borders that they have already.
            end = f"{column_letters(column + cell.across - 1)}{row + cell.down - 1}"
            self.made.merged_cells.add(f"{made.coordinate}:{end}")

    def _note(self, made: Any, text: str) -> None:
        from openpyxl.comments import Comment

        note = Comment(text, "")
        note.width, note.height = 260, 30 + 18 * (len(text) // 18 + text.count("\n") + 1)
        made.comment = note

    def _page(self) -> None:
        from openpyxl.worksheet.pagebreak import Break

        s, made = self.sheet, self.made
        made.page_setup.paperSize = {"A4": 9, "A3": 8}[s.paper]
        made.page_setup.orientation = "landscape" if s.landscape else "portrait"
        plan = page_plan(s.widths, s.paper, s.landscape, s.title_columns)
        if plan.breaks:
            made.page_setup.scale = plan.scale
            for column in plan.breaks:
                made.col_breaks.append(Break(id=column))
        else:
            made.sheet_properties.pageSetUpPr.fitToPage = True
            made.page_setup.fitToWidth = 1
            made.page_setup.fitToHeight = 1 if s.fit_height else 0
        made.print_options.horizontalCentered = True
        made.print_options.verticalCentered = s.vertical_centre
        margins = made.page_margins
        margins.left = margins.right = 0.6
        margins.top, margins.bottom, margins.header, margins.footer = 0.75, 0.75, 0.35, 0.35
        if s.title_rows:
            made.print_title_rows = f"{s.title_rows[0]}:{s.title_rows[1]}"
        if s.title_columns and plan.breaks:
            made.print_title_cols = f"A:{column_letters(s.title_columns)}"
        if s.widths and s.rows:
            made.print_area = f"A1:{column_letters(len(s.widths))}{s.rows + s.rows_below}"
        font = f'&"{styles.FONT},Regular"&9'
        made.oddFooter.center.text = f"{font}第 &P 页 共 &N 页"
        if s.page_footer:
            made.oddFooter.right.text = font + s.page_footer.replace("&", "&&")
        if s.page_header:
            made.oddHeader.center.text = f'&"{styles.FONT},Bold"&16&K{styles.RED}' + s.page_header.replace(
                "&", "&&"
            )

    def _choices(self) -> None:
        from openpyxl.worksheet.datavalidation import DataValidation

        wanted = list(self.sheet.choices)
        block = self.sheet.block
        if block and block.count:
            for number, column in enumerate(block.columns, 1):
                if column.choices:
                    letters = column_letters(number)
                    cells = f"{letters}{block.first}:{letters}{block.first + block.count - 1}"
                    wanted.append(Choice(cells, column.choices, strict=False))
        for choice in wanted:
            made = DataValidation(
                type="list", formula1=choice.source, allow_blank=True, showErrorMessage=choice.strict
            )
            made.errorTitle, made.error = "不在选项内", "请从下拉列表中选择。"
            if choice.prompt:
                made.showInputMessage, made.prompt = True, choice.prompt[:255]
            made.add(choice.cells)
            self.made.add_data_validation(made)

    def _chart(self, chart: Chart) -> None:
        from openpyxl.chart import BarChart, Reference

        made = BarChart()
        made.type, made.style, made.title = "col", 10, chart.title
        made.width, made.height = chart.width, chart.height
        made.y_axis.title = chart.axis or None
        made.x_axis.delete = made.y_axis.delete = False
        for r1, r2, c1, c2 in chart.series:
            data = Reference(self.made, min_row=r1, max_row=r2, min_col=c1, max_col=c2)
            made.add_data(data, titles_from_data=chart.series_titles_in_first_row)
        r1, r2, c1, c2 = chart.labels
        made.set_categories(Reference(self.made, min_row=r1, max_row=r2, min_col=c1, max_col=c2))
        self.made.add_chart(made, chart.anchor)
