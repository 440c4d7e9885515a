"""The page shown while no 账套 is open: make one, open one, or try the sample."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui import theme
from gui.icons import icon
from gui.settings import Settings


class WelcomePage(QWidget):
    """create_asked(), open_asked(), take_in_asked(), sample_asked(), recent_asked(folder)."""

    create_asked = Signal()
    open_asked = Signal()
    take_in_asked = Signal()
    sample_asked = Signal()
    recent_asked = Signal(str)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.settings = settings
        title = QLabel("盘活台账")
        title.setObjectName("title")
        text = QLabel(
            "清理闲置低效国有资产：导入手头的台账，审核，按市级口径生成上报包。数据只在本机，不联网。"
        )
        text.setObjectName("muted")
        self.busy = QLabel()
        self.busy.setObjectName("muted")
        self.buttons = QWidget()
        row = QHBoxLayout(self.buttons)
        row.setContentsMargins(0, 0, 0, 0)
        for name, label, signal, main in (
            ("plus", "新建账套", self.create_asked, True),
            ("folder", "打开账套", self.open_asked, False),
            ("import", "接收交来的账套", self.take_in_asked, False),
            ("help", "用示例数据试一试", self.sample_asked, False),
        ):
            button = QPushButton(icon(name, "#ffffff" if main else theme.INK), label)
            if main:
                button.setObjectName("primary")
            button.setMinimumHeight(34)
            button.clicked.connect(signal)
            row.addWidget(button)
        row.addStretch(1)
        self.recent = QFrame()
        self.recent.setObjectName("card")
        self.recent_rows = QVBoxLayout(self.recent)
        self.recent_rows.setContentsMargins(14, 10, 14, 10)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(60, 40, 60, 40)
        layout.setSpacing(14)
        layout.addWidget(title)
        layout.addWidget(text)
        layout.addWidget(self.busy)
        layout.addWidget(self.buttons)
        layout.addWidget(self.recent)
        layout.addStretch(1)
        self.refresh()

    def set_busy(self, text: str) -> None:
        """Say that a 账套 is being opened."""
        self.busy.setText(text)
        self.busy.setVisible(bool(text))
        self.buttons.setEnabled(not text)
        self.recent.setEnabled(not text)

    def refresh(self) -> None:
        """Show the recent 账套; missing ones are grey."""
        while self.recent_rows.count():
            item = self.recent_rows.takeAt(0)
            if (w := item.widget()) is not None:
                w.hide()
                w.deleteLater()
        folders = self.settings.recent()
        self.recent.setVisible(bool(folders))
        heading = QLabel("最近用过的账套")
        heading.setObjectName("heading")
        self.recent_rows.addWidget(heading)
        for folder in folders:
            there = self.settings.is_there(folder)
            button = QPushButton(
                icon("folder", theme.ACCENT if there else "#a9b3bd"), f"{Path(folder).name}　{folder}"
            )
            button.setObjectName("link")
            button.setEnabled(there)
            button.setToolTip(folder if there else f"找不到了：{folder}")
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(lambda checked=False, f=folder: self.recent_asked.emit(f))
            self.recent_rows.addWidget(button)
