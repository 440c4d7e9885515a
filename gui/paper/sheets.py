"""Sheets cut into pages, with repeated headers and page numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPen,
)

from core.excel.pages import page_plan
from core.excel.styles import Style
from core.excel.workbook import Cell
from core.exchange.paper import PaperSheet
from gui.paper.pen import LEADING, SIZES, SONG, Pen, broken, paint_draft

SIDE, EDGE = 15.2, 19.0
"""Margins of sheets in mm, as in the workbook."""
MM_PER_CHARACTER = 2.05
"""Width of a half-width character of the sheets' standard font."""
LINE_COLOUR = "#606060"
_SMALLEST = 0.6


@dataclass(slots=True)
class _Strip:
    """One row of a sheet on its way to paper: its cells, and its height in device pixels."""

    cells: Sequence[Cell]
    height: float = 0.0


@dataclass(slots=True)
class _Page:
    """One page: the columns and the rows that it shows."""

    sheet: Layout
    columns: list[int]
    strips: list[_Strip] = field(default_factory=list)


class Layout:
    """One sheet cut into pages."""

    def __init__(self, sheet: PaperSheet, pen: Pen, paper: str) -> None:
        self.sheet, self.pen = sheet, pen
        self.paper = paper or sheet.paper
        width, height = SIZES[self.paper]
        self.width, self.height = (height, width) if sheet.landscape else (width, height)
        plan = page_plan(sheet.widths, self.paper, sheet.landscape, sheet.kept)
        self.chunks = self._chunks(plan.breaks)
        widest = max(sum(sheet.widths[c] for c in chunk) for chunk in self.chunks)
        self.scale = min(1.0, (self.width - 2 * SIDE) / (widest * MM_PER_CHARACTER))
        self.head = [_Strip(line.cells, pen.pt(line.height or 16)) for line in sheet.head]
        self.body = [_Strip(self._cells(row)) for row in sheet.rows]
        self.tail = [_Strip(line.cells, pen.pt(line.height or 16)) for line in sheet.tail]
        if sheet.one_page:
            self._fit_height()
        self.widths = [pen.mm(w * MM_PER_CHARACTER * self.scale) for w in sheet.widths]
        for strip in (*self.head, *self.body, *self.tail):
            strip.height = self._needed(strip)

    def _cells(self, row: Sequence[str]) -> list[Cell]:
        return [Cell(text, look) for text, look in zip(row, self.sheet.looks, strict=True)]

    def _fit_height(self) -> None:
        whole = sum(s.height for s in (*self.head, *self.tail))
        room = self.pen.mm(self.height - 2 * EDGE)
        self.scale = min(self.scale, room / whole * 0.98) if whole else self.scale

    def _chunks(self, breaks: Sequence[int]) -> list[list[int]]:
        """The columns of each page across; the first ones come again on every page."""
        edges = [0, *breaks, len(self.sheet.widths)]
        kept = list(range(self.sheet.kept))
        made = []
        for first, last in pairwise(edges):
            own = list(range(first, last))
            made.append(own if first == 0 else [*kept, *own])
        return made

    def _needed(self, strip: _Strip) -> float:
        """The height of a row: as planned, or more where a wrapped text asks for it."""
        height = strip.height * self.scale
        column = 0
        least = self.pen.pt(18) * self.scale
        for cell in strip.cells:
            width = sum(self.widths[column : column + cell.across])
            column += cell.across
            if cell.value and cell.down == 1 and (cell.style.wrap or "\n" in str(cell.value)):
                least = max(least, self._text_height(str(cell.value), cell.style, width))
        return max(height, least)

    def _padding(self, style: Style) -> float:
        return self.pen.mm((0.7 + 2.0 * style.indent) * self.scale)

    def _text_height(self, text: str, style: Style, width: float) -> float:
        points = style.size * self.scale
        _, metrics = self.pen.font(SONG, points, style.bold)
        room = width - 2 * self._padding(style)
        lines = 0
        for part in text.split("\n"):
            if metrics.horizontalAdvance(part) <= room:
                lines += 1
            else:
                lines += sum(1 for _ in broken(part, *self.pen.font(SONG, points, style.bold), room))
        return lines * self.pen.pt(points) * LEADING + self.pen.mm(1.2 * self.scale)

    def pages(self) -> Iterator[_Page]:
        """Down first, then across."""
        room = self.pen.mm(self.height - 2 * EDGE)
        repeated = self.head[: self.sheet.repeated]
        for columns in self.chunks:
            page = _Page(self, columns, list(repeated))
            used = sum(s.height for s in page.strips)
            fresh = True
            for strip in (*self.head[self.sheet.repeated :], *self.body, *self.tail):
                if used + strip.height > room and not fresh:
                    yield page
                    page = _Page(self, columns, list(repeated))
                    used = sum(s.height for s in page.strips)
                page.strips.append(strip)
                used += strip.height
                fresh = False
            yield page


def paint_sheet_page(pen: Pen, page: _Page, number: int, count: int) -> None:
    layout = page.sheet
    painter = pen.painter
    edges, x = {}, 0.0
    for column in page.columns:
        edges[column] = (x, x + layout.widths[column])
        x += layout.widths[column]
    left = max(pen.mm(SIDE), (pen.mm(layout.width) - x) / 2)
    y = pen.mm(EDGE)
    for at, strip in enumerate(page.strips):
        column = 0
        for cell in strip.cells:
            shown = [c for c in range(column, column + cell.across) if c in edges]
            column += cell.across
            if not shown:
                continue
            first, last = edges[shown[0]][0], edges[shown[-1]][1]
            height = sum(s.height for s in page.strips[at : at + cell.down])
            _paint_cell(pen, layout, cell, QRectF(left + first, y, last - first, height))
        y += strip.height
    _paint_margins(pen, layout, number, count)
    painter.setPen(QColor("black"))


def _paint_cell(pen: Pen, layout: Layout, cell: Cell, box: QRectF) -> None:
    painter, style = pen.painter, cell.style
    if style.fill:
        painter.fillRect(box, QColor(f"#{style.fill}"))
    if style.border:
        painter.setPen(QPen(QColor(LINE_COLOUR), pen.mm(0.12)))
        painter.drawRect(box)
    text = str(cell.value) if cell.value not in (None, "") else ""
    if not text:
        return
    painter.setPen(QColor(f"#{style.color}" if style.color else "black"))
    padding = layout._padding(style)
    inner = box.adjusted(padding, 0, -padding, 0)
    points = style.size * layout.scale
    font, metrics = pen.font(SONG, points, style.bold)
    if style.wrap or "\n" in text:
        lines = [line for part in text.split("\n") for line in _lines_of(part, font, metrics, inner.width())]
    else:
        font, metrics, points = _shrunk(pen, style, text, points, inner.width())
        lines = [text]
    painter.setFont(font)
    step = pen.pt(points) * LEADING
    whole = step * len(lines)
    top = box.top() + (pen.mm(0.6) if style.vertical == "top" else max(0.0, (box.height() - whole) / 2))
    align = {"center": Qt.AlignmentFlag.AlignHCenter, "right": Qt.AlignmentFlag.AlignRight}.get(
        style.align, Qt.AlignmentFlag.AlignLeft
    )
    for i, line in enumerate(lines):
        place = QRectF(inner.left(), top + i * step, inner.width(), step)
        painter.drawText(place, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, line)


def _lines_of(text: str, font: QFont, metrics: QFontMetricsF, room: float) -> list[str]:
    if metrics.horizontalAdvance(text) <= room:
        return [text]
    return list(broken(text, font, metrics, room))


def _shrunk(
    pen: Pen, style: Style, text: str, points: float, room: float
) -> tuple[QFont, QFontMetricsF, float]:
    """A smaller font where a text on one line would not fit: nothing is cut off on paper."""
    font, metrics = pen.font(SONG, points, style.bold)
    needed = metrics.horizontalAdvance(text)
    if needed > room > 0:
        points *= max(_SMALLEST, room / needed * 0.98)
        font, metrics = pen.font(SONG, points, style.bold)
    return font, metrics, points


def _paint_margins(pen: Pen, layout: Layout, number: int, count: int) -> None:
    """第 x 页 共 y 页, the check code, and 草稿 where it is one."""
    painter = pen.painter
    font, _ = pen.font(SONG, 9)
    painter.setFont(font)
    painter.setPen(QColor("black"))
    width, height = pen.mm(layout.width), pen.mm(layout.height)
    foot = QRectF(pen.mm(SIDE), height - pen.mm(14), width - 2 * pen.mm(SIDE), pen.mm(6))
    painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, f"第 {number} 页 共 {count} 页")
    painter.drawText(
        foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, layout.sheet.page_footer
    )
    if layout.sheet.page_header:
        paint_draft(pen, layout.sheet.page_header, width)
