"""Fonts of offices, and a pen that draws in millimetres and points on any device."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontInfo,
    QFontMetricsF,
    QPagedPaintDevice,
    QPainter,
    QTextLayout,
    QTextOption,
)

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

SIZES = {"A4": (210.0, 297.0), "A3": (297.0, 420.0)}
LEADING = 1.28


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


def paint_draft(pen: Pen, text: str, width: float) -> None:
    font, _ = pen.font(SONG, 16, True)
    pen.painter.setFont(font)
    pen.painter.setPen(QColor("#c00000"))
    pen.painter.drawText(QRectF(0, pen.mm(7), width, pen.mm(10)), Qt.AlignmentFlag.AlignCenter, text)
    pen.painter.setPen(QColor("black"))
