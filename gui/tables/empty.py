"""What an empty list says in place of its rows, with a button that leads on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QPushButton, QVBoxLayout, QWidget


class EmptyNote(QWidget):
    """Covers the viewport of a list while it is shown. clicked(): the button was pressed."""

    clicked = Signal()

    def __init__(self, view: QAbstractScrollArea) -> None:
        super().__init__(view.viewport())
        self._view = view
        self.text = QLabel()
        self.text.setObjectName("muted")
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setWordWrap(True)
        self.button = QPushButton()
        self.button.setObjectName("primary")
        self.button.clicked.connect(self.clicked)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(self.text)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(2)
        self.hide()
        view.viewport().installEventFilter(self)

    def say(self, text: str, verb: str = "") -> None:
        """Say why there is nothing, and what the button does, if there is anything to do."""
        self.text.setText(text)
        self.button.setText(verb)
        self.button.setVisible(bool(verb))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self.setGeometry(self._view.viewport().rect())
        return super().eventFilter(watched, event)
