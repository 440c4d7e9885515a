"""Draw what goes on paper: sheets with repeated headers and page numbers, and the letter by GB/T 9704.

`python -m gui.printing FOLDER WHAT TARGET.pdf` prints to a PDF without opening a window.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontInfo,
    QFontMetricsF,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QPen,
    QTextLayout,
    QTextOption,
)

from core.errors import AppError
from core.excel.styles import Style
from core.excel.workbook import Cell, page_plan
from core.exchange.letter import HEADING, Letter
from core.exchange.paper import Paper, PaperSheet
from core.exchange.whole import whole_file
from core.jobs import Cancelled, Progress

if TYPE_CHECKING:
    from core.records import Ledger

SONG = (
    "宋体",
    "SimSun",
    "NSimSun",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Noto Sans CJK SC",
    "WenQuanYi Micro Hei",
    "SimSun-ExtB",
)
BIAO = ("方正小标宋简体", "方正小标宋_GBK", "FZXiaoBiaoSong-B05S", "华文中宋", "STZhongsong", *SONG)
FANG = ("仿宋_GB2312", "仿宋", "FangSong", "FangSong_GB2312", "华文仿宋", "STFangsong", *SONG)
HEI = ("黑体", "SimHei", "Microsoft YaHei", "微软雅黑", "Noto Sans CJK SC", "WenQuanYi Micro Hei")
"""First what offices have, then what is free; only the first ones are what the rules of letters name."""

SIDE, EDGE = 15.2, 19.0
"""Margins of sheets in mm, as in the workbook."""
MM_PER_CHARACTER = 2.05
"""Width of a half-width character of the sheets' standard font."""
LINE_COLOUR = "#606060"
PAPERS = {"A4": QPageSize.PageSizeId.A4, "A3": QPageSize.PageSizeId.A3}
SIZES = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
RESOLUTION = 600
_SMALLEST = 0.6
_LEADING = 1.28


def installed(families: Sequence[str]) -> str:
    """The first family that this computer has; "" when it has none of them."""
    there = {f.lower() for f in QFontDatabase.families()}
    return next((f for f in families if f.lower() in there), "")


class Pen:
    """Draws texts and lines on one device, in millimetres and points."""

    def __init__(self, device: QPagedPaintDevice, painter: QPainter) -> None:
        self.painter = painter
        self.dpi = float(device.logicalDpiX())
        self.fonts: dict[str, None] = {}
        self._made: dict[tuple[Any, ...], tuple[QFont, QFontMetricsF]] = {}

    def mm(self, value: float) -> float:
        return value / 25.4 * self.dpi

    def pt(self, value: float) -> float:
        return value / 72 * self.dpi

    def font(self, families: Sequence[str], points: float, bold: bool = False) -> tuple[QFont, QFontMetricsF]:
        """A font in device pixels with its measures; noted, so that one can tell which was used."""
        key = (families, round(points, 3), bold)
        if key not in self._made:
            font = QFont()
            font.setFamilies(list(families))
            font.setPixelSize(max(1, round(self.pt(points))))
            font.setBold(bold)
            font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            # Noto swaps digits beside Latin letters for forms that a PDF cannot copy as text.
            font.setFeature(QFont.Tag("locl"), 0)
            self.fonts[installed(families) or QFontInfo(font).family()] = None
            self._made[key] = (font, QFontMetricsF(font, self.painter.device()))
        return self._made[key]


# --- sheets ---------------------------------------------------------------------------------


@dataclass(slots=True)
class _Strip:
    """One row of a sheet on its way to paper: its cells, and its height in device pixels."""

    cells: Sequence[Cell]
    height: float = 0.0


@dataclass(slots=True)
class _Page:
    """One page: the columns and the rows that it shows."""

    sheet: _Layout
    columns: list[int]
    strips: list[_Strip] = field(default_factory=list)


class _Layout:
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
        return lines * self.pen.pt(points) * _LEADING + self.pen.mm(1.2 * self.scale)

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


def broken(text: str, font: QFont, metrics: QFontMetricsF, room: float) -> Iterator[str]:
    """A text in lines of a width; Chinese punctuation does not begin a line."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    spans = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(room, 1.0))
        spans.append((line.textStart(), line.textLength()))
    layout.endLayout()
    for start, length in spans:
        yield text[start : start + length].rstrip()


def _paint_sheet_page(pen: Pen, page: _Page, number: int, count: int) -> None:
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


def _paint_cell(pen: Pen, layout: _Layout, cell: Cell, box: QRectF) -> None:
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
    step = pen.pt(points) * _LEADING
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


def _paint_margins(pen: Pen, layout: _Layout, number: int, count: int) -> None:
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
        _paint_draft(pen, layout.sheet.page_header, width)


def _paint_draft(pen: Pen, text: str, width: float) -> None:
    font, _ = pen.font(SONG, 16, True)
    pen.painter.setFont(font)
    pen.painter.setPen(QColor("#c00000"))
    pen.painter.drawText(QRectF(0, pen.mm(7), width, pen.mm(10)), Qt.AlignmentFlag.AlignCenter, text)
    pen.painter.setPen(QColor("black"))


# --- the letter -----------------------------------------------------------------------------------

TOP, LEFT = 37.0, 28.0
TEXT_WIDTH, TEXT_HEIGHT = 156.0, 225.0
LINES, CHARACTERS = 22, 28
"""GB/T 9704-2012: 天头 37 mm, 订口 28 mm, 版心 156 × 225 mm, 22 lines of 28 characters."""
BODY_POINTS = TEXT_WIDTH / CHARACTERS / 25.4 * 72
TITLE_POINTS = 22.0


@dataclass(frozen=True, slots=True)
class _LetterLine:
    """One line of the letter: its text, where it begins (in characters), how many lines it takes."""

    text: str
    families: Sequence[str] = FANG
    points: float = BODY_POINTS
    indent: float = 0.0
    align: str = "left"
    bold: bool = False
    takes: float = 1.0
    together: int = 0
    """So many following lines must stand on the same page."""
    spread: bool = False
    """A full line: its letters are set to the whole width."""


def _letter_lines(pen: Pen, letter: Letter) -> list[_LetterLine]:
    made = [_LetterLine("", takes=1.0)] if not letter.is_draft else []
    bold = installed(BIAO[:5]) == ""
    font, metrics = pen.font(BIAO, TITLE_POINTS, bold)
    for line in title_lines(letter.title, font, metrics, pen.mm(TEXT_WIDTH)):
        made.append(_LetterLine(line, BIAO, TITLE_POINTS, align="center", bold=bold, takes=1.25))
    made += [_LetterLine("", takes=1.0), _LetterLine(f"{letter.recipient}：")]
    for p in letter.body:
        heading = p.kind == HEADING
        made += _paragraph(pen, f"　　{p.text}", HEI if heading else FANG, together=1 if heading else 0)
    made.append(_LetterLine(""))
    for i, name in enumerate(letter.enclosures, 1):
        lead = f"　　附件：{i}. " if i == 1 else f"　　　　　{i}. "
        made.append(_LetterLine(lead + name, together=1 if i < len(letter.enclosures) else 0))
    made += [_LetterLine("", together=4), _LetterLine("", together=3)]
    # 成文日期右空四字; the sender stands centred above it, where the seal goes.
    _, body = pen.font(FANG, BODY_POINTS)
    one = body.horizontalAdvance("国")
    date_width = body.horizontalAdvance(letter.date) / one
    sender_width = body.horizontalAdvance(letter.sender) / one
    right = CHARACTERS - 4 - date_width / 2
    start = min(right - sender_width / 2, CHARACTERS - sender_width)
    made.append(_LetterLine(letter.sender, indent=max(0.0, start), together=2))
    made.append(_LetterLine(letter.date, indent=CHARACTERS - 4 - date_width, together=1))
    if letter.contact:
        made.append(_LetterLine(f"　　（{letter.contact}）"))
    return made


def _paragraph(pen: Pen, text: str, families: Sequence[str], together: int = 0) -> list[_LetterLine]:
    font, metrics = pen.font(families, BODY_POINTS)
    lines = list(broken(text, font, metrics, pen.mm(TEXT_WIDTH) + metrics.horizontalAdvance("国") * 0.1))
    return [
        _LetterLine(line, families, together=together, spread=i < len(lines) - 1)
        for i, line in enumerate(lines)
    ]


def title_lines(title: str, font: QFont, metrics: QFontMetricsF, room: float) -> list[str]:
    """A title over several lines, broken at 关于 or before 的, longest below or above: trapezoid."""
    if metrics.horizontalAdvance(title) <= room:
        return [title]
    head, mark, rest = title.partition("关于")
    if mark and head and max(metrics.horizontalAdvance(head), metrics.horizontalAdvance(mark + rest)) <= room:
        return [head, mark + rest]
    parts = [head, mark + rest] if mark and head else [title]
    return [line for part in parts for line in _even_lines(part, metrics, room)]


_WORDS = re.compile(
    r"\d+年(?:第[一二三四]季度|上半年|下半年|\d+月)?|闲置低效|国有资产|盘活情况|监督管理|委员会|[!-~]+|.",
    re.DOTALL,
)
"""What a title must not be broken within."""


def _even_lines(text: str, metrics: QFontMetricsF, room: float) -> list[str]:
    """A text in as few lines as fit, about equally long, no word torn apart."""
    whole = metrics.horizontalAdvance(text)
    count = max(1, -int(-whole // room))
    wanted = min(room, whole / count * 1.08)
    lines = [""]
    for word in _WORDS.findall(text):
        width = metrics.horizontalAdvance(lines[-1] + word)
        if lines[-1] and (width > room or (width > wanted and len(lines) < count)):
            lines.append("")
        lines[-1] += word
    return lines


def _letter_pages(pen: Pen, letter: Letter) -> list[list[_LetterLine]]:
    lines = _letter_lines(pen, letter)
    pages: list[list[_LetterLine]] = [[]]
    used = 0.0
    for i, line in enumerate(lines):
        group = sum(x.takes for x in lines[i : i + 1 + line.together])
        if used + group > LINES + 0.01 and pages[-1]:
            pages.append([])
            used = 0.0
            if not line.text:
                continue
        pages[-1].append(line)
        used += line.takes
    return pages


def _paint_letter_page(pen: Pen, lines: Sequence[_LetterLine], number: int, letter: Letter) -> None:
    painter = pen.painter
    step = pen.mm(TEXT_HEIGHT / LINES)
    y = pen.mm(TOP)
    painter.setPen(QColor("black"))
    for line in lines:
        height = step * line.takes
        if line.text:
            font, metrics = pen.font(line.families, line.points, line.bold)
            box = QRectF(pen.mm(LEFT), y, pen.mm(TEXT_WIDTH), height)
            _paint_letter_line(pen, line, font, metrics, box)
        y += height
    font, _ = pen.font(SONG, 14)
    painter.setFont(font)
    # 页码：4 号宋体，一字线上距版心下边缘 7 mm，单页居右空一字、双页居左空一字。
    foot = QRectF(pen.mm(LEFT), pen.mm(TOP + TEXT_HEIGHT + 7) - pen.pt(7), pen.mm(TEXT_WIDTH), pen.pt(14))
    gap = pen.pt(14)
    align = Qt.AlignmentFlag.AlignRight if number % 2 else Qt.AlignmentFlag.AlignLeft
    foot.adjust(gap, 0, -gap, 0)
    painter.drawText(foot, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, f"— {number} —")
    if letter.is_draft:
        _paint_draft(pen, "草　稿", pen.mm(SIZES["A4"][0]))


def _paint_letter_line(pen: Pen, line: _LetterLine, font: QFont, metrics: QFontMetricsF, box: QRectF) -> None:
    room = box.width()
    width = metrics.horizontalAdvance(line.text)
    box.adjust(line.indent * pen.pt(BODY_POINTS), 0, 0, 0)
    pen.painter.setFont(font)
    if line.spread and 0.88 * room < width:
        _spread_out(pen.painter, line.text, metrics, box)
        return
    align = Qt.AlignmentFlag.AlignHCenter if line.align == "center" else Qt.AlignmentFlag.AlignLeft
    flags = align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
    pen.painter.drawText(box, flags, line.text)


_UNITS = re.compile(r"[!-~]+|[ ]+|.", re.DOTALL)


def _spread_out(painter: QPainter, text: str, metrics: QFontMetricsF, box: QRectF) -> None:
    """A full line set to the whole width: the gaps between its characters share what is left.

    Drawn piece by piece: on a device of 600 dpi, QFont's letter spacing counts pixels of the screen.
    """
    units = _UNITS.findall(text)
    gaps = [i for i in range(1, len(units)) if units[i - 1] != "　" and units[i] != "　"]
    spare = box.width() - sum(metrics.horizontalAdvance(u) for u in units)
    gap = spare / len(gaps) if gaps else 0.0
    x = box.left()
    for i, unit in enumerate(units):
        x += gap if i in gaps else 0.0
        width = metrics.horizontalAdvance(unit)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip
        painter.drawText(QRectF(x, box.top(), width, box.height()), flags, unit)
        x += width


# --- documents --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Printed:
    """How many pages came out, and in which fonts."""

    pages: int
    fonts: tuple[str, ...]


def page_layout(sheet: PaperSheet | None, paper: str = "") -> QPageLayout:
    """Paper and orientation of a sheet; of the letter when there is none."""
    size = QPageSize(PAPERS[paper or sheet.paper if sheet else "A4"])
    landscape = sheet is not None and sheet.landscape
    orientation = QPageLayout.Orientation.Landscape if landscape else QPageLayout.Orientation.Portrait
    layout = QPageLayout(size, orientation, QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    layout.setMode(QPageLayout.Mode.FullPageMode)
    return layout


def paint(
    device: QPagedPaintDevice, document: Paper, *, paper: str = "", progress: Progress | None = None
) -> Printed:
    """Draw a document on a printer, a preview or a PDF."""
    progress = progress or Progress()
    first = document.sheets[0] if document.sheets else None
    device.setPageLayout(page_layout(first, paper))
    painter = QPainter()
    if not painter.begin(device):
        raise AppError("打不开打印机或文件", next="请检查打印机是否就绪，或换一个位置保存。", code="printer")
    try:
        pen = Pen(device, painter)
        if document.letter is not None:
            return _paint_letter(device, pen, document.letter)
        return _paint_sheets(device, pen, document, paper, progress)
    finally:
        painter.end()


def _paint_letter(device: QPagedPaintDevice, pen: Pen, letter: Letter) -> Printed:
    pages = _letter_pages(pen, letter)
    for number, lines in enumerate(pages, 1):
        if number > 1:
            device.newPage()
        _paint_letter_page(pen, lines, number, letter)
    return Printed(len(pages), tuple(pen.fonts))


def _paint_sheets(
    device: QPagedPaintDevice, pen: Pen, document: Paper, paper: str, progress: Progress
) -> Printed:
    pages = [page for sheet in document.sheets for page in _Layout(sheet, pen, paper).pages()]
    for number, page in enumerate(pages, 1):
        progress.step(number, len(pages), f"打印第 {number} 页，共 {len(pages)} 页")
        if number > 1:
            device.setPageLayout(page_layout(page.sheet.sheet, paper))
            device.newPage()
        _paint_sheet_page(pen, page, number, len(pages))
    return Printed(len(pages), tuple(pen.fonts))


def write_pdf(document: Paper, target: Path, *, paper: str = "", progress: Progress | None = None) -> Printed:
    """A PDF with embedded fonts, completely or not at all."""
    with whole_file(target, "PDF 没有写成") as part:
        writer = QPdfWriter(str(part))
        writer.setResolution(RESOLUTION)
        writer.setTitle(document.title)
        writer.setCreator("盘活台账")
        return paint(writer, document, paper=paper, progress=progress)


def print_pdf(
    ledger: Ledger,
    what: str,
    target: Path,
    *,
    period: str = "",
    draft: bool = False,
    paper: str = "",
    progress: Progress | None = None,
) -> tuple[Paper, Printed]:
    """Print cover, lists, audit result or letter of a ledger into a PDF."""
    from core.exchange.paper import compose

    document = compose(ledger, what, period=period, draft=draft, progress=progress)
    return document, write_pdf(document, target, paper=paper, progress=progress)


# --- the program behind `panhuo print` ------------------------------------------------------------------


def main(argv: Sequence[str] | None = None) -> int:
    """Print to a PDF without a window; the answer goes to a file, since a window program has no output."""
    parser = argparse.ArgumentParser(prog="printing")
    parser.add_argument("folder", type=Path)
    parser.add_argument("what")
    parser.add_argument("target", type=Path)
    parser.add_argument("--period", default="")
    parser.add_argument("--draft", action="store_true")
    parser.add_argument("--paper", default="auto", choices=("auto", *PAPERS))
    parser.add_argument("--answer", type=Path, required=True)
    given = parser.parse_args(sys.argv[1:] if argv is None else argv)
    answer, code = _answer(given)
    given.answer.write_text(json.dumps(answer, ensure_ascii=False), "utf-8")
    return code


def _answer(given: argparse.Namespace) -> tuple[dict[str, Any], int]:
    from core.records import Ledger

    _without_window()
    try:
        with Ledger.open(given.folder, readonly=True) as ledger:
            paper = "" if given.paper == "auto" else given.paper
            document, printed = print_pdf(
                ledger, given.what, given.target, period=given.period, draft=given.draft, paper=paper
            )
    except AppError as e:
        return {"reason": e.reason, "next": e.next, "code": e.code, "exit": e.exit_code}, e.exit_code
    except Cancelled:
        return {"reason": "已取消", "next": "", "code": "cancelled", "exit": 4}, 4
    told = {
        "path": str(given.target),
        "what": given.what,
        "title": document.title,
        "period": document.period,
        "state": document.state,
        "check_code": document.check_code,
        "pages": printed.pages,
        "fonts": list(printed.fonts),
    }
    return told, 0


def _without_window() -> None:
    """Fonts need an application; on Windows the platform without a screen knows none of them."""
    from PySide6.QtWidgets import QApplication

    if sys.platform != "win32":
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if QApplication.instance() is None:
        global _application
        _application = QApplication(["panhuo-print"])


_application: Any = None


if __name__ == "__main__":
    sys.exit(main())
