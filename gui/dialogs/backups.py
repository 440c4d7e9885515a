"""Backups: what each would bring back row by row, single rows of it, the whole of it; and a check-up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from core import paths
from core.jobs import Progress
from gui.dialogs import files, messages
from gui.icons import icon
from gui.reading import spelled
from gui.session import Session
from gui.tables.sheet import Sheet

if TYPE_CHECKING:
    from core.records import Ledger
    from core.records.recovery import Loss
    from core.storage.backup import Backup

_KINDS = {"added": "将消失", "changed": "将退回", "deleted": "将重新出现"}
_DATA = Qt.ItemDataRole.UserRole
_SHOWN = 1000


class BackupsDialog(QDialog):
    """restore_asked(path): put this backup in the place of the 账套. check_asked(): look whether it is whole."""

    restore_asked = Signal(object)
    check_asked = Signal()

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.session = session
        self.setWindowTitle("备份与恢复")
        self.resize(940, 500)
        self._losses: list[Loss] = []
        note = QLabel(
            "导入、恢复、升级之前程序自动备份；Ctrl+S 可以随时做一个。选一份备份，看恢复到那时会有什么变化。"
        )
        note.setWordWrap(True)
        note.setObjectName("muted")
        self.list = QListWidget()
        self.list.currentItemChanged.connect(lambda item, before: self._on_chosen())
        self.told = QLabel("正在读取……")
        self.told.setWordWrap(True)
        self.table = Sheet(["恢复后", "表", "记录", "现在 → 恢复后"], (90, 80, 170), many=True)
        self.table.itemSelectionChanged.connect(self._refresh)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.told)
        column.addWidget(self.table, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.list)
        splitter.addWidget(right)
        splitter.setSizes([290, 640])
        self.rows = QPushButton(icon("undo"), "找回选中的记录")
        self.rows.setToolTip("只把选中的记录改回备份时的内容，可以撤销")
        self.rows.clicked.connect(self._on_rows)
        self.whole = QPushButton(icon("history"), "恢复整个账套")
        self.whole.clicked.connect(self._on_whole)
        out = QPushButton(icon("save"), "备份成一个文件")
        out.setToolTip("连附件打成一个压缩文件，交接或换电脑时用")
        out.clicked.connect(self._on_out)
        check = QPushButton(icon("verify"), "检查账套")
        check.setToolTip("核对账套是否完好")
        check.clicked.connect(self._on_check)
        close = QPushButton("关闭")
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        for button in (out, check):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self.rows, self.whole, close):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addWidget(note)
        layout.addWidget(splitter, 1)
        layout.addLayout(row)
        self._refresh()
        self._load()

    # --- what is there -----------------------------------------------------------------------------------

    def _load(self) -> None:
        def work(ledger: Ledger, progress: Progress) -> list[Backup]:
            from core.storage import backup

            return backup.descriptions(ledger.folder)

        self.session.read(work).succeeded.connect(self._on_listed)

    def _on_listed(self, found: list[Backup] | None) -> None:
        self.list.clear()
        for each in found or ():
            item = QListWidgetItem(f"{each.at:%Y-%m-%d %H:%M}　{each.reason}", self.list)
            item.setToolTip(f"{each.path.name}（{each.size / 1e6:.1f} MB）")
            item.setData(_DATA, each.path)
        self.told.setText("选一份备份。" if found else "还没有备份。按 Ctrl+S 可以马上做一个。")

    def _chosen(self) -> Path | None:
        item = self.list.currentItem()
        return item.data(_DATA) if item else None

    def _on_chosen(self) -> None:
        path = self._chosen()
        self.table.fill([])
        self._refresh()
        if path is None:
            return
        self.told.setText("正在对照……")

        def work(ledger: Ledger, progress: Progress) -> Any:
            from core.records import recovery

            with recovery.looked_at(path) as then:
                return [(loss, _told(ledger, loss)) for loss in recovery.compare(ledger, then)]

        job = self.session.read(work, "正在对照备份", handled=True)
        job.then(self, lambda found: self._on_losses(path, found))
        job.failed.connect(lambda error: self._on_unread(path, error))

    def _on_losses(self, path: Path, found: list[tuple[Loss, _Line]] | None) -> None:
        if found is None or path != self._chosen():
            return
        self._losses = [loss for loss, _ in found]
        self.told.setText(
            f"恢复到这份备份，有 {len(found):,} 条记录会变：" if found else "和现在一样，没有可以恢复的变化。"
        )
        self.table.fill([line for _, line in found[:_SHOWN]])
        self._refresh()

    def _on_unread(self, path: Path, error: Exception) -> None:
        if path == self._chosen():
            self.told.setText(getattr(error, "reason", "这份备份读不出来。") + "　仍可以恢复整个账套。")

    def _picked(self) -> list[Loss]:
        return [self._losses[n] for n in self.table.chosen()]

    def _refresh(self) -> None:
        readonly = self.session.state.readonly
        self.rows.setEnabled(not readonly and any(x.kind != "added" for x in self._picked()))
        self.whole.setEnabled(self._chosen() is not None)

    # --- deeds -------------------------------------------------------------------------------------------

    def _on_rows(self) -> None:
        path = self._chosen()
        wanted = [(x.table, x.uid) for x in self._picked() if x.kind != "added"]
        if path is None or not wanted:
            return

        def work(ledger: Ledger, progress: Progress, why: str) -> Any:
            from core.records import recovery

            with recovery.looked_at(path) as then:
                return recovery.restore_rows(ledger, then, wanted, why=why)

        job = self.session.write(work, "正在找回记录", cancellable=False)
        job.succeeded.connect(self._on_found)

    def _on_found(self, changes: Any) -> None:
        if changes is not None:
            self.session.tell_changed(changes)
            self._on_chosen()

    def _on_whole(self) -> None:
        path = self._chosen()
        if path is None:
            return
        item = self.list.currentItem()
        more = "备份之后的修改会失去；现在的数据会先另存一份，还能再恢复回来。"
        if messages.ask(self, f"恢复到「{item.text()}」？", "恢复整个账套", more, danger=True):
            self.accept()
            self.restore_asked.emit(path)

    def _on_check(self) -> None:
        self.accept()
        self.check_asked.emit()

    def _on_out(self) -> None:
        folder = self.session.folder
        if folder is None:
            return
        proposed = str(paths.documents() / f"{folder.name}.zip")
        target = files.save_file(self, "备份成一个文件", proposed, "压缩文件 (*.zip)")
        if target is None:
            return

        def work(ledger: Ledger, progress: Progress) -> Path:
            return write_pack(ledger, target, progress)

        job = self.session.run(work, "正在备份")
        job.then(self, lambda made: messages.inform(self, "已备份成一个文件", str(made)) if made else None)


_Line = tuple[str, str, str, str]


def _told(ledger: Ledger, loss: Loss) -> _Line:
    """A row that differs, in words; in the worker."""
    table = ledger.standard.tables[loss.table]
    cells = "；".join(
        f"{table.fields[code].label}：{spelled(ledger, table.code, code, now) or '（空）'}"
        f" → {spelled(ledger, table.code, code, then) or '（空）'}"
        for code, now, then in loss.fields
        if code in table.fields
    )
    more = {"added": "备份之后新增的，恢复后没有", "deleted": "备份之后删除的，恢复后又有"}
    return (_KINDS.get(loss.kind, ""), table.label, loss.name, cells or more.get(loss.kind, ""))


def write_pack(ledger: Ledger, target: Path, progress: Progress) -> Path:
    """The whole 账套 as one file, for handing over; in the worker."""
    from datetime import datetime

    from core.storage import pack

    facts = {key: ledger.meta(key) for key in ("ledger_id", "unit_name", "region")}
    facts |= {
        "standard": ledger.standard.name,
        "operator": ledger.operator,
        "made_at": datetime.now().isoformat(" ", "seconds"),
        "fingerprint": ledger.fingerprint(),
    }
    return pack.write(ledger.conn, ledger.folder, target, facts, progress)
