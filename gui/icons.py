"""The program's own small line icons, drawn in one colour each."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from core import paths
from gui import theme

SIZES = (16, 20, 24, 32, 48)


@lru_cache(maxsize=128)
def icon(name: str, colour: str = theme.INK) -> QIcon:
    """The icon `name` of resources/icons; an unknown name gives the plain table."""
    file = paths.resources() / "icons" / f"{name}.svg"
    if not file.is_file():
        file = paths.resources() / "icons" / "table.svg"
    made = QIcon()
    for shown, mode in ((colour, QIcon.Mode.Normal), ("#a9b3bd", QIcon.Mode.Disabled)):
        svg = file.read_text(encoding="utf-8").replace("currentColor", shown)
        for size in SIZES:
            made.addPixmap(_pixmap(svg, size), mode)
    return made


def _pixmap(svg: str, size: int) -> QPixmap:
    pixmap = QPixmap(QSize(size, size))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
