"""The files of a record: add, open, take away; images can be made smaller on the way in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent, QImage, QImageWriter
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.jobs import Progress
from gui.dialogs import files, messages
from gui.icons import icon
from gui.session import Session
from gui.tables.sheet import Sheet

if TYPE_CHECKING:
    from core.records import Ledger
    from core.records.attachments import Attachment

_KINDS = "attachment_kind"
"""The code list of the standard that names the kinds; others may be typed."""
_FILTER = "常用附件 (*.pdf *.jpg *.jpeg *.png *.bmp *.tif *.tiff *.doc *.docx *.xls *.xlsx *.wps *.et *.zip);;所有文件 (*)"
_IMAGES = {".jpg": b"JPG", ".jpeg": b"JPG", ".png": b"PNG", ".bmp": b"BMP"}
_LONGEST = 2000
"""Pixels of the longer edge that a shrunk image keeps: an A4 page at 170 dpi."""
_QUALITY = 82


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size > 1e6 else f"{size / 1000:.0f} KB"


class AttachmentsDialog(QDialog):
    """told(text): for the status bar."""

    told = Signal(str)

    def __init__(self, session: Session, table: str, uid: str, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.session, self.table_code, self.uid = session, table, uid
        self.setWindowTitle(f"附件：{name}")
        self.resize(680, 380)
        self.setAcceptDrops(True)
        self._found: list[Attachment] = []
        note = QLabel("文件复制到账套里，随备份和上报包一起走。可以把文件直接拖到这里。")
        note.setObjectName("muted")
        note.setWordWrap(True)
        self.kind = QComboBox()
        self.kind.setEditable(True)
        kinds = session.standard.codes.get(_KINDS)
        self.kind.addItems([item.name for item in kinds.items.values()] if kinds else [])
        self.shrink = QCheckBox("缩小照片（长边 2000 像素）")
        self.shrink.setToolTip("手机照片通常可以缩小到十分之一，打印仍然清楚；PDF 等文件不变")
        top = QHBoxLayout()
        top.addWidget(QLabel("类别"))
        top.addWidget(self.kind)
        top.addWidget(self.shrink)
        top.addStretch(1)
        self.table = Sheet(["文件", "类别", "大小"], (380, 130), many=True)
        self.table.itemSelectionChanged.connect(self._refresh)
        self.table.opened.connect(lambda number: self.open())
        self.add = QPushButton(icon("plus"), "添加文件")
        self.add.clicked.connect(self._on_add)
        self.look = QPushButton(icon("file"), "打开")
        self.look.clicked.connect(lambda checked=False: self.open())
        self.remove = QPushButton(icon("trash"), "移除")
        self.remove.clicked.connect(self._on_remove)
        close = QPushButton("关闭")
        close.clicked.connect(self.reject)
        bottom = QHBoxLayout()
        for button in (self.add, self.look, self.remove):
            button.setAutoDefault(False)
            bottom.addWidget(button)
        bottom.addStretch(1)
        bottom.addWidget(close)
        layout = QVBoxLayout(self)
        layout.addWidget(note)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        layout.addLayout(bottom)
        self._refresh()
        self._load()

    def _load(self) -> None:
        uid = self.uid

        def work(ledger: Ledger, progress: Progress) -> list[Attachment]:
            from core.records import attachments

            return attachments.listed(ledger, uid)

        self.session.read(work).succeeded.connect(self._on_listed)

    def _on_listed(self, found: list[Attachment] | None) -> None:
        self._found = found or []
        self.table.fill([(a.name, a.kind, _size(a.size)) for a in self._found])
        self._refresh()

    def _picked(self) -> list[Attachment]:
        return [self._found[n] for n in self.table.chosen()]

    def _refresh(self) -> None:
        free = not self.session.state.readonly
        picked = self._picked()
        self.add.setEnabled(free)
        self.look.setEnabled(len(picked) == 1)
        self.remove.setEnabled(free and bool(picked))

    # --- deeds -------------------------------------------------------------------------------------------

    def _on_add(self) -> None:
        chosen = files.choose_files(self, "添加附件", _FILTER)
        if chosen:
            self.take(chosen)

    def take(self, chosen: list[Path]) -> None:
        """Copy these files into the 账套, each as an action of its own."""
        table, uid, kind = self.table_code, self.uid, self.kind.currentText().strip()
        smaller = shrunk if self.shrink.isChecked() else None

        def work(ledger: Ledger, progress: Progress) -> int:
            from core.records import attachments

            for n, source in enumerate(chosen):
                progress.step(n, len(chosen), f"正在添加 {source.name}")
                attachments.attach(ledger, table, uid, source, kind=kind, shrink=smaller)
            return len(chosen)

        job = self.session.run(work, "正在添加附件")
        job.then(self, lambda count: self._on_changed(f"已添加 {count} 个附件"))
        job.failed.connect(lambda error: self._load())
        job.cancelled.connect(lambda: self._on_changed("已取消，取消前添加的附件留下了"))

    def open(self) -> None:
        """Open the chosen file with the program that the system has for it."""
        picked = self._picked()
        if len(picked) != 1:
            return
        chosen = picked[0]

        def work(ledger: Ledger, progress: Progress) -> Path:
            from core.records import attachments

            return attachments.path_of(ledger, chosen)

        self.session.run(work, "正在打开附件", cancellable=False).then(
            self, lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))) if path else None
        )

    def _on_remove(self) -> None:
        picked = self._picked()
        names = "、".join(p.name for p in picked[:3]) + ("等" if len(picked) > 3 else "")
        if not picked or not messages.ask(self, f"移除 {names}？", "移除", "可以用“撤销”找回。"):
            return

        def work(ledger: Ledger, progress: Progress) -> int:
            from core.records import attachments

            for each in picked:
                attachments.detach(ledger, each.uid)
            return len(picked)

        job = self.session.run(work, "正在移除附件", cancellable=False)
        job.then(self, lambda count: self._on_changed(f"已移除 {count} 个附件"))

    def _on_changed(self, said: str) -> None:
        self.session.refresh_state()
        self.told.emit(said)
        self._load()

    # --- Qt --------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.add.isEnabled() and any(u.isLocalFile() for u in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        dropped = [Path(u.toLocalFile()) for u in event.mimeData().urls() if u.isLocalFile()]
        if dropped:
            event.acceptProposedAction()
            self.take([p for p in dropped if p.is_file()])


def shrunk(path: Path) -> bytes | None:
    """The image in its own format with a longer edge of 2000 pixels; None when that gains nothing."""
    form = _IMAGES.get(path.suffix.lower())
    if form is None:
        return None
    image = QImage(str(path))
    if image.isNull() or max(image.width(), image.height()) <= _LONGEST:
        return None
    small = image.scaled(
        _LONGEST, _LONGEST, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(form))
    writer.setQuality(_QUALITY)
    if not writer.write(small):
        return None
    made = bytes(held.data())
    return made if len(made) < path.stat().st_size else None
