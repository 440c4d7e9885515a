"""Blocks of cells on the clipboard."""

from __future__ import annotations

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication


def put_block(text: str, html: str) -> None:
    """Put a block on the clipboard as Excel does: tab-separated text, and a table that keeps long codes."""
    data = QMimeData()
    data.setText(text)
    data.setHtml(html)
    QGuiApplication.clipboard().setMimeData(data)
