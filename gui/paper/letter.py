"""The letter by GB/T 9704: lines, pages, and letters set to the whole width."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
)

from core.exchange.letter import HEADING, Letter
from gui.paper.pen import BIAO, FANG, HEI, SIZES, SONG, Pen, broken, installed, paint_draft

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


def letter_pages(pen: Pen, letter: Letter) -> list[list[_LetterLine]]:
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


def paint_letter_page(pen: Pen, lines: Sequence[_LetterLine], number: int, letter: Letter) -> None:
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
        paint_draft(pen, "草　稿", pen.mm(SIZES["A4"][0]))


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
