"""The status bar: unit and period, the selection, what is wrong, when it was saved, the standard."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QToolButton, QWidget

from core.findings import SEVERITY_NAMES
from core.standard.dates import period_name
from gui import theme
from gui.session import Session
from gui.wording import DOUBT_NAME


class StatusBar(QStatusBar):
    """findings_asked(): the counts were clicked."""

    findings_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.setSizeGripEnabled(False)
        self.place, self.selection, self.saved, self.standard = QLabel(), QLabel(), QLabel(), QLabel()
        self.message = _Elided()
        self.message.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.message.setStyleSheet(f"color: {theme.ACCENT};")
        self.findings = QToolButton()
        self.findings.setAutoRaise(True)
        self.findings.setToolTip("点击查看审核结果")
        self.findings.clicked.connect(self.findings_asked)
        self.addWidget(self.place)
        self.addWidget(self.message, 1)
        for w in (self.selection, self.findings, self.saved, self.standard):
            self.addPermanentWidget(w)
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.setInterval(8000)
        self._fade.timeout.connect(lambda: self.message.say(""))
        session.state_changed.connect(self.refresh)
        session.findings_changed.connect(self.refresh)
        session.closed.connect(self.refresh)
        session.saved.connect(lambda time: self.saved.setText(f"已保存 {time}"))
        self.refresh()

    def tell(self, text: str) -> None:
        """Say something for some seconds."""
        self.message.say(text)
        self._fade.start()

    def refresh(self) -> None:
        """Show the present state."""
        opened = self.session.is_open
        self.findings.setVisible(opened)
        if not opened:
            for label in (self.place, self.selection, self.saved, self.standard):
                label.setText("")
            return
        state, standard = self.session.state, self.session.standard
        period = period_name(state.period) if state.period else "未选期间"
        self.place.setText(f"{state.unit_name}　{period}　经办人 {state.operator or '未填'}")
        self.standard.setText(f"口径 {standard.version}")
        self.standard.setToolTip(f"{standard.title}（{standard.version}）")
        if state.readonly:
            self.saved.setText("只读")
        elif not self.saved.text():
            self.saved.setText("自动保存")
        counts = {theme.DOUBT: self.session.doubt_count, **self.session.marks.counts}
        names = {theme.DOUBT: DOUBT_NAME, **SEVERITY_NAMES}
        text = "　".join(f"{names[k]} {n:,}" for k, n in counts.items() if n)
        self.findings.setText(text or "没有发现问题")
        bad = counts[theme.DOUBT] or counts["error"]
        colour = (
            theme.WORD_COLOURS["error"]
            if bad
            else theme.WORD_COLOURS["explain"]
            if counts["explain"]
            else theme.GOOD
        )
        self.findings.setStyleSheet(f"color: {colour}; border: none;")


class _Elided(QLabel):
    """A text that leaves out its middle where there is no room for all of it."""

    def __init__(self) -> None:
        super().__init__()
        self._said = ""

    def say(self, text: str) -> None:
        self._said = text
        self.setToolTip(text)
        self._show()

    def _show(self) -> None:
        room = self.width()
        self.setText(self.fontMetrics().elidedText(self._said, Qt.TextElideMode.ElideMiddle, room))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show()
