"""Draw resources/icons/app.ico from app.svg, each size by itself: python build/windows/make_icon.py."""

from __future__ import annotations

import os
import struct
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ICONS = Path(__file__).resolve().parents[2] / "resources" / "icons"
SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)


def draw(renderer: QSvgRenderer, size: int) -> bytes:
    """Paint the icon in one size, as PNG (which icons of Windows may hold)."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def icon(images: dict[int, bytes]) -> bytes:
    """Put images into one .ico: a header, a line for each image, the images."""
    header, lines, body = struct.pack("<HHH", 0, 1, len(images)), b"", b""
    start = len(header) + 16 * len(images)
    for size, data in images.items():
        lines += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(data), start + len(body))
        body += data
    return header + lines + body


def main() -> None:
    """Write app.ico beside app.svg."""
    application = QGuiApplication([])
    renderer = QSvgRenderer(str(ICONS / "app.svg"))
    (ICONS / "app.ico").write_bytes(icon({size: draw(renderer, size) for size in SIZES}))
    del application


if __name__ == "__main__":
    main()
