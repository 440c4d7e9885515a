"""Checking a received package: whole or not, what it holds, and which cells differ."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.errors import AppError
from core.standard.dates import period_name
from gui import theme
from gui.dialogs import files, messages
from gui.icons import icon
from gui.jobs import Runner
from gui.tables.sheet import Sheet

if TYPE_CHECKING:
    from core.exchange.verdict import Verdict

_WORDS = {
    "valid": ("完好", theme.GOOD),
    "warning": ("可以读，但有不同", theme.WORD_COLOURS["explain"]),
    "invalid": ("不能采用", theme.WORD_COLOURS["error"]),
}


class VerifyView(QWidget):
    """told(text)."""

    told = Signal(str)

    def __init__(self, runner: Runner) -> None:
        super().__init__()
        self.runner = runner
        self.path: Path | None = None
        self.setAcceptDrops(True)
        text = QLabel(
            "选择下级报来的上报包（.zip），或别人发回的工作簿（.xlsx）：检查是否完整、有没有被改过，改了的指出是哪一格。"
        )
        text.setWordWrap(True)
        text.setObjectName("muted")
        choose = QPushButton(icon("folder", "#ffffff"), "选择文件")
        choose.setObjectName("primary")
        choose.clicked.connect(self.ask)
        self.against = QPushButton(icon("verify"), "与另一个包对照")
        self.against.setToolTip("指定原来的上报包，逐格对照")
        self.against.clicked.connect(self._on_against)
        self.against.setEnabled(False)
        row = QHBoxLayout()
        row.addWidget(choose)
        row.addWidget(self.against)
        row.addStretch(1)
        self.card = QFrame()
        self.card.setObjectName("card")
        self.verdict = QLabel()
        self.verdict.setWordWrap(True)
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside = QVBoxLayout(self.card)
        inside.setContentsMargins(16, 12, 16, 12)
        inside.addWidget(self.verdict)
        self.card.hide()
        self.table = Sheet(["工作表", "单元格", "应为", "实为"], (200, 90, 280), many=True)
        self.table.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 12, 6, 6)
        layout.setSpacing(10)
        layout.addWidget(text)
        layout.addLayout(row)
        layout.addWidget(self.card)
        layout.addWidget(self.table, 1)
        layout.addStretch(0)
        self._stretch = QWidget()
        layout.addWidget(self._stretch, 1)

    def ask(self) -> None:
        """Ask for a file and check it."""
        path = files.choose_file(self, "选择上报包", files.PACKAGES)
        if path is not None:
            self.check(path)

    def _on_against(self) -> None:
        other = files.choose_file(self, "选择用来对照的上报包", files.PACKAGES)
        if other is not None and self.path is not None:
            self.check(self.path, other)

    def check(self, path: Path, against: Path | None = None) -> None:
        """Check a package, alone or against another."""
        self.path = path

        def work(progress: Any) -> Verdict:
            from core.exchange.verify import verify

            return verify(path, against=against, progress=progress)

        job = self.runner.start(work, f"正在校验 {path.name}", handled=True)
        job.then(self, lambda verdict: self.show_verdict(path, verdict))
        job.failed.connect(self._on_failed)

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, AppError):
            messages.show_error(self, error)

    def show_verdict(self, path: Path, verdict: Verdict) -> None:
        """Show what was found."""
        word, colour = _WORDS.get(verdict.verdict, _WORDS["invalid"])
        lines = [
            f"<b style='color:{colour}; font-size:13pt'>{word}</b>{theme.GAP}{path.name}",
            verdict.reason,
        ]
        if verdict.next:
            lines.append(verdict.next)
        lines += manifest_lines(verdict.manifest)
        self.verdict.setText("<br>".join(line for line in lines if line))
        self.card.show()
        self.against.setEnabled(True)
        self.table.fill([(d.sheet, d.cell, d.expected, d.found) for d in verdict.differences])
        self.table.setVisible(bool(verdict.differences))
        self._stretch.setVisible(not verdict.differences)
        self.told.emit(f"校验完成：{word}")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(u.isLocalFile() for u in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(u.toLocalFile()) for u in event.mimeData().urls() if u.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.check(paths[0])


def manifest_lines(manifest: Mapping[str, Any]) -> list[str]:
    """Who, when and what a package says of itself."""
    if not manifest:
        return []
    cover = manifest.get("cover") or {}
    unit = cover.get("unit", "") if isinstance(cover, Mapping) else ""
    parts = [unit, period_name(str(manifest.get("period", ""))), str(manifest.get("nature", ""))]
    if manifest.get("version"):
        parts.append(f"V{int(manifest['version']):02d}")
    lines = [theme.GAP.join(p for p in parts if p)]
    code = str(manifest.get("check_code", ""))
    if code:
        spaced = " ".join(code[i : i + 4] for i in range(0, len(code), 4))
        lines.append(f"校验码 <b>{spaced}</b>（与盖章封面上的核对）")
    return lines
