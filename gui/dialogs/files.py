"""The only door to file and folder dialogs, so that a test replaces one function."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

LEDGERS = "台账文件 (*.xlsx *.xlsm *.xls *.et *.xlsb *.ods *.csv *.txt *.zip);;所有文件 (*)"
PACKAGES = "上报包或工作簿 (*.zip *.xlsx);;所有文件 (*)"


def choose_files(parent: QWidget | None, title: str, filters: str = LEDGERS, folder: str = "") -> list[Path]:
    """Ask for one or more existing files; an empty list when the clerk cancels."""
    names, _ = QFileDialog.getOpenFileNames(parent, title, folder, filters)
    return [Path(name) for name in names]


def choose_file(parent: QWidget | None, title: str, filters: str = LEDGERS, folder: str = "") -> Path | None:
    """Ask for one existing file."""
    name, _ = QFileDialog.getOpenFileName(parent, title, folder, filters)
    return Path(name) if name else None


def choose_folder(parent: QWidget | None, title: str, folder: str = "") -> Path | None:
    """Ask for a folder."""
    name = QFileDialog.getExistingDirectory(parent, title, folder)
    return Path(name) if name else None


def save_file(parent: QWidget | None, title: str, proposed: str, filters: str) -> Path | None:
    """Ask where a new file goes."""
    name, _ = QFileDialog.getSaveFileName(parent, title, proposed, filters)
    return Path(name) if name else None


def show_folder(path: Path) -> None:
    """Open the folder that holds `path` in the system's file manager."""
    folder = path if path.is_dir() else path.parent
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
