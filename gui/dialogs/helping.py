"""The help window: pages of resources/help, and the 填报说明 written from the standard."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import (
    QDialog,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from core import paths
from core.standard.manual import manual
from core.standard.model import Standard

MANUAL = "填报说明"
PAGES = ("快速上手", "导入台账", "填写与快捷键", "审核与说明", "上报与校验", "备份与恢复", "打不开")
"""Files of resources/help, in reading order; one that is not shipped is left out."""


class HelpWindow(QDialog):
    """Stays beside the main window, so that a clerk can read and work."""

    def __init__(self, standard: Standard | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("帮助")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        self.resize(960, 640)
        self.standard = standard
        self.list = QListWidget()
        for name in PAGES:
            if (paths.resources() / "help" / f"{name}.html").is_file():
                QListWidgetItem(name, self.list)
        if standard is not None:
            QListWidgetItem(MANUAL, self.list)
        self.page = QTextBrowser()
        self.page.setOpenExternalLinks(False)
        self.list.currentTextChanged.connect(self.show_page)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.list)
        split.addWidget(self.page)
        split.setSizes([170, 790])
        layout = QVBoxLayout(self)
        layout.addWidget(split)
        self.list.setCurrentRow(0)

    def show_page(self, name: str) -> None:
        """Show one page by its name; an unknown one shows the first."""
        if name == MANUAL and self.standard is not None:
            self.page.setHtml(manual(self.standard))
            return
        file = paths.resources() / "help" / f"{name}.html"
        if file.is_file():
            self.page.document().setBaseUrl(QUrl.fromLocalFile(str(file)))
            self.page.setHtml(file.read_text("utf-8"))

    def open_at(self, name: str) -> None:
        found = self.list.findItems(name, Qt.MatchFlag.MatchExactly)
        if found:
            self.list.setCurrentItem(found[0])
        self.show()
        self.raise_()
