"""The progress dialog: it appears late, counts, and can cancel."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from gui.jobs import Job, Runner

LATE = 300
"""Milliseconds before which nothing is shown, so that short work never flickers."""


class ProgressDialog(QDialog):
    """Shows one job at a time."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.CustomizeWindowHint)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(460)
        self.job: Job | None = None
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.button = QPushButton("取消")
        self.button.clicked.connect(self._on_cancel)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 14)
        layout.setSpacing(10)
        layout.addWidget(self.label)
        layout.addWidget(self.bar)
        layout.addLayout(row)

    def show_job(self, job: Job, done: int, total: int, label: str) -> None:
        """Show how far a job is."""
        if self.job is not job:
            self.job = job
            self.button.setEnabled(True)
            self.button.setVisible(job.cancellable)
        self.label.setText(
            f"{label or job.label}（{done:,}/{total:,}）" if total else f"{label or job.label}……"
        )
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _on_cancel(self) -> None:
        if self.job is not None and self.job.cancellable:
            self.job.cancel()
            self.button.setEnabled(False)
            self.label.setText("正在取消……")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._on_cancel()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self._on_cancel()


class ProgressWatcher(QObject):
    """Watches the runner and shows the dialog for loud jobs that take longer than 0.3 s."""

    def __init__(self, runner: Runner, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._dialog: ProgressDialog | None = None
        self._job: Job | None = None
        self._last = (0, 0, "")
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LATE)
        self._timer.timeout.connect(self._on_late)
        runner.job_started.connect(self._on_started)
        runner.job_finished.connect(self._on_finished)

    def _on_started(self, job: Job) -> None:
        if job.quiet:
            return
        self._job = job
        self._last = (0, 0, job.label)
        job.progressed.connect(self._on_progressed)
        self._clock.start()
        self._timer.start()

    def _on_progressed(self, done: int, total: int, label: str) -> None:
        self._last = (done, total, label)
        if (
            self._dialog is not None
            and self._dialog.isVisible()
            and self._job
            and not self._job.is_cancelling
        ):
            self._dialog.show_job(self._job, done, total, label)

    def _on_late(self) -> None:
        if self._job is None or not self._window.isVisible():
            return
        if self._dialog is None:
            self._dialog = ProgressDialog(self._window)
        self._dialog.show_job(self._job, *self._last)
        self._dialog.show()

    def _on_finished(self, job: Job) -> None:
        if job is not self._job:
            return
        self._job = None
        self._timer.stop()
        if self._dialog is not None:
            self._dialog.hide()
